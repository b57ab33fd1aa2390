//! Work for several tasks: each piece goes to the task that has least to do.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Tasks by what they have to do.
pub(super) struct Balance(BinaryHeap<Reverse<(Seconds, usize)>>);

impl Balance {
    /// So many tasks without work.
    pub fn new(tasks: usize) -> Self {
        Self((0..tasks).map(|at| Reverse((Seconds(0.0), at))).collect())
    }

    /// Gives seconds of work to the task that has least to do, the first of several; which one it is.
    pub fn add(&mut self, seconds: f64) -> Option<usize> {
        let Reverse((Seconds(before), at)) = self.0.pop()?;
        self.0.push(Reverse((Seconds(before + seconds), at)));
        Some(at)
    }

    /// Seconds of each task.
    pub fn loads(self) -> Vec<f64> {
        let mut loads: Vec<_> = self.0.into_iter().map(|Reverse(it)| it).collect();
        loads.sort_unstable_by_key(|(_, at)| *at);
        loads.into_iter().map(|(Seconds(it), _)| it).collect()
    }
}

/// Ordered.
#[derive(PartialEq)]
struct Seconds(f64);

impl Eq for Seconds {}

impl PartialOrd for Seconds {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Seconds {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
