//! Pictures in characters: blocks and dots of Braille, in colours where they are wanted.

use kuva::TerminalBackend;

use crate::draw::frame::Picture;

/// The picture in so many columns and rows, its title above and its notes below.
#[must_use]
pub fn characters(picture: &Picture, columns: usize, rows: usize, coloured: bool) -> String {
    let mut written = String::new();
    for line in [&picture.title, &picture.subtitle].into_iter().flatten() {
        push(&mut written, line, columns);
    }
    let marks = TerminalBackend::new(columns, rows).render_scene(&picture.drawn.scene);
    match coloured {
        true => written.push_str(&marks),
        false => written.push_str(&anstream::adapter::strip_str(&marks).to_string()),
    }
    if !written.ends_with('\n') {
        written.push('\n');
    }
    for note in picture.notes() {
        push(&mut written, &note, columns);
    }
    written
}

fn push(written: &mut String, text: &str, columns: usize) {
    for line in textwrap::wrap(text, columns.max(1)) {
        written.push_str(&line);
        written.push('\n');
    }
}
