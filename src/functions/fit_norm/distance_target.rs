//! `norm_distance_target(value, fit, target)`: distance to a target.

use super::minmax::SCALE as FIT;
use super::parameters::{LOWEST, SCALE, VALUE, check_scores};
use crate::engine::normalise::{Normalisation, Score};
use crate::functions::parameters::{DIRECTION, SETTING};
use crate::kernel::scale;
use crate::page::{DefaultValue, Kind, Null, Page, Parameter, Role, page};

page! {
    pub static PAGE = Page {
        name: norm_distance_target,
        family: Normalisation,
        syntax: [
            "norm_distance_target(value, fit, target, cap => false, direction => 1, scale => 1, lowest => 0)",
            "norm_distance_target(value, target, cap => false, direction => 1, scale => 1, lowest => 0) \
             OVER (PARTITION BY indicator)",
        ],
        summary: "Distance to a target: scale (1) at the target, lowest (0) for the worst of the reference set.",
        formula: "lowest + (scale - lowest) s, s = (x - min) / (target - min); direction -1: s = \
                  (max - x) / (max - target); s at most 1 if cap",
        parameters: &[VALUE, FIT, TARGET, CAP, DIRECTION, SCALE, LOWEST],
        over_parameters: Some(&[VALUE, TARGET, CAP, DIRECTION, SCALE, LOWEST]),
        returns: "DOUBLE, above scale for a value beyond the target (scale if cap), below lowest for \
                  one worse than all of the reference set; NULL for a NULL value or a NULL fit.",
        notes: "Starts from the worst value of the reference set: the handbook's distance to a \
                reference (section 5.4), here x / target, is another number. The target may lie \
                outside the reference set and may be a column of a framework. The scale is learned \
                by fit_minmax. With OVER (...) the window is the reference set, and FILTER (WHERE \
                ...) restricts it.",
        errors: "A value that is NaN or infinite; a target that is NULL, not above the minimum of \
                 the reference set, or with direction -1 not below its maximum (the scale would \
                 have length 0 or be inverted); direction other than 1 or -1; scale not above 0; \
                 lowest not below scale.",
        example: "SELECT value, norm_distance_target(value, target => 6, cap => true) OVER ()\n\
                  FROM (VALUES (2), (5), (NULL), (8)) AS t(value)",
        example_result: ["2 0.0", "5 0.75", "NULL NULL", "8 1.0"],
        reference: "COINr 1.1.14, n_dist2targ (which gives infinite scores, or scores of the wrong \
                    sign, for targets that are refused here).",
    };
}

const TARGET: Parameter = Parameter {
    name: "target",
    role: Role::Target,
    kind: Kind::Number,
    meaning: "value that scores scale, in the unit of measurement of the value; finite",
    null: Null::Error,
    default: DefaultValue::Required,
};

const CAP: Parameter = Parameter {
    name: "cap",
    kind: Kind::Boolean,
    meaning: "whether a value beyond the target scores as the target",
    default: DefaultValue::Switch(false),
    ..SETTING
};

/// Applies range and target.
pub struct Norm;

impl Normalisation for Norm {
    const PAGE: &'static Page = &PAGE;
    const FITTED: &'static str = "norm_distance_target_fitted";

    type Given = [f64; 7];

    #[inline]
    fn score(
        x: f64,
        &[min, max, target, cap, direction, scale, lowest]: &[f64; 7],
        _: &[f64],
    ) -> Score {
        check_scores(lowest, scale)?;
        if min > max {
            return Err(format!("fit must have min <= max, got {min} and {max}"));
        }
        if direction > 0.0 && target <= min {
            return Err(format!(
                "target must be above the minimum of the reference set ({min}), got {target}"
            ));
        }
        if direction < 0.0 && target >= max {
            return Err(format!(
                "target must be below the maximum of the reference set ({max}) with direction -1, \
                 got {target}"
            ));
        }
        let range = if direction < 0.0 { (target, max) } else { (min, target) };
        let share = scale::distance(x, range, direction, cap != 0.0);
        Ok(share.map(|share| scale::on_scale(share, (lowest, scale))))
    }
}
