//! Functions of the components of nodes: what they are asked, how the groups are gathered, and their rows.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;

use super::arguments::Arguments;
use super::function::{Column, Inputs, Spec};
use super::output::{NodeLabels, Output};
use super::parameters::AMONG;
use super::request::Request;
use crate::index::analysis::components::{Among, Group, NodeGroups};
use crate::index::execution::Execution;
use crate::index::input::IndexInput;
use crate::index::methods::steps::Steps;
use crate::page::Page;

/// The steps of an index, and which nodes are the components of another.
#[derive(Debug)]
pub struct GroupCall {
    steps: Steps,
    among: Among,
}

/// What an answer about a group needs beside it.
pub struct Means<'a> {
    pub execution: &'a Execution,
    pub reservation: &'a MemoryReservation,
}

/// A row about a node.
pub trait NodeRow {
    fn node(&self) -> usize;
}

impl GroupCall {
    pub fn bind(arguments: &Arguments) -> Result<Self> {
        let among = Among::ALL[arguments.constants.choice(AMONG.name)?];
        Ok(Self { steps: arguments.steps()?, among })
    }

    pub fn spec(&self, page: &'static Page, columns: &'static [Column]) -> Spec<'_> {
        Spec { page, steps: &self.steps, columns, node_column: Some("code") }
    }

    pub fn describe(&self, what: &str) -> String {
        let among = format!("{:?}", self.among).to_lowercase();
        format!("{}, {what} of the {among} of each node", self.steps.describe())
    }

    /// The rows that `answer` makes of the group of each node that is wanted, in the order of the framework.
    pub fn rows<R: NodeRow>(
        &self,
        Inputs { mut index, .. }: Inputs,
        request: &Request,
        mut answer: impl FnMut(Group, &Means<'_>) -> Result<Vec<R>>,
    ) -> Result<NodeRows<R>> {
        let scores = index.scores()?;
        let IndexInput { framework, panel, execution, reservation, .. } = index;
        let groups =
            NodeGroups { framework: &framework, scores: &scores, panel: &panel, among: self.among };
        let means = Means { execution: &execution, reservation: &reservation };
        let of_nodes = groups.each(&request.nodes, &reservation, |group| answer(group, &means))?;
        let all = of_nodes.into_iter().flatten().collect();
        Ok(NodeRows { all, labels: NodeLabels::of_all(&framework) })
    }
}

/// Rows about nodes.
pub struct NodeRows<R> {
    all: Vec<R>,
    labels: NodeLabels,
}

impl<R: NodeRow> NodeRows<R> {
    /// The rows with the columns that are wanted; `column` gives those that the framework does not.
    pub fn output(
        &self,
        request: &Request,
        column: impl Fn(&Self, &str) -> Result<ArrayRef>,
    ) -> Result<Output> {
        let batch = request.batch(self.all.len(), |name| match name {
            "code" => self.taken(&self.labels.codes, |row| Some(row.node())),
            "parent" => self.taken(&self.labels.parents, |row| Some(row.node())),
            "level" => self.taken(&self.labels.levels, |row| Some(row.node())),
            name => column(self, name),
        })?;
        Ok(Output::in_parts(&batch))
    }

    /// Codes of nodes.
    pub fn codes(&self, node: impl Fn(&R) -> Option<usize>) -> Result<ArrayRef> {
        self.taken(&self.labels.codes, node)
    }

    fn taken(&self, from: &ArrayRef, at: impl Fn(&R) -> Option<usize>) -> Result<ArrayRef> {
        let at = self.all.iter().map(|row| at(row).map(|at| at as u32)).collect::<UInt32Array>();
        Ok(take(from, &at, None)?)
    }

    pub fn integers(&self, number: impl Fn(&R) -> Option<usize>) -> ArrayRef {
        let numbers = self.all.iter().map(|row| number(row).map(|number| number as i64));
        Arc::new(numbers.collect::<Int64Array>())
    }

    pub fn numbers(&self, number: impl Fn(&R) -> Option<f64>) -> ArrayRef {
        Arc::new(self.all.iter().map(number).collect::<Float64Array>())
    }

    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.all.iter()
    }
}
