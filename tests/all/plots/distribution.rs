//! Distributions: bins, boxes and outliers against counts and quartiles of the values.

use libtest_mimic::Trial;

use super::picture::{
    Mark, NAMES, Picture, close, fault, in_proportion, numbers, picture, rows, texts,
};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::distribution::histograms", histograms),
        trial_async("plots::distribution::before_and_after", before_and_after),
        trial_async("plots::distribution::boxes", boxes),
        trial_async("plots::distribution::little_and_much", little_and_much),
        trial_async("plots::distribution::faults", faults),
    ]
}

const VALUES: &str = "SELECT country, indicator, value FROM undp.time_series
    WHERE period = 2022 AND unit NOT LIKE 'ZZ%' AND value IS NOT NULL
      AND indicator IN ('le', 'eys', 'mys', 'gnipc', 'mmr') ORDER BY indicator, unit";

const QUARTILES: &str = "SELECT indicator, percentile_cont(value, 0.25) AS q1, median(value) AS q2, percentile_cont(value, 0.75) AS q3
    FROM undp.time_series WHERE period = 2022 AND unit NOT LIKE 'ZZ%'
      AND indicator IN ('le', 'eys', 'mys', 'gnipc', 'mmr') GROUP BY indicator ORDER BY indicator";

/// Values of an indicator.
async fn values(indicator: &str) -> Vec<(String, f64)> {
    let rows = rows(VALUES).await;
    let (names, of) = (texts(&rows, "country"), texts(&rows, "indicator"));
    let values = numbers(&rows, "value").into_iter().map(|value| value.expect("a value"));
    let all = names.into_iter().zip(of).zip(values);
    all.filter(|((_, of), _)| of == indicator).map(|((name, _), value)| (name, value)).collect()
}

fn of<'a>(picture: &'a Picture, figure: &str, indicator: &str) -> Vec<&'a Mark> {
    picture.with(figure).into_iter().filter(|mark| mark.told(figure) == indicator).collect()
}

/// Places of numbers in a panel: edges of bins, box and outliers share an axis.
fn places(bins: &[&Mark], boxed: &Mark, outliers: &[&Mark]) -> Vec<(f64, f64)> {
    let mut places: Vec<(f64, f64)> =
        bins.iter().map(|bin| (bin.figure("from"), bin.shape("rect").number("x") - 0.5)).collect();
    let rect = boxed.shape("rect");
    places.push((boxed.figure("q1"), rect.number("x")));
    places.push((boxed.figure("q3"), rect.number("x") + rect.number("width")));
    let lines: Vec<_> = boxed.shapes.iter().filter(|shape| shape.name == "line").collect();
    places.push((boxed.figure("low"), lines[0].number("x1")));
    places.push((boxed.figure("high"), lines[0].number("x2")));
    places.push((boxed.figure("median"), lines[1].number("x1")));
    places
        .extend(outliers.iter().map(|dot| (dot.figure("value"), dot.shape("circle").number("cx"))));
    places
}

async fn histograms() {
    let picture = picture(VALUES, "distribution, label = country").await;
    is_readable(&picture);
    let quartiles = rows(QUARTILES).await;
    let [q1, q2, q3] = ["q1", "q2", "q3"].map(|name| numbers(&quartiles, name));
    for (row, indicator) in texts(&quartiles, "indicator").iter().enumerate() {
        let values = values(indicator).await;
        let bins = of(&picture, "bin", indicator);
        // Counted again, one by one.
        let mut counted = 0;
        for bin in &bins {
            let (from, to, count) = (bin.figure("from"), bin.figure("to"), bin.figure("count"));
            let is_last = values.iter().all(|(_, value)| *value <= to);
            let is_in = |value: f64| value >= from && (value < to || (is_last && value == to));
            let n = values.iter().filter(|(_, value)| is_in(*value)).count();
            assert_eq!(n as f64, count, "{bin:?}");
            counted += n;
        }
        assert_eq!(counted, values.len(), "{indicator}");
        // Heights in proportion to counts, all on one line.
        let heights: Vec<(f64, f64)> = bins
            .iter()
            .map(|bin| (bin.figure("count"), bin.shape("rect").number("height")))
            .chain([(0.0, 0.0)])
            .collect();
        assert!(in_proportion(&heights) > 0.0);
        let foot = |bin: &Mark| bin.shape("rect").number("y") + bin.shape("rect").number("height");
        bins.iter().for_each(|bin| close(foot(bin), foot(bins[0]), 0.02, indicator));
        // The box.
        let boxed = of(&picture, "box", indicator)[0];
        for (figure, wanted) in [("q1", &q1), ("median", &q2), ("q3", &q3)] {
            let wanted = wanted[row].expect("a quartile");
            close(boxed.figure(figure), wanted, 1e-9 * wanted.abs(), figure);
        }
        // Outliers, counted again.
        let (low, high) = (boxed.figure("q1"), boxed.figure("q3"));
        let fence = 1.5 * (high - low);
        let mut wanted: Vec<_> = values
            .iter()
            .filter(|(_, value)| *value < low - fence || *value > high + fence)
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect();
        let outliers = of(&picture, "of", indicator);
        let mut found: Vec<_> = outliers
            .iter()
            .map(|dot| (dot.told("outlier").to_owned(), dot.told("value").to_owned()))
            .collect();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{indicator}");
        assert!(in_proportion(&places(&bins, boxed, &outliers)) > 0.0);
    }
    // The furthest is named.
    let mut deaths = values("mmr").await;
    deaths.sort_by(|a, b| b.1.total_cmp(&a.1));
    assert!(picture.said().contains(&deaths[0].0.as_str()), "{:?}", picture.said());
}

async fn before_and_after() {
    let query = "SELECT indicator, value, 'as published' AS step, unit FROM hdi.indicators WHERE indicator = 'gni_per_capita'
                 UNION ALL SELECT indicator, least(value, 40000), 'drawn in', unit FROM hdi.indicators WHERE indicator = 'gni_per_capita'
                 ORDER BY step, unit";
    let picture = picture(query, "distribution").await;
    assert_eq!(picture.kind, "distribution");
    is_readable(&picture);
    let steps = ["as published", "drawn in"].map(|step| {
        let bins: Vec<&Mark> =
            picture.with("bin").into_iter().filter(|mark| mark.told("step") == step).collect();
        let boxed = picture.with("box").into_iter().find(|mark| mark.told("step") == step);
        (bins, boxed.expect("a box"))
    });
    // Beside each other on axes that are alike, and both counted in one measure.
    let both: Vec<&Mark> = steps.iter().flat_map(|(bins, _)| bins.iter().copied()).collect();
    let left = |step: usize| steps[step].1.shape("rect").number("x");
    let apart = left(1) - left(0);
    assert!(apart > picture.size.0 / 3.0, "{apart}");
    let moved = places(&steps[1].0, steps[1].1, &[]);
    let moved = moved.into_iter().map(|(number, place)| (number, place - apart));
    let axes: Vec<_> = places(&steps[0].0, steps[0].1, &[]).into_iter().chain(moved).collect();
    assert!(in_proportion(&axes) > 0.0);
    let heights: Vec<(f64, f64)> = both
        .iter()
        .map(|bin| (bin.figure("count"), bin.shape("rect").number("height")))
        .chain([(0.0, 0.0)])
        .collect();
    assert!(in_proportion(&heights) > 0.0);
    let top = |step: usize| steps[step].1.shape("rect").number("y");
    close(top(0), top(1), 0.02, "the height of both boxes");
    let foot = |bin: &Mark| bin.shape("rect").number("y") + bin.shape("rect").number("height");
    both.iter().for_each(|bin| close(foot(bin), foot(both[0]), 0.02, "the foot of bars"));
    // The number of the highest bar stands above it.
    for (bins, _) in &steps {
        let highest = bins.iter().max_by(|a, b| a.figure("count").total_cmp(&b.figure("count")));
        let (count, bar) =
            (highest.expect("a bar").told("count"), highest.expect("a bar").shape("rect"));
        let is_above = |text: &&super::picture::Text| {
            let gap = bar.number("y") - text.y;
            let middle = bar.number("x") + bar.number("width") / 2.0;
            text.said == *count && (0.0..12.0).contains(&gap) && (text.x - middle).abs() < 12.0
        };
        assert!(picture.texts.iter().any(|text| is_above(&text)), "{count} above {bar:?}");
    }
    let largest =
        |step: usize| steps[step].0.iter().map(|bin| bin.figure("to")).fold(0.0, f64::max);
    assert!(largest(1) < largest(0) && largest(1) >= 40_000.0);
    let colour = |step: usize| steps[step].0[0].shape("rect").attribute("fill").to_owned();
    assert_ne!(colour(0), colour(1));
    for step in ["as published", "drawn in"] {
        picture.text(step);
    }
    // As many in both: that is said once; else both numbers.
    picture.text("8 values each.");
    assert!(!picture.said().iter().any(|said| said.contains(" and 8")), "{:?}", picture.said());
    let sizes = "SELECT 'a' AS indicator, i AS value, s AS step FROM unnest(range(0, 9)) AS t (i), (VALUES ('one'), ('other')) AS v (s)
                 UNION ALL SELECT 'b', i, 'one' FROM unnest(range(0, 7)) AS t (i)
                 UNION ALL SELECT 'b', i, 'other' FROM unnest(range(0, 6)) AS t (i) ORDER BY 1, 3";
    let sizes = super::picture::picture(sizes, "distribution").await;
    sizes.text("9 values");
    sizes.text("7 and 6 values");
}

/// Thirty indicators: boxes alone, in standard deviations from the mean.
async fn boxes() {
    let query = "SELECT 'indicator ' || lpad(CAST(j AS VARCHAR), 2, '0') AS indicator, i AS unit,
                        j * 100.0 + sin(i * j) * j + CASE WHEN i = 7 THEN 10 * j ELSE 0 END AS value
                 FROM generate_series(1, 40) AS s(i) CROSS JOIN generate_series(1, 30) AS t(j) ORDER BY j, i";
    let picture = picture(query, "distribution").await;
    assert!(picture.with("bin").is_empty());
    is_readable(&picture);
    let boxes = picture.with("box");
    assert_eq!(boxes.len(), 30);
    let standard = format!(
        "SELECT indicator, avg(value) AS mean, stddev(value) AS sd FROM ({query}) GROUP BY indicator ORDER BY indicator"
    );
    let rows = rows(&standard).await;
    let (mean, sd) = (numbers(&rows, "mean"), numbers(&rows, "sd"));
    let mut pairs = Vec::new();
    for (row, boxed) in boxes.iter().enumerate() {
        let z = |value: f64| (value - mean[row].expect("a mean")) / sd[row].expect("an sd");
        let rect = boxed.shape("rect");
        pairs.push((z(boxed.figure("q1")), rect.number("x")));
        pairs.push((z(boxed.figure("q3")), rect.number("x") + rect.number("width")));
        let y = rect.number("y") + rect.number("height") / 2.0;
        let name = picture.text(&format!("indicator {:02}", row + 1));
        close(name.y, y + 4.3, 1.0, &name.said);
        let outliers = of(&picture, "of", &format!("indicator {:02}", row + 1));
        assert_eq!(outliers.len(), 1, "unit 7 is beside all others");
        pairs.push((z(outliers[0].figure("value")), outliers[0].shape("circle").number("cx")));
    }
    assert!(in_proportion(&pairs) > 0.0);
    // The same with the values as they are.
    let raw = super::picture::picture(query, "distribution, scale = values").await;
    let pairs: Vec<_> = raw
        .with("box")
        .iter()
        .map(|boxed| (boxed.figure("q1"), boxed.shape("rect").number("x")))
        .collect();
    assert!(in_proportion(&pairs) > 0.0);
}

async fn little_and_much() {
    let one = picture("SELECT 'a' AS indicator, 5.0 AS value", "distribution").await;
    assert_eq!((one.with("bin").len(), one.with("box").len()), (1, 1));
    assert_eq!(one.with("bin")[0].figure("count"), 1.0);
    let constant = "SELECT 'a' AS indicator, 5 AS value FROM generate_series(1, 9) AS t(i)";
    assert_eq!(picture(constant, "distribution").await.with("bin")[0].figure("count"), 9.0);
    let standard = picture(constant, "distribution, form = boxes").await;
    assert_eq!(standard.with("box").len(), 1);
    let half = "SELECT * FROM (VALUES ('a', NULL), ('b', 1.0), ('b', -2.0)) AS t(indicator, value)";
    let half = picture(half, "distribution").await;
    assert!(half.said().contains(&"no values") && half.said().contains(&"a"), "{:?}", half.said());
    let huge = "SELECT * FROM (VALUES ('a', -1e308), ('a', 1e308), ('a', 0.0), ('b', 1e-300), ('b', -1e-300)) AS t(indicator, value)";
    for plot in
        ["distribution", "distribution, form = boxes", "distribution, form = boxes, scale = values"]
    {
        assert_eq!(picture(huge, plot).await.with("box").len(), 2, "{plot}");
    }
    let many = "SELECT 'a' AS indicator, tan(i) AS value, 'unit ' || CAST(i AS VARCHAR) AS unit FROM generate_series(1, 5000) AS t(i)";
    let many = picture(many, "distribution").await;
    let counted: f64 = many.with("bin").iter().map(|bin| bin.figure("count")).sum();
    assert_eq!(counted, 5000.0);
    let written = NAMES.map(|name| format!("('{name}', 1.0, '{name}'), ('{name}', 2.0, '{name}'), ('{name}', 2.1, '{name}'), ('{name}', 2.2, '{name}'), ('{name}', 99.0, '{name}')")).join(", ");
    let names = format!("SELECT * FROM (VALUES {written}) AS t(indicator, value, unit)");
    let named = picture(&names, "distribution").await;
    assert!(named.said().contains(&"cost in $ per $100"), "{:?}", named.said());
    assert_eq!(of(&named, "bin", NAMES[0])[0].told("bin"), NAMES[0]);
    picture(&names, "distribution, form = boxes").await;
}

async fn faults() {
    let some = |n: usize| {
        format!(
            "SELECT 'i' || CAST(i AS VARCHAR) AS indicator, 1 AS value FROM generate_series(1, {n}) AS t(i)"
        )
    };
    let told = [
        (
            "SELECT 'a' AS indicator, CAST(NULL AS DOUBLE) AS value".to_owned(),
            "distribution",
            "plot: there must be a value to draw, found NULL in all rows",
        ),
        (
            some(81),
            "distribution",
            "plot: at most 80 indicators can be read in one picture, found 81 (fewer with WHERE or LIMIT)",
        ),
        (
            some(25),
            "distribution, form = histograms",
            "plot: at most 24 histograms can be read in one picture, found 25 (fewer with WHERE or LIMIT)",
        ),
        (
            "SELECT 'a' AS indicator, i AS value, CAST(i AS VARCHAR) AS step FROM generate_series(1, 3) AS t(i)".to_owned(),
            "distribution",
            "plot: at most 2 steps (before and after) can be read in one picture, found 3 (fewer with WHERE or LIMIT)",
        ),
    ];
    for (query, plot, said) in told {
        assert_eq!(fault(&query, plot).await, said, "{plot} of {query}");
    }
}
