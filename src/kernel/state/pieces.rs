//! That a state in pieces, written down and read back, is the state of all: for tests.

use super::mergeable::State;
use crate::kernel::state::{
    base_mean::{BaseMean, Within},
    base_value::BaseValue,
    euclidean_norm::Length,
    min_max::Extent,
    moments::Moments,
    reference::Reference,
    sum::Sum,
    sum_and_reciprocals::Shares,
    tally::Tally,
    values::Values,
    weighted_values::WeightedValues,
};

/// The state written down and read back.
fn read_back<S: State>(state: &S) -> S {
    let names = [S::names(), S::lists()].concat();
    let is_own = |(i, name): (usize, &&str)| !name.is_empty() && !names[..i].contains(name);
    assert!(names.iter().enumerate().all(is_own), "{names:?}");
    let mut written = Vec::new();
    state.parts(|part| written.push(part));
    assert_eq!(written.len(), S::names().len());
    let mut read = S::from_parts(|i| written[i]);
    for position in 0..S::lists().len() {
        read.set_list(position, &state.list(position).collect::<Vec<_>>());
    }
    read
}

/// Sums of powers of two, and of their inverses and squares, are exact, whatever their order.
pub fn merges_and_is_read_back<S: State + PartialEq>(take: impl Fn(&mut S, f64)) {
    let of = |values: &[f64]| {
        let mut state = S::default();
        values.iter().for_each(|&x| take(&mut state, x));
        state
    };
    // Beside 2^60 the others are in the low part of a sum.
    let (first, second) = ([4.0, 0.0, 8.0, 2_f64.powi(60)], [2.0, 0.0, 1.0, 16.0]);
    let (mut merged, all) = (of(&first), of(&[&first[..], &second].concat()));
    merged.merge(&of(&second));
    assert_eq!(merged, all);
    assert_eq!(read_back(&all), all);
}

#[test]
fn states_in_pieces_are_the_state_of_all() {
    merges_and_is_read_back(Sum::add);
    merges_and_is_read_back(Extent::update);
    merges_and_is_read_back(BaseValue::update);
    for within in [Within::Whole(1), Within::Whole(8), Within::Days, Within::First(0)] {
        merges_and_is_read_back(|state: &mut BaseMean, x| state.update(x, x, within));
    }
    merges_and_is_read_back(Moments::update);
    merges_and_is_read_back(Length::update);
    merges_and_is_read_back(Shares::update);
    merges_and_is_read_back(Values::update);
    merges_and_is_read_back(|state: &mut Tally, x| state.update((x < 8.0).then_some(x)));
    merges_and_is_read_back(|state: &mut Reference, x| state.update(x, x == 2.0));
    merges_and_is_read_back(|state: &mut WeightedValues, x| match x < 8.0 {
        true => state.update(x, 2.0 * x + 1.0),
        false => state.miss(x),
    });
}

#[test]
fn a_state_of_a_few_numbers_holds_no_list() {
    assert_eq!(Extent::lists().len(), 0);
    assert_eq!(Extent::default().list(0).count(), 0);
    assert_eq!(Extent::default().heap_bytes(), 0);
}
