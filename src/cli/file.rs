//! A text of statements with its header, and the files that it includes in their places.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Error, Result};
use super::report::shown;
use super::script::{Grammar, Statement, ensure_closed, is_query, read_text, split};
use crate::draw::Request;
use crate::error::describe;
use crate::statement::{Comment, Declared, Expected, Header, Said};

/// A text of statements with its header, and the files that it includes in their places.
#[derive(Debug, Default)]
pub struct QueryFile {
    /// How errors name it.
    pub origin: String,
    /// Where it lies, if it is a file.
    pub path: Option<PathBuf>,
    /// Its text, without what it includes.
    pub text: String,
    /// The first line of its first comment.
    pub title: Option<String>,
    /// Pictures of its last result.
    pub pictures: Vec<Pictured>,
    /// Where its figures are from.
    pub source: Option<Said>,
    /// The unit of measurement of its values.
    pub unit: Option<Said>,
    /// What else its header says, line by line.
    pub prose: Vec<Comment>,
    /// Parameters that it or an included file declares; one of a name.
    pub parameters: Vec<Stated<Declared>>,
    /// Files that it includes, and those that they include, in the order of their lines.
    pub includes: Vec<PathBuf>,
    /// Its statements, those of included files in their places.
    pub steps: Vec<Step>,
    /// What of its header cannot be read.
    pub faults: Vec<Error>,
    /// Why it cannot be read, or not to its end.
    pub unreadable: Option<Error>,
    grammar: Grammar,
}

/// Something that a text states.
#[derive(Debug, Clone)]
pub struct Stated<T> {
    /// The text, as errors name it.
    pub origin: Arc<str>,
    pub what: T,
}

/// A picture of the last result.
#[derive(Debug, Clone)]
pub struct Pictured {
    /// As its header states it.
    pub said: Said,
    /// The same read, without what the rest of the header says.
    pub request: Request,
}

/// A statement, and what must be true of its result.
#[derive(Debug)]
pub struct Step {
    /// The text it stands in, as errors name it.
    pub origin: Arc<str>,
    pub statement: Statement,
    pub expectations: Vec<Stated<Expected>>,
    /// What its result shows.
    pub caption: Option<String>,
}

/// A line `\i FILE` or `\ir FILE`.
struct Include {
    line: usize,
    file: String,
    /// Whether the path is relative to the file that it stands in.
    is_beside: bool,
}

/// What stands between two statements.
enum Between {
    Include(Include),
    Expectation(Expected),
    Caption(Said),
}

/// What is said of a result, with its text.
enum OfResult {
    Expected(Stated<Expected>),
    Caption(String),
}

impl QueryFile {
    /// Reads a file.
    pub fn read(path: &Path, grammar: Grammar) -> Self {
        match read_text(path) {
            Ok(text) => Self::new(&shown(path), Some(path), text, grammar),
            Err(error) => Self {
                origin: shown(path),
                path: Some(path.to_owned()),
                unreadable: Some(error),
                ..Self::default()
            },
        }
    }

    /// A text that came in otherwise.
    pub fn of_text(origin: &str, text: &str, grammar: Grammar) -> Self {
        Self::new(origin, None, text.to_owned(), grammar)
    }

    fn new(origin: &str, path: Option<&Path>, text: String, grammar: Grammar) -> Self {
        let mut file = Self {
            origin: origin.to_owned(),
            path: path.map(Path::to_owned),
            text: text.clone(),
            grammar,
            ..Self::default()
        };
        let mut open = Vec::new();
        let mut expected = Vec::new();
        let outcome = file.add(&origin.into(), path, &text, &mut open, &mut expected);
        file.unreadable = outcome.err();
        for (at, said) in expected {
            match said {
                OfResult::Expected(expectation) => file.expect(at, expectation),
                OfResult::Caption(caption) => file.caption(at, caption),
            }
        }
        file
    }

    /// The same as a session reads it that has changed how SQL is read; none if it has not.
    pub fn again(&self, grammar: Grammar) -> Option<Self> {
        let is_read = !self.text.is_empty() && !self.grammar.is_like(grammar);
        is_read.then(|| Self::new(&self.origin, self.path.as_deref(), self.text.clone(), grammar))
    }

    /// What is wrong with pictures of a file that has nothing to draw.
    pub fn without_query(&self, grammar: Grammar) -> Option<Error> {
        let picture = self.pictures.first()?;
        let has_query = self.steps.iter().any(|step| step.statement.is_query(grammar));
        let message =
            "plot: there must be a query to draw, found none (SELECT ... is one)".to_owned();
        (!has_query).then(|| Error::at(&self.origin, picture.said.line, message))
    }

    /// Adds a text. `open` are the files that lead to it; what is said of a result is told with the number
    /// of the first statement that it may be for.
    fn add(
        &mut self,
        origin: &Arc<str>,
        path: Option<&Path>,
        text: &str,
        open: &mut Vec<(PathBuf, String)>,
        expected: &mut Vec<(usize, OfResult)>,
    ) -> Result<()> {
        let (text, includes) = take_includes(text, self.grammar);
        let script = split(&text, self.grammar);
        let header = Header::read(&script, self.grammar);
        let at = |line: usize, message: String| Error::at(origin, line, message);
        if open.is_empty() {
            self.title = header.title;
            self.source = header.source;
            self.unit = header.unit;
            self.prose = header.prose;
            for said in header.pictures {
                match Request::read(&said.text) {
                    Ok(request) => self.pictures.push(Pictured { said, request }),
                    Err(error) => self.faults.push(at(said.line, describe(&error))),
                }
            }
        }
        self.faults.extend(header.faults.into_iter().map(|fault| at(fault.line, fault.message)));
        for declared in header.parameters {
            self.declare(Stated { origin: Arc::clone(origin), what: declared });
        }
        open.push((path.map_or_else(PathBuf::new, real), origin.to_string()));

        let mut between: Vec<(usize, usize, Between)> = Vec::new(); // before which, its line
        for expectation in header.expectations {
            let (before, line) = (expectation.before, expectation.line);
            between.push((before, line, Between::Expectation(expectation)));
        }
        for (before, caption) in header.captions {
            between.push((before, caption.line, Between::Caption(caption)));
        }
        for include in includes {
            let line = include.line;
            let before = script.statements.iter().take_while(|one| one.line() < line).count();
            let ends = |one: &Statement| one.last_line() < line;
            let is_between = script
                .comments
                .iter()
                .any(|comment| comment.line == line && comment.before == before);
            if !is_between || !script.statements[..before].iter().all(ends) {
                return Err(at(
                    line,
                    "\\i must stand between statements, found one before it that is not closed \
                     (end it with ;)"
                        .to_owned(),
                ));
            }
            between.push((before, line, Between::Include(include)));
        }
        between.sort_by_key(|(before, line, _)| (*before, *line));

        let mut between = between.into_iter().peekable();
        for i in 0..=script.statements.len() {
            while let Some((_, line, what)) = between.next_if(|(before, ..)| *before == i) {
                match what {
                    Between::Expectation(what) => {
                        let stated = Stated { origin: Arc::clone(origin), what };
                        expected.push((self.steps.len(), OfResult::Expected(stated)));
                    }
                    Between::Caption(said) => {
                        expected.push((self.steps.len(), OfResult::Caption(said.text)));
                    }
                    Between::Include(include) => {
                        let found = include.path(path);
                        let name = shown(&found);
                        if let Some(from) = open.iter().position(|(of, _)| *of == real(&found)) {
                            let chain = open[from..].iter().map(|(_, name)| name.as_str());
                            let chain: Vec<&str> = chain.chain([name.as_str()]).collect();
                            let chain = chain.join(" -> ");
                            return Err(at(
                                line,
                                format!("\\i must not lead back to its own file, found {chain}"),
                            ));
                        }
                        let text = read_text(&found).map_err(|error| match error {
                            Error::File { source, .. } => at(
                                line,
                                format!(
                                    "\\i must name a file that can be read, found {name}: {source}"
                                ),
                            ),
                            other => other,
                        })?;
                        self.includes.push(found.clone());
                        self.add(&name.into(), Some(&found), &text, open, expected)?;
                    }
                }
            }
            if let Some(statement) = script.statements.get(i) {
                self.steps.push(Step {
                    origin: Arc::clone(origin),
                    statement: statement.clone(),
                    expectations: Vec::new(),
                    caption: None,
                });
            }
        }
        open.pop();
        ensure_closed(&script, origin)
    }

    /// Takes a declaration; of those of one name the first.
    fn declare(&mut self, stated: Stated<Declared>) {
        let Declared { name, type_name, line, .. } = &stated.what;
        let Some(first) = self.parameters.iter().find(|known| known.what.name == *name) else {
            return self.parameters.push(stated);
        };
        let is_same = first.what.type_name.eq_ignore_ascii_case(type_name);
        if first.origin == stated.origin || !is_same {
            let message = format!(
                "${name} must be declared once, found it as {} in {}:{} as well",
                first.what.type_name, first.origin, first.what.line
            );
            self.faults.push(Error::at(&stated.origin, *line, message));
        }
    }

    /// The query that something is said of: the next one from a statement on, or the last.
    fn said_of(&mut self, from: usize) -> Option<&mut Step> {
        let grammar = self.grammar;
        // One that cannot be read yet may be a query: a SET before it may change how it is read.
        let is_query = |step: &Step| match step.statement.parse(grammar) {
            Ok(parsed) => is_query(&parsed),
            Err(_) => true,
        };
        let next = self.steps.iter().skip(from).position(is_query).map(|at| from + at);
        let at = next.or_else(|| self.steps.iter().rposition(is_query));
        at.and_then(|at| self.steps.get_mut(at))
    }

    /// Puts a caption to its query; without one it says nothing.
    fn caption(&mut self, from: usize, caption: String) {
        if let Some(step) = self.said_of(from) {
            step.caption.get_or_insert(caption);
        }
    }

    /// Puts an expectation to its query.
    fn expect(&mut self, from: usize, stated: Stated<Expected>) {
        let is_readable = self.unreadable.is_none();
        match self.said_of(from) {
            Some(step) => step.expectations.push(stated),
            None if !is_readable => {}
            None => self.faults.push(Error::at(
                &stated.origin,
                stated.what.line,
                format!(
                    "an expectation must have a query in its file, found none: {}",
                    stated.what.text
                ),
            )),
        }
    }

    /// The pictures that its header asks for.
    pub fn requests(&self) -> Vec<Request> {
        self.pictures.iter().map(|picture| self.named(picture.request.clone())).collect()
    }

    /// A request with the title, the source and the unit of the header where it has none of its own.
    pub fn named(&self, request: Request) -> Request {
        let text = |said: &Option<Said>| said.as_ref().map(|said| said.text.clone());
        Request {
            title: request.title.or_else(|| self.title.clone()),
            source: request.source.or_else(|| text(&self.source)),
            unit: request.unit.or_else(|| text(&self.unit)),
            ..request
        }
    }

    /// Every expectation.
    pub fn expectations(&self) -> impl Iterator<Item = &Stated<Expected>> {
        self.steps.iter().flat_map(|step| &step.expectations)
    }
}

impl Include {
    /// Where the file lies.
    fn path(&self, from: Option<&Path>) -> PathBuf {
        match from.and_then(Path::parent).filter(|_| self.is_beside) {
            Some(folder) => folder.join(&self.file),
            None => PathBuf::from(&self.file),
        }
    }
}

/// A path by which a file is known again.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The text with its lines of `\i` and `\ir` as comments, and what they include. Such a line inside
/// of a string or a comment is a part of it.
fn take_includes(text: &str, grammar: Grammar) -> (String, Vec<Include>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut taken, mut includes) = (String::with_capacity(text.len()), Vec::new());
    for (i, line) in text.split_inclusive('\n').enumerate() {
        match include(line, i + 1) {
            Some(include) if split(&taken, grammar).fault.is_none() => {
                includes.push(include);
                taken.push_str("--");
                taken.push_str(line);
            }
            _ => taken.push_str(line),
        }
    }
    (taken, includes)
}

fn include(line: &str, number: usize) -> Option<Include> {
    let (word, file) = line.trim_start().split_once(char::is_whitespace)?;
    let is_beside = match word {
        "\\i" => false,
        "\\ir" => true,
        _ => return None,
    };
    let file = file.trim().trim_end_matches(';').trim_end();
    let bare = file.strip_prefix('\'').and_then(|file| file.strip_suffix('\''));
    let file = bare.unwrap_or(file).to_owned();
    (!file.is_empty()).then_some(Include { line: number, file, is_beside })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_include_is_none_inside_of_a_string() {
        let text =
            "\\i a.sql\nSELECT '\n\\i b.sql\n';\n/*\n\\i c.sql\n*/ -- '\n  \\ir 'd e.sql';\n";
        let (taken, includes) = take_includes(text, Grammar::default());
        let found = includes.iter().map(|one| (one.line, one.file.as_str(), one.is_beside));
        assert_eq!(found.collect::<Vec<_>>(), [(1, "a.sql", false), (8, "d e.sql", true)]);
        assert!(taken.starts_with("--\\i a.sql\nSELECT '\n\\i b.sql\n"));
    }

    #[test]
    fn an_expectation_is_for_the_next_query_or_the_last() {
        let text = "-- expect: rows = 1\nCREATE VIEW v AS SELECT 1;\nSELECT 1; -- expect: rows = 2\n\
                    SELECT 2;\nCREATE VIEW w AS SELECT 1;\n-- expect: rows = 3\n";
        let file = QueryFile::of_text("q", text, Grammar::default());
        let counts: Vec<_> = file.steps.iter().map(|step| step.expectations.len()).collect();
        assert_eq!(counts, [0, 1, 2, 0]);
        let file =
            QueryFile::of_text("q", "SET a.b = 1;\n-- expect: rows = 3\n", Grammar::default());
        let faults: Vec<_> = file.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            ["q:2: an expectation must have a query in its file, found none: rows = 3"]
        );
    }
}
