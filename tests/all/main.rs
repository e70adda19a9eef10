//! The one test binary: every case is a named trial, so `cargo test -- NAME` finds it.

#![allow(clippy::print_stdout)] // what was compared and what was skipped must be seen

mod architecture;
mod arguments;
mod batch;
mod chapter;
mod cli;
#[cfg(feature = "codec")]
mod codec;
mod doctor;
mod engine;
mod exports;
mod expr_fn;
mod figures;
mod functions;
mod gallery;
mod golden;
mod library;
mod memory;
mod messages;
mod pictures;
mod plan;
mod plots;
mod property;
mod provenance;
mod published;
mod readers;
mod reading;
mod reliability;
mod reports;
mod shell;
mod shell_commands;
mod sqllogic;
mod tables_of_text;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Many wait for a program that they have started.
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    arguments.test_threads.get_or_insert(2 * cores);
    let trials: Vec<Trial> = [
        architecture::trials(),
        sqllogic::trials(),
        functions::trials(),
        gallery::trials(),
        arguments::trials(),
        golden::trials(),
        figures::trials(),
        cli::trials(),
        batch::trials(),
        doctor::trials(),
        tables_of_text::trials(),
        exports::trials(),
        library::trials(),
        memory::trials(),
        messages::trials(),
        provenance::trials(),
        published::trials(),
        reading::trials(),
        reliability::trials(),
        reports::trials(),
        readers::trials(),
        shell::trials(),
        shell_commands::trials(),
        chapter::trials(),
        engine::trials(),
        #[cfg(feature = "codec")]
        codec::trials(),
        pictures::trials(),
        plan::trials(),
        plots::trials(),
        expr_fn::trials(),
        property::trials(),
    ]
    .into_iter()
    .flatten()
    .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A trial from a function that panics (or returns) on failure.
fn trial(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// A trial that needs a runtime.
fn trial_async<F>(name: &str, test: impl FnOnce() -> F + Send + 'static) -> Trial
where
    F: Future<Output = ()>,
{
    trial(name, move || {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(test());
    })
}

/// A trial of what is not there: it counts as ignored, and its line on standard output says why.
/// With `--ignored` it fails.
fn skipped(name: &str, why: &str) -> Trial {
    let said = format!("skipped: {why}");
    let fault = said.clone();
    Trial::test(name, move || Err(fault.into())).with_kind(said).with_ignored_flag(true)
}

/// The folder of the repository.
fn repository() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}
