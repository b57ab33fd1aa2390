//! Stages and how they run.

use crate::simulate::{Span, Timeline, simulate};

use super::graph::{self, Edge};
use super::{StageId, Stages, Workload};

/// Seconds that a simulated run may differ by for the way in which numbers are rounded.
pub(super) const EQUAL: f64 = 0.001;

/// A plan that is tried.
pub(super) struct Trial {
    pub stages: Stages,
    /// Of each stage.
    edges: Vec<Vec<Edge>>,
    pub run: Timeline,
}

impl Trial {
    pub fn new(stages: Stages, workload: &Workload<'_>) -> Self {
        let edges = graph::edges(&stages, workload);
        let run = simulate(&workload.jobs(&stages, &edges), workload.site);
        Self { stages, edges, run }
    }

    pub fn makespan(&self) -> f64 {
        self.run.makespan
    }

    /// The stages that one waits for.
    pub fn producers(&self, id: StageId) -> impl Iterator<Item = StageId> {
        let edges = self.edges.get(id.0 as usize).into_iter().flatten();
        edges.map(|edge| edge.producer)
    }

    /// When a stage runs.
    pub fn span(&self, id: StageId) -> Span {
        let span = self.run.jobs.get(id.0 as usize);
        span.copied().unwrap_or_default()
    }
}
