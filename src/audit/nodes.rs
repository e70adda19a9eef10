//! The nodes of a framework, and which of them count against another.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::common::{Result, exec_err};

use crate::columns::Columns;

/// Nodes straight below the index that have a column of their own in a table of units.
pub const COLUMNS: usize = 12;

/// A node of the framework.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its code.
    pub code: String,
    /// That of the node above.
    pub parent: Option<String>,
    /// 1 for an indicator.
    pub level: i64,
}

/// The nodes of the first unit and period: those of the framework, in its order.
///
/// # Errors
///
/// A column is not there.
pub fn nodes(batches: &[RecordBatch]) -> Result<Vec<Node>> {
    let Some(first) = batches.iter().find(|batch| batch.num_rows() > 0) else {
        return Ok(Vec::new());
    };
    let mut nodes: Vec<Node> = Vec::new();
    for batch in batches {
        let [codes, parents, levels] =
            ["code", "parent", "level"].map(|name| batch.column_by_name(name));
        let (Some(codes), Some(parents), Some(levels)) = (codes, parents, levels) else {
            return exec_err!(
                "composite_index must have code, parent and level, found {:?}",
                first.schema()
            );
        };
        let levels = cast(levels, &DataType::Int64)?;
        for row in 0..batch.num_rows() {
            let code = array_value_to_string(codes, row)?;
            if nodes.first().is_some_and(|node| node.code == code) {
                return Ok(nodes);
            }
            let parent =
                parents.is_valid(row).then(|| array_value_to_string(parents, row)).transpose()?;
            nodes.push(Node { code, parent, level: levels.as_primitive::<Int64Type>().value(row) });
        }
    }
    Ok(nodes)
}

/// The nodes that count against another: their scores correlate with it the other way round.
#[derive(Debug, Default)]
pub struct Turned {
    /// Those that count against their parent.
    pub parent: Vec<String>,
    /// Those that count against the index.
    pub top: Vec<String>,
}

impl Turned {
    /// Reads the directions of a framework.
    ///
    /// # Errors
    ///
    /// They are no numbers.
    pub fn of(framework: &RecordBatch, nodes: &[Node]) -> Result<Self> {
        let schema = framework.schema();
        let columns = Columns::of(&schema);
        let find = |name: &str| columns.find(name).ok().flatten();
        let (Some(codes), Some(directions)) = (find("code"), find("direction")) else {
            return Ok(Self::default());
        };
        let directions = cast(framework.column(directions), &DataType::Float64)?;
        let directions = directions.as_primitive::<Float64Type>();
        let mut negative = Vec::new();
        for row in 0..framework.num_rows() {
            if directions.is_valid(row) && directions.value(row) < 0.0 {
                negative.push(array_value_to_string(framework.column(codes), row)?);
            }
        }
        // Of an indicator it is the values that are turned, not the scores.
        let is_turned = |node: &Node| node.level > 1 && negative.contains(&node.code);
        let above =
            |node: &Node| nodes.iter().find(|above| Some(&above.code) == node.parent.as_ref());
        let counts_against = |node: &&Node| {
            let path = std::iter::successors(Some(*node), |node| above(node));
            path.filter(|node| is_turned(node)).count() % 2 == 1
        };
        let code = |node: &Node| node.code.clone();
        Ok(Self {
            parent: nodes.iter().filter(|node| is_turned(node)).map(code).collect(),
            top: nodes.iter().filter(counts_against).map(code).collect(),
        })
    }
}
