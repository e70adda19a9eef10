//! Texts that are periods, and the type of a column of them.
//!
//! | form         | written                                                       | canonical    |
//! |--------------|---------------------------------------------------------------|--------------|
//! | year         | `1990`, `1990年`                                              | `1990`       |
//! | year of work | `2022/23`, `2022-23` where 23 is no month                     | `2022/23`    |
//! | half year    | `2023-S1`, `2023-H1`, `2023H1`, `H1 2023`, `2023年上半年`     | `2023-S1`    |
//! | quarter      | `2023-Q1`, `2023Q1`, `2023 Q1`, `Q1 2023`, `2023年第一季度`   | `2023-Q1`    |
//! | month        | `2023-07`, `2023-M07`, `2023M7`, `2023年7月`                  | `2023-07`    |
//! | week         | `2023-W05`, `2023W5`                                          | `2023-W05`   |
//! | date         | `2024-01-31`, `2024/1/31`, `2024年1月31日`                    | `2024-01-31` |
//!
//! Blanks around a text and the case of its letters do not count.

use std::borrow::Cow;

/// A period, as a text names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Period {
    /// A year of the calendar, 1000 to 2999.
    Year(i32),
    /// A day that the calendar has.
    Date {
        /// 1000 to 2999.
        year: i32,
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
    /// Any other, in the form of SDMX: `2023-Q1`, `2023-07`, `2023-S1`, `2023-W05`; or `2022/23`.
    Text(String),
}

/// The type of a column of periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodType {
    /// Whole numbers.
    Year,
    /// Days since 1970-01-01.
    Date,
    /// Texts in the form of SDMX, a year as `2023`.
    Text,
}

impl Period {
    /// The period as a text: `2023`, `2024-01-31`, `2023-Q1`.
    pub fn canonical(&self) -> Cow<'_, str> {
        match self {
            Self::Year(year) => Cow::Owned(year.to_string()),
            Self::Date { year, month, day } => Cow::Owned(format!("{year}-{month:02}-{day:02}")),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }

    /// The days since 1970-01-01, if the period is a date.
    pub fn days(&self) -> Option<i32> {
        match self {
            Self::Date { year, month, day } => Some(days(*year, *month, *day)),
            Self::Year(_) | Self::Text(_) => None,
        }
    }
}

/// The type that all periods fit; of none it is `Text`.
pub fn common<'a>(periods: impl IntoIterator<Item = &'a Period>) -> PeriodType {
    let type_of = |period: &Period| match period {
        Period::Year(_) => PeriodType::Year,
        Period::Date { .. } => PeriodType::Date,
        Period::Text(_) => PeriodType::Text,
    };
    let mut types = periods.into_iter().map(type_of);
    let Some(first) = types.next() else { return PeriodType::Text };
    if types.all(|next| next == first) { first } else { PeriodType::Text }
}

/// The period that a text is, if it is one.
pub fn parse(text: &str) -> Option<Period> {
    let text = text.trim();
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        let (part, year) = text.split_once(' ')?;
        let year = whole_year(year.trim_start())?;
        return if part.starts_with(['Q', 'q', 'H', 'h']) { lettered(year, part) } else { None };
    }
    let (year, rest) = (text.get(..4)?, text.get(4..)?);
    let year = whole_year(year)?;
    if rest.is_empty() {
        return Some(Period::Year(year));
    }
    match rest.strip_prefix('年') {
        Some(rest) => chinese(year, rest.trim_start()),
        None => date(year, rest)
            .or_else(|| month(year, rest))
            .or_else(|| two_years(year, rest))
            .or_else(|| lettered(year, rest.strip_prefix(['-', ' ']).unwrap_or(rest))),
    }
}

fn whole_year(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|year| is_year && (1000..=2999).contains(year))
}

/// A number of one or two digits that is not above `most`.
fn number(text: &str, most: u32) -> Option<u32> {
    let is_short = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_short && (1..=most).contains(number))
}

/// `-01-31` and `/1/31`.
fn date(year: i32, rest: &str) -> Option<Period> {
    let between = rest.chars().next().filter(|first| matches!(first, '-' | '/'))?;
    let (month, day) = rest[1..].split_once(between)?;
    checked_date(year, number(month, 12)?, number(day, 31)?)
}

fn checked_date(year: i32, month: u32, day: u32) -> Option<Period> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (day <= last).then_some(Period::Date { year, month, day })
}

/// `-07`, with both digits: `2023-1` may be a quarter as well.
fn month(year: i32, rest: &str) -> Option<Period> {
    let month = rest.strip_prefix('-').filter(|digits| digits.len() == 2)?;
    Some(Period::Text(format!("{year}-{:02}", number(month, 12)?)))
}

/// `/23` and `-23` after 2022.
fn two_years(year: i32, rest: &str) -> Option<Period> {
    let second = rest.strip_prefix(['/', '-'])?;
    let next = format!("{:02}", (year + 1) % 100);
    (second == next).then(|| Period::Text(format!("{year}/{next}")))
}

/// `Q1`, `M07`, `S1`, `H1`, `W05`.
fn lettered(year: i32, part: &str) -> Option<Period> {
    let letter = part.chars().next().filter(char::is_ascii_alphabetic)?;
    let digits = &part[1..];
    let one_digit = |most| number(digits, most).filter(|_| digits.len() == 1);
    Some(Period::Text(match letter.to_ascii_uppercase() {
        'Q' => format!("{year}-Q{}", one_digit(4)?),
        'S' | 'H' => format!("{year}-S{}", one_digit(2)?),
        'M' => format!("{year}-{:02}", number(digits, 12)?),
        'W' => format!("{year}-W{:02}", number(digits, weeks(year))?),
        _ => return None,
    }))
}

/// What follows `2023年`.
fn chinese(year: i32, rest: &str) -> Option<Period> {
    if rest.is_empty() {
        return Some(Period::Year(year));
    }
    if let Some(half) = ["上半年", "下半年"].iter().position(|half| rest == *half) {
        return Some(Period::Text(format!("{year}-S{}", half + 1)));
    }
    if let Some(quarter) = rest.strip_suffix("季度") {
        let quarter = quarter.strip_prefix('第').unwrap_or(quarter).trim();
        let spelled = ["一", "二", "三", "四"].iter().position(|spelled| quarter == *spelled);
        let digit = || quarter.parse().ok().filter(|q| quarter.len() == 1 && (1..=4).contains(q));
        let quarter = spelled.map(|position| position + 1).or_else(digit)?;
        return Some(Period::Text(format!("{year}-Q{quarter}")));
    }
    let (month, day) = rest.split_once('月')?;
    let month = number(month.trim(), 12)?;
    match day.trim_start().strip_suffix('日') {
        Some(day) => checked_date(year, month, number(day.trim(), 31)?),
        None => day.is_empty().then(|| Period::Text(format!("{year}-{month:02}"))),
    }
}

/// How many weeks a year has (ISO 8601): 53 if it begins or ends on a Thursday.
fn weeks(year: i32) -> u32 {
    // Day 0, 1970-01-01, was a Thursday.
    let is_thursday = |month, day| days(year, month, day).rem_euclid(7) == 0;
    if is_thursday(1, 1) || is_thursday(12, 31) { 53 } else { 52 }
}

/// The days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i32, month: u32, day: u32) -> i32 {
    // The year is taken to begin in March, so that 29 February is its last day.
    let year = if month <= 2 { year - 1 } else { year };
    let months = (month as i32 + 9) % 12;
    let in_year = (153 * months + 2) / 5 + day as i32 - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + in_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let period = parse(text);
        assert_eq!(period.as_ref().map(Period::canonical).as_deref(), Some(canonical), "{text}");
        // The canonical form is a period and stays as it is.
        assert_eq!(parse(canonical), period, "{canonical}");
    }

    #[test]
    fn forms() {
        for (texts, canonical) in [
            ("1990|1990年| 1990 |\u{3000}1990", "1990"),
            ("2022/23|2022-23", "2022/23"),
            ("1999/00|1999-00", "1999/00"),
            ("2023-S1|2023-H1|2023H1|2023 h1|H1 2023|2023年上半年", "2023-S1"),
            ("2023年下半年|2023-S2", "2023-S2"),
            ("2023-Q1|2023Q1|2023 Q1|Q1 2023|q1 2023|2023年1季度|2023年第一季度", "2023-Q1"),
            ("2023年四季度|2023年第4季度|2023-Q4", "2023-Q4"),
            ("2023-07|2023-M07|2023M07|2023M7|2023m7|2023年7月|2023年07月", "2023-07"),
            ("2009-10|2009年10月", "2009-10"),
            ("2009/10", "2009/10"),
            ("2023-W05|2023W5|2023-W5", "2023-W05"),
            ("2020-W53", "2020-W53"),
            ("2024-01-31|2024/1/31|2024年1月31日|2024-1-31", "2024-01-31"),
            ("2024-02-29|2024年2月29日", "2024-02-29"),
            ("2000-02-29", "2000-02-29"),
        ] {
            for text in texts.split('|') {
                check(text, canonical);
            }
        }
    }

    #[test]
    fn none() {
        for text in [
            "",
            " ",
            "1",
            "199",
            "12345",
            "0999",
            "3000",
            "19 90",
            "+199",
            "199x",
            "１９９０",
            "2023-02-29",
            "1900-02-29",
            "2023-04-31",
            "2023-13-01",
            "2023-00-01",
            "2023-1-0",
            "2024-1/31",
            "2024-01-31-",
            "2023-13",
            "2023-1",
            "2023-00",
            "2022/24",
            "2022/22",
            "2023-Q5",
            "2023Q0",
            "2023-Q01",
            "Q1",
            "Q5 2023",
            "M7 2023",
            "Q12023",
            "2023-H3",
            "2023M13",
            "2023M",
            "2023-W54",
            "2021-W53",
            "2023--Q1",
            "2023年13月",
            "2023年第五季度",
            "2023年2月30日",
            "2023年7",
            "2023年7月1",
            "2023年季度",
            "年",
            "2023 年度",
            "éé",
            "199é",
            "2023é1",
            "FY2022",
            "1990 [YR1990]",
            "Q1 ２０２３",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_dates() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2024-01-31", 19_753),
            ("1000-01-01", -354_285),
            ("2999-12-31", 376_199),
        ] {
            assert_eq!(parse(text).and_then(|period| period.days()), Some(expected), "{text}");
        }
        assert_eq!(Period::Year(1970).days(), None);
        // Day by day, each is one after the one before.
        let mut before = days(1895, 12, 31);
        for year in 1896..=2104 {
            for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
                if checked_date(year, month, day).is_some() {
                    assert_eq!(days(year, month, day), before + 1);
                    before += 1;
                }
            }
        }
    }

    #[test]
    fn types() {
        let of = |texts: &str| {
            let periods: Vec<_> = texts.split_whitespace().filter_map(parse).collect();
            common(&periods)
        };
        assert_eq!(of("1990 2024年"), PeriodType::Year);
        assert_eq!(of("2024-01-31 2024/2/29"), PeriodType::Date);
        assert_eq!(of("2024-01-31 2024"), PeriodType::Text);
        assert_eq!(of("2023 2023-Q1"), PeriodType::Text);
        assert_eq!(of("2023-07"), PeriodType::Text);
        assert_eq!(of(""), PeriodType::Text);
    }
}
