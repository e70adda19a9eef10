//! What Tab offers: [`place`] says what the text around the cursor asks for, [`scope`] which tables
//! it names, [`columns`] what columns those have; the others have the words of each kind.

mod arguments;
mod candidate;
mod columns;
mod commands;
mod files;
mod list;
mod pictures;
mod place;
mod scope;
mod tokens;

use std::collections::HashSet;

use datafusion::prelude::SessionContext;

use crate::catalog;
use crate::cli::execute::Runner;
use crate::cli::script::Grammar;
use crate::cli::shell::keywords::{KEYWORDS, in_the_case_of};
use crate::functions::{self, Form};
use arguments::Takes;
use candidate::{fitting, quoted};
use columns::Columns;
use commands::Follows;
use place::{Asks, Call, Place, place};
use scope::{Query, Relation, Scope, scope};

pub use candidate::{Offer, written};
pub use list::{List, draw};

/// What fits at the cursor.
pub struct Fitting {
    /// Where it goes.
    pub start: usize,
    /// What it is in the place of, up to the cursor.
    pub word: String,
    pub offers: Vec<Offer>,
}

/// What Tab asks.
pub struct Completion {
    context: SessionContext,
    columns: Columns,
    parameters: Vec<String>,
    /// The columns of the last result.
    last_columns: Vec<String>,
    grammar: Grammar,
    /// The functions of the session: name and what each is.
    functions: Vec<Offer>,
}

impl Completion {
    /// Completion from the session's tables and functions.
    pub fn new(runner: &Runner) -> Self {
        let context = runner.context().clone();
        let functions = all_functions(&context);
        Self {
            columns: columns_of(runner),
            parameters: Vec::new(),
            last_columns: Vec::new(),
            grammar: runner.grammar(),
            functions,
            context,
        }
    }

    /// Forgets what a statement may have changed, and learns the columns of its result.
    pub fn renew(&mut self, runner: &Runner, last_columns: &[String]) {
        self.last_columns = last_columns.to_vec();
        self.columns = columns_of(runner);
        self.parameters = runner.parameters().names().map(str::to_owned).collect();
        self.grammar = runner.grammar();
        self.functions = all_functions(&self.context);
    }

    /// The names of the engine's functions.
    pub fn functions_of_engine(&self) -> HashSet<String> {
        let names = self.functions.iter().map(|offer| offer.name.trim_end_matches('(').to_owned());
        names.filter(|name| functions::page(name).is_none()).collect()
    }

    /// What may stand at the cursor of a text.
    pub fn complete(&self, text: &str, cursor: usize) -> Fitting {
        let Place { start, word, asks } = place(text, cursor, self.grammar);
        let scope = || scope(text, cursor, self.grammar);
        let after = &text[cursor..];
        let offers = match asks {
            Asks::Nothing => Vec::new(),
            Asks::Command => fitting(commands::commands(|_| true), &word),
            Asks::Ending => fitting(commands::commands(|command| command.ends), &word),
            Asks::OfCommand(command) => {
                if let Follows::Pictures = commands::following(&command) {
                    let (from, word, offers) = pictures::pictures(&word, &self.last_columns);
                    let offers = fitting(offers, &word);
                    return Fitting { start: start + from, word, offers };
                }
                fitting(self.following(&command, &word), &word)
            }
            Asks::File => fitting(files_in_text(&word, after), &word),
            Asks::Parameter => {
                let names = self.parameters.iter();
                let offers = names.map(|name| Offer::new(format!("${name}"), "parameter"));
                fitting(offers.collect(), &word)
            }
            Asks::Of(name) => fitting(self.of(&name, &scope()), &word),
            Asks::Relation => self.relations(&scope(), &word),
            Asks::Argument(call) => self.argument(&call, &scope(), &word, after),
            Asks::Anything => self.anything(&scope(), &word),
        };
        Fitting { start, word, offers }
    }

    fn following(&self, command: &str, word: &str) -> Vec<Offer> {
        match commands::following(command) {
            Follows::Nothing | Follows::Pictures => Vec::new(),
            Follows::Tables => self.tables(),
            Follows::Parameters => {
                self.parameters.iter().map(|name| Offer::new(name, "parameter")).collect()
            }
            Follows::Files => files::files(word),
            Follows::These(offers) => offers,
        }
    }

    fn tables(&self) -> Vec<Offer> {
        let mut names = catalog::table_names(&self.context);
        names.sort();
        names.into_iter().map(|name| Offer::new(name, "table")).collect()
    }

    /// The columns of a relation, or the tables of a schema.
    fn of(&self, name: &str, scope: &Scope) -> Vec<Offer> {
        let is_meant = |relation: &&Relation| {
            relation.name.as_deref() == Some(name) || relation.table.as_deref() == Some(name)
        };
        if let Some(relation) = scope.relations.iter().find(is_meant) {
            return column_offers(self.columns.of(&relation.query));
        }
        // Before it stands in FROM.
        if let Some(query) = scope.queries.iter().rfind(|query| query.name == name) {
            return column_offers(self.columns.of(&query.query));
        }
        let prefix = format!("{name}.");
        let tables = catalog::table_names(&self.context);
        let mut offers: Vec<Offer> = tables
            .iter()
            .filter_map(|table| table.strip_prefix(&prefix))
            .map(|table| Offer::new(table, "table"))
            .collect();
        if offers.is_empty() && tables.iter().any(|table| table == name) {
            offers = column_offers(self.columns.of(&format!("SELECT * FROM {name}")));
        }
        offers
    }

    /// What may stand in FROM.
    fn relations(&self, scope: &Scope, word: &str) -> Vec<Offer> {
        let mut offers: Vec<Offer> = scope.queries.iter().map(Query::offer).collect();
        offers.extend(self.tables());
        offers.extend(self.functions.iter().filter(|offer| offer.kind == TABLE_FUNCTION).cloned());
        let schemas = self.tables().into_iter().filter_map(|offer| {
            let (schema, _) = offer.name.split_once('.')?;
            Some(Offer::new(format!("{schema}."), "schema"))
        });
        let found = fitting(offers, word);
        match found.is_empty() {
            true => fitting(schemas.chain(keywords(word)).collect(), word),
            false => found,
        }
    }

    /// What may stand in a call of one of our functions.
    fn argument(&self, call: &Call, scope: &Scope, word: &str, after: &str) -> Vec<Offer> {
        let parameter = arguments::parameter(call);
        let takes = parameter.map_or(Takes::Anything, arguments::takes);
        let is_named = call.name.is_some();
        let mut offers = Vec::new();
        // After a name comes no value without one.
        let has_names_before = !call.given.is_empty() && !is_named && call.position > 0;
        if let Some(parameter) = parameter
            && (is_named || !has_names_before)
        {
            match takes {
                Takes::Table if !call.in_text => {
                    offers.extend(scope.queries.iter().map(Query::offer));
                    offers.extend(self.tables());
                }
                Takes::Column => {
                    let columns = self.columns_in(scope, call);
                    offers.extend(arguments::columns(columns, call.in_text));
                }
                Takes::Word | Takes::Anything if is_named || call.in_text => {
                    let mut words = arguments::words(parameter, word, call.in_text);
                    if call.in_text && !after.starts_with('\'') {
                        for offer in words.iter_mut().filter(|offer| !offer.text.ends_with("=> ")) {
                            offer.text.push('\'');
                        }
                    }
                    offers.extend(words);
                }
                _ => {}
            }
            if call.in_text {
                return fitting(offers, &arguments::typed_part(parameter, word));
            }
        }
        if is_named && takes != Takes::Anything {
            return fitting(offers, word);
        }
        if !call.begins {
            offers.extend(self.expressions(scope, word));
            return fitting(offers, word);
        }
        let is_table_function = self.functions.iter().any(|offer| {
            offer.kind == TABLE_FUNCTION && offer.name.trim_end_matches('(') == call.function
        });
        match is_table_function {
            true => {
                offers.extend(arguments::names(call));
                fitting(offers, word)
            }
            false => {
                let columns = self.columns_in_scope(scope);
                offers.extend(column_offers(columns));
                offers.extend(arguments::names(call));
                offers.extend(self.expressions(scope, word));
                fitting(offers, word)
            }
        }
    }

    /// The columns that an argument may name: those of the tables that the call itself is given, which
    /// stand in no FROM.
    fn columns_in(&self, scope: &Scope, call: &Call) -> Vec<String> {
        let first = call.tables.first().map(|table| format!("SELECT * FROM {table}"));
        match first.map(|query| self.columns.of(&query)) {
            Some(columns) if !columns.is_empty() => columns,
            _ => self.columns_in_scope(scope),
        }
    }

    fn columns_in_scope(&self, scope: &Scope) -> Vec<String> {
        scope.relations.iter().flat_map(|relation| self.columns.of(&relation.query)).collect()
    }

    fn expressions(&self, scope: &Scope, word: &str) -> Vec<Offer> {
        let mut offers = column_offers(self.columns_in_scope(scope));
        let names = scope.relations.iter().filter_map(|relation| relation.name.as_ref());
        offers.extend(names.map(|name| Offer::new(quoted(name), "table")));
        if !word.is_empty() {
            offers.extend(self.functions.iter().cloned());
            offers.extend(keywords(word));
        }
        offers
    }

    fn anything(&self, scope: &Scope, word: &str) -> Vec<Offer> {
        let mut offers = column_offers(self.columns_in_scope(scope));
        offers.extend(scope.queries.iter().map(Query::offer));
        offers.extend(self.tables());
        offers.extend(self.expressions(scope, word));
        fitting(offers, word)
    }
}

impl Query {
    fn offer(&self) -> Offer {
        Offer::new(quoted(&self.name), "query")
    }
}

const TABLE_FUNCTION: &str = "table function";

fn columns_of(runner: &Runner) -> Columns {
    let (context, workers) = (runner.context().clone(), runner.workers().clone());
    Columns::new(context, workers, runner.parameters().clone())
}

fn column_offers(names: Vec<String>) -> Vec<Offer> {
    names.into_iter().map(|name| Offer::new(quoted(&name), "column")).collect()
}

fn keywords(word: &str) -> impl Iterator<Item = Offer> {
    // Only from their beginning: within others they are noise.
    let begins = |keyword: &&&str| keyword.to_lowercase().starts_with(&word.to_lowercase());
    let found: Vec<_> = KEYWORDS.iter().filter(begins).collect();
    let word = word.to_owned();
    found.into_iter().map(move |keyword| Offer::new(in_the_case_of(&word, keyword), "keyword"))
}

/// Ours with their families, then those of the engine with their form.
fn all_functions(context: &SessionContext) -> Vec<Offer> {
    let state = context.state_ref();
    let state = state.read();
    let mut offers = Vec::new();
    for (page, form) in functions::forms() {
        let (family, _) = page.family.title().split_once(':').unwrap_or((page.family.title(), ""));
        let kind = match form {
            Form::Table => TABLE_FUNCTION.to_owned(),
            _ => family.to_lowercase(),
        };
        offers.push(Offer::new(format!("{}(", page.name), kind));
    }
    offers.sort_by(|a, b| a.name.cmp(&b.name));
    let mut engines = Vec::new();
    let scalars = state.scalar_functions().keys().map(|name| (name, "function"));
    let aggregates = state.aggregate_functions().keys().map(|name| (name, "aggregate"));
    let windows = state.window_functions().keys().map(|name| (name, "window function"));
    let tables = state.table_functions().keys().map(|name| (name, TABLE_FUNCTION));
    for (name, kind) in scalars.chain(aggregates).chain(windows).chain(tables) {
        if functions::page(name).is_none() && !name.ends_with("_fitted") {
            engines.push(Offer::new(format!("{name}("), kind));
        }
    }
    engines.sort_by(|a, b| a.name.cmp(&b.name));
    offers.extend(engines);
    offers
}

/// Files in a string, which is closed after a file if it is not yet.
fn files_in_text(word: &str, after: &str) -> Vec<Offer> {
    let mut offers = files::files(word);
    if !after.starts_with('\'') {
        for offer in offers.iter_mut().filter(|offer| !offer.text.ends_with('/')) {
            offer.text.push('\'');
        }
    }
    offers
}
