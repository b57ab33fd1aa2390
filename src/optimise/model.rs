//! Stages as the simulation sees them.

use std::rc::Rc;

use crate::cost::Estimates;
use crate::dataflow::{CallId, Dataflow};
use crate::simulate::{self, Job, Tasks};
use crate::site::{NodeUse, Runtime, Site};
use crate::units::Size;

use super::links::Links;
use super::{Edge, Stage, Stages};

/// Seconds that a shard of which nothing is known counts with in predictions.
pub const UNKNOWN: f64 = 600.0;

/// A program with what its shards are expected to take, and the site that it is for.
#[derive(Debug, Clone)]
pub struct Workload<'a> {
    pub dataflow: &'a Dataflow,
    pub estimates: &'a Estimates,
    pub site: &'a Site,
    pub(super) links: Rc<Links>,
}

/// What one task asks of a node; `None` where the program is silent.
pub(super) struct Asked<'a> {
    pub cpus: u64,
    pub memory: Option<Size>,
    pub partition: Option<&'a str>,
}

impl<'a> Workload<'a> {
    pub fn new(dataflow: &'a Dataflow, estimates: &'a Estimates, site: &'a Site) -> Self {
        Self {
            dataflow,
            estimates,
            site,
            links: Rc::new(Links::new(dataflow)),
        }
    }

    /// The same program, of which other estimates are believed.
    pub fn estimated<'b>(&self, estimates: &'b Estimates) -> Workload<'b>
    where
        'a: 'b,
    {
        Workload {
            estimates,
            ..self.clone()
        }
    }
}

impl Workload<'_> {
    /// Whether the costs of all calls are known.
    pub fn knows(&self, stage: &Stage) -> bool {
        stage
            .calls()
            .all(|call| self.estimates.of(call).cost.is_some())
    }

    /// What one shard holds a task for; the mean where they differ.
    pub fn shard_seconds(&self, call: CallId) -> f64 {
        let cost = self.estimates.of(call).cost.unwrap_or(UNKNOWN);
        cost + self.beside_seconds(call) + self.between_starts(call, cost)
    }

    /// What passes between the starts of a shard that takes several.
    fn between_starts(&self, call: CallId, cost: f64) -> f64 {
        let chain = self.estimates.chain(call);
        let starts = chain.map_or(1.0, |chain| chain.starts_of(cost));
        (starts - 1.0) * (self.site.startup + self.site.dependency_delay)
    }

    /// What a shard takes beside its script: shell and image. Where all tasks together could not
    /// begin and end shards as fast as that, it waits for the others.
    pub fn beside_seconds(&self, call: CallId) -> f64 {
        let image = match self.dataflow.process_of(call).container {
            Some(_) if self.site.container != Runtime::None => self.site.container_startup,
            Some(_) | None => 0.0,
        };
        let alone = image + self.site.shell_time;
        let shards = self.dataflow.shards(call).min(self.site.slots);
        let together = shards as f64 / self.site.shard_rate;
        let cost = self.estimates.of(call).cost.unwrap_or(UNKNOWN);
        alone.max(together - cost)
    }

    pub fn lot_seconds(&self, stage: &Stage, lot: &[CallId]) -> f64 {
        let each = lot.iter().map(|&call| {
            let shards = stage.shards_an_item(self.dataflow, call) as f64;
            shards * self.shard_seconds(call)
        });
        each.sum()
    }

    /// The mean over the items.
    pub fn item_seconds(&self, stage: &Stage) -> f64 {
        let each = stage.lots.iter().map(|lot| self.lot_seconds(stage, lot));
        let lots = stage.lots.len().max(1) as f64;
        each.sum::<f64>() / lots
    }

    fn tasks(&self, stage: &Stage) -> Tasks {
        let pack = stage.pack.max(1);
        match (&stage.loads, stage.balanced) {
            (Some(loads), Some(tasks)) => return Tasks::Uneven(loads.balanced(tasks)),
            (Some(loads), None) => return Tasks::Uneven(loads.in_order(pack)),
            (None, _) => {}
        }
        if let [lot] = stage.lots.as_slice() {
            let item = self.lot_seconds(stage, lot);
            let last = stage.items - (stage.tasks().saturating_sub(1)) * pack;
            let (each, last) = (pack as f64 * item, last as f64 * item);
            return Tasks::Even {
                count: stage.tasks(),
                each,
                last,
            };
        }
        let each: Vec<f64> = stage
            .lots
            .iter()
            .map(|lot| self.lot_seconds(stage, lot))
            .collect();
        let pack = usize::try_from(pack).unwrap_or(usize::MAX);
        Tasks::Uneven(each.chunks(pack).map(|task| task.iter().sum()).collect())
    }

    /// What a task asks of a node: the most of any of its calls.
    pub(super) fn asked(&self, stage: &Stage) -> Asked<'_> {
        let calls = || stage.calls().map(|call| self.dataflow.resources(call));
        let memory = calls().filter_map(|it| it.memory).reduce(f64::max);
        Asked {
            cpus: calls().filter_map(|it| it.cpus).max().unwrap_or(1),
            memory: memory.map(Size),
            partition: calls().find_map(|it| it.partition.as_deref()),
        }
    }

    /// The part of a node that an element keeps from others.
    fn share(&self, stage: &Stage) -> f64 {
        let asked = self.asked(stage);
        let memory = asked.memory;
        let memory = memory.map(|Size(bytes)| Size(bytes * stage.abreast as f64));
        let cpus = asked.cpus * stage.abreast;
        self.site.share(asked.partition, cpus, memory)
    }

    /// Slots that an element takes: where nodes are whole, they are what slots count.
    fn slots(&self, stage: &Stage) -> u64 {
        match self.site.nodes {
            NodeUse::Whole => 1,
            NodeUse::Shared => stage.abreast,
        }
    }

    /// The most tasks of a stage at once that the program allows.
    pub fn throttle(&self, stage: &Stage) -> Option<u64> {
        let each = stage.calls().map(|call| self.dataflow.process_of(call));
        each.filter_map(|process| process.at_most).min()
    }

    /// How many tasks of a stage can run at once.
    pub fn width(&self, stage: &Stage) -> u64 {
        let throttle = self.throttle(stage).unwrap_or(u64::MAX);
        self.site.slots.min(throttle).max(1)
    }

    /// What the simulation runs, a job a stage.
    pub fn jobs(&self, stages: &Stages, edges: &[Vec<Edge>]) -> Vec<Job> {
        let each = stages.iter().zip(edges);
        each.map(|(stage, edges)| Job {
            tasks: self.tasks(stage).abreast(stage.abreast),
            slots: self.slots(stage),
            throttle: self.throttle(stage),
            share: self.share(stage),
            after: edges
                .iter()
                .map(|edge| simulate::Edge {
                    job: edge.producer.0 as usize,
                    kind: edge.kind,
                })
                .collect(),
        })
        .collect()
    }

    /// What one task of one item holds of the nodes.
    pub fn node_seconds(&self, stage: &Stage) -> f64 {
        (self.site.startup + self.item_seconds(stage)) * self.share(stage)
    }
}
