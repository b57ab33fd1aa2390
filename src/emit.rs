//! The files of `out/`, as texts.
//!
//! Takes the plan, the versions and the code; gives [`File`]s. Every decision was made before:
//! here things are only spelled. Nothing that is written depends on a machine, a date or a host.

mod declaration;
mod directive;
mod job;
mod key;
mod library;
mod quote;
mod readme;
mod shards;
mod table;
mod tsv;

pub use quote::{literal, word};

use crate::code::Code;
use crate::plan::{ArrayJob, Plan, Rung};
use crate::version::Versions;

/// A file below `out/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// `/` between components.
    pub path: String,
    pub content: Vec<u8>,
    pub executable: bool,
}

impl File {
    fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            content: text.into().into_bytes(),
            executable: false,
        }
    }
}

/// What is emitted from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub plan: &'a Plan<'a>,
    pub versions: &'a Versions,
    pub code: &'a Code,
    /// From `out/` to the program's folder.
    pub project: &'a str,
}

/// Where the script of a job is.
pub fn script_path(job: &ArrayJob<'_>) -> String {
    format!("jobs/{}.sbatch", job.name)
}

pub fn rung_path(rung: &Rung<'_>) -> String {
    format!("jobs/{}.sbatch", rung.name)
}

/// Everything but the manifest, sorted by path.
pub fn emit(input: Input<'_>) -> Vec<File> {
    let plan = input.plan;
    let mut files = vec![
        File::text("plan.tsv", table::plan(input)),
        File::text("README.md", readme::readme(plan)),
        File::text(".gitignore", "/run\n"),
    ];
    files.extend(library::files(plan));
    files.extend(
        plan.jobs
            .iter()
            .map(|job| File::text(script_path(job), job::script(plan, job))),
    );
    for job in &plan.jobs {
        let rungs = job.rungs.iter().enumerate();
        files.extend(
            rungs.map(|(at, rung)| File::text(rung_path(rung), job::rung(plan, job, at, rung))),
        );
    }
    files.extend(shards::tables(plan.dataflow));
    files.extend(shards::costs(plan));
    files.extend(input.code.files.iter().map(|(path, file)| File {
        path: format!("code/{path}"),
        content: file.content.clone(),
        executable: file.executable,
    }));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[cfg(test)]
mod tests;
