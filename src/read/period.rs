//! The type of a column of periods.

use crate::kernel::Period;

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

/// The type that all periods fit; of none it is `Text`.
pub fn common<'a>(periods: impl IntoIterator<Item = &'a Period>) -> PeriodType {
    let type_of = |period: &Period| match period {
        Period::Year(_) => PeriodType::Year,
        Period::Date { .. } => PeriodType::Date,
        _ => PeriodType::Text,
    };
    let mut types = periods.into_iter().map(type_of);
    let Some(first) = types.next() else { return PeriodType::Text };
    if types.all(|next| next == first) { first } else { PeriodType::Text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::parse_period as parse;

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
