//! Figures of the audit: a query, how to read what it gives, what is drawn of it, and the rules that look at it.

use super::need::Need;
use super::picture::Picture;
use super::rule::Rule;

/// A chapter.
#[derive(Debug)]
pub struct Chapter {
    /// Its word in links.
    pub anchor: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The question it answers.
    pub question: &'static str,
    /// Its figures.
    pub figures: &'static [&'static Figure],
}

/// A figure.
#[derive(Debug)]
pub struct Figure {
    /// Its word.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// How to read it.
    pub reading: &'static str,
    /// Its query (see [`super::template`]).
    pub sql: &'static str,
    /// What is said where it has no rows.
    pub none: &'static str,
    /// What it cannot do without.
    pub needs: &'static [Need],
    /// How its rows are shown.
    pub rows: Rows,
    /// What is drawn of them.
    pub picture: Option<Picture>,
    /// What looks at it.
    pub rules: &'static [&'static Rule],
}

/// How the rows of a figure are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// As a table.
    Shown,
    /// As a table where they are so few that it can be read beside the picture.
    ShownIfFew,
    /// Not at all: the picture shows them.
    Drawn,
}

impl Figure {
    /// A table without pictures, rules and needs, to start from.
    pub const PLAIN: Self = Self {
        name: "",
        title: "",
        reading: "",
        sql: "",
        none: "None.",
        needs: &[],
        rows: Rows::Shown,
        picture: None,
        rules: &[],
    };
}
