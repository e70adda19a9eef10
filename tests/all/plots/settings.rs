//! Settings of kinds: what can be chosen, and what is said of what cannot.

use std::collections::BTreeSet;

use goalposts::draw::KINDS;
use libtest_mimic::Trial;

use super::picture::{fault, picture};
use crate::{trial, trial_async};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("plots::settings::defaults", defaults),
        trial_async("plots::settings::faults", faults),
        trial_async("plots::settings::chosen", chosen),
    ]
}

/// Each default is one of what can be chosen, and no name stands for two things.
fn defaults() {
    let mut settings = 0;
    for kind in KINDS {
        let mut names: BTreeSet<&str> =
            ["kind", "title", "subtitle", "source", "unit"].into_iter().collect();
        for name in
            kind.roles.iter().map(|role| role.name).chain(kind.settings.iter().map(|s| s.name))
        {
            assert!(names.insert(name), "{}: {name} must stand for one thing", kind.name);
        }
        for setting in kind.settings {
            settings += 1;
            assert!(setting.read(setting.default).is_ok(), "{}: {setting:?}", kind.name);
            assert!(setting.read("neither").is_err(), "{}: {setting:?}", kind.name);
        }
    }
    assert!(settings > 5, "{settings}");
}

const PAIR: &str = "SELECT 'a' AS code_a, 'b' AS code_b, 0.5 AS correlation, 0.2 AS p_value";

async fn faults() {
    let told = [
        ("heatmap, threshold = small", "plot: threshold must be a number from 0 to 1, got 'small'"),
        ("heatmap, threshold = 1.5", "plot: threshold must be a number from 0 to 1, got '1.5'"),
        ("heatmap, threshold = NaN", "plot: threshold must be a number from 0 to 1, got 'NaN'"),
        (
            "heatmap, form = triangel",
            "plot: form must be one of auto, triangle, square, got 'triangel'; did you mean 'triangle'?",
        ),
        (
            "heatmap, form = square, form = auto",
            "plot: form must be given once, got square and auto",
        ),
        (
            "heatmap, treshold = 0.1",
            "plot: heatmap has x, y, value, p_value, x_group, y_group, form, threshold, title, subtitle, source, unit, \
             got 'treshold'; did you mean 'threshold'?",
        ),
    ];
    for (plot, said) in told {
        assert_eq!(fault(PAIR, plot).await, said, "{plot}");
    }
}

/// A setting is heard, also where the columns choose the kind.
async fn chosen() {
    for plot in ["heatmap, threshold = 0.3", "threshold = 0.3", "FORM = Triangle, threshold = 0.3"]
    {
        let picture = picture(PAIR, plot).await;
        assert_eq!(picture.kind, "heatmap");
        assert_eq!(picture.marks[0].told("blank"), "false", "{plot}");
    }
    // A setting of several kinds: that of the kind which can be so.
    let tree = "SELECT 'a' AS code, CAST(NULL AS VARCHAR) AS parent, 1.0 AS score, 2.0 AS best";
    assert_eq!(picture(tree, "form = tree").await.kind, "framework");
    assert_eq!(picture(tree, "form = dots").await.kind, "profile");
    assert_eq!(picture(PAIR, "heatmap").await.marks[0].told("blank"), "true");
}
