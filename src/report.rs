//! A run as one page: how far it is, what failed, where the time went, what came of it.
//!
//! Takes what records, plan and manifest say ([`Run`]); gives HTML that needs nothing beside it, or a [`Summary`] for
//! programs, the same bytes for the same run. Knows nothing of files: a command reads them, and the logs of what
//! failed. All texts are hostile; the template escapes them.

mod failures;
mod figures;
mod log;
mod picture;
mod progress;
mod provenance;
mod spans;
mod summary;
mod text;
mod timeline;

pub use failures::{Failures, Group, Shown, failures};
pub use log::Log;
pub use provenance::Tracked;
pub use spans::Spans;
pub use summary::{Summary, summary};

use std::collections::{BTreeMap, BTreeSet};

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::manifest::{self, Manifest};
use crate::records::Shards;

const TEMPLATE: &str = include_str!("../templates/report.html.j2");

/// What is known of a run.
#[derive(Debug, Default)]
pub struct Run {
    /// Of the last compile.
    pub manifest: Option<Manifest>,
    /// The name of the program.
    pub name: String,
    /// In the order of the program, each behind what it reads.
    pub calls: Vec<Call>,
    pub submissions: Vec<Submission>,
    pub shards: Shards,
    pub spans: Spans,
    /// Points of calls whose number is known when other calls have run.
    pub open: u64,
    /// Lines that are no records of this form.
    pub foreign: u64,
    /// What the last submission tracked.
    pub tracked: Vec<Tracked>,
    pub results: Results,
    /// How `submit.sh` is called from where the report lies, as a word of bash.
    pub submit: Option<String>,
    /// What the reader has to know about the reading.
    pub notes: Vec<String>,
}

/// A call as it was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub process: String,
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    pub number: u64,
    /// `--local`, not SLURM.
    pub local: bool,
    /// That SLURM was given.
    pub arrays: u64,
}

/// What is published.
#[derive(Debug, Default)]
pub struct Results {
    /// The folder, relative to the report.
    pub folder: String,
    /// The first ones, by name.
    pub shown: Vec<Published>,
    pub files: u64,
}

#[derive(Debug, Clone, Serialize)]
pub struct Published {
    pub name: String,
    /// Relative to the report.
    pub link: String,
    /// Bytes, as people write them.
    pub size: String,
}

/// What the template sees: finished texts, and lists that are empty where something does not apply.
#[derive(Debug, Serialize)]
struct Page<'a> {
    name: &'a str,
    notes: &'a [String],
    progress: progress::View,
    failures: &'a Failures,
    figures: figures::View,
    timelines: Vec<timeline::View>,
    results: Vec<ResultsView<'a>>,
    provenance: provenance::View<'a>,
}

#[derive(Debug, Serialize)]
struct ResultsView<'a> {
    folder: &'a str,
    shown: &'a [Published],
    summary: String,
}

/// The page. `failures` are those of [`failures`], with what their logs say.
pub fn html(run: &Run, failures: &Failures) -> String {
    let page = Page {
        name: &run.name,
        notes: &run.notes,
        progress: progress::view(run),
        failures,
        figures: figures::view(run),
        timelines: timeline::views(run),
        results: results(&run.results).into_iter().collect(),
        provenance: provenance::view(run),
    };
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    let text = environment.render_str(TEMPLATE, &page);
    text.unwrap_or_else(|error| unreachable!("the template fits its view: {error}"))
}

fn results(results: &Results) -> Option<ResultsView<'_>> {
    let more = results.files.saturating_sub(results.shown.len() as u64);
    (results.files > 0).then(|| ResultsView {
        folder: &results.folder,
        shown: &results.shown,
        summary: match more {
            0 => text::count(results.files, "file"),
            _ => format!(
                "{}, of which the first {} are listed",
                text::count(results.files, "file"),
                results.shown.len()
            ),
        },
    })
}

impl Run {
    /// To be called when all is read: what no plan says follows from the records.
    pub fn settle(&mut self) {
        if self.calls.is_empty() {
            let calls = self.shards.calls().map(|(name, _)| Call {
                name: name.to_owned(),
                process: name.to_owned(),
                version: "–".to_owned(),
            });
            self.calls = calls.collect();
            self.calls.sort_by(|a, b| a.name.cmp(&b.name));
        }
        if self.name.is_empty() {
            self.name = "workflow".to_owned();
        }
        if self.foreign > 0 {
            self.notes.push(format!(
                "{} left out: torn, or written by another version of flowc.",
                text::count(self.foreign, "line")
            ));
        }
        let calls: BTreeSet<&str> = self.calls.iter().map(|it| it.name.as_str()).collect();
        self.spans.settle(|call| calls.contains(call));
    }

    fn process_of(&self) -> BTreeMap<&str, &str> {
        let pairs = self.calls.iter();
        pairs
            .map(|call| (call.name.as_str(), call.process.as_str()))
            .collect()
    }

    /// What an array element of a call asks for, and how many tasks are in it side by side.
    fn job_of(&self, call: &str) -> Option<&manifest::Job> {
        let manifest = self.manifest.as_ref()?;
        let mut jobs = manifest.jobs.iter();
        jobs.find(|job| job.calls.iter().any(|it| it == call))
    }

    /// Cores of one shard of each call: SLURM gives one to whoever asks for none.
    fn cores(&self) -> BTreeMap<&str, f64> {
        let cores = |call: &str| {
            let job = self.job_of(call)?;
            let cpus = job.request.cpus? / job.abreast.unwrap_or(1);
            Some(cpus.max(1) as f64)
        };
        let calls = self.calls.iter();
        calls
            .map(|it| (it.name.as_str(), cores(&it.name).unwrap_or(1.0)))
            .collect()
    }
}
