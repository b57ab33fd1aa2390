//! What a plan is expected to take.

use crate::simulate::{self, Ran, Timeline, Trouble};

use super::{Stages, Workload, graph};

/// A simulated run and its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    pub timeline: Timeline,
    /// Calls of the submit command.
    pub jobs: usize,
    /// Array tasks.
    pub tasks: u64,
    /// Calls of whose costs nothing is known.
    pub unknown: usize,
}

impl Forecast {
    /// The part of the held time that is start-up.
    pub fn overhead(&self) -> f64 {
        match self.timeline.held {
            0.0 => 0.0,
            held => self.timeline.startup / held,
        }
    }
}

/// Runs the stages on the site, in theory.
pub fn forecast(stages: &Stages, workload: &Workload<'_>) -> Forecast {
    let unknown = workload.dataflow.call_ids();
    let unknown = unknown.filter(|&call| workload.estimates.of(call).cost.is_none());
    let jobs = workload.jobs(stages, &graph::edges(stages, workload));
    Forecast {
        timeline: simulate::simulate(&jobs, workload.site),
        jobs: stages.len(),
        tasks: stages.iter().map(|it| it.elements()).sum(),
        unknown: unknown.count(),
    }
}

/// The same with trouble, and every attempt of every task.
pub fn replay(stages: &Stages, workload: &Workload<'_>, trouble: Trouble) -> (Timeline, Vec<Ran>) {
    let jobs = workload.jobs(stages, &graph::edges(stages, workload));
    simulate::replay(&jobs, workload.site, trouble)
}
