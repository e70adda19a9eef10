//! Panels of many units and indicators: what is drawn and shown can be read, and the page stays small.

use goalposts::document::{Block, html};
use goalposts::session::{self, Options};
use libtest_mimic::Trial;

use super::{audited, blocks, query, request, rows, run, said, texts};
use crate::trial_async;

pub fn trials() -> Vec<Trial> {
    vec![trial_async("audits::large", large), trial_async("audits::large::wide", wide)]
}

/// Values without pattern, one in twenty missing.
fn panel(units: usize, indicators: usize, periods: usize) -> String {
    format!(
        "(SELECT 'u' || lpad(CAST(u.value AS VARCHAR), 3, '0') AS unit, 2000 + p.value AS period,
           'i' || lpad(CAST(i.value AS VARCHAR), 3, '0') AS indicator,
           CASE WHEN (u.value * 31 + i.value * 17 + p.value * 7) % 20 = 0 THEN NULL
                ELSE 10 + 4 * sin(u.value * 12.9898) + 2 * sin(u.value * 4.1414 + i.value * 19.19 + p.value * 0.7) END AS value
          FROM range(0, {units}) AS u, range(0, {indicators}) AS i, range(0, {periods}) AS p)"
    )
}

fn framework(indicators: usize, dimensions: usize) -> String {
    let parent = match dimensions {
        0 => "'index'".to_owned(),
        some => format!("'d' || CAST(value % {some} AS VARCHAR)"),
    };
    format!(
        "(SELECT 'i' || lpad(CAST(value AS VARCHAR), 3, '0') AS code, {parent} AS parent FROM range(0, {indicators})
          UNION ALL SELECT 'd' || CAST(value AS VARCHAR), 'index' FROM range(0, {dimensions})
          UNION ALL SELECT 'index', NULL)"
    )
}

/// Nothing is said of a figure that sounds like a fault.
fn nothing_failed(of: &goalposts::audit::Audited) {
    for chapter in goalposts::audit::CHAPTERS {
        for figure in chapter.figures {
            let said = said(of, figure.name);
            assert!(
                !said.contains("Not drawn") && !said.contains("plot:"),
                "{}: {said}",
                figure.name
            );
        }
    }
}

/// The names that a picture of a figure shows, by its marks.
fn drawn(of: &goalposts::audit::Audited, figure: &str) -> String {
    let picture = blocks(of, figure).into_iter().find_map(|block| match block {
        Block::Picture(picture) => Some(picture.light.description().to_owned()),
        _ => None,
    });
    picture.unwrap_or_else(|| panic!("{figure} must have a picture"))
}

/// More units than a picture can show: the first and the last are drawn, and it is said.
async fn large() {
    let context = session::open(None, &Options::default()).await.expect("a session");
    let request = goalposts::audit::Request {
        draws: 8,
        ..request(&panel(70, 30, 2), &framework(30, 6), "lower => 1, upper => 100")
    };
    let of = audited(&context, &request).await;
    nothing_failed(&of);
    let ranking = texts(rows(&of, "ranking"), "unit");
    assert_eq!(ranking.len(), 70);
    for (figure, few, last) in [("parts", 20, 20), ("over_time", 20, 0), ("uncertainty", 30, 30)] {
        let and = if last > 0 { format!(" and the last {last}") } else { String::new() };
        let wanted = format!("Drawn are the first {few}{and} of 70 units.");
        assert!(said(&of, figure).contains(&wanted), "{figure}: {}", said(&of, figure));
        let drawn = drawn(&of, figure);
        for (place, unit) in ranking.iter().enumerate() {
            let is_in = place < few || place >= 70 - last;
            let is_drawn = [" ", ":"].iter().any(|next| drawn.contains(&format!("{unit}{next}")));
            assert_eq!(is_drawn, is_in, "{figure} of {unit}: {drawn}");
        }
    }
    // A row for each unit, whatever it is about.
    for figure in ["contributions", "profile", "strengths", "peers", "uncertainty"] {
        assert_eq!(rows(&of, figure).num_rows(), 70, "{figure}");
    }
    let profile = rows(&of, "profile").schema();
    let columns: Vec<&str> = profile.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(columns, ["unit", "score", "rank", "d0", "d1", "d2", "d3", "d4", "d5"]);
    let size = html(&of.document).expect("a page").len();
    assert!(size < 900_000, "{size} bytes");
    // What is not shown is in the query: its points sum to the score.
    let parts = run(&context, query(&of, "parts")).await;
    assert_eq!(parts.num_rows(), 70 * 6);
}

/// More indicators, and more nodes straight below the index, than a picture or a row can show.
async fn wide() {
    let context = session::open(None, &Options::default()).await.expect("a session");
    for (dimensions, parts) in [(0, 152), (20, 20)] {
        let request = goalposts::audit::Request {
            draws: 2,
            ..request(&panel(6, 152, 2), &framework(152, dimensions), "lower => 1, upper => 100")
        };
        let of = audited(&context, &request).await;
        nothing_failed(&of);
        for (figure, why) in [
            ("scores", "too many indicators for a picture"),
            ("matrix", "too many indicators for a picture"),
            ("weights", "too many nodes for a picture"),
        ] {
            assert!(said(&of, figure).contains(why), "{figure}: {}", said(&of, figure));
        }
        let few = format!("each of the first 12 of the {parts} nodes");
        assert!(said(&of, "contributions").contains(&few), "{}", said(&of, "contributions"));
        assert_eq!(rows(&of, "contributions").num_columns(), 4 + 12);
        // All but the largest are one step, so that the picture leads from the one score to the other.
        let steps = texts(&run(&context, query(&of, "change_of_the_first")).await, "code");
        assert_eq!(steps.len(), if parts > 20 { 21 } else { 20 }, "{steps:?}");
        assert_eq!(steps.contains(&"(all others)".to_owned()), parts > 20);
        if dimensions > 0 {
            assert!(said(&of, "parts").contains("too many parts for a picture"));
            let all = "Drawn are the first 8 of 21 nodes.";
            assert!(
                said(&of, "coverage_of_periods").contains(all),
                "{}",
                said(&of, "coverage_of_periods")
            );
        }
    }
}
