//! `treat_points(value)`: the most extreme values moved inwards, one by one.

use datafusion::common::Result;

use super::parameters::{MAX_KURTOSIS, MAX_POINTS, MAX_SKEWNESS, VALUE, max_points, shape_limits};
use super::treat::{Outcome, Treatment, clamped};
use crate::arguments::constants::Constants;
use crate::kernel::{ShapeLimits, draw_in};
use crate::page::{Page, page};

page! {
    pub static PAGE = Page {
        name: treat_points,
        family: Treatment,
        syntax: ["treat_points(value, max_points => 5, max_skewness => 2, max_kurtosis => 3.5) \
                  OVER (PARTITION BY indicator)"],
        summary: "Winsorising point by point: the most extreme value is replaced by its neighbour \
                  until the shape of the distribution passes.",
        formula: "while not (|skewness| < max_skewness or kurtosis < max_kurtosis) and fewer than \
                  max_points values were moved: where skewness >= 0 all values equal to the largest \
                  become the next lower one, else all equal to the smallest the next higher one",
        parameters: &[VALUE, MAX_POINTS, MAX_SKEWNESS, MAX_KURTOSIS],
        window_only: true,
        returns: "STRUCT(value DOUBLE, treatment VARCHAR); treatment is 'winsorised high', \
                  'winsorised low', or NULL where nothing was done. NULL for a NULL value.",
        notes: "Skewness and excess kurtosis are those of a sample, corrected for bias (type 2). \
                If they are undefined (fewer than three values, a constant column) nothing is \
                changed. Ties move together, even beyond max_points. A move that would make the \
                column constant is not made, and the column still fails (COINr fails on it and \
                leaves the column untreated). treat_passes tests the result.",
        errors: "A value that is NaN or infinite; max_points that is negative or not whole; \
                 max_skewness not above 0.",
        example: "SELECT value, treat_points(value) OVER () AS treated\n\
                  FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (100)) AS t(value)\n\
                  ORDER BY value DESC LIMIT 2",
        example_result: [
            "100 {value: 9.0, treatment: winsorised high}", "9 {value: 9.0, treatment: NULL}",
        ],
        reference: "COINr 1.1.14, winsorise; JRC (2019), COIN Tool user's guide; Joanes and Gill \
                    (1998), Comparing Measures of Sample Skewness and Kurtosis.",
    };
}

/// Draws in the farthest points.
#[derive(Debug)]
pub struct Points {
    limits: ShapeLimits,
    max_points: f64,
}

impl Treatment for Points {
    const PAGE: &'static Page = &PAGE;

    fn bind(constants: &Constants) -> Result<Self> {
        Ok(Self {
            limits: shape_limits(constants, PAGE.name)?,
            max_points: max_points(constants, PAGE.name)?,
        })
    }

    fn of<'a>(
        &'a self,
        sorted: &'a [f64],
    ) -> std::result::Result<Option<impl Fn(f64) -> Outcome + 'a>, String> {
        let bounds = draw_in(sorted, self.limits, self.max_points);
        Ok(Some(move |x| Ok(clamped(x, bounds))))
    }
}
