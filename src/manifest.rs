//! `manifest.json`: the plan for other programs, and the list of what flowc wrote.
//!
//! Takes the plan, the versions and the emitted files; gives [`Manifest`]. Its types are its own:
//! `docs/manifest.schema.json` publishes them, and [`FORMAT`] counts up when they change.

mod build;
mod written;

use serde::{Deserialize, Serialize};

pub use build::manifest;
pub use written::{Written, WrittenError, written};

/// The form of the manifest; an older flowc refuses a newer one.
pub const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub format: u32,
    pub name: String,
    pub site: String,
    pub processes: Vec<Process>,
    pub axes: Vec<Axis>,
    /// Each behind what it reads.
    pub calls: Vec<Call>,
    /// Each behind what it waits for.
    pub jobs: Vec<Job>,
    pub published: Vec<Published>,
    /// What was read while compiling.
    pub sources: Vec<Source>,
    /// What flowc wrote, this file among it: the next compile replaces or removes these alone.
    pub files: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    pub name: String,
    pub inputs: Vec<Variable>,
    pub outputs: Vec<Variable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conda: Option<String>,
    pub uses: Vec<File>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    pub name: String,
    pub r#type: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub path: String,
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    pub name: String,
    /// As written in the program.
    pub collection: String,
    pub length: u64,
    pub items: Items,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Items {
    Range {
        start: i64,
        step: i64,
    },
    /// In `shards/`, behind the key.
    Table {
        columns: Vec<Variable>,
        /// The axes of which each item tells the one that it belongs to; columns behind the others.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        tells: Vec<String>,
    },
    /// What an output of a call holds that is a list: known when it has run.
    Made {
        call: String,
        output: String,
        /// About how many of each shard.
        expected: u64,
        /// Of a zip: the axes whose items it has side by side.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        zips: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    pub name: String,
    pub process: String,
    pub version: String,
    pub axes: Vec<CallAxis>,
    pub shards: u64,
    pub job: String,
    /// Expected seconds of one shard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Seconds after which a shard is ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallAxis {
    pub label: String,
    pub axis: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    pub name: String,
    pub script: String,
    /// In the order in which an item runs them.
    pub calls: Vec<String>,
    pub items: u64,
    /// Items an array task.
    pub pack: u64,
    pub tasks: u64,
    /// Tasks side by side in one array element, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abreast: Option<u64>,
    /// The most tasks at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle: Option<u64>,
    pub request: Request,
    pub dependencies: Vec<Dependency>,
    /// Further arrays for what failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rungs: Vec<Rung>,
    /// Why it is shaped so.
    pub decisions: Vec<String>,
}

/// An array that starts only if the job, and each rung before this one, left something undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    pub name: String,
    pub script: String,
    /// Its width.
    pub tasks: u64,
    pub request: Request,
    /// Why it is so wide.
    pub decision: String,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walltime: Option<u64>,
    /// Mebibytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    /// Mebibytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpus: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gpus: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    pub job: String,
    pub kind: DependencyKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyKind {
    Aftercorr,
    Afterany,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    pub call: String,
    pub output: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub kind: SourceKind,
    pub path: String,
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    File,
    Glob,
}

impl Manifest {
    /// As it is written: indented, a line break at the end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self)
            .unwrap_or_else(|error| unreachable!("plain data: {error}"));
        text.push('\n');
        text
    }
}
