//! Which shards run together.
//!
//! Takes the [`Workload`]; gives [`Stages`]: one for each array job to be,
//! with the reason for its shape. Each rewrite is `Stages -> Stages` plus decisions. Knows nothing
//! of requests and scripts. What no rule decides is tried: a rewrite stays if the simulated run
//! does not get longer by it.

mod abreast;
mod balance;
mod by_call;
mod chain;
mod collect;
mod forecast;
mod fuse;
mod graph;
mod links;
mod loads;
mod model;
mod pack;
mod stages;
mod thin;
mod trial;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::cost;
use crate::dataflow::{CallAxis, CallId, Dataflow, ProcessId};

use trial::Trial;

pub use by_call::ByCall;
pub use forecast::{Forecast, forecast, replay};
pub use graph::{Edge, edges};
pub use loads::Loads;
pub use model::{UNKNOWN, Workload};
pub use stages::{StageId, Stages};

/// How much the optimiser may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// A job a call, an array task a shard, as far as the site's limits allow.
    Off,
    #[default]
    All,
}

/// Calls that run in one array job.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What an item runs, in this order: of each call all shards at its point. There are several
    /// lots only without axes; then each is an item.
    pub lots: Vec<Vec<CallId>>,
    /// What several lots are made of: the smallest that they could be.
    chains: Vec<Vec<CallId>>,
    /// The axes that all calls have.
    pub axes: Vec<CallAxis>,
    pub items: u64,
    /// Items in one array task; the mean where tasks are balanced.
    pub pack: u64,
    /// Where items cost differently.
    pub loads: Option<Rc<Loads>>,
    /// So many tasks, balanced by what their items cost; else items go to them in their order.
    pub balanced: Option<u64>,
    /// Tasks side by side in one array element.
    pub abreast: u64,
    pub decisions: Vec<Decision>,
}

impl Stage {
    /// An item a task.
    fn new(lots: Vec<Vec<CallId>>, axes: Vec<CallAxis>, items: u64) -> Self {
        Self {
            lots,
            chains: Vec::new(),
            axes,
            items,
            pack: 1,
            loads: None,
            balanced: None,
            abreast: 1,
            decisions: Vec::new(),
        }
    }

    pub fn calls(&self) -> impl Iterator<Item = CallId> + Clone {
        self.lots.iter().flatten().copied()
    }

    /// The call that stands first in the program.
    fn earliest(&self) -> CallId {
        let earliest = self.calls().min();
        earliest.unwrap_or_else(|| unreachable!("a stage is made with its first call"))
    }

    /// Shards of a call in an item.
    pub fn shards_an_item(&self, dataflow: &Dataflow, call: CallId) -> u64 {
        match self.lots.as_slice() {
            [_] => dataflow.shards(call) / self.items.max(1),
            _ => dataflow.shards(call),
        }
    }

    /// What a task asks for in seconds: that of its longest item as often as it has items.
    pub fn walltime(&self, workload: &Workload<'_>) -> Option<f64> {
        let (dataflow, startup) = (workload.dataflow, workload.site.startup);
        let each = self.lots.iter().map(|lot| {
            let mut processes: BTreeMap<ProcessId, cost::Group> = BTreeMap::new();
            for &call in lot {
                let shards = self.shards_an_item(dataflow, call);
                let group = processes.entry(dataflow.call(call).process).or_default();
                group.push((workload.estimates.of(call), shards));
            }
            let groups: Vec<_> = processes.into_values().collect();
            cost::walltime(&groups, self.pack, startup)
        });
        let asked = each.reduce(|a, b| Some(a?.max(b?))).flatten()?;
        let Some(longest) = self.longest_task().filter(|_| self.tasks() < self.items) else {
            return Some(asked);
        };
        Some(startup + self.limits(workload)? + cost::PACK_MARGIN * longest)
    }

    /// Seconds of work in the longest task, where items differ.
    fn longest_task(&self) -> Option<f64> {
        let loads = self.loads.as_ref()?;
        Some(match self.balanced {
            // The longest item of a task is asked for with its limit.
            Some(tasks) => loads.of_task(tasks),
            None => loads
                .in_order(self.pack)
                .iter()
                .copied()
                .fold(0.0, f64::max),
        })
    }

    /// The sum of the largest limit of each process, in seconds.
    fn limits(&self, workload: &Workload<'_>) -> Option<f64> {
        let mut largest: BTreeMap<ProcessId, f64> = BTreeMap::new();
        for call in self.calls() {
            let limit = workload.estimates.of(call).limit?;
            let process = workload.dataflow.call(call).process;
            let most = largest.entry(process).or_default();
            *most = most.max(limit);
        }
        Some(largest.values().sum())
    }

    /// Array tasks.
    pub fn tasks(&self) -> u64 {
        self.balanced
            .unwrap_or_else(|| self.items.div_ceil(self.pack.max(1)))
    }

    /// Elements of the array: each runs some tasks side by side.
    pub fn elements(&self) -> u64 {
        self.tasks().div_ceil(self.abreast.max(1))
    }

    /// Array tasks of a rung, before any throttle: the root of its own; of a chain, where an item
    /// takes all the time of a task, as many as have a place for its share.
    pub fn rung_width(&self, workload: &Workload<'_>) -> u64 {
        let root = self.tasks().isqrt();
        let root = root + u64::from(root * root < self.tasks());
        match self.starts(workload) {
            1 => root,
            _ => root.max(self.tasks().div_ceil(RUNG_SHARE)),
        }
    }

    /// How often each of its tasks is started, one array behind the other.
    pub fn starts(&self, workload: &Workload<'_>) -> u64 {
        let calls = self.calls();
        let chains = calls.filter_map(|call| workload.estimates.chain(call));
        chains.map(|it| it.starts(self.pack)).max().unwrap_or(1)
    }

    /// Notes why; what the same rewrite said before no longer holds.
    fn decide(&mut self, pass: Pass, reason: String) {
        self.decisions.retain(|decision| decision.pass != pass);
        self.decisions.push(Decision { pass, reason });
    }
}

/// What a rewrite did to a stage, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub pass: Pass,
    /// For people: `packed 100 shards a task: …`.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    Collect,
    Fuse,
    Pack,
    Abreast,
    Chain,
}

/// A plan is never longer than this much of doing nothing.
const NO_LONGER: f64 = 1.02;

/// Of plans that differ by less, that with the fewest tasks is taken.
const MUCH_THE_SAME: f64 = 1.04;

/// Of the items that a job has, each rung has time for one in so many.
pub const RUNG_SHARE: u64 = 10;

/// Beyond so many tasks, doing nothing is not simulated: it is worse.
const MANY: u64 = 20_000;

/// Runs the rewrites in their order.
pub fn optimise(workload: &Workload<'_>, level: Level) -> Stages {
    let stages = pack::pins(a_stage_a_call(workload), workload);
    let shaped = match level {
        Level::Off => stages,
        Level::All => best(stages, workload),
    };
    let limited = pack::limits(shaped, workload);
    let wide = match level {
        Level::Off => limited,
        Level::All => abreast::abreast(limited, workload),
    };
    chain::chains(wide, workload)
}

/// Calls apart or collected, whichever ends first; of those that end at much the same time, that
/// with the fewest tasks.
fn best(stages: Stages, workload: &Workload<'_>) -> Stages {
    let cap = match stages.tasks() {
        0..=MANY => Trial::new(stages.clone(), workload).makespan() * NO_LONGER,
        _ => f64::INFINITY,
    };
    let collected = collect::collect(&stages, workload).into_iter();
    let parted = collected.map(|plan| collect::part(Trial::new(plan, workload), workload));
    let mut plans: Vec<Trial> = parted.collect();
    plans.dedup_by(|a, b| a.stages == b.stages);
    plans.push(Trial::new(pack::widths(stages, workload), workload));
    let shape = |plan| thin::thin(fuse::fuse(plan, workload), cap, workload);
    let plans: Vec<_> = plans.into_iter().map(shape).collect();
    let makespans = plans.iter().map(Trial::makespan);
    let shortest = makespans.fold(f64::INFINITY, f64::min);
    let limit = (shortest * MUCH_THE_SAME).min(cap.max(shortest));
    let good = plans.into_iter().filter(|plan| plan.makespan() <= limit);
    let fewest = good.min_by_key(|plan| plan.stages.tasks());
    fewest.map(|plan| plan.stages).unwrap_or_default()
}

/// Where all begins: nothing is fused, nothing packed.
fn a_stage_a_call(workload: &Workload<'_>) -> Stages {
    let dataflow = workload.dataflow;
    let stages = dataflow.call_ids().map(|call| {
        let axes = dataflow.call(call).axes.clone();
        let mut stage = Stage::new(vec![vec![call]], axes, dataflow.shards(call));
        stage.loads = workload.loads(&stage);
        Rc::new(stage)
    });
    stages.collect()
}

#[cfg(test)]
mod tests;
