//! Queries with holes: `SELECT code FROM {weights, optimise => 'weights'} WHERE {at}`.

use datafusion::common::{Result, plan_err};

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// A hole: its name, and what stands after the comma.
    Hole(&'a str, &'a str),
}

/// The parts of a template.
#[must_use]
pub fn parts(template: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), template);
    while let Some((before, after)) = rest.split_once('{') {
        let (hole, then) = after.split_once('}').unwrap_or((after, ""));
        let (name, own) = hole.split_once(',').unwrap_or((hole, ""));
        parts.extend([Part::Text(before), Part::Hole(name.trim(), own.trim())]);
        rest = then;
    }
    parts.push(Part::Text(rest));
    parts
}

/// A template with its holes filled.
///
/// # Errors
///
/// What filling a hole says.
pub fn filled(
    template: &str,
    mut fill: impl FnMut(&str, &str) -> Option<String>,
) -> Result<String> {
    let mut text = String::with_capacity(2 * template.len());
    for part in parts(template) {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Hole(name, own) => match fill(name, own) {
                Some(filling) => text.push_str(&filling),
                None => {
                    return plan_err!(
                        "the query must have no hole without a filling, found {name}"
                    );
                }
            },
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled() {
        let template = "SELECT * FROM {weights, optimise => 'x'} WHERE {at}";
        let text = filled(template, |name, own| Some(format!("<{name}|{own}>"))).unwrap();
        assert_eq!(text, "SELECT * FROM <weights|optimise => 'x'> WHERE <at|>");
        assert!(filled("{x}", |_, _| None).is_err());
    }
}
