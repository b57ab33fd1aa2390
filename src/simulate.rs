//! What becomes of jobs on a cluster: a discrete-event simulation.
//!
//! Takes array jobs as durations and edges, and the site; gives [`Timeline`]. Knows nothing of
//! programs. Every task that may start queues behind those that could before it; one starts as soon
//! as a slot is free, no two closer than the launch rate lets them.

mod run;
mod tasks;
mod trouble;

use crate::site::{DependencyKind, Site};

use run::Run;

pub use tasks::Tasks;
pub use trouble::{Ran, Trouble};

/// An array job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub tasks: Tasks,
    /// Slots that one task takes.
    pub slots: u64,
    /// The most of its tasks at once.
    pub throttle: Option<u64>,
    /// The part of a node that one task keeps from others.
    pub share: f64,
    pub after: Vec<Edge>,
}

/// An earlier job that a job waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Index of the job, below that of the one that waits.
    pub job: usize,
    pub kind: DependencyKind,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Timeline {
    /// Seconds from the release of the roots to the end of the last task.
    pub makespan: f64,
    /// Of each job: the start of its first task and the end of its last.
    pub jobs: Vec<Span>,
    /// Seconds that tasks held their resources.
    pub held: f64,
    /// Of these, start-up.
    pub startup: f64,
    /// Nodes times seconds that tasks held.
    pub node_seconds: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Span {
    pub start: f64,
    pub end: f64,
}

/// Runs the jobs on the site; each stands behind those that it waits for.
pub fn simulate(jobs: &[Job], site: &Site) -> Timeline {
    Run::new(jobs, site, Trouble::default()).finish()
}

/// The same with trouble, and each attempt of each task in the order in which they started.
pub fn replay(jobs: &[Job], site: &Site, trouble: Trouble) -> (Timeline, Vec<Ran>) {
    let mut trace = Vec::new();
    let mut run = Run::new(jobs, site, trouble);
    run.trace = Some(&mut trace);
    let timeline = run.finish();
    (timeline, trace)
}

#[cfg(test)]
mod tests;
