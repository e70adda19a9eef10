//! Results of other programs, reproduced to a relative difference of `TOLERANCE`.
//!
//! `tests/golden/panel_S` lies in the repository. The COINr cases are third-party data: they are
//! read from `GOALPOSTS_GOLDEN`, or from `../shared/golden`, and skipped visibly elsewhere.
//!
//! Every case is a file, the SQL that produces it and the columns that are compared.
//! `docs/conformance.md` is the list of them, with the largest difference found, which every run is
//! held to: `UPDATE_CONFORMANCE=1 cargo test --test all -- golden` writes it anew.

mod aggregation;
mod audit;
mod compare;
mod conformance;
mod diagnostics;
mod imputation;
mod index;
mod matrix;
mod normalisation;
mod panel;
mod pipeline;
mod robustness;
mod statistics;
mod treatment;
mod vectors;

use std::path::{Path, PathBuf};

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::SessionContext;
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use crate::{repository, skipped, trial_async};

/// A golden file and the SQL that produces it.
///
/// In the SQL `{golden}` is the folder of the golden files; the COINr cases can use the views
/// `raw`, `meta` (imeta.csv), `units` and `w1` (weights_W1.csv) of `asem`, the panel_S cases the
/// views `p` and `m` (with `w_in_dim`, the weight times the sub-weight).
pub struct Case {
    /// Path below the folder of golden files.
    pub file: &'static str,
    pub sql: String,
    pub keys: &'static [&'static str],
    /// Compared as numbers if they are, as text otherwise.
    pub columns: &'static [&'static str],
    /// Whether the query may give rows that the file has not.
    pub may_have_more: bool,
    pub tolerance: f64,
    /// What the reader of the conformance table must know: why the tolerance is another one, what
    /// is a deliberate deviation.
    pub note: &'static str,
}

impl Case {
    pub fn new(
        file: &'static str,
        keys: &'static [&'static str],
        columns: &'static [&'static str],
        sql: impl Into<String>,
    ) -> Self {
        let (may_have_more, tolerance, note) = (false, TOLERANCE, "");
        Self { file, sql: sql.into(), keys, columns, may_have_more, tolerance, note }
    }

    pub fn may_have_more(self) -> Self {
        Self { may_have_more: true, ..self }
    }

    pub fn tolerance(self, tolerance: f64, note: &'static str) -> Self {
        Self { tolerance, note, ..self }
    }

    /// The table function that gives the file, if one does: another way to it.
    fn by(&self) -> Option<&'static str> {
        let by = goalposts::functions::forms()
            .iter()
            .filter(|(_, form)| *form == goalposts::functions::Form::Table)
            .find(|(page, _)| self.sql.contains(&format!("FROM {}(", page.name)));
        by.map(|(page, _)| page.name)
    }

    fn name(&self) -> String {
        match self.by() {
            Some(function) => format!("golden::{function}::{}", self.file),
            None => format!("golden::{}", self.file),
        }
    }

    /// Its title on the conformance page.
    fn title(&self) -> String {
        match self.by() {
            Some(function) => format!("`{}` by `{function}`", self.file),
            None => format!("`{}`", self.file),
        }
    }

    pub fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// What is reached by all cases but those that say why not.
pub const TOLERANCE: f64 = 1e-11;

/// A difference is told relative to the value, or to this if the value is smaller: a z-score of 0
/// has no relative difference.
const SMALL: f64 = 1e-3;

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![trial_async("golden::conformance_is_current", conformance::is_current)];
    trials.extend(robustness::trials());
    let mut add = |cases: Vec<Case>, golden: &Path| {
        for case in cases {
            let golden = golden.to_owned();
            trials.push(trial_async(&case.name(), move || async move {
                conformance::is_as_printed(&case, check(&case, &golden).await);
            }));
        }
    };
    let own = repository().join("tests").join("golden");
    add(own_cases(), &own);
    match coinr_folder() {
        Some(golden) => {
            add(coinr_cases(), &golden);
            let name = format!("golden::{}", vectors::FILE);
            trials.push(trial_async(&name, move || async move { vectors::check(&golden).await }));
        }
        None => trials.push(skipped(
            "golden::coinr",
            "a folder 'coinr' is neither in GOALPOSTS_GOLDEN nor in ../shared/golden",
        )),
    }
    trials
}

fn own_cases() -> Vec<Case> {
    [panel::cases(), index::panel_cases(), diagnostics::panel_cases(), robustness::panel_cases()]
        .into_iter()
        .flatten()
        .collect()
}

fn coinr_cases() -> Vec<Case> {
    [
        normalisation::cases(),
        treatment::cases(),
        imputation::cases(),
        aggregation::cases(),
        matrix::cases(),
        statistics::cases(),
        pipeline::cases(),
        index::coinr_cases(),
        compare::cases(),
        audit::cases(),
        robustness::coinr_cases(),
        diagnostics::coinr_cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The folder that holds `coinr`.
fn coinr_folder() -> Option<PathBuf> {
    let named = std::env::var_os("GOALPOSTS_GOLDEN").map(PathBuf::from);
    let beside = repository().parent().map(|above| above.join("shared").join("golden"));
    [named, beside].into_iter().flatten().find(|golden| golden.join("coinr").is_dir())
}

async fn open(case: &Case, golden: &Path) -> SessionContext {
    let context = session::open(None, &Options::default()).await.expect("a session");
    let views: &[(&str, &str, &str)] = match case.file.starts_with("panel_S/") {
        true => &[
            ("p", "*", "panel_S/panel_S.parquet"),
            ("m", "*, weight * sub_weight AS w_in_dim", "panel_S/meta_S.parquet"),
        ],
        false => &[
            ("raw", "*", "coinr/asem/raw.csv"),
            ("meta", "*", "coinr/asem/imeta.csv"),
            ("units", "*", "coinr/asem/units.csv"),
            ("w1", "*", "coinr/asem/weights_W1.csv"),
        ],
    };
    for (view, columns, file) in views {
        let path = golden.join(file);
        let sql = format!("CREATE VIEW {view} AS SELECT {columns} FROM '{}'", path.display());
        run(&context, &sql).await;
    }
    context
}

async fn run(context: &SessionContext, sql: &str) {
    let frame = goalposts::sql(context, sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
}

/// How far apart two numbers are, relative to the larger.
fn difference(want: f64, got: f64) -> f64 {
    let size = want.abs().max(got.abs()).max(SMALL);
    // Two infinities are no distance apart.
    let apart = if want == got { 0.0 } else { (want - got).abs() };
    apart / size
}

/// Runs a case and says what it found: every golden row must be in ours, with the same columns,
/// and no others unless the case allows them.
async fn check(case: &Case, golden: &Path) -> (usize, f64) {
    let Case { file, keys, columns, tolerance, .. } = case;
    let context = open(case, golden).await;
    let ours = case.sql.replace("{golden}", &golden.display().to_string());
    run(&context, &format!("CREATE TABLE ours AS {ours}")).await;
    let join = if case.may_have_more { "LEFT JOIN" } else { "FULL JOIN" };
    let on: Vec<_> = keys.iter().map(|key| format!("g.\"{key}\" = o.\"{key}\"")).collect();
    let pairs: Vec<_> =
        columns.iter().map(|column| format!("g.\"{column}\", o.\"{column}\"")).collect();
    let path = golden.join(file);
    // Some have infinities, as COINr writes them.
    let texts: Vec<_> = columns.iter().map(|column| format!("'{column}=VARCHAR'")).collect();
    let sql = format!(
        "SELECT g.\"{key}\" IS NOT NULL AND o.\"{key}\" IS NOT NULL AS found, {} \
         FROM read_table('{}', types => [{}]) g {join} ours o ON {}",
        pairs.join(", "),
        path.display(),
        texts.join(", "),
        on.join(" AND "),
        key = keys[0],
    );
    let frame =
        goalposts::sql(&context, &sql).await.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let (mut rows, mut worst) = (0, 0.0_f64);
    for batch in frame.collect().await.unwrap_or_else(|error| panic!("{sql}\n{error}")) {
        let found = batch.column(0).as_boolean();
        for row in 0..batch.num_rows() {
            assert!(found.is_valid(row) && found.value(row), "{file}: rows are not the same");
        }
        rows += batch.num_rows();
        for (i, column) in columns.iter().enumerate() {
            let (want, got) = (batch.column(1 + 2 * i), batch.column(2 + 2 * i));
            let is_number = |array: &dyn Array| array.data_type().is_numeric();
            let to = match is_number(want) || is_number(got) {
                true => DataType::Float64,
                false => DataType::Utf8,
            };
            let (want, got) = (cast(want, &to).expect("a cast"), cast(got, &to).expect("a cast"));
            for row in 0..batch.num_rows() {
                let is_same = match to {
                    DataType::Float64 => {
                        let number = |array: &dyn Array| {
                            let numbers = array.as_primitive::<Float64Type>();
                            // COINr writes NaN for a score that does not exist.
                            Some(numbers.value(row))
                                .filter(|x| numbers.is_valid(row) && !x.is_nan())
                        };
                        match (number(&want), number(&got)) {
                            (None, None) => true,
                            (Some(want), Some(got)) => {
                                let difference = difference(want, got);
                                worst = worst.max(difference);
                                difference <= *tolerance
                            }
                            _ => false,
                        }
                    }
                    _ => {
                        let text = |array: &dyn Array| {
                            let texts = array.as_string::<i32>();
                            texts.is_valid(row).then(|| texts.value(row).to_owned())
                        };
                        text(&want) == text(&got)
                    }
                };
                let show = |array: &dyn Array| {
                    datafusion::arrow::util::display::array_value_to_string(array, row)
                        .expect("text")
                };
                assert!(
                    is_same,
                    "{file}: {column} must be {}, got {} (largest difference so far {worst:e})",
                    show(&want),
                    show(&got)
                );
            }
        }
    }
    assert!(rows > 0, "{file}: nothing was compared");
    println!("{file}: {rows} rows, largest relative difference {worst:.1e}");
    (rows, worst)
}
