//! The bridge between a statistic with a mergeable state and the engine's aggregates.
//!
//! A [`Method`] says how a row enters a kernel state and how states become a column. From that
//! come the accumulator, its vectorised grouped form, its state on the wire between partitions,
//! and the form for sliding window frames.

use std::collections::VecDeque;
use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::mem::size_of;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Float64Builder, ListBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue, plan_err, resources_err};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator,
    Signature,
};

use super::identity::identity;
use crate::arguments::constants::Constants;
use crate::arguments::types;
use crate::error::MORE_MEMORY;
use crate::kernel::State;
use crate::page::Page;

/// What a fit looks for.
#[derive(Debug, Clone, Copy)]
pub struct Seeks {
    /// The argument that names it.
    pub argument: &'static str,
    /// What the argument must be.
    pub must_be: &'static str,
    /// The field of the scale that is NULL where it was not found.
    pub field: &'static str,
}

/// How rows become a statistic.
pub trait Method: Debug + Send + Sync + Sized + 'static {
    /// What is kept per group.
    type State: State;
    /// The arguments of one batch, typed.
    type Columns;

    const PAGE: &'static Page;
    /// How often what the states hold is copied when they are finished.
    const COPIES: usize = 0;

    /// What must be found in a group, if the call names something.
    const SEEKS: Option<Seeks> = None;

    /// The method with its constant arguments.
    fn bind(constants: &Constants) -> Result<Self>;

    fn columns(&self, arguments: &[ArrayRef]) -> Result<Self::Columns>;

    fn update(&self, state: &mut Self::State, columns: &Self::Columns, row: usize) -> Result<()>;

    /// Takes all rows into one state.
    fn update_all(
        &self,
        state: &mut Self::State,
        columns: &Self::Columns,
        rows: usize,
    ) -> Result<()> {
        (0..rows).try_for_each(|row| self.update(state, columns, row))
    }

    /// Takes each row into the state of its position.
    fn update_each(&self, states: &mut [Self::State], columns: &Self::Columns) -> Result<()> {
        row_by_row(self, states, columns)
    }

    fn result_type() -> DataType;

    /// One result per state. [`finish`] settles the states before.
    fn finish(&self, states: &[Self::State]) -> Result<ArrayRef>;

    /// The power of the mean that it is, if it is one of the power means: 1 the arithmetic, 0 the
    /// geometric, -1 the harmonic mean.
    fn power(&self) -> Option<f64> {
        None
    }

    /// Whether weights count as they stand, not as shares of their sum; a missing value then leaves no
    /// result.
    fn weighs_as_stated(&self) -> bool {
        false
    }

    /// The value that is taken for a missing one, if there is one.
    fn taken_for_missing(&self) -> Option<f64> {
        None
    }
}

/// One result per state.
pub fn finish<M: Method>(method: &M, states: &mut [M::State]) -> Result<ArrayRef> {
    states.iter_mut().for_each(State::settle);
    method.finish(states)
}

/// Takes each row into the state of its position, one after the other.
pub fn row_by_row<M: Method>(
    method: &M,
    states: &mut [M::State],
    columns: &M::Columns,
) -> Result<()> {
    states.iter_mut().enumerate().try_for_each(|(row, state)| method.update(state, columns, row))
}

/// The aggregate function of a method.
pub fn udaf<M: Method>() -> AggregateUDF {
    function::<M>(true)
}

/// The same where its states cannot leave the memory; none if they hold no values.
pub fn in_memory<M: Method>() -> Option<AggregateUDF> {
    (!M::State::lists().is_empty()).then(|| function::<M>(false))
}

fn function<M: Method>(can_leave: bool) -> AggregateUDF {
    AggregateUDF::from(Function::<M> {
        signature: types::signature(M::PAGE.parameters),
        documentation: LazyLock::new(|| M::PAGE.documentation()),
        can_leave,
        method: PhantomData,
    })
}

struct Function<M> {
    signature: Signature,
    documentation: LazyLock<Documentation>,
    /// Whether states may be written down: not in [`super::holding`], where only a spill would.
    can_leave: bool,
    method: PhantomData<fn() -> M>,
}

identity!(Function<M: Method>, can_leave);

impl<M: Method> Function<M> {
    fn states(&self, args: &AccumulatorArgs<'_>) -> Result<States<M>> {
        if args.is_distinct {
            return plan_err!(
                "{}: DISTINCT is not supported (equal scores of two rows both count)",
                M::PAGE.name
            );
        }
        let method = M::bind(&Constants::of(M::PAGE.name, M::PAGE.parameters, args.exprs))?;
        Ok(States { method, states: Vec::new(), held: 0, can_leave: self.can_leave })
    }
}

impl<M: Method> AggregateUDFImpl for Function<M> {
    fn name(&self) -> &str {
        M::PAGE.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types::coerce(M::PAGE.parameters, types))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(M::result_type())
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        types::check(M::PAGE.name, M::PAGE.parameters, fields)?;
        Ok(Arc::new(Field::new(M::PAGE.name, M::result_type(), true)))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |part, data_type| {
            Arc::new(Field::new(format_state_name(args.name, part), data_type, true))
        };
        let numbers = M::State::names().into_iter().map(|part| field(part, DataType::Float64));
        let list = DataType::new_list(DataType::Float64, true);
        let lists = M::State::lists().into_iter().map(|name| field(name, list.clone()));
        Ok(numbers.chain(lists).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let mut states = self.states(&args)?;
        states.states.push(M::State::default());
        Ok(Box::new(states))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(self.states(&args)?))
    }

    fn create_sliding_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sliding::new(M::PAGE.name, self.states(&args)?, |states| {
            states.states = vec![M::State::default()];
            states.held = 0;
        })))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// One state per group; the plain accumulator is the case of one group.
struct States<M: Method> {
    method: M,
    states: Vec<M::State>,
    /// Bytes that the states hold beyond their own size.
    held: usize,
    can_leave: bool,
}

/// The error of states that would have to be spilled: read back, they would need the memory again.
pub fn cannot_leave<T>(function: &str) -> Result<T> {
    resources_err!("{function}: values must stay in memory, found too little ({MORE_MEMORY})")
}

impl<M: Method> Debug for States<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} groups", M::PAGE.name, self.states.len())
    }
}

impl<M: Method> States<M> {
    /// Writes states down, each given up as it is written.
    fn write(states: Vec<M::State>) -> Vec<ArrayRef> {
        let mut numbers: Vec<Vec<f64>> =
            M::State::names().iter().map(|_| Vec::with_capacity(states.len())).collect();
        let mut lists: Vec<_> = (0..M::State::lists().len())
            .map(|position| {
                let values = states.iter().map(|state| state.list(position).count()).sum();
                let values = Float64Builder::with_capacity(values);
                ListBuilder::with_capacity(values, states.len())
            })
            .collect();
        for state in states {
            let mut column = numbers.iter_mut();
            state.parts(|part| {
                if let Some(column) = column.next() {
                    column.push(part);
                }
            });
            for (position, list) in lists.iter_mut().enumerate() {
                state.list(position).for_each(|x| list.values().append_value(x));
                list.append(true);
            }
        }
        let numbers =
            numbers.into_iter().map(|column| Arc::new(Float64Array::from(column)) as ArrayRef);
        let lists = lists.into_iter().map(|mut list| Arc::new(list.finish()) as ArrayRef);
        numbers.chain(lists).collect()
    }

    /// Gives away states, and with them what they hold.
    fn take(&mut self, emit_to: EmitTo) -> Vec<M::State> {
        let taken = emit_to.take_needed(&mut self.states);
        self.held -= taken.iter().map(State::heap_bytes).sum::<usize>().min(self.held);
        taken
    }

    #[inline]
    fn update(&mut self, group: usize, columns: &M::Columns, row: usize) -> Result<()> {
        let state = &mut self.states[group];
        let before = state.heap_bytes();
        self.method.update(state, columns, row)?;
        self.held += state.heap_bytes() - before;
        Ok(())
    }

    fn merge(&mut self, parts: &[ArrayRef], group_of: impl Fn(usize) -> usize) {
        let rows = parts.first().map_or(0, |part| part.len());
        let (numbers, lists) = parts.split_at(parts.len() - M::State::lists().len());
        let numbers: Vec<_> =
            numbers.iter().map(|part| part.as_primitive::<Float64Type>()).collect();
        let lists: Vec<_> = lists.iter().map(|list| list.as_list::<i32>()).collect();
        for row in 0..rows {
            let mut state = M::State::from_parts(|i| numbers[i].value(row));
            for (position, list) in lists.iter().enumerate() {
                let values = list.value(row);
                state.set_list(position, values.as_primitive::<Float64Type>().values());
            }
            let merged = &mut self.states[group_of(row)];
            let before = merged.heap_bytes();
            merged.merge(&state);
            self.held += merged.heap_bytes() - before;
        }
    }

    fn bytes(&self) -> usize {
        self.states.capacity() * size_of::<M::State>() + self.held * (1 + M::COPIES)
    }
}

impl<M: Method> GroupsAccumulator for States<M> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.states.resize(total_num_groups, M::State::default());
        let columns = self.method.columns(values)?;
        for (row, &group) in group_indices.iter().enumerate() {
            if filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row)) {
                self.update(group, &columns, row)?;
            }
        }
        Ok(())
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.states.resize(total_num_groups, M::State::default());
        self.merge(values, |row| group_indices[row]);
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let mut states = self.take(emit_to);
        finish(&self.method, &mut states)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        match self.can_leave {
            true => Ok(Self::write(self.take(emit_to))),
            false => cannot_leave(M::PAGE.name),
        }
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let columns = self.method.columns(values)?;
        let rows = values.first().map_or(0, |values| values.len());
        let mut states = vec![M::State::default(); rows];
        for (row, state) in states.iter_mut().enumerate() {
            if filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row)) {
                self.method.update(state, &columns, row)?;
            }
        }
        Ok(Self::write(states))
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

impl<M: Method> Accumulator for States<M> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let columns = self.method.columns(values)?;
        let rows = values.first().map_or(0, |values| values.len());
        (0..rows).try_for_each(|row| self.update(0, &columns, row))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&finish(&self.method, &mut self.states)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let states = std::mem::replace(&mut self.states, vec![M::State::default()]);
        self.held = 0;
        Self::write(states).iter().map(|part| ScalarValue::try_from_array(part, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.merge(states, |_| 0);
        Ok(())
    }

    fn size(&self) -> usize {
        self.bytes()
    }
}

/// A frame that loses rows at its start: keeps the rows and computes anew, so that nothing
/// drifts as it would by subtracting what left.
pub struct Sliding<A> {
    name: &'static str,
    states: A,
    /// Makes the states empty.
    clear: fn(&mut A),
    batches: VecDeque<Vec<ArrayRef>>,
}

impl<A> Sliding<A> {
    pub fn new(name: &'static str, states: A, clear: fn(&mut A)) -> Self {
        Self { name, states, clear, batches: VecDeque::new() }
    }
}

impl<A> Debug for Sliding<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} over a sliding frame", self.name)
    }
}

impl<A: Accumulator> Accumulator for Sliding<A> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.batches.push_back(values.to_vec());
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut leaving = values.first().map_or(0, |values| values.len());
        while leaving > 0 {
            let Some(oldest) = self.batches.front_mut() else { break };
            let rows = oldest[0].len();
            if rows <= leaving {
                self.batches.pop_front();
            } else {
                oldest.iter_mut().for_each(|a| *a = a.slice(leaving, rows - leaving));
            }
            leaving -= rows.min(leaving);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        (self.clear)(&mut self.states);
        for batch in &self.batches {
            self.states.update_batch(batch)?;
        }
        self.states.evaluate()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.evaluate()?;
        self.states.state()
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        plan_err!("{}: sliding frames are not supported", self.name)
    }

    fn size(&self) -> usize {
        let rows: usize =
            self.batches.iter().flatten().map(|array| array.get_array_memory_size()).sum();
        self.states.size() + rows
    }
}
