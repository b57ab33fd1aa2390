//! Stages and how they run.

use crate::simulate::{Timeline, simulate};

use super::graph::{self, Edge};
use super::{Input, Stages};

/// Seconds that a simulated run may differ by for the way in which numbers are rounded.
pub(super) const EQUAL: f64 = 0.001;

/// A plan that is tried.
pub(super) struct Trial {
    pub stages: Stages,
    /// Of each stage.
    pub edges: Vec<Vec<Edge>>,
    pub run: Timeline,
}

impl Trial {
    pub fn new(stages: Stages, input: Input<'_>) -> Self {
        let edges = input.edges(&stages);
        let run = simulate(&input.jobs(&stages, &edges), input.site);
        Self { stages, edges, run }
    }

    pub fn makespan(&self) -> f64 {
        self.run.makespan
    }
}

impl Input<'_> {
    pub fn edges(self, stages: &Stages) -> Vec<Vec<Edge>> {
        graph::between(stages, (self.dataflow, self.links), self.site)
    }
}
