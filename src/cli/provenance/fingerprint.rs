//! The fingerprint of a framework: whether two results follow the same one.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use serde_json::{Map, Value};

use super::hash;
use crate::framework::{Row, rows};
use crate::functions::table::sql::node::IndexNode;

/// The frameworks that the table functions of a plan read.
pub fn frameworks(plan: &LogicalPlan) -> Vec<LogicalPlan> {
    let mut found = Vec::new();
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Extension(extension) = node
            && let Some(index) = extension.node.as_any().downcast_ref::<IndexNode>()
        {
            found.extend(index.inputs.first().cloned());
        }
        Ok(TreeNodeRecursion::Continue)
    });
    found
}

/// The SHA-256 of a framework's rows: a line of JSON each, `[code,{column:value}]`, lines and columns
/// in the order of their text, columns
/// without a value left out.
///
/// # Errors
/// When it cannot be read.
pub async fn fingerprint(plan: LogicalPlan, context: &SessionContext) -> Result<String> {
    let frame = context.execute_logical_plan(plan).await?;
    let schema = Arc::clone(frame.schema().inner());
    let batches = frame.collect().await?;
    let mut lines: Vec<String> = rows(&schema, &batches)?.into_iter().map(line).collect();
    lines.sort();
    Ok(hash::of_bytes(lines.concat().as_bytes()))
}

/// A row as a line.
fn line(row: Row) -> String {
    let text = |value: Option<String>| value.map(Value::from);
    let number = |value: Option<f64>| value.map(Value::from);
    let Row {
        code,
        parent,
        weight,
        direction,
        label,
        lower,
        upper,
        target,
        base,
        denominator,
        denominator_scale,
        transform,
        normalisation,
        aggregation,
        decimals,
        rounding,
        min_coverage,
        min_children,
        coverage_by,
    } = row;
    let key = Value::from(code.clone().unwrap_or_default());
    let columns = [
        ("aggregation", text(aggregation)),
        ("base", base.map(|base| Value::from(base.to_string()))),
        ("code", text(code)),
        ("coverage_by", text(coverage_by)),
        ("decimals", number(decimals)),
        ("denominator", text(denominator)),
        ("denominator_scale", number(denominator_scale)),
        ("direction", number(direction)),
        ("label", text(label)),
        ("lower", number(lower)),
        ("min_children", number(min_children)),
        ("min_coverage", number(min_coverage)),
        ("normalisation", text(normalisation)),
        ("parent", text(parent)),
        ("rounding", text(rounding)),
        ("target", number(target)),
        ("transform", text(transform)),
        ("upper", number(upper)),
        ("weight", number(weight)),
    ];
    let columns = columns.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    format!("[{key},{}]\n", Value::Object(columns.collect::<Map<_, _>>()))
}
