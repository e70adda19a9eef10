//! Colours, sizes and fonts.

use kuva::prelude::Theme;
use textwrap::core::display_width;

use super::text;

/// How pictures look.
#[derive(Debug, Clone)]
pub struct Look {
    /// Whether light stands on dark.
    pub is_dark: bool,
    /// Width of the marks' area, in pixels of SVG.
    pub width: f64,
    /// Height of the marks' area; kinds with a row for each unit take what these need.
    pub height: f64,
    /// Whether it is drawn in characters, each in a cell of [`CELL`].
    pub in_characters: bool,
}

/// Width and height of a character of a terminal, in pixels of SVG.
pub const CELL: (f64, f64) = (8.0, 18.0);

impl Default for Look {
    fn default() -> Self {
        Self { is_dark: false, width: 760.0, height: 440.0, in_characters: false }
    }
}

/// Fonts in the order in which a viewer tries them; those with Chinese stand in for glyphs that the first lack.
pub const FONTS: &str = "DejaVu Sans, Verdana, Noto Sans, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, \
                         Microsoft YaHei, WenQuanYi Zen Hei, Liberation Sans, Arial, sans-serif";

/// Those of them with Chinese, in the forms of the mainland; without serifs, as all text is.
pub const CHINESE: [&str; 5] = [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
];

/// Size of the text of axes and labels.
pub const TEXT: u32 = 13;

/// Colours of series that people with any colour vision tell apart (Okabe and Ito 2008), the strongest first.
const LIGHT: [&str; 8] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#6b6b6b", "#b8a900"];

/// The same, lighter where they would be lost on dark.
const DARK: [&str; 8] =
    ["#4aa3df", "#f0803c", "#2bc79b", "#e29bc6", "#f2b632", "#8fd0f5", "#a8a8a8", "#e6dc5a"];

impl Look {
    /// How wide a text is about.
    pub fn wide(&self, text: &str, size: u32) -> f64 {
        match self.in_characters {
            true => display_width(text) as f64 * CELL.0,
            false => text::width(text, size),
        }
    }

    /// From the end of a bar to its figure.
    pub fn gap(&self) -> f64 {
        if self.in_characters { 12.0 } else { 6.0 }
    }

    /// The height of a line of text.
    pub fn line(&self) -> f64 {
        if self.in_characters { CELL.1 } else { 20.0 }
    }

    /// The colour of a series, by its number; after the last the first comes again.
    pub fn colour(&self, series: usize) -> &'static str {
        let colours = if self.is_dark { DARK } else { LIGHT };
        colours[series % colours.len()]
    }

    /// How many series have a colour of their own.
    pub fn colours(&self) -> usize {
        LIGHT.len()
    }

    /// The colour of text.
    pub fn text(&self) -> &'static str {
        if self.is_dark { "#e8e8e8" } else { "#1a1a1a" }
    }

    /// The colour of what is said beside the point: axes, sources, what is compared with.
    pub fn quiet(&self) -> &'static str {
        match self.is_dark {
            // On the paper of a terminal, light or dark.
            _ if self.in_characters => "#8a8a8a",
            true => "#a6a6a6",
            false => "#5f5f5f",
        }
    }

    /// The colour of lines that only guide the eye.
    pub fn faint(&self) -> &'static str {
        if self.is_dark { "#3d3d3d" } else { "#e2e2e2" }
    }

    /// The colour of paper.
    pub fn paper(&self) -> &'static str {
        if self.is_dark { "#161616" } else { "#ffffff" }
    }

    /// What rises, or helps; and what falls, or costs.
    pub fn up_and_down(&self) -> [&'static str; 2] {
        [self.colour(0), self.colour(1)]
    }

    /// The same as the plotting library has it.
    pub fn theme(&self) -> Theme {
        Theme {
            background: self.paper().into(),
            axis_color: self.quiet().into(),
            grid_color: self.faint().into(),
            tick_color: self.quiet().into(),
            text_color: self.text().into(),
            legend_bg: self.paper().into(),
            legend_border: self.paper().into(),
            pie_leader: self.quiet().into(),
            box_median: self.text().into(),
            violin_border: self.quiet().into(),
            colorbar_border: self.quiet().into(),
            font_family: Some(FONTS.into()),
            show_grid: true,
        }
    }
}
