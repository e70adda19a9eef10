//! The arguments that all table functions of the index share.

use crate::index::panel::GroupUse;
use crate::kernel::CoverageBy;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role};

/// They, in the order of the reference.
pub const SHARED: &[Parameter] = &[
    PANEL,
    FRAMEWORK,
    UNIT,
    PERIOD,
    INDICATOR,
    VALUE,
    IMPUTATION,
    IMPUTATION_GROUP,
    TREATMENT,
    NORMALISATION,
    REFERENCE,
    TREATMENT_REFERENCE,
    BASE,
    LOWER,
    UPPER,
    TARGET,
    WEIGHTING,
    WEIGHTING_SCOPE,
    AGGREGATION,
    MIN_COVERAGE,
    MIN_CHILDREN,
    COVERAGE_BY,
    DIRECTION,
    STRICT,
];

pub const UNIT: Parameter = column("unit", "column of the panel that holds the unit", "unit");

pub const PERIOD: Parameter = Parameter {
    null: Null::Means("the panel is one cross-section"),
    ..column(
        "period",
        "column of the panel that holds the period: a year, a date, a text; text such as 2023-Q1, 2023M9 or 2023年9月 is in the order of time, each period written in one way, all other text in its own; without such a column the panel is one cross-section",
        "period",
    )
};

pub const INDICATOR: Parameter =
    column("indicator", "column of the panel that holds the code of the indicator", "indicator");

pub const VALUE: Parameter = column(
    "value",
    "column of the panel that holds the value, a number in the indicator's unit of measurement",
    "value",
);

pub const IMPUTATION: Parameter = Parameter {
    name: "imputation",
    role: Role::Setting,
    kind: Kind::Method("impute_"),
    meaning: "how missing values are filled: mean, median (of the reference set), linear, last (along a unit's periods), row_mean (from the unit's other indicators of the same parent), regression, em (from all its other indicators)",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

pub const IMPUTATION_GROUP: Parameter = Parameter {
    name: "imputation_group",
    role: Role::Setting,
    kind: Kind::Column,
    meaning: "column of the panel that holds the group of the unit (region, income class), one in each period: an imputation learns from the units of the same group; rows with NULL form a group of their own",
    null: Null::Means("no groups"),
    default: DefaultValue::Null,
};

pub const TREATMENT: Parameter = Parameter {
    name: "treatment",
    role: Role::Setting,
    kind: Kind::Method("treat_"),
    meaning: "how outliers are treated within the reference set: winsorise, points, log, boxcox, outliers",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

pub const NORMALISATION: Parameter = Parameter {
    name: "normalisation",
    role: Role::Setting,
    kind: Kind::Method("norm_"),
    meaning: "normalisation of the indicators, where the framework states none; 'none': the values are scores already (direction -1 changes their sign)",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("minmax"),
};

pub const REFERENCE: Parameter = Parameter {
    name: "reference",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "reference set of whatever is learned from other values (imputation and treatment, unless treatment_reference is given; normalisation; learned weights; topsis, copeland, borda, bod): 'all' (all units and periods), 'period' (the units of the same period), or the units of one period, of a list of periods, or of those in a span (2015 where periods are quarters; those that are there), but not for imputation, treatment, copeland, borda and bod. A period may be written in any form (2023Q1 is 2023-Q1), and a date in a list as text",
    null: Null::Error,
    default: DefaultValue::Word("all"),
};

pub const TREATMENT_REFERENCE: Parameter = Parameter {
    name: "treatment_reference",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "reference set of imputation and treatment, if different from that of the normalisation: 'all' or 'period' (row_mean: always a period; linear and last: a unit)",
    null: Null::Means("as reference"),
    default: DefaultValue::Null,
};

pub const BASE: Parameter = Parameter {
    name: "base",
    role: Role::Setting,
    kind: Kind::Any,
    meaning: "base of normalisation base, where the framework states none: a period of the panel, a span such as 2015 where its periods are shorter (the mean of its values), or 'first', the first period with a value of each series",
    null: Null::Means("none"),
    default: DefaultValue::Null,
};

pub const LOWER: Parameter = Parameter {
    name: "lower",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "argument lower of the normalisation of the call",
    null: Null::Means("its default"),
    default: DefaultValue::Null,
};

pub const UPPER: Parameter = Parameter {
    name: "upper",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "argument upper of the normalisation of the call",
    null: Null::Means("its default"),
    default: DefaultValue::Null,
};

pub const TARGET: Parameter = Parameter {
    name: "target",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "argument target of normalisation distance_target, where the framework states none",
    null: Null::Means("none"),
    default: DefaultValue::Null,
};

pub const WEIGHTING: Parameter = Parameter {
    name: "weighting",
    role: Role::Setting,
    kind: Kind::Method("weight_"),
    meaning: "weights of the children, where the framework states none: equal, or derived from their scores over the reference set: entropy, critic, sd, cv, merec, pca, factor",
    null: Null::Means("as 'none'"),
    default: DefaultValue::Word("none"),
};

/// What learned weights are learned from.
pub const SCOPES: &[&str] = &["parent", "tree"];

pub const WEIGHTING_SCOPE: Parameter = Parameter {
    name: "weighting_scope",
    role: Role::Setting,
    kind: Kind::Choice(SCOPES),
    meaning: "whether weighting learns from the scores of the children of each parent, or once from those of all indicators of the tree, whose weights are then added up to those of the nodes above (no weights may be stated then)",
    null: Null::Error,
    default: DefaultValue::Word("parent"),
};

pub const AGGREGATION: Parameter = Parameter {
    name: "aggregation",
    role: Role::Setting,
    kind: Kind::Method("agg_"),
    meaning: "how the scores of children are aggregated, where the framework states none",
    null: Null::Error,
    default: DefaultValue::Word("arithmetic"),
};

pub const MIN_COVERAGE: Parameter = Parameter {
    name: "min_coverage",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "minimum share of the children with a score (observed or imputed), 0 to 1, where the framework states none",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

pub const MIN_CHILDREN: Parameter = Parameter {
    name: "min_children",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "minimum number of the children with a score (observed or imputed), a whole number; a node that has fewer children needs all of them; where the framework states none",
    null: Null::Error,
    default: DefaultValue::Number(0.0),
};

pub const COVERAGE_BY: Parameter = Parameter {
    name: "coverage_by",
    role: Role::Setting,
    kind: Kind::Choice(CoverageBy::WORDS),
    meaning: "whether min_coverage is a share of the weight of the children or of their number (count), where the framework states none",
    null: Null::Error,
    default: DefaultValue::Word("weight"),
};

pub const DIRECTION: Parameter = Parameter {
    name: "direction",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "direction of the indicators whose rows state none: 1 or -1",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub const STRICT: Parameter = Parameter {
    name: "strict",
    role: Role::Setting,
    kind: Kind::Switch,
    meaning: "whether indicators that occur only in the panel or only in the framework are errors, as are those without a value in the base or reference period",
    null: Null::Error,
    default: DefaultValue::Switch(true),
};

pub const UNIT_GROUP: Parameter = Parameter {
    name: "unit_group",
    role: Role::Setting,
    kind: Kind::Column,
    meaning: "column of the panel that holds the group of the unit (region, income class), one in each period: a unit is compared with the units of its group; rows with NULL form a group of their own",
    null: Null::Means("all units are one group"),
    default: DefaultValue::Null,
};

/// The columns of a panel that hold groups of units, in the order in which they are read.
pub const GROUPS: [(&Parameter, GroupUse); 2] =
    [(&IMPUTATION_GROUP, GroupUse::Imputation), (&UNIT_GROUP, GroupUse::Comparison)];

pub const LEVEL: Parameter = Parameter {
    name: "level",
    role: Role::Setting,
    kind: Kind::Constant,
    meaning: "level of the components: 1 for the indicators, as in composite_index",
    null: Null::Error,
    default: DefaultValue::Number(1.0),
};

pub const AMONG: Parameter = Parameter {
    name: "among",
    role: Role::Setting,
    kind: Kind::Choice(&["children", "indicators"]),
    meaning: "the components of a node: its children, or all indicators at or below its children",
    null: Null::Error,
    default: DefaultValue::Word("children"),
};

const fn column(name: &'static str, meaning: &'static str, default: &'static str) -> Parameter {
    Parameter {
        name,
        role: Role::Setting,
        kind: Kind::Column,
        meaning,
        null: Null::Error,
        default: DefaultValue::Column(default),
    }
}

pub const PANEL: Parameter = Parameter {
    name: "panel",
    role: Role::Panel,
    kind: Kind::Relation,
    meaning: "the values in long form: unit, period, indicator, value; one row per unit, period and indicator",
    null: Null::Means("a NULL value is missing"),
    default: DefaultValue::Required,
};

pub const FRAMEWORK: Parameter = Parameter {
    name: "framework",
    role: Role::Framework,
    kind: Kind::Relation,
    meaning: "the tree: code, and where needed parent, weight, direction, lower, upper, target, base, denominator, denominator_scale, transform, normalisation, aggregation, min_coverage, min_children, coverage_by, decimals, rounding, label: see the columns of a framework under composite_index; other columns are not used",
    null: Null::Means("where a row is NULL, the argument of the call applies"),
    default: DefaultValue::Required,
};
