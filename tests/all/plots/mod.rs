//! Pictures: what is drawn against the numbers, kind by kind.

mod bars;
mod bump;
mod choice;
mod command;
mod distribution;
mod documents;
mod dots;
mod framework;
mod heatmap;
mod large;
mod lines;
mod picture;
mod profile;
mod scatter;
mod settings;
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
        distribution::trials(),
        documents::trials(),
        dots::trials(),
        framework::trials(),
        heatmap::trials(),
        large::trials(),
        lines::trials(),
        profile::trials(),
        scatter::trials(),
        settings::trials(),
        terminal::trials(),
        waterfall::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
