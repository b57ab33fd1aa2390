//! Which shards run together.
//!
//! Takes the dataflow, its estimates and the site; gives [`Stages`]: one for each array job to be,
//! with the reason for its shape. Each rewrite is `Stages -> Stages` plus decisions. Knows nothing
//! of requests and scripts.

mod pack;

use crate::cost::Estimates;
use crate::dataflow::{CallAxis, CallId, Dataflow};
use crate::site::Site;

/// Index into [`Stages::stages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StageId(pub u32);

/// How much the optimiser may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// A job a call, an array task a shard, as far as the site's limits allow.
    Off,
    #[default]
    All,
}

/// The stages in an order in which each stands behind all that it reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    pub stages: Vec<Stage>,
    pub decisions: Vec<Decision>,
}

/// Calls over the same axes that run in one array job.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// In the order in which an item runs them.
    pub calls: Vec<CallId>,
    pub axes: Vec<CallAxis>,
    /// How many items: one shard of each call makes an item.
    pub items: u64,
    /// Items in one array task.
    pub pack: u64,
}

impl Stage {
    /// Array tasks.
    pub fn tasks(&self) -> u64 {
        self.items.div_ceil(self.pack.max(1))
    }
}

/// What a rewrite did to a stage, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub pass: Pass,
    pub stage: StageId,
    /// For people: `packed 100 shards a task: …`.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    Pack,
}

impl Pass {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pack => "pack",
        }
    }
}

/// What the rewrites look at.
#[derive(Debug, Clone, Copy)]
struct Input<'a> {
    dataflow: &'a Dataflow,
    site: &'a Site,
}

/// Runs the rewrites in their order.
pub fn optimise(dataflow: &Dataflow, _estimates: &Estimates, site: &Site, _level: Level) -> Stages {
    let input = Input { dataflow, site };
    let stages = a_stage_a_call(dataflow);
    let stages = pack::pins(stages, input);
    pack::limits(stages, input)
}

/// Where all begins: nothing is fused, nothing packed.
fn a_stage_a_call(dataflow: &Dataflow) -> Stages {
    let stages = dataflow.call_ids().map(|call| Stage {
        calls: vec![call],
        axes: dataflow.call(call).axes.clone(),
        items: dataflow.shards(call),
        pack: 1,
    });
    Stages {
        stages: stages.collect(),
        decisions: Vec::new(),
    }
}
