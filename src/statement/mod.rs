//! SQL text to plan: what the engine's planner does, and around it what it does not.
//!
//! *Names.* A name that begins with a digit, `2022年`, is a name (`tokens`). *Named arguments.* The
//! engine takes `f(a, c => 1)` only if no argument before `c` is left out. Here a call of one of our
//! functions is put in order and what was left out gets its default, so any subset can be named.
//! *Tables as arguments.* In `composite_index(TABLE panel, framework)` both are names of tables; the
//! engine looks up those that stand in a query, so each becomes one. *Parameters.* `$year` becomes
//! the literal it was set to. *Headings.* A column without a name of its own is headed by the text it
//! was asked for with (`headings`). *Types.* `DESCRIBE` names them as SQL does (`describe`). *Clauses*
//! that the engine would pass over are refused (`ignored`).
//!
//! A text is made into tokens once; all of this works on them and on what the parser makes of them.

mod arguments;
mod describe;
mod grammar;
mod headings;
mod ignored;
mod lambdas;
mod parameters;
mod parse;
mod plan;
mod rewrite;
mod script;
mod tokens;
mod visit;

pub use parameters::Parameters;
pub use plan::{sql, sql_with};

#[cfg(feature = "cli")]
pub(crate) use {
    grammar::Grammar,
    parse::Parsed,
    plan::plan,
    rewrite::NO_VALUE,
    script::{Piece, Script, split},
};
