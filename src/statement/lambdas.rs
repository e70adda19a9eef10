//! Lambdas, `array_filter(xs, x -> x > 2)`, in the generic dialect: it reads `->` as the operator that
//! looks up a key. Before the parser sees them they are written as named arguments, `x => x > 2`, and
//! what it makes of those becomes a lambda.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use datafusion::functions_nested::all_default_higher_order_functions;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, LambdaFunction,
    LambdaFunctionParameter, LambdaSyntax, OneOrManyWithParens, VisitorMut,
};
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};

use super::tokens::is_space;
use super::visit::visit;

/// The functions that take a lambda.
static FUNCTIONS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let functions = all_default_higher_order_functions();
    let names = functions.iter().flat_map(|function| {
        let others = function.aliases().iter().map(String::as_str);
        [function.name()].into_iter().chain(others).map(str::to_owned).collect::<Vec<_>>()
    });
    names.collect()
});

/// Writes the lambdas of calls as named arguments. Returns where each begins.
pub(super) fn mark(tokens: &mut Vec<TokenWithSpan>) -> BTreeSet<Location> {
    let mut starts = BTreeSet::new();
    if !tokens.iter().any(|token| token.token == Token::Arrow) {
        return starts;
    }
    // For each parenthesis that is open: whether it is of such a call, and where its argument begins.
    let mut open: Vec<(bool, usize)> = Vec::new();
    let mut takes_lambda = false;
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for mut token in tokens.drain(..) {
        if is_space(&token.token) {
            kept.push(token);
            continue;
        }
        if token.token == Token::Arrow
            && let Some((true, begin)) = open.last()
            && let Some(parameters) = parameters(&kept[*begin..])
        {
            let span = parameters.span;
            starts.insert(span.start);
            kept.truncate(*begin);
            kept.push(parameters);
            token.token = Token::RArrow;
        }
        let is_call = std::mem::replace(
            &mut takes_lambda,
            matches!(&token.token, Token::Word(word) if FUNCTIONS.contains(&word.value.to_lowercase())),
        );
        match token.token {
            Token::LParen => open.push((is_call, kept.len() + 1)),
            Token::RParen => _ = open.pop(),
            Token::Comma => {
                if let Some((_, begin)) = open.last_mut() {
                    *begin = kept.len() + 1;
                }
            }
            _ => {}
        }
        kept.push(token);
    }
    *tokens = kept;
    starts
}

/// The parameters of a lambda as one name: `x`, or `(x, y)`, parentheses and all.
fn parameters(tokens: &[TokenWithSpan]) -> Option<TokenWithSpan> {
    let mut solid = tokens.iter().filter(|token| !is_space(&token.token));
    let first = solid.next()?;
    let last = solid.clone().next_back().unwrap_or(first);
    let span = Span { start: first.span.start, end: last.span.end };
    let mut names = Vec::new();
    match &first.token {
        Token::Word(_) if solid.next().is_none() => return Some(first.clone()),
        Token::LParen => loop {
            match (&solid.next()?.token, &solid.next()?.token) {
                (Token::Word(word), Token::Comma) => names.push(word.to_string()),
                (Token::Word(word), Token::RParen) if solid.next().is_none() => {
                    names.push(word.to_string());
                    break;
                }
                _ => return None,
            }
        },
        _ => return None,
    }
    Some(TokenWithSpan { token: Token::make_word(&format!("({})", names.join(", ")), None), span })
}

/// Makes lambdas of the named arguments that begin there.
pub(super) fn read(statement: &mut Statement, starts: &BTreeSet<Location>) {
    if !starts.is_empty() {
        let _ = visit(statement, &mut Reader(starts));
    }
}

struct Reader<'a>(&'a BTreeSet<Location>);

impl VisitorMut for Reader<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && let FunctionArguments::List(list) = &mut function.args
        {
            for argument in &mut list.args {
                if let FunctionArg::Named { name, arg: FunctionArgExpr::Expr(body), .. } = argument
                    && self.0.contains(&name.span.start)
                {
                    let lambda = LambdaFunction {
                        params: named(name),
                        body: Box::new(body.clone()),
                        syntax: LambdaSyntax::Arrow,
                    };
                    *argument = FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Lambda(lambda)));
                }
            }
        }
        ControlFlow::Continue(())
    }
}

fn named(name: &Ident) -> OneOrManyWithParens<LambdaFunctionParameter> {
    let parameter = |name: Ident| LambdaFunctionParameter { name, data_type: None };
    match name.value.strip_prefix('(').and_then(|names| names.strip_suffix(')')) {
        Some(names) if name.quote_style.is_none() => {
            let names = names.split(", ").map(|name| match name.strip_prefix('"') {
                Some(quoted) => Ident::with_quote('"', quoted.trim_end_matches('"')),
                None => Ident::new(name),
            });
            OneOrManyWithParens::Many(names.map(parameter).collect())
        }
        _ => OneOrManyWithParens::One(parameter(name.clone())),
    }
}
