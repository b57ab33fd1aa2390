//! Separate calls as the items of one array: those that run the same processes and stand equally
//! deep in the graph, so that none of them waits for another. Chains in which each call is all
//! that reads the one before are one item.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::dataflow::{CallId, ProcessId};

use super::{ByCall, Pass, Stage, Stages, Trial, Workload, fuse, graph, pack};

/// With fewer lots than these that wait for the same calls, an array of their own is not worth it.
const FEW_A_GROUP: usize = 3;

/// More calls than these stay collected: so many jobs make a scheduler unhappy.
const FEW_TO_PART: usize = 16;

/// Each trial looks at all calls. With more of them in all, trying costs more than it gives.
const MOST_LOOKS: usize = 200_000;

/// Calls are taken apart where the whole takes no more than this much of the time.
const SOONER: f64 = 0.99;

/// Calls that one item runs, one after another.
type Lot = Vec<CallId>;

/// The ways to collect: calls that wait for the same ones, or also those that wait for others; none
/// where nothing can be collected.
pub(super) fn collect(stages: &Stages, workload: &Workload<'_>) -> Vec<Stages> {
    let all = stages.shared().map(|(_, stage)| Rc::clone(stage));
    let (single, others): (Vec<_>, Vec<_>) = all.partition(|stage| is_single(stage, workload));
    let by_depth = Chains::new(&single, workload).by_depth(workload);
    if by_depth.len() == single.len() {
        return Vec::new();
    }
    let by_producers = by_depth
        .iter()
        .flat_map(|lots| by_producers(lots, workload))
        .collect();
    let ways = [by_producers, by_depth].map(|kinds: Vec<Vec<Lot>>| {
        let collected = kinds.into_iter().map(|lots| collected(lots, workload));
        let all = others.iter().cloned().chain(collected.map(Rc::new));
        let widened = pack::widths(all.collect(), workload);
        graph::sorted(widened, workload)
            .unwrap_or_else(|| unreachable!("none of the calls of one depth reads another"))
    });
    ways.into()
}

/// Lots of equal depth apart where they wait for other calls, unless nearly all do.
fn by_producers(lots: &[Lot], workload: &Workload<'_>) -> Vec<Vec<Lot>> {
    let mut groups: IndexMap<Vec<CallId>, Vec<Lot>> = IndexMap::new();
    for lot in lots {
        let first = lot.first().into_iter();
        let producers = first.flat_map(|&call| workload.links.producers(call));
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
pub(super) fn part(trial: Trial, workload: &Workload<'_>) -> Trial {
    let few = |stage: &&Stage| (2..=FEW_TO_PART).contains(&stage.chains.len());
    let heads = trial.stages.iter().filter(few).map(Stage::earliest);
    let heads: Vec<_> = heads.collect();
    if heads.len() * workload.dataflow.calls.len() > MOST_LOOKS {
        return trial;
    }
    let mut best = trial;
    for head in heads {
        if let Some(trial) = parted(&best.stages, head, workload)
            && trial.makespan() < best.makespan() * SOONER
        {
            best = trial;
        }
    }
    best
}

/// With the chains apart of the stage whose first call this is.
fn parted(stages: &Stages, head: CallId, workload: &Workload<'_>) -> Option<Trial> {
    let all = stages.shared().map(|(_, stage)| Rc::clone(stage));
    let (of_head, others): (Vec<_>, Vec<_>) = all.partition(|stage| stage.earliest() == head);
    let chains = of_head
        .iter()
        .flat_map(|stage| stage.chains.iter().cloned());
    let apart = chains.map(|lot| Rc::new(collected(vec![lot], workload)));
    let sorted = graph::sorted(others.into_iter().chain(apart).collect(), workload)?;
    Some(Trial::new(sorted, workload))
}

/// A call without axes of which the optimiser may dispose.
fn is_single(stage: &Stage, workload: &Workload<'_>) -> bool {
    stage.axes.is_empty() && !pack::is_fixed(stage, workload) && workload.knows(stage)
}

struct Chains {
    /// Whether it may be collected.
    single: ByCall<bool>,
    /// How many of the calls in front of it lie on the longest way to it; chains count once.
    depth: ByCall<usize>,
    /// The call that it is all that reads, which is all that it reads.
    before: ByCall<Option<CallId>>,
}

impl Chains {
    fn new(stages: &[Rc<Stage>], workload: &Workload<'_>) -> Self {
        let dataflow = workload.dataflow;
        let mut single = ByCall::new(dataflow, false);
        for call in stages.iter().flat_map(|stage| stage.calls()) {
            single[call] = true;
        }
        let mut readers = ByCall::new(dataflow, 0_usize);
        let calls = dataflow.call_ids();
        for producer in calls.flat_map(|call| workload.links.producers(call)) {
            readers[producer] += 1;
        }
        let mut depth = ByCall::new(dataflow, 0);
        let mut before = ByCall::new(dataflow, None);
        for call in dataflow.call_ids() {
            let producers: Vec<_> = workload.links.producers(call).collect();
            if let &[only] = producers.as_slice()
                && single[call]
                && single[only]
                && readers[only] == 1
                && saves(only, call, workload)
            {
                before[call] = Some(only);
                depth[call] = depth[only];
            } else {
                let deepest = producers.iter().map(|&it| depth[it] + 1).max();
                depth[call] = deepest.unwrap_or(0);
            }
        }
        Self {
            single,
            depth,
            before,
        }
    }

    /// The chains of single calls; those in one list run the same and are equally deep.
    fn by_depth(&self, workload: &Workload<'_>) -> Vec<Vec<Lot>> {
        let dataflow = workload.dataflow;
        let mut chains: Vec<Lot> = Vec::new();
        let mut chain_of = ByCall::new(dataflow, 0);
        for call in dataflow.call_ids().filter(|&call| self.single[call]) {
            let at = match self.before[call] {
                Some(before) => chain_of[before],
                None => {
                    chains.push(Vec::new());
                    chains.len() - 1
                }
            };
            chain_of[call] = at;
            if let Some(chain) = chains.get_mut(at) {
                chain.push(call);
            }
        }
        let mut kinds: IndexMap<(Vec<ProcessId>, usize), Vec<Lot>> = IndexMap::new();
        for chain in chains {
            let processes = chain.iter().map(|&call| dataflow.call(call).process);
            let depth = chain.first().map_or(0, |&call| self.depth[call]);
            let kind = (processes.collect(), depth);
            kinds.entry(kind).or_default().push(chain);
        }
        kinds.into_values().collect()
    }
}

/// Whether one request for both holds less than two with a start-up each.
fn saves(a: CallId, b: CallId, workload: &Workload<'_>) -> bool {
    let one = |calls: Lot| workload.node_seconds(&of_lots(vec![calls]));
    fuse::alike([a, b].into_iter(), workload) && one(vec![a, b]) <= one(vec![a]) + one(vec![b])
}

/// Lots of calls without axes.
fn of_lots(lots: Vec<Lot>) -> Stage {
    let items = lots.len() as u64;
    Stage::new(lots, Vec::new(), items)
}

fn collected(lots: Vec<Lot>, workload: &Workload<'_>) -> Stage {
    let mut processes: Vec<_> = lots
        .iter()
        .flatten()
        .map(|&call| workload.dataflow.process_of(call).name.as_str())
        .collect();
    let calls = processes.len();
    processes.sort_unstable();
    processes.dedup();
    let mut stage = Stage {
        chains: lots.clone(),
        ..of_lots(lots)
    };
    if calls > 1 {
        let reason = match stage.items {
            1 => format!("fused {calls} calls: each is all that reads the one before"),
            many => format!(
                "collected {calls} calls of {} in {many} items: none waits for another",
                processes.join(", ")
            ),
        };
        stage.decide(Pass::Collect, reason);
    }
    stage
}
