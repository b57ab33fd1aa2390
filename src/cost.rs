//! What a shard of each call is expected to take.
//!
//! Takes the dataflow and the site; gives [`Estimates`]. Knows nothing of jobs: `optimise` weighs with these
//! numbers, `plan` turns them into requests.

mod chain;
mod sizes;

use std::collections::BTreeMap;

use crate::dataflow::{CallId, Costs, Dataflow};
use crate::learned::{LEAST, Learned, Measured};
use crate::site::Site;

pub use chain::{Chain, longest};

/// A walltime made from a cost leaves room for a shard that takes thrice as long, and then some.
const MARGIN: f64 = 3.0;
const SLACK: f64 = 600.0;

/// Of the costs beyond the limits in a pack, this much is asked for.
pub const PACK_MARGIN: f64 = 1.5;

/// One shard of one call, in seconds; `None` where the program is silent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// The expected time; the mean where shards differ.
    pub cost: Option<f64>,
    /// After how long a shard is ended: `time`, else three times the cost and ten minutes.
    pub limit: Option<f64>,
}

impl Estimate {
    pub fn new(cost: Option<f64>, time: Option<f64>) -> Self {
        let limit = time.or_else(|| cost.map(|cost| MARGIN * cost + SLACK));
        Self { cost, limit }
    }
}

/// An estimate for each call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Estimates {
    calls: Vec<Estimate>,
    /// Of calls whose shards differ.
    shards: BTreeMap<CallId, Costs>,
    /// Of calls whose process was measured.
    measured: BTreeMap<CallId, Measured>,
    /// Of calls whose shards take several starts.
    chains: BTreeMap<CallId, Chain>,
}

impl Estimates {
    /// The cost of each shard, where they differ.
    pub fn of_shards(&self, call: CallId) -> Option<&Costs> {
        self.shards.get(&call)
    }

    /// With another limit for the shards of a call.
    pub fn limited(mut self, call: CallId, limit: Option<f64>) -> Self {
        if let Some(estimate) = self.calls.get_mut(call.0 as usize) {
            estimate.limit = limit;
        }
        self
    }

    /// The starts of each shard of a call, where it takes several.
    pub fn chain(&self, call: CallId) -> Option<&Chain> {
        self.chains.get(&call)
    }

    /// What earlier runs of the process of a call took.
    pub fn measured(&self, call: CallId) -> Option<&Measured> {
        self.measured.get(&call)
    }

    pub fn of(&self, call: CallId) -> Estimate {
        let found = self.calls.get(call.0 as usize).copied();
        found.unwrap_or_default()
    }
}

impl FromIterator<Estimate> for Estimates {
    /// In the order of the calls.
    fn from_iter<T: IntoIterator<Item = Estimate>>(estimates: T) -> Self {
        Self {
            calls: estimates.into_iter().collect(),
            ..Self::default()
        }
    }
}

/// Reads the `cost` and `time` clauses; what was measured stands for a cost, and for a time and a
/// memory that a process does not ask for. Of a process with `checkpoint` records know the last start
/// alone: nothing is believed of them.
pub fn estimate(dataflow: &Dataflow, learned: &Learned, site: &Site) -> Estimates {
    let mut estimates = Estimates::default();
    for call in dataflow.call_ids() {
        let resources = dataflow.resources(call);
        let process = dataflow.process_of(call);
        let measured = learned.process.get(&process.name);
        let measured = measured.filter(|_| process.checkpoint.is_none());
        let expected = match measured {
            Some(measured) => of_measured(dataflow, call, measured, learned),
            None => Expected {
                mean: resources.cost,
                most: resources.cost,
                each: dataflow.call(call).costs.clone(),
            },
        };
        let of_longest = Estimate::new(expected.longest(), resources.time);
        let asked = chain::Asked {
            resources,
            cost: of_longest.cost,
            limit: of_longest.limit,
        };
        let chain = Chain::new(process, &asked, site);
        let limit = match chain {
            Some(chain) => Some(chain.limit).filter(|limit| limit.is_finite()),
            None => of_longest.limit,
        };
        let cost = expected.mean;
        estimates.calls.push(Estimate { cost, limit });
        estimates.chains.extend(chain.map(|chain| (call, chain)));
        estimates
            .shards
            .extend(expected.each.map(|each| (call, each)));
        let Some(measured) = measured else { continue };
        estimates.measured.insert(call, measured.clone());
    }
    estimates
}

/// What the shards of a call are expected to take, in seconds.
struct Expected {
    mean: Option<f64>,
    most: Option<f64>,
    /// Where they differ.
    each: Option<Costs>,
}

impl Expected {
    fn longest(&self) -> Option<f64> {
        let each = self.each.iter().flat_map(|costs| &costs.each);
        each.copied().reduce(f64::max).or(self.most)
    }
}

/// Of each shard, where the sizes of inputs explain the time.
fn of_measured(
    dataflow: &Dataflow,
    call: CallId,
    measured: &Measured,
    learned: &Learned,
) -> Expected {
    let bytes = || sizes::bytes(dataflow, call, &learned.sizes);
    let Some((line, mut costs)) = measured.by_size.zip(bytes()) else {
        return Expected {
            mean: Some(measured.time.mean.max(LEAST)),
            most: Some(measured.time.most.max(LEAST)),
            each: None,
        };
    };
    costs.each.iter_mut().for_each(|it| *it = line.seconds(*it));
    let mean = costs.each.iter().sum::<f64>() / costs.each.len().max(1) as f64;
    let first = costs.each.first().copied();
    let differ = costs.each.iter().any(|it| Some(*it) != first);
    Expected {
        mean: Some(mean),
        most: first,
        each: differ.then_some(costs),
    }
}

/// The files whose sizes explain how long measured processes take.
pub fn sized(dataflow: &Dataflow, learned: &Learned) -> Vec<String> {
    let wanted = dataflow.call_ids().filter(|&call| {
        let measured = learned.process.get(&dataflow.process_of(call).name);
        measured.is_some_and(|it| it.by_size.is_some())
    });
    wanted
        .flat_map(|call| sizes::paths(dataflow, call))
        .collect()
}

/// The calls of one process in an item, each with so many shards.
pub type Group = Vec<(Estimate, u64)>;

/// What an array task asks for that runs `pack` items of these. One shard alone: its limit. More:
/// start-up, the largest limit of each process, and 1.5 times the cost of every other shard.
/// `None` where a limit is unknown.
pub fn walltime(groups: &[Group], pack: u64, startup: f64) -> Option<f64> {
    let mut total = startup;
    for group in groups {
        let mut largest: Option<(f64, f64)> = None;
        for (estimate, shards) in group {
            let limit = estimate.limit?;
            // A shard of which only the limit is known is counted with all of it.
            let margin = estimate.cost.map_or(limit, |cost| PACK_MARGIN * cost);
            let shards = shards.saturating_mul(pack) as f64;
            total += shards * margin;
            if largest.is_none_or(|(most, _)| limit > most) {
                largest = Some((limit, margin));
            }
        }
        total += largest.map_or(0.0, |(limit, margin)| limit - margin);
    }
    let alone = |group: &Group| matches!(group.as_slice(), [(_, 1)]);
    match groups {
        [only] if pack == 1 && alone(only) => Some(total - startup),
        _ => Some(total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_time_else_made_from_the_cost() {
        assert_eq!(Estimate::new(Some(30.0), None).limit, Some(690.0));
        assert_eq!(Estimate::new(Some(30.0), Some(60.0)).limit, Some(60.0));
        assert_eq!(Estimate::new(None, None).limit, None);
    }

    fn seconds(calls: &[(Option<f64>, Option<f64>, u64)], pack: u64) -> Option<f64> {
        let calls: Vec<_> = calls
            .iter()
            .map(|&(cost, limit, shards)| vec![(Estimate { cost, limit }, shards)])
            .collect();
        walltime(&calls, pack, 20.0)
    }

    #[test]
    fn a_shard_alone_asks_for_its_limit() {
        assert_eq!(seconds(&[(Some(100.0), Some(3600.0), 1)], 1), Some(3600.0));
        assert_eq!(seconds(&[(None, None, 1)], 1), None);
    }

    #[test]
    fn a_pack_asks_for_one_limit_and_the_others_costs() {
        // 20 s of start-up, one limit of 900 s, and 9 other shards of 1.5 x 100 s.
        let asked = seconds(&[(Some(100.0), Some(900.0), 1)], 10);
        assert_eq!(asked, Some(20.0 + 900.0 + 1350.0));
    }

    #[test]
    fn without_a_cost_each_shard_counts_with_its_limit() {
        assert_eq!(seconds(&[(None, Some(60.0), 1)], 10), Some(20.0 + 600.0));
    }

    #[test]
    fn fused_calls_ask_for_the_sum_of_their_limits() {
        let chain = [(Some(10.0), Some(60.0), 1), (Some(20.0), Some(90.0), 1)];
        assert_eq!(seconds(&chain, 1), Some(20.0 + 150.0));
        let gather = [(Some(10.0), Some(60.0), 5), (Some(20.0), Some(90.0), 1)];
        assert_eq!(seconds(&gather, 1), Some(20.0 + 150.0 + 4.0 * 15.0));
    }

    #[test]
    fn calls_of_one_process_share_the_largest_limit() {
        let one = |cost, limit| (Estimate::new(Some(cost), Some(limit)), 1);
        let group = vec![one(10.0, 60.0), one(20.0, 90.0)];
        assert_eq!(walltime(&[group], 1, 20.0), Some(20.0 + 90.0 + 15.0));
    }
}
