//! `treat_outliers(value)`: point by point first, then a logarithm if need be.

use datafusion::common::Result;

use super::parameters::{
    HIGH, LOGS, LOW, MAX_KURTOSIS, MAX_POINTS, MAX_SKEWNESS, VALUE, max_points, shape_limits,
};
use super::treat::{Outcome, Treatment, clamped, logged, untreated};
use crate::arguments::constants::Constants;
use crate::engine::partition::Treated;
use crate::functions::parameters::SETTING;
use crate::kernel::{Log, ShapeLimits, draw_in};
use crate::page::{DefaultValue, Kind, Page, Parameter, page};

page! {
    pub static PAGE = Page {
        name: treat_outliers,
        family: Treatment,
        syntax: ["treat_outliers(value, max_points => 5, max_skewness => 2, max_kurtosis => 3.5, \
                  log => 'range', combined => false) OVER (PARTITION BY indicator)"],
        summary: "Two-step treatment: winsorising point by point and, if that is not sufficient, a \
                  logarithm.",
        formula: "step 1: treat_points; if its values still fail |skewness| < max_skewness or \
                  kurtosis < max_kurtosis, step 2: treat_log of the original values (combined: of \
                  the values of step 1)",
        parameters: &[VALUE, MAX_POINTS, MAX_SKEWNESS, MAX_KURTOSIS, LOG, COMBINED],
        window_only: true,
        returns: "STRUCT(value DOUBLE, treatment VARCHAR); treatment is 'winsorised high', \
                  'winsorised low', 'log', 'winsorised high, log', 'winsorised low, log' (the last \
                  two only if combined), or NULL where nothing was done. NULL for a NULL value.",
        notes: "A column that passes untreated, has fewer than three values or is constant is \
                unchanged. The result of step 2 is not tested again: use treat_passes. COINr also \
                marks the points of a step 1 that step 2 has replaced; here treatment describes \
                the returned value.",
        errors: "A value that is NaN or infinite; max_points that is negative or not whole; \
                 max_skewness not above 0; another log; combined with log => 'none'; a range beyond that of DOUBLE.",
        example: "SELECT value, treat_outliers(value, max_points => 0) OVER () AS treated\n\
                  FROM (VALUES (0), (1), (1), (1), (1), (1), (1), (1), (1), (9), (99)) AS t(value)\n\
                  ORDER BY value DESC LIMIT 2",
        example_result: [
            "99 {value: 4.605070180987758, treatment: log}",
            "9 {value: 2.301584592660462, treatment: log}",
        ],
        reference: "COINr 1.1.14, Treat (thresholds and order of the steps). The handbook \
                    (OECD/JRC 2008) asks for outliers to be discussed in step 3 and has no such \
                    rule.",
    };
}

const LOG: Parameter = Parameter {
    name: "log",
    kind: Kind::Choice(&["range", "range_mirrored", "shift", "none"]),
    meaning: "form of the logarithm of step 2, as in treat_log; none: no step 2",
    default: DefaultValue::Word("range"),
    ..SETTING
};

const COMBINED: Parameter = Parameter {
    name: "combined",
    kind: Kind::Switch,
    meaning: "whether step 2 is applied to the values of step 1 instead of the original ones",
    default: DefaultValue::Switch(false),
    ..SETTING
};

/// Treats in two steps.
#[derive(Debug)]
pub struct Outliers {
    limits: ShapeLimits,
    max_points: f64,
    log: Option<Log>,
    combined: bool,
}

/// What is done to the values of a set: the bounds they are drawn in to, and the logarithm that
/// follows, if there are.
type Plan = (Option<(f64, f64)>, Option<Box<dyn Fn(f64) -> f64>>);

impl Outliers {
    fn plan(&self, sorted: &[f64]) -> Plan {
        let bounds = draw_in(sorted, self.limits, self.max_points);
        let drawn_in: Vec<f64> = match bounds {
            Some((low, high)) => sorted.iter().map(|x| x.clamp(low, high)).collect(),
            None => sorted.to_vec(),
        };
        let still_fails = self.limits.pass(&drawn_in) == Some(false);
        let log = self.log.filter(|_| still_fails);
        let log = log.and_then(|log| log.of(if self.combined { &drawn_in } else { sorted }));
        (bounds, log.map(|log| Box::new(log) as _))
    }
}

impl Treatment for Outliers {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        let log = LOGS.get(constants.choice(LOG.name)?).copied();
        if log.is_none() {
            constants.refuse(COMBINED.name, "with log => 'none'")?;
        }
        Ok(Self {
            limits: shape_limits(constants, PAGE.name)?,
            max_points: max_points(constants, PAGE.name)?,
            log,
            combined: constants.switch(COMBINED.name)?,
        })
    }

    fn changes_measure(&self) -> bool {
        self.log.is_some()
    }

    fn changes(&self, sorted: &[f64]) -> bool {
        self.plan(sorted).1.is_some()
    }

    fn of<'a>(
        &'a self,
        sorted: &'a [f64],
    ) -> std::result::Result<Option<impl Fn(f64) -> Outcome + 'a>, String> {
        let (bounds, log) = self.plan(sorted);
        Ok(Some(move |x| {
            let Some(log) = &log else { return Ok(clamped(x, bounds)) };
            let Treated { value, treatment } =
                if self.combined { clamped(x, bounds) } else { untreated(x) };
            let words = match treatment {
                Some(HIGH) => "winsorised high, log",
                Some(LOW) => "winsorised low, log",
                _ => "log",
            };
            logged(log(value.unwrap_or(x)), words)
        }))
    }
}
