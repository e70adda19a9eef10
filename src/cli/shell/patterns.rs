//! Names by a pattern.

/// Whether a name fits: `*` is any letters, `?` one; without either it is a part of the name. Capitals
/// are as small letters.
pub fn fits(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (name.to_lowercase(), pattern.to_lowercase());
    if !pattern.contains(['*', '?']) {
        return name.contains(&pattern);
    }
    let (name, pattern): (Vec<_>, Vec<_>) = (name.chars().collect(), pattern.chars().collect());
    // Where the last star was, and how many letters it has taken.
    let (mut n, mut p, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&letter) if letter == '?' || letter == name[n] => {
                n += 1;
                p += 1;
            }
            _ => match &mut star {
                Some((at, taken)) => {
                    *taken += 1;
                    (n, p) = (*taken, *at + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_parts() {
        for (pattern, expected) in [
            ("geo", true),
            ("GEO", true),
            ("agg_*", true),
            ("*geo", false),
            ("*geo*", true),
            ("a*_g*c", true),
            ("agg?geometric", true),
            ("agg", true),
            ("agg?", false),
            ("", true),
            ("*", true),
            ("norm_*", false),
        ] {
            assert_eq!(fits("agg_geometric", pattern), expected, "{pattern}");
        }
    }
}
