//! What is given, by the call or by the framework, and used by none of the methods.

use std::collections::BTreeMap;

use super::bound::Methods;
use super::steps::Steps;
use super::used::{Argument, Used};
use crate::framework::{Framework, Node, list};
use crate::page::Role;

/// What is given, by the call or by the rows of the framework, and used by none of the variants of
/// an index: one fault each. `only` are the arguments that the function has a use for at all.
pub fn unused(
    framework: &Framework,
    variants: &[(&Steps, &Methods)],
    only: Option<&[Argument]>,
) -> Vec<String> {
    let used = variants.iter().fold(Used::default(), |used, (_, methods)| used.and(&methods.used));
    let methods: Vec<&Methods> = variants.iter().map(|(_, methods)| *methods).collect();
    let mut faults = Vec::new();
    if only.is_none() {
        faults.extend(unused_columns(framework, &methods));
    }
    for (steps, _) in variants {
        for fault in steps.unused(&used, only) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
    }
    faults
}

/// What the rows of a framework state and none of these methods uses, one fault a column.
pub fn unused_columns(framework: &Framework, methods: &[&Methods]) -> Vec<String> {
    let nodes = framework.nodes();
    let mut of_column: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (i, &leaf) in framework.leaves().iter().enumerate() {
        for (column, roles, is_stated) in stated(&nodes[leaf]) {
            let is_used = |methods: &&Methods| {
                roles.iter().any(|role| methods.used.rows.contains(&(i, *role)))
            };
            if is_stated && !methods.iter().any(is_used) {
                of_column.entry(column).or_default().push(format!("'{}'", nodes[leaf].code));
            }
        }
    }
    let fault = |(column, codes): (&str, Vec<String>)| {
        format!(
            "framework: {column} must be NULL where the normalisation takes none, found one for {} \
             (name a normalisation that takes it, as in normalisation => '{}', or leave the column \
             out)",
            list(codes.into_iter()),
            match column {
                "target" => "distance_target",
                "base" => "base",
                _ => "goalposts",
            }
        )
    };
    let mut faults: Vec<String> = of_column.into_iter().map(fault).collect();
    let is_unused = |(position, node): &(usize, &Node)| {
        node.coverage_by.is_some()
            && !methods.iter().any(|methods| methods.used.coverage_by.contains(position))
    };
    let without: Vec<String> = nodes
        .iter()
        .enumerate()
        .filter(is_unused)
        .map(|(_, node)| format!("'{}'", node.code))
        .collect();
    if !without.is_empty() {
        faults.push(format!(
            "framework: coverage_by must be NULL where min_coverage is 0, found one for {} (give \
             min_coverage in the row or the call, or leave the column out)",
            list(without.into_iter())
        ));
    }
    faults
}

/// What a row states for the normalisation of its indicator: column, roles, whether it does.
fn stated(leaf: &Node) -> [(&'static str, &'static [Role], bool); 4] {
    [
        ("lower", &[Role::LowerGoalpost], leaf.lower.is_some()),
        ("upper", &[Role::UpperGoalpost], leaf.upper.is_some()),
        ("target", &[Role::Target], leaf.target.is_some()),
        ("base", &[Role::BasePeriod], leaf.base.is_some()),
    ]
}
