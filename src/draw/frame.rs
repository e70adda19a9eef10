//! What stands around the marks: title and subtitle above, what could not be drawn and the source below.

use kuva::prelude::{Layout, Plot};
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

pub use super::drawn::Drawn;
use super::kind::Kind;
use super::look::{FONTS, Look, TEXT};
use super::text;

/// Sizes of the texts around, and the space beside them.
const TITLE: u32 = 19;
const SUBTITLE: u32 = 14;
const NOTE: u32 = 11;
const MARGIN: f64 = 16.0;

/// A picture: marks, and what is written around them.
#[derive(Debug)]
pub struct Picture {
    /// Its kind.
    pub kind: &'static Kind,
    pub(super) drawn: Drawn,
    pub(super) title: Option<String>,
    pub(super) subtitle: Option<String>,
    pub(super) source: Option<String>,
    pub(super) look: Look,
}

impl Picture {
    /// What it shows, in a few words.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(self.kind.summary)
    }

    /// What is to be seen in it, in words.
    pub fn description(&self) -> &str {
        &self.drawn.description
    }

    /// Its title, if it was given one.
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// What the title leaves open.
    pub fn subtitle(&self) -> Option<&str> {
        self.subtitle.as_deref()
    }

    /// What is said below the marks, line by line.
    pub fn notes(&self) -> Vec<String> {
        let source = self.source.as_ref().map(|source| format!("Source: {source}"));
        self.drawn.notes.iter().cloned().chain(source).collect()
    }

    /// The marks alone, for a page that writes around them itself.
    pub(super) fn bare(&self) -> Scene {
        let inner = &self.drawn.scene;
        let mut scene = Scene::new(inner.width, inner.height);
        scene.text_color = Some(self.look.text().into());
        scene.font_family = Some(FONTS.into());
        scene.defs.clone_from(&inner.defs);
        scene.elements.clone_from(&inner.elements);
        scene.background_color = None;
        scene
    }

    /// The height of what is written around the marks.
    pub(super) fn around(&self) -> f64 {
        self.scene().height - self.drawn.scene.height
    }

    /// Marks and texts in one scene.
    pub(super) fn scene(&self) -> Scene {
        let inner = &self.drawn.scene;
        let width = inner.width.max(320.0);
        let wide = width - 2.0 * MARGIN;
        let mut top = MARGIN;
        let mut above = Vec::new();
        let head = [
            (&self.title, TITLE, true, self.look.text()),
            (&self.subtitle, SUBTITLE, false, self.look.quiet()),
        ];
        for (said, size, bold, colour) in head {
            // Bold letters are wider.
            let letter = if bold { size + size / 6 } else { size };
            for line in said.iter().flat_map(|said| text::wrapped(said, letter, wide)) {
                top += f64::from(size) * 1.25;
                above.push(words(&line, MARGIN, top - f64::from(size) * 0.3, size, bold, colour));
            }
        }
        top += if above.is_empty() { 0.0 } else { 8.0 };
        let mut bottom = top + inner.height + 4.0;
        let mut below = Vec::new();
        for line in self.notes().iter().flat_map(|note| text::wrapped(note, NOTE, wide)) {
            bottom += f64::from(NOTE) * 1.4;
            below.push(words(&line, MARGIN, bottom - 4.0, NOTE, false, self.look.quiet()));
        }
        let mut scene = Scene::new(width, bottom + MARGIN * 0.5);
        scene.background_color = Some(self.look.paper().into());
        scene.text_color = Some(self.look.text().into());
        scene.font_family = Some(FONTS.into());
        scene.defs.clone_from(&inner.defs);
        scene.elements = above;
        let transform = Some(format!("translate(0,{top})"));
        scene.add(Primitive::GroupStart { transform, title: None, extra_attrs: None });
        scene.elements.extend(inner.elements.iter().cloned());
        scene.add(Primitive::GroupEnd);
        scene.elements.extend(below);
        scene
    }
}

/// A text in a scene.
pub fn words(text: &str, x: f64, y: f64, size: u32, bold: bool, colour: &str) -> Primitive {
    Primitive::Text {
        x,
        y,
        content: text::plain(text),
        size,
        anchor: TextAnchor::Start,
        rotate: None,
        bold,
        color: Some(Color::from(colour)),
    }
}

/// The axes of plots of the library, in the look of all pictures.
pub fn layout(plots: &[Plot], look: &Look) -> Layout {
    let mut layout = Layout::auto_from_plots(plots)
        .with_theme(look.theme())
        .with_tick_size(TEXT - 1)
        .with_label_size(TEXT)
        .with_body_size(TEXT)
        .with_legend_box(false)
        .with_width(look.width)
        .with_height(look.height);
    layout.show_legend = false;
    layout
}
