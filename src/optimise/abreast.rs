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
use super::{Input, Pass, Stage, Stages, pack};
use crate::site::NodeUse;

/// The run must end in so much of the time.
const WORTH_IT: f64 = 0.95;

/// Widths that differ by less are as good as each other.
const NEARLY: f64 = 1.02;

/// Beyond so many stages, trying each costs more than it gives.
const MOST: usize = 100;

pub(super) fn abreast(stages: Stages, input: Input<'_>) -> Stages {
    let many = stages.stages.len() > MOST;
    if many && input.site.nodes == NodeUse::Shared {
        return stages;
    }
    let mut best = Trial::new(stages, input);
    if many {
        return filled(best, input).stages;
    }
    for at in 0..best.stages.stages.len() {
        if let Some(wider) = widest(&best, at, input) {
            best = wider;
        }
    }
    best.stages
}

/// With all stages as wide as nodes have room for, if the run ends no later and holds less.
fn filled(best: Trial, input: Input<'_>) -> Trial {
    let fill = |stage: &Rc<Stage>| {
        let shape = shapes(stage, input).pop()?;
        let width = input.room(&shape).min(shape.tasks());
        (width > 1).then(|| Rc::new(side_by_side(&shape, width, input)))
    };
    let all = best.stages.stages.iter();
    let all = all.map(|it| fill(it).unwrap_or_else(|| Rc::clone(it)));
    let stages = Stages {
        stages: all.collect(),
    };
    let filled = Trial::new(stages, input);
    let good = filled.makespan() <= best.makespan() + EQUAL && holds_less(&filled, &best);
    if good { filled } else { best }
}

/// With one of the stages side by side; `None` where it is not worth it.
fn widest(best: &Trial, at: usize, input: Input<'_>) -> Option<Trial> {
    let stage = best.stages.stages.get(at)?;
    let mut trials = Vec::new();
    for shape in shapes(stage, input) {
        let mut width = input.room(&shape).min(shape.tasks());
        while width > 1 {
            let wide = side_by_side(&shape, width, input);
            width /= 2;
            if wide.elements() > stage.elements().max(input.site.slots) {
                break;
            }
            let mut stages = best.stages.clone();
            *stages.stages.get_mut(at)? = Rc::new(wide);
            trials.push(Trial::new(stages, input));
        }
    }
    let shortest = trials.iter().map(Trial::makespan).reduce(f64::min)?;
    let sooner = shortest <= best.makespan() * WORTH_IT;
    let limit = match sooner {
        true => shortest * NEARLY,
        false => best.makespan() + EQUAL,
    };
    let near = trials.into_iter().filter(|it| it.makespan() <= limit);
    let width = |trial: &Trial| trial.stages.stages.get(at).map(|stage| stage.abreast);
    let held = |trial: &Trial| trial.run.node_seconds;
    match input.site.nodes {
        NodeUse::Shared => near.min_by_key(width).filter(|_| sooner),
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
fn shapes(stage: &Stage, input: Input<'_>) -> Vec<Stage> {
    let mut shapes = vec![stage.clone()];
    if stage.lots.len() == 1 && pack::may_pack(stage, input) {
        let apart = pack::unpacked(stage);
        let all = input.width_abreast(stage);
        let packed = pack::packed(&apart, all, input);
        shapes.extend(packed.or_else(|| (apart.items <= all).then_some(apart)));
    }
    shapes
}

fn side_by_side(stage: &Stage, width: u64, input: Input<'_>) -> Stage {
    let mut wide = stage.clone();
    wide.abreast = width;
    let elements = wide.elements();
    let few = if elements == 1 { "element" } else { "elements" };
    let gain = match input.site.nodes {
        NodeUse::Shared => format!("where {} are launched a second", input.site.launch_rate),
        NodeUse::Whole => "each a whole node".to_owned(),
    };
    let reason = format!(
        "{width} tasks side by side in an array element: {} tasks start as {elements} {few}, {gain}",
        wide.tasks(),
    );
    wide.decide(Pass::Abreast, reason);
    wide
}

impl Input<'_> {
    /// How many tasks of a stage can run at once where nodes are filled with them: a slot of a site
    /// of whole nodes is a node, which one task alone would leave idle but for a core.
    fn width_abreast(self, stage: &Stage) -> u64 {
        match self.site.nodes {
            NodeUse::Shared => self.width(stage),
            NodeUse::Whole => self.width(stage).saturating_mul(self.room(stage)),
        }
    }

    /// Nodes times seconds that the tasks of a stage hold where they fill nodes.
    pub(super) fn held_abreast(self, stage: &Stage) -> f64 {
        let nodes = stage.tasks() as f64 / self.room(stage) as f64;
        nodes * (self.site.startup + pack::task_seconds(stage, self))
    }

    /// How many tasks of a stage a node has room for; 1 where nothing is known of nodes, or where a
    /// task must have an element to itself.
    fn room(self, stage: &Stage) -> u64 {
        let alone = stage.calls().any(|call| {
            let asked = self.dataflow.resources(call);
            let process = self.dataflow.process_of(call);
            let apart = asked.gpus.or(asked.nodes).or(asked.tasks).is_some();
            apart
                || process.at_most.is_some()
                || process.never_pack
                || !asked.raw.is_empty()
                || !process.retry.raises.is_empty()
        });
        if alone || self.is_chain(stage) {
            return 1;
        }
        let asked = || stage.calls().map(|call| self.dataflow.resources(call));
        let named = asked().find_map(|it| it.partition.as_deref());
        let named = named.and_then(|name| self.site.partition(name));
        let partition = named.or(self.site.partitions.first());
        let cores = partition.and_then(|it| it.cpus);
        let whole = (self.site.nodes == NodeUse::Whole).then_some(self.site.cores);
        let Some(cores) = cores.or(whole) else {
            return 1;
        };
        let cpus = asked().filter_map(|it| it.cpus).max().unwrap_or(1);
        let by_cores = cores / cpus.max(1);
        let most = |each: Option<f64>, bytes: f64| Some(each.unwrap_or(0.0).max(bytes));
        let memory = asked().filter_map(|it| it.memory).fold(None, most);
        let memory = memory.or(self.site.memory.map(|it| it.0));
        let of_node = partition
            .and_then(|it| it.memory)
            .unwrap_or(self.site.node_memory);
        let by_memory = memory.map(|bytes| (of_node.0 / bytes.max(1.0)) as u64);
        let room = by_cores.min(by_memory.unwrap_or(by_cores));
        let room = match self.site.nodes {
            NodeUse::Shared => room.min(self.site.slots),
            NodeUse::Whole => room,
        };
        room.max(1)
    }
}
