//! How far it is: what became of the shards of each call, and what each submission did.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::records::Standing;

use super::text::{self, Cell, Row};
use super::{Run, Submission, picture};

#[derive(Debug, Serialize)]
pub(super) struct View {
    lead: String,
    bar: Vec<Segment>,
    facts: Vec<String>,
    calls: Vec<Row>,
    submissions: Vec<Row>,
}

/// A part of the bar: its place and width in percent.
#[derive(Debug, Serialize)]
struct Segment {
    class: &'static str,
    x: String,
    width: String,
    title: String,
}

/// Numbers of shards.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct Counts {
    done: u64,
    skipped: u64,
    failed: u64,
    blocked: u64,
    pending: u64,
    /// Of another form of the program; not among the total.
    former: u64,
}

impl Counts {
    pub(super) fn of(run: &Run, call: &str) -> Self {
        let mut counts = Self::default();
        for (_, standing) in run.shards.of(call) {
            let count = match standing {
                Standing::Done(_) => &mut counts.done,
                Standing::Skipped => &mut counts.skipped,
                Standing::Failed(_) => &mut counts.failed,
                Standing::Blocked(_) => &mut counts.blocked,
                Standing::Pending => &mut counts.pending,
                Standing::Former => &mut counts.former,
            };
            *count += 1;
        }
        // Nothing was submitted yet: the program alone knows how many there are.
        if counts.total() == 0 && run.submissions.is_empty() {
            let calls = run.manifest.iter().flat_map(|it| &it.calls);
            let own = calls.filter(|it| it.name == call);
            counts.pending = own.map(|it| it.shards).sum();
        }
        counts
    }

    fn total(&self) -> u64 {
        self.done + self.skipped + self.failed + self.blocked + self.pending
    }

    pub(super) fn is_complete(&self) -> bool {
        self.failed + self.blocked + self.pending == 0
    }

    pub(super) fn add(&mut self, other: Self) {
        self.done += other.done;
        self.skipped += other.skipped;
        self.failed += other.failed;
        self.blocked += other.blocked;
        self.pending += other.pending;
        self.former += other.former;
    }

    fn row(&self, name: &str) -> Row {
        vec![
            Cell::word(name),
            Cell::count(self.done),
            Cell::trouble(self.failed, "number failed"),
            Cell::trouble(self.blocked, "number blocked"),
            Cell::count(self.skipped),
            Cell::count(self.pending),
            Cell::count(self.total()),
        ]
    }
}

pub(super) fn view(run: &Run) -> View {
    let mut all = Counts::default();
    let mut calls = Vec::new();
    for call in &run.calls {
        let counts = Counts::of(run, &call.name);
        calls.push(counts.row(&call.name));
        all.add(counts);
    }
    let did = did(run);
    let none = Did::default();
    let submissions = run.submissions.iter();
    let submissions = submissions.map(|it| submission(it, did.get(&it.number).unwrap_or(&none)));
    View {
        lead: lead(run, all),
        bar: bar(all),
        facts: facts(run, all, &did),
        calls,
        submissions: submissions.collect(),
    }
}

fn lead(run: &Run, all: Counts) -> String {
    let (done, total) = (all.done + all.skipped, all.total());
    let others = [
        (all.failed, "failed"),
        (all.blocked, "blocked"),
        (all.pending, "pending"),
    ];
    let others = others.iter().filter(|(number, _)| *number > 0);
    let others: Vec<_> = others
        .map(|(number, what)| format!("{} {what}", text::grouped(*number)))
        .collect();
    match (
        others.is_empty(),
        run.submissions.is_empty() && run.shards.is_empty(),
    ) {
        (_, true) => format!("Nothing has run yet of {}.", text::count(total, "shard")),
        (true, false) if run.open == 0 => {
            format!("Complete: {} done.", text::count(total, "shard"))
        }
        (true, false) => format!("{} done.", text::count(done, "shard")),
        (false, false) => format!(
            "{} of {} done, {}.",
            text::grouped(done),
            text::count(total, "shard"),
            others.join(", ")
        ),
    }
}

fn bar(all: Counts) -> Vec<Segment> {
    let parts = [
        ("done", all.done),
        ("skipped", all.skipped),
        ("failed", all.failed),
        ("blocked", all.blocked),
        ("pending", all.pending),
    ];
    let mut x = 0.0;
    let mut segments = Vec::new();
    for (class, number) in parts.into_iter().filter(|(_, number)| *number > 0) {
        let width = 100.0 * number as f64 / all.total() as f64;
        segments.push(Segment {
            class,
            x: picture::at(x),
            width: picture::at(width),
            title: format!("{} {class}", text::grouped(number)),
        });
        x += width;
    }
    segments
}

fn facts(run: &Run, all: Counts, did: &BTreeMap<u64, Did>) -> Vec<String> {
    let mut facts = Vec::new();
    let first = did.values().filter_map(|it| it.first).min();
    let last = did.values().filter_map(|it| it.last).max();
    if let (Some(first), Some(last)) = (first, last) {
        facts.push(format!(
            "First start {} UTC, last end {} UTC; {} core hours in {}.",
            text::instant(first),
            text::instant(last),
            text::hours(did.values().map(|it| it.spent).sum()),
            text::count(did.values().map(|it| it.done + it.other).sum(), "attempt"),
        ));
    }
    if run.open > 0 {
        facts.push(format!(
            "How many shards there are is not known yet at {}: other calls make the items.",
            text::count(run.open, "point")
        ));
    }
    if all.former > 0 {
        facts.push(format!(
            "Records of {} that the program no longer has are left out.",
            text::count(all.former, "shard")
        ));
    }
    facts
}

/// What one submission did.
#[derive(Debug, Default)]
pub(super) struct Did {
    /// Seconds since 1970: the first start and the last end.
    pub first: Option<u64>,
    pub last: Option<u64>,
    /// Attempts that gave a result, and those that gave none.
    pub done: u64,
    pub other: u64,
    /// Core seconds.
    pub spent: f64,
}

/// Of each submission that ran something, by its number.
pub(super) fn did(run: &Run) -> BTreeMap<u64, Did> {
    let cores = run.cores();
    let mut all: BTreeMap<u64, Did> = BTreeMap::new();
    for ran in run.spans.iter() {
        let did = all.entry(ran.task.submission).or_default();
        did.first = Some(did.first.map_or(ran.start, |at| at.min(ran.start)));
        did.last = did.last.max(Some(ran.end));
        *(if ran.done {
            &mut did.done
        } else {
            &mut did.other
        }) += 1;
        did.spent += ran.seconds() * cores.get(ran.call).copied().unwrap_or(1.0);
    }
    all
}

fn submission(submission: &Submission, did: &Did) -> Row {
    let time = |at: Option<u64>| at.map_or_else(Cell::none, |at| Cell::fixed(text::instant(at)));
    let span = did.last.zip(did.first);
    let span = span.map_or_else(Cell::none, |(last, first)| {
        Cell::duration(last.saturating_sub(first) as f64)
    });
    vec![
        Cell::count(submission.number),
        Cell::fixed(match submission.local {
            true => "--local".to_owned(),
            false => text::count(submission.arrays, "array"),
        }),
        time(did.first),
        time(did.last),
        span,
        Cell::count(did.done),
        Cell::trouble(did.other, "number failed"),
        Cell::number(text::hours(did.spent), did.spent),
    ]
}
