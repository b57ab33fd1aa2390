//! What becomes of jobs on a cluster: a discrete-event simulation.
//!
//! Takes array jobs as durations and edges, and the site; gives [`Timeline`]. Knows nothing of
//! programs. Every task that may start queues behind those that could before it; one starts as soon
//! as a slot is free, no two closer than the launch rate lets them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::mem::take;

use crate::site::Site;

pub use tasks::Tasks;
pub use trouble::{Ran, Trouble};

mod tasks;
mod trouble;

#[cfg(test)]
mod tests;

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
    /// Task by task; else for the end of all its tasks.
    pub corresponding: bool,
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
    run(jobs, Run::new(jobs, site)).timeline
}

/// The same with trouble, and each attempt of each task in the order in which they started.
pub fn replay(jobs: &[Job], site: &Site, trouble: Trouble) -> (Timeline, Vec<Ran>) {
    let new = Run {
        trouble,
        trace: Some(Vec::new()),
        ..Run::new(jobs, site)
    };
    let ended = run(jobs, new);
    (ended.timeline, ended.trace.unwrap_or_default())
}

fn run<'a>(jobs: &[Job], mut run: Run<'a>) -> Run<'a> {
    let roots = (0..).zip(jobs).filter(|(_, job)| job.after.is_empty());
    for (job, _) in roots {
        run.open(job, 0.0);
    }
    while run.step() {}
    run
}

/// Nanoseconds: integers order events the same on every machine.
type Instant = u64;

fn instant(seconds: f64) -> Instant {
    (seconds * 1e9).round() as Instant
}

fn seconds(instant: Instant) -> f64 {
    instant as f64 / 1e9
}

/// What happens at an instant; of those at the same, ends come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    End {
        job: usize,
        task: u64,
    },
    /// It is queued again.
    Fail {
        job: usize,
        task: u64,
    },
    /// Tasks that may start from now on.
    Ready {
        job: usize,
        first: u64,
        count: u64,
    },
}

/// Where a job stands.
#[derive(Debug, Clone, Default)]
struct State {
    /// Edges to the whole of a job that has not ended.
    waits: usize,
    /// Of each task that follows others: how many of those have not ended. Empty where none does.
    follows: Vec<u32>,
    left: u64,
    running: u64,
    /// Ready tasks that the throttle holds back.
    held_back: VecDeque<(u64, u64)>,
}

struct Run<'a> {
    jobs: &'a [Job],
    site: &'a Site,
    states: Vec<State>,
    /// Jobs that wait for all of each job.
    behind: Vec<Vec<usize>>,
    /// Jobs that follow each job task by task.
    followers: Vec<Vec<usize>>,
    events: BinaryHeap<Reverse<(Instant, Event)>>,
    /// Ranges of tasks that wait for a slot: job, first, count.
    queue: VecDeque<(usize, u64, u64)>,
    free: u64,
    next_launch: Instant,
    timeline: Timeline,
    trouble: Trouble,
    /// Failed attempts of tasks so far.
    failed: BTreeMap<(usize, u64), u32>,
    trace: Option<Vec<Ran>>,
}

impl<'a> Run<'a> {
    fn new(jobs: &'a [Job], site: &'a Site) -> Self {
        let mut behind = vec![Vec::new(); jobs.len()];
        let mut followers = vec![Vec::new(); jobs.len()];
        let mut states = Vec::with_capacity(jobs.len());
        for (at, job) in jobs.iter().enumerate() {
            let corresponding = job.after.iter().filter(|edge| edge.corresponding).count();
            let mut state = State {
                waits: job.after.len() - corresponding,
                left: job.tasks.len(),
                ..State::default()
            };
            if corresponding > 0 {
                let each = u32::try_from(corresponding).unwrap_or(u32::MAX);
                state.follows = vec![each; usize::try_from(job.tasks.len()).unwrap_or(0)];
            }
            states.push(state);
            for edge in &job.after {
                let lists = match edge.corresponding {
                    true => &mut followers,
                    false => &mut behind,
                };
                if let Some(list) = lists.get_mut(edge.job) {
                    list.push(at);
                }
            }
        }
        Self {
            jobs,
            site,
            states,
            behind,
            followers,
            events: BinaryHeap::new(),
            queue: VecDeque::new(),
            free: site.slots.max(1),
            next_launch: 0,
            trouble: Trouble::default(),
            failed: BTreeMap::new(),
            trace: None,
            timeline: Timeline {
                jobs: vec![
                    Span {
                        start: f64::INFINITY,
                        end: 0.0
                    };
                    jobs.len()
                ],
                ..Timeline::default()
            },
        }
    }

    /// Makes the tasks ready that wait for nothing more, once the job waits for no whole job.
    fn open(&mut self, job: usize, now: f64) {
        let Some(state) = self.states.get(job) else {
            return;
        };
        if state.waits > 0 {
            return;
        }
        if state.follows.is_empty() {
            let count = state.left;
            if count == 0 {
                return self.ended(job, instant(now));
            }
            return self.ready(job, 0, count, instant(now));
        }
        let open = (0..).zip(&state.follows).filter(|(_, waits)| **waits == 0);
        let open: Vec<u64> = open.map(|(task, _)| task).collect();
        for task in open {
            self.ready(job, task, 1, instant(now));
        }
    }

    fn ready(&mut self, job: usize, first: u64, count: u64, at: Instant) {
        let at = at + instant(self.trouble.waits(job, first));
        let event = Event::Ready { job, first, count };
        self.events.push(Reverse((at, event)));
    }

    /// Handles the next event, or launches; whether there was something to do.
    fn step(&mut self) -> bool {
        let Some(Reverse((now, event))) = self.events.pop() else {
            return false;
        };
        match event {
            Event::End { job, task } => self.end(job, task, now),
            Event::Fail { job, task } => self.fail(job, task, now),
            Event::Ready { job, first, count } => self.queue.push_back((job, first, count)),
        }
        let more_now = self
            .events
            .peek()
            .is_some_and(|Reverse((at, _))| *at == now);
        if !more_now {
            self.launch(now);
        }
        true
    }

    /// Starts as many tasks as there are slots.
    fn launch(&mut self, now: Instant) {
        let gap = instant(1.0 / self.site.launch_rate);
        while self.free > 0 {
            let Some((job, task, count)) = self.queue.pop_front() else {
                return;
            };
            let slots = self.slots_of(job);
            let (Some(of), Some(state)) = (self.jobs.get(job), self.states.get_mut(job)) else {
                continue;
            };
            if of.throttle.is_some_and(|most| state.running >= most) {
                state.held_back.push_back((task, count));
                continue;
            }
            if slots > self.free {
                self.queue.push_front((job, task, count));
                return;
            }
            if count > 1 {
                self.queue.push_front((job, task + 1, count - 1));
            }
            state.running += 1;
            self.free -= slots;
            let start = now.max(self.next_launch);
            self.next_launch = start + gap;
            let attempt = self.failed.get(&(job, task)).copied().unwrap_or(0);
            let fails = self.trouble.fails(job, task, attempt);
            let work = of.tasks.seconds(task) * fails.unwrap_or(1.0);
            let held = self.site.startup + work;
            let (from, failed) = (seconds(start), fails.is_some());
            self.trace.iter_mut().for_each(|trace| {
                trace.push(Ran {
                    job,
                    task,
                    start: from,
                    end: from + held,
                    failed,
                });
            });
            self.timeline.held += held;
            self.timeline.startup += self.site.startup;
            self.timeline.node_seconds += held * of.share;
            if let Some(span) = self.timeline.jobs.get_mut(job) {
                span.start = span.start.min(seconds(start));
            }
            let end = start + instant(held);
            let event = match failed {
                true => Event::Fail { job, task },
                false => Event::End { job, task },
            };
            self.events.push(Reverse((end, event)));
        }
    }

    fn slots_of(&self, job: usize) -> u64 {
        let slots = self.jobs.get(job).map_or(1, |job| job.slots);
        slots.clamp(1, self.site.slots.max(1))
    }

    fn fail(&mut self, job: usize, task: u64, now: Instant) {
        self.free += self.slots_of(job);
        *self.failed.entry((job, task)).or_default() += 1;
        if let Some(state) = self.states.get_mut(job) {
            state.running -= 1;
            if let Some((first, count)) = state.held_back.pop_front() {
                self.queue.push_front((job, first, count));
            }
        }
        self.ready(job, task, 1, now);
    }

    fn end(&mut self, job: usize, task: u64, now: Instant) {
        self.free += self.slots_of(job);
        self.timeline.makespan = self.timeline.makespan.max(seconds(now));
        let Some(state) = self.states.get_mut(job) else {
            return;
        };
        state.running -= 1;
        state.left -= 1;
        if let Some((first, count)) = state.held_back.pop_front() {
            self.queue.push_front((job, first, count));
        }
        if state.left == 0 {
            self.ended(job, now);
        }
        let delay = instant(self.site.dependency_delay);
        for other in self.followers.get(job).cloned().unwrap_or_default() {
            if self.follow(other, task) {
                self.ready(other, task, 1, now + delay);
            }
        }
    }

    /// A task of an earlier job has ended: whether its counterpart may start.
    fn follow(&mut self, job: usize, task: u64) -> bool {
        let Some(state) = self.states.get_mut(job) else {
            return false;
        };
        let at = usize::try_from(task).unwrap_or(usize::MAX);
        let Some(waits) = state.follows.get_mut(at) else {
            return false;
        };
        *waits -= 1;
        *waits == 0 && state.waits == 0
    }

    /// All of a job has ended.
    fn ended(&mut self, job: usize, now: Instant) {
        if let Some(span) = self.timeline.jobs.get_mut(job) {
            span.end = seconds(now);
            span.start = span.start.min(span.end);
        }
        let then = seconds(now) + self.site.dependency_delay;
        for other in self.behind.get_mut(job).map(take).unwrap_or_default() {
            let Some(state) = self.states.get_mut(other) else {
                continue;
            };
            state.waits -= 1;
            if state.waits == 0 {
                self.open(other, then);
            }
        }
    }
}
