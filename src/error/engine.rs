//! What the engine and the parser say, in the grammar of our own messages and the words of SQL:
//! what must be, what was, and what to write instead.

use crate::hint::likeness;
use crate::types::{constants_in_sql, in_sql};

/// What the engine says, with holes, and what is said for it, with the number of a hole in its
/// place. The first that fits is taken; what comes after it is left out.
const REWORDED: &[(&str, &str)] = &[
    // Values.
    ("Cannot cast string '{}' to value of {} type", VALUE),
    ("Cannot cast value '{}' to value of {} type", VALUE),
    ("Can't cast value {} to type {}", "a value must be {1}, got {0} (TRY_CAST makes it NULL)"),
    ("Divide by zero error", "a divisor must not be 0, got 0 (nullif(x, 0) makes it NULL)"),
    (
        "Cannot take square root of a negative number",
        "sqrt: the argument must be >= 0, got a number below 0",
    ),
    ("Overflow happened on: {}", "a result must be within the range of its type, got {0}"),
    (
        "Invalid input syntax for type interval: \"{}\"",
        "INTERVAL must be a number and a unit of time, such as '1 month', got '{0}'",
    ),
    (
        "Error parsing timestamp from '{}': {}",
        "a timestamp must be written as 2014-01-31T12:00:00, got '{0}'",
    ),
    (
        "Unable to cast to Date32 for converting",
        "a date must be written as 2014-01-31, got another text",
    ),
    (
        "Unsupported date_trunc granularity: '{}'. Supported values are: {}",
        "date_trunc: the granularity must be one of {1}, got '{0}'",
    ),
    ("Regex parse error: {} error: {}", "a regular expression must be valid, found {1}"),
    ("Invalid HexStringLiteral '{}'", "hexadecimal digits must come in pairs, got '{0}'"),
    (
        "Scalar subquery returned more than one row",
        "a query in the place of a value must have one row, found more",
    ),
    (
        "Date part '{}' not supported",
        "a part of a date must be one of year, isoyear, quarter, month, week, day, dow, isodow, doy, \
         hour, minute, second, millisecond, microsecond, nanosecond, epoch, got {0}",
    ),
    ("Invalid timezone \"{}\"", "a time zone must be written as +08:00, got '{0}'"),
    ("Error parsing '{}' as time", "a time must be written as 12:00:00, got '{0}'"),
    ("Overflow while rounding {}", "round: the result must be within the range of {0}, got more"),
    ("{}Array overflow on {}", "a result must be within the range of its type, got {1}"),
    (
        "{} is too large to store in a Decimal{} of precision {}. Max is {}",
        "a DECIMAL of {2} digits must be at most {3}, got {0}",
    ),
    (
        "zero raised to a negative power",
        "power: the exponent of 0 must be >= 0, got a number below 0",
    ),
    ("Step cannot be zero", "the step must not be 0, got 0"),
    ("step can't be 0 for function {}(", "{0}: the step must not be 0, got 0"),
    (
        "Column '{}' is declared as non-nullable but contains null values",
        "column '{0}' must have a value in each row, found NULL",
    ),
    (
        "Cannot cast to FixedSizeList({}): value at index {} has length {}",
        "a list must have {0} elements, found {2}",
    ),
    ("Map key cannot be null", "a key of a map must have a value, found NULL"),
    // Types.
    ("Cannot coerce arithmetic expression {} to valid types", OPERANDS),
    ("Cannot get result type for temporal operation {}: {}", OPERANDS),
    (
        "There isn't a common type to coerce {} and {} in {} expression",
        "operands of {2} must be of one type, found {0} and {1} (CAST one of them)",
    ),
    ("Cannot automatically convert {} to {}", "a value must be {1}, found {0} (CAST it)"),
    (
        "Function '{}' requires {}, but received {} (DataType: {})",
        "{0}: the argument must be {1}, found {3}",
    ),
    ("Function '{}' expects 1 arguments but received {}", "{0}: must have 1 argument, found {1}"),
    (
        "Function '{}' expects {} arguments but received {}",
        "{0}: must have {1} arguments, found {2}",
    ),
    ("Function '{}' expects {} but received {}", "{0}: the argument must be {1}, found {2}"),
    (
        "Failed to coerce arguments to satisfy a call to '{}' function: coercion from {} to the",
        "{0}: the arguments must be of the types that it takes, found {1}",
    ),
    (
        "Cannot create filter with non-boolean predicate '{}' returning {}",
        "WHERE must be BOOLEAN, found {1}",
    ),
    (
        "Unary operator 'NOT' requires a boolean expression, got {}",
        "the operand of NOT must be BOOLEAN, found {0}",
    ),
    (
        "Unary operator '{}' only supports",
        "the operand of {0} must be a number, found another type",
    ),
    (
        "Cannot access field at argument 1: type {} is not Struct",
        "a field must be that of a STRUCT, found {0}",
    ),
    (
        "unnest() can only be applied to array",
        "unnest: the argument must be a list or a STRUCT, found another type",
    ),
    ("Expected LIMIT to be an integer or null, but got {}", "LIMIT must be a number, found {0}"),
    ("LIMIT must be >= 0, '{}' was provided", "LIMIT must be >= 0, got {0}"),
    ("Cannot infer common argument type for comparison operation {}", OPERANDS),
    ("Cannot infer common argument type for regex operation {}", OPERANDS),
    ("Cannot infer common type for bitwise operation {}", OPERANDS),
    ("Invalid comparison operation: {}", OPERANDS),
    ("Unsupported CAST from {} to {}", "CAST must be to a type that {0} can become, found {1}"),
    (
        "Failed to coerce then ({}) and else ({}) to common types",
        "the branches of CASE must be of one type, found {0} and {1}",
    ),
    (
        "Failed to coerce case ({}) and when ({}) to common types",
        "the values of CASE must be of one type, found {0} and {1}",
    ),
    (
        "Failed to unify argument types of make_array: {}",
        "the elements of a list must be of one type, found {0}",
    ),
    (
        "Incompatible inputs for Union: Previous inputs were of type {}, but got incompatible type \
         {} on column {}",
        "queries of a UNION must have columns of the same types, found {0} and {1} in column {2}",
    ),
    (
        "Inconsistent data type across values list at row {} column {}. Was {} but found {}",
        "rows of VALUES must have the same types, found {2} and {3}",
    ),
    ("{} does not support types {}", "{0}: the arguments must be of other types, found {1}"),
    ("{} does not support type: {}", "{0}: the argument must be of another type, found {1}"),
    ("{} does not support type {}", "{0}: the argument must be of another type, found {1}"),
    (
        "Unsupported argument types {} for function {}",
        "{1}: the arguments must be of other types, found {0}",
    ),
    (
        "{} function unsupported data type at index {}: {}",
        "{0}: the argument must be of another type, found {2}",
    ),
    // How many arguments.
    ("{} function requires {} argument, got {}", "{0}: must have {1} argument, found {2}"),
    ("{} function requires {} arguments, got {}", "{0}: must have {1} arguments, found {2}"),
    (
        "{} expects at least {} arguments, got {}",
        "{0}: must have at least {1} arguments, found {2}",
    ),
    (
        "{} requires at least {} arguments, got {}",
        "{0}: must have at least {1} arguments, found {2}",
    ),
    (
        "{} requires an even number of arguments",
        "{0}: must have an even number of arguments, found an odd one",
    ),
    ("'{}' does not support zero arguments", "{0}: must have arguments, found none"),
    ("{} does not support zero arguments", "{0}: must have arguments, found none"),
    ("{} was called without any arguments", "{0}: must have arguments, found none"),
    (
        "{} was called with {} arguments. It requires only {}",
        "{0}: must have {2} argument, found {1}",
    ),
    (
        "The function '{}' expected {} argument(s) but received {}",
        "{0}: must have {1} arguments, found {2}",
    ),
    (
        "The function '{}' expected {} arguments but received {}",
        "{0}: must have {1} arguments, found {2}",
    ),
    (
        "The function '{}' expected zero argument but received {}",
        "{0}: must have no arguments, found {1}",
    ),
    ("The function '{}' expected {} but received {}", "{0}: an argument must be {1}, found {2}"),
    (
        "{} requires non-empty constant string",
        "{0}: the first argument must be a constant text, found another",
    ),
    (
        "{} requires its second argument to be a non-empty constant string",
        "{0}: the second argument must be a constant text, found another",
    ),
    (
        "Unknown parameter name '{}'. Valid parameters are: [{}]",
        "argument '{0}' not found (the arguments are {1})",
    ),
    (
        "{} function '{}' does not support named arguments",
        "{1}: arguments must be given by position, found a name",
    ),
    ("Unsupported function argument type: {}", "an argument must be a plain value, found {0}"),
    ("Config value \"{}\" not found on", "setting '{0}' not found"),
    // Names.
    ("No field named {}. Did you mean '{}'?", "column {0} not found; did you mean '{1}'?"),
    ("No field named {}. Valid fields are {}", "column {0} not found (the columns are {1})"),
    ("No field named {}", "column {0} not found"),
    (
        "Ambiguous reference to unqualified field {}",
        "column {0} must be named with its table, found it in more than one",
    ),
    ("Invalid qualifier {}", "alias '{0}' not found (no table of FROM is called so)"),
    ("Invalid function '{}'. Did you mean '{}'?", "function '{0}' not found; did you mean '{1}'?"),
    ("Could not find config namespace for key \"{}\"", "setting '{0}' not found"),
    ("'{}' is not a variable which can be viewed", "setting '{0}' not found"),
    ("Prepared statement '{}' does not exist", "prepared statement '{0}' not found"),
    ("Table '{}' doesn't exist", "table '{0}' not found"),
    (
        "Table '{}' already exists",
        "table '{0}' must be new, found one of that name (CREATE OR REPLACE TABLE replaces it)",
    ),
    ("Unsupported SQL type {}", "type {0} not found"),
    (
        "WITH query name \"{}\" specified more than once",
        "WITH must give a name once, found {0} twice",
    ),
    (
        "Projections require unique expression names but the expression \"{}\" at position {} and",
        "columns must have names of their own, found {0} twice (name one with AS)",
    ),
    (
        "Source table contains {} columns but only {} names given as column alias",
        "a list of column names must have {0} names, found {1}",
    ),
    ("View '{}' doesn't exist", "view '{0}' not found"),
    ("Schema '{}' doesn't exist", "schema '{0}' not found"),
    ("failed to resolve schema: {}", "schema '{0}' not found"),
    ("failed to resolve catalog: {}", "catalog '{0}' not found"),
    (
        "Cannot drop schema {} because other tables depend on it: {}",
        "schema '{0}' must be empty, found {1} in it (DROP SCHEMA ... CASCADE)",
    ),
    (
        "Prepared statement '{}' already exists",
        "prepared statement '{0}' must be new, found one of that name (DEALLOCATE removes it)",
    ),
    (
        "Prepared statement '{}' expects {} parameters, but {} provided",
        "prepared statement '{0}' must have {1} values, found {2}",
    ),
    (
        "Prepare specifies {} data types but query has {} parameters",
        "PREPARE must have {1} types, found {0}",
    ),
    ("EXECUTE statement requires a name", "EXECUTE must name a statement, found none"),
    ("Unknown placeholder: {}", "{0} must have a value, found none"),
    ("Could not find config namespace \"{}\"", "setting '{0}' not found"),
    (
        "Config field {} is a scalar {} and does not have",
        "setting '{0}' must have no parts, found one",
    ),
    (
        "provided value for '{}' was not recognized: {}",
        "setting '{0}' must be one of its values, got {1}",
    ),
    ("Provided string was not `true` or `false`", "a setting must be true or false, found another"),
    (
        "no suitable object store found for {}. See",
        "{0}: must be a file on disk or in a store that the program has, found another place",
    ),
    ("parquet files are at least 8 bytes long, but", "must be Parquet, found another kind of file"),
    ("No files found at {}. Cannot", "{0}: must hold a file, found none"),
    (
        "Schema contains duplicate unqualified field name {}",
        "columns must have names of their own, found {0} twice (name one with AS)",
    ),
    (
        "Schema contains duplicate qualified field name {}",
        "columns must have names of their own, found {0} twice (name one with AS)",
    ),
    (
        "Schema contains qualified field name {} and unqualified field name {} which",
        "columns must have names of their own, found {0} and {1} (name one with AS)",
    ),
    ("The window {} is not defined", "window '{0}' not found"),
    ("The window {} is defined multiple times", "WINDOW must give a name once, found {0} twice"),
    // Forms of queries.
    (
        "For SELECT DISTINCT, ORDER BY expressions {} must appear in select list",
        "ORDER BY after SELECT DISTINCT must name a column of the result, found {0} (ORDER BY 1, or \
         a name given with AS)",
    ),
    (
        "Column in {} must be in GROUP BY or an aggregate function: While expanding wildcard, \
         column \"{}\" must",
        "column {1} must be in GROUP BY or in an aggregate function, found it in {0}",
    ),
    (
        "Aggregate functions are not allowed in the WHERE clause",
        "WHERE must not have aggregate functions, found one (use HAVING)",
    ),
    (
        "Aggregate function calls cannot be nested: {} is nested inside '{}'",
        "aggregate functions must not be nested, found {1}",
    ),
    (
        "Argument {} to grouping function is not in grouping columns",
        "GROUPING must have columns of GROUP BY, found {0}",
    ),
    (
        "Invalid window frame: start bound ({}) cannot be larger than end bound ({})",
        "a frame must start before it ends, found {0} to {1}",
    ),
    (
        "COUNT DISTINCT with multiple arguments",
        "count(DISTINCT ...) must have one argument, found more",
    ),
    (
        "Too many columns! The subquery should only return one column: {}",
        "a query in the place of a value must have one column, found {0}",
    ),
    (
        "Order by column out of bounds, specified: {}, max: {}",
        "ORDER BY must have positions from 1 to {1}, got {0}",
    ),
    (
        "Inconsistent data length across values list: got {} values in row {} but expected {}",
        "rows of VALUES must have {2} values, found {0}",
    ),
    (
        "UNION queries have different number of columns",
        "queries of a UNION must have the same number of columns, found different ones",
    ),
    ("Expected: {}, found: EOF", "SQL must go on with {0}, found its end"),
    ("Expected: {}, found: {}", "SQL must go on with {0}, found {1}"),
    (
        "Window function calls cannot be nested",
        "window functions must not be nested, found one in another",
    ),
    (
        "Aggregate function calls cannot contain window function calls",
        "aggregate functions must not contain window functions, found one",
    ),
    (
        "FILTER clause can only be used with aggregate window functions. Found in {}",
        "FILTER must be with an aggregate function, found it in {0}",
    ),
    (
        "[IGNORE | RESPECT] NULLS are not permitted for {}",
        "IGNORE NULLS must be with a function that has it, found {0}",
    ),
    (
        "WITHIN GROUP is only supported for ordered-set aggregate functions",
        "WITHIN GROUP must be with an ordered-set aggregate, found another",
    ),
    (
        "RANGE requires exactly one ORDER BY column",
        "RANGE must have one column in ORDER BY, found another number",
    ),
    ("GROUPS requires an ORDER BY clause", "GROUPS must have ORDER BY, found none"),
    (
        "Cannot find column with position {} in SELECT clause. Valid columns: {}",
        "GROUP BY must have positions from {1}, got {0}",
    ),
    ("SELECT * with no tables specified", "SELECT * must have FROM, found none"),
    ("SELECT list is empty after", "SELECT must have a column, found none"),
    ("join condition should not be empty", "JOIN must have a condition, found none"),
    ("Unsupported LIMIT expression", "LIMIT must be a number, found another expression"),
    ("Unsupported OFFSET expression", "OFFSET must be a number, found another expression"),
    (
        "In/Exist/SetComparison subquery can only be used in",
        "a subquery must be in SELECT, WHERE or JOIN, found one elsewhere",
    ),
    (
        "Physical plan does not support logical expression OuterReferenceColumn",
        "a subquery must use columns of the query around it in WHERE, found one elsewhere",
    ),
    (
        "Physical plan does not support logical expression Exists",
        "EXISTS (...) must be in WHERE, found it elsewhere (join, or count(*) > 0)",
    ),
    (
        "Physical plan does not support logical expression InSubquery",
        "IN (SELECT ...) must be in WHERE, found it elsewhere (join)",
    ),
    (
        "Physical plan does not support logical expression WindowFunction",
        "WHERE must not have window functions, found one (use QUALIFY)",
    ),
    (
        "Physical plan does not support logical expression",
        "an expression must be in a place that takes it, found another",
    ),
    (
        "Unnest should be rewritten to",
        "unnest must be a column of its own, found it in another place",
    ),
    (
        "Assertion failed: struct_allowed: unnest on struct",
        "unnest of a STRUCT must be a column of its own, found it in an expression",
    ),
    (
        "Cannot execute pipeline breaking queries",
        "a query of an endless table must not sort or group it, found that it does",
    ),
    (
        "{} is source dependent and cannot be evaluated directly",
        "{0} must be in a query of files, found it elsewhere",
    ),
    (
        "Missing {} clause in CREATE EXTERNAL TABLE",
        "CREATE EXTERNAL TABLE must have {0}, found none",
    ),
    ("{} specified more than once", "{0} must be given once, found it twice"),
    ("sql parser error: recursion limit exceeded", "SQL must be less deep, found too many levels"),
    (
        "schema provider does not support registering tables",
        "a table must be in a schema of its own, found one that is read only",
    ),
    // What is not supported.
    ("Physical plan does not support DistributeBy", "DISTRIBUTE BY is not supported"),
    ("FETCH clause is not supported", "FETCH is not supported (LIMIT)"),
    (
        "`UNPIVOT{}` pipe operator is not supported yet",
        "|> UNPIVOT is not supported (FROM t UNPIVOT)",
    ),
    ("`PIVOT{}` pipe operator is not supported yet", "|> PIVOT is not supported (FROM t PIVOT)"),
    ("`{}` pipe operator is not supported yet", "|> {0} is not supported"),
    ("Check constraints are not", "CHECK is not supported"),
    ("Calling {}: {} not supported in function arguments", "{0}: {1} is not supported"),
    ("Operator {} is not yet supported", "operator {0} is not supported"),
    ("Foreign key constraints are not", "FOREIGN KEY is not supported"),
    ("Temporary tables not supported", "CREATE TEMPORARY TABLE is not supported"),
    ("Temporary views not supported", "CREATE TEMPORARY VIEW is not supported"),
    (
        "Unable to create table with format {}! Could",
        "STORED AS must be one of PARQUET, CSV, JSON, ARROW, got {0}",
    ),
    ("SHOW TABLES IN not supported", "SHOW TABLES IN is not supported"),
    ("Unsupported ast node in sqltorel: {}", NOT_SUPPORTED),
    ("Unsupported ast node {}", NOT_SUPPORTED),
    ("Unsupported SQL statement: {}", NOT_SUPPORTED),
    ("Unsupported logical plan: {}", NOT_SUPPORTED),
    (
        "Unsupported interval argument. Expected string literal or number, got: {}",
        "INTERVAL must be a literal such as INTERVAL '1 month', found an expression",
    ),
    (
        "Substring without for/from is not valid {}",
        "substr: the argument 'start_pos' must be given, found none",
    ),
    ("Binary operator '{}' is not supported in the physical expr", "operator {0} is not supported"),
    ("Function factory has not been configured", "CREATE FUNCTION is not supported"),
    (
        "There is no registered file format with ext {}",
        "COPY must write .parquet, .csv, .json or .arrow, got .{0}",
    ),
    (
        "Unable to find factory for {}",
        "STORED AS must be one of PARQUET, CSV, JSON, ARROW, got {0}",
    ),
];

/// What a function says of its arguments.
const OF_A_FUNCTION: &str = "Function '{}' user-defined coercion failed with: {}";

const VALUE: &str = "a value must be {1}, got '{0}' (TRY_CAST makes it NULL)";
const OPERANDS: &str = "operands must fit each other, found {0} (CAST one of them)";
const NOT_SUPPORTED: &str = "{kind} is not supported";

/// What to write in the place of what is not supported.
const INSTEAD: &[(&str, &str)] = &[
    ("ALTER TABLE", "CREATE OR REPLACE TABLE ... AS SELECT"),
    ("CLUSTER BY", "ORDER BY"),
    ("SORT BY", "ORDER BY"),
    ("TOP", "LIMIT"),
    ("LATERAL VIEWS", "unnest"),
];

/// Functions that the engine knows as windows only, and does not find as others.
const WINDOWS: &[&str] = &[
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// A message of the engine in our words; one of ours comes out as it is.
pub(super) fn reworded(message: &str) -> String {
    if is_ours(message) {
        return constants_in_sql(message);
    }
    if let Some((before, [name, inner])) = holes(OF_A_FUNCTION, message)
        .and_then(|(before, holes)| Some((before, <[&str; 2]>::try_from(holes).ok()?)))
    {
        let inner = reworded(inner);
        let name = if inner.contains(name) { String::new() } else { format!("{name}: ") };
        return format!("{before}{name}{inner}");
    }
    let fit = |(pattern, words): &(&str, &str)| {
        let (before, holes) = holes(pattern, message)?;
        Some(format!("{before}{}", filled(words, &holes)))
    };
    // A clause by its name, and nothing else: `TOP`.
    let is_clause = message.chars().all(|letter| letter.is_ascii_uppercase() || letter == ' ');
    let clause = || (is_clause && !message.is_empty()).then(|| not_supported(message));
    let message = memory(message)
        .or_else(|| REWORDED.iter().find_map(fit))
        .or_else(clause)
        .unwrap_or_else(|| without_trees(message));
    in_sql(&message)
}

/// Whether a message says already what must be and what was, so that nothing in it is the engine's.
fn is_ours(message: &str) -> bool {
    let says_what_was = [", got ", ", found ", ", but "].iter().any(|was| message.contains(was));
    message.contains("must ") && says_what_was
}

/// What is in the holes of a pattern that stands at the beginning of a text, or after a place; and
/// that place.
fn holes<'a>(pattern: &str, text: &'a str) -> Option<(&'a str, Vec<&'a str>)> {
    let mut parts = pattern.split("{}");
    let first = parts.next()?;
    let start = text.find(first).or_else(|| text.find(&lower(first)))?;
    let before = &text[..start];
    if !(before.is_empty() || before.ends_with(": ")) {
        return None;
    }
    let mut rest = &text[start + first.len()..];
    let mut holes = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let end =
            if part.is_empty() && parts.peek().is_none() { rest.len() } else { rest.find(part)? };
        let hole = &rest[..end];
        // A message may end with a full stop.
        holes.push(if end == rest.len() { hole.trim_end_matches(['.', ' ']) } else { hole });
        rest = &rest[end + part.len()..];
    }
    Some((before, holes))
}

/// A text with its first letter in lower case: the engine does both.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_lowercase).chain(letters).collect()
}

fn filled(words: &str, holes: &[&str]) -> String {
    let first = holes.first().copied().unwrap_or_default();
    if words == NOT_SUPPORTED {
        return not_supported(first);
    }
    if words.starts_with("function") && WINDOWS.contains(&first) {
        return format!("{first}: OVER (...) must be given, found none");
    }
    // The engine asks for the nearest name, however far it is.
    let bare = |name: &str| name.rsplit('.').next().unwrap_or(name).trim_matches('"').to_owned();
    let words = match (words.split_once("; did you mean"), holes) {
        (Some((words, _)), [name, near]) if likeness(&bare(name), &bare(near)).is_none() => words,
        _ => words,
    };
    let is_of_kinds = words.starts_with("{0}: the argument must be");
    let mut text = String::new();
    let mut rest = words;
    // In one pass: what is in a hole may have braces of its own.
    while let Some((before, (number, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        let hole = number.parse::<usize>().ok().and_then(|i| holes.get(i)).copied();
        text.push_str(before);
        text.push_str(match hole.unwrap_or_default() {
            "Numeric" | "Decimal" | "Integer" | "Float" if is_of_kinds => "a number",
            "String" if is_of_kinds => "VARCHAR",
            hole => hole,
        });
        rest = after;
    }
    text + rest
}

/// `MERGE INTO is not supported`, of a statement, or of a tree such as `MatchRecognize { table: ... }`.
fn not_supported(what: &str) -> String {
    let is_upper = |word: &&str| word.chars().all(|letter| letter.is_ascii_uppercase());
    let words: Vec<&str> = what.split_whitespace().take(2).take_while(is_upper).collect();
    let kind = if words.is_empty() { kind(what) } else { words.join(" ") };
    match INSTEAD.iter().find(|(known, _)| *known == kind) {
        Some((_, instead)) => format!("{kind} is not supported ({instead})"),
        None => format!("{kind} is not supported"),
    }
}

/// `MATCH RECOGNIZE` for `MatchRecognize { ... }`.
fn kind(tree: &str) -> String {
    let name = tree.trim_start_matches('[');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    let mut words = String::new();
    for letter in name[..end].chars() {
        if letter.is_ascii_uppercase() && words.ends_with(|last: char| last.is_ascii_lowercase()) {
            words.push(' ');
        }
        words.push(letter);
    }
    words.to_uppercase()
}

/// A text without the syntax trees that the engine prints: `Value(ValueWithSpan { ... })`.
fn without_trees(text: &str) -> String {
    // Such a tree has a name before its brace, and names of fields within.
    let is_field = |rest: &str| {
        let end = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(0);
        end > 0 && rest[end..].starts_with(": ")
    };
    let is_name = |c: char| c.is_ascii_alphanumeric();
    let brace = text
        .match_indices(" { ")
        .find(|(at, brace)| text[..*at].ends_with(is_name) && is_field(&text[at + brace.len()..]));
    let Some((brace, _)) = brace else {
        return match text.split_once(" not supported for Base table") {
            Some((what, _)) => not_supported(what),
            None => text.to_owned(),
        };
    };
    let start = text[..brace].trim_end_matches(|c: char| is_name(c) || "([".contains(c)).len();
    let mut depth = 0;
    let end = text[start..].char_indices().find(|(_, letter)| {
        match letter {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => return false,
        }
        depth == 0
    });
    let end = end.map_or(text.len(), |(at, _)| start + at + 1);
    let before = text[..start].trim_end_matches([' ', ':', '\'', '"']);
    let after = text[end..].trim_start_matches(['\'', '"']);
    let text = match before.split_once(" not supported") {
        Some((what, _)) => not_supported(what),
        None if before.is_empty() => not_supported(&text[start..end]),
        None => before.to_owned(),
    };
    // Another tree, and it is as well not to say what is about it.
    if after.contains(" { ") { text } else { format!("{text}{after}") }
}

/// What was wanted of a memory that is limited, what was left of it, and its limit.
pub(crate) struct Shortage<'a> {
    who: &'a str,
    pub needed: &'a str,
    pub left: &'a str,
    limit: &'a str,
}

impl<'a> Shortage<'a> {
    pub(crate) fn read(message: &'a str) -> Option<Self> {
        // Who else has memory is told before.
        let at = message.find("Failed to allocate additional ")?;
        let pattern = "Failed to allocate additional {} for {} with {} already allocated for this \
                       reservation - {} remain available for the total memory pool: {}";
        let (_, holes) = holes(pattern, &message[at..])?;
        let [needed, who, _, left, pool] = holes.try_into().ok()?;
        let limit = pool.split_once("pool_size: ").map_or("", |(_, limit)| limit);
        Some(Self { who, needed, left, limit: limit.split([')', ',']).next().unwrap_or_default() })
    }
}

/// What can be done where memory is limited.
pub(crate) const MORE_MEMORY: &str = "raise --memory-limit, or ask for less: fewer indicators, a \
                                      filter";

/// A message about memory in one line; none if it is another, or ours.
fn memory(message: &str) -> Option<String> {
    let Shortage { who, needed, left, limit } = Shortage::read(message)?;
    let what = match who.split(['[', ' ']).next().unwrap_or_default() {
        "ExternalSorter" | "ExternalSorterMerge" | "TopK" => "ORDER BY",
        "GroupedHashAggregateStream" | "AggregateStream" => "GROUP BY",
        "HashJoinInput" | "NestedLoopJoinLoad" | "CrossJoinExec" | "SMJStream" => "JOIN",
        _ => "the query",
    };
    Some(format!(
        "{what} must fit into the memory limit of {limit}, found {needed} needed and {left} left \
         ({MORE_MEMORY})"
    ))
}
