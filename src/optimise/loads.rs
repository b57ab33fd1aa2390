//! Items that cost differently, and the tasks that they make when each goes to the task that has
//! least to do, the longest first.

use std::rc::Rc;

use crate::dataflow::{AxisId, CallId, Dataflow};

use super::balance::Balance;
use super::{Stage, Workload};

/// Beyond so many shards of a call, its mean stands for all of them.
const MOST: u64 = 20_000_000;

/// An item below this part of a task fills it like water, as far as a simulation can tell.
const GRAIN: f64 = 1.0 / 64.0;

/// Seconds of each item of a stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Loads {
    /// In the order of the items.
    each: Vec<f64>,
    /// Items, the longest first.
    order: Vec<u32>,
    total: f64,
}

impl Loads {
    fn new(each: Vec<f64>) -> Option<Self> {
        let mut order: Vec<u32> = (0..u32::try_from(each.len()).ok()?).collect();
        let seconds = |at: u32| each.get(at as usize).copied().unwrap_or(0.0);
        order.sort_unstable_by(|&a, &b| seconds(b).total_cmp(&seconds(a)).then(a.cmp(&b)));
        let total = each.iter().sum();
        Some(Self { each, order, total })
    }

    /// Each item with its seconds, the longest first.
    pub fn longest_first(&self) -> impl Iterator<Item = (u32, f64)> {
        let seconds = |at: u32| self.each.get(at as usize).copied().unwrap_or(0.0);
        self.order.iter().map(move |&at| (at, seconds(at)))
    }

    /// Seconds of all items.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// Seconds of a task where there are so many, rounded up so that as many are enough.
    pub fn of_task(&self, tasks: u64) -> f64 {
        (self.total / tasks.max(1) as f64 * 1000.0).ceil() / 1000.0
    }

    /// Seconds of each of so many tasks, items in their order.
    pub(super) fn in_order(&self, pack: u64) -> Rc<[f64]> {
        let pack = usize::try_from(pack).unwrap_or(usize::MAX).max(1);
        let tasks = self.each.chunks(pack);
        tasks.map(|task| task.iter().sum()).collect()
    }

    /// Seconds of each of so many tasks, balanced; the longest item is in the first.
    pub(super) fn balanced(&self, tasks: u64) -> Rc<[f64]> {
        let count = usize::try_from(tasks).unwrap_or(usize::MAX);
        if count >= self.each.len() {
            return self.longest_first().map(|(_, seconds)| seconds).collect();
        }
        let grain = self.total / tasks as f64 * GRAIN;
        let mut balance = Balance::new(count);
        let mut rest = self.total;
        for (_, seconds) in self.longest_first().take_while(|(_, it)| *it > grain) {
            balance.add(seconds);
            rest -= seconds;
        }
        let mut bins = balance.loads();
        fill(&mut bins, rest.max(0.0));
        bins.into()
    }
}

/// Pours what is left into the bins that have least.
fn fill(bins: &mut [f64], rest: f64) {
    let mut sorted = bins.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (mut below, mut level, mut count) = (0.0, 0.0, 0.0);
    for bin in sorted {
        if count > 0.0 && bin * count - below >= rest {
            break;
        }
        below += bin;
        count += 1.0;
        level = (below + rest) / count;
    }
    for bin in bins.iter_mut().filter(|bin| **bin < level) {
        *bin = level;
    }
}

impl Workload<'_> {
    /// What the items of a stage cost; none where they are alike, or where an item is a lot.
    pub(super) fn loads(&self, stage: &Stage) -> Option<Rc<Loads>> {
        let uneven = |call: &CallId| self.estimates.of_shards(*call).is_some();
        let [lot] = stage.lots.as_slice() else {
            return None;
        };
        let is_known = self.dataflow.made(&stage.axes).next().is_none();
        if stage.items < 2 || !is_known || !lot.iter().any(uneven) {
            return None;
        }
        let even: Vec<CallId> = lot.iter().copied().filter(|call| !uneven(call)).collect();
        let base = self.lot_seconds(stage, &even);
        let mut each = vec![base; usize::try_from(stage.items).ok()?];
        for call in lot.iter().filter(|call| uneven(call)) {
            self.add(stage, *call, &mut each)?;
        }
        Loads::new(each).map(Rc::new)
    }

    /// Adds each shard of a call to its item.
    fn add(&self, stage: &Stage, call: CallId, each: &mut [f64]) -> Option<()> {
        let costs = self.estimates.of_shards(call)?;
        let free = |axes| -> Vec<AxisId> { self.dataflow.free(axes).map(|it| it.axis).collect() };
        let axes = free(&self.dataflow.call(call).axes);
        if self.dataflow.shards(call) > MOST {
            return None;
        }
        let beside = self.beside_seconds(call);
        let of_items = free(&stage.axes);
        let items = strides(self.dataflow, &of_items, &axes);
        let places = strides(self.dataflow, &costs.axes, &axes);
        let lengths: Vec<u64> = axes
            .iter()
            .map(|&it| self.dataflow.axis(it).items.len())
            .collect();
        for shard in 0..self.dataflow.shards(call) {
            let (mut rest, mut item, mut place) = (shard, 0, 0);
            for ((length, item_step), place_step) in lengths.iter().zip(&items).zip(&places).rev() {
                item += rest % length * item_step;
                place += rest % length * place_step;
                rest /= length;
            }
            let seconds = costs.each.get(usize::try_from(place).ok()?)?;
            *each.get_mut(usize::try_from(item).ok()?)? += seconds + beside;
        }
        Some(())
    }
}

/// How far a step along each of `along` leads in the points of `axes`; 0 where it has it not.
fn strides(dataflow: &Dataflow, axes: &[AxisId], along: &[AxisId]) -> Vec<u64> {
    let stride = |axis: &AxisId| {
        let at = axes.iter().position(|it| it == axis)?;
        let behind = axes.get(at + 1..)?.iter();
        Some(behind.map(|&it| dataflow.axis(it).items.len()).product())
    };
    along.iter().map(|axis| stride(axis).unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads(each: &[f64]) -> Loads {
        Loads::new(each.to_vec()).unwrap_or_else(|| panic!("few items"))
    }

    #[test]
    fn the_longest_goes_first_and_each_where_there_is_least() {
        let loads = loads(&[1.0, 7.0, 3.0, 4.0, 5.0]);
        assert_eq!(*loads.balanced(2), [10.0, 10.0]);
        assert_eq!(*loads.in_order(2), [8.0, 7.0, 5.0]);
        assert_eq!(loads.longest_first().next(), Some((1, 7.0)));
        assert_eq!(loads.of_task(3), 6.667);
    }

    #[test]
    fn small_items_fill_what_is_left_like_water() {
        let mut each = vec![0.01; 10_000];
        each.push(60.0);
        let bins = loads(&each).balanced(5);
        assert_eq!(bins.len(), 5);
        assert!((bins.iter().sum::<f64>() - 160.0).abs() < 1e-6);
        assert!(
            bins.iter()
                .all(|&bin| bin == 60.0 || (bin - 25.0).abs() < 1e-6),
            "{bins:?}"
        );
    }
}
