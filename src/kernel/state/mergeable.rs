//! What a state is: a statistic that can be computed in pieces.

/// A statistic that can be computed in pieces.
pub trait State: Clone + Default + std::fmt::Debug + Send + Sync + 'static {
    /// Names of the numbers the state is written as, in the order of [`State::parts`].
    fn names() -> Vec<&'static str>;

    /// Takes in everything `other` has seen.
    fn merge(&mut self, other: &Self);

    /// Writes the state as numbers, one per name in [`State::names`].
    fn parts(&self, push: impl FnMut(f64));

    /// Reads a state back; `part(i)` is the number of that position.
    fn from_parts(part: impl Fn(usize) -> f64) -> Self;

    /// Names of the lists of numbers that belong to the state beside its parts: a median must
    /// hold all values.
    fn lists() -> Vec<&'static str> {
        Vec::new()
    }

    /// The list of that position.
    fn list(&self, _position: usize) -> impl Iterator<Item = f64> {
        std::iter::empty()
    }

    /// Reads a list back into a state that has just come [from its parts](State::from_parts); the
    /// lists come in the order of their positions.
    fn set_list(&mut self, _position: usize, _numbers: &[f64]) {}

    /// Brings what is held into the order in which an answer reads it, so that none has to be
    /// copied for that. Changes no answer.
    fn settle(&mut self) {}

    /// Bytes held beyond the size of the state itself, those set aside for more included.
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// A number that counts, or is otherwise added up, and needs no second half.
impl State for f64 {
    fn names() -> Vec<&'static str> {
        vec!["n"]
    }

    fn merge(&mut self, other: &Self) {
        *self += other;
    }

    fn parts(&self, mut push: impl FnMut(f64)) {
        push(*self);
    }

    fn from_parts(part: impl Fn(usize) -> f64) -> Self {
        part(0)
    }
}

/// Makes a state of a struct whose fields are states, each with the names of its numbers. They
/// merge one by one, or as told. [`State`] must be in scope.
macro_rules! state_of_states {
    ($state:ident { $($field:ident: [$($name:literal),+]),+ $(,)? }) => {
        $crate::kernel::state::mergeable::state_of_states!(
            $state { $($field: [$($name),+]),+ },
            |all, other| { $(all.$field.merge(&other.$field);)+ }
        );
    };
    (
        $state:ident { $($field:ident: [$($name:literal),+]),+ $(,)? },
        |$all:ident, $other:ident| $merge:block
    ) => {
        impl State for $state {
            fn names() -> Vec<&'static str> {
                vec![$($($name),+),+]
            }

            fn merge(&mut self, $other: &Self) {
                let $all = self;
                $merge
            }

            fn parts(&self, mut push: impl FnMut(f64)) {
                $(self.$field.parts(&mut push);)+
            }

            fn from_parts(part: impl Fn(usize) -> f64) -> Self {
                let mut next = 0;
                $(
                    let first = next;
                    next += [$($name),+].len();
                    let $field = State::from_parts(|i| part(first + i));
                )+
                debug_assert_eq!(next, Self::names().len());
                Self { $($field),+ }
            }
        }
    };
}
pub(crate) use state_of_states;
