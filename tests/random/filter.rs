//! `where` on lists of results.

use proptest::sample::Index;

use super::program::{Axis, Loop};

/// Sizes of shards are below this.
pub const SIZES: i64 = 3;

/// `where` on a list of results: the size of a shard is above a number; or it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    pub above: Limit,
    pub or_none: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Number(i64),
    /// The item of a loop around; of a collection what is left of it, divided by [`SIZES`].
    Item(Axis),
}

/// A filter by a number, or by the item of one of the loops of its reader.
pub fn filter((which, or_none): (Index, bool), here: &[Loop]) -> Filter {
    let which = which.index(2 + here.len());
    let above = match here.get(which.wrapping_sub(2)) {
        Some(each) => Limit::Item(each.axis),
        None => Limit::Number(which as i64),
    };
    Filter { above, or_none }
}

impl Filter {
    /// Whether a list has a shard of this size, where the loops around are at these items.
    pub fn holds(&self, size: i64, item: impl Fn(Axis) -> i64) -> bool {
        let limit = match self.above {
            Limit::Number(number) => number,
            Limit::Item(axis @ Axis::Static(_)) => item(axis) % SIZES,
            Limit::Item(axis) => item(axis),
        };
        size > limit || self.or_none && size == 0
    }
}
