//! A document as JSON, for programs. It is put together from pieces that are JSON already: so each number of a table has
//! every digit.

use datafusion::common::{Result, plan_datafusion_err};
use serde_json::Value;

use super::model::{Block, Chapter, Document, Finding};
use super::table::Table;
use crate::error::describe;
use crate::export::objects;
use crate::types::sql_name;

/// A document as JSON: its parts in their order, and its findings once more together.
///
/// # Errors
///
/// A table has two columns of one name, or a value that cannot be written.
pub fn json(document: &Document) -> Result<String> {
    let chapters = document.chapters.iter().map(chapter).collect::<Result<Vec<_>>>()?;
    let findings = document.chapters.iter().flat_map(|chapter| {
        let found = chapter.blocks.iter().filter_map(|block| match block {
            Block::Finding(found) => Some(found),
            _ => None,
        });
        found.map(|found| {
            let mut members = finding(found).to_vec();
            members.push(("chapter", text(&chapter.anchor)));
            object(members)
        })
    });
    let members = [
        ("title", text(&document.title)),
        ("subtitle", document.subtitle.as_deref().map_or_else(|| "null".to_owned(), text)),
        ("language", text(document.language())),
        ("opening", blocks(&document.opening)?),
        ("chapters", array(chapters)),
        ("findings", array(findings)),
        ("provenance", terms(&document.provenance)),
    ];
    Ok(object(members) + "\n")
}

fn chapter(chapter: &Chapter) -> Result<String> {
    Ok(object([
        ("anchor", text(&chapter.anchor)),
        ("title", text(&chapter.title)),
        ("blocks", blocks(&chapter.blocks)?),
    ]))
}

fn blocks(blocks: &[Block]) -> Result<String> {
    Ok(array(blocks.iter().map(block).collect::<Result<Vec<_>>>()?))
}

fn block(block: &Block) -> Result<String> {
    let of = |kind, name, value| object([("kind", text(kind)), (name, value)]);
    Ok(match block {
        Block::Heading(said) => of("heading", "text", text(said)),
        Block::Text(said) => of("text", "text", text(said)),
        Block::List(texts) => of("list", "texts", array(texts.iter().map(|one| text(one)))),
        Block::References(references) => {
            let references = references
                .iter()
                .map(|one| object([("text", text(&one.text)), ("chapter", text(&one.anchor))]));
            of("references", "references", array(references))
        }
        Block::Terms(named) => of("terms", "terms", terms(named)),
        Block::Checks(checks) => {
            of("checks", "conditions", array(checks.iter().map(|one| text(one))))
        }
        Block::Finding(found) => {
            let mut members = vec![("kind", text("finding"))];
            members.extend(finding(found));
            object(members)
        }
        Block::Table(one) => table(one)?,
        Block::Picture(one) => object([
            ("kind", text("picture")),
            ("picture", text(one.light.kind.name)),
            ("title", text(one.light.name())),
            ("description", text(one.light.description())),
            ("notes", array(one.light.notes().iter().map(|note| text(note)))),
        ]),
        Block::Query(sql) => of("query", "sql", text(sql)),
    })
}

fn finding(finding: &Finding) -> [(&'static str, String); 5] {
    let Finding { rule, level, statement, headline: _, evidence, advice } = finding;
    [
        ("rule", text(rule)),
        ("level", text(level.word())),
        ("statement", text(statement)),
        ("evidence", text(evidence)),
        ("advice", text(advice)),
    ]
}

fn terms(terms: &[(String, String)]) -> String {
    array(terms.iter().map(|(name, said)| object([("name", text(name)), ("text", text(said))])))
}

fn table(table: &Table) -> Result<String> {
    let schema = table.rows.schema();
    let columns = schema.fields().iter().map(|field| {
        object([("name", text(field.name())), ("type", text(&sql_name(field.data_type())))])
    });
    let rows = objects(&table.rows);
    let rows = rows
        .map_err(|error| plan_datafusion_err!("table '{}': {}", table.caption, describe(&error)))?;
    Ok(object([
        ("kind", text("table")),
        ("caption", text(&table.caption)),
        ("columns", array(columns)),
        ("rows", array(rows)),
    ]))
}

/// A text as JSON.
fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// An array of what is JSON already, a line for each.
fn array(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    match items.is_empty() {
        true => "[]".to_owned(),
        false => format!("[\n{}\n]", items.join(",\n")),
    }
}

/// An object whose members are JSON already.
fn object(members: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let members = members.into_iter().map(|(name, value)| format!("{}: {value}", text(name)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{
        ArrayRef, Decimal128Array, Float32Array, Float64Array, ListArray, StringArray,
    };
    use datafusion::arrow::datatypes::{Field, Float64Type, Schema};
    use datafusion::arrow::record_batch::RecordBatch;

    use super::*;
    use crate::document::model::Level;

    fn table(columns: Vec<(&str, ArrayRef)>) -> Block {
        let fields =
            columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        Block::Table(Table {
            caption: "c".into(),
            rows: RecordBatch::try_new(schema, arrays).unwrap(),
            most: 1,
        })
    }

    fn document(blocks: Vec<Block>) -> Document {
        let chapter = Chapter { anchor: "one".into(), title: "One".into(), blocks };
        Document { chapters: vec![chapter], ..Document::default() }
    }

    #[test]
    fn every_digit_is_there() {
        // This one loses its last digit where it is read from a text in haste.
        let hasty = 9.464_696_806_096_363;
        let values = vec![Some(hasty), None, Some(f64::NAN)];
        let lists = values.iter().map(|value| Some(vec![*value]));
        let lists = ListArray::from_iter_primitive::<Float64Type, _, _>(lists);
        let decimals =
            Decimal128Array::from(vec![Some(1_234_567_890_123_456_789), None, Some(110)]);
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("x", Arc::new(Float64Array::from(values))),
            ("l", Arc::new(lists)),
            ("f", Arc::new(Float32Array::from(vec![0.1; 3]))),
            ("d", Arc::new(decimals.with_precision_and_scale(38, 2).unwrap())),
            ("t", Arc::new(StringArray::from(vec![Some("京\"<\n"), None, Some("")]))),
        ];
        let finding = Block::Finding(Finding {
            rule: "r",
            level: Level::Warning,
            statement: "s".into(),
            headline: "s".into(),
            evidence: "e".into(),
            advice: "a",
        });
        let text = json(&document(vec![table(columns), finding])).unwrap();
        for part in [
            "{\"x\":9.464696806096363,\"l\":[9.464696806096363],\"f\":0.1,\"d\":12345678901234567.89,\"t\":\"京\\\"<\\n\"}",
            "{\"x\":null,\"l\":[null],\"f\":0.1,\"d\":1.10,\"t\":\"\"}",
            "\"type\": \"DOUBLE\"",
            "\"chapter\": \"one\"",
            "\"level\": \"warning\"",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["chapters"][0]["blocks"][0]["rows"].as_array().map(Vec::len), Some(3));
        assert_eq!(read["findings"][0]["rule"], "r");
    }

    #[test]
    fn no_column_takes_the_place_of_another() {
        let column = || ("x", Arc::new(Float64Array::from(vec![1.0])) as ArrayRef);
        let error = json(&document(vec![table(vec![column(), column()])])).unwrap_err();
        assert!(error.to_string().contains("found two called 'x'"), "{error}");
    }
}
