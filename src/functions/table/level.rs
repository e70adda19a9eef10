//! The arguments `level` and `top` of what compares units component by component.

use datafusion::common::Result;

use super::function::no_faults;
use super::parameters::LEVEL;
use crate::arguments::constants::Constants;
use crate::framework::{Faults, Framework};
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::unused;

/// The level of the components.
pub fn level(constants: &Constants) -> Result<usize> {
    Ok(constants.whole(LEVEL.name, 1..=u64::from(u32::MAX))? as usize)
}

/// How many rows there are at most; none for all.
pub fn top(constants: &Constants) -> Result<Option<usize>> {
    match constants.get("top")? {
        Some(_) => Ok(Some(constants.whole("top", 1..=u64::from(u32::MAX))? as usize)),
        None => Ok(None),
    }
}

/// The nodes of a level, in the order of the framework.
pub fn nodes_at(level: usize, framework: &Framework) -> Vec<usize> {
    let nodes = framework.nodes();
    (0..nodes.len()).filter(|&node| nodes[node].level == level).collect()
}

/// The methods of an index, and that it has nodes of a level.
pub fn methods_at(
    level: usize,
    framework: &Framework,
    rows: &RowMethods,
    steps: &Steps,
) -> Result<Methods, Faults> {
    let methods = Methods::new(framework, rows, steps)?;
    let mut faults = unused(framework, &[(steps, &methods)], None);
    if nodes_at(level, framework).is_empty() {
        faults.push(format!("{} must be that of a node, got {level}", LEVEL.name));
    }
    no_faults(faults)?;
    Ok(methods)
}
