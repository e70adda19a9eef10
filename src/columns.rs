//! Columns that a table is read by: found as SQL finds names, and never silently overlooked.
//!
//! One rule for panels, frameworks, draws of weights and whatever other table a call takes. Upper
//! and lower case are the same; a column that is there twice is a fault; a column whose name is
//! near that of one that is looked for, and missing, is a fault that names the one meant. All other
//! columns are the user's own.

use datafusion::arrow::datatypes::Schema;

use crate::hint;

/// The columns of a table, by name.
#[derive(Debug)]
pub struct Columns<'a> {
    names: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    pub fn new(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().collect() }
    }

    pub fn of(schema: &'a Schema) -> Self {
        Self::new(schema.fields().iter().map(|field| field.name().as_str()))
    }

    /// Position of a column; none if it is not there. `Err` says what was, if it is there twice.
    pub fn find(&self, name: &str) -> Result<Option<usize>, String> {
        let mut alike =
            (0..self.names.len()).filter(|&i| self.names[i].to_lowercase() == name.to_lowercase());
        let (first, more) = (alike.next(), alike.next());
        match (first, more) {
            (Some(first), Some(more)) => Err(format!(
                "must have one column '{name}', found '{}' and '{}' (give them names of their own)",
                self.names[first], self.names[more]
            )),
            _ => Ok(first),
        }
    }

    /// A column by a name that the user chose: spelt so if there is one, else as [`Self::find`].
    pub fn find_chosen(&self, name: &str) -> Result<Option<usize>, String> {
        let mut exact = (0..self.names.len()).filter(|&i| self.names[i] == name);
        match (exact.next(), exact.next()) {
            (Some(position), None) => Ok(Some(position)),
            _ => self.find(name),
        }
    }

    /// Columns that must be slips of names that are looked for and are not there: what is wrong
    /// with each. `synonyms` are other words for the same.
    pub fn slips(&self, known: &[&str], synonyms: &[(&str, &str)]) -> Vec<String> {
        let is_there = |known: &&&str| matches!(self.find(known), Ok(None));
        let missing: Vec<&str> = known.iter().filter(is_there).copied().collect();
        let is_known =
            |name: &&&str| !known.iter().any(|k| k.to_lowercase() == name.to_lowercase());
        let others = self.names.iter().filter(is_known);
        let meant = |name: &str| {
            let synonym = synonyms.iter().find(|(word, _)| name.trim().eq_ignore_ascii_case(word));
            let synonym = synonym.map(|(_, known)| *known).filter(|known| missing.contains(known));
            synonym.or_else(|| hint::slip_of(name, missing.iter().copied()))
        };
        others
            .filter_map(|name| {
                Some(format!(
                    "column '{name}' is not known; did you mean '{}'? (if not, rename it)",
                    meant(name)?
                ))
            })
            .collect()
    }

    /// All names, for errors.
    pub fn list(&self) -> String {
        if self.names.is_empty() { "none".to_owned() } else { self.names.join(", ") }
    }

    /// The same in quotes.
    pub fn list_quoted(&self) -> String {
        let names: Vec<_> = self.names.iter().map(|name| format!("'{name}'")).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    /// `; did you mean 'unit'?`, where a column is missing that another may be meant for.
    pub fn hint(&self, name: &str) -> String {
        hint::did_you_mean(name, self.names.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_and_twice_is_a_fault() {
        let columns = Columns::new(["code", "Weight", "权重"]);
        assert_eq!(columns.find("weight"), Ok(Some(1)));
        assert_eq!(columns.find("parent"), Ok(None));
        assert_eq!(columns.find("权重"), Ok(Some(2)));
        let twice = Columns::new(["weight", "WEIGHT"]);
        assert!(twice.find("weight").unwrap_err().contains("found 'weight' and 'WEIGHT'"));
        assert_eq!(twice.find_chosen("WEIGHT"), Ok(Some(1)));
    }

    #[test]
    fn a_slip_is_a_fault_only_where_the_name_it_stands_for_is_missing() {
        let known = ["code", "weight", "direction"];
        let slips = |names: &[&str]| {
            Columns::new(names.iter().copied()).slips(&known, &[("polarity", "direction")])
        };
        assert_eq!(
            slips(&["code", "weight", "direction", "weights", "source"]),
            Vec::<String>::new()
        );
        assert!(slips(&["code", "wieght"])[0].contains("did you mean 'weight'?"));
        assert!(slips(&["code", "Weight", "Polarity"])[0].contains("did you mean 'direction'?"));
        assert_eq!(slips(&["code", "label", "source", "note"]), Vec::<String>::new());
    }
}
