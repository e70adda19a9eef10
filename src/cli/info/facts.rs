//! What is in a file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::arrow::ipc::{CompressionType, root_as_message};
use datafusion::common::{DataFusionError, Result as Seen, exec_datafusion_err, exec_err};
use datafusion::parquet::arrow::parquet_to_arrow_schema;
use datafusion::parquet::file::reader::{FileReader as _, SerializedFileReader};
use tokio::runtime::Handle;

use super::super::error::{Error, Result};
use super::super::options::Options as Session;
use super::super::report::shown;
use crate::draw::output::about::{About, of_png, of_svg};
use crate::error::describe;
use crate::export::{Format, PREFIX};
use crate::read::open::open;
use crate::read::options::Options;
use crate::types::sql_name;

/// How a stream of Arrow begins, and each of its messages.
const CONTINUES: [u8; 4] = [0xff; 4];
/// How a file of Arrow begins, and where its first message is.
const MARK: &[u8] = b"ARROW1";
const FIRST: u64 = 8;

/// How a PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n";

/// What is in a file.
#[derive(Debug)]
pub struct Facts {
    pub format: String,
    pub compression: Option<String>,
    pub bytes: u64,
    /// Of a picture: width and height in pixels.
    pub size: Option<(f64, f64)>,
    /// None of a picture.
    pub rows: Option<usize>,
    /// Of Parquet.
    pub row_groups: Option<usize>,
    /// Names and types.
    pub columns: Vec<(String, String)>,
    /// What it says of where it comes from, by the names behind [`PREFIX`].
    pub said: BTreeMap<String, String>,
}

impl Facts {
    /// Reads what can be told without the rows; of text the rows are read.
    pub async fn read(path: &Path, session: &Session, workers: &Handle) -> Result<Self> {
        let fault = |error| Error::Data(format!("{}: {}", shown(path), describe(&error)));
        let mut head = [0; 6];
        let mut file = File::open(path).map_err(Error::file(path))?;
        let length = file.read(&mut head).map_err(Error::file(path))?;
        let mut facts = match &head[..length] {
            head if head.starts_with(b"PAR1") => parquet(file).map_err(fault)?,
            head if head.starts_with(MARK) || head.starts_with(&CONTINUES) => {
                arrow(file, head.starts_with(MARK)).map_err(fault)?
            }
            head if head.starts_with(PNG) => {
                of_picture("png", of_png(&bytes(path)?).map_err(fault)?)
            }
            head if head.starts_with(b"<svg") || ends_in_svg(path) => {
                let text = String::from_utf8_lossy(&bytes(path)?).into_owned();
                of_picture("svg", of_svg(&text).map_err(fault)?)
            }
            _ => other(path, session, workers).await?,
        };
        facts.bytes = std::fs::metadata(path).map_err(Error::file(path))?.len();
        Ok(facts)
    }

    fn of(format: &str, schema: &Schema, said: &HashMap<String, String>) -> Self {
        let columns = schema.fields().iter();
        let columns = columns.map(|field| (field.name().clone(), sql_name(field.data_type())));
        let said = said.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Self {
            format: format.to_owned(),
            compression: None,
            bytes: 0,
            size: None,
            rows: None,
            row_groups: None,
            columns: columns.collect(),
            said: ours(said),
        }
    }
}

/// What is ours of what a file carries.
fn ours<'a>(carried: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    let ours = carried.filter_map(|(name, value)| {
        Some((name.strip_prefix(PREFIX)?.to_owned(), value.to_owned()))
    });
    ours.collect()
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(Error::file(path))
}

fn ends_in_svg(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg"))
}

fn of_picture(format: &str, about: About) -> Facts {
    let carried = about.facts.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let facts = Facts::of(format, &Schema::empty(), &HashMap::new());
    Facts { size: about.size, said: ours(carried), ..facts }
}

fn parquet(file: File) -> Seen<Facts> {
    let reader = SerializedFileReader::new(file)?;
    let metadata = reader.metadata();
    let of_file = metadata.file_metadata();
    let carried = of_file.key_value_metadata();
    let schema = parquet_to_arrow_schema(of_file.schema_descr(), carried)?;
    let said = carried.into_iter().flatten();
    let said = said.filter_map(|one| Some((one.key.clone(), one.value.clone()?)));
    let groups = metadata.row_groups();
    let columns = groups.iter().flat_map(|group| group.columns());
    let codecs = columns.map(|column| column.compression().to_string());
    let codecs = codecs.map(|codec| codec.split('(').next().unwrap_or_default().to_lowercase());
    let codecs: BTreeSet<String> = codecs.collect();
    let codecs: Vec<&str> = codecs
        .iter()
        .map(|codec| if codec == "uncompressed" { "none" } else { codec.as_str() })
        .collect();
    Ok(Facts {
        compression: (!codecs.is_empty()).then(|| codecs.join(", ")),
        rows: usize::try_from(of_file.num_rows()).ok(),
        row_groups: Some(groups.len()),
        ..Facts::of("parquet", &schema, &said.collect())
    })
}

fn arrow(mut file: File, is_file: bool) -> Seen<Facts> {
    file.rewind()?;
    let read = BufReader::new(file.try_clone()?);
    let schema = match is_file {
        true => FileReader::try_new(read, None)?.schema(),
        false => StreamReader::try_new(read, None)?.schema(),
    };
    file.seek(SeekFrom::Start(if is_file { FIRST } else { 0 }))?;
    if is_file {
        pass_padding(&mut file)?;
    }
    let (rows, codec) = messages(&mut file)?;
    let format = if is_file { "arrow" } else { "arrows" };
    let rows = Some(rows);
    Ok(Facts { compression: codec, rows, ..Facts::of(format, &schema, schema.metadata()) })
}

/// The rows of all batches, and how they are packed.
fn messages(file: &mut File) -> Seen<(usize, Option<String>)> {
    let (mut rows, mut codec) = (0, None);
    let size = file.metadata()?.len();
    while let Some(header) = header(file)? {
        let message = root_as_message(&header)
            .map_err(|error| exec_datafusion_err!("a message cannot be read: {error}"))?;
        if let Some(batch) = message.header_as_record_batch() {
            rows += usize::try_from(batch.length()).unwrap_or_default();
            codec = Some(match batch.compression().map(|packed| packed.codec()) {
                Some(CompressionType::LZ4_FRAME) => "lz4",
                Some(CompressionType::ZSTD) => "zstd",
                Some(_) => "other",
                None => "none",
            });
        }
        let body = u64::try_from(message.bodyLength()).ok();
        let end = body.and_then(|body| body.checked_add(file.stream_position().ok()?));
        match end.filter(|end| *end <= size) {
            Some(end) => file.seek(SeekFrom::Start(end))?,
            None => return exec_err!("a message must be whole, found its end cut off"),
        };
    }
    Ok((rows, codec.map(str::to_owned)))
}

/// To the first message: zeros stand before it.
fn pass_padding(file: &mut File) -> io::Result<()> {
    let mut word = [0; 4];
    while word == [0; 4] {
        file.read_exact(&mut word)?;
    }
    file.seek(SeekFrom::Current(-4)).map(|_| ())
}

/// The header of the next message; none at the end.
fn header(file: &mut File) -> io::Result<Option<Vec<u8>>> {
    let mut word = [0; 4];
    if let Err(error) = file.read_exact(&mut word) {
        return match error.kind() {
            io::ErrorKind::UnexpectedEof => Ok(None), // a stream may end without saying so
            _ => Err(error),
        };
    }
    if word == CONTINUES {
        file.read_exact(&mut word)?;
    }
    let length = u32::from_le_bytes(word);
    let mut header = Vec::new();
    file.take(length.into()).read_to_end(&mut header)?;
    Ok((length > 0).then_some(header))
}

/// Text, workbooks and what else the reader knows.
async fn other(path: &Path, session: &Session, workers: &Handle) -> Result<Facts> {
    let name = shown(path);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let format = match Format::from_ending(path) {
        Some(format) => format.ending().to_owned(),
        None => ending.unwrap_or_default(),
    };
    let runner = session.runner(workers).await?;
    let context = runner.context().clone();
    let reading = runner.finish_work(async move {
        let options = Options { is_called: true, ..Options::default() };
        let table = open(&context.state(), &[name], &options).await?.table;
        let schema = table.schema();
        let rows = context.read_table(table)?.count().await?;
        Ok::<_, DataFusionError>((schema, rows))
    });
    let (schema, rows) = reading.await?.map_err(Error::from)?;
    Ok(Facts { rows: Some(rows), ..Facts::of(&format, &schema, &HashMap::new()) })
}
