//! What can be wrong with the rows of a framework.

use std::fmt::Display;

use super::faults::{list, quoted};
use super::links::Links;
use super::row::{IMPLIED_ROOT, Row};
use crate::hint;
use crate::kernel::CoverageBy;
use crate::kernel::rounding::{Half, MOST_DECIMALS};

/// Steps that may be spent on finding the code a wrong one may stand for, over all of them.
const STEPS: usize = 2_000_000;

/// All faults: first of the tree, then of single rows, then of the weights of siblings.
pub(super) fn faults(rows: &[Row], links: &Links) -> Vec<String> {
    let mut check = Check { rows, links, faults: Vec::new() };
    if rows.is_empty() {
        check.add("must have at least one indicator, found no rows");
        return check.faults;
    }
    check.codes();
    check.parents();
    check.cycles();
    check.roots();
    for row in 0..rows.len() {
        check.row(row);
    }
    if links.flat {
        let all: Vec<usize> = (0..rows.len()).collect();
        check.siblings("the indicators", &all);
    }
    for (row, children) in links.children.iter().enumerate() {
        if !children.is_empty() {
            let siblings = format!("the children of {}", check.name(row));
            check.siblings(&siblings, children);
        }
    }
    check.faults
}

struct Check<'a> {
    rows: &'a [Row],
    links: &'a Links<'a>,
    faults: Vec<String>,
}

impl Check<'_> {
    fn add(&mut self, fault: impl Display) {
        self.faults.push(format!("framework: {fault}"));
    }

    /// What faults call a row: its code, or its number where it has none.
    fn name(&self, row: usize) -> String {
        match self.rows[row].code.as_deref() {
            None | Some("") => format!("row {}", row + 1),
            Some(code) => quoted(code),
        }
    }

    fn names(&self, rows: &[usize]) -> String {
        list(rows.iter().map(|&row| self.name(row)))
    }

    fn is_group(&self, row: usize) -> bool {
        let code = self.rows[row].code.as_deref();
        let first = code.and_then(|code| self.links.by_code.get(code)).copied().unwrap_or(row);
        // Its own parent is not a group for that.
        self.links.children[first].iter().any(|&child| child != first)
    }

    fn codes(&mut self) {
        let rows_with = |code: Option<&str>| -> Vec<usize> {
            (0..self.rows.len()).filter(|&row| self.rows[row].code.as_deref() == code).collect()
        };
        let (missing, empty) = (rows_with(None), rows_with(Some("")));
        if !missing.is_empty() {
            self.add(format!("code of {} must not be NULL", numbered(&missing)));
        }
        if !empty.is_empty() {
            self.add(format!("code of {} must not be empty, got ''", numbered(&empty)));
        }
        for (code, rows) in &self.links.repeated {
            let places = list(rows.iter().map(|row| (row + 1).to_string()));
            self.add(format!("codes must be unique, found {} in rows {places}", quoted(code)));
        }
        if self.links.flat
            && let Some(&row) = self.links.by_code.get(IMPLIED_ROOT)
        {
            self.add(format!(
                "{0} must not be the code of an indicator where no row has a parent (the implied \
                 root has it: rename it, or make it the parent of the others)",
                self.name(row)
            ));
        }
    }

    fn parents(&mut self) {
        let mut steps = STEPS;
        for (parent, children) in &self.links.unknown {
            let verb = if children.len() == 1 { "has" } else { "have" };
            let mut fault =
                format!("{} {verb} the parent {}", self.names(children), quoted(parent));
            if parent.is_empty() {
                fault += ", which must be a code or NULL";
            } else {
                fault += ", which is not in the framework";
                if let Some(meant) = self.meant(parent, &mut steps) {
                    fault += &format!("; did you mean {}?", quoted(meant));
                }
            }
            self.add(fault);
        }
    }

    /// The code most like a parent that is not there; none if all are far from it.
    fn meant(&self, parent: &str, steps: &mut usize) -> Option<&str> {
        let mut best: Option<(f64, &str)> = None;
        for row in self.rows {
            let Some(code) = row.code.as_deref() else { continue };
            if row.parent.as_deref() == Some(parent) {
                continue;
            }
            // One comparison takes time by the product of the lengths.
            *steps = steps.checked_sub(parent.len().saturating_mul(code.len().max(1)))?;
            if let Some(likeness) = hint::likeness(parent, code)
                && best.is_none_or(|(most, _)| likeness > most)
            {
                best = Some((likeness, code));
            }
        }
        best.map(|(_, code)| code)
    }

    fn cycles(&mut self) {
        for cycle in &self.links.cycles {
            let names = self.names(cycle);
            if cycle.len() == 1 {
                self.add(format!("{names} must not be its own parent (the root has none)"));
            } else {
                self.add(format!(
                    "parents must not form a cycle, found {names} (each has the next as its parent)"
                ));
            }
        }
    }

    fn roots(&mut self) {
        if self.links.flat {
            return;
        }
        let without_parent = |row: &usize| self.rows[*row].parent.is_none();
        let is_first = |row: &usize| {
            let code = self.rows[*row].code.as_deref();
            code.is_some_and(|code| self.links.by_code.get(code) == Some(row))
        };
        let roots: Vec<usize> =
            (0..self.rows.len()).filter(without_parent).filter(is_first).collect();
        let must = "must have one root, a row without parent";
        match roots.len() {
            1 => {}
            // A root whose code is wrong has been reported for that.
            0 if self.rows.iter().any(|row| row.parent.is_none()) => {}
            0 => self.add(format!("{must}, found none")),
            n => self.add(format!("{must}, found {n}: {}", self.names(&roots))),
        }
    }

    /// What one row says about itself.
    fn row(&mut self, position: usize) {
        let row = &self.rows[position];
        let is_group = self.is_group(position);
        let is_root = row.parent.is_none() && !self.links.flat;
        // Made only for a fault: of a hundred thousand rows most are right.
        let name = |check: &Self| check.name(position);
        if let Some(weight) = row.weight {
            if is_root && !weight.is_finite() {
                self.add(format!("weight of {} must be finite, got {weight}", name(self)));
            } else if !is_root && !is_weight(weight) {
                self.add(format!("weight of {} must be finite and >= 0, got {weight}", name(self)));
            }
        }
        match row.direction {
            Some(direction) if direction.abs() != 1.0 => {
                self.add(format!("direction of {} must be 1 or -1, got {direction}", name(self)));
            }
            Some(-1.0) if is_root => self.add(format!(
                "direction of {} must be 1 or NULL, got -1 (the root has no parent to count against)",
                name(self)
            )),
            _ => {}
        }
        let text = |number: Option<f64>| number.map(|number| number.to_string());
        let is_turned = is_group && row.direction == Some(-1.0);
        let range = |bound: Option<f64>| text(bound).filter(|_| !is_turned);
        let own = if is_group {
            vec![
                ("lower", range(row.lower)),
                ("upper", range(row.upper)),
                ("target", text(row.target)),
                ("base", row.base.as_ref().map(ToString::to_string)),
                ("denominator", row.denominator.as_deref().map(quoted)),
                ("denominator_scale", text(row.denominator_scale)),
                ("transform", row.transform.as_deref().map(quoted)),
                ("normalisation", row.normalisation.as_deref().map(quoted)),
            ]
        } else {
            vec![
                ("aggregation", row.aggregation.as_deref().map(quoted)),
                ("min_coverage", text(row.min_coverage)),
                ("coverage_by", row.coverage_by.as_deref().map(quoted)),
                ("min_children", text(row.min_children)),
            ]
        };
        for (option, given) in own {
            let Some(given) = given else { continue };
            let belongs = if is_group {
                "an indicator has it, not a node with children"
            } else {
                "a node with children has it, not an indicator"
            };
            self.add(format!("{option} of {} must be NULL, got {given} ({belongs})", name(self)));
        }
        self.rounding(position);
        if is_group {
            if let Some(share) = row.min_coverage
                && !(0.0..=1.0).contains(&share)
            {
                self.add(format!(
                    "min_coverage of {} must be between 0 and 1, got {share}",
                    name(self)
                ));
            }
            let children = self.links.children[position].len();
            if let Some(least) = row.min_children
                && !(least.fract() == 0.0 && (0.0..=children as f64).contains(&least))
            {
                self.add(format!(
                    "min_children of {} must be a whole number from 0 to {children}, the number of \
                     its children, got {least}",
                    name(self)
                ));
            }
            if is_turned && row.lower.is_some() != row.upper.is_some() {
                self.add(format!(
                    "lower and upper of {} must be given both or not at all where its direction is -1 \
                     (they are the range within which its score is turned)",
                    name(self)
                ));
            }
            self.bounds(position);
            if let Some(by) = row.coverage_by.as_deref()
                && CoverageBy::of_word(by).is_none()
            {
                self.add(format!(
                    "coverage_by of {} must be one of {}, got {}",
                    name(self),
                    CoverageBy::WORDS.join(", "),
                    quoted(by)
                ));
            }
            return;
        }
        self.bounds(position);
        match (row.denominator_scale, &row.denominator) {
            (Some(scale), None) => self.add(format!(
                "denominator_scale of {} must be NULL where denominator is, got {scale}",
                name(self)
            )),
            (Some(scale), _) if !scale.is_finite() || scale == 0.0 => self.add(format!(
                "denominator_scale of {} must be finite and not 0, got {scale}",
                name(self)
            )),
            _ => {}
        }
    }

    /// Bounds and target: finite, in their order. Both ends of an indicator may be one point: whether
    /// its normalisation takes that, it says itself.
    fn bounds(&mut self, position: usize) {
        let row = &self.rows[position];
        let name = |check: &Self| check.name(position);
        for (option, number) in [("lower", row.lower), ("upper", row.upper), ("target", row.target)]
        {
            if let Some(number) = number
                && !number.is_finite()
            {
                self.add(format!("{option} of {} must be finite, got {number}", name(self)));
            }
        }
        if let (Some(lower), Some(upper)) = (row.lower, row.upper)
            && lower.is_finite()
            && upper.is_finite()
            && (lower > upper || (lower == upper && self.is_group(position)))
        {
            self.add(format!(
                "lower of {} must be below upper, got {lower} and {upper}",
                name(self)
            ));
        }
    }

    /// To how many decimals a score is rounded, and how.
    fn rounding(&mut self, position: usize) {
        let row = &self.rows[position];
        let most = f64::from(MOST_DECIMALS);
        if let Some(decimals) = row.decimals
            && !(decimals.fract() == 0.0 && (0.0..=most).contains(&decimals))
        {
            self.add(format!(
                "decimals of {} must be a whole number from 0 to {most}, got {decimals}",
                self.name(position)
            ));
        }
        match row.rounding.as_deref() {
            Some(word) if Half::of_word(word).is_none() => self.add(format!(
                "rounding of {} must be one of {}, got {}",
                self.name(position),
                Half::WORDS.join(", "),
                quoted(word)
            )),
            Some(word) if row.decimals.is_none() => self.add(format!(
                "rounding of {} must be NULL where decimals is, got {}",
                self.name(position),
                quoted(word)
            )),
            _ => {}
        }
    }

    /// Weights that are shared: of the children of a node.
    fn siblings(&mut self, siblings: &str, members: &[usize]) {
        let weight = |row: &usize| self.rows[*row].weight;
        let without: Vec<usize> =
            members.iter().copied().filter(|row| weight(row).is_none()).collect();
        if !without.is_empty() && without.len() < members.len() {
            self.add(format!(
                "weights of {siblings} must be given for all or for none, found none for {}",
                self.names(&without)
            ));
        } else if members.iter().all(|row| weight(row) == Some(0.0)) {
            self.add(format!(
                "weights of {siblings} must not all be 0, got 0 for {}",
                self.names(members)
            ));
        }
    }
}

fn is_weight(weight: f64) -> bool {
    weight.is_finite() && weight >= 0.0
}

/// `row 7`, `rows 7, 9`.
fn numbered(rows: &[usize]) -> String {
    let numbers = list(rows.iter().map(|row| (row + 1).to_string()));
    match rows.len() {
        1 => format!("row {numbers}"),
        _ => format!("rows {numbers}"),
    }
}
