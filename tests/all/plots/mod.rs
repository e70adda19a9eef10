//! Pictures: what is drawn against the numbers, kind by kind.

mod bars;
mod bump;
mod choice;
mod command;
mod documents;
mod dots;
mod lines;
mod picture;
mod sheet;
mod terminal;
mod waterfall;

use libtest_mimic::Trial;

pub fn trials() -> Vec<Trial> {
    [
        bars::trials(),
        bump::trials(),
        choice::trials(),
        command::trials(),
        documents::trials(),
        dots::trials(),
        lines::trials(),
        terminal::trials(),
        waterfall::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
