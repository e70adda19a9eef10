//! What the queries in the repository print: each is run by the real binary, and its figures are
//! those that were published, or those that plain arithmetic makes of the same CSV sources.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use libtest_mimic::Trial;

use crate::{repository, trial};

/// What must be true of the rows of a query.
type Check = fn(&[Row]);

pub fn trials() -> Vec<Trial> {
    let queries: [(&str, Check); _] = [
        ("00_index_2024", index_2024),
        ("00_points_2024", points_2024),
        ("01_published_total", published_total),
        ("02_contributions", contributions),
        ("03_growth", growth),
        ("04_gaps", gaps),
        ("04_regions", regions),
        ("05_normalise", normalise),
        ("06_framework_index", framework_index),
        ("07_china_innovation_index", china_innovation_index),
        ("08_human_development_index", human_development_index),
        ("09_index_in_one_statement", index_in_one_statement),
        ("10_index_contributions", index_contributions),
        ("11_index_uncertainty", index_uncertainty),
        ("12_index_sensitivity", index_sensitivity),
    ];
    let named = queries.map(|(name, _)| name);
    let mut trials = vec![
        trial("figures::every_query_has_a_trial", move || every_query_has_a_trial(&named)),
        trial("figures::tables_are_what_their_sources_say", tables),
    ];
    trials.extend(queries.map(|(name, test)| {
        trial(&format!("figures::{name}"), move || {
            test(&rows(&goalposts(&["run", &format!("queries/{name}.sql"), "-f", "csv"])));
        })
    }));
    trials
}

fn goalposts(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_goalposts"))
        .current_dir(repository())
        .env_remove("GOALPOSTS_DATA")
        .args(arguments)
        .output()
        .expect("the program starts");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(done.stdout).expect("UTF-8")
}

fn every_query_has_a_trial(named: &[&str]) {
    let files = std::fs::read_dir(repository().join("queries")).expect("queries");
    let files = files.map(|file| file.expect("a file").file_name().display().to_string());
    let found: BTreeSet<String> = files.filter(|name| name.ends_with(".sql")).collect();
    let named: BTreeSet<String> = named.iter().map(|name| format!("{name}.sql")).collect();
    assert_eq!(found, named);
}

// ----------------------------------------------------------------------------- tables, cell by cell

/// Column names and cells.
type Row = Vec<(String, String)>;

/// The rows of a CSV text without line breaks in its cells.
fn rows(text: &str) -> Vec<Row> {
    let mut lines = text.lines().map(cells);
    let header = lines.next().expect("a header");
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted, // of a doubled quote none is kept
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().expect("a cell").push(letter),
        }
    }
    cells
}

fn source(schema: &str, table: &str) -> Vec<Row> {
    let path = repository().join("data").join(schema).join("sources").join(table);
    let path = path.with_extension("csv");
    let text = std::fs::read_to_string(&path);
    rows(&text.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn cell<'a>(row: &'a Row, column: &str) -> &'a str {
    &row.iter().find(|(name, _)| name == column).unwrap_or_else(|| panic!("{column}")).1
}

/// None of an empty cell.
fn given(row: &Row, column: &str) -> Option<f64> {
    let text = cell(row, column);
    let number = || text.parse().unwrap_or_else(|_| panic!("{column} of {row:?} is no number"));
    (!text.is_empty()).then(number)
}

fn number(row: &Row, column: &str) -> f64 {
    given(row, column).unwrap_or_else(|| panic!("{column} of {row:?} is empty"))
}

fn year(row: &Row) -> i32 {
    cell(row, "period").parse().expect("a year")
}

/// The number of a column, or that it is empty, must be this.
#[track_caller]
fn is(row: &Row, column: &str, want: Option<f64>) {
    let got = given(row, column);
    let is_same = match (got, want) {
        (Some(got), Some(want)) => (got - want).abs() <= 1e-12 * want.abs().max(1.0),
        (None, None) => true,
        _ => false,
    };
    assert!(is_same, "{column} must be {want:?}: {row:?}");
}

fn rounded(x: f64, decimals: i32) -> f64 {
    (x * 10_f64.powi(decimals)).round() / 10_f64.powi(decimals)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The standard deviation of a sample.
fn deviation(values: &[f64]) -> f64 {
    let squares = values.iter().map(|x| (x - mean(values)).powi(2)).sum::<f64>();
    (squares / (values.len() - 1) as f64).sqrt()
}

const REGIONS: [&str; 3] = ["Beijing", "Tianjin", "Hebei"];
const DIMENSIONS: [&str; 5] = ["innovation", "coordination", "green", "open", "shared"];

/// What was observed in the three regions, by indicator, region and year.
fn observed() -> BTreeMap<(String, String, i32), f64> {
    let rows = source("bth", "indicators");
    let in_region = rows.iter().filter(|row| REGIONS.contains(&cell(row, "unit")));
    let key = |row| (cell(row, "indicator").to_owned(), cell(row, "unit").to_owned(), year(row));
    in_region.filter_map(|row| Some((key(row), given(row, "value")?))).collect()
}

// --------------------------------------------------------------------------------- published indices

/// A release of the published index: date, base year and year; its total; its dimensions.
struct Release {
    key: [String; 3],
    total: Row,
    dimensions: Vec<Row>,
}

/// Those that print the values of all five dimensions, by date.
fn releases() -> Vec<Release> {
    let all = source("bth", "published");
    let key =
        |row: &Row| ["release_date", "base_year", "period"].map(|of| cell(row, of).to_owned());
    let mut releases: Vec<_> = all
        .iter()
        .filter(|row| cell(row, "dimension") == "total")
        .map(|total| {
            let is_part = |row: &&Row| {
                key(row) == key(total)
                    && DIMENSIONS.contains(&cell(row, "dimension"))
                    && given(row, "value").is_some()
            };
            let dimensions = all.iter().filter(is_part).cloned().collect();
            Release { key: key(total), total: total.clone(), dimensions }
        })
        .filter(|release| release.dimensions.len() == DIMENSIONS.len())
        .collect();
    releases.sort_by(|a, b| a.key.cmp(&b.key));
    releases
}

/// The newest figure of each year, printed or the next one less its change; beside it what was printed first.
fn index_2024(found: &[Row]) {
    let names = ["Total", "Coordination", "Green", "Innovation", "Openness", "Sharing"];
    let codes = ["total", "coordination", "green", "innovation", "open", "shared"];
    let all = source("bth", "published");
    let is_present = |row: &&Row| {
        cell(row, "base_year") == "2014"
            && cell(row, "release_date") >= "2022"
            && given(row, "value").is_some()
    };
    let mut wanted = Vec::new();
    for (name, code) in names.iter().zip(codes) {
        let of = || all.iter().filter(is_present).filter(|row| cell(row, "dimension") == code);
        for period in 2020..=2024 {
            let printed = of().find(|row| year(row) == period);
            let before = of().filter(|row| year(row) == period + 1);
            let before = before.filter_map(|row| {
                Some((row, rounded(number(row, "value") - given(row, "change")?, 1)))
            });
            let stated = printed.map(|row| (row, number(row, "value"))).into_iter().chain(before);
            let newest = stated.max_by_key(|(row, _)| cell(row, "release_date").to_owned());
            wanted.push((*name, period, newest, printed));
        }
    }
    assert_eq!(found.len(), wanted.len());
    for (row, (name, period, newest, printed)) in found.iter().zip(wanted) {
        assert_eq!((cell(row, "node"), year(row)), (name, period));
        is(row, "newest", newest.map(|(_, value)| value));
        let release = newest.map_or("", |(row, _)| cell(row, "release_date"));
        assert_eq!(cell(row, "release"), release, "{row:?}");
        is(row, "printed_when_new", printed.map(|row| number(row, "value")));
        is(row, "change", printed.and_then(|row| given(row, "change")));
    }
}

/// A fifth of each change of the last release, and the means of both years.
fn points_2024(found: &[Row]) {
    let Release { dimensions, .. } = releases().pop().expect("a release");
    assert_eq!(found.len(), dimensions.len());
    let changes: Vec<_> = dimensions.iter().map(|row| number(row, "change")).collect();
    let now: Vec<_> = dimensions.iter().map(|row| number(row, "value")).collect();
    let mut before = f64::INFINITY;
    for row in found {
        let names = [("Sharing", "shared"), ("Openness", "open")];
        let name = cell(row, "sub_index");
        let code = names
            .iter()
            .find(|(of, _)| *of == name)
            .map_or(name.to_lowercase(), |(_, code)| code.to_string());
        let of = dimensions.iter().find(|of| cell(of, "dimension") == code).expect("a dimension");
        let (value, change) = (number(of, "value"), number(of, "change"));
        is(row, "period", Some(2024.0));
        is(row, "previous", Some(2023.0));
        is(row, "value_2024", Some(value));
        is(row, "value_2023", Some(rounded(value - change, 1)));
        is(row, "change", Some(change));
        is(row, "contribution", Some(rounded(change / 5.0, 2)));
        is(row, "mean_2024", Some(rounded(mean(&now), 2)));
        is(row, "mean_2023", Some(rounded(mean(&now) - mean(&changes), 2)));
        assert!(number(row, "contribution") <= before, "{row:?}");
        before = number(row, "contribution");
    }
}

/// The mean of five printed dimensions meets the printed total.
fn published_total(found: &[Row]) {
    let years: Vec<_> = found.iter().map(year).collect();
    assert_eq!(years, [2017, 2018, 2019, 2020, 2023, 2024]);
    let releases = releases();
    assert_eq!(found.len(), releases.len());
    for (row, Release { key, total, dimensions }) in found.iter().zip(releases) {
        assert_eq!(["release_date", "base_year", "period"].map(|of| cell(row, of)), key);
        let values: Vec<_> = dimensions.iter().map(|row| number(row, "value")).collect();
        let product = values.iter().product::<f64>();
        is(row, "arithmetic", Some(mean(&values)));
        is(row, "geometric", Some(product.powf(0.2)));
        is(row, "printed", given(&total, "value"));
        is(row, "difference", Some(rounded(mean(&values) - number(&total, "value"), 3)));
        let decimals = cell(row, "printed").split_once('.').map_or(0, |(_, digits)| digits.len());
        assert_eq!(format!("{:.decimals$}", mean(&values)), cell(&total, "value"), "{row:?}");
    }
}

/// A fifth of each change; their sum, and what rounding makes of it.
fn contributions(found: &[Row]) {
    let has_changes =
        |release: &Release| release.dimensions.iter().all(|row| given(row, "change").is_some());
    let releases: Vec<_> = releases().into_iter().filter(has_changes).collect();
    assert_eq!(found.len(), 5 * releases.len());
    for (found, Release { key, total, dimensions }) in found.chunks(5).zip(releases) {
        let mut before = f64::INFINITY;
        let decimals = if key[1] == "2010" { 2 } else { 1 };
        let now: Vec<_> = dimensions.iter().map(|row| number(row, "value")).collect();
        let changes: Vec<_> = dimensions.iter().map(|row| number(row, "change")).collect();
        let then: Vec<_> = now.iter().zip(&changes).map(|(now, change)| now - change).collect();
        let rounded_first = rounded(mean(&now), decimals) - rounded(mean(&then), decimals);
        for row in found {
            assert_eq!([cell(row, "release_date"), cell(row, "period")], [&key[0], &key[2]]);
            let is_its = |of: &&Row| cell(of, "dimension") == cell(row, "dimension");
            let of = dimensions.iter().find(is_its).expect("a dimension");
            let (value, change) = (number(of, "value"), number(of, "change"));
            is(row, "value", Some(value));
            is(row, "change", Some(change));
            is(row, "previous", Some(rounded(value - change, 2)));
            is(row, "contribution", Some(rounded(change / 5.0, 4)));
            is(row, "sum_of_contributions", Some(rounded(mean(&changes), 4)));
            is(row, "printed_change", given(&total, "change"));
            is(row, "rounded_first", Some(rounded(rounded_first, 2)));
            assert!(number(row, "contribution") <= before, "{row:?}");
            before = number(row, "contribution");
        }
    }
    // 2024: the printed change is that of rounded totals.
    let last = found.last().expect("a row");
    assert_eq!(year(last), 2024);
    is(last, "sum_of_contributions", Some(4.96));
    is(last, "printed_change", Some(4.9));
    is(last, "rounded_first", Some(4.9));
}

/// The environment field of 2005-2012 and the total of 2012, as printed; growth linked from inputs
/// of one printed decimal may miss one by 0.1.
fn china_innovation_index(found: &[Row]) {
    let printed = [
        ("environment", 2005, 100.0),
        ("environment", 2006, 106.4),
        ("environment", 2007, 112.1),
        ("environment", 2008, 114.4),
        ("environment", 2009, 121.7),
        ("environment", 2010, 131.0),
        ("environment", 2011, 138.1),
        ("environment", 2012, 144.0),
        ("total", 2012, 148.2),
    ];
    let release: BTreeMap<(String, i32), f64> = source("bth", "other_indices")
        .iter()
        .filter(|row| {
            ["index", "release_date", "base_year"].map(|of| cell(row, of))
                == ["China Innovation Index", "2014-02-18", "2005"]
        })
        .filter_map(|row| {
            Some(((cell(row, "dimension").to_owned(), year(row)), given(row, "value")?))
        })
        .collect();
    let of = |code: &str, year: i32| release.get(&(code.to_owned(), year)).copied();
    let codes: BTreeSet<_> = release.keys().map(|(code, _)| code.as_str()).collect();
    let parts: Vec<_> = codes.into_iter().filter(|code| code.starts_with("environment/")).collect();
    assert_eq!(parts.len(), 5);
    let mut linked = 100.0;
    assert_eq!(found.len(), printed.len());
    for (row, (code, period, figure)) in found.iter().zip(printed) {
        assert_eq!((cell(row, "code"), year(row)), (code, period));
        let computed = match code {
            "total" => {
                let fields = ["environment", "input", "output", "effect"];
                mean(&fields.map(|field| of(field, period).expect("a field")))
            }
            _ if period == 2005 => 100.0,
            _ => {
                // The growth of an indicator, over the mean of both years.
                let growth = parts.iter().map(|part| {
                    let [now, then] = [of(part, period), of(part, period - 1)];
                    let [now, then] = [now.expect("a figure"), then.expect("a figure")];
                    (now - then) / ((now + then) / 2.0)
                });
                let growth = mean(&growth.collect::<Vec<_>>());
                linked *= (2.0 + growth) / (2.0 - growth);
                linked
            }
        };
        is(row, "computed", Some(computed));
        is(row, "rounded", Some(rounded(computed, 1)));
        is(row, "printed", Some(figure));
        is(row, "printed", of(code, period));
        is(row, "difference", Some(rounded(rounded(computed, 1) - figure, 1)));
        let may_miss = code == "environment" && matches!(period, 2008 | 2012);
        let missed = number(row, "difference");
        assert!(missed.abs() < if may_miss { 0.1 + 1e-9 } else { 1e-9 }, "{row:?}");
    }
}

/// The HDI meets the printed one, and a calculation of its own from the source table.
fn human_development_index(found: &[Row]) {
    let printed: Vec<_> =
        found.iter().map(|row| (cell(row, "unit"), number(row, "printed"))).collect();
    let want = [
        ("AUS", 0.946),
        ("AUT", 0.926),
        ("QAT", 0.875),
        ("CHL", 0.860),
        ("PLW", 0.797),
        ("CHN", 0.788),
        ("PSE", 0.716),
        ("AFG", 0.462),
    ];
    assert_eq!(printed, want);
    let values = source("hdi", "indicators");
    for row in found {
        let unit = cell(row, "unit");
        let share = |indicator: &str, lower: f64, upper: f64, by: fn(f64) -> f64| {
            let is_it =
                |value: &&Row| cell(value, "unit") == unit && cell(value, "indicator") == indicator;
            let value = number(values.iter().find(is_it).expect(indicator), "value");
            ((by(value) - by(lower)) / (by(upper) - by(lower))).clamp(0.0, 1.0)
        };
        let as_it_is = |x| x;
        let health = share("life_expectancy", 20.0, 85.0, as_it_is);
        let schooling = [("expected_schooling", 18.0), ("mean_schooling", 15.0)];
        let knowledge = mean(&schooling.map(|(years, most)| share(years, 0.0, most, as_it_is)));
        let income = share("gni_per_capita", 100.0, 75_000.0, f64::ln);
        is(row, "health", Some(health));
        is(row, "knowledge", Some(knowledge));
        is(row, "income", Some(income));
        is(row, "hdi", Some((health * knowledge * income).cbrt()));
        assert_eq!(format!("{:.3}", number(row, "hdi")), format!("{:.3}", number(row, "printed")));
        is(row, "difference", Some(0.0));
    }
}

// --------------------------------------------------------------------------------- three regions

fn is_headline(indicator: &str) -> bool {
    ["pm25", "disposable_income_per_capita", "tech_contract_value"].contains(&indicator)
        || indicator.starts_with("rd_intensity_pct")
}

fn growth(found: &[Row]) {
    let observed = observed();
    let rows = source("bth", "indicators");
    let is_asked =
        |row: &&Row| REGIONS.contains(&cell(row, "unit")) && is_headline(cell(row, "indicator"));
    assert_eq!(found.len(), rows.iter().filter(is_asked).count());
    for row in found {
        let [indicator, unit] = ["indicator", "unit"].map(|of| cell(row, of).to_owned());
        let of = |indicator: &str, period| {
            observed.get(&(indicator.to_owned(), unit.clone(), period)).copied()
        };
        let [now, then] = [of(&indicator, year(row)), of(&indicator, year(row) - 1)];
        is(row, "value", now);
        is(row, "change", now.zip(then).map(|(now, then)| now - then));
        is(row, "growth", now.zip(then).map(|(now, then)| 100.0 * (now / then - 1.0)));
        is(
            row,
            "printed_growth",
            match indicator.as_str() {
                "pm25" => of("pm25_change_pct", year(row)),
                "disposable_income_per_capita" => of("disposable_income_growth_pct", year(row)),
                _ => None,
            },
        );
    }
    // The official rates of 2024; the level of Tianjin's PM2.5 in 2023 is known as a whole number.
    for (indicator, unit, growth, printed) in [
        ("disposable_income_per_capita", "Beijing", 4.5, 4.5),
        ("disposable_income_per_capita", "Tianjin", 4.5, 4.5),
        ("disposable_income_per_capita", "Hebei", 5.4, 5.4),
        ("pm25", "Beijing", -4.7, -4.7),
        ("pm25", "Tianjin", -7.1, -8.0),
        ("pm25", "Hebei", -2.3, -2.3),
    ] {
        let keys = [indicator, unit, "2024"];
        let is_it = |row: &&Row| ["indicator", "unit", "period"].map(|of| cell(row, of)) == keys;
        let row = found.iter().find(is_it).expect("a row");
        assert_eq!(rounded(number(row, "growth"), 1), growth, "{row:?}");
        is(row, "printed_growth", Some(printed));
    }
}

fn gaps(found: &[Row]) {
    let mut of_three: BTreeMap<(String, i32), Vec<(f64, String)>> = BTreeMap::new();
    for ((indicator, unit, period), value) in observed() {
        if is_headline(&indicator) {
            of_three.entry((indicator, period)).or_default().push((value, unit));
        }
    }
    of_three.retain(|_, regions| regions.len() == REGIONS.len());
    assert_eq!(found.len(), of_three.len());
    for (row, ((indicator, period), mut regions)) in found.iter().zip(of_three) {
        assert_eq!((cell(row, "indicator"), year(row)), (indicator.as_str(), period));
        regions.sort_by(|a, b| a.0.total_cmp(&b.0));
        let values: Vec<_> = regions.iter().map(|(value, _)| *value).collect();
        is(row, "highest", Some(values[2]));
        is(row, "lowest", Some(values[0]));
        is(row, "ratio", Some(values[2] / values[0]));
        is(row, "variation", Some(deviation(&values) / mean(&values)));
        let region = |column| observed_in(&regions, cell(row, column));
        assert_eq!((region("highest_unit"), region("lowest_unit")), (values[2], values[0]));
    }
}

fn observed_in(regions: &[(f64, String)], unit: &str) -> f64 {
    regions.iter().find(|(_, of)| of == unit).expect("a region").0
}

fn normalise(found: &[Row]) {
    let (example, observed) = (Example::read(), observed());
    let asked = observed.keys().filter(|(indicator, _, period)| {
        YEARS.contains(period) && example.leaves.iter().any(|leaf| leaf.code == *indicator)
    });
    assert!(found.iter().filter(|row| given(row, "value").is_some()).count() == asked.count());
    for row in found {
        let code = cell(row, "indicator");
        let leaf = example.leaves.iter().find(|leaf| leaf.code == code).expect("an indicator");
        let of = |unit: &str, period: i32| {
            observed.get(&(code.to_owned(), unit.to_owned(), period)).copied()
        };
        let all: Vec<f64> =
            REGIONS.iter().flat_map(|unit| YEARS.filter_map(move |year| of(unit, year))).collect();
        let least = all.iter().copied().fold(f64::INFINITY, f64::min);
        let most = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let value = of(cell(row, "unit"), year(row));
        let (worst, best) = if leaf.is_turned { (most, least) } else { (least, most) };
        let sign = if leaf.is_turned { -1.0 } else { 1.0 };
        assert_eq!(cell(row, "dimension"), example.dimensions[leaf.dimension]);
        is(row, "value", value);
        is(row, "minmax", value.map(|x| 1.0 + 99.0 * (x - worst) / (best - worst)));
        is(row, "zscore", value.map(|x| sign * (x - mean(&all)) / deviation(&all)));
        is(row, "base_2014", leaf.relative(value, of(cell(row, "unit"), 2014)));
    }
}

// --------------------------------------------------------------------------------- the example index

const YEARS: std::ops::RangeInclusive<i32> = 2014..=2024;

/// An indicator of the example framework, in which all weights are equal.
struct Leaf {
    code: String,
    dimension: usize,
    /// Less is better.
    is_turned: bool,
}

impl Leaf {
    /// A value on the scale 2014 = 100.
    fn relative(&self, value: Option<f64>, base: Option<f64>) -> Option<f64> {
        let (value, base) = value.zip(base)?;
        Some(100.0 * if self.is_turned { base / value } else { value / base })
    }
}

struct Example {
    dimensions: Vec<String>,
    leaves: Vec<Leaf>,
    observed: BTreeMap<(String, String, i32), f64>,
}

/// Scores of a region in a year, and the share of the weight that has one.
struct Scores {
    dimensions: Vec<(Option<f64>, f64)>,
    total: (Option<f64>, f64),
}

impl Example {
    fn read() -> Self {
        let nodes = source("bth", "framework");
        let dimensions: Vec<String> = nodes
            .iter()
            .filter(|node| cell(node, "parent") == "total")
            .map(|node| cell(node, "code").to_owned())
            .collect();
        let leaf = |node: &Row| {
            let dimension = dimensions.iter().position(|code| code == cell(node, "parent"))?;
            assert_eq!(number(node, "weight"), 1.0);
            let is_turned = number(node, "direction") < 0.0;
            Some(Leaf { code: cell(node, "code").to_owned(), dimension, is_turned })
        };
        let leaves: Vec<_> = nodes.iter().filter_map(leaf).collect();
        assert_eq!((dimensions.len(), leaves.len()), (5, 11));
        Self { dimensions, leaves, observed: observed() }
    }

    fn relative(&self, leaf: &Leaf, unit: &str, period: i32) -> Option<f64> {
        let of = |year| self.observed.get(&(leaf.code.clone(), unit.to_owned(), year)).copied();
        leaf.relative(of(period), of(2014))
    }

    /// Arithmetic means of what is there, if it is 80 % of the weight.
    fn scores(&self, unit: &str, period: i32) -> Scores {
        let covered = |scores: &[Option<f64>]| {
            let there: Vec<_> = scores.iter().flatten().copied().collect();
            let coverage = there.len() as f64 / scores.len() as f64;
            ((coverage > 0.8 - 1e-12).then(|| mean(&there)), coverage)
        };
        let dimensions: Vec<_> = (0..self.dimensions.len())
            .map(|dimension| {
                let leaves = self.leaves.iter().filter(|leaf| leaf.dimension == dimension);
                let scores = leaves.map(|leaf| self.relative(leaf, unit, period));
                covered(&scores.collect::<Vec<_>>())
            })
            .collect();
        let total = covered(&dimensions.iter().map(|(score, _)| *score).collect::<Vec<_>>());
        Scores { dimensions, total }
    }

    /// Score and coverage of a node above the indicators.
    fn node(&self, row: &Row) -> (Option<f64>, f64) {
        let scores = self.scores(cell(row, "unit"), year(row));
        let dimension = self.dimensions.iter().position(|code| code == cell(row, "code"));
        dimension.map_or(scores.total, |dimension| scores.dimensions[dimension])
    }
}

fn framework_index(found: &[Row]) {
    let example = Example::read();
    assert_eq!(found.len(), 3 * 11 * 6);
    let published = source("bth", "published");
    for row in found {
        let (score, coverage) = example.node(row);
        is(row, "score", score);
        is(row, "coverage", Some(coverage));
        let newest = published
            .iter()
            .filter(|of| cell(of, "base_year") == "2014" && given(of, "value").is_some())
            .filter(|of| year(of) == year(row) && cell(of, "dimension") == cell(row, "code"))
            .max_by_key(|of| cell(of, "release_date"));
        is(row, "published", newest.map(|of| number(of, "value")));
        if year(row) == 2014 && cell(row, "code") != "open" {
            is(row, "score", Some(100.0));
        }
    }
    let keys = |row: &Row| ["unit", "period", "code"].map(|of| cell(row, of).to_owned());
    assert_eq!(found.iter().map(keys).collect::<BTreeSet<_>>().len(), found.len());
}

/// Its totals alone, as far as there are any.
fn regions(found: &[Row]) {
    let example = Example::read();
    let regions = ["Beijing", "Hebei", "Tianjin"];
    let total = |region: &str, year| example.scores(region, year).total.0;
    let years = (2014..=2024).filter(|&year| regions.iter().all(|of| total(of, year).is_some()));
    assert_eq!(found.len(), regions.len() * years.count());
    for (row, region) in found
        .chunks(found.len() / regions.len())
        .zip(regions)
        .flat_map(|(rows, region)| rows.iter().map(move |row| (row, region)))
    {
        assert_eq!(cell(row, "region"), region);
        let own = total(region, year(row));
        is(row, "index", own);
        is(row, "coverage", Some(example.scores(region, year(row)).total.1));
        let above = regions.iter().filter(|of| total(of, year(row)) > own).count();
        // All are 100 in the first year.
        let rank = if year(row) == 2014 { 1 } else { above + 1 };
        is(row, "rank", Some(rank as f64));
    }
}

/// The same in one statement, node by node, indicators included.
fn index_in_one_statement(found: &[Row]) {
    let example = Example::read();
    assert_eq!(found.len(), 3 * 11 * 17);
    let mut ranks: BTreeMap<(i32, String), Vec<(f64, f64)>> = BTreeMap::new();
    for row in found {
        let code = cell(row, "code");
        let leaf = example.leaves.iter().find(|leaf| leaf.code == code);
        let (level, weight, score, coverage) = match leaf {
            Some(leaf) => {
                let siblings = example.leaves.iter().filter(|of| of.dimension == leaf.dimension);
                let score = example.relative(leaf, cell(row, "unit"), year(row));
                let coverage = f64::from(u8::from(score.is_some()));
                (1.0, 1.0 / siblings.count() as f64, score, coverage)
            }
            None => {
                let (score, coverage) = example.node(row);
                let (level, weight) = if code == "total" { (3.0, 1.0) } else { (2.0, 0.2) };
                (level, weight, score, coverage)
            }
        };
        is(row, "level", Some(level));
        is(row, "weight", Some(weight));
        is(row, "score", score);
        is(row, "coverage", Some(coverage));
        match score {
            None => is(row, "rank", None),
            Some(score) => {
                let of = ranks.entry((year(row), code.to_owned())).or_default();
                of.push((score, number(row, "rank")));
            }
        }
    }
    for (node, scores) in &ranks {
        for (score, rank) in scores {
            let above = scores.iter().filter(|(other, _)| *other > score * (1.0 + 1e-12)).count();
            assert_eq!(*rank, 1.0 + above as f64, "{node:?}: {scores:?}");
        }
    }
}

/// Contributions of the dimensions sum to the change of the total of each region and year.
fn index_contributions(found: &[Row]) {
    let example = Example::read();
    assert_eq!(found.len(), 3 * 8 * 5);
    for row in found {
        let unit = cell(row, "unit");
        let [now, then] = [year(row), year(row) - 1].map(|year| example.scores(unit, year));
        let dimension = example.dimensions.iter().position(|code| code == cell(row, "dimension"));
        let dimension = dimension.expect("a dimension");
        let change = |now: Option<f64>, then: Option<f64>| now.zip(then).map(|(n, t)| n - t);
        let of_dimension = change(now.dimensions[dimension].0, then.dimensions[dimension].0);
        is(row, "score", now.dimensions[dimension].0);
        is(row, "change", of_dimension);
        // Four dimensions of equal weight have a score.
        is(row, "contribution", Some(of_dimension.map_or(0.0, |change| change / 4.0)));
        is(row, "total_change", change(now.total.0, then.total.0));
        is(row, "sum_of_contributions", change(now.total.0, then.total.0));
    }
}

/// The index of 2022 with other weights and aggregations, and without an indicator.
struct Experiment {
    example: Example,
    /// Of each region its indicators on the scale 2014 = 100.
    regions: [Vec<Option<f64>>; 3],
}

impl Experiment {
    fn new() -> Self {
        let example = Example::read();
        let of =
            |unit| example.leaves.iter().map(|leaf| example.relative(leaf, unit, 2022)).collect();
        Self { regions: REGIONS.map(of), example }
    }

    /// Weights of the indicators and of the dimensions, each by up to a quarter from 1.
    fn weights(&self, random: &mut impl FnMut() -> f64) -> [Vec<f64>; 2] {
        let mut draw = || 1.0 + 0.25 * (2.0 * random() - 1.0);
        [self.example.leaves.len(), self.example.dimensions.len()]
            .map(|nodes| (0..nodes).map(|_| draw()).collect())
    }

    fn ranks(
        &self,
        weights: &[Vec<f64>; 2],
        is_geometric: bool,
        left_out: Option<usize>,
    ) -> [u8; 3] {
        let mean = |pairs: &mut dyn Iterator<Item = (f64, f64)>| {
            let (mut sum, mut of) = (0.0, 0.0);
            for (score, weight) in pairs {
                sum += weight * if is_geometric { score.ln() } else { score };
                of += weight;
            }
            (of > 0.0).then(|| if is_geometric { (sum / of).exp() } else { sum / of })
        };
        let totals = self.regions.each_ref().map(|scores| {
            let dimensions = (0..self.example.dimensions.len()).filter_map(|dimension| {
                let leaves = self.example.leaves.iter().enumerate();
                let mut own = leaves
                    .filter(|(i, leaf)| leaf.dimension == dimension && Some(*i) != left_out)
                    .filter_map(|(i, _)| Some((scores[i]?, weights[0][i])));
                Some((mean(&mut own)?, weights[1][dimension]))
            });
            mean(&mut { dimensions }).expect("a score")
        });
        totals.map(|own| 1 + totals.iter().filter(|other| **other > own).count() as u8)
    }
}

/// Numbers from 0 to 1 (SplitMix64).
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Neither these weights nor these aggregations change the order of the three.
fn index_uncertainty(found: &[Row]) {
    let experiment = Experiment::new();
    let mut random = random(1);
    for _ in 0..2000 {
        let weights = experiment.weights(&mut random);
        for is_geometric in [false, true] {
            assert_eq!(experiment.ranks(&weights, is_geometric, None), [2, 3, 1]);
        }
    }
    let units: Vec<_> = found.iter().map(|row| cell(row, "unit")).collect();
    assert_eq!(units, ["Hebei", "Beijing", "Tianjin"]);
    for (row, rank) in found.iter().zip([1.0, 2.0, 3.0]) {
        is(row, "score", experiment.example.scores(cell(row, "unit"), 2022).total.0);
        for column in ["rank", "mean_rank", "p05_rank", "p95_rank"] {
            is(row, column, Some(rank));
        }
        is(row, "share_first", Some(if rank == 1.0 { 1.0 } else { 0.0 }));
        is(row, "draws", Some(2000.0));
    }
}

/// The indices by their definition: of aggregation and indicator left out every combination, under
/// many weights.
fn index_sensitivity(found: &[Row]) {
    const SETS: usize = 400;
    let experiment = Experiment::new();
    let mut random = random(2);
    let cases: Vec<(bool, Option<usize>)> = [false, true]
        .into_iter()
        .flat_map(|is_geometric| {
            let left_out = (0..experiment.example.leaves.len()).map(Some).chain([None]);
            left_out.map(move |left_out| (is_geometric, left_out))
        })
        .collect();
    // By set of weights, then by case: the mean move from the nominal ranks.
    let moves: Vec<Vec<f64>> = (0..SETS)
        .map(|_| {
            let weights = experiment.weights(&mut random);
            let of = |(is_geometric, left_out): &(bool, Option<usize>)| {
                let ranks = experiment.ranks(&weights, *is_geometric, *left_out);
                mean(&[0, 1, 2].map(|i| f64::from(ranks[i].abs_diff([2, 3, 1][i]))))
            };
            cases.iter().map(of).collect()
        })
        .collect();
    let left_out = cases.len() / 2;
    /// Mean over the groups of the variance within each.
    fn within<K: Ord>(moves: &[Vec<f64>], key: impl Fn(usize, usize) -> K) -> f64 {
        let mut groups: BTreeMap<K, Vec<f64>> = BTreeMap::new();
        for (set, of_set) in moves.iter().enumerate() {
            for (case, y) in of_set.iter().enumerate() {
                groups.entry(key(set, case)).or_default().push(*y);
            }
        }
        let variances = groups.values().map(|y| {
            let mean = mean(y);
            self::mean(&y.iter().map(|y| (y - mean).powi(2)).collect::<Vec<_>>())
        });
        mean(&variances.collect::<Vec<_>>())
    }
    let variance = within(&moves, |_, _| 0);
    // What is left when the choice alone is known, and when all others are.
    let of_choice = |factor: &str| match factor {
        "weights" => [within(&moves, |set, _| set), within(&moves, |_, case| case)],
        "aggregation" => [
            within(&moves, |_, case| case / left_out),
            within(&moves, |set, case| (set, case % left_out)),
        ],
        "leave_out" => [
            within(&moves, |_, case| case % left_out),
            within(&moves, |set, case| (set, case / left_out)),
        ],
        other => panic!("{other}"),
    };
    let factors: BTreeSet<_> = found.iter().map(|row| cell(row, "factor")).collect();
    assert_eq!((found.len(), factors.len()), (3, 3));
    for row in found {
        let factor = cell(row, "factor");
        let [alone, others] = of_choice(factor);
        is(row, "draws", Some(4096.0 * 5.0));
        for (column, want) in
            [("first_order", 1.0 - alone / variance), ("total", others / variance)]
        {
            let of = |end: &str| number(row, &format!("{column}{end}"));
            assert!((of("_lower")..=of("_upper")).contains(&want), "{column} {want}: {row:?}");
            assert!((number(row, column) - want).abs() < 0.1, "{column} {want}: {row:?}");
        }
    }
}

// --------------------------------------------------------------------------------- the tables

fn tables() {
    assert_eq!(["bth", "hdi"].map(tables_of), [5, 3]);
}

fn tables_of(schema: &str) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let sources = repository().join("data").join(schema).join("sources");
    let mut tables = 0;
    for entry in std::fs::read_dir(&sources).expect("sources") {
        let source = entry.expect("an entry").path();
        let name = source.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let again = folder.path().join(format!("{name}.parquet"));
        let mut arguments =
            vec!["import", source.to_str().expect("UTF-8"), "-o", again.to_str().expect("UTF-8")];
        arguments.extend(match (schema, name.as_str()) {
            ("bth", "published") => ["--key", "release_date,base_year,period,dimension"],
            (_, "published") => ["--key", "unit,period"],
            (_, "other_indices") => ["--key", "index,release_date,base_year,period,dimension"],
            (_, "indicators") => ["--key", "unit,period,indicator"],
            _ => ["--key", "code"],
        });
        goalposts(&arguments);
        let stored = goalposts(&["-f", "csv", "-c", &format!("SELECT * FROM {schema}.{name}")]);
        let made = goalposts(&["-f", "csv", "-c", &format!("SELECT * FROM '{}'", again.display())]);
        assert!(stored == made, "data/{schema}/{name}.parquet is not what its source says");
        let rows = std::fs::read_to_string(&source).expect("text").lines().count();
        assert_eq!(stored.lines().count(), rows, "{schema}.{name}: rows lost");
        tables += 1;
    }
    tables
}
