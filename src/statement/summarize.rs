//! `SUMMARIZE t` and `SUMMARIZE SELECT ...`: the word is taken off, and what is left is a query.

use std::sync::Arc;

use datafusion::common::{Result, plan_err};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Analyze, Explain, LogicalPlan, PlanType, ToStringifiedPlan};
use datafusion::optimizer::Analyzer;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::tokens::{Placed, is_space};
use crate::functions::summary::summarize::rows_of;

const WORD: &str = "SUMMARIZE";

/// What may stand before the word.
const BEFORE: [&str; 8] =
    ["EXPLAIN", "ANALYZE", "VERBOSE", "FORMAT", "INDENT", "TREE", "PGJSON", "GRAPHVIZ"];

/// What a query begins with; anything else is a table.
const QUERIES: [&str; 4] = ["SELECT", "WITH", "FROM", "VALUES"];

/// The tokens of the query that is to be summarized; none if the statement is another.
pub(super) fn query(tokens: &[Placed]) -> Result<Option<Vec<Placed>>> {
    let mut words = (0..tokens.len()).filter(|&at| !is_space(&tokens[at].token.token));
    let is_before = |at: usize, first: bool| match word(&tokens[at]) {
        Some(word) if first => word.eq_ignore_ascii_case(BEFORE[0]),
        Some(word) => BEFORE.iter().any(|known| word.eq_ignore_ascii_case(known)),
        None => false,
    };
    let mut first = true;
    let at = words.find(|&at| {
        let is_passed = is_before(at, first);
        first = false;
        !is_passed
    });
    let Some(at) = at.filter(|&at| is_word(&tokens[at], WORD)) else { return Ok(None) };
    let Some(next) = words.next() else {
        return plan_err!("{WORD}: a table or a query must follow, found its end");
    };
    let mut query = tokens[..at].to_vec();
    let is_query = QUERIES.iter().any(|known| is_word(&tokens[next], known))
        || tokens[next].token.token == Token::LParen;
    if is_query {
        query.extend_from_slice(&tokens[next..]);
        return Ok(Some(query));
    }
    // SELECT * FROM, in the place of the word.
    let Placed { token: TokenWithSpan { span, .. }, bytes } = tokens[at].clone();
    let put = [Token::make_keyword("SELECT"), Token::Mul, Token::make_keyword("FROM")];
    query.extend(put.map(|token| {
        let token = TokenWithSpan { token, span };
        Placed { token, bytes: bytes.clone() }
    }));
    let is_table = is_word(&tokens[next], "TABLE");
    query.extend_from_slice(&tokens[next + usize::from(is_table)..]);
    Ok(Some(query))
}

fn word(placed: &Placed) -> Option<&str> {
    match &placed.token.token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn is_word(placed: &Placed, known: &str) -> bool {
    word(placed).is_some_and(|word| word.eq_ignore_ascii_case(known))
}

/// What the rows of a plan are like; of one that is explained, the plan of that.
pub(super) fn summarized(plan: LogicalPlan, state: &SessionState) -> Result<LogicalPlan> {
    Ok(match plan {
        LogicalPlan::Explain(explain) => {
            let plan = summarized(explain.plan.as_ref().clone(), state)?;
            let stringified_plans = vec![plan.to_stringified(PlanType::InitialLogicalPlan)];
            LogicalPlan::Explain(Explain { plan: Arc::new(plan), stringified_plans, ..explain })
        }
        LogicalPlan::Analyze(analyze) => {
            let input = summarized(analyze.input.as_ref().clone(), state)?;
            LogicalPlan::Analyze(Analyze { input: Arc::new(input), ..analyze })
        }
        // The types are settled here: in a UNION they are not before.
        plan => {
            let options = state.config_options();
            rows_of(Analyzer::new().execute_and_check(plan, options, |_, _| {})?)?
        }
    })
}
