//! Texts that are periods: what they name, where they lie in time, and which lie within which.
//!
//! | form         | written                                                       | canonical    |
//! |--------------|---------------------------------------------------------------|--------------|
//! | year         | `1990`, `1990年`                                              | `1990`       |
//! | split year   | `2022/23`, `2022-23` where 23 is no month                     | `2022/23`    |
//! | half year    | `2023-S1`, `2023-H1`, `2023H1`, `H1 2023`, `2023年上半年`     | `2023-S1`    |
//! | quarter      | `2023-Q1`, `2023Q1`, `2023 Q1`, `Q1 2023`, `2023年第一季度`   | `2023-Q1`    |
//! | month        | `2023-07`, `2023-M07`, `2023M7`, `2023年7月`                  | `2023-07`    |
//! | week         | `2023-W05`, `2023W5`                                          | `2023-W05`   |
//! | date         | `2024-01-31`, `2024/1/31`, `2024年1月31日`                    | `2024-01-31` |
//!
//! Blanks around a text and the case of its letters do not count.

use std::ops::RangeInclusive;

/// A period, as a text names it. Years are 1000 to 2999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// A year of the calendar.
    Year(i32),
    /// A year across two of the calendar, `2022/23`, by the year it begins in.
    SplitYear(i32),
    /// A half of a year, 1 or 2.
    HalfYear(i32, u32),
    /// A quarter of a year, 1 to 4.
    Quarter(i32, u32),
    /// A month of a year, 1 to 12.
    Month(i32, u32),
    /// A week of a year (ISO 8601), 1 to 53.
    Week(i32, u32),
    /// A day that the calendar has.
    Date {
        /// 1000 to 2999.
        year: i32,
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
    },
}

const YEARS: RangeInclusive<i32> = 1000..=2999;

/// What a period is one of, the longest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cycle {
    /// A year of the calendar.
    Year,
    /// A year across two of the calendar.
    SplitYear,
    /// Half a year.
    HalfYear,
    /// A quarter of a year.
    Quarter,
    /// A month.
    Month,
    /// A week.
    Week,
    /// A day.
    Date,
}

impl Cycle {
    /// Several of it, in words.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Year | Self::SplitYear => "years",
            Self::HalfYear => "half years",
            Self::Quarter => "quarters",
            Self::Month => "months",
            Self::Week => "weeks",
            Self::Date => "dates",
        }
    }

    /// How many months it has, if that is a whole number.
    pub fn months(self) -> Option<i32> {
        match self {
            Self::Year | Self::SplitYear => Some(12),
            Self::HalfYear => Some(6),
            Self::Quarter => Some(3),
            Self::Month => Some(1),
            Self::Week | Self::Date => None,
        }
    }
}

impl Period {
    /// The period as a text: `2023`, `2024-01-31`, `2023-Q1`.
    pub fn canonical(&self) -> String {
        match *self {
            Self::Year(year) => year.to_string(),
            Self::SplitYear(year) => format!("{year}/{:02}", (year + 1) % 100),
            Self::HalfYear(year, half) => format!("{year}-S{half}"),
            Self::Quarter(year, quarter) => format!("{year}-Q{quarter}"),
            Self::Month(year, month) => format!("{year}-{month:02}"),
            Self::Week(year, week) => format!("{year}-W{week:02}"),
            Self::Date { year, month, day } => format!("{year}-{month:02}-{day:02}"),
        }
    }

    /// What it is one of.
    pub fn cycle(&self) -> Cycle {
        match self {
            Self::Year(_) => Cycle::Year,
            Self::SplitYear(_) => Cycle::SplitYear,
            Self::HalfYear(..) => Cycle::HalfYear,
            Self::Quarter(..) => Cycle::Quarter,
            Self::Month(..) => Cycle::Month,
            Self::Week(..) => Cycle::Week,
            Self::Date { .. } => Cycle::Date,
        }
    }

    /// Its place among the periods of its cycle: the next one's is higher by 1. A year has its own
    /// number, a date the days since 1970-01-01.
    pub fn number(&self) -> i32 {
        match *self {
            Self::Year(year) | Self::SplitYear(year) => year,
            Self::HalfYear(year, half) => 2 * year + half as i32 - 1,
            Self::Quarter(year, quarter) => 4 * year + quarter as i32 - 1,
            Self::Month(year, month) => 12 * year + month as i32 - 1,
            // Day 4, 1970-01-05, was a Monday.
            Self::Week(year, week) => (first_monday(year) - 4).div_euclid(7) + week as i32 - 1,
            Self::Date { year, month, day } => days(year, month, day),
        }
    }

    /// The day it begins with, as days since 1970-01-01: of a year across two that of the first.
    pub fn start(&self) -> i32 {
        let number = self.number();
        match (self.cycle(), self.cycle().months()) {
            (_, Some(months)) => {
                let months = number * months;
                days(months.div_euclid(12), months.rem_euclid(12) as u32 + 1, 1)
            }
            (Cycle::Week, None) => 7 * number + 4,
            (_, None) => number,
        }
    }

    /// The days since 1970-01-01, if the period is a date.
    pub fn days(&self) -> Option<i32> {
        matches!(self, Self::Date { .. }).then(|| self.number())
    }

    /// The day of so many days since 1970-01-01, if its year is 1000 to 2999.
    pub fn of_days(days: i64) -> Option<Self> {
        let (year, month, day) = date_of(days);
        let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
        Some(Self::Date { year, month, day })
    }

    /// Whether another period lies within it. A week is in its own year (ISO 8601), and in no month
    /// or quarter; of split years only each in itself.
    pub fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Year(year), Self::Week(of, _)) => year == of,
            _ if self == other => true,
            (Self::Week(..), Self::Date { .. }) => {
                (other.number() - 4).div_euclid(7) == self.number()
            }
            (Self::Date { .. }, _) => false,
            _ => self.first_month().zip(other.first_month()).is_some_and(|(here, there)| {
                let months = |period: &Self| period.cycle().months().unwrap_or(1);
                here <= there && there + months(other) <= here + months(self)
            }),
        }
    }

    /// The months since the year 0 before it, where it begins with one or lies in one.
    fn first_month(&self) -> Option<i32> {
        match *self {
            Self::Year(year) => Some(12 * year),
            Self::HalfYear(..) | Self::Quarter(..) | Self::Month(..) => {
                Some(self.number() * self.cycle().months()?)
            }
            Self::Date { year, month, .. } => Some(12 * year + month as i32 - 1),
            Self::SplitYear(_) | Self::Week(..) => None,
        }
    }

    /// How many periods of a shorter cycle it has; none for days, of which a series need not have each.
    pub fn count(&self, of: Cycle) -> Option<u32> {
        match (self, of) {
            (Self::Year(year), Cycle::Week) => Some(weeks(*year)),
            _ if self.cycle() == of => Some(1),
            _ => {
                let (whole, part) = self.cycle().months().zip(of.months())?;
                u32::try_from(whole / part).ok().filter(|count| *count > 0)
            }
        }
    }
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
    text.parse().ok().filter(|year| is_year && YEARS.contains(year))
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
    (day <= last_day(i64::from(year), month)).then_some(Period::Date { year, month, day })
}

/// How many days a month has.
pub fn last_day(year: i64, month: u32) -> u32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `-07`, with both digits: `2023-1` may be a quarter as well.
fn month(year: i32, rest: &str) -> Option<Period> {
    let month = rest.strip_prefix('-').filter(|digits| digits.len() == 2)?;
    Some(Period::Month(year, number(month, 12)?))
}

/// `/23` and `-23` after 2022.
fn two_years(year: i32, rest: &str) -> Option<Period> {
    let second = rest.strip_prefix(['/', '-'])?;
    let next = format!("{:02}", (year + 1) % 100);
    (second == next).then_some(Period::SplitYear(year))
}

/// `Q1`, `M07`, `S1`, `H1`, `W05`.
fn lettered(year: i32, part: &str) -> Option<Period> {
    let letter = part.chars().next().filter(char::is_ascii_alphabetic)?;
    let digits = &part[1..];
    let one_digit = |most| number(digits, most).filter(|_| digits.len() == 1);
    Some(match letter.to_ascii_uppercase() {
        'Q' => Period::Quarter(year, one_digit(4)?),
        'S' | 'H' => Period::HalfYear(year, one_digit(2)?),
        'M' => Period::Month(year, number(digits, 12)?),
        'W' => Period::Week(year, number(digits, weeks(year))?),
        _ => return None,
    })
}

/// What follows `2023年`.
fn chinese(year: i32, rest: &str) -> Option<Period> {
    if rest.is_empty() {
        return Some(Period::Year(year));
    }
    if let Some(half) = ["上半年", "下半年"].iter().position(|half| rest == *half) {
        return Some(Period::HalfYear(year, half as u32 + 1));
    }
    if let Some(quarter) = rest.strip_suffix("季度") {
        let quarter = quarter.strip_prefix('第').unwrap_or(quarter).trim();
        let spelled = ["一", "二", "三", "四"].iter().position(|spelled| quarter == *spelled);
        let spelled = spelled.map(|position| position as u32 + 1);
        let digit = || quarter.parse().ok().filter(|q| quarter.len() == 1 && (1..=4).contains(q));
        return Some(Period::Quarter(year, spelled.or_else(digit)?));
    }
    let (month, day) = rest.split_once('月')?;
    let month = number(month.trim(), 12)?;
    match day.trim_start().strip_suffix('日') {
        Some(day) => checked_date(year, month, number(day.trim(), 31)?),
        None => day.is_empty().then_some(Period::Month(year, month)),
    }
}

/// How many weeks a year has (ISO 8601): 53 if it begins or ends on a Thursday.
fn weeks(year: i32) -> u32 {
    (first_monday(year + 1) - first_monday(year)) as u32 / 7
}

/// The days from 1970-01-01 to the Monday of the first week of a year: the week of 4 January.
fn first_monday(year: i32) -> i32 {
    let fourth = days(year, 1, 4);
    fourth - (fourth - 4).rem_euclid(7)
}

fn days(year: i32, month: u32, day: u32) -> i32 {
    days_of(i64::from(year), month, day) as i32
}

/// The days from 1970-01-01 to a date of the Gregorian calendar.
pub fn days_of(year: i64, month: u32, day: u32) -> i64 {
    // The year is taken to begin in March, so that 29 February is its last day.
    let year = if month <= 2 { year - 1 } else { year };
    let months = (i64::from(month) + 9) % 12;
    let in_year = (153 * months + 2) / 5 + i64::from(day) - 1;
    let leap = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap + in_year - 719_468
}

/// Year, month and day of so many days from 1970-01-01.
pub fn date_of(days: i64) -> (i64, u32, u32) {
    const OF_400_YEARS: i64 = 146_097;
    let from_march = days + 719_468;
    let era = from_march.div_euclid(OF_400_YEARS);
    let in_era = from_march.rem_euclid(OF_400_YEARS);
    let year_of_era = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * in_year + 2) / 153;
    let day = in_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + 400 * era + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        let period = parse(text);
        assert_eq!(period.map(|period| period.canonical()).as_deref(), Some(canonical), "{text}");
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
    fn dates_of_days() {
        for day in -400_000..400_000 {
            let (year, month, of_month) = date_of(day);
            assert_eq!(days_of(year, month, of_month), day);
            assert!((1..=last_day(year, month)).contains(&of_month), "{day}");
        }
        assert_eq!(date_of(0), (1970, 1, 1));
        assert_eq!(date_of(19_782), (2024, 2, 29));
    }

    #[test]
    fn numbers_of_neighbours_differ_by_one() {
        for texts in [
            "1999 2000",
            "1999/00 2000/01",
            "1999-S2 2000-S1",
            "2022-Q4 2023-Q1",
            "2023-12 2024-01",
            "2020-W53 2021-W01",
            "2021-W52 2022-W01",
            "2024-02-29 2024-03-01",
        ] {
            let numbers: Vec<_> =
                texts.split(' ').filter_map(parse).map(|period| period.number()).collect();
            assert_eq!(numbers[0] + 1, numbers[1], "{texts}");
        }
    }

    #[test]
    fn first_days() {
        for (text, first) in [
            ("2015", "2015-01-01"),
            ("2015/16", "2015-01-01"),
            ("2015-S2", "2015-07-01"),
            ("2015-Q1", "2015-01-01"),
            ("2015-Q4", "2015-10-01"),
            ("2015-M10", "2015-10-01"),
            ("2015-12", "2015-12-01"),
            ("2021-W01", "2021-01-04"),
            ("2020-W53", "2020-12-28"),
            ("1015-W01", "1015-01-02"),
            ("2024-02-29", "2024-02-29"),
        ] {
            let start = parse(text).map(|period| period.start());
            assert_eq!(start, parse(first).and_then(|first| first.days()), "{text}");
        }
        // A month begins on the day after the one before.
        for number in 12_001..35_999_u32 {
            let month = |number: u32| (number as i32 / 12, number % 12 + 1);
            let ((year, of_year), (before, of_before)) = (month(number), month(number - 1));
            let last = days(before, of_before, last_day(i64::from(before), of_before));
            assert_eq!(Period::Month(year, of_year).start(), last + 1);
        }
        assert!(Cycle::Year < Cycle::Quarter && Cycle::Week < Cycle::Date);
    }

    #[test]
    fn what_lies_within_what() {
        let within = |whole: &str, part: &str| {
            parse(whole).zip(parse(part)).is_some_and(|(whole, part)| whole.contains(&part))
        };
        for (whole, parts) in [
            ("2015", "2015 2015-S2 2015-Q1 2015-12 2015-W53 2015-01-01 2015-12-31"),
            ("2015-S2", "2015-Q3 2015-Q4 2015-07 2015-12-31"),
            ("2015-Q1", "2015-Q1 2015-01 2015-03 2015-03-31"),
            ("2024-02", "2024-02 2024-02-29"),
            // 2021-01-01 was a Friday.
            ("2020-W53", "2020-12-28 2021-01-03"),
            ("2022/23", "2022/23"),
        ] {
            for part in parts.split(' ') {
                assert!(within(whole, part), "{part} in {whole}");
            }
        }
        for (whole, parts) in [
            ("2015", "2014 2014-Q4 2016-01 2016-W01 2014-12-31 2015/16"),
            ("2015-Q1", "2015 2015-S1 2015-04 2014-12 2015-W05 2015-04-01"),
            ("2020-W53", "2020-12-27 2021-01-04 2020-W52"),
            ("2015-01-01", "2015 2015-01 2015-01-02"),
            ("2022/23", "2022 2023-01"),
        ] {
            for part in parts.split(' ') {
                assert!(!within(whole, part), "{part} in {whole}");
            }
        }
        let count = |text: &str, of| parse(text).and_then(|period| period.count(of));
        assert_eq!(count("2015", Cycle::Quarter), Some(4));
        assert_eq!(count("2015", Cycle::Week), Some(53));
        assert_eq!(count("2015", Cycle::Year), Some(1));
        assert_eq!(count("2015-S1", Cycle::Month), Some(6));
        assert_eq!(count("2015-Q1", Cycle::Date), None);
        assert_eq!(count("2015-Q1", Cycle::Year), None);
    }
}
