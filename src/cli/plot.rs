//! `goalposts plot`: a picture of the result of a query.

use std::time::Instant;

use tokio::runtime::Handle;

use super::drawing::{Canvas, Drawing};
use super::error::{Error, Result};
use super::file::QueryFile;
use super::options::Options;
use super::query::{QueryArguments, rows_of};
use super::report::{shown, since};
use crate::draw::{Request, kinds};
use crate::error::describe;
use crate::export::Target;
use crate::words::count;

/// Arguments of `plot`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = catalogue())]
pub struct PlotCommand {
    #[command(flatten)]
    query: QueryArguments,

    /// File for the picture (.svg .png), or - for SVG on standard output; in characters on the terminal
    /// without one
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,

    /// What is drawn: a kind and the columns of its roles, as in "lines, x = period, y = value"; without it what
    /// the header of the file says, or what the columns speak of
    #[arg(long, value_name = "KIND, ROLE = COLUMN, ...")]
    plot: Option<String>,

    /// Of several pictures in the header only that of this number
    #[arg(long, value_name = "N", conflicts_with = "plot")]
    picture: Option<usize>,

    /// Title of the picture
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,

    /// What stands below the title
    #[arg(long, value_name = "TEXT")]
    subtitle: Option<String>,

    /// Where the figures are from
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,

    /// Unit of measurement of the values
    #[arg(long, value_name = "TEXT")]
    unit: Option<String>,

    /// Width and height of the whole picture in a file, in pixels of SVG; it is higher where its rows need more
    #[arg(long, value_name = "WIDTHxHEIGHT", value_parser = size)]
    size: Option<(f64, f64)>,

    /// Light on dark
    #[arg(long)]
    dark: bool,
}

/// Every kind with its roles and its settings, as `--help` ends.
fn catalogue() -> String {
    let mut text =
        "Kinds, their roles (in brackets: can be left out) and their settings:\n".to_owned();
    for kind in kinds::KINDS {
        let roles = kind.roles.iter().map(|role| match role.is_required {
            true => role.name.to_owned(),
            false => format!("[{}]", role.name),
        });
        let roles: Vec<_> = roles.collect();
        text += &format!("  {:<13} {}\n", kind.name, kind.summary);
        text += &format!("  {:<13} {}\n", "", roles.join(", "));
        for setting in kind.settings {
            let (name, takes, default) = (setting.name, setting.takes, setting.default);
            text += &format!("  {:<13} {name} = {default}: {}, {takes}\n", "", setting.meaning);
        }
    }
    text.trim_end().to_owned()
}

impl PlotCommand {
    /// Runs the query and draws its result.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        let asked = self.request()?;
        let canvas = self.output.as_deref().map(|output| Canvas::parse("", output)).transpose()?;
        let file = self.query.read("plot")?;
        let requests = self.requests(&file, &asked)?;
        let is_one = requests.len() == 1;
        if !is_one && canvas.as_ref().is_some_and(|canvas| canvas.target == Target::Output) {
            return Err(Error::Usage(format!(
                "plot: one picture must go to standard output, found {} in {} (choose one with --picture)",
                requests.len(),
                file.origin
            )));
        }
        let Some(mut rows) = rows_of(file, options, workers).await? else { return Ok(()) };
        let all = rows.gather().await?;
        let drawing = Drawing { is_dark: self.dark, size: self.size };
        let Some(canvas) = canvas else {
            return requests.iter().try_for_each(|asked| drawing.show(&rows, &all, asked));
        };
        // All are drawn before the first is written.
        let pictures: Result<Vec<_>> =
            requests.iter().map(|asked| drawing.for_file(&rows, &all, asked)).collect();
        for (at, picture) in pictures?.iter().enumerate() {
            let canvas = if is_one { canvas.clone() } else { canvas.numbered(at + 1) };
            canvas.write(&rows, picture).await?;
            if let Target::File(path) = &canvas.target {
                let name = picture.kind.name;
                options.say(&format!("{name} -> {} ({})", shown(path), since(start)));
            }
        }
        Ok(())
    }

    /// What the options ask for.
    fn request(&self) -> Result<Request> {
        let request = Request::read(self.plot.as_deref().unwrap_or_default());
        let request = request.map_err(|error| Error::Usage(describe(&error)))?;
        let text = |text: &Option<String>, of: Option<String>| text.clone().or(of);
        Ok(Request {
            title: text(&self.title, request.title),
            subtitle: text(&self.subtitle, request.subtitle),
            source: text(&self.source, request.source),
            unit: text(&self.unit, request.unit),
            ..request
        })
    }

    /// The pictures: those of the header with what the options change, or that of the options.
    fn requests(&self, file: &QueryFile, asked: &Request) -> Result<Vec<Request>> {
        let mut of_header = if self.plot.is_some() { Vec::new() } else { file.requests() };
        if let Some(number) = self.picture {
            if number == 0 || number > of_header.len() {
                return Err(Error::Usage(format!(
                    "plot: --picture must be one of {} in {}, got {number}",
                    count(of_header.len(), "picture"),
                    file.origin
                )));
            }
            of_header = of_header.split_off(number - 1);
            of_header.truncate(1);
        }
        match of_header.is_empty() {
            true => Ok(vec![file.named(asked.clone())]),
            false => Ok(of_header.into_iter().map(|of_header| asked.over(of_header)).collect()),
        }
    }
}

/// The least and the most pixels of a side.
const SIDES: (f64, f64) = (200.0, 4_000.0);

/// A width and a height.
fn size(text: &str) -> std::result::Result<(f64, f64), String> {
    let side = |text: &str| {
        let number = text.trim().parse::<f64>().ok();
        number.filter(|number| (SIDES.0..=SIDES.1).contains(number))
    };
    let sides = text.split_once(['x', 'X', '×']);
    sides.and_then(|(wide, high)| Some((side(wide)?, side(high)?))).ok_or_else(|| {
        format!("must be WIDTHxHEIGHT such as 900x500, each {} to {}", SIDES.0, SIDES.1)
    })
}
