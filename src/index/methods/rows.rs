//! The methods that the rows of a framework name for themselves.

use std::collections::HashMap;

use super::call::MethodCall;

/// What one row names.
#[derive(Debug, Clone, Default)]
pub struct RowMethod {
    /// Some, if the row names one; of `'none'` it is no method.
    pub normalisation: Option<Option<MethodCall>>,
    pub aggregation: Option<MethodCall>,
    pub transform: Option<MethodCall>,
}

/// What the rows name, by their codes.
#[derive(Debug, Clone, Default)]
pub struct RowMethods(HashMap<String, RowMethod>);

impl RowMethods {
    /// Notes what a row names.
    pub fn insert(&mut self, code: &str, method: RowMethod) {
        self.0.insert(code.to_owned(), method);
    }

    /// The normalisation that the row of a node names.
    pub fn normalisation(&self, code: &str) -> Option<&Option<MethodCall>> {
        self.0.get(code)?.normalisation.as_ref()
    }

    /// The transformation that the row of a node names.
    pub fn transform(&self, code: &str) -> Option<&MethodCall> {
        self.0.get(code)?.transform.as_ref()
    }

    /// The aggregation that the row of a node names.
    pub fn aggregation(&self, code: &str) -> Option<&MethodCall> {
        self.0.get(code)?.aggregation.as_ref()
    }
}
