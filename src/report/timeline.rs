//! What ran when: a picture a submission. A row a task where there are few, else a row a job, as high as shards of it ran.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Serialize;

use crate::units::{short_duration, ticks};

use super::spans::{Ran, Task};
use super::{Run, picture, text};

/// The last submissions that ran something.
const SUBMISSIONS: usize = 5;
/// Up to so many tasks, with so many attempts, have rows of their own.
const TASKS: usize = 150;
const ATTEMPTS: usize = 3000;
/// Up to so many jobs have a row.
const JOBS: usize = 100;
/// How fine the heights of a job are.
const STEPS: usize = 300;

const LEFT: f64 = 190.0;
const WIDTH: f64 = 760.0;
const TOP: f64 = 6.0;
const ROW: f64 = 9.0;
const LANE: f64 = 34.0;

#[derive(Debug, Serialize)]
pub(super) struct View {
    title: String,
    width: String,
    height: String,
    /// The lower end of the lines of the ticks.
    floor: String,
    below: String,
    ticks: Vec<Tick>,
    labels: Vec<Label>,
    bars: Vec<Bar>,
    areas: Vec<Area>,
    legend: Vec<Colour>,
}

#[derive(Debug, Serialize)]
struct Tick {
    x: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Label {
    x: String,
    y: String,
    text: String,
    more: String,
    more_y: String,
}

#[derive(Debug, Serialize)]
struct Bar {
    x: String,
    y: String,
    width: String,
    class: String,
    title: String,
}

#[derive(Debug, Serialize)]
struct Area {
    path: String,
    class: String,
}

#[derive(Debug, Serialize)]
struct Colour {
    class: String,
    name: String,
}

pub(super) fn views(run: &Run) -> Vec<View> {
    let mut submissions: BTreeMap<u64, Vec<Ran<'_>>> = BTreeMap::new();
    for ran in run.spans.iter() {
        submissions
            .entry(ran.task.submission)
            .or_default()
            .push(ran);
    }
    let last = submissions.iter().rev().take(SUBMISSIONS);
    last.map(|(number, all)| Timeline::new(run, all).view(*number))
        .collect()
}

/// One submission, while it is drawn.
struct Timeline<'a> {
    all: &'a [Ran<'a>],
    start: u64,
    /// Seconds, at least one.
    length: f64,
    /// By call: a colour, and the process.
    processes: BTreeMap<&'a str, (usize, &'a str)>,
    y: f64,
    labels: Vec<Label>,
    bars: Vec<Bar>,
    areas: Vec<Area>,
}

impl<'a> Timeline<'a> {
    fn new(run: &'a Run, all: &'a [Ran<'a>]) -> Self {
        let start = all.iter().map(|it| it.start).min().unwrap_or(0);
        let end = all.iter().map(|it| it.end).max().unwrap_or(0);
        let mut colours = IndexMap::new();
        for call in &run.calls {
            let next = colours.len();
            colours.entry(call.process.as_str()).or_insert(next);
        }
        let processes = run.calls.iter().map(|call| {
            let colour = colours.get(call.process.as_str()).copied().unwrap_or(0);
            (call.name.as_str(), (colour, call.process.as_str()))
        });
        Self {
            all,
            start,
            length: ((end - start) as f64).max(1.0),
            processes: processes.collect(),
            y: TOP,
            labels: Vec::new(),
            bars: Vec::new(),
            areas: Vec::new(),
        }
    }

    fn view(mut self, number: u64) -> View {
        let mut tasks: BTreeMap<&Task, Vec<&Ran<'_>>> = BTreeMap::new();
        for ran in self.all {
            tasks.entry(ran.task).or_default().push(ran);
        }
        let mut title = format!("Submission {number}: ");
        if tasks.len() <= TASKS && self.all.len() <= ATTEMPTS {
            title += &text::count(tasks.len() as u64, "task");
            self.rows(&tasks);
        } else {
            let mut jobs: IndexMap<&str, Vec<&Ran<'_>>> = IndexMap::new();
            for (task, all) in &tasks {
                jobs.entry(&task.job).or_default().extend(all);
            }
            title += &format!(
                "{} of {}, as many as ran at once",
                text::count(self.all.len() as u64, "attempt"),
                text::count(jobs.len() as u64, "job")
            );
            if jobs.len() > JOBS {
                title += &format!("; the first {JOBS} jobs");
            }
            jobs.iter()
                .take(JOBS)
                .for_each(|(job, all)| self.lane(job, all));
        }
        title += &format!("; time since {} UTC", text::instant(self.start));
        self.finish(title)
    }

    fn rows(&mut self, tasks: &BTreeMap<&Task, Vec<&Ran<'_>>>) {
        let mut last = None;
        for (task, all) in tasks {
            if last != Some(&task.job) {
                self.y += if last.is_some() { 6.0 } else { 0.0 };
                self.labels.push(Label {
                    x: picture::at(LEFT - 8.0),
                    y: picture::at(self.y + ROW - 1.0),
                    text: shortened(&task.job),
                    more: String::new(),
                    more_y: picture::at(self.y),
                });
                last = Some(&task.job);
            }
            for ran in all {
                let bar = self.bar(ran);
                self.bars.push(bar);
            }
            // A label is higher than a row.
            self.y += ROW;
        }
    }

    fn bar(&self, ran: &Ran<'_>) -> Bar {
        let (x, end) = (
            self.x(ran.start as f64 - self.start as f64),
            self.x(ran.end as f64 - self.start as f64),
        );
        let failed = if ran.done { "" } else { " failed" };
        Bar {
            x: picture::at(x),
            y: picture::at(self.y),
            width: picture::at((end - x).max(1.5)),
            class: format!("{}{failed}", self.class(ran.call)),
            title: format!(
                "{}, task {} of {}: {}{}",
                ran.call,
                ran.task.index,
                ran.task.job,
                short_duration(ran.seconds()),
                if ran.done { "" } else { ", no result" }
            ),
        }
    }

    /// How many ran at once, in one row.
    fn lane(&mut self, job: &str, all: &[&Ran<'_>]) {
        let mut busy = vec![0.0; STEPS];
        let step = self.length / STEPS as f64;
        for ran in all {
            let (from, to) = (
                ran.start as f64 - self.start as f64,
                ran.end as f64 - self.start as f64,
            );
            let first = ((from / step) as usize).min(STEPS - 1);
            for (at, busy) in busy.iter_mut().enumerate().skip(first) {
                let (low, high) = (at as f64 * step, (at + 1) as f64 * step);
                if low >= to {
                    break;
                }
                *busy += (to.min(high) - from.max(low)).max(0.0) / step;
            }
        }
        let most = busy.iter().copied().fold(0.0, f64::max);
        let floor = self.y + LANE - 4.0;
        let mut path = format!("M{} {}", picture::at(LEFT), picture::at(floor));
        for (at, busy) in busy.iter().enumerate() {
            let y = picture::at(floor - (LANE - 8.0) * if most > 0.0 { busy / most } else { 0.0 });
            let (x, end) = (self.x(at as f64 * step), self.x((at + 1) as f64 * step));
            // Writing to a String cannot fail.
            let _ = write!(path, "L{} {y}L{} {y}", picture::at(x), picture::at(end));
        }
        let _ = write!(
            path,
            "L{} {}Z",
            picture::at(LEFT + WIDTH),
            picture::at(floor)
        );
        self.areas.push(Area {
            path,
            class: all
                .first()
                .map_or_else(String::new, |ran| self.class(ran.call)),
        });
        self.labels.push(Label {
            x: picture::at(LEFT - 8.0),
            y: picture::at(floor - 12.0),
            text: shortened(job),
            more: format!(
                "at most {} at once",
                text::grouped((most - 1e-6).ceil() as u64)
            ),
            more_y: picture::at(floor - 1.0),
        });
        self.y += LANE;
    }

    fn finish(self, title: String) -> View {
        let floor = self.y + 4.0;
        let mut legend: BTreeMap<usize, &str> = BTreeMap::new();
        for ran in self.all {
            legend.extend(self.processes.get(ran.call).copied());
        }
        let legend = legend.into_iter().map(|(colour, name)| Colour {
            class: picture::colour(colour),
            name: name.to_owned(),
        });
        let ticks = ticks(self.length).map(|tick| Tick {
            x: picture::at(self.x(tick)),
            text: short_duration(tick),
        });
        View {
            title,
            width: picture::at(LEFT + WIDTH + 30.0),
            height: picture::at(floor + 20.0),
            floor: picture::at(floor),
            below: picture::at(floor + 14.0),
            ticks: ticks.collect(),
            legend: legend.collect(),
            labels: self.labels,
            bars: self.bars,
            areas: self.areas,
        }
    }

    /// Of seconds behind the start.
    fn x(&self, seconds: f64) -> f64 {
        LEFT + WIDTH * seconds / self.length
    }

    fn class(&self, call: &str) -> String {
        self.processes.get(call).map_or_else(
            || "unknown".to_owned(),
            |(colour, _)| picture::colour(*colour),
        )
    }
}

/// As long as there is room for on the left.
fn shortened(job: &str) -> String {
    match job.char_indices().nth(28) {
        Some((at, _)) => format!("{}…", job.get(..at).unwrap_or(job)),
        None => job.to_owned(),
    }
}
