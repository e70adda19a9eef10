//! The rows that are shown: the first and the last of however many there are.

use std::collections::VecDeque;

use datafusion::arrow::record_batch::RecordBatch;

/// The first and the last rows.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// How many are kept at most, first and last.
    most: (usize, usize),
    first: Vec<RecordBatch>,
    last: VecDeque<RecordBatch>,
    rows: (usize, usize),
    /// All rows that there were.
    pub all: usize,
}

impl Kept {
    /// Of so many rows, half the first and half the last; none: all.
    pub fn new(rows: Option<usize>) -> Self {
        let most = rows.map_or((usize::MAX, 0), |rows| (rows.div_ceil(2), rows / 2));
        Self { most, ..Self::default() }
    }

    /// Takes what is kept of a batch.
    pub fn push(&mut self, batch: &RecordBatch) {
        self.all += batch.num_rows();
        let to_first = batch.num_rows().min(self.most.0 - self.rows.0);
        if to_first > 0 {
            self.first.push(batch.slice(0, to_first));
            self.rows.0 += to_first;
        }
        let to_last = (batch.num_rows() - to_first).min(self.most.1);
        if to_last > 0 {
            self.last.push_back(batch.slice(batch.num_rows() - to_last, to_last));
            self.rows.1 += to_last;
        }
        while self.rows.1 > self.most.1 {
            let Some(oldest) = self.last.pop_front() else { break };
            let surplus = self.rows.1 - self.most.1;
            let dropped = oldest.num_rows().min(surplus);
            self.rows.1 -= dropped;
            if dropped < oldest.num_rows() {
                self.last.push_front(oldest.slice(dropped, oldest.num_rows() - dropped));
            }
        }
    }

    /// How many are shown.
    pub fn shown(&self) -> usize {
        self.rows.0 + self.rows.1
    }

    /// After how many rows some are hidden.
    pub fn gap(&self) -> Option<usize> {
        (self.shown() < self.all).then_some(self.rows.0)
    }

    /// The rows, which are kept no longer.
    pub fn take(&mut self) -> Vec<RecordBatch> {
        self.rows = (0, 0);
        let first = std::mem::take(&mut self.first);
        first.into_iter().chain(std::mem::take(&mut self.last)).collect()
    }
}
