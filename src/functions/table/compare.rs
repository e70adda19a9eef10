//! `compare(panel, framework, ...)`: two variants of an index side by side.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt32Array};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::LogicalPlan;

use super::exec::checked;
use super::methods::{Methods, unused, unused_columns};
use super::options::{Arguments, FRAMEWORK, PANEL, Steps};
use super::panel::Panel;
use super::rows::{Labels, Place, number_at, rank_at, rows};
use super::scores::Scores;
use super::workshop::Workshop;
use super::{Asked, Batches, Index, TableFunction, no_faults, schema};
use crate::framework::{self, Faults, Framework};
use crate::functions::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};
use crate::kernel::CoverageBy;

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
    /// What `compare` is and does.
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
        parameters: [
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
            method("aggregation_b", "agg_", "aggregation of the second variant"),
            of_b("min_coverage_b", Kind::Constant, "minimum coverage of the second variant"),
            of_b(
                "coverage_by_b",
                Kind::Choice(CoverageBy::WORDS),
                "whether the minimum coverage of the second variant is a share of the weight or of the number of the children",
            ),
        ],
        over_parameters: None,
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
pub(super) struct Compare {
    a: Steps,
    b: Steps,
    has_framework_b: bool,
}

impl TableFunction for Compare {
    fn bind(arguments: &Arguments) -> Result<Self> {
        let has_framework_b = arguments.relations.contains_key(FRAMEWORK_B.name);
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
        let (a, b) = (Steps::new(arguments)?, Steps::with_suffix(arguments, SUFFIX)?);
        Ok(Self { a, b, has_framework_b })
    }

    fn page(&self) -> &'static Page {
        &PAGE
    }

    fn schema(&self, unit: &DataType, period: &DataType) -> SchemaRef {
        schema(&[
            ("unit", unit, false),
            ("period", period, true),
            ("code", &DataType::Utf8View, false),
            ("parent", &DataType::Utf8View, true),
            ("level", &DataType::Int64, false),
            ("score_a", &DataType::Float64, true),
            ("score_b", &DataType::Float64, true),
            ("rank_a", &DataType::Int64, true),
            ("rank_b", &DataType::Int64, true),
            ("rank_shift", &DataType::Int64, true),
        ])
    }

    fn steps(&self) -> &Steps {
        &self.a
    }

    fn describe(&self) -> String {
        let framework = if self.has_framework_b { "framework_b, " } else { "" };
        format!("a: {}; b: {framework}{}", self.a.describe(), self.b.describe())
    }

    fn filters_nodes(&self) -> bool {
        !self.has_framework_b // a filter knows the nodes of the first framework only
    }

    fn other(&self, name: &str, plan: LogicalPlan) -> Result<LogicalPlan> {
        framework::check_schema(plan.schema().as_arrow()).or_else(|error| {
            let faults =
                crate::error::describe(&error).replace("framework: ", &format!("{name}: "));
            plan_err!("{}: {faults}", PAGE.name)
        })?;
        Ok(plan)
    }

    fn check(&self, framework: &Framework) -> Result<(), Faults> {
        let a = Methods::new(framework, &self.a)?;
        if self.has_framework_b {
            return Ok(()); // what neither variant uses is known when the second framework is
        }
        let b = Methods::new(framework, &self.b)?;
        no_faults(unused(framework, &[(&self.a, &a), (&self.b, &b)], None))
    }

    fn second(&self, others: &[RecordBatch]) -> Result<Option<Framework>> {
        let Some(table) = others.first() else { return Ok(None) };
        let rows = framework::rows(&table.schema(), std::slice::from_ref(table))?;
        match checked(rows, &self.b, |framework| Methods::new(framework, &self.b).map(|_| ())) {
            Ok(framework) => Ok(Some(framework)),
            Err(Faults(faults)) => {
                let faults =
                    faults.iter().map(|fault| fault.replace("framework: ", "framework_b: "));
                plan_err!("{}: {}", PAGE.name, Faults(faults.collect()))
            }
        }
    }

    fn compute(&self, index: Index, asked: Asked) -> Result<Batches> {
        let Index { framework, panel, second, workshop, reservation, .. } = index;
        let (framework_b, panel_b) = second.unwrap_or_else(|| (framework.clone(), panel.clone()));
        let a = Variant { methods: Methods::checked(&framework, &self.a)?, framework, panel };
        let b = Variant {
            methods: Methods::checked(&framework_b, &self.b)?,
            framework: framework_b,
            panel: panel_b,
        };
        if self.has_framework_b {
            let mut faults = unused_columns(&a.framework, &[&a.methods]);
            let of_b = unused_columns(&b.framework, &[&b.methods]);
            faults.extend(
                of_b.into_iter().map(|fault| fault.replacen("framework", "framework_b", 1)),
            );
            let used = a.methods.used.clone().and(&b.methods.used);
            for steps in [&self.a, &self.b] {
                let new =
                    steps.unused(&used, None).into_iter().filter(|fault| !faults.contains(fault));
                let new: Vec<String> = new.collect();
                faults.extend(new);
            }
            if let Err(faults) = no_faults(faults) {
                return plan_err!("{}: {faults}", PAGE.name);
            }
        }
        let items = a.nodes_with(&b, &asked.nodes, self.has_framework_b);
        let periods = a.panel.periods.len();

        let shifts = asked.wants("rank_shift");
        let ranked = [shifts || asked.wants("rank_a"), shifts || asked.wants("rank_b")];
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

        let (scores_a, scores_b, panel) = both(&a, &b, &workshop)?;
        let ranks_of =
            |wanted: bool, scores: &Scores, node: &(dyn Fn(usize) -> Option<usize> + Sync)| {
                workshop.each(if wanted { items.len() * periods } else { 0 }, |i| {
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
        let labels = Labels::new(items.iter().filter_map(node)).items("code");
        Ok(rows(&panel, labels, asked, workshop, move |block| {
            let score = |scores: &Scores, node: Option<usize>, Place { unit, period }: Place| {
                number_at(scores.column(node?, period), unit)
            };
            let rank =
                |ranks: &[Option<UInt32Array>], Place { unit, period }: Place, item: usize| {
                    rank_at(ranks[item * periods + period].as_ref()?, unit)
                };
            block.batch(|name| {
                Ok(match name {
                    "score_a" => block.numbers(|at, item| score(&scores_a, items[item].0, at)),
                    "score_b" => block.numbers(|at, item| score(&scores_b, items[item].1, at)),
                    "rank_a" => block.wholes(|at, item| rank(&ranks_a, at, item)),
                    "rank_b" => block.wholes(|at, item| rank(&ranks_b, at, item)),
                    _ => block.wholes(|at, item| {
                        Some(rank(&ranks_a, at, item)? - rank(&ranks_b, at, item)?)
                    }),
                })
            })
        }))
    }
}

/// The positions of a node in both variants, if they have it.
type Both = (Option<usize>, Option<usize>);

/// A variant of the index.
struct Variant {
    framework: Framework,
    methods: Methods,
    panel: Panel,
}

impl Variant {
    /// The nodes of both variants that are asked for, with their positions in each.
    fn nodes_with(&self, other: &Self, asked: &[usize], is_other_tree: bool) -> Vec<Both> {
        if !is_other_tree {
            return asked.iter().map(|&node| (Some(node), Some(node))).collect();
        }
        let (ours, theirs) = (self.framework.nodes(), other.framework.nodes());
        let of_us = ours.iter().enumerate();
        let of_us = of_us.map(|(i, node)| (Some(i), other.framework.position(&node.code)));
        let of_them = theirs.iter().enumerate();
        let of_them = of_them.filter(|(_, node)| self.framework.position(&node.code).is_none());
        of_us.chain(of_them.map(|(i, _)| (None, Some(i)))).collect()
    }

    /// Where the indicators of the other variant stand among ours, if all of them do.
    fn indicators_of(&self, other: &Self) -> Option<Vec<usize>> {
        let ours = |&leaf: &usize| {
            let node = self.framework.position(&other.framework.nodes()[leaf].code)?;
            self.framework.nodes()[node].leaf
        };
        other.framework.leaves().iter().map(ours).collect()
    }

    /// Whether the other variant imputes from the same values: if it imputes at all, the same
    /// indicators and, where siblings count, the same tree must stand behind them.
    fn imputes_from_the_same(&self, other: &Self) -> bool {
        !self.methods.imputes()
            || (self.framework == other.framework && self.panel.present == other.panel.present)
    }

    fn prepare(&self, workshop: &Workshop) -> Result<Panel> {
        let mut panel = self.panel.clone();
        self.methods.prepare(&self.framework, &mut panel, workshop)?;
        Ok(panel)
    }

    fn scores(&self, leaves: &[ArrayRef], workshop: &Workshop) -> Result<Scores> {
        self.methods.aggregate(&self.framework, leaves, &self.panel, workshop)
    }
}

/// The scores of both variants; what is the same in both is computed once. And a panel that has
/// the units and periods of either.
fn both(a: &Variant, b: &Variant, workshop: &Workshop) -> Result<(Scores, Scores, Panel)> {
    let shared = a.indicators_of(b);
    let prepared_alike = shared
        .clone()
        .filter(|shared| a.methods.prepares_as(&b.methods, shared) && a.imputes_from_the_same(b));
    let scored_alike =
        prepared_alike.clone().filter(|shared| a.methods.normalises_as(&b.methods, shared));
    let periods = a.panel.periods.len();
    let columns_of = |columns: &[ArrayRef], indicators: &[usize]| -> Vec<ArrayRef> {
        let of_each = indicators.iter().map(|i| &columns[i * periods..(i + 1) * periods]);
        of_each.flatten().map(Arc::clone).collect()
    };

    let prepared_a = a.prepare(workshop)?;
    let prepared_b = match &prepared_alike {
        Some(indicators) => {
            let columns = columns_of(&prepared_a.columns, indicators);
            let is_filled = a.methods.imputes();
            let present = if is_filled { &prepared_a.present } else { &b.panel.present };
            Panel { columns, present: present.clone(), ..b.panel.clone() }
        }
        None => b.prepare(workshop)?,
    };
    let leaves_a = a.methods.normalise(&a.framework, &prepared_a, workshop)?;
    let leaves_b = match &scored_alike {
        Some(indicators) => columns_of(&leaves_a, indicators),
        None => b.methods.normalise(&b.framework, &prepared_b, workshop)?,
    };
    let (scores_a, scores_b) = (a.scores(&leaves_a, workshop)?, b.scores(&leaves_b, workshop)?);
    let mut panel = prepared_a;
    panel.present.iter_mut().zip(&prepared_b.present).for_each(|(a, b)| *a |= b);
    Ok((scores_a, scores_b, panel))
}
