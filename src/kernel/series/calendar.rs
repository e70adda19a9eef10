//! Distances in calendar time: a year, three months, 14 days.

use std::fmt;

use super::period::{Cycle, date_of, days_of, last_day};

/// Months and days, as those of an interval of SQL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CalendarTime {
    /// Months, of whatever length.
    pub months: i32,
    /// Days, and parts of days.
    pub days: f64,
}

impl CalendarTime {
    /// `1 year`, `12 months`, `2 quarters`, `1 half year`, `5 weeks`, `10 days`, `6 hours`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).filter(|digits| *digits > 0)?;
        let count: i32 = text[..digits].parse().ok()?;
        let unit = text[digits..].trim().to_ascii_lowercase();
        let months = |each: i32| Some(Self { months: count.checked_mul(each)?, days: 0.0 });
        let days = |each: f64| Some(Self { months: 0, days: f64::from(count) * each });
        match unit.strip_suffix('s').unwrap_or(&unit) {
            "year" => months(12),
            "half year" | "half-year" | "semester" => months(6),
            "quarter" => months(3),
            "month" => months(1),
            "week" => days(7.0),
            "day" => days(1.0),
            "hour" => days(1.0 / 24.0),
            _ => None,
        }
    }

    /// How many periods of a cycle it is, if that is a whole number; none for dates.
    pub fn steps(self, cycle: Cycle) -> Option<f64> {
        let whole = |steps: f64| (steps.fract() == 0.0).then_some(steps);
        match cycle {
            Cycle::Date => None,
            Cycle::Week if self.months == 0 => whole(self.days / 7.0),
            _ if self.days != 0.0 => None,
            _ => whole(f64::from(self.months) / f64::from(cycle.months()?)),
        }
    }

    /// The time that lies so long before another; both in days since 1970-01-01. The same day of the
    /// earlier month, at most its last: 31 March less a month is 28 or 29 February. Of `ends` of months it
    /// is always the last.
    pub fn before(self, at: f64, ends: bool) -> f64 {
        if self.months == 0 {
            return at - self.days;
        }
        let day = at.floor();
        let (year, month, of_month) = date_of(day as i64);
        let months = 12 * year + i64::from(month) - 1 - i64::from(self.months);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        let last = last_day(year, month);
        let of_month = if ends { last } else { of_month.min(last) };
        days_of(year, month, of_month) as f64 + (at - day) - self.days
    }
}

impl fmt::Display for CalendarTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number: f64, one: &str| match number == 1.0 {
            true => format!("1 {one}"),
            false => format!("{number} {one}s"),
        };
        let months = match self.months {
            0 => None,
            months if months % 12 == 0 => Some(count(f64::from(months / 12), "year")),
            months => Some(count(f64::from(months), "month")),
        };
        let days = (self.days != 0.0 || months.is_none()).then(|| count(self.days, "day"));
        let parts: Vec<String> = months.into_iter().chain(days).collect();
        f.write_str(&parts.join(" "))
    }
}

/// Whether a day, counted since 1970-01-01, is the last of its month.
pub fn is_month_end(day: f64) -> bool {
    let (year, month, of_month) = date_of(day.floor() as i64);
    of_month == last_day(year, month)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::series::period::parse;

    #[test]
    fn texts() {
        for (text, shown) in [
            ("1 year", "1 year"),
            ("12 months", "1 year"),
            (" 3 Months ", "3 months"),
            ("1 quarter", "3 months"),
            ("2 half years", "1 year"),
            ("1month", "1 month"),
            ("2 weeks", "14 days"),
            ("1 day", "1 day"),
            ("36 hours", "1.5 days"),
        ] {
            let time = CalendarTime::parse(text);
            assert_eq!(time.map(|time| time.to_string()).as_deref(), Some(shown), "{text}");
        }
        for text in ["", "year", "1", "-1 year", "1.5 years", "1 decade", "99999999999 days"] {
            assert_eq!(CalendarTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn steps_of_cycles() {
        let steps = |text: &str, cycle| CalendarTime::parse(text).and_then(|t| t.steps(cycle));
        assert_eq!(steps("1 year", Cycle::Quarter), Some(4.0));
        assert_eq!(steps("1 year", Cycle::Month), Some(12.0));
        assert_eq!(steps("1 year", Cycle::HalfYear), Some(2.0));
        assert_eq!(steps("2 years", Cycle::Year), Some(2.0));
        assert_eq!(steps("1 month", Cycle::Quarter), None);
        assert_eq!(steps("14 days", Cycle::Week), Some(2.0));
        assert_eq!(steps("1 year", Cycle::Week), None);
        assert_eq!(steps("1 week", Cycle::Month), None);
        assert_eq!(steps("1 day", Cycle::Date), None);
    }

    #[test]
    fn the_same_day_of_an_earlier_month() {
        let day = |text: &str| parse(text).map_or(f64::NAN, |period| f64::from(period.number()));
        let before = |date: &str, time: &str, ends| {
            CalendarTime::parse(time).map(|time| time.before(day(date), ends))
        };
        for (date, time, ends, expected) in [
            ("2025-01-15", "1 month", false, "2024-12-15"),
            ("2024-03-31", "1 month", false, "2024-02-29"),
            ("2025-03-31", "1 month", false, "2025-02-28"),
            ("2025-02-28", "1 month", false, "2025-01-28"),
            ("2025-02-28", "1 month", true, "2025-01-31"),
            ("2025-02-28", "1 year", true, "2024-02-29"),
            ("2024-02-29", "1 year", false, "2023-02-28"),
            ("2024-03-01", "1 day", false, "2024-02-29"),
        ] {
            assert_eq!(before(date, time, ends), Some(day(expected)), "{date} - {time}");
        }
        let at_noon = CalendarTime { months: 1, days: 0.25 }.before(day("2024-03-31") + 0.5, false);
        assert_eq!(at_noon, day("2024-02-29") + 0.25);
        assert!(is_month_end(day("2024-02-29") + 0.9) && !is_month_end(day("2023-02-27")));
    }

    /// Month by month a date runs back through all months, its day never above its own.
    #[test]
    fn months_add_up() {
        for start in (0..2_000).map(|i| f64::from(i) * 37.0 - 30_000.0) {
            for months in [1, 2, 11, 12, 25, 1200] {
                let time = CalendarTime { months, days: 0.0 };
                let there = time.before(start, false);
                let (year, month, day) = date_of(start as i64);
                let (earlier, other, of_other) = date_of(there as i64);
                let count = |year: i64, month: u32| 12 * year + i64::from(month);
                assert_eq!(count(year, month) - count(earlier, other), i64::from(months));
                assert_eq!(of_other, day.min(last_day(earlier, other)));
                assert!(is_month_end(time.before(start, true)));
            }
        }
    }
}
