//! How a table is drawn.

use std::time::Instant;

/// How a table is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(super) form: Form,
    pub(super) null: &'static str,
    /// Width of the table, to which long cells are cut; none: as wide as they need.
    pub(super) width: Option<u16>,
    /// Rows shown at most, the first and the last; none: all.
    pub(super) max_rows: Option<usize>,
    pub(super) hints: Hints,
    /// Whether a person reads it now: types under the names, digits that can be read, a footer.
    pub(super) is_screen: bool,
    pub(super) has_colours: bool,
    /// When the statement began, if the footer tells how long it took.
    pub(super) started: Option<Instant>,
}

/// What a row becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A line in a frame.
    Boxes,
    /// A line of a table of Markdown.
    Markdown,
    /// A line for each of its columns.
    Records,
    /// A line in a frame; where that would be too wide, a line for each column.
    Fitting,
}

/// How whoever reads a table sees what was left out of it, each in parentheses after a blank.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hints {
    /// All rows.
    pub rows: &'static str,
    /// All columns.
    pub columns: &'static str,
}

impl Style {
    /// All rows, as wide as they need, each number in full.
    pub fn plain() -> Self {
        Self {
            form: Form::Boxes,
            null: "NULL",
            width: None,
            max_rows: None,
            hints: Hints::default(),
            is_screen: false,
            has_colours: false,
            started: None,
        }
    }

    /// A Markdown table.
    pub fn markdown() -> Self {
        Self { form: Form::Markdown, null: "", ..Self::plain() }
    }

    /// For a person at a terminal: cut to its width, at most `max_rows` rows, the first and the last.
    pub fn terminal(width: Option<u16>, max_rows: usize, hints: Hints) -> Self {
        let width = width.filter(|width| *width > 0);
        let max_rows = Some(max_rows).filter(|rows| *rows < usize::MAX);
        Self { width, max_rows, hints, is_screen: true, ..Self::plain() }
    }

    /// All rows, cut to a width.
    pub fn within(width: Option<u16>) -> Self {
        Self { width: width.filter(|width| *width > 0), ..Self::plain() }
    }

    /// The same, a row as lines of its columns.
    #[must_use]
    pub fn upright(self) -> Self {
        Self { form: Form::Records, ..self }
    }

    /// The same, a row as lines of its columns where the table would be too wide.
    #[must_use]
    pub fn fitting(self) -> Self {
        Self { form: Form::Fitting, ..self }
    }

    /// The same, in colours or not.
    #[must_use]
    pub fn coloured(self, has_colours: bool) -> Self {
        Self { has_colours, ..self }
    }

    /// The same, with the seconds since then in the footer.
    #[must_use]
    pub fn timed(self, started: Option<Instant>) -> Self {
        Self { started, ..self }
    }

    /// A text that stands back where there are colours.
    pub(super) fn dimmed(&self, text: &str) -> String {
        if !self.has_colours || text.is_empty() {
            return text.to_owned();
        }
        let dim = anstyle::Style::new().dimmed();
        format!("{}{text}{}", dim.render(), dim.render_reset())
    }
}
