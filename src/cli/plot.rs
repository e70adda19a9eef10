//! `goalposts plot`: a picture of the result of a query.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use tokio::runtime::Handle;

use super::error::{Error, Result};
use super::options::Options;
use super::query::{QueryArguments, rows_of};
use super::report::{ending, shown, since, width};
use crate::draw::output::{png::png, svg::svg, terminal::characters};
use crate::draw::{Look, Picture, Request, draw};
use crate::error::describe;
use crate::export::Target;

/// Rows of a terminal that a picture takes.
const ROWS: usize = 24;

/// Columns where there is no terminal.
const COLUMNS: u16 = 80;

/// Arguments of `plot`.
#[derive(Debug, clap::Args)]
pub struct PlotCommand {
    #[command(flatten)]
    query: QueryArguments,

    /// File for the picture (.svg .png), or - for SVG on standard output; in characters on the terminal
    /// without one
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,

    /// What is drawn: a kind and the columns of its roles, as in "lines, x = period, y = value"
    #[arg(
        long,
        value_name = "KIND, ROLE = COLUMN, ...",
        default_value = "",
        hide_default_value = true
    )]
    plot: String,

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

    /// Light on dark
    #[arg(long)]
    dark: bool,
}

impl PlotCommand {
    /// Runs the query and draws its result.
    pub async fn execute(&self, options: &Options, workers: &Handle) -> Result<()> {
        let start = Instant::now();
        let request = self.request()?;
        let written = self.output.as_deref().map(Written::parse).transpose()?;
        let file = self.query.read("plot")?;
        let asked = file.requests().into_iter().next().filter(|_| self.plot.is_empty());
        let request = file.named(asked.map_or(request.clone(), |asked| request.over(asked)));
        let Some(mut rows) = rows_of(file, options, workers).await? else {
            return Ok(());
        };
        let batches = rows.gather().await?;
        let look = Look { is_dark: self.dark, ..Look::default() };
        let picture = draw(&rows.schema, &batches, &request, &look)
            .map_err(|error| rows.fault(&describe(&error)))?;
        match written {
            Some(written) => {
                written.write(&picture)?;
                if let Target::File(path) = &written.target {
                    let name = picture.kind.name;
                    options.say(&format!("{name} -> {} ({})", shown(path), since(start)));
                }
                Ok(())
            }
            None => show(&picture),
        }
    }

    fn request(&self) -> Result<Request> {
        let request = Request::read(&self.plot);
        let request = request.map_err(|error| Error::Usage(describe(&error)))?;
        Ok(Request {
            title: self.title.clone().or(request.title),
            subtitle: self.subtitle.clone().or(request.subtitle),
            source: self.source.clone().or(request.source),
            unit: self.unit.clone().or(request.unit),
            ..request
        })
    }
}

/// The picture on standard output, in characters.
fn show(picture: &Picture) -> Result<()> {
    let columns = usize::from(width().unwrap_or(COLUMNS));
    let mut out = anstream::stdout();
    let coloured = io::stdout().is_terminal();
    let text = characters(picture, columns, ROWS, coloured);
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Error::file("standard output"))
}

/// Where a picture goes, and as what.
struct Written {
    target: Target,
    is_png: bool,
}

impl Written {
    fn parse(output: &str) -> Result<Self> {
        let target = Target::parse(output);
        let is_png = match &target {
            Target::File(path) => is_png(path)?,
            _ => false,
        };
        Ok(Self { target, is_png })
    }

    fn write(&self, picture: &Picture) -> Result<()> {
        let bytes = match self.is_png {
            true => png(picture).map_err(|error| Error::Data(describe(&error)))?,
            false => svg(picture).into_bytes(),
        };
        let (mut out, opening) = self.target.begin()?;
        let name = self.target.to_string();
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(Error::file(&name))?;
        drop(out);
        Ok(opening.complete()?)
    }
}

fn is_png(path: &Path) -> Result<bool> {
    let ends = |with: &str| path.extension().is_some_and(|end| end.eq_ignore_ascii_case(with));
    match (ends("png"), ends("svg")) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Error::Usage(format!(
            "{}: must end in .svg or .png, found {}",
            path.display(),
            ending(path)
        ))),
    }
}
