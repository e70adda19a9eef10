//! A document as JSON, for programs.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::json::ArrayWriter;
use datafusion::arrow::json::WriterBuilder;
use datafusion::arrow::json::writer::JsonArray;
use datafusion::common::{DataFusionError, Result};
use serde_json::{Map, Value, json};

use super::model::{Block, Chapter, Document, Finding};
use super::table::Table;
use crate::types::sql_name;

/// A document as JSON: its parts in their order, and its findings once more together.
///
/// # Errors
///
/// A value of a table cannot be written.
pub fn json(document: &Document) -> Result<String> {
    let chapters = document.chapters.iter().map(chapter).collect::<Result<Vec<_>>>()?;
    let findings = document.chapters.iter().flat_map(|chapter| {
        let found = chapter.blocks.iter().filter_map(|block| match block {
            Block::Finding(found) => Some(found),
            _ => None,
        });
        found.map(|found| {
            let mut value = finding(found);
            value.insert("chapter".to_owned(), Value::from(chapter.anchor.as_str()));
            Value::Object(value)
        })
    });
    let provenance = document.provenance.iter();
    let provenance = provenance.map(|(name, said)| json!({ "name": name, "text": said }));
    let value = json!({
        "title": document.title,
        "subtitle": document.subtitle,
        "opening": blocks(&document.opening)?,
        "chapters": chapters,
        "findings": findings.collect::<Vec<_>>(),
        "provenance": provenance.collect::<Vec<_>>(),
    });
    let text = serde_json::to_string_pretty(&value);
    Ok(text.map_err(|error| DataFusionError::External(Box::new(error)))? + "\n")
}

fn chapter(chapter: &Chapter) -> Result<Value> {
    Ok(json!({
        "anchor": chapter.anchor,
        "title": chapter.title,
        "blocks": blocks(&chapter.blocks)?,
    }))
}

fn blocks(blocks: &[Block]) -> Result<Vec<Value>> {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Result<Value> {
    Ok(match block {
        Block::Heading(text) => json!({ "kind": "heading", "text": text }),
        Block::Text(text) => json!({ "kind": "text", "text": text }),
        Block::List(texts) => json!({ "kind": "list", "texts": texts }),
        Block::References(references) => {
            let references =
                references.iter().map(|one| json!({ "text": one.text, "chapter": one.anchor }));
            json!({ "kind": "references", "references": references.collect::<Vec<_>>() })
        }
        Block::Terms(terms) => {
            let terms = terms.iter().map(|(name, said)| json!({ "name": name, "text": said }));
            json!({ "kind": "terms", "terms": terms.collect::<Vec<_>>() })
        }
        Block::Checks(checks) => json!({ "kind": "checks", "conditions": checks }),
        Block::Finding(found) => {
            let mut value = finding(found);
            value.insert("kind".to_owned(), Value::from("finding"));
            Value::Object(value)
        }
        Block::Table(one) => table(one)?,
        Block::Picture(one) => json!({
            "kind": "picture",
            "picture": one.light.kind.name,
            "title": one.light.name(),
            "description": one.light.description(),
            "notes": one.light.notes(),
        }),
        Block::Query(text) => json!({ "kind": "query", "sql": text }),
    })
}

fn finding(finding: &Finding) -> Map<String, Value> {
    let Finding { rule, level, statement, headline: _, evidence, advice } = finding;
    let members = [
        ("rule", *rule),
        ("level", level.word()),
        ("statement", statement),
        ("evidence", evidence),
        ("advice", advice),
    ];
    members.into_iter().map(|(name, text)| (name.to_owned(), Value::from(text))).collect()
}

fn table(table: &Table) -> Result<Value> {
    let schema = table.rows.schema();
    let columns = schema.fields().iter();
    let columns =
        columns.map(|field| json!({ "name": field.name(), "type": sql_name(field.data_type()) }));
    let columns: Vec<Value> = columns.collect();
    let builder = WriterBuilder::new().with_explicit_nulls(true);
    let mut writer: ArrayWriter<Vec<u8>> = builder.build::<_, JsonArray>(Vec::new());
    writer.write(&table.rows)?;
    writer.finish()?;
    let mut rows: Vec<Map<String, Value>> = match writer.into_inner() {
        text if text.is_empty() => Vec::new(),
        text => serde_json::from_slice(&text)
            .map_err(|error| DataFusionError::External(Box::new(error)))?,
    };
    // Numbers that are read from text may lose their last digit.
    for (at, field) in schema.fields().iter().enumerate() {
        if field.data_type().is_floating() {
            let numbers = cast(table.rows.column(at), &DataType::Float64)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            for (row, number) in rows.iter_mut().zip(numbers) {
                row.insert(field.name().clone(), Value::from(number));
            }
        }
    }
    Ok(json!({ "kind": "table", "caption": table.caption, "columns": columns, "rows": rows }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
    use datafusion::arrow::record_batch::RecordBatch;

    use super::*;
    use crate::document::model::Level;

    #[test]
    fn every_digit_is_there() {
        // This one loses its last digit where it is read from a text in haste.
        let values = [Some(9.464_696_806_096_363), None, Some(f64::NAN)];
        let columns: [(&str, ArrayRef); 2] = [
            ("x", Arc::new(Float64Array::from(values.to_vec()))),
            ("t", Arc::new(StringArray::from(vec![Some("京\"<"), None, Some("")]))),
        ];
        let rows = RecordBatch::try_from_iter(columns).unwrap();
        let table = Block::Table(Table { caption: "c".into(), rows, most: 1 });
        let finding = Block::Finding(Finding {
            rule: "r",
            level: Level::Warning,
            statement: "s".into(),
            headline: "s".into(),
            evidence: "e".into(),
            advice: "a",
        });
        let chapter =
            Chapter { anchor: "one".into(), title: "One".into(), blocks: vec![table, finding] };
        let document = Document { chapters: vec![chapter], ..Document::default() };
        let text = json(&document).unwrap();
        for part in [
            "\"x\": 9.464696806096363",
            "\"x\": null",
            "\"t\": \"京\\\"<\"",
            "\"type\": \"DOUBLE\"",
            "\"chapter\": \"one\"",
            "\"level\": \"warning\"",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(text.matches("\"x\": null").count(), 2);
    }
}
