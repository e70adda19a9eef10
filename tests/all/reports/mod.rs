//! `goalposts report`: the page read as XML, its figures beside those of the queries, Markdown and JSON of the same
//! document, what is refused, whatever files and values there may be; and the page in a browser, where one is installed.

mod anything;
mod browser;
mod figures;
mod forms;
mod page;
mod refused;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Trial;

use crate::cli::Run;
use crate::repository;

pub fn trials() -> Vec<Trial> {
    let all = [
        page::trials(),
        anything::trials(),
        figures::trials(),
        forms::trials(),
        refused::trials(),
        browser::trials(),
    ];
    all.into_iter().flatten().collect()
}

/// The program in the folder of the repository.
fn goalposts(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goalposts"));
    command.args(arguments).current_dir(repository()).env_remove("GOALPOSTS_DATA");
    Run::of(command.output().expect("the program starts"))
}

/// The report of the queries of the repository as a page; it is made once.
fn page_of_the_repository() -> &'static str {
    static PAGE: OnceLock<String> = OnceLock::new();
    PAGE.get_or_init(|| goalposts(&["report", "queries", "-o", "-", "-q"]).done())
}

/// The same as files, in a folder of its own.
fn written(arguments: &[&str], folder: &Path, name: &str) -> String {
    let file = folder.join(name);
    let file = file.to_string_lossy();
    goalposts(&[&["report", "-q", "-o", &file], arguments].concat()).done();
    std::fs::read_to_string(&*file).expect("a report")
}
