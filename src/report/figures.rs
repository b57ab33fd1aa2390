//! Where the time went: what the shards of each process took, beside what was asked for them.

use indexmap::IndexMap;
use serde::Serialize;

use crate::learned::quantile;
use crate::records::Standing;
use crate::units::{GIGABYTE, MEGABYTE, short_duration, short_size};

use super::picture::{Plot, at};
use super::text::{self, Cell, Row};
use super::{Run, picture};

/// So many of the slowest shards are listed.
const SLOWEST: usize = 10;

/// Whoever uses less than this part of what was asked is told, if that was so much that a task may have waited for it.
const MUCH: f64 = 0.25;
const HOUR: f64 = 3600.0;

#[derive(Debug, Serialize)]
pub(super) struct View {
    processes: Vec<Figures>,
    /// A table, where memory was measured.
    memory: Vec<Vec<Row>>,
    /// Of the plots.
    scale: String,
    slowest: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Figures {
    first: Row,
    time: Row,
    /// The colour of the process in timelines.
    class: String,
    /// Percent of all core hours.
    share: String,
    plot: Vec<Plot>,
    /// What to ask for another time.
    advice: Vec<String>,
}

/// Of one process.
#[derive(Debug, Default)]
struct Measured {
    /// Seconds of each shard that is done.
    time: Vec<f64>,
    /// Bytes.
    memory: Vec<f64>,
    /// Core seconds of all attempts, and of those that gave no result.
    spent: f64,
    lost: f64,
    asked: Asked,
}

/// The most that a shard of a process may have, over its calls.
#[derive(Debug, Default, Clone, Copy)]
struct Asked {
    /// Seconds.
    time: Option<f64>,
    /// Bytes.
    memory: Option<f64>,
}

#[derive(Debug)]
struct Slow<'a> {
    call: &'a str,
    dir: &'a str,
    seconds: u64,
    memory: Option<u64>,
    start: u64,
}

pub(super) fn view(run: &Run) -> View {
    let mut processes: IndexMap<&str, Measured> = IndexMap::new();
    let mut slowest = Vec::new();
    for call in &run.calls {
        let measured = processes.entry(&call.process).or_default();
        measured.asked.widen(asked(run, &call.name));
        for (dir, standing) in run.shards.of(&call.name) {
            let Standing::Done(ended) = standing else {
                continue;
            };
            measured.time.push(ended.seconds as f64);
            measured.memory.extend(ended.memory.map(|it| it as f64));
            slowest.push(Slow {
                call: &call.name,
                dir,
                seconds: ended.seconds,
                memory: ended.memory,
                start: ended.start,
            });
            if slowest.len() > 50 * SLOWEST {
                keep_slowest(&mut slowest);
            }
        }
    }
    keep_slowest(&mut slowest);
    let (process_of, cores) = (run.process_of(), run.cores());
    for ran in run.spans.iter() {
        let process = process_of.get(ran.call);
        let Some(measured) = process.and_then(|it| processes.get_mut(it)) else {
            continue;
        };
        let spent = ran.seconds() * cores.get(ran.call).copied().unwrap_or(1.0);
        measured.spent += spent;
        measured.lost += if ran.done { 0.0 } else { spent };
    }
    let all: f64 = processes.values().map(|it| it.spent).sum();
    processes.values_mut().for_each(Measured::sort);
    let longest = processes.values().filter_map(|it| quantile(&it.time, 100));
    let end = longest.fold(1.0, f64::max);
    let rows = processes.iter().enumerate();
    let rows = rows.filter(|(_, (_, it))| it.spent > 0.0 || !it.time.is_empty());
    let memory = processes.iter().filter(|(_, it)| !it.memory.is_empty());
    let memory: Vec<_> = memory.map(|(name, it)| it.memory_row(name)).collect();
    View {
        processes: rows
            .map(|(colour, (name, it))| it.figures(name, colour, all, end))
            .collect(),
        memory: Some(memory)
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect(),
        scale: format!("1s to {}", short_duration(end)),
        slowest: slowest.iter().map(Slow::row).collect(),
    }
}

/// In order; of equals the first stays.
fn keep_slowest(slowest: &mut Vec<Slow<'_>>) {
    slowest.sort_by_key(|it| std::cmp::Reverse(it.seconds));
    slowest.truncate(SLOWEST);
}

fn asked(run: &Run, call: &str) -> Asked {
    let calls = run.manifest.iter().flat_map(|it| &it.calls);
    let limit = calls.filter(|it| it.name == call).find_map(|it| it.limit);
    let job = run.job_of(call);
    let memory = job.and_then(|job| {
        let share = job.abreast.unwrap_or(1).max(1);
        Some(job.request.memory? as f64 / share as f64 * MEGABYTE)
    });
    Asked {
        time: limit.map(|it| it as f64),
        memory,
    }
}

impl Asked {
    fn widen(&mut self, other: Self) {
        let wider = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).reduce(f64::max);
        self.time = wider(self.time, other.time);
        self.memory = wider(self.memory, other.memory);
    }
}

impl Measured {
    fn sort(&mut self) {
        self.time.sort_by(f64::total_cmp);
        self.memory.sort_by(f64::total_cmp);
    }

    /// `all` are core seconds of all processes, `end` that of the scale in seconds.
    fn figures(&self, name: &str, colour: usize, all: f64, end: f64) -> Figures {
        let time = [0, 50, 95, 100].map(|part| quantile(&self.time, part));
        let time = time.into_iter().chain([self.asked.time]);
        Figures {
            first: vec![
                Cell::word(name),
                Cell::count(self.time.len() as u64),
                Cell::number(text::hours(self.spent), self.spent),
                Cell::number(text::hours(self.lost), self.lost),
            ],
            time: time.map(|it| Cell::of(it, Cell::duration)).collect(),
            class: picture::colour(colour),
            share: picture::at(if all > 0.0 {
                100.0 * self.spent / all
            } else {
                0.0
            }),
            plot: Plot::new(&self.time, end).into_iter().collect(),
            advice: self.advice(name),
        }
    }

    fn memory_row(&self, name: &str) -> Row {
        let sizes = [50, 95, 100].map(|part| quantile(&self.memory, part));
        let sizes = sizes.into_iter().chain([self.asked.memory]);
        let used = quantile(&self.memory, 100).zip(self.asked.memory);
        let used = used.map(|(most, asked)| 100.0 * most / asked);
        let mut row = vec![Cell::word(name), Cell::count(self.memory.len() as u64)];
        row.extend(sizes.map(|it| Cell::of(it, Cell::bytes)));
        row.push(Cell::of(used, |it| {
            Cell::number(format!("{} %", at(it)), it)
        }));
        row
    }

    fn advice(&self, name: &str) -> Vec<String> {
        let memory = too_much(self.asked.memory, &self.memory, GIGABYTE);
        let memory = memory.map(|it| ("memory", it.map(short_size), it));
        let time = too_much(self.asked.time, &self.time, HOUR);
        let time = time.map(|it| ("time", it.map(short_duration), it));
        let told = |(what, [asked, most], [of, part]): (_, [String; 2], [f64; 2])| {
            let percent = at(100.0 * part / of);
            format!(
                "{name}: asked for {asked} of {what}, the largest shard used {most} ({percent} %)."
            )
        };
        memory.into_iter().chain(time).map(told).collect()
    }
}

/// What was asked and the most that was used, where that is far less.
fn too_much(asked: Option<f64>, sorted: &[f64], from: f64) -> Option<[f64; 2]> {
    let (asked, most) = asked.zip(quantile(sorted, 100))?;
    (asked >= from && most < MUCH * asked).then_some([asked, most])
}

impl Slow<'_> {
    fn row(&self) -> Row {
        vec![
            Cell::word(text::shard(self.call, self.dir)),
            Cell::duration(self.seconds as f64),
            self.memory
                .map_or_else(Cell::none, |it| Cell::bytes(it as f64)),
            Cell::fixed(text::instant(self.start)),
        ]
    }
}
