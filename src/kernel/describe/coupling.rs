//! The coupling coordination degree.

use crate::kernel::state::{sum::Sum, weighted_values::mean};

/// Coupling degree, development and coordination of scores >= 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coupling {
    /// `C = n (Π u)^(1/n) / Σ u`: 1 where all are the same, 0 where one is 0.
    pub coupling: f64,
    /// `T`, the weighted mean.
    pub development: f64,
    /// `D = √(C T)`.
    pub coordination: f64,
}

/// The coupling coordination degree; none of no scores. Without any development (all scores 0)
/// nothing is coupled: all three are 0.
pub fn coupling(rows: &[(f64, f64)]) -> Option<Coupling> {
    let development = mean(rows)?;
    let n = rows.len() as f64;
    let mean = rows.iter().map(|row| row.0).collect::<Sum>().divided_by(n);
    let coupling = if rows.iter().any(|row| row.0 == 0.0) {
        0.0
    } else {
        let logarithms: Sum = rows.iter().map(|row| (row.0 / mean).ln()).collect();
        logarithms.divided_by(n).exp().min(1.0)
    };
    Some(Coupling { coupling, development, coordination: (coupling * development).sqrt() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(values: &[f64]) -> Vec<(f64, f64)> {
        values.iter().map(|&x| (x, 1.0)).collect()
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-14 * b.abs()
    }

    #[test]
    fn coupling_worked_by_hand() {
        // 0.2 and 0.8: 2 · 0.4 / 1 = 0.8; mean 0.5; √0.4
        let both = coupling(&equal(&[0.2, 0.8])).unwrap();
        assert!(close(both.coupling, 0.8) && both.development == 0.5);
        assert!(close(both.coordination, 0.4f64.sqrt()));
        let same = coupling(&equal(&[0.3; 4])).unwrap();
        assert_eq!((same.coupling, same.development), (1.0, 0.3));
        let none = coupling(&equal(&[0.0, 0.9])).unwrap();
        assert_eq!((none.coupling, none.coordination), (0.0, 0.0));
    }
}
