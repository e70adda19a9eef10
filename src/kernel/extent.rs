use super::State;

/// The smallest and the largest of the values seen, and how many there were.
#[derive(Debug, Clone, PartialEq)]
pub struct Extent {
    min: f64,
    max: f64,
    n: f64,
}

impl Default for Extent {
    fn default() -> Self {
        Self { min: f64::INFINITY, max: f64::NEG_INFINITY, n: 0.0 }
    }
}

impl Extent {
    /// Takes in one finite value.
    #[inline]
    pub fn update(&mut self, x: f64) {
        self.min = self.min.min(x);
        self.max = self.max.max(x);
        self.n += 1.0;
    }

    /// Smallest value and largest value; none when nothing was seen.
    pub fn range(&self) -> Option<(f64, f64)> {
        (self.n > 0.0).then_some((self.min, self.max))
    }

    /// How many values were seen.
    pub fn n(&self) -> f64 {
        self.n
    }
}

impl State for Extent {
    fn names() -> Vec<&'static str> {
        vec!["min", "max", "n"]
    }

    fn merge(&mut self, other: &Self) {
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.n += other.n;
    }

    fn parts(&self, mut push: impl FnMut(f64)) {
        push(self.min);
        push(self.max);
        push(self.n);
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        Self { min: part(0), max: part(1), n: part(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        let mut extent = Extent::default();
        assert_eq!((extent.range(), extent.n()), (None, 0.0));
        [2.0, -3.0, 5.0].into_iter().for_each(|x| extent.update(x));
        assert_eq!((extent.range(), extent.n()), (Some((-3.0, 5.0)), 3.0));
        extent.merge(&Extent::default());
        assert_eq!((extent.range(), extent.n()), (Some((-3.0, 5.0)), 3.0));
    }
}
