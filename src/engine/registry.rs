//! All functions, by what the engine and the index do with them: filled by the families of
//! `functions`, handed down to whatever looks one up.

use std::fmt::{self, Debug};
use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::{aggregate, holding, matrix, normalise, on_columns, partition, scalar, transform};
use crate::page::{Family, Form, Page};

impl Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} functions", self.pages.len())
    }
}

/// What a family of functions brings.
#[derive(Default)]
pub struct Registry {
    pub pages: Vec<(&'static Page, Form)>,
    pub aggregates: Vec<AggregateUDF>,
    pub holding: Vec<holding::Holding>,
    pub seekers: Vec<(AggregateUDF, &'static Page, aggregate::Seeks)>,
    pub windows: Vec<WindowUDF>,
    pub scalars: Vec<ScalarUDF>,
    pub normalisations: Vec<normalise::Entry>,
    pub transformations: Vec<transform::Transformer>,
    /// The steps of an index that are functions of whole partitions.
    pub imputations: Vec<&'static Page>,
    pub treatments: Vec<&'static Page>,
    pub aggregators: Vec<on_columns::Aggregator>,
    pub weighers: Vec<on_columns::Weigher>,
}

impl Registry {
    /// An aggregate with a mergeable state.
    pub fn aggregate<M: aggregate::Method>(&mut self) {
        self.pages.push((M::PAGE, Form::Aggregate));
        let function = aggregate::udaf::<M>();
        if let Some(in_memory) = aggregate::in_memory::<M>() {
            self.holding.push(holding::Holding { function: function.clone(), in_memory });
        }
        self.seekers.extend(M::SEEKS.map(|seeks| (function.clone(), M::PAGE, seeks)));
        self.aggregates.push(function);
        if M::PAGE.family == Family::Aggregation {
            self.aggregators.push(on_columns::Aggregator::by_unit::<M>());
        }
    }

    /// An aggregate over a matrix of units and indicators.
    pub fn matrix<M: matrix::MatrixMethod>(&mut self) {
        self.pages.push((M::PAGE, Form::Aggregate));
        let function = matrix::udaf::<M>();
        let in_memory = matrix::in_memory::<M>();
        self.holding.push(holding::Holding { function: function.clone(), in_memory });
        self.aggregates.push(function);
        if M::PAGE.family == Family::Aggregation {
            self.aggregators.push(on_columns::Aggregator::by_matrix::<M>());
        }
    }

    /// An aggregate that another function is made of, without a page among those of users.
    pub fn part<M: aggregate::Method>(&mut self) {
        let function = aggregate::udaf::<M>();
        if let Some(in_memory) = aggregate::in_memory::<M>() {
            self.holding.push(holding::Holding { function: function.clone(), in_memory });
        }
        self.aggregates.push(function);
    }

    /// A matrix method that weights the children of a node by their scores.
    pub fn weighting<M: matrix::MatrixMethod>(&mut self) {
        self.matrix::<M>();
        self.weighers.push(on_columns::Weigher::of::<M>());
    }

    /// An imputation that an index can have as a step.
    pub fn imputation<W: partition::PartitionMethod>(&mut self) {
        self.whole::<W>();
        self.imputations.push(W::PAGE);
    }

    /// A treatment that an index can have as a step.
    pub fn treatment<W: partition::PartitionMethod>(&mut self) {
        self.whole::<W>();
        self.treatments.push(W::PAGE);
    }

    /// A function of whole partitions, always called with `OVER (...)`.
    pub fn whole<W: partition::PartitionMethod>(&mut self) {
        self.pages.push((W::PAGE, Form::Window));
        self.windows.push(partition::udwf::<W>());
    }

    /// A function of the rows one by one.
    pub fn scalar<M: scalar::ScalarMethod>(&mut self) {
        self.pages.push((M::PAGE, Form::Scalar));
        self.scalars.push(scalar::udf::<M>());
    }

    /// A transformation, which an index can have before the normalisation.
    pub fn transformation<T: transform::Transform>(&mut self) {
        let transformer = transform::Transformer::of::<T>();
        self.pages.push((T::PAGE, Form::Scalar));
        self.scalars.push(transformer.scalar.as_ref().clone());
        self.transformations.push(transformer);
    }

    /// A normalisation in its two forms.
    pub fn normalisation<N: normalise::Normalisation>(&mut self, over: normalise::Over) {
        self.pages.push((N::PAGE, Form::Normalisation));
        if let normalise::Over::Whole { window, .. } = &over {
            self.windows.push(window.as_ref().clone());
        }
        self.normalisations.push(normalise::entry::<N>(over));
    }

    /// The aggregates as SQL knows them, the façades of normalisations included.
    pub fn all_aggregates(&self) -> impl Iterator<Item = Arc<AggregateUDF>> {
        let facades = self.normalisations.iter().map(|entry| Arc::clone(&entry.facade));
        self.aggregates.iter().cloned().map(Arc::new).chain(facades)
    }

    /// The functions of windows.
    pub fn all_windows(&self) -> impl Iterator<Item = Arc<WindowUDF>> {
        self.windows.iter().cloned().map(Arc::new)
    }

    /// The scalar functions, those that do the work of normalisations included.
    pub fn all_scalars(&self) -> impl Iterator<Item = Arc<ScalarUDF>> {
        let fitted = self.normalisations.iter().map(|entry| Arc::clone(&entry.scalar));
        self.scalars.iter().cloned().map(Arc::new).chain(fitted)
    }

    #[cfg(feature = "codec")]
    pub fn aggregate_named(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        self.all_aggregates().find(|function| function.name() == name)
    }

    #[cfg(feature = "codec")]
    pub fn window_named(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.all_windows().find(|function| function.name() == name)
    }

    #[cfg(feature = "codec")]
    pub fn scalar_named(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        self.all_scalars().find(|function| function.name() == name)
    }

    /// Whether an aggregate is one of these, by its type.
    pub fn has_aggregate(&self, function: &AggregateUDF) -> bool {
        self.aggregates.contains(function)
            || self.normalisations.iter().any(|entry| *entry.facade == *function)
    }

    /// Whether a function of windows is one of these, by its type.
    pub fn has_window(&self, function: &WindowUDF) -> bool {
        self.windows.contains(function)
    }
}
