//! What a plan is expected to take.

use crate::cost::Estimates;
use crate::dataflow::Dataflow;
use crate::simulate::{self, Ran, Timeline, Trouble};
use crate::site::Site;

use super::{Input, Links, Stages};

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

/// Runs the stages on the site with trouble; every attempt of every task.
pub fn replay(
    dataflow: &Dataflow,
    estimates: &Estimates,
    stages: &Stages,
    (site, trouble): (&Site, Trouble),
) -> (Timeline, Vec<Ran>) {
    let input = Input {
        dataflow,
        estimates,
        site,
        links: &Links::new(dataflow),
    };
    simulate::replay(&input.jobs(stages, &input.edges(stages)), site, trouble)
}

/// Runs the stages on the site, in theory.
pub fn forecast(
    dataflow: &Dataflow,
    estimates: &Estimates,
    stages: &Stages,
    site: &Site,
) -> Forecast {
    let input = Input {
        dataflow,
        estimates,
        site,
        links: &Links::new(dataflow),
    };
    let unknown = dataflow
        .call_ids()
        .filter(|&call| estimates.of(call).cost.is_none());
    Forecast {
        timeline: simulate::simulate(&input.jobs(stages, &input.edges(stages)), site),
        jobs: stages.stages.len(),
        tasks: stages.stages.iter().map(|it| it.elements()).sum(),
        unknown: unknown.count(),
    }
}
