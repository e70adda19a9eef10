//! The `goalposts` program: arguments in, exit code out.

use std::process::ExitCode;

use clap::Parser;
use goalposts::cli::{self, Cli, Error, Temporary};
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let arguments = Cli::parse();
    cli::keep_panics_quiet();
    let program = std::thread::Builder::new().stack_size(cli::STACK).spawn(move || run(arguments));
    let outcome = match program {
        Ok(program) => program.join().unwrap_or_else(|_| {
            Err(Error::Data(format!("the program was aborted: {}", cli::last_panic())))
        }),
        Err(error) => Err(Error::file("thread")(error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ (Error::ClosedPipe | Error::Told { .. })) => error.exit_code(),
        Err(error) => {
            cli::report(&error.told("goalposts"));
            error.exit_code()
        }
    }
}

/// Queries have threads of their own: one that keeps them all busy must not keep Ctrl-C from being
/// heard, and one that was cancelled and has not noticed is not waited for.
fn run(arguments: Cli) -> Result<(), Error> {
    let _temporary = Temporary::open();
    let workers = cli::workers()?;
    let control = Builder::new_current_thread().enable_all().build();
    let control = control.map_err(Error::file("threads"))?;
    let outcome = control.block_on(cli::run(arguments, workers.handle()));
    workers.shutdown_background();
    outcome
}
