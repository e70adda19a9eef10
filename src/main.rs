//! The `goalposts` program: arguments in, exit code out.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use goalposts::cli::{self, Cli};
use goalposts::error::Error;

/// Room for statements that nest deeply: the planner walks them by recursion.
const STACK: usize = 64 << 20;

fn main() -> ExitCode {
    let arguments = Cli::parse();
    cli::keep_panics_quiet();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(runtime.spawn(cli::run(arguments)));
            // A query that was cancelled may not have noticed yet; it is not waited for.
            runtime.shutdown_background();
            outcome.unwrap_or_else(|_| {
                Err(Error::Data(format!("the program broke off: {}", cli::last_panic())))
            })
        }
        Err(error) => Err(Error::file("runtime")(error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ Error::ClosedPipe) => error.exit_code(),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "goalposts: {error}");
            error.exit_code()
        }
    }
}
