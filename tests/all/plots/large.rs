//! Large numbers: divided, at the axis and beside the marks alike, and what they are divided by is said; the figures of
//! marks are those of the query. And a number has the same digits wherever it stands.

use libtest_mimic::Trial;
use resvg::usvg::roxmltree::Document;

use super::picture::{Picture, close, picture};
use super::sheet::is_readable;
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_async("plots::large::bars", bars),
        trial_async("plots::large::lines", lines),
        trial_async("plots::large::dots", dots),
        trial_async("plots::large::waterfall", waterfall),
        trial_async("plots::large::scatter", scatter),
        trial_async("plots::large::heatmap", heatmap),
        trial_async("plots::large::profile", profile),
        trial_async("plots::large::distribution", distribution),
        trial_async("plots::large::in_chinese", in_chinese),
        trial_async("plots::large::same_digits", same_digits),
        trial_async("plots::large::units_that_count", units_that_count),
        trial_async("plots::large::near_each_other", near_each_other),
        trial_async("plots::large::small_steps", small_steps),
        trial_async("plots::large::descriptions", descriptions),
    ]
}

/// From twelve million to twenty-five trillion.
const UNITS: &str =
    "SELECT * FROM (VALUES ('a', 12000000.0), ('b', 17942000000000.0), ('c', 25000000000000.0))
                     AS t (unit, value)";

/// Every tick of an axis says its number, divided.
fn ticks_are_divided(picture: &Picture, axis: &str, by: f64) {
    let document = Document::parse(&picture.svg).expect("well-formed");
    let ticks: Vec<(f64, String)> = document
        .descendants()
        .filter(|node| node.attribute("data-axis") == Some(axis))
        .map(|group| {
            let value = group.attribute("data-value").expect("a value").parse().expect("a number");
            let text = group.descendants().find(|node| node.has_tag_name("text"));
            (value, text.and_then(|text| text.text()).expect("a text").to_owned())
        })
        .collect();
    assert!(ticks.len() >= 3, "{ticks:?}");
    for (value, text) in ticks {
        let said: f64 = text.replace(',', "").parse().unwrap_or_else(|_| panic!("{text}"));
        close(said * by, value, value.abs() * 1e-9, &text);
        assert!(text.len() <= 10, "{text}");
    }
}

async fn bars() {
    let picture = picture(UNITS, "bars, unit = USD").await;
    is_readable(&picture);
    picture.text("trillion USD");
    ticks_are_divided(&picture, "x", 1e12);
    for (mark, (label, value)) in picture.marks.iter().zip([
        ("25.0", "25000000000000"),
        ("17.9", "17942000000000"),
        ("0.0", "12000000"),
    ]) {
        picture.text(label);
        assert_eq!(mark.told("value"), value);
        // What would read as nothing is told as it is.
        let told =
            if label == "0.0" { "12,000,000".to_owned() } else { format!("{label} trillion") };
        assert!(mark.title.ends_with(&format!(": {told}")), "{mark:?}");
    }
    // Without a unit the name of the column, and where there is none the word alone.
    super::picture::picture(UNITS, "bars").await.text("value, trillion");
    let parts = "SELECT 'a' AS unit, 2e6 AS one, 3e6 AS other";
    let parts =
        super::picture::picture(parts, "bars, label = unit, value = one, value = other").await;
    parts.text("million");
    parts.text("5");
    // Nothing is divided that can be read as it is.
    let small = "SELECT * FROM (VALUES ('a', 999999.0), ('b', 120000.0)) AS t (unit, value)";
    let small = super::picture::picture(small, "bars, unit = USD").await;
    small.text("USD");
    small.text("999,999");
}

async fn lines() {
    let query = "SELECT 2020 + i AS period, u AS unit, i * f AS value
                 FROM unnest(range(1, 6)) AS t (i), (VALUES ('a', 4000000.0), ('b', 5000000000.0)) AS v (u, f)
                 ORDER BY u, i";
    let picture = picture(query, "lines, unit = persons").await;
    is_readable(&picture);
    picture.text("billion persons");
    ticks_are_divided(&picture, "y", 1e9);
    picture.text("b 25.0");
    let mark = picture.marks.iter().find(|mark| mark.told("series") == "b").expect("a line");
    assert_eq!(mark.title, "b from 5.0 billion to 25.0 billion");
    assert!(mark.told("points").ends_with(" 2025,25000000000"), "{mark:?}");
}

async fn dots() {
    let query = "SELECT unit, value, value * 0.9 AS low, value * 1.1 AS high FROM (VALUES ('a', 1e9), ('b', 2.5e9)) AS t (unit, value)";
    let picture = picture(query, "dots, unit = '2017 PPP $'").await;
    is_readable(&picture);
    picture.text("billion 2017 PPP $");
    ticks_are_divided(&picture, "x", 1e9);
    picture.text("2.50");
    assert_eq!(picture.marks[0].title, "b: 2.50 billion (2.25 billion to 2.75 billion)");
    assert_eq!(picture.marks[0].told("high"), "2750000000");
}

async fn waterfall() {
    let query =
        "SELECT * FROM (VALUES ('x', 3000000.0), ('y', -1000000.0)) AS t (dimension, contribution)";
    let picture = picture(&format!("SELECT *, 20000000 AS before FROM ({query})"), "").await;
    is_readable(&picture);
    assert_eq!(picture.kind, "waterfall");
    picture.text("contribution, million");
    ticks_are_divided(&picture, "x", 1e6);
    ["20", "22", "+3", "-1"].iter().for_each(|said| _ = picture.text(said));
    let step = picture.marks.iter().find(|mark| mark.told("label") == "x").expect("a step");
    assert_eq!((step.title.as_str(), step.told("value")), ("x: +3 million", "3000000"));
}

async fn scatter() {
    let query = "SELECT 'u' || i AS unit, i * 1e7 AS \"population (persons)\", i * i * 1e11 AS gdp FROM unnest(range(1, 9)) AS t (i)";
    let asked = "scatter, x = \"population (persons)\", y = gdp, unit = USD";
    let linear = picture(query, asked).await;
    linear.text("population (million persons)");
    linear.text("gdp (trillion USD)");
    ticks_are_divided(&linear, "x", 1e6);
    ticks_are_divided(&linear, "y", 1e12);
    let dot = linear.marks.iter().find(|mark| mark.title.starts_with("u8: ")).expect("a dot");
    assert_eq!(dot.title, "u8: population (persons) 80 million, gdp 6.4 trillion");
    assert_eq!(dot.told("y"), "6400000000000");
    // The unit that was stated is one, brackets and all.
    let stated = "scatter, x = \"population (persons)\", y = gdp, unit = 'USD (2017 PPP)'";
    picture(query, stated).await.text("gdp (trillion USD (2017 PPP))");
    // On an axis of ratios the smallest decides.
    let ratios = picture(query, &format!("{asked}, y_scale = log")).await;
    ratios.text("gdp (trillion USD)");
    ticks_are_divided(&ratios, "y", 1e12);
}

async fn heatmap() {
    let query = "SELECT * FROM (VALUES ('a', 'x', 1500000.0), ('a', 'y', 23000000.0), ('b', 'x', 7000000.0)) AS t (row, column, value)";
    let picture = picture(query, "heatmap, x = column, y = row, unit = tonnes").await;
    is_readable(&picture);
    ["million tonnes", "23.0", "1.5"].iter().for_each(|said| _ = picture.text(said));
    let cell = picture.marks.iter().find(|mark| mark.told("value") == "23000000").expect("a cell");
    assert_eq!(cell.title, "y, a: 23.0 million");
}

async fn profile() {
    let query = "SELECT 'axis ' || i AS axis, i * 2e6 AS value, 7e6 AS mean FROM unnest(range(1, 6)) AS t (i)";
    for form in ["radar", "dots"] {
        let picture = picture(query, &format!("profile, form = {form}, unit = visits")).await;
        is_readable(&picture);
        picture.text("million visits");
        picture.text("10");
        let mark = picture.marks.iter().find(|mark| mark.told("value") == "10000000");
        assert_eq!(mark.expect("a mark").title, "value, axis 5: 10 million");
    }
}

async fn distribution() {
    let query =
        "SELECT 'gdp (USD)' AS indicator, i * i * 1e9 AS value FROM unnest(range(1, 40)) AS t (i)
                 UNION ALL SELECT 'rate', i FROM unnest(range(1, 40)) AS t (i)";
    let picture = picture(query, "distribution").await;
    is_readable(&picture);
    picture.text("gdp (trillion USD)");
    picture.text("rate");
    let boxed = &picture.with("box")[0];
    assert_eq!(boxed.figure("median"), 400e9);
    assert!(boxed.title.contains("median 0.4 trillion"), "{boxed:?}");
    assert!(picture.texts.iter().all(|text| text.said.len() < 60 || text.said.ends_with('.')));
}

async fn in_chinese() {
    let query = "SELECT * FROM (VALUES ('北京', 4984310000000.0), ('天津', 1802430000000.0)) AS t (unit, value)";
    let picture = picture(query, "bars, unit = 元").await;
    picture.text("万亿元");
    picture.text("4.98");
    assert_eq!(picture.marks[0].title, "北京: 4.98万亿");
}

/// Each number is written once, and so everywhere.
async fn same_digits() {
    let query = "SELECT * FROM (VALUES (2020, 'a', 100.0), (2021, 'a', 154.04), (2020, 'b', 7.123), (2021, 'b', 8.5))
                 AS t (period, unit, value)";
    let drawn = picture(query, "lines").await;
    for (mark, (name, told)) in drawn
        .marks
        .iter()
        .zip([("a 154.0", "a from 100.0 to 154.0"), ("b 8.5", "b from 7.1 to 8.5")])
    {
        drawn.text(name);
        assert_eq!(mark.title, told);
        assert!(drawn.svg.contains(told), "the description says it as well");
    }
    let query = "SELECT * FROM (VALUES ('a', 154.04, 150.0, 160.25), ('b', 8.5, 7.0, 9.0)) AS t (unit, value, low, high)";
    let drawn = picture(query, "dots").await;
    for (mark, (label, told)) in drawn
        .marks
        .iter()
        .zip([("154.0", "a: 154.0 (150.0 to 160.3)"), ("8.5", "b: 8.5 (7.0 to 9.0)")])
    {
        drawn.text(label);
        assert_eq!(mark.title, told);
    }
    let drawn =
        picture("SELECT 'a' AS unit, 154.04 AS value UNION ALL SELECT 'b', 7.0", "bars").await;
    drawn.text("154");
    assert_eq!(drawn.marks[0].title, "a: 154");
    let drawn = picture("SELECT 'a' AS x, 'b' AS y, 0.61349 AS correlation", "heatmap").await;
    drawn.text("0.61");
    assert_eq!(drawn.marks[0].title, "a, b: 0.61");
}

/// Texts say what the axis says, where the unit counts thousands itself; a multiplier that is not ours stays alone.
async fn units_that_count() {
    for (unit, value, axis, label, told) in [
        ("thousand tonnes", "5e6", "billion tonnes", "5", "5 billion"),
        ("million", "25e6", "trillion", "25", "25 trillion"),
        ("million USD (2017 PPP)", "5e6", "trillion USD (2017 PPP)", "5", "5 trillion"),
        ("亿元", "5e6", "万亿元", "500", "500万亿"),
        ("thousand tonnes", "5e5", "thousand tonnes", "500,000", "500,000"),
        ("USD million", "5e6", "USD million", "5,000,000", "5,000,000"),
        ("Mio. EUR", "5e6", "Mio. EUR", "5,000,000", "5,000,000"),
        ("千人", "5e6", "千人", "5,000,000", "5,000,000"),
    ] {
        let query = format!("SELECT 'a' AS unit, {value} AS value");
        let drawn = picture(&query, &format!("bars, unit = '{unit}'")).await;
        drawn.text(axis);
        drawn.text(label);
        assert_eq!(drawn.marks[0].title, format!("a: {told}"), "{unit}");
    }
    let query = "SELECT 'a' AS unit, 2e6 AS \"GDP (2024)\"";
    picture(query, "bars, value = \"GDP (2024)\"").await.text("GDP (2024), million");
}

/// Numbers that differ read differently.
async fn near_each_other() {
    let values = ["1,412,345,912", "1,412,345,678", "1,412,345,001"];
    let query = "SELECT * FROM (VALUES ('a', 1412345678, 2), ('b', 1412345912, 1), ('c', 1412345001, 3)) AS t (unit, value, x)";
    let bars = picture(query, "bars, label = unit, value = value, unit = USD").await;
    is_readable(&bars);
    bars.text("USD");
    for (mark, value) in bars.marks.iter().zip(values) {
        bars.text(value);
        assert!(mark.title.ends_with(&format!(": {value}")), "{mark:?}");
    }
    let of = |query: &'static str| async move {
        let drawn = picture(query, "scatter, x = x, y = value, label = unit, line = no").await;
        drawn.marks.iter().map(|mark| mark.title.clone()).collect::<Vec<_>>()
    };
    let titles = of(query).await;
    assert_eq!(titles.len(), 3);
    for (name, value) in [("b", values[0]), ("a", values[1]), ("c", values[2])] {
        let is_told = |title: &String| {
            title.starts_with(&format!("{name}: ")) && title.ends_with(&format!("value {value}"))
        };
        assert!(titles.iter().any(is_told), "{value}: {titles:?}");
    }
    // To two decimals these would be the same.
    let titles = of(
        "SELECT * FROM (VALUES ('a', 1412300000, 2), ('b', 1413900000, 1)) AS t (unit, value, x)",
    )
    .await;
    assert!(titles[0].ends_with("value 1.4123 billion"), "{titles:?}");
    assert!(titles[1].ends_with("value 1.4139 billion"), "{titles:?}");
}

/// A step that would read as nothing beside the totals is told in full.
async fn small_steps() {
    let query = "SELECT * FROM (VALUES ('x', 12e6, 25e12), ('y', -3e9, 25e12)) AS t (dimension, contribution, before)";
    let drawn = picture(query, "waterfall").await;
    let titles: Vec<&str> = drawn.marks.iter().map(|mark| mark.title.as_str()).collect();
    assert_eq!(titles[1..3], ["x: +12,000,000", "y: -0.0030 trillion"], "{titles:?}");
    assert!(
        drawn.svg.contains("x +12,000,000; y -0.0030 trillion"),
        "the description says it as well"
    );
}

/// What cannot be seen is told as the marks are.
async fn descriptions() {
    let query = "SELECT * FROM (VALUES (2020, 'a', 25e12), (2021, 'a', 26e12), (2020, 'b', -4e8), (2021, 'b', 3e7))
                 AS t (period, unit, value)";
    let drawn = picture(query, "lines, unit = USD").await;
    let (a, b) = ("a from 25.0 trillion to 26.0 trillion", "b from -400,000,000 to 30,000,000");
    assert!(drawn.svg.contains(&format!("{a}; {b}</desc>")), "{}", drawn.svg);
    let drawn = picture(UNITS, "bars, unit = USD").await;
    assert!(drawn.svg.contains("; a 12,000,000</desc>"), "{}", drawn.svg);
}
