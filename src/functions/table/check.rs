//! The rows of a framework table with their methods, checked before any value is read.

use super::method::of_rows;
use crate::framework::{Defaults, Faults, Framework, Row};
use crate::index::methods::bound::Methods;
use crate::index::methods::rows::RowMethods;
use crate::index::methods::steps::Steps;

/// A framework with the methods that its rows name, and those bound to its nodes.
#[derive(Debug)]
pub struct Checked {
    pub framework: Framework,
    pub row_methods: RowMethods,
    pub methods: Methods,
}

/// Checks rows as a tree, reads their methods, and binds all by `bind`.
///
/// # Errors
/// All faults of the tree and of the texts of methods, else those that `bind` finds.
pub fn checked(
    rows: Vec<Row>,
    steps: &Steps,
    bind: impl FnOnce(&Framework, &RowMethods) -> Result<Methods, Faults>,
) -> Result<Checked, Faults> {
    let (row_methods, of_texts) = of_rows(steps.registry, &rows);
    let defaults = Defaults { direction: steps.direction };
    let framework = match Framework::new(rows, &defaults) {
        Ok(framework) if of_texts.is_empty() => framework,
        Ok(_) => return Err(Faults(of_texts)),
        Err(Faults(mut faults)) => {
            faults.extend(of_texts);
            return Err(Faults(faults));
        }
    };
    let methods = bind(&framework, &row_methods)?;
    Ok(Checked { framework, row_methods, methods })
}
