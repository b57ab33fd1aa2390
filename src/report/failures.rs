//! What failed, by call and cause, and what waits for it.

use indexmap::IndexMap;
use serde::Serialize;

use crate::emit::literal;
use crate::records::{Attempt, Standing, Status, Trouble, decoded};
use crate::units::{short_duration, short_size};

use super::{Run, text};

/// So many groups are told, so many shards of each with their logs, and so many by their names.
const GROUPS: usize = 30;
const SHOWN: usize = 3;
const NAMED: usize = 20;

#[derive(Debug, Default, Serialize)]
pub struct Failures {
    summary: String,
    pub groups: Vec<Group>,
    blocked: Vec<String>,
    /// The command that runs again all that failed.
    again: Vec<String>,
}

/// Shards of one call that failed for one cause.
#[derive(Debug, Serialize)]
pub struct Group {
    call: String,
    cause: String,
    count: u64,
    summary: String,
    pub shown: Vec<Shown>,
    /// Names of further ones, a text.
    more: Vec<String>,
    #[serde(skip)]
    named: Vec<String>,
    unnamed: u64,
}

/// A failed shard.
#[derive(Debug, Serialize)]
pub struct Shown {
    name: String,
    facts: String,
    commands: Vec<Command>,
    #[serde(skip)]
    pub call: String,
    #[serde(skip)]
    pub dir: String,
    /// The name of the task's log.
    #[serde(skip)]
    pub file: Option<String>,
    /// What it printed last, once it is read.
    pub log: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Command {
    text: String,
    what: &'static str,
}

/// What failed and is not done since, in the order of the program.
pub fn failures(run: &Run) -> Failures {
    let mut groups: IndexMap<(&str, &str, &str), Group> = IndexMap::new();
    let mut blocked: IndexMap<(&str, String), u64> = IndexMap::new();
    for call in &run.calls {
        for (dir, standing) in run.shards.of(&call.name) {
            match standing {
                Standing::Failed(trouble) => {
                    let key = (call.name.as_str(), &*trouble.cause, &*trouble.exit);
                    let group = groups.entry(key);
                    let group = group.or_insert_with(|| Group::new(&call.name, trouble));
                    group.add(run, dir, trouble);
                }
                Standing::Blocked(trouble) => {
                    *blocked.entry((&call.name, blocker(trouble))).or_default() += 1;
                }
                Standing::Done(_) | Standing::Skipped | Standing::Pending | Standing::Former => {}
            }
        }
    }
    let failed: u64 = groups.values().map(|it| it.count).sum();
    let mut told: Vec<Group> = groups.into_values().collect();
    let untold = told.len().saturating_sub(GROUPS);
    told.truncate(GROUPS);
    told.iter_mut().for_each(Group::sum_up);
    let blocked = blocked.into_iter();
    let blocked = blocked
        .map(|((call, by), count)| format!("{} of {call}: {by}", text::count(count, "shard")));
    Failures {
        summary: match (failed, untold) {
            (0, _) => "Nothing has failed.".to_owned(),
            (_, 0) => format!("{} failed.", text::count(failed, "shard")),
            (_, _) => format!(
                "{} failed, for {} more causes than are told here.",
                text::count(failed, "shard"),
                text::grouped(untold as u64)
            ),
        },
        groups: told,
        blocked: blocked.take(GROUPS).collect(),
        again: run
            .submit
            .iter()
            .filter(|_| failed > 0)
            .map(|submit| format!("bash {submit}"))
            .collect(),
    }
}

impl Group {
    fn new(call: &str, trouble: &Trouble) -> Self {
        Self {
            call: call.to_owned(),
            cause: cause(trouble),
            count: 0,
            summary: String::new(),
            shown: Vec::new(),
            more: Vec::new(),
            named: Vec::new(),
            unnamed: 0,
        }
    }

    fn add(&mut self, run: &Run, dir: &str, trouble: &Trouble) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(Shown::new(run, &self.call, dir, trouble));
        } else if self.named.len() < NAMED {
            self.named.push(text::shard(&self.call, dir));
        } else {
            self.unnamed += 1;
        }
    }

    fn sum_up(&mut self) {
        self.summary = text::count(self.count, "shard");
        let names = self.named.join(", ");
        self.more.extend(match (names.is_empty(), self.unnamed) {
            (true, _) => None,
            (false, 0) => Some(names),
            (false, more) => Some(format!("{names} and {} more", text::grouped(more))),
        });
    }
}

impl Shown {
    fn new(run: &Run, call: &str, dir: &str, trouble: &Trouble) -> Self {
        let name = text::shard(call, dir);
        let attempt = Attempt::read(&trouble.attempt);
        let mut facts = vec![format!("attempt {}", trouble.attempt_number())];
        if trouble.exit.parse::<i64>().is_ok() {
            facts.push(format!("exit status {}", trouble.exit));
        }
        if let Some(attempt) = attempt {
            facts.push(format!("task {} of {}", attempt.task, attempt.job));
        }
        if &*trouble.node != "-" {
            facts.push(format!("on {}", decoded(&trouble.node)));
        }
        if trouble.start > 0 {
            facts.push(format!("began {} UTC", text::instant(trouble.start)));
            facts.push(format!("took {}", short_duration(trouble.seconds as f64)));
        }
        facts.extend(
            trouble
                .memory
                .map(|it| format!("used {}", short_size(it as f64))),
        );
        let command = |submit: &String, option, what| Command {
            text: format!("bash {submit} {option} {}", literal(&name)),
            what,
        };
        let both = [
            ("--log", "the whole log"),
            ("--only", "runs it again, with what it needs"),
        ];
        let commands = run.submit.iter();
        let commands = commands.flat_map(|it| both.map(|(option, what)| command(it, option, what)));
        Self {
            facts: facts.join(", "),
            commands: commands.collect(),
            call: call.to_owned(),
            dir: dir.to_owned(),
            file: attempt.map(|it| format!("{}.log", it.log)),
            log: Vec::new(),
            name,
        }
    }
}

/// The cause for people.
fn cause(trouble: &Trouble) -> String {
    let cause = decoded(&trouble.cause);
    let signal = trouble
        .exit
        .parse::<i64>()
        .ok()
        .and_then(|it| it.checked_sub(128));
    match (&*cause, signal) {
        ("exit", _) => format!("exit status {}", trouble.exit),
        ("signal", Some(signal)) if signal > 0 => format!("ended by signal {signal}"),
        ("memory", _) => "out of memory".to_owned(),
        ("timeout", _) => "ended at its time limit".to_owned(),
        ("killed", _) => "died without a word".to_owned(),
        ("node", _) => "its node failed".to_owned(),
        ("again", _) => "had all its starts".to_owned(),
        ("todo", _) => "has no script yet".to_owned(),
        (other, _) => match other.strip_prefix("missing-output:") {
            Some(output) => format!("output {output} was not made"),
            None => other.to_owned(),
        },
    }
}

/// Which call keeps it from running.
fn blocker(trouble: &Trouble) -> String {
    let by = decoded(&trouble.cause);
    let how = match trouble.status == Status::LeftOut {
        true => "left out for",
        false => "blocked by",
    };
    format!("{how} {}", by.split('[').next().unwrap_or_default())
}
