//! Separate calls as the items of one array: those that run the same processes and stand equally
//! deep in the graph, so that none of them waits for another. Chains in which each call is all
//! that reads the one before are one item.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::dataflow::{CallId, ProcessId};

use super::{Input, Pass, Stage, Stages, Trial, fuse, graph, pack};

/// With fewer lots than these that wait for the same calls, an array of their own is not worth it.
const FEW_A_GROUP: usize = 3;

/// More calls than these stay collected: so many jobs make a scheduler unhappy.
const FEW_TO_PART: usize = 16;

/// Each trial looks at all calls. With more of them in all, trying costs more than it gives.
const MOST_LOOKS: usize = 200_000;

/// Calls are taken apart where the whole takes no more than this much of the time.
const SOONER: f64 = 0.99;

/// The ways to collect: calls that wait for the same ones, or also those that wait for others; none
/// where nothing can be collected.
pub(super) fn collect(stages: &Stages, input: Input<'_>) -> Vec<Stages> {
    let all = stages.stages.iter().cloned();
    let (single, others): (Vec<_>, Vec<_>) = all.partition(|stage| is_single(stage, input));
    let chains = Chains::new(&single, input);
    let by_depth = chains.by_depth(input);
    if by_depth.len() == single.len() {
        return Vec::new();
    }
    let by_producers = by_depth
        .iter()
        .flat_map(|lots| by_producers(lots, input))
        .collect();
    let ways = [by_producers, by_depth].map(|kinds: Vec<Vec<Vec<CallId>>>| {
        let mut all = others.clone();
        let collected = kinds.into_iter().map(|lots| collected(lots, input));
        all.extend(collected.map(Rc::new));
        let widened = pack::widths(Stages { stages: all }, input);
        graph::sorted(widened, input)
            .unwrap_or_else(|| unreachable!("none of the calls of one depth reads another"))
    });
    ways.into()
}

/// Lots of equal depth apart where they wait for other calls, unless nearly all do.
fn by_producers(lots: &[Vec<CallId>], input: Input<'_>) -> Vec<Vec<Vec<CallId>>> {
    let mut groups: IndexMap<Vec<CallId>, Vec<Vec<CallId>>> = IndexMap::new();
    for lot in lots {
        let first = lot.first().into_iter();
        let producers = first.flat_map(|&call| input.links.producers(call));
        let group = groups.entry(producers.collect()).or_default();
        group.push(lot.clone());
    }
    if groups.len() * FEW_A_GROUP > lots.len() {
        return vec![lots.to_vec()];
    }
    groups.into_values().collect()
}

/// Takes apart again what few calls were collected where the whole ends sooner without: what
/// follows one of them need not wait for all.
pub(super) fn part(trial: Trial, input: Input<'_>) -> Trial {
    let few = |stage: &&Rc<Stage>| (2..=FEW_TO_PART).contains(&stage.chains.len());
    let heads = trial.stages.stages.iter().filter(few);
    let heads: Vec<_> = heads.filter_map(|stage| stage.calls().min()).collect();
    if heads.len() * input.dataflow.calls.len() > MOST_LOOKS {
        return trial;
    }
    let mut best = trial;
    for head in heads {
        if let Some(trial) = parted(&best.stages, head, input)
            && trial.makespan() < best.makespan() * SOONER
        {
            best = trial;
        }
    }
    best
}

/// With the chains apart of the stage whose first call this is.
fn parted(stages: &Stages, head: CallId, input: Input<'_>) -> Option<Trial> {
    let of_head = |stage: &&Rc<Stage>| stage.calls().min() == Some(head);
    let stage = stages.stages.iter().find(of_head)?;
    let others = stages.stages.iter().filter(|stage| !of_head(stage));
    let mut all: Vec<_> = others.cloned().collect();
    let chains = stage.chains.iter().cloned();
    let apart = chains.map(|lot| collected(vec![lot], input));
    all.extend(apart.map(Rc::new));
    let sorted = graph::sorted(Stages { stages: all }, input)?;
    Some(Trial::new(sorted, input))
}

/// A call without axes of which the optimiser may dispose.
fn is_single(stage: &Stage, input: Input<'_>) -> bool {
    stage.axes.is_empty() && !pack::stays(stage, input) && input.knows(stage)
}

/// Of each call by its number.
struct Chains {
    single: Vec<bool>,
    /// How many of the calls in front of it lie on the longest way to it; chains count once.
    depth: Vec<usize>,
    /// The call that it is all that reads, which is all that it reads.
    before: Vec<Option<CallId>>,
}

impl Chains {
    fn new(stages: &[Rc<Stage>], input: Input<'_>) -> Self {
        let dataflow = input.dataflow;
        let count = dataflow.calls.len();
        let mut single = vec![false; count];
        for call in stages.iter().flat_map(|stage| stage.calls()) {
            set(&mut single, call, true);
        }
        let mut readers = vec![0_usize; count];
        for producer in dataflow
            .call_ids()
            .flat_map(|call| input.links.producers(call))
        {
            let before = get(&readers, producer);
            set(&mut readers, producer, before + 1);
        }
        let (mut depth, mut before) = (vec![0; count], vec![None; count]);
        for call in dataflow.call_ids() {
            let producers: Vec<_> = input.links.producers(call).collect();
            if let [only] = producers.as_slice()
                && get(&single, call)
                && get(&single, *only)
                && get(&readers, *only) == 1
                && saves(*only, call, input)
            {
                set(&mut before, call, Some(*only));
                let same = get(&depth, *only);
                set(&mut depth, call, same);
            } else {
                let deepest = producers.iter().map(|&it| get(&depth, it) + 1).max();
                set(&mut depth, call, deepest.unwrap_or(0));
            }
        }
        Self {
            single,
            depth,
            before,
        }
    }

    /// The chains of single calls; those in one list run the same and are equally deep.
    fn by_depth(&self, input: Input<'_>) -> Vec<Vec<Vec<CallId>>> {
        let mut chains: Vec<Vec<CallId>> = Vec::new();
        let mut chain_of = vec![0; self.single.len()];
        for call in input.dataflow.call_ids() {
            if !get(&self.single, call) {
                continue;
            }
            let at = match get(&self.before, call) {
                Some(before) => get(&chain_of, before),
                None => {
                    chains.push(Vec::new());
                    chains.len() - 1
                }
            };
            set(&mut chain_of, call, at);
            if let Some(chain) = chains.get_mut(at) {
                chain.push(call);
            }
        }
        let mut kinds: IndexMap<(Vec<ProcessId>, usize), Vec<Vec<CallId>>> = IndexMap::new();
        for chain in chains {
            let processes = chain.iter().map(|&call| input.dataflow.call(call).process);
            let depth = chain.first().map_or(0, |&call| get(&self.depth, call));
            let kind = (processes.collect(), depth);
            kinds.entry(kind).or_default().push(chain);
        }
        kinds.into_values().collect()
    }
}

/// Whether one request for both holds less than two with a start-up each.
fn saves(a: CallId, b: CallId, input: Input<'_>) -> bool {
    let one = |calls: Vec<CallId>| input.node_seconds(&of_lots(vec![calls]));
    let once = |call| std::iter::once(call);
    fuse::alike(once(a), once(b), input) && one(vec![a, b]) <= one(vec![a]) + one(vec![b])
}

/// Lots of calls without axes.
fn of_lots(lots: Vec<Vec<CallId>>) -> Stage {
    let items = lots.len() as u64;
    Stage::new(lots, Vec::new(), items)
}

fn collected(lots: Vec<Vec<CallId>>, input: Input<'_>) -> Stage {
    let mut processes: Vec<_> = lots
        .iter()
        .flatten()
        .map(|&call| input.dataflow.process_of(call).name.as_str())
        .collect();
    let calls = processes.len();
    processes.sort_unstable();
    processes.dedup();
    let mut stage = Stage {
        chains: lots.clone(),
        ..of_lots(lots)
    };
    if calls > 1 {
        let many = stage.items;
        let reason = match many {
            1 => format!("fused {calls} calls: each is all that reads the one before"),
            _ => format!(
                "collected {calls} calls of {} in {many} items: none waits for another",
                processes.join(", ")
            ),
        };
        stage.decide(Pass::Collect, reason);
    }
    stage
}

fn get<T: Copy + Default>(all: &[T], call: CallId) -> T {
    all.get(call.0 as usize).copied().unwrap_or_default()
}

fn set<T>(all: &mut [T], call: CallId, value: T) {
    if let Some(slot) = all.get_mut(call.0 as usize) {
        *slot = value;
    }
}
