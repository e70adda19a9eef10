//! Panels made for the rules, and what follows from them by hand.

use std::fmt::Write;

use datafusion::prelude::SessionContext;
use goalposts::session::{self, Options};

/// A panel: indicators with their values, unit by unit, of one period or of several.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// Nodes between the indicators and the index, with the indicators below each: code, weight, values by unit.
    pub nodes: Vec<(&'static str, Vec<Indicator>)>,
    /// The same values shifted by one unit, as the period before.
    pub has_reversed_past: bool,
}

/// An indicator.
#[derive(Debug, Clone)]
pub struct Indicator {
    pub code: &'static str,
    pub weight: f64,
    pub values: Vec<Option<f64>>,
}

/// The name of a unit.
pub fn unit(at: usize) -> String {
    format!("u{:02}", at + 1)
}

impl Made {
    /// With one more node.
    pub fn node(mut self, code: &'static str, indicators: Vec<Indicator>) -> Self {
        self.nodes.push((code, indicators));
        self
    }

    pub fn indicator(&self, code: &str) -> &Indicator {
        let all = self.nodes.iter().flat_map(|(_, indicators)| indicators);
        all.clone()
            .find(|known| known.code == code)
            .unwrap_or_else(|| panic!("{code} must be there"))
    }

    pub fn values(&self, code: &str) -> Vec<f64> {
        self.indicator(code).values.iter().map(|value| value.expect("a value")).collect()
    }

    /// A session with the tables `panel`, `framework` and `release`.
    pub async fn session(&self) -> SessionContext {
        let context = session::open(None, &Options::default()).await.expect("a session");
        let (mut panel, mut framework) = (String::new(), "('index', NULL, 1.0)".to_owned());
        for (node, indicators) in &self.nodes {
            write!(framework, ", ('{node}', 'index', 1.0)").expect("text");
            for Indicator { code, weight, values } in indicators {
                write!(framework, ", ('{code}', '{node}', {weight:?})").expect("text");
                for (at, value) in values.iter().enumerate() {
                    let mut row = |period: u32, value: Option<f64>| {
                        let value = value.map_or("NULL".to_owned(), |value| format!("{value:?}"));
                        let comma = if panel.is_empty() { "" } else { ", " };
                        write!(panel, "{comma}('{}', {period}, '{code}', {value})", unit(at))
                            .expect("text");
                    };
                    row(2024, *value);
                    if self.has_reversed_past {
                        row(2023, values[values.len() - 1 - at]);
                    }
                }
            }
        }
        let units = self.nodes[0].1[0].values.len();
        let release: Vec<String> =
            (0..units).map(|at| format!("('{}', {at}.0)", unit(at))).collect();
        for sql in [
            format!("CREATE TABLE panel AS SELECT unit, period, indicator, CAST(value AS DOUBLE) AS value
                     FROM (VALUES {panel}) AS t(unit, period, indicator, value)"),
            format!("CREATE TABLE framework AS SELECT * FROM (VALUES {framework}) AS t(code, parent, weight)"),
            format!("CREATE TABLE release AS SELECT * FROM (VALUES {}) AS t(unit, score)", release.join(", ")),
        ] {
            let frame = goalposts::sql(&context, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
            frame.collect().await.expect("a table");
        }
        context
    }
}

/// An indicator with all of its values.
pub fn indicator(code: &'static str, values: Vec<f64>) -> Indicator {
    Indicator { code, weight: 1.0, values: values.into_iter().map(Some).collect() }
}

/// Numbers between -1 and 1 without pattern, the same each time.
pub fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..16).for_each(|_| {
        next();
    });
    (0..n).map(|_| next()).collect()
}

/// `a * x + b * y`, element by element.
pub fn mixed(a: f64, x: &[f64], b: f64, y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| a * x + b * y).collect()
}

/// Pearson's correlation.
pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len() as f64;
    let (mx, my) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        x.iter().zip(y).map(|(x, y)| f(x - mx, y - my)).sum()
    };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

/// Cronbach's alpha of columns.
pub fn alpha(columns: &[Vec<f64>]) -> f64 {
    let variance = |x: &[f64]| {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (x.len() - 1) as f64
    };
    let total: Vec<f64> =
        (0..columns[0].len()).map(|row| columns.iter().map(|c| c[row]).sum()).collect();
    let k = columns.len() as f64;
    k / (k - 1.0) * (1.0 - columns.iter().map(|c| variance(c)).sum::<f64>() / variance(&total))
}

/// Scores from 0 to 1.
pub fn minmax(x: &[f64]) -> Vec<f64> {
    let (low, high) =
        x.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    x.iter().map(|x| (x - low) / (high - low)).collect()
}

/// The mean of columns, row by row.
pub fn mean(columns: &[Vec<f64>]) -> Vec<f64> {
    (0..columns[0].len())
        .map(|row| columns.iter().map(|c| c[row]).sum::<f64>() / columns.len() as f64)
        .collect()
}

/// The geometric mean of columns, row by row.
pub fn geometric(columns: &[Vec<f64>]) -> Vec<f64> {
    let logs: Vec<Vec<f64>> = columns.iter().map(|c| c.iter().map(|x| x.ln()).collect()).collect();
    mean(&logs).into_iter().map(f64::exp).collect()
}

/// Ranks, 1 for the highest; ties share the best.
pub fn ranks(x: &[f64]) -> Vec<f64> {
    x.iter().map(|a| 1.0 + x.iter().filter(|b| *b > a).count() as f64).collect()
}

/// Bias-corrected skewness.
pub fn skewness(x: &[f64]) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let moment = |p: i32| x.iter().map(|x| (x - mean).powi(p)).sum::<f64>() / n;
    moment(3) / moment(2).powf(1.5) * (n * (n - 1.0)).sqrt() / (n - 2.0)
}

/// Three dimensions of three indicators each that go together as they should.
pub fn clean() -> Made {
    let n = 40;
    let common = noise(1, n);
    let mut made = Made::default();
    let codes = [("a", ["a1", "a2", "a3"]), ("b", ["b1", "b2", "b3"]), ("c", ["c1", "c2", "c3"])];
    for (d, (node, indicators)) in codes.into_iter().enumerate() {
        let own = mixed(0.7, &common, 0.6, &noise(10 + d as u64, n));
        let of = indicators.into_iter().enumerate().map(|(i, code)| {
            let values = mixed(1.0, &own, 0.45, &noise(100 + 10 * d as u64 + i as u64, n));
            indicator(code, values.into_iter().map(|x| 50.0 + 10.0 * x).collect())
        });
        made = made.node(node, of.collect());
    }
    made
}

/// Units so far apart that no choice changes their order.
pub fn clear() -> Made {
    let n = 12;
    let of = |code, seed: u64| {
        let steps = noise(seed, n);
        indicator(code, (0..n).map(|at| 100.0 - 10.0 * at as f64 + 2.0 * steps[at]).collect())
    };
    Made::default()
        .node("a", vec![of("a1", 1), of("a2", 2)])
        .node("b", vec![of("b1", 3), of("b2", 4)])
}
