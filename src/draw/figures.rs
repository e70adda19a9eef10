//! Figures beside marks: to the same decimals, no more than a reader takes in.

use super::text::alike;

/// Decimals that a figure of a size has at most.
fn decimals(size: f64) -> i32 {
    match size {
        size if size >= 1000.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        size if size >= 0.1 => 3,
        _ => 4,
    }
}

/// Decimals that tell numbers apart that lie so far from each other.
fn between(numbers: &[f64]) -> i32 {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let way = most - least;
    // No more than what arithmetic leaves behind.
    let is_told = way.is_finite() && way > most.abs().max(least.abs()) * 1e-9;
    if is_told { (1.0 - way.log10().floor()).clamp(0.0, 6.0) as i32 } else { 0 }
}

/// Numbers as figures, all to the same decimals: those that the largest of them needs, or that tell them apart.
pub fn figures(numbers: &[f64]) -> Vec<String> {
    let size = numbers.iter().map(|number| number.abs()).fold(0.0, f64::max);
    let unit = 10f64.powi(decimals(size).max(between(numbers)));
    let rounded = |number: &f64| match size {
        // They are written with a power of ten.
        size if !(5e-4..1e12).contains(&size) => *number,
        _ => (number * unit).round() / unit,
    };
    alike(&numbers.iter().map(rounded).collect::<Vec<_>>())
}

/// The figure of one number.
pub fn figure(number: f64) -> String {
    figures(&[number]).remove(0)
}

/// The same with a plus before what is above 0.
pub fn signed(numbers: &[f64]) -> Vec<String> {
    let texts = figures(numbers).into_iter().zip(numbers);
    texts.map(|(text, &number)| if number > 0.0 { format!("+{text}") } else { text }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_the_largest() {
        assert_eq!(figures(&[154.14, 7.0, -0.08]), ["154.1", "7.0", "-0.1"]);
        assert_eq!(figures(&[100.0, 7.0]), ["100", "7"]);
        assert_eq!(figures(&[0.788, 0.462]), ["0.788", "0.462"]);
        assert_eq!(figures(&[85_415.2, 34_665.4]), ["85,415", "34,665"]);
        assert_eq!(signed(&[2.9034, -0.08, 0.0]), ["+2.90", "-0.08", "0.00"]);
        assert_eq!(figures(&[100.23, 100.01]), ["100.23", "100.01"]);
        assert_eq!(figures(&[154.1, 149.2]), ["154.1", "149.2"]);
        assert_eq!(figure(1.5e15), "1.5e15");
        assert_eq!(figures(&[]), Vec::<String>::new());
    }
}
