//! How the options are written where a table is read: in SQL or on the command line.

/// Where a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Door {
    /// `FROM read_table('file', missing => ['..'])`.
    #[default]
    Query,
    /// `goalposts import file --missing ..`.
    Import,
}

impl Door {
    /// An option of one word: `decimal => ','` or `--decimal ','`.
    pub fn option(self, name: &str, value: &str) -> String {
        match self {
            Self::Query => format!("{name} => '{}'", value.replace('\'', "''")),
            Self::Import => format!("--{name} {}", shell(value)),
        }
    }

    /// An option of several words: `missing => ['..', 'NA']` or `--missing '..,NA'`.
    pub fn options<'a>(self, name: &str, values: impl IntoIterator<Item = &'a str>) -> String {
        match self {
            Self::Query => {
                let values = values.into_iter();
                let values: Vec<_> =
                    values.map(|value| format!("'{}'", value.replace('\'', "''"))).collect();
                format!("{name} => [{}]", values.join(", "))
            }
            Self::Import => {
                let values: Vec<_> = values.into_iter().collect();
                format!("--{name} {}", shell(&values.join(",")))
            }
        }
    }

    /// An option that is on or off.
    pub fn switch(self, name: &str) -> String {
        match self {
            Self::Query => format!("{name} => true"),
            Self::Import => format!("--{name}"),
        }
    }

    /// An option that is a number.
    pub fn number(self, name: &str, value: u64) -> String {
        match self {
            Self::Query => format!("{name} => {value}"),
            Self::Import => format!("--{name} {value}"),
        }
    }

    /// A text with the options in it as they are written here; in it they are as in SQL.
    pub fn advice(self, text: &str) -> String {
        const IN_TEXTS: [&str; 4] = ["encoding", "member", "range", "sheet"];
        match self {
            Self::Query => text.to_owned(),
            Self::Import => IN_TEXTS.iter().fold(text.to_owned(), |text, name| {
                text.replace(&format!("{name} => "), &format!("--{name} "))
            }),
        }
    }

    /// The name of an option.
    pub fn name(self, name: &str) -> String {
        match self {
            Self::Query => name.to_owned(),
            Self::Import => format!("--{name}"),
        }
    }

    /// The option that gives columns types.
    pub fn types(self) -> &'static str {
        match self {
            Self::Query => "types",
            Self::Import => "--type",
        }
    }

    /// The option that gives one column a type.
    pub fn typed(self, column: &str, sql: &str) -> String {
        let name = self.types().trim_start_matches('-');
        self.options(name, [format!("{column}={sql}").as_str()])
    }

    /// What is said before the first option.
    pub fn how(self) -> &'static str {
        match self {
            Self::Query => "read_table(...) with ",
            Self::Import => "",
        }
    }
}

/// A word as a shell takes it.
fn shell(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.,:/=+%@".contains(&byte);
    match !word.is_empty() && word.bytes().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', r"'\''")),
    }
}
