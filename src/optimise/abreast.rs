//! Several tasks side by side in one array element, where the site says how large its nodes are:
//! an element starts them all at once, where the scheduler would launch one after another, and
//! fills a node that it has to itself.
//!
//! Tried width by width, kept where the simulated run ends sooner. What the simulation does not
//! know is that a wide element waits longer for a place; so it must be worth something, and the
//! narrowest that is nearly the best is taken. An element that has its node to itself waits no
//! longer, and what it does not fill is lost: there what holds the least of the nodes is taken, and
//! the run need not end sooner for it.

use std::rc::Rc;

use super::trial::{EQUAL, Trial};
use super::{Pass, Stage, StageId, Stages, Workload, pack};
use crate::site::NodeUse;
use crate::units::{Size, counted};

/// The run must end in so much of the time.
const WORTH_IT: f64 = 0.95;

/// Widths that differ by less are as good as each other.
const NEARLY: f64 = 1.02;

/// Beyond so many stages, trying each costs more than it gives.
const MOST: usize = 100;

pub(super) fn abreast(stages: Stages, workload: &Workload<'_>) -> Stages {
    let many = stages.len() > MOST;
    if many && workload.site.nodes == NodeUse::Shared {
        return stages;
    }
    let mut best = Trial::new(stages, workload);
    if many {
        return filled(best, workload).stages;
    }
    for id in best.stages.ids() {
        if let Some(wider) = widened(&best, id, workload) {
            best = wider;
        }
    }
    best.stages
}

/// With all stages as wide as nodes have room for, if the run ends no later and holds less.
fn filled(best: Trial, workload: &Workload<'_>) -> Trial {
    let fill = |stage: &Stage| {
        let shape = shapes(stage, workload).pop()?;
        let width = workload.room(&shape).min(shape.tasks());
        (width > 1).then(|| Rc::new(side_by_side(&shape, width, workload)))
    };
    let all = best.stages.shared();
    let all = all.map(|(_, it)| fill(it).unwrap_or_else(|| Rc::clone(it)));
    let filled = Trial::new(all.collect(), workload);
    let good = filled.makespan() <= best.makespan() + EQUAL && holds_less(&filled, &best);
    if good { filled } else { best }
}

/// With one of the stages side by side; `None` where it is not worth it.
fn widened(best: &Trial, id: StageId, workload: &Workload<'_>) -> Option<Trial> {
    let stage = &best.stages[id];
    let mut trials = Vec::new();
    for shape in shapes(stage, workload) {
        let mut width = workload.room(&shape).min(shape.tasks());
        while width > 1 {
            let wide = side_by_side(&shape, width, workload);
            width /= 2;
            if wide.elements() > stage.elements().max(workload.site.slots) {
                break;
            }
            trials.push(Trial::new(best.stages.with(id, wide), workload));
        }
    }
    let shortest = trials.iter().map(Trial::makespan).reduce(f64::min)?;
    let sooner = shortest <= best.makespan() * WORTH_IT;
    let limit = match sooner {
        true => shortest * NEARLY,
        false => best.makespan() + EQUAL,
    };
    let near = trials.into_iter().filter(|it| it.makespan() <= limit);
    let held = |trial: &Trial| trial.run.node_seconds;
    match workload.site.nodes {
        NodeUse::Shared => near
            .min_by_key(|it| it.stages[id].abreast)
            .filter(|_| sooner),
        NodeUse::Whole => near
            .min_by(|a, b| held(a).total_cmp(&held(b)))
            .filter(|it| sooner || holds_less(it, best)),
    }
}

fn holds_less(trial: &Trial, best: &Trial) -> bool {
    trial.run.node_seconds < best.run.node_seconds - EQUAL
}

/// As it is cut, and with as many tasks as run at once side by side: launching them no longer holds
/// them up, and whole nodes are filled.
fn shapes(stage: &Stage, workload: &Workload<'_>) -> Vec<Stage> {
    let mut shapes = vec![stage.clone()];
    if stage.lots.len() == 1 && pack::may_pack(stage, workload) {
        let apart = pack::unpacked(stage);
        let all = workload.width_abreast(stage);
        let packed = pack::packed(&apart, all, workload);
        shapes.extend(packed.or_else(|| (apart.items <= all).then_some(apart)));
    }
    shapes
}

fn side_by_side(stage: &Stage, width: u64, workload: &Workload<'_>) -> Stage {
    let mut wide = stage.clone();
    wide.abreast = width;
    let gain = match workload.site.nodes {
        NodeUse::Shared => format!("where {} are launched a second", workload.site.launch_rate),
        NodeUse::Whole => "each a whole node".to_owned(),
    };
    let reason = format!(
        "{width} tasks side by side in an array element: {} tasks start as {}, {gain}",
        wide.tasks(),
        counted(wide.elements(), "element"),
    );
    wide.decide(Pass::Abreast, reason);
    wide
}

impl Workload<'_> {
    /// How many tasks of a stage can run at once where nodes are filled with them: a slot of a site
    /// of whole nodes is a node, which one task alone would leave idle but for a core.
    fn width_abreast(&self, stage: &Stage) -> u64 {
        match self.site.nodes {
            NodeUse::Shared => self.width(stage),
            NodeUse::Whole => self.width(stage).saturating_mul(self.room(stage)),
        }
    }

    /// Nodes times seconds that the tasks of a stage hold where they fill nodes.
    pub(super) fn held_abreast(&self, stage: &Stage) -> f64 {
        let nodes = stage.tasks() as f64 / self.room(stage) as f64;
        nodes * (self.site.startup + pack::task_seconds(stage, self))
    }

    /// How many tasks of a stage a node has room for; 1 where nothing is known of nodes, or where a
    /// task must have an element to itself.
    fn room(&self, stage: &Stage) -> u64 {
        if self.stands_alone(stage) {
            return 1;
        }
        let asked = self.asked(stage);
        let partition = self.site.partition_or_first(asked.partition);
        let whole = (self.site.nodes == NodeUse::Whole).then_some(self.site.cores);
        let Some(cores) = partition.and_then(|it| it.cpus).or(whole) else {
            return 1;
        };
        let by_cores = cores / asked.cpus.max(1);
        let of_node = partition.and_then(|it| it.memory);
        let Size(of_node) = of_node.unwrap_or(self.site.node_memory);
        let memory = asked.memory.or(self.site.memory);
        let by_memory = memory.map_or(by_cores, |Size(bytes)| (of_node / bytes.max(1.0)) as u64);
        let room = by_cores.min(by_memory);
        let room = match self.site.nodes {
            NodeUse::Shared => room.min(self.site.slots),
            NodeUse::Whole => room,
        };
        room.max(1)
    }

    /// Whether each of its tasks must have an element to itself.
    fn stands_alone(&self, stage: &Stage) -> bool {
        let mut calls = stage.calls();
        let apart = calls.any(|call| {
            let asked = self.dataflow.resources(call);
            let process = self.dataflow.process_of(call);
            asked.gpus.or(asked.nodes).or(asked.tasks).is_some()
                || !asked.raw.is_empty()
                || process.at_most.is_some()
                || process.never_pack
                || !process.retry.raises.is_empty()
        });
        apart || self.is_chain(stage)
    }
}
