//! A method with the arguments it was given, as a framework or a call names it:
//! `minmax(lower => 1, upper => 100)`.
//!
//! It is the function of that name without its prefix. What the index itself provides (values,
//! periods, directions, weights) is left out.

use datafusion::common::{Result, ScalarValue, plan_err};

use crate::arguments::constants::{Constants, typed};
use crate::page::{Page, Parameter, Role};

/// A step of the index, which decides what family of functions is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Imputation,
    Treatment,
    Transformation,
    Normalisation,
    Weighting,
    Aggregation,
}

impl Step {
    /// Its name as an option.
    pub fn option(self) -> &'static str {
        match self {
            Self::Imputation => "imputation",
            Self::Treatment => "treatment",
            Self::Transformation => "transform",
            Self::Normalisation => "normalisation",
            Self::Weighting => "weighting",
            Self::Aggregation => "aggregation",
        }
    }

    pub fn prefix(self) -> &'static str {
        match self {
            Self::Imputation => "impute_",
            Self::Treatment => "treat_",
            Self::Transformation => "transform_",
            Self::Normalisation => "norm_",
            Self::Weighting => "weight_",
            Self::Aggregation => "agg_",
        }
    }
}

/// A method and the arguments it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodCall {
    pub page: &'static Page,
    /// One per parameter of the function as the index calls it; none where nothing was said.
    given: Vec<Option<ScalarValue>>,
    /// As it was written.
    pub text: String,
}

impl MethodCall {
    /// The method of a page, with nothing given.
    pub fn new(page: &'static Page, text: &str) -> Self {
        let given = vec![None; page.parameters_of(true).len()];
        Self { page, given, text: text.trim().to_owned() }
    }

    /// What the method can be told: positions and parameters.
    pub fn own(&self) -> impl Iterator<Item = (usize, &'static Parameter)> + use<> {
        let parameters = self.page.parameters_of(true);
        parameters.iter().enumerate().filter(|(_, parameter)| !parameter.role.is_provided())
    }

    /// The argument that has this role.
    pub fn argument(&self, role: Role) -> Option<&'static Parameter> {
        self.own().map(|(_, parameter)| parameter).find(|parameter| parameter.role == role)
    }

    /// Whether the method has this argument.
    pub fn takes(&self, role: Role) -> bool {
        self.argument(role).is_some()
    }

    /// Whether the index calls the method with this.
    pub fn sees(&self, role: Role) -> bool {
        self.page.parameters_of(true).iter().any(|parameter| parameter.role == role)
    }

    /// What an argument was set to.
    pub fn get(&self, role: Role) -> Option<&ScalarValue> {
        let (slot, _) = self.own().find(|(_, parameter)| parameter.role == role)?;
        self.given[slot].as_ref()
    }

    /// Whether the argument was set, and to NULL no more than to anything else.
    pub fn set(&mut self, role: Role, name: &str, value: ScalarValue) -> Result<()> {
        let slot =
            self.own().find(|(_, parameter)| parameter.role == role && parameter.name == name);
        let Some((slot, parameter)) = slot else {
            return plan_err!("{}: argument '{name}' not found", self.page.name);
        };
        self.given[slot] = Some(typed(self.page.name, parameter, &value)?);
        Ok(())
    }

    /// Sets the argument of a role, whatever it was.
    pub fn replace(&mut self, role: Role, value: ScalarValue) -> Result<()> {
        match self.argument(role) {
            Some(parameter) => self.set(role, parameter.name, value),
            None => {
                plan_err!("{}: an argument of this role must be known, found none", self.page.name)
            }
        }
    }

    /// The arguments that must be given and were not.
    pub fn missing(&self) -> Vec<&'static str> {
        let is_missing = |(slot, parameter): &(usize, &Parameter)| {
            parameter.is_required() && self.given[*slot].is_none()
        };
        self.own().filter(is_missing).map(|(_, parameter)| parameter.name).collect()
    }

    /// That all arguments which must be given are; `by` says whence else they may come.
    pub fn check_complete(&self, by: &str) -> Result<()> {
        let missing = self.missing();
        match missing.is_empty() {
            true => Ok(()),
            false => plan_err!("{}: {} must be given{by}", self.page.name, missing.join(" and ")),
        }
    }

    /// The constants of the call.
    pub fn constants(&self) -> Constants {
        Constants::of_values(self.page.name, self.page.parameters_of(true), &self.given)
    }
}
