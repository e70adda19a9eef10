//! What a document consists of.

use super::figure::Figure;
use super::table::Table;
use super::words::language;

/// A document.
#[derive(Debug, Default)]
pub struct Document {
    /// What it is about.
    pub title: String,
    /// What the title leaves open.
    pub subtitle: Option<String>,
    /// The language of its texts, as a tag (`en`, `zh-Hant`); none where their script tells.
    pub language: Option<String>,
    /// What is said before the first chapter.
    pub opening: Vec<Block>,
    /// Its chapters.
    pub chapters: Vec<Chapter>,
    /// Where its figures come from: a name and what is said of it.
    pub provenance: Vec<(String, String)>,
}

impl Document {
    /// The tag of its language: as it is said, or by the script of its title, or else English.
    #[must_use]
    pub fn language(&self) -> &str {
        self.language.as_deref().or_else(|| language(&self.title)).unwrap_or("en")
    }
}

/// A chapter.
#[derive(Debug)]
pub struct Chapter {
    /// Its word in links, of small letters, digits and hyphens; no other chapter has it.
    pub anchor: String,
    /// Its title.
    pub title: String,
    /// What is in it.
    pub blocks: Vec<Block>,
}

/// A part of a chapter. In texts, what stands between two `` ` `` is code.
#[derive(Debug)]
pub enum Block {
    /// A title within the chapter.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph for each.
    List(Vec<String>),
    /// Sentences, each with the chapter that bears it out.
    References(Vec<Reference>),
    /// Names, and what is said of each.
    Terms(Vec<(String, String)>),
    /// Conditions that were met.
    Checks(Vec<String>),
    /// What was found wrong or notable.
    Finding(Finding),
    /// A result.
    Table(Table),
    /// A picture.
    Picture(Box<Figure>),
    /// The query of the table or picture before it, to be run again.
    Query(String),
}

/// A sentence and where it is borne out.
#[derive(Debug, Clone)]
pub struct Reference {
    /// What is so.
    pub text: String,
    /// The number of the chapter, counted from 1.
    pub chapter: usize,
    /// Its word in links.
    pub anchor: String,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To be known.
    Note,
    /// To be mended or defended.
    Warning,
}

impl Level {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// Something that a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The word of the rule.
    pub rule: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// What is so, in a sentence.
    pub statement: String,
    /// The same for a summary: names without their codes.
    pub headline: String,
    /// The figures that show it.
    pub evidence: String,
    /// What to do.
    pub advice: &'static str,
}
