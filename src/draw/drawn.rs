//! What a kind has drawn.

use kuva::render::render::Scene;

/// Marks, and what is to be said of them.
#[derive(Debug)]
pub struct Drawn {
    /// The marks, with their axes.
    pub scene: Scene,
    /// What a reader must know of them: values left out, intervals, colours.
    pub notes: Vec<String>,
    /// What is to be seen, for those who cannot see it.
    pub description: String,
}
