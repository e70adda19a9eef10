//! The columns of a framework, as the page of the index has them.

use crate::page::TableColumn;

/// In the order of the reference.
pub const FRAMEWORK_COLUMNS: &[TableColumn] = &[
    TableColumn {
        name: "code",
        rows: "all",
        kind: "text",
        meaning: "the indicator, as the panel calls it, or the node (a row that is the parent of others); unique",
        null: "error",
    },
    TableColumn {
        name: "parent",
        rows: "all",
        kind: "text",
        meaning: "code of the node above; a row that is nobody's parent is an indicator. Where no row has a parent, all are indicators of a node called index",
        null: "the root, one row",
    },
    TableColumn {
        name: "weight",
        rows: "all",
        kind: "number >= 0",
        meaning: "relative importance among the children of the parent, rescaled to sum to 1 (sum and product take it as it stands); given for all children of a parent or for none; not 0 for all of them; not used at the root",
        null: "weighting of the call; without it the same for all children",
    },
    TableColumn {
        name: "direction",
        rows: "all",
        kind: "1 or -1",
        meaning: "indicator: 1: higher is better; -1: lower is better, by the values before transform. Node: with -1 it counts against its parent: score x is used above as lower + upper - x, or as -x without a range; its own row shows x, which must lie within the range. Root: not -1",
        null: "indicator: direction of the call; node: 1",
    },
    TableColumn {
        name: "lower",
        rows: "indicators; nodes of direction -1",
        kind: "number below upper (ideal: or equal)",
        meaning: "indicator: lower bound of goalposts, scaled or ideal, in the indicator's unit of measurement. Node: the bottom of the range within which it is turned, together with upper",
        null: "indicator: the bound of the call, unless the row names its own normalisation; node: no range",
    },
    TableColumn {
        name: "upper",
        rows: "indicators; nodes of direction -1",
        kind: "number above lower (ideal: or equal)",
        meaning: "the upper bound, or the top of the range, as for lower",
        null: "as for lower",
    },
    TableColumn {
        name: "target",
        rows: "indicators",
        kind: "number",
        meaning: "target of distance_target, in the indicator's unit of measurement",
        null: "target of the call",
    },
    TableColumn {
        name: "base",
        rows: "indicators",
        kind: "a period, a span or 'first'",
        meaning: "base of the normalisation base",
        null: "base of the call",
    },
    TableColumn {
        name: "denominator",
        rows: "indicators",
        kind: "text",
        meaning: "code of the indicator of the panel that the values are divided by, in the same unit and period, before any other step; it need not have a row of its own. Bounds and target are those of the quotient, which is missing where the denominator is",
        null: "not divided",
    },
    TableColumn {
        name: "denominator_scale",
        rows: "indicators with a denominator",
        kind: "number, not 0",
        meaning: "the quotient is multiplied by it: 1000 for values per 1000 inhabitants",
        null: "1",
    },
    TableColumn {
        name: "transform",
        rows: "indicators",
        kind: "method: a function `transform_*` without the prefix",
        meaning: "transformation of the values, between imputation and treatment; lower, upper and target are given in the unit of measurement before it and are transformed with the values",
        null: "not transformed",
    },
    TableColumn {
        name: "normalisation",
        rows: "indicators",
        kind: "method: a function `norm_*` without the prefix",
        meaning: "normalisation of this indicator; 'none': its values are scores already",
        null: "normalisation of the call",
    },
    TableColumn {
        name: "aggregation",
        rows: "nodes",
        kind: "method: a function `agg_*` without the prefix",
        meaning: "how the scores of its children are aggregated",
        null: "aggregation of the call",
    },
    TableColumn {
        name: "min_coverage",
        rows: "nodes",
        kind: "number, 0 to 1",
        meaning: "minimum share of the children with a score (observed or imputed); below it the node has no score; not for sum and product, to which no child may be missing",
        null: "min_coverage of the call",
    },
    TableColumn {
        name: "coverage_by",
        rows: "nodes with a min_coverage above 0",
        kind: "weight or count",
        meaning: "whether that share is one of the weight of the children or of their number",
        null: "coverage_by of the call",
    },
    TableColumn {
        name: "min_children",
        rows: "nodes",
        kind: "whole number, 0 to the number of children",
        meaning: "minimum number of children with a score (observed or imputed); below it the node has no score; children of weight 0 take no part; not for sum and product",
        null: "min_children of the call",
    },
    TableColumn {
        name: "decimals",
        rows: "all",
        kind: "whole number, 0 to 15",
        meaning: "decimals to which the score is rounded, before it is ranked and before it is used above",
        null: "not rounded",
    },
    TableColumn {
        name: "rounding",
        rows: "rows with decimals",
        kind: "half_away or half_even",
        meaning: "where the middle between two decimals goes: away from 0 (0.5 to 1, -0.5 to -1) or to the even digit (0.5 to 0, 1.5 to 2)",
        null: "half_away",
    },
    TableColumn {
        name: "label",
        rows: "all",
        kind: "text",
        meaning: "name to show; no number depends on it",
        null: "no name",
    },
];

#[cfg(test)]
mod tests {
    use super::FRAMEWORK_COLUMNS;
    use crate::framework;
    use std::collections::BTreeSet;

    #[test]
    fn all_that_are_read_are_listed() {
        let listed: BTreeSet<&str> = FRAMEWORK_COLUMNS.iter().map(|column| column.name).collect();
        assert_eq!(listed, framework::columns().collect());
        assert_eq!(listed.len(), FRAMEWORK_COLUMNS.len());
    }
}
