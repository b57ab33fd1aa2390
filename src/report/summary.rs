//! A run for programs: names and numbers, no texts for people. What the fields mean is in `docs/runtime.md`.

use serde::Serialize;

use crate::records::{Attempt, Standing, Trouble, decoded};

use super::progress::{Counts, Did, did};
use super::{Run, Submission, text};

#[derive(Debug, Serialize)]
pub struct Summary<'a> {
    format: u32,
    name: &'a str,
    complete: bool,
    open: u64,
    shards: Counts,
    calls: Vec<Call<'a>>,
    failures: Vec<Failure<'a>>,
    submissions: Vec<Submitted>,
    results: u64,
    notes: &'a [String],
}

#[derive(Debug, Serialize)]
struct Call<'a> {
    name: &'a str,
    process: &'a str,
    #[serde(flatten)]
    shards: Counts,
}

#[derive(Debug, Serialize)]
struct Failure<'a> {
    shard: String,
    call: &'a str,
    cause: String,
    exit: Option<i64>,
    attempt: u64,
    /// Seconds since 1970.
    start: u64,
    seconds: u64,
    /// Bytes.
    memory: Option<u64>,
    node: Option<String>,
    /// The file in `run/logs/`.
    log: Option<String>,
}

#[derive(Debug, Serialize)]
struct Submitted {
    number: u64,
    local: bool,
    arrays: u64,
    /// Seconds since 1970.
    first_start: Option<u64>,
    last_end: Option<u64>,
    attempts: u64,
    failed_attempts: u64,
    core_seconds: f64,
}

pub fn summary(run: &Run) -> Summary<'_> {
    let mut shards = Counts::default();
    let mut calls = Vec::new();
    let mut failures = Vec::new();
    for call in &run.calls {
        let counts = Counts::of(run, &call.name);
        shards.add(counts);
        calls.push(Call {
            name: &call.name,
            process: &call.process,
            shards: counts,
        });
        for (dir, standing) in run.shards.of(&call.name) {
            if let Standing::Failed(trouble) = standing {
                failures.push(failure(&call.name, dir, trouble));
            }
        }
    }
    let did = did(run);
    let none = Did::default();
    let submissions = run.submissions.iter();
    let submissions = submissions.map(|it| submitted(it, did.get(&it.number).unwrap_or(&none)));
    Summary {
        format: 1,
        name: &run.name,
        complete: shards.is_complete() && run.open == 0,
        open: run.open,
        shards,
        calls,
        failures,
        submissions: submissions.collect(),
        results: run.results.files,
        notes: &run.notes,
    }
}

fn failure<'a>(call: &'a str, dir: &str, trouble: &Trouble) -> Failure<'a> {
    let node = Some(&*trouble.node).filter(|node| *node != "-");
    let attempt = Attempt::read(&trouble.attempt);
    Failure {
        shard: text::shard(call, dir),
        call,
        cause: decoded(&trouble.cause).into_owned(),
        exit: trouble.exit.parse().ok(),
        attempt: trouble.attempt_number(),
        start: trouble.start,
        seconds: trouble.seconds,
        memory: trouble.memory,
        node: node.map(|node| decoded(node).into_owned()),
        log: attempt.map(|it| format!("{}.log", it.log)),
    }
}

fn submitted(submission: &Submission, did: &Did) -> Submitted {
    Submitted {
        number: submission.number,
        local: submission.local,
        arrays: submission.arrays,
        first_start: did.first,
        last_end: did.last,
        attempts: did.done + did.other,
        failed_attempts: did.other,
        core_seconds: did.spent,
    }
}
