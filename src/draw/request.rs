//! What is asked for: `lines, x = period, y = value, series = dimension, title = '...'`.

use std::ptr;

use datafusion::common::{DataFusionError, Result, plan_datafusion_err, plan_err};

use super::kind::Kind;
use super::kinds::{KINDS, named};
use crate::hint::did_you_mean;

/// A picture that is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The kind; without one the columns decide.
    pub kind: Option<&'static Kind>,
    /// Columns by the names of their roles, and settings of the kind by theirs.
    pub columns: Vec<(String, String)>,
    /// What it shows.
    pub title: Option<String>,
    /// What the title leaves open: place, period, base.
    pub subtitle: Option<String>,
    /// Where the figures are from.
    pub source: Option<String>,
    /// The unit of measurement of the values.
    pub unit: Option<String>,
}

impl Request {
    /// Reads the words of a request; an empty text asks for whatever fits.
    ///
    /// # Errors
    ///
    /// A kind that there is not, or a part that is not `NAME = VALUE`.
    pub fn read(text: &str) -> Result<Self> {
        let mut request = Self::default();
        for (place, part) in parts(text)?.into_iter().enumerate() {
            let Some((name, value)) = part.split_once('=') else {
                if place > 0 {
                    return plan_err!("plot: must be NAME = VALUE, got '{}'", part.trim());
                }
                request.kind = Some(kind(part.trim())?);
                continue;
            };
            let (name, value) = (name.trim(), unquoted(value.trim()));
            match name {
                "kind" => request.kind = Some(kind(&value)?),
                "title" => request.title = Some(value),
                "subtitle" => request.subtitle = Some(value),
                "source" => request.source = Some(value),
                "unit" => request.unit = Some(value),
                _ => request.columns.push((name.to_owned(), value)),
            }
        }
        request.columns.iter().try_for_each(|(name, value)| request.check(name, value))?;
        Ok(request)
    }

    /// What is said here, and of another request what is not.
    #[must_use]
    pub fn over(&self, other: Self) -> Self {
        Self {
            kind: self.kind.or(other.kind),
            columns: if self.columns.is_empty() { other.columns } else { self.columns.clone() },
            title: self.title.clone().or(other.title),
            subtitle: self.subtitle.clone().or(other.subtitle),
            source: self.source.clone().or(other.source),
            unit: self.unit.clone().or(other.unit),
        }
    }

    /// Whether a name is a role or a setting of the kind, or of any if none is asked for.
    fn check(&self, name: &str, value: &str) -> Result<()> {
        if self.kinds().any(|kind| kind.role(name).is_some()) {
            return Ok(());
        }
        let settings = self.kinds().filter_map(|kind| kind.settings.get(kind.setting(name)?));
        let mut read = settings.map(|setting| setting.read(value));
        match read.next() {
            // Kinds have settings of one name that may be different things.
            Some(Err(error)) if !read.any(|other| other.is_ok()) => Err(error),
            Some(_) => Ok(()),
            None => Err(self.no_role(name)),
        }
    }

    fn kinds(&self) -> impl Iterator<Item = &'static Kind> {
        KINDS.iter().copied().filter(|&kind| self.kind.is_none_or(|asked| ptr::eq(asked, kind)))
    }

    fn no_role(&self, name: &str) -> DataFusionError {
        let mut roles: Vec<&str> = Vec::new();
        let of_kind = |kind: &'static Kind| {
            let settings = kind.settings.iter().map(|setting| setting.name);
            kind.roles.iter().map(|role| role.name).chain(settings)
        };
        for role in self.kinds().flat_map(of_kind).chain(WORDS) {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        let meant = did_you_mean(name, roles.iter().copied());
        let of = self.kind.map_or("a picture", |kind| kind.name);
        plan_datafusion_err!("plot: {of} has {}, got '{name}'{meant}", roles.join(", "))
    }
}

/// Words that every kind has.
pub const WORDS: [&str; 4] = ["title", "subtitle", "source", "unit"];

fn kind(name: &str) -> Result<&'static Kind> {
    let names = || KINDS.iter().map(|kind| kind.name);
    named(name).ok_or_else(|| {
        let all: Vec<_> = names().collect();
        let meant = did_you_mean(name, names());
        plan_datafusion_err!("plot: kind must be one of {}, got '{name}'{meant}", all.join(", "))
    })
}

/// What commas part, outside of quotes.
fn parts(text: &str) -> Result<Vec<&str>> {
    let (mut parts, mut from, mut quote) = (Vec::new(), 0, None);
    for (at, character) in text.char_indices() {
        match (character, quote) {
            ('\'' | '"', None) => quote = Some(character),
            (character, Some(open)) if character == open => quote = None,
            (',', None) => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    if let Some(open) = quote {
        return plan_err!("plot: {open} must be closed, got '{}'", text[from..].trim());
    }
    parts.push(&text[from..]);
    parts.retain(|part| !part.trim().is_empty());
    Ok(parts)
}

/// A value without its quotes; those doubled in it are one.
fn unquoted(value: &str) -> String {
    for quote in ['\'', '"'] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.replace(&format!("{quote}{quote}"), &quote.to_string());
        }
    }
    value.to_owned()
}
