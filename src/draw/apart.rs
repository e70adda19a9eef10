//! Names pushed apart so that none covers another, each as near to its place as can be.

/// Places for names: in the order of the wanted ones, so far from each other at least, and between two bounds where
/// there is space.
pub fn apart(wanted: &[f64], distance: f64, bounds: (f64, f64)) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Groups of names that touch: how many, and where the first would stand on average.
    let mut groups: Vec<(usize, f64)> = Vec::new();
    for (at, &name) in order.iter().enumerate() {
        groups.push((1, wanted[name] - at as f64 * distance));
        while let [.., (before, upper), (count, lower)] = groups.as_slice()
            && upper > lower
        {
            let together = before + count;
            let mean = (upper * *before as f64 + lower * *count as f64) / together as f64;
            groups.truncate(groups.len() - 2);
            groups.push((together, mean));
        }
    }
    let last = bounds.1 - wanted.len().saturating_sub(1) as f64 * distance;
    let firsts = groups.into_iter().flat_map(|(count, first)| vec![first; count]);
    let mut places = vec![0.0; wanted.len()];
    for (at, (&name, first)) in order.iter().zip(firsts).enumerate() {
        places[name] = first.min(last).max(bounds.0) + at as f64 * distance;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_move_as_little_as_can_be() {
        assert_eq!(apart(&[10.0, 100.0], 15.0, (0.0, 200.0)), [10.0, 100.0]);
        assert_eq!(apart(&[100.0, 100.0], 10.0, (0.0, 200.0)), [95.0, 105.0]);
        assert_eq!(apart(&[100.0, 98.0, 99.0], 10.0, (0.0, 200.0)), [109.0, 89.0, 99.0]);
        assert_eq!(apart(&[199.0, 200.0, 50.0], 10.0, (0.0, 200.0)), [190.0, 200.0, 50.0]);
        assert_eq!(apart(&[0.0, 0.0], 10.0, (0.0, 200.0)), [0.0, 10.0]);
        assert_eq!(apart(&[], 10.0, (0.0, 200.0)), Vec::<f64>::new());
    }

    #[test]
    fn none_covers_another() {
        for seed in 0..200_u64 {
            let wanted: Vec<f64> =
                (0..20).map(|at| ((seed * 7919 + at * 104_729) % 401) as f64).collect();
            let mut places = apart(&wanted, 15.0, (0.0, 400.0));
            let order = |places: &[f64]| {
                let mut order: Vec<usize> = (0..places.len()).collect();
                order.sort_by(|&a, &b| places[a].total_cmp(&places[b]));
                order.into_iter().map(|at| wanted[at]).collect::<Vec<f64>>()
            };
            assert!(order(&places).is_sorted(), "{wanted:?}");
            places.sort_by(f64::total_cmp);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] > 15.0 - 1e-9), "{places:?}");
            assert!(places[0] >= 0.0 && places[19] <= 400.0 + 1e-9, "{places:?}");
        }
    }
}
