//! A run, event by event.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::mem::take;

use crate::site::{DependencyKind, Site};

use super::{Job, Ran, Span, Timeline, Trouble};

/// Nanoseconds: integers order events the same on every machine.
type Instant = u64;

fn instant(seconds: f64) -> Instant {
    (seconds * 1e9).round() as Instant
}

fn seconds(instant: Instant) -> f64 {
    instant as f64 / 1e9
}

/// One task of one job, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TaskId {
    job: usize,
    task: u64,
}

/// Neighbouring tasks of one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Batch {
    first: TaskId,
    count: u64,
}

impl Batch {
    fn one(task: TaskId) -> Self {
        Self {
            first: task,
            count: 1,
        }
    }

    /// Those behind the first, if there are any.
    fn rest(self) -> Option<Self> {
        let count = self.count.checked_sub(1).filter(|count| *count > 0)?;
        let first = TaskId {
            task: self.first.task + 1,
            ..self.first
        };
        Some(Self { first, count })
    }
}

/// What happens at an instant; of those at the same, ends come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    End(TaskId),
    /// It is queued again.
    Fail(TaskId),
    /// They may start from now on.
    Ready(Batch),
}

/// A job, and where it stands.
struct State<'a> {
    job: &'a Job,
    /// Slots that one task takes.
    slots: u64,
    /// Jobs that wait for all of it.
    behind: Vec<usize>,
    /// Jobs that follow it task by task.
    followers: Vec<usize>,
    /// Edges to the whole of a job that has not ended.
    waits: usize,
    /// Of each task that follows others: how many of those have not ended. Empty where none does.
    follows: Vec<u32>,
    /// Tasks that have not ended.
    left: u64,
    running: u64,
    /// Ready tasks that the throttle holds back.
    held_back: VecDeque<Batch>,
    span: Span,
}

impl<'a> State<'a> {
    fn new(job: &'a Job, site: &Site) -> Self {
        let kinds = job.after.iter().map(|edge| edge.kind);
        let corresponding = kinds.filter(|kind| *kind == DependencyKind::Corresponding);
        let corresponding = corresponding.count();
        let tasks = match corresponding {
            0 => 0,
            _ => usize::try_from(job.tasks.len()).unwrap_or(0),
        };
        Self {
            job,
            slots: job.slots.clamp(1, site.slots.max(1)),
            behind: Vec::new(),
            followers: Vec::new(),
            waits: job.after.len() - corresponding,
            follows: vec![u32::try_from(corresponding).unwrap_or(u32::MAX); tasks],
            left: job.tasks.len(),
            running: 0,
            held_back: VecDeque::new(),
            span: Span {
                start: f64::INFINITY,
                end: 0.0,
            },
        }
    }

    /// A task of a job that it follows has ended: whether its counterpart may start.
    fn follow(&mut self, task: u64) -> bool {
        let at = usize::try_from(task).unwrap_or(usize::MAX);
        let Some(waits) = self.follows.get_mut(at) else {
            return false;
        };
        *waits -= 1;
        *waits == 0 && self.waits == 0
    }
}

pub(super) struct Run<'a> {
    site: &'a Site,
    trouble: Trouble,
    states: Vec<State<'a>>,
    events: BinaryHeap<Reverse<(Instant, Event)>>,
    /// What waits for a slot.
    queue: VecDeque<Batch>,
    /// Slots.
    free: u64,
    next_launch: Instant,
    /// Failed attempts so far.
    failed: BTreeMap<TaskId, u32>,
    timeline: Timeline,
    /// Takes every attempt.
    pub trace: Option<&'a mut Vec<Ran>>,
}

impl<'a> Run<'a> {
    pub fn new(jobs: &'a [Job], site: &'a Site, trouble: Trouble) -> Self {
        let mut states: Vec<_> = jobs.iter().map(|job| State::new(job, site)).collect();
        for (at, job) in jobs.iter().enumerate() {
            for edge in &job.after {
                let Some(before) = states.get_mut(edge.job) else {
                    unreachable!("an edge leads to an earlier job")
                };
                match edge.kind {
                    DependencyKind::Corresponding => before.followers.push(at),
                    DependencyKind::Any => before.behind.push(at),
                }
            }
        }
        Self {
            site,
            trouble,
            states,
            events: BinaryHeap::new(),
            queue: VecDeque::new(),
            free: site.slots.max(1),
            next_launch: 0,
            failed: BTreeMap::new(),
            timeline: Timeline::default(),
            trace: None,
        }
    }

    /// Handles all that happens, to the last end.
    pub fn finish(mut self) -> Timeline {
        for job in 0..self.states.len() {
            if self.state(job).job.after.is_empty() {
                self.open(job, 0);
            }
        }
        while let Some(Reverse((now, event))) = self.events.pop() {
            match event {
                Event::End(task) => self.end(task, now),
                Event::Fail(task) => self.fail(task, now),
                Event::Ready(batch) => self.queue.push_back(batch),
            }
            let next = self.events.peek();
            if next.is_none_or(|Reverse((at, _))| *at > now) {
                self.launch(now);
            }
        }
        self.timeline.jobs = self.states.iter().map(|state| state.span).collect();
        self.timeline
    }

    fn state(&mut self, job: usize) -> &mut State<'a> {
        match self.states.get_mut(job) {
            Some(state) => state,
            None => unreachable!("each job has a state"),
        }
    }

    /// Makes the tasks ready that wait for nothing more, once the job waits for no whole job.
    fn open(&mut self, job: usize, now: Instant) {
        let state = self.state(job);
        if state.waits > 0 {
            return;
        }
        if state.follows.is_empty() {
            let first = TaskId { job, task: 0 };
            return match state.left {
                0 => self.close(job, now),
                count => self.ready(Batch { first, count }, now),
            };
        }
        let open = (0..).zip(&state.follows).filter(|(_, waits)| **waits == 0);
        let open: Vec<u64> = open.map(|(task, _)| task).collect();
        for task in open {
            self.ready(Batch::one(TaskId { job, task }), now);
        }
    }

    fn ready(&mut self, batch: Batch, at: Instant) {
        let TaskId { job, task } = batch.first;
        let at = at + instant(self.trouble.waits(job, task));
        self.events.push(Reverse((at, Event::Ready(batch))));
    }

    /// Starts as many tasks as there are slots.
    fn launch(&mut self, now: Instant) {
        while self.free > 0 {
            let Some(batch) = self.queue.pop_front() else {
                return;
            };
            let free = self.free;
            let state = self.state(batch.first.job);
            let throttle = state.job.throttle;
            if throttle.is_some_and(|most| state.running >= most) {
                state.held_back.push_back(batch);
                continue;
            }
            if state.slots > free {
                return self.queue.push_front(batch);
            }
            if let Some(rest) = batch.rest() {
                self.queue.push_front(rest);
            }
            self.start(batch.first, now);
        }
    }

    /// Starts a task as soon as the launch rate lets it.
    fn start(&mut self, id: TaskId, now: Instant) {
        let TaskId { job, task } = id;
        let start = now.max(self.next_launch);
        self.next_launch = start + instant(1.0 / self.site.launch_rate);
        let attempt = self.failed.get(&id).copied().unwrap_or(0);
        let fails = self.trouble.fails(job, task, attempt);
        let startup = self.site.startup;
        let state = self.state(job);
        state.running += 1;
        state.span.start = state.span.start.min(seconds(start));
        let held = startup + state.job.tasks.seconds(task) * fails.unwrap_or(1.0);
        let (slots, share) = (state.slots, state.job.share);
        self.free -= slots;
        self.timeline.held += held;
        self.timeline.startup += startup;
        self.timeline.node_seconds += held * share;
        if let Some(trace) = &mut self.trace {
            trace.push(Ran {
                job,
                task,
                start: seconds(start),
                end: seconds(start) + held,
                failed: fails.is_some(),
            });
        }
        let event = match fails {
            Some(_) => Event::Fail(id),
            None => Event::End(id),
        };
        self.events.push(Reverse((start + instant(held), event)));
    }

    /// Gives back what a task held.
    fn release(&mut self, job: usize) {
        let state = self.state(job);
        state.running -= 1;
        let slots = state.slots;
        let next = state.held_back.pop_front();
        self.free += slots;
        if let Some(batch) = next {
            self.queue.push_front(batch);
        }
    }

    fn fail(&mut self, id: TaskId, now: Instant) {
        self.release(id.job);
        *self.failed.entry(id).or_default() += 1;
        self.ready(Batch::one(id), now);
    }

    fn end(&mut self, TaskId { job, task }: TaskId, now: Instant) {
        self.release(job);
        self.timeline.makespan = self.timeline.makespan.max(seconds(now));
        let state = self.state(job);
        state.left -= 1;
        let followers = take(&mut state.followers);
        if state.left == 0 {
            self.close(job, now);
        }
        let then = now + instant(self.site.dependency_delay);
        for &follower in &followers {
            if self.state(follower).follow(task) {
                let counterpart = TaskId {
                    job: follower,
                    task,
                };
                self.ready(Batch::one(counterpart), then);
            }
        }
        self.state(job).followers = followers;
    }

    /// All of a job has ended.
    fn close(&mut self, job: usize, now: Instant) {
        let state = self.state(job);
        state.span.end = seconds(now);
        state.span.start = state.span.start.min(state.span.end);
        let behind = take(&mut state.behind);
        let then = now + instant(self.site.dependency_delay);
        for job in behind {
            self.state(job).waits -= 1;
            self.open(job, then);
        }
    }
}
