//! The commands of the shell: what `\?` says of them, and their names.

/// What `\?` says.
pub const HELP: &str = "\
SELECT ...;        a statement, which may span several lines
\\d                 tables            \\d TABLE       columns of a table
\\h                 functions         \\h FUNCTION    documentation of one
\\f FORMAT          table, csv, csv2, tsv, json, ndjson, markdown, latex
\\rows N            rows shown at most, first and last (0: all)
\\timing [on|off]   print row count and time after each result
\\set NAME VALUE    value of $NAME in statements
\\i FILE            run the statements of a file
\\q                 leave (also Ctrl-D); Ctrl-C cancels a query or clears the line";

/// The commands, as Tab offers them.
pub const COMMANDS: &[&str] = &["?", "d", "f", "h", "i", "q", "rows", "set", "timing"];
