//! When which task worked on what: one span for each attempt that ran.

use indexmap::{IndexMap, IndexSet};

use crate::records::{Attempt, Record, Status};

#[derive(Debug, Default)]
pub struct Spans {
    /// By the name of its journal.
    tasks: IndexMap<Box<str>, Task>,
    calls: IndexSet<Box<str>>,
    all: Vec<Span>,
}

/// An array task, or one more life of it, in the order of the jobs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Task {
    pub submission: u64,
    /// Of the job: `2` of `02-judge`.
    place: u64,
    pub job: Box<str>,
    pub index: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    task: u32,
    number: u32,
    call: u32,
    start: u64,
    end: u64,
    done: bool,
}

/// A span with its names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ran<'a> {
    pub task: &'a Task,
    pub call: &'a str,
    /// Seconds since 1970.
    pub start: u64,
    pub end: u64,
    pub done: bool,
}

impl Spans {
    /// Takes attempts that ran a script; other records are no spans. Each may come several times: a journal is compacted
    /// into records, and may be there, too.
    pub fn take(&mut self, record: &Record<'_>) {
        let ran = match record.status {
            Status::Done | Status::Failed => record.seconds().is_some(),
            // It is cut off, or goes on later.
            Status::Pending => record.seconds().is_some_and(|it| it > 0),
            Status::Skipped | Status::Blocked | Status::LeftOut | Status::Lost | Status::Begin => {
                false
            }
        };
        let Some(attempt) = Attempt::read(record.attempt).filter(|_| ran) else {
            return;
        };
        let task = self.tasks.get_index_of(attempt.journal);
        let task = task.unwrap_or_else(|| {
            let task = Task {
                submission: attempt.submission,
                place: place(attempt.job),
                job: attempt.job.into(),
                index: attempt.task,
            };
            self.tasks.insert_full(attempt.journal.into(), task).0
        });
        let call = self.calls.get_index_of(record.call);
        let call = call.unwrap_or_else(|| self.calls.insert_full(record.call.into()).0);
        self.all.push(Span {
            task: task as u32,
            number: attempt.number,
            call: call as u32,
            start: record.start,
            end: record.end,
            done: record.status == Status::Done,
        });
    }

    /// Sorts them by tasks, and keeps each once. Of a call that was renamed since, the name that `is_known` is kept.
    pub fn settle(&mut self, is_known: impl Fn(&str) -> bool) {
        let known: Vec<bool> = self.calls.iter().map(|call| is_known(call)).collect();
        let is_old = |span: &Span| !known.get(span.call as usize).copied().unwrap_or(false);
        self.all
            .sort_unstable_by_key(|it| (it.task, it.number, is_old(it), it.start, it.end));
        self.all.dedup_by_key(|it| (it.task, it.number));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Ran<'_>> {
        self.all.iter().filter_map(|span| {
            let (_, task) = self.tasks.get_index(span.task as usize)?;
            Some(Ran {
                task,
                call: self.calls.get_index(span.call as usize)?,
                start: span.start,
                end: span.end,
                done: span.done,
            })
        })
    }
}

fn place(job: &str) -> u64 {
    let number = job.split('-').next().and_then(|it| it.parse().ok());
    number.unwrap_or(0)
}

impl Ran<'_> {
    pub fn seconds(&self) -> f64 {
        (self.end - self.start) as f64
    }
}
