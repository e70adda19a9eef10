//! `docs/conformance.md`: where answers differ on purpose, which golden file is met, and how near;
//! `docs/conformance-sql.md`: by which SQL.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::{Case, TOLERANCE, check, coinr_cases, coinr_folder, own_cases, vectors};
use crate::repository;

/// Files that are inputs, or that no function of ours produces, and why.
const NOT_PRODUCED: &[(&str, &str)] = &[
    ("coinr/manifest.csv", "list of the files"),
    ("coinr/asem/imeta.csv", "input"),
    ("coinr/asem/units.csv", "input"),
    ("coinr/asem/raw.csv", "input"),
    ("coinr/asem/weights_W1.csv", "input"),
    ("coinr/asem/sens_weight_sets.csv", "input"),
    ("coinr/asem/ua_sample.csv", "input"),
    ("coinr/asem/sa_sample.csv", "input"),
    ("coinr/asem/sobol_ishigami_design.csv", "input"),
    ("coinr/panel/raw.csv", "input"),
    ("coinr/panel/gaps_raw.csv", "input"),
    ("panel_S/meta_S.csv", "input"),
];

/// Method, what COINr does, what is done here, why.
const DEVIATIONS: &[[&str; 4]] = &[
    [
        "`norm_minmax`, `norm_zscore`, `norm_distance_max`, `norm_percentile_rank`",
        "a constant column gives NaN (`n_prank`: 0), one value gives NaN or NA, some with a warning",
        "NULL; the percentile rank of a constant column is 0 here too",
        "NULL is the one sign of a score that does not exist",
    ],
    [
        "all functions",
        "an infinite value is treated as a number: min-max gives NaN for it and the minimum for all others, without a warning",
        "an error that names the function and the value",
        "one invalid cell must not distort a column of scores",
    ],
    [
        "`norm_minmax`, `norm_scaled`",
        "a reversed output range of `n_minmax` is accepted, equal bounds of `n_scaled` give infinity",
        "an error",
        "a scale is inverted by `direction` only",
    ],
    [
        "`norm_goalposts`, `norm_scaled`, `norm_distance_target`",
        "with direction -1 from `global_specs` the bounds are not inverted with the values, with `use_iMeta` they are",
        "bounds and targets are values of the raw scale and are always inverted with `direction`",
        "the same arguments must give the same scores",
    ],
    [
        "`norm_distance_target`",
        "a target at the minimum gives infinity, one below it reverses the signs",
        "an error",
        "the scale has length 0 or is inverted",
    ],
    [
        "`norm_distance_reference`",
        "a reference unit with the worst value gives infinity or NaN",
        "NULL",
        "the distance to divide by is 0",
    ],
    [
        "`norm_fraction_max`, direction -1",
        "divides -x by the maximum of -x: the worst unit scores highest",
        "min / x",
        "a high score is good with either direction; COINr's scale is inverted",
    ],
    [
        "`norm_fraction_max`",
        "a maximum of 0 or below gives NaN, infinity or a reversed order",
        "an error",
        "a ratio to such a maximum has no meaning",
    ],
    [
        "windows over a panel",
        "global normalisation rejects parameters from the metadata table",
        "bounds and direction are columns, with any window",
        "a window says what the reference set is, and nothing else",
    ],
    [
        "`agg_arithmetic` and the other means",
        "weights that sum to 0 make a group NaN, which is dropped from its parent without a warning",
        "NULL, and `min_coverage` of the parent refuses what is left",
        "a missing group can be seen and asked for",
    ],
    [
        "`agg_geometric`, `agg_harmonic`",
        "a value of 0 or below is an error even with weight 0",
        "an error only if its weight is above 0",
        "a removed indicator is excluded",
    ],
    [
        "`agg_harmonic`",
        "negative values are accepted",
        "an error",
        "a mean of reciprocals of both signs can be any number",
    ],
    [
        "`agg_power`",
        "p = 0 is an error, a large p overflows, one missing value makes the mean missing",
        "p = 0 is the geometric mean, the powers are taken on logarithms, missing values are excluded",
        "it is the limit of the others, and the rule of missing values is that of all means",
    ],
    [
        "`agg_copeland`",
        "cannot be called from `Aggregate` by its name; with missing values the scores depend on the order of the rows",
        "a pair is compared over the indicators both units have, in any order",
        "a set of units has no order",
    ],
    [
        "`stat_outranking`, `agg_copeland`",
        "shares of weights that are even but for rounding are no tie (0.1 + 0.2 against 0.3)",
        "even within 1e-12 of the sum of weights",
        "rounding of weights must not decide",
    ],
    [
        "`stat_outranking`",
        "0 for a unit against itself",
        "no such record",
        "a unit is not compared with itself; the case adds the 0 in SQL",
    ],
    [
        "`denominate`",
        "a denominator of 0 gives infinity",
        "an error that names the unit",
        "infinity would spread to every score of the indicator",
    ],
    [
        "`screen_availability`, by zeros",
        "a unit without values comes back as a row of missing cells",
        "`nonzero` is NULL and the unit is not included",
        "a unit without data cannot pass",
    ],
    [
        "`impute_mean`, `impute_median` in groups",
        "a unit without a group is not imputed",
        "units without a group form a group of their own, as NULL in PARTITION BY; the cases exclude them with CASE",
        "the window's rule; one line of SQL gives the other",
    ],
    [
        "`impute_linear`",
        "'linear' stops the run at a series with one value",
        "NULL outside the observed values, or the one value with ends => 'flat'",
        "one series must not stop all",
    ],
    [
        "`impute_last`",
        "with unsorted rows and a choice of columns, values go to the wrong unit and year",
        "by period, regardless of the order of the rows",
        "rows of a table have no order",
    ],
    [
        "`treat_points`",
        "a move that would make a column constant is an error that is caught, and the column stays untreated",
        "the move is not made, earlier ones stay, the column still fails",
        "the treatment is carried as far as possible, and `treat_passes` tests the result",
    ],
    [
        "`treat_outliers`",
        "marks with `winhi`, `winlo` and `log_CT`, also points whose treatment the second step has undone, and missing cells of a column that was logged",
        "'winsorised high', 'winsorised low', 'log', only where the value has been changed",
        "the mark describes the treatment of the returned value",
    ],
    [
        "`treat_log`",
        "`log_GII` computes a transform but returns its input, marked as treated",
        "not offered",
        "nothing would be treated",
    ],
    [
        "`weight_pca`",
        "the loadings of the first component, some of them negative",
        "their squares, with form => 'loading' the loadings",
        "a weight below 0 inverts an indicator",
    ],
    [
        "`stat_correlation`",
        "`get_corr_flags` looks for r above a threshold, and so misses strong negative ones",
        "all pairs; the case asks for abs(r) > 0.7",
        "an indicator that correlates negatively with its group should be flagged",
    ],
    [
        "`stat_pca`",
        "arbitrary signs of eigenvectors",
        "entries that sum to 0 or more",
        "a sign that does not depend on the machine; the cases take the file's",
    ],
    [
        "`stat_cronbach`",
        "raw data in different units are accepted, directions ignored",
        "likewise, and the page says so",
        "the formula knows neither unit nor direction: give it scores",
    ],
    [
        "`consistency`, `principal_components`",
        "a column that does not vary counts as an element of alpha, and is an error of `get_PCA` (`prcomp` cannot scale it)",
        "such a component is left out of all statistics of its node, and `varying` says so",
        "it has no correlation with anything",
    ],
    [
        "`indicator_statistics`",
        "shares of zeros and of unique values are of the values where they are returned, and of the units where they are flagged; the flag is for skewness beyond 2 or -2 and kurtosis above 3.5",
        "numbers, with n and missing beside them; flagged where `treat_passes` is false: at these limits as well",
        "a flag and the treatment that answers it must agree",
    ],
    [
        "`strengths_weaknesses` (`get_str_weak`)",
        "by rank, a shared best rank is a strength whoever shares it; with `min_discard`, the default, indicators in which the unit is the worst of all are left out, of the weaknesses too; direction counts in the raw data only, unless `adjust_direction` says so",
        "of scores, by the share of the other units that the unit is ahead of; the worst are the first weaknesses",
        "a rank of 1 that nearly all units share is no strength, and being last is a weakness; the case chooses as COINr does",
    ],
    [
        "optimal weights (`get_opt_weights`)",
        "a numerical search that compares correlations in another order than the targets', for more than two elements",
        "`weights(..., optimise => ...)`: the closed form, which gives the file to the last digits",
        "the ratio of the weights is that of the standard deviations, inverted",
    ],
    [
        "trends (`get_trends`)",
        "with a time window the rows of another period are taken",
        "no function: `WHERE` chooses the periods",
        "the cases compute both trends in SQL",
    ],
    [
        "sensitivity analysis",
        "a discrete input is cut from the observed range of its draws; one failing run makes every index NaN; first-order indices from output that is not centred",
        "`uncertainty` and `sensitivity`: centred, with a low-discrepancy design and bootstrap intervals; the cases replay COINr's sample and, with `centred => false`, its estimator",
        "a test of the formula; a query shows what each run did",
    ],
];

const START: &str = "\
# Conformance

Generated by the tests (`UPDATE_CONFORMANCE=1 cargo test --test all -- golden`); do not edit.

Where the functions differ from COINr on purpose, and every file of results from other programs with the largest relative
difference over all its cells when this page was written (relative to 0.001 for a smaller value). The SQL that produces
each file is in [conformance-sql.md](conformance-sql.md). The tests compare again at each run, and hold each case to its
printed difference: neither may be more than ten times the other, where all below 1e-13 counts as 1e-13. The tolerance is
{tolerance}.

`coinr/` holds results of COINr 1.1.14 (R), third-party data that is read from the folder
`GOALPOSTS_GOLDEN` names and is not part of this repository; `panel_S/` lies in `tests/golden`.
";

const START_OF_SQL: &str = "\
# The SQL of the conformance cases

Generated by the tests (`UPDATE_CONFORMANCE=1 cargo test --test all -- golden`); do not edit.

The SQL that produces each file of [conformance.md](conformance.md). `{golden}` is the folder of the files; `raw`, `meta`,
`units` and `w1` are the files `raw`, `imeta`, `units` and `weights_W1` of `coinr/asem`, `p` and `m` are `panel_S` and
`meta_S`, `m` with `w_in_dim = weight * sub_weight`.
";

/// Differences of rounding, which vary with the machine.
const ROUNDING: f64 = 1e-13;

fn file() -> PathBuf {
    repository().join("docs").join("conformance.md")
}

fn file_of_sql() -> PathBuf {
    repository().join("docs").join("conformance-sql.md")
}

fn is_updated() -> bool {
    std::env::var_os("UPDATE_CONFORMANCE").is_some()
}

/// Whether the page tells what a case has just found: how many rows, how far apart.
pub fn is_as_printed(case: &Case, (rows, worst): (usize, f64)) {
    if is_updated() {
        return; // the page is being written
    }
    let page = std::fs::read_to_string(file()).expect("docs/conformance.md can be read");
    let start = format!("| {} | ", case.title());
    let line = page.lines().find_map(|line| line.strip_prefix(&start));
    let cells: Vec<_> = line.expect("a row of docs/conformance.md").splitn(3, " | ").collect();
    let number = |i: usize| cells[i].parse::<f64>().expect("a number");
    let (printed_rows, printed) = (number(0), number(1));
    assert!(rows as f64 == printed_rows, "{}: {rows} rows, printed {printed_rows}", case.file);
    let (most, least) = (worst.max(printed), worst.min(printed));
    assert!(
        most <= 10.0 * least.max(ROUNDING),
        "{}: the largest difference is {worst:.0e}, printed {printed:.0e}",
        case.file
    );
}

/// Whether the pages name every case with its note and its SQL. `UPDATE_CONFORMANCE=1` runs all cases
/// and writes it anew.
pub async fn is_current() {
    let file = file();
    let mut cases = own_cases();
    cases.extend(coinr_cases());
    if is_updated() {
        let coinr = coinr_folder().expect("the golden files of COINr, to write the page");
        let own = repository().join("tests").join("golden");
        let mut results = Vec::new();
        for case in &cases {
            let golden = if case.file.starts_with("panel_S/") { &own } else { &coinr };
            results.push(Some(check(case, golden).await));
        }
        std::fs::write(&file, page(&cases, &results)).expect("the page can be written");
        std::fs::write(file_of_sql(), sql(&cases)).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&file).expect("docs/conformance.md can be read");
    let written_sql =
        std::fs::read_to_string(file_of_sql()).expect("docs/conformance-sql.md can be read");
    let results = vec![None; cases.len()];
    assert!(
        without_results(&written) == without_results(&page(&cases, &results))
            && written_sql == sql(&cases),
        "docs/conformance.md is not what the cases say: \
         UPDATE_CONFORMANCE=1 cargo test --test all -- golden"
    );
    if let Some(coinr) = coinr_folder() {
        every_file_is_named(&coinr.join("coinr"), "coinr", &cases);
    }
    every_file_is_named(&repository().join("tests/golden/panel_S"), "panel_S", &cases);
}

fn page(cases: &[Case], results: &[Option<(usize, f64)>]) -> String {
    let mut tolerances = format!("{TOLERANCE:.0e} relative");
    let mut others: Vec<_> = cases.iter().filter(|case| case.tolerance != TOLERANCE).collect();
    others.sort_by_key(|case| case.file);
    others.dedup_by_key(|case| case.file);
    for Case { file, tolerance, .. } in others {
        let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".csv");
        let _ = write!(tolerances, ", of `{name}` {tolerance:.0e}");
    }
    let mut text = START.replace("{tolerance}", &tolerances);
    text.push_str(
        "\n## Deliberate deviations from COINr\n\nOf version 1.1.14, observed by running it or read in its source.\n\n\
         | method | COINr | here | why |\n|---|---|---|---|\n",
    );
    for [method, theirs, ours, why] in DEVIATIONS {
        let _ = writeln!(text, "| {method} | {theirs} | {ours} | {why} |");
    }
    text.push_str(
        "\n## The files\n\n| file | rows | largest difference | note |\n|---|---|---|---|\n",
    );
    for (case, result) in cases.iter().zip(results) {
        let (rows, worst) = result.unwrap_or_default();
        let worst = if worst == 0.0 { "0".to_owned() } else { format!("{worst:.0e}") };
        let _ = writeln!(text, "| {} | {rows} | {worst} | {} |", case.title(), case.note);
    }
    text.push_str("\n## Files without a case\n\n| file | why |\n|---|---|\n");
    for (file, why) in NOT_PRODUCED {
        let _ = writeln!(text, "| `{file}` | {why} |");
    }
    text.push_str(&vectors::section());
    text
}

fn sql(cases: &[Case]) -> String {
    let mut text = START_OF_SQL.to_owned();
    for case in cases {
        let lines: Vec<&str> = case.sql.lines().collect();
        let margin = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
        let margin = margin.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
        let _ = write!(text, "\n## {}\n\n```sql\n", case.title());
        for (i, line) in lines.iter().enumerate() {
            let _ = writeln!(
                text,
                "{}",
                if i == 0 { line.trim() } else { line[margin.min(line.len())..].trim_end() }
            );
        }
        text.push_str("```\n");
    }
    text
}

/// The page without what only the run of a case can tell: `is_as_printed`.
fn without_results(page: &str) -> String {
    let cells = |line: &str| match line.splitn(4, " | ").collect::<Vec<_>>()[..] {
        [file, _, _, note] if file.starts_with("| `coinr/") || file.starts_with("| `panel_S/") => {
            format!("{file} | {note}")
        }
        _ => line.to_owned(),
    };
    page.lines().map(cells).collect::<Vec<_>>().join("\n")
}

/// Every CSV file has a case, or a reason why not.
fn every_file_is_named(folder: &Path, name: &str, cases: &[Case]) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = format!("{name}/{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            every_file_is_named(&path, &name, cases);
        } else if name.ends_with(".csv") {
            let mut of_file: Vec<_> =
                cases.iter().filter(|case| case.file == name).map(Case::name).collect();
            let all = of_file.len();
            of_file.sort_unstable();
            of_file.dedup();
            assert!(of_file.len() == all, "{name} has two cases of one name");
            let named = of_file.iter().take(1).map(|_| name.as_str());
            let named = named.chain(NOT_PRODUCED.iter().map(|(file, _)| *file));
            let named = named.chain([vectors::FILE]);
            let times = named.filter(|file| *file == name).count();
            assert!(times == 1, "{name} must have one case or a reason why not, has {times}");
        }
    }
}
