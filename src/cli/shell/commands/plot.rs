//! `\plot`: a picture of the last result.

use super::command::{Arguments, Command, Group, Next, Offers};
use crate::cli::drawing::{Canvas, Drawing};
use crate::cli::error::Result;
use crate::cli::report::report;
use crate::cli::shell::console::{Console, nothing_before};
use crate::cli::shell::words::{path, words};
use crate::draw::Request;
use crate::error::describe;

pub const PLOT: Command = Command {
    name: "plot",
    also: &[],
    argument: "[KIND, ROLE = COLUMN, ...] [> FILE]",
    summary: "a picture of the last result, in characters or to FILE (.svg .png)",
    group: Group::Results,
    offers: Offers::Pictures,
    ends: true,
    run: |console, arguments| Box::pin(plot(console, arguments)),
};

async fn plot(console: &mut Console, arguments: Arguments<'_>) -> Result<Next> {
    let (asked, file) = parted(arguments.text);
    let canvas = match file {
        None => None,
        Some(file) => Some(canvas(&arguments, file)?),
    };
    let request = Request::read(asked.trim());
    let request =
        request.map_err(|error| arguments.fault(describe(&error).trim_start_matches("plot: ")))?;
    let Some(mut rows) = console.rows_of_last().await? else {
        return Err(nothing_before(arguments.command));
    };
    let all = rows.gather().await?;
    let of_header = console.last.as_ref().map(|last| last.pictures.clone()).unwrap_or_default();
    let of_header = if asked.trim().is_empty() { of_header } else { Vec::new() };
    let requests = if of_header.is_empty() { vec![request] } else { of_header };
    let drawing = Drawing::default();
    for (at, asked) in requests.iter().enumerate() {
        match &canvas {
            None => drawing.show(&rows, &all, asked)?,
            Some(canvas) => {
                let is_one = requests.len() == 1;
                let canvas = if is_one { canvas.clone() } else { canvas.numbered(at + 1) };
                let picture = drawing.for_file(&rows, &all, asked)?;
                canvas.write(&rows, &picture).await?;
                if console.timing {
                    report(&format!("{} -> {}", picture.kind.name, canvas.target));
                }
            }
        }
    }
    Ok(Next::Stay)
}

/// What is asked for, and the file behind `>`, which may stand in a quote as well.
fn parted(text: &str) -> (&str, Option<&str>) {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            ('>', None) => return (&text[..at], Some(&text[at + 1..])),
            _ => {}
        }
    }
    (text, None)
}

fn canvas(arguments: &Arguments<'_>, file: &str) -> Result<Canvas> {
    let words = words(file).unwrap_or_else(|_| vec![file.trim().to_owned()]);
    match words.as_slice() {
        [word] => {
            let file = path(word).to_string_lossy().into_owned();
            Canvas::parse(&format!("\\{}: ", arguments.command), &file)
        }
        [] => Err(arguments.fault("must be a file after >, found nothing")),
        _ => Err(arguments.fault(&format!(
            "must be one file after >, got '{}' (quotes keep blanks)",
            file.trim()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::parted;

    #[test]
    fn a_file_stands_behind_the_sign() {
        assert_eq!(parted("bars, value = x > a.svg"), ("bars, value = x ", Some(" a.svg")));
        assert_eq!(parted("title = 'a > b'"), ("title = 'a > b'", None));
        assert_eq!(parted("> 'a b.png'"), ("", Some(" 'a b.png'")));
    }
}
