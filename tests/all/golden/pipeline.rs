//! The steps of COINr's example index and panel, each from the file of the step before, and what
//! is read off the results.

use super::Case;

const ASEM: &str = "{golden}/coinr/asem";
const PANEL: &str = "{golden}/coinr/panel";

pub fn cases() -> Vec<Case> {
    [screening(), steps(), ranks(), removal(), weights(), panel(), robustness()]
        .into_iter()
        .flatten()
        .collect()
}

fn screening() -> Vec<Case> {
    const COUNTS: &[&str] = &["N_missing", "N_zero", "N_miss_or_zero", "Dat_Avail", "Non_Zero"];
    const SCREENED: &[&str] = &[
        "N_missing",
        "N_zero",
        "N_miss_or_zero",
        "Dat_Avail",
        "Non_Zero",
        "LowData",
        "LowNonZero",
        "LowDatOrZeroFlag",
        "Included",
    ];
    let screened = |file, input: &str, available: f64, nonzero: f64, by, included: &str| {
        Case::new(
            file,
            &["unit"],
            SCREENED,
            format!(
                r#"WITH s AS (
                     SELECT unit, screen_availability(value, min_available => {available},
                              min_nonzero => {nonzero}, by => '{by}') AS a
                     FROM '{ASEM}/{input}' GROUP BY unit)
                   SELECT unit, a.missing AS "N_missing", a.zeros AS "N_zero",
                          a.missing_or_zero AS "N_miss_or_zero", a.available AS "Dat_Avail",
                          a.nonzero AS "Non_Zero", a.available < {available} AS "LowData",
                          a.nonzero < {nonzero} AS "LowNonZero",
                          a.available < {available} OR a.nonzero < {nonzero} AS "LowDatOrZeroFlag",
                          {included} AS "Included"
                   FROM s"#
            ),
        )
    };
    vec![
        Case::new(
            "coinr/asem/availability_summary.csv",
            &["unit"],
            COUNTS,
            r#"WITH s AS (SELECT unit, screen_availability(value) AS a FROM raw GROUP BY unit)
               SELECT unit, a.missing AS "N_missing", a.zeros AS "N_zero",
                      a.missing_or_zero AS "N_miss_or_zero", a.available AS "Dat_Avail",
                      a.nonzero AS "Non_Zero"
               FROM s"#,
        ),
        screened(
            "coinr/asem/pipeline_screening.csv",
            "pipeline_imputed.csv",
            0.9,
            0.05,
            "missing",
            "a.included",
        ),
        screened(
            "coinr/asem/screen_na_zeros_force.csv",
            "raw.csv",
            0.95,
            0.9,
            "both",
            "CASE unit WHEN 'AUT' THEN false WHEN 'BRN' THEN true ELSE a.included END",
        ),
        Case::new(
            "coinr/asem/availability_by_group.csv",
            &["unit", "code"],
            &["value"],
            "WITH leaves AS (
               SELECT l1.code AS indicator, l1.parent AS l2, l2.parent AS l3, l3.parent AS l4
               FROM meta l1 JOIN meta l2 ON l2.code = l1.parent JOIN meta l3 ON l3.code = l2.parent
               WHERE l1.level = 1),
             groups AS (
               SELECT indicator, l2 AS code FROM leaves UNION ALL
               SELECT indicator, l3 FROM leaves UNION ALL SELECT indicator, l4 FROM leaves)
             SELECT unit, code, get_field(screen_availability(value), 'available') AS value
             FROM raw JOIN groups ON groups.indicator = raw.indicator GROUP BY unit, code",
        ),
        Case::new(
            "coinr/panel/pipeline_screening.csv",
            &["time", "unit"],
            &["dat_avail", "included"],
            format!(
                r#"SELECT "time", unit, a.available AS dat_avail, a.included AS included FROM (
                     SELECT "time", unit, screen_availability(value, min_available => 0.9) AS a
                     FROM '{PANEL}/raw.csv' GROUP BY "time", unit)"#
            ),
        ),
    ]
}

/// The raw values, divided by their denominators where they have one.
const DENOMINATED: &str = r#"
                 SELECT unit, indicator, meta.parent, meta.direction, u."EurAsia_group" AS "group",
                        CASE WHEN meta."Denominator" IS NULL THEN value
                             ELSE denominate(value, CASE meta."Denominator"
                               WHEN 'Area' THEN u."Area" WHEN 'Energy' THEN u."Energy"
                               WHEN 'GDP' THEN u."GDP" WHEN 'Population' THEN u."Population" END, unit)
                        END AS value
                 FROM raw JOIN meta ON code = indicator JOIN units u ON u."uCode" = unit"#;

fn steps() -> Vec<Case> {
    let step = |file, sql: String| Case::new(file, &["unit", "indicator"], &["value"], sql);
    vec![
        step(
            "coinr/asem/pipeline_denominated.csv",
            format!("WITH d AS ({DENOMINATED}) SELECT unit, indicator, value FROM d"),
        )
        .note("none is 0: that would be an error, in COINr infinity"),
        step(
            "coinr/asem/pipeline_imputed.csv",
            format!(
                r#"SELECT unit, indicator, i['value'] AS value FROM (
                     SELECT unit, indicator,
                            impute_mean(value) OVER (PARTITION BY indicator, "EurAsia_group") AS i
                     FROM '{ASEM}/pipeline_denominated.csv' JOIN units ON "uCode" = unit)"#
            ),
        ),
        step(
            "coinr/asem/pipeline_screened.csv",
            format!(
                "WITH i AS (SELECT * FROM '{ASEM}/pipeline_imputed.csv'),
                 s AS (SELECT unit, screen_availability(value, min_available => 0.9) AS a
                       FROM i GROUP BY unit)
                 SELECT i.* FROM i JOIN s ON s.unit = i.unit WHERE s.a.included"
            ),
        ),
        step(
            "coinr/asem/pipeline_normalised.csv",
            format!(
                "SELECT unit, indicator,
                        norm_minmax(value, upper => 100, direction => meta.direction)
                          OVER (PARTITION BY indicator) AS value
                 FROM '{ASEM}/pipeline_treated.csv' JOIN meta ON code = indicator"
            ),
        ),
        Case::new(
            "coinr/asem/pipeline_aggregated.csv",
            &["unit", "code"],
            &["value"],
            format!("{} SELECT * FROM tree", tree("unit", &normalised(), "meta")),
        ),
    ]
}

/// The normalised indicators of the example.
fn normalised() -> String {
    format!("SELECT unit, indicator AS code, value FROM '{ASEM}/pipeline_normalised.csv'")
}

/// `tree`: all four levels, from the indicators in `leaves`, by arithmetic means within `keys`.
fn tree(keys: &str, leaves: &str, weights: &str) -> String {
    let level = |above, below| {
        format!(
            ", {above} AS (SELECT {keys}, w.parent AS code, agg_arithmetic(value, w.weight) AS value
                           FROM {below} l JOIN w ON w.code = l.code GROUP BY {keys}, w.parent)"
        )
    };
    let levels: String = [("l2", "l1"), ("l3", "l2"), ("l4", "l3")]
        .map(|(above, below)| level(above, below))
        .concat();
    format!(
        "WITH w AS (SELECT meta.code, meta.parent, n.weight
                    FROM meta JOIN {weights} n ON n.code = meta.code),
         l1 AS ({leaves}){levels},
         tree AS (SELECT * FROM l1 UNION ALL SELECT * FROM l2
                  UNION ALL SELECT * FROM l3 UNION ALL SELECT * FROM l4)"
    )
}

fn ranks() -> Vec<Case> {
    let best = "ORDER BY value DESC NULLS LAST";
    vec![
        Case::new(
            "coinr/asem/pipeline_ranks.csv",
            &["unit", "code"],
            &["value"],
            format!(
                "SELECT unit, code, CASE WHEN value IS NOT NULL
                          THEN rank() OVER (PARTITION BY code {best}) END AS value
                 FROM '{ASEM}/pipeline_aggregated.csv'"
            ),
        ),
        Case::new(
            "coinr/asem/pipeline_group_ranks.csv",
            &["unit", "code"],
            &["group", "rank"],
            format!(
                r#"SELECT unit, code, u."GDP_group" AS "group",
                          rank() OVER (PARTITION BY code, u."GDP_group" {best}) AS rank
                   FROM '{ASEM}/pipeline_aggregated.csv' a JOIN units u ON u."uCode" = unit
                   WHERE level > 1"#
            ),
        ),
        Case::new(
            "coinr/asem/compare_amean_gmean.csv",
            &["unit"],
            &["rank_a", "rank_b", "diff", "absdiff"],
            format!(
                "WITH a AS (SELECT unit, CAST(rank() OVER ({best}) AS BIGINT) AS place
                            FROM '{ASEM}/agg_amean_equal.csv' WHERE code = 'Index'),
                 b AS (SELECT unit, CAST(rank() OVER ({best}) AS BIGINT) AS place
                       FROM '{ASEM}/agg_gmean_equal.csv' WHERE code = 'Index')
                 SELECT a.unit, a.place AS rank_a, b.place AS rank_b, a.place - b.place AS diff,
                        abs(a.place - b.place) AS absdiff
                 FROM a JOIN b ON b.unit = a.unit"
            ),
        ),
        Case::new(
            "coinr/asem/unit_summary_CHN.csv",
            &["code"],
            &["name", "score", "rank"],
            format!(
                r#"SELECT * FROM (
                     SELECT unit, a.code, m."iName" AS name, value AS score,
                            rank() OVER (PARTITION BY a.code {best}) AS rank
                     FROM '{ASEM}/pipeline_aggregated.csv' a JOIN meta m ON m.code = a.code
                     WHERE a.level > 1)
                   WHERE unit = 'CHN'"#
            ),
        ),
        Case::new(
            "coinr/asem/strengths_weaknesses_CHN.csv",
            &["kind", "indicator"],
            &["pillar", "rank", "value"],
            "WITH m AS (SELECT *, row_number() OVER () AS place FROM meta),
             r AS (SELECT unit, indicator, m.parent AS pillar, m.place, value,
                          rank() OVER (PARTITION BY indicator
                                       ORDER BY value * m.direction DESC NULLS LAST) AS rank,
                          value * m.direction AS x,
                          min(value * m.direction) OVER (PARTITION BY indicator) AS worst
                   FROM raw JOIN m ON m.code = indicator),
             mine AS (SELECT *, row_number() OVER (ORDER BY rank, pillar, place) AS best,
                             row_number() OVER (ORDER BY rank DESC, pillar DESC, place DESC) AS last
                      FROM r WHERE unit = 'CHN' AND value IS NOT NULL AND x > worst)
             SELECT CASE WHEN best <= 5 THEN 'strength' ELSE 'weakness' END AS kind,
                    indicator, pillar, rank, value
             FROM mine WHERE best <= 5 OR last <= 5",
        )
        .note("equal ranks in the order of the pillars' names"),
    ]
}

fn removal() -> Vec<Case> {
    // The weight of one element at a time is 0.
    let results = |level: u8| {
        format!(
            "{},
             removals AS (SELECT code AS removed FROM meta WHERE level = {level}
                          UNION ALL SELECT 'Nominal'),
             r3 AS (SELECT removed, unit, w.parent AS code,
                           agg_arithmetic(value, CASE WHEN w.code = removed THEN 0 ELSE w.weight END) AS value
                    FROM l2 CROSS JOIN removals JOIN w ON w.code = l2.code
                    GROUP BY removed, unit, w.parent),
             r4 AS (SELECT removed, unit,
                           agg_arithmetic(value, CASE WHEN w.code = removed THEN 0 ELSE w.weight END) AS score
                    FROM r3 JOIN w ON w.code = r3.code GROUP BY removed, unit),
             ranked AS (SELECT *, CAST(rank() OVER (PARTITION BY removed ORDER BY score DESC) AS BIGINT) AS rank
                        FROM r4),
             shifts AS (SELECT r.*, n.rank - r.rank AS rank_shift
                        FROM ranked r JOIN ranked n ON n.unit = r.unit AND n.removed = 'Nominal')",
            tree("unit", &normalised(), "meta")
        )
    };
    let both = |level, units, summary| {
        [
            Case::new(
                units,
                &["removed", "unit"],
                &["score", "rank", "rank_shift"],
                format!("{} SELECT * FROM shifts", results(level)),
            ),
            Case::new(
                summary,
                &["removed"],
                &["mean_abs_rank_shift"],
                format!(
                    "{} SELECT removed, avg(abs(rank_shift)) AS mean_abs_rank_shift
                     FROM shifts GROUP BY removed",
                    results(level)
                ),
            ),
        ]
    };
    [
        both(2, "coinr/asem/remove_level2.csv", "coinr/asem/remove_level2_summary.csv"),
        both(3, "coinr/asem/remove_level3.csv", "coinr/asem/remove_level3_summary.csv"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn weights() -> Vec<Case> {
    let effective = |file, weights| {
        Case::new(
            file,
            &["code"],
            &["level", "weight", "eff_weight"],
            format!(
                "WITH w AS (
                   SELECT meta.code, meta.parent, meta.level, n.weight,
                          CAST(n.weight AS DOUBLE) / sum(n.weight) OVER (PARTITION BY meta.parent) AS share
                   FROM meta JOIN {weights} n ON n.code = meta.code)
                 SELECT a.code, a.level, a.weight,
                        a.share * coalesce(b.share, 1) * coalesce(c.share, 1) * coalesce(d.share, 1)
                          AS eff_weight
                 FROM w a LEFT JOIN w b ON b.code = a.parent LEFT JOIN w c ON c.code = b.parent
                 LEFT JOIN w d ON d.code = c.parent"
            ),
        )
    };
    vec![
        effective("coinr/asem/eff_weights_equal.csv", "meta"),
        effective("coinr/asem/eff_weights_W1.csv", "w1"),
        Case::new(
            "coinr/asem/opt_weights_level3_equal.csv",
            &["code"],
            &["desired", "obtained", "weight"],
            // Two elements correlate equally with their sum if their weighted spreads are equal.
            format!(
                "WITH v AS (SELECT c.unit, c.value AS conn, s.value AS sust
                            FROM '{ASEM}/pipeline_aggregated.csv' c
                            JOIN '{ASEM}/pipeline_aggregated.csv' s ON s.unit = c.unit
                            WHERE c.code = 'Conn' AND s.code = 'Sust'),
                 w AS (SELECT stddev_samp(sust) / (stddev_samp(conn) + stddev_samp(sust)) AS w FROM v),
                 r AS (SELECT w, corr(conn, w * conn + (1 - w) * sust) AS conn,
                              corr(sust, w * conn + (1 - w) * sust) AS sust
                       FROM v CROSS JOIN w GROUP BY w)
                 SELECT 'Conn' AS code, 0.5 AS desired, conn / (conn + sust) AS obtained, w AS weight
                 FROM r
                 UNION ALL SELECT 'Sust', 0.5, sust / (conn + sust), 1 - w FROM r"
            ),
        )
        .note("COINr searches the optimum numerically; for two elements it has a closed form"),
    ]
}

fn panel() -> Vec<Case> {
    let aggregated = |file, leaves: &str| {
        Case::new(
            file,
            &["unit", "time", "code"],
            &["value"],
            format!(
                r#"{} SELECT * FROM tree WHERE code IN (SELECT code FROM meta WHERE level > 1)"#,
                tree("unit, \"time\"", leaves, "meta")
            ),
        )
    };
    let ends = format!(
        r#"WITH p AS (SELECT unit, indicator, "time" AS t, value FROM '{PANEL}/raw.csv'
                      WHERE value IS NOT NULL),
             ends AS (SELECT unit, indicator, min(t) AS t0, max(t) AS t1, count(*) AS n
                      FROM p GROUP BY unit, indicator),
             e AS (SELECT ends.*, a.value AS y0, b.value AS y1 FROM ends
                   JOIN p a ON a.unit = ends.unit AND a.indicator = ends.indicator AND a.t = t0
                   JOIN p b ON b.unit = ends.unit AND b.indicator = ends.indicator AND b.t = t1),
             line AS (SELECT p.unit, p.indicator,
                             regr_slope(value, CAST(t - t0 AS DOUBLE)) AS slope,
                             regr_intercept(value, CAST(t - t0 AS DOUBLE)) AS fitted
                      FROM p JOIN ends ON ends.unit = p.unit AND ends.indicator = p.indicator
                      GROUP BY p.unit, p.indicator),
             series AS (SELECT DISTINCT unit, indicator FROM '{PANEL}/raw.csv')"#
    );
    vec![
        aggregated(
            "coinr/panel/pipeline_aggregated_global.csv",
            &format!(
                r#"SELECT unit, "time", indicator AS code, value
                   FROM '{PANEL}/pipeline_normalised_global.csv'"#
            ),
        ),
        aggregated(
            "coinr/panel/aggregated_per_year.csv",
            &format!(
                r#"SELECT t.unit, t."time", indicator AS code,
                          norm_minmax(value, upper => 100, direction => meta.direction)
                            OVER (PARTITION BY indicator, t."time") AS value
                   FROM '{PANEL}/pipeline_treated.csv' t JOIN meta ON code = indicator"#
            ),
        ),
        Case::new(
            "coinr/panel/trend_cagr.csv",
            &["unit", "indicator"],
            &["value"],
            format!(
                "{ends} SELECT s.unit, s.indicator,
                               CASE WHEN n > 1 THEN power(y1 / y0, 1.0 / (t1 - t0)) - 1 END AS value
                        FROM series s LEFT JOIN e ON e.unit = s.unit AND e.indicator = s.indicator"
            ),
        )
        .may_have_more()
        .note("growth from 0 is infinite in plain SQL, as in COINr"),
        Case::new(
            "coinr/panel/trend_prc_change.csv",
            &["unit", "indicator"],
            &["value"],
            format!(
                "{ends} SELECT s.unit, s.indicator,
                               CASE WHEN n > 2 THEN 100 * slope / fitted
                                    WHEN n = 2 THEN 100 * (y1 - y0) / y0 / (t1 - t0) END AS value
                        FROM series s
                        LEFT JOIN e ON e.unit = s.unit AND e.indicator = s.indicator
                        LEFT JOIN line ON line.unit = s.unit AND line.indicator = s.indicator"
            ),
        )
        .may_have_more()
        .tolerance(1e-9, "a slope over a fitted value that can cancel to almost 0"),
    ]
}

/// The whole pipeline anew in each run of a sample, from the raw data to ranks. The runs share their
/// treated, normalised and first aggregated values: what differs between them is joined as late as
/// possible.
fn reruns(file: &'static str, sample: &str) -> Case {
    let treated = (1..=5).map(|points| {
        format!(
            "SELECT {points} AS winmax, unit, indicator, parent, direction,
                    treat_outliers(value, max_points => {points}) OVER (PARTITION BY indicator) AS t
             FROM s"
        )
    });
    let treated = treated.collect::<Vec<_>>().join("\n             UNION ALL ");
    let normalised = [
        "norm_minmax(t['value'], lower => 1, upper => 100, direction => direction)",
        "norm_minmax(t['value'], lower => 20, upper => 80, direction => direction)",
        "norm_rank(t['value'], direction => direction)",
    ];
    let normalised = (1..).zip(normalised).map(|(norm, method)| {
        format!(
            "SELECT winmax, {norm} AS norm, unit, parent,
                    {method} OVER (PARTITION BY winmax, indicator) AS x
             FROM t"
        )
    });
    let normalised = normalised.collect::<Vec<_>>().join("\n             UNION ALL ");
    Case::new(
        file,
        &["rep", "unit"],
        &["score", "rank"],
        format!(
            r#"WITH d AS ({DENOMINATED}),
             i AS (SELECT *, impute_mean(value) OVER (PARTITION BY indicator, "group") AS i FROM d),
             a AS (SELECT unit, screen_availability(i['value'], min_available => 0.9) AS a
                   FROM i GROUP BY unit),
             s AS (SELECT i.unit, indicator, parent, direction, i['value'] AS value
                   FROM i JOIN a ON a.unit = i.unit WHERE a.a['included']),
             t AS ({treated}),
             n AS ({normalised}),
             l2 AS (SELECT winmax, norm, unit, parent AS code, agg_arithmetic(x) AS arithmetic,
                           agg_geometric(x) AS geometric
                    FROM n GROUP BY winmax, norm, unit, parent),
             sets AS (SELECT "set", code, weight FROM '{ASEM}/sens_weight_sets.csv'
                      UNION ALL SELECT 0, code, weight FROM meta WHERE level > 1),
             w AS (SELECT "set", sets.code, parent, sets.weight
                   FROM sets JOIN meta ON meta.code = sets.code),
             runs AS (SELECT rep, winmax, norm, weights, agg FROM '{ASEM}/{sample}'
                      UNION ALL SELECT 0, 5, 1, 0, 1),
             l3 AS (SELECT rep, agg, "set", unit, w.parent AS code,
                           agg_arithmetic(arithmetic, weight) AS arithmetic,
                           agg_geometric(geometric, weight) AS geometric
                    FROM runs JOIN w ON "set" = weights
                    JOIN l2 ON l2.winmax = runs.winmax AND l2.norm = runs.norm AND l2.code = w.code
                    GROUP BY rep, agg, "set", unit, w.parent),
             l4 AS (SELECT rep, unit, CASE agg WHEN 1 THEN agg_arithmetic(arithmetic, weight)
                                               ELSE agg_geometric(geometric, weight) END AS score
                    FROM l3 JOIN w ON w."set" = l3."set" AND w.code = l3.code
                    GROUP BY rep, agg, unit)
             SELECT rep, unit, score, rank() OVER (PARTITION BY rep ORDER BY score DESC) AS rank
             FROM l4"#
        ),
    )
    .note("the whole pipeline from the raw data in each run; run 0 is the nominal index")
}

fn robustness() -> Vec<Case> {
    let rank_statistics = |file, scores: &str, runs: u32| {
        Case::new(
            file,
            &["unit"],
            &["nominal", "mean", "median", "q5", "q95"],
            format!(
                "SELECT unit, max(rank) FILTER (WHERE rep = 0) AS nominal,
                        agg_arithmetic(rank) FILTER (WHERE rep BETWEEN 1 AND {runs}) AS mean,
                        agg_median(rank) FILTER (WHERE rep BETWEEN 1 AND {runs}) AS median,
                        stat_quantile(rank, 0.05) FILTER (WHERE rep BETWEEN 1 AND {runs}) AS q5,
                        stat_quantile(rank, 0.95) FILTER (WHERE rep BETWEEN 1 AND {runs}) AS q95
                 FROM '{ASEM}/{scores}' GROUP BY unit"
            ),
        )
    };
    // n runs of A, n of B, then n of A with one column of B, for each variable.
    let indices = |runs: &str, n: u32, variables: &str| {
        format!(
            r#"WITH y AS (SELECT (run - 1) / {n} AS block, (run - 1) % {n} AS i, y FROM ({runs})),
               v AS (SELECT var_samp(y) AS variance FROM y WHERE block < 2)
               SELECT n."Variable", v.variance,
                      avg(b.y * (ab.y - a.y)) / v.variance AS "Si",
                      avg(power(a.y - ab.y, 2)) / 2 / v.variance AS "STi"
               FROM y ab JOIN y a ON a.block = 0 AND a.i = ab.i JOIN y b ON b.block = 1 AND b.i = ab.i
               JOIN (VALUES {variables}) AS n(block, "Variable") ON n.block = ab.block CROSS JOIN v
               GROUP BY n."Variable", v.variance"#
        )
    };
    const UNCENTRED: &str =
        "the estimator of COINr, which does not centre the output: a test of the formula";
    vec![
        reruns("coinr/asem/ua_scores_ranks.csv", "ua_sample.csv"),
        reruns("coinr/asem/sa_scores_ranks.csv", "sa_sample.csv"),
        rank_statistics("coinr/asem/ua_rankstats.csv", "ua_scores_ranks.csv", 100),
        // The two base samples only: the other runs differ from them in one column.
        rank_statistics("coinr/asem/sa_rankstats.csv", "sa_scores_ranks.csv", 80),
        Case::new(
            "coinr/asem/sa_target.csv",
            &["rep"],
            &["y"],
            format!(
                "SELECT r.rep, avg(abs(CAST(r.rank AS DOUBLE) - n.rank)) AS y
                 FROM '{ASEM}/sa_scores_ranks.csv' r
                 JOIN '{ASEM}/sa_scores_ranks.csv' n ON n.unit = r.unit AND n.rep = 0
                 WHERE r.rep > 0 GROUP BY r.rep"
            ),
        ),
        Case::new(
            "coinr/asem/sa_indices.csv",
            &["Variable"],
            &["Si", "STi"],
            indices(
                &format!("SELECT rep AS run, y FROM '{ASEM}/sa_target.csv'"),
                40,
                "(2, 'winmax'), (3, 'norm'), (4, 'weights'), (5, 'agg')",
            ),
        )
        .note(UNCENTRED),
        Case::new(
            "coinr/asem/sobol_ishigami_indices.csv",
            &["Variable"],
            &["Si", "STi", "variance"],
            indices(
                &format!("SELECT \"row\" AS run, y FROM '{ASEM}/sobol_ishigami_design.csv'"),
                500,
                "(2, 'V1'), (3, 'V2'), (4, 'V3')",
            ),
        )
        .note(UNCENTRED),
    ]
}
