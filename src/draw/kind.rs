//! Kinds of pictures and the roles that columns play in them.

use datafusion::common::Result;

use super::chart::Chart;
use super::drawn::Drawn;
use super::setting::Setting;

/// A kind of picture: what it shows, of which columns.
#[derive(Debug)]
pub struct Kind {
    /// Its word.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub summary: &'static str,
    /// What columns can be in it, those that are needed first.
    pub roles: &'static [Role],
    /// What can be chosen about it.
    pub settings: &'static [Setting],
    /// Draws it.
    pub draw: fn(&Chart<'_>) -> Result<Drawn>,
}

/// What a column is in a picture.
#[derive(Debug)]
pub struct Role {
    /// Its word, as in `x = period`.
    pub name: &'static str,
    /// What it is there for.
    pub meaning: &'static str,
    /// What its column holds.
    pub takes: Takes,
    /// Names of columns that are taken for it, the likeliest first.
    pub known_as: &'static [&'static str],
    /// Whether there is no picture without it.
    pub is_required: bool,
    /// Whether it takes several columns, each a series.
    pub is_many: bool,
}

impl Role {
    /// The periods along an axis.
    pub const PERIODS: Self = Self {
        name: "x",
        meaning: "the periods",
        takes: Takes::Period,
        known_as: &["period", "year", "date", "time", "quarter", "month"],
        is_required: true,
        is_many: false,
    };
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Numbers.
    Number,
    /// Names: any type, as text.
    Label,
    /// Years, dates, or texts such as `2015-Q1`.
    Period,
}

impl Takes {
    /// What must be there.
    pub fn what(self) -> &'static str {
        match self {
            Self::Number => "numbers",
            Self::Label => "names",
            Self::Period => "periods",
        }
    }
}

impl Kind {
    /// A role by its name.
    pub fn role(&self, name: &str) -> Option<usize> {
        self.roles.iter().position(|role| role.name.eq_ignore_ascii_case(name))
    }

    /// A setting by its name.
    pub fn setting(&self, name: &str) -> Option<usize> {
        self.settings.iter().position(|setting| setting.name.eq_ignore_ascii_case(name))
    }
}
