//! `compare(panel, framework, ...)`: two variants of an index side by side.

use crate::index::analysis::compare::{Both, Side, both};
use crate::index::input::IndexInput;
use crate::index::methods::rows::RowMethods;

use datafusion::arrow::array::{RecordBatch, UInt32Array};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::LogicalPlan;

use super::arguments::Arguments;
use super::check::{Checked, checked};
use super::function::{Column, ColumnType, First, Inputs, Spec, TableFunction, Variant, no_faults};
use super::output::{NodeLabels, Output, rows};
use super::parameters::{FRAMEWORK, PANEL, SCOPES};
use super::request::Request;
use crate::framework::{self, Faults, Framework};
use crate::index::methods::bound::Methods;
use crate::index::methods::steps::Steps;
use crate::index::methods::unused::{unused, unused_columns};
use crate::index::place::UnitPeriod;
use crate::index::steps::scores::Scores;
use crate::index::steps::scores::{number_at, rank_at};
use crate::kernel::CoverageBy;
use crate::page::{DefaultValue, Kind, Null, Parameter, Role, page};

/// What the arguments of the second variant end with.
const SUFFIX: &str = "_b";

const fn method(name: &'static str, prefix: &'static str, meaning: &'static str) -> Parameter {
    of_b(name, Kind::Method(prefix), meaning)
}

const fn of_b(name: &'static str, kind: Kind, meaning: &'static str) -> Parameter {
    Parameter {
        name,
        role: Role::Setting,
        kind,
        meaning,
        null: Null::Means("as in the first variant"),
        default: DefaultValue::Null,
    }
}

const FRAMEWORK_B: Parameter = Parameter {
    role: Role::Table,
    ..of_b(
        "framework_b",
        Kind::Relation,
        "framework of the second variant: other weights, another tree, fewer or other indicators",
    )
};

page! {
    pub static PAGE = Page {
        name: "compare",
        family: Index,
        syntax: [
            "compare(panel, framework, aggregation => 'arithmetic', \
             aggregation_b => 'geometric', ...)",
        ],
        summary: "Two variants of an index side by side: scores and ranks of every node, and the \
                  rank shift of each unit.",
        formula: "variant a: composite_index with the arguments of the call; variant b: the same \
                  with the arguments that end in _b; rank_shift = rank_a - rank_b",
        parameters: &[
            PANEL,
            FRAMEWORK,
            FRAMEWORK_B,
            method("imputation_b", "impute_", "imputation of the second variant"),
            method("treatment_b", "treat_", "treatment of the second variant"),
            method(
                "normalisation_b",
                "norm_",
                "normalisation of the second variant; lower and upper of the call apply to the first variant; for the second write them into the method: 'minmax(1, 100)'",
            ),
            of_b("reference_b", Kind::Any, "reference set of the second variant"),
            of_b("base_b", Kind::Any, "base period of the second variant"),
            method("weighting_b", "weight_", "weighting of the second variant"),
            of_b(
                "weighting_scope_b",
                Kind::Choice(SCOPES),
                "whether weighting of the second variant learns from the children of each parent or from all indicators",
            ),
            method("aggregation_b", "agg_", "aggregation of the second variant"),
            of_b("min_coverage_b", Kind::Constant, "minimum coverage of the second variant"),
            of_b(
                "min_children_b",
                Kind::Constant,
                "minimum number of the children with a score of the second variant",
            ),
            of_b(
                "coverage_by_b",
                Kind::Choice(CoverageBy::WORDS),
                "whether the minimum coverage of the second variant is a share of the weight or of the number of the children",
            ),
        ],
        shares_arguments: true,
        returns: "One row per unit, period and node of either framework, for each unit and \
                  period with a row in the panel: unit, period (NULL if the panel has none), \
                  code, parent and level (those of the first framework if it has the node), \
                  score_a, score_b, rank_a, rank_b (1 for the highest score of a node in a \
                  period; ties share the best rank), rank_shift (rank_a - rank_b: above 0: the \
                  unit ranks higher in b). NULL for a variant without the node. Ordered by unit, \
                  period and position in the framework; nodes that only framework_b has come \
                  last.",
        notes: "Values in a framework take precedence over arguments of the call in both \
                variants: to compare methods stated in rows, pass framework_b. The panel is read \
                once, and steps that are the same in both variants are computed once. Measures \
                of the change in ranking are queries on the result, as in the example: the mean \
                absolute rank shift and the rank correlation. Compensability: that of the \
                aggregations.",
        errors: "No argument for the second variant; as composite_index, for either framework. \
                 With strict, an indicator of the panel must be in one of the two frameworks at \
                 least.",
        example: "SELECT round(avg(abs(rank_shift)), 3) AS mean_shift,\n\
                  \x20      round(corr(rank_a, rank_b), 3) AS rank_correlation\n\
                  FROM compare(\n\
                  \x20 (SELECT * FROM (VALUES ('A', 'homes', 1), ('A', 'jobs', 9), ('B', 'homes', 4),\n\
                  \x20                        ('B', 'jobs', 4), ('C', 'homes', 2), ('C', 'jobs', 2))\n\
                  \x20  AS t(unit, indicator, value)),\n\
                  \x20 (SELECT * FROM (VALUES ('homes'), ('jobs')) AS t(code)),\n\
                  \x20 normalisation => 'none', aggregation => 'arithmetic', aggregation_b => 'geometric')\n\
                  WHERE code = 'index'",
        example_result: ["0.667 0.5"],
        reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 7; COINr, \
                    compare_coins.",
    };
}

/// Two variants.
#[derive(Debug)]
pub struct Compare {
    a: Steps,
    b: Steps,
    has_framework_b: bool,
}

const COLUMNS: &[Column] = &[
    ("unit", ColumnType::Unit, false),
    ("period", ColumnType::Period, true),
    ("code", ColumnType::Text, false),
    ("parent", ColumnType::Text, true),
    ("level", ColumnType::Integer, false),
    ("score_a", ColumnType::Number, true),
    ("score_b", ColumnType::Number, true),
    ("rank_a", ColumnType::Integer, true),
    ("rank_b", ColumnType::Integer, true),
    ("rank_shift", ColumnType::Integer, true),
];

impl TableFunction for Compare {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let has_framework_b = arguments.has_table(FRAMEWORK_B.name);
        let is_of_b = |name: &str| name.ends_with(SUFFIX);
        let is_given = arguments.constants.given().any(|(p, x)| is_of_b(p.name) && !x.is_null());
        if !has_framework_b && !is_given {
            let known: Vec<_> =
                PAGE.parameters.iter().map(|p| p.name).filter(|name| is_of_b(name)).collect();
            return plan_err!(
                "{}: an argument that ends in _b must be given, found none ({})",
                PAGE.name,
                known.join(", ")
            );
        }
        let (a, b) = (arguments.steps()?, arguments.steps_with(SUFFIX)?);
        Ok(Self { a, b, has_framework_b })
    }

    fn spec(&self) -> Spec<'_> {
        Spec {
            page: &PAGE,
            steps: &self.a,
            columns: COLUMNS,
            // A filter knows the nodes of the first framework only.
            node_column: (!self.has_framework_b).then_some("code"),
        }
    }

    fn describe(&self) -> String {
        let framework = if self.has_framework_b { "framework_b, " } else { "" };
        format!("a: {}; b: {framework}{}", self.a.describe(), self.b.describe())
    }

    fn extra_table(&self, name: &str, plan: LogicalPlan) -> Result<LogicalPlan> {
        framework::check_schema(plan.schema().as_arrow()).or_else(|error| {
            let faults =
                crate::error::describe(&error).replace("framework: ", &format!("{name}: "));
            plan_err!("{}: {faults}", PAGE.name)
        })?;
        Ok(plan)
    }

    fn methods(&self, framework: &Framework, rows: &RowMethods) -> Result<Methods, Faults> {
        Methods::new(framework, rows, &self.a) // what neither uses is known with the second variant
    }

    fn second(&self, first: First<'_>, extra: &[RecordBatch]) -> Result<Option<Variant>> {
        let First { framework, row_methods, methods: a } = first;
        let Some(table) = extra.first() else {
            let b = Methods::new(framework, row_methods, &self.b).and_then(|b| {
                no_faults(unused(framework, &[(&self.a, a), (&self.b, &b)], None))?;
                Ok(b)
            });
            let methods = b.or_else(|faults| plan_err!("{}: {faults}", PAGE.name))?;
            return Ok(Some(Variant { framework: framework.clone(), methods }));
        };
        let table = framework::rows(&table.schema(), std::slice::from_ref(table))?;
        let bind =
            |framework: &Framework, rows: &RowMethods| Methods::new(framework, rows, &self.b);
        let Checked { framework: of_b, methods: b, .. } =
            checked(table, &self.b, bind).or_else(|Faults(faults)| {
                let named = |fault: String| fault.replace("framework: ", "framework_b: ");
                let faults = Faults(faults.into_iter().map(named).collect());
                plan_err!("{}: {faults}", PAGE.name)
            })?;
        no_faults(self.unused((framework, a), (&of_b, &b)))
            .or_else(|faults| plan_err!("{}: {faults}", PAGE.name))?;
        Ok(Some(Variant { framework: of_b, methods: b }))
    }

    fn compute(&self, inputs: Inputs, request: Request) -> Result<Output> {
        let IndexInput { framework, methods, panel, execution, reservation, .. } = inputs.index;
        let a = Side { framework, methods, panel };
        let Some((Variant { framework, methods }, panel)) = inputs.second else {
            return plan_err!("{}: a second variant must be given, found none", PAGE.name);
        };
        let b = Side { framework, methods, panel };
        let items = a.nodes_with(&b, &request.nodes, self.has_framework_b);
        let periods = a.panel.periods.len();

        let shifts = request.wants("rank_shift");
        let ranked = [shifts || request.wants("rank_a"), shifts || request.wants("rank_b")];
        let cells = |items: usize| items * periods * a.panel.units.len();
        let ranks_held = ranked.iter().filter(|wanted| **wanted).count() * size_of::<u32>();
        reservation.try_grow(cells(items.len()) * ranks_held)?;
        // The nodes of b, the indicators of a beside their values, and those of b as it treats them.
        let treated = match self.b.imputation.is_some() || self.b.treatment.is_some() {
            true => b.framework.leaves().len(),
            false => 0,
        };
        let columns = b.framework.nodes().len() + a.framework.leaves().len() + treated;
        reservation.try_grow(cells(columns) * size_of::<f64>())?;

        let (scores_a, scores_b, panel) = both(&a, &b, &execution)?;
        let ranks_of =
            |wanted: bool, scores: &Scores, node: &(dyn Fn(usize) -> Option<usize> + Sync)| {
                execution.each(if wanted { items.len() * periods } else { 0 }, |i| {
                    Ok(node(i / periods).map(|node| scores.ranks(node, i % periods)))
                })
            };
        let ranks_a: Vec<Option<UInt32Array>> =
            ranks_of(ranked[0], &scores_a, &|item| items[item].0)?;
        let ranks_b: Vec<Option<UInt32Array>> =
            ranks_of(ranked[1], &scores_b, &|item| items[item].1)?;

        // What both have is labelled as in the first.
        let node = |&(in_a, in_b): &Both| match in_a {
            Some(node) => Some((&a.framework, node)),
            None => Some((&b.framework, in_b?)),
        };
        let labels = NodeLabels::new(items.iter().filter_map(node)).items("code");
        Ok(rows(&panel, labels, request, move |block| {
            let score =
                |scores: &Scores, node: Option<usize>, UnitPeriod { unit, period }: UnitPeriod| {
                    number_at(scores.column(node?, period), unit)
                };
            let rank = |ranks: &[Option<UInt32Array>],
                        UnitPeriod { unit, period }: UnitPeriod,
                        item: usize| {
                rank_at(ranks[item * periods + period].as_ref()?, unit)
            };
            block.batch(|name| {
                Ok(match name {
                    "score_a" => block.numbers(|at, item| score(&scores_a, items[item].0, at)),
                    "score_b" => block.numbers(|at, item| score(&scores_b, items[item].1, at)),
                    "rank_a" => block.integers(|at, item| rank(&ranks_a, at, item)),
                    "rank_b" => block.integers(|at, item| rank(&ranks_b, at, item)),
                    _ => block.integers(|at, item| {
                        Some(rank(&ranks_a, at, item)? - rank(&ranks_b, at, item)?)
                    }),
                })
            })
        }))
    }
}

impl Compare {
    /// What is given and used by neither variant, where each has a framework of its own.
    fn unused(
        &self,
        (framework_a, a): (&Framework, &Methods),
        (framework_b, b): (&Framework, &Methods),
    ) -> Vec<String> {
        let mut faults = unused_columns(framework_a, &[a]);
        let of_b = unused_columns(framework_b, &[b]).into_iter();
        faults.extend(of_b.map(|fault| fault.replacen("framework", "framework_b", 1)));
        let used = a.used.clone().and(&b.used);
        for fault in [&self.a, &self.b].into_iter().flat_map(|steps| steps.unused(&used, None)) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults
    }
}
