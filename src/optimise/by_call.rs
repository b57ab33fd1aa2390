//! Tables with a row for each call.

use std::ops::{Index, IndexMut};

use crate::dataflow::{CallId, Dataflow};

/// A value for each call of a dataflow.
#[derive(Debug, Clone, PartialEq)]
pub struct ByCall<T>(Vec<T>);

impl<T: Clone> ByCall<T> {
    /// The same value for all.
    pub fn new(dataflow: &Dataflow, value: T) -> Self {
        Self(vec![value; dataflow.calls.len()])
    }
}

impl<T> FromIterator<T> for ByCall<T> {
    /// In the order of the calls.
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl<T> Index<CallId> for ByCall<T> {
    type Output = T;

    fn index(&self, call: CallId) -> &T {
        let value = self.0.get(call.0 as usize);
        value.unwrap_or_else(|| unreachable!("{call:?} comes from this dataflow"))
    }
}

impl<T> IndexMut<CallId> for ByCall<T> {
    fn index_mut(&mut self, call: CallId) -> &mut T {
        let value = self.0.get_mut(call.0 as usize);
        value.unwrap_or_else(|| unreachable!("{call:?} comes from this dataflow"))
    }
}
