//! The program as calls and values over axes: what runs for what, and what reads what.
//!
//! Takes the typed program; gives [`Dataflow`], which `cost`, `optimise` and `plan` read. Axes stay
//! symbolic: a range of a million items is three numbers. Knows nothing of jobs, arrays or shells.

use indexmap::IndexMap;

use crate::source::{Span, Spanned};
use crate::types::{Type, Value};

mod argument;
mod asked;
mod axes;
mod branch;
mod build;
mod condition;
mod error;
mod evaluate;
mod failure;
mod made;
mod pick;
mod points;
mod process;
mod publish;
mod sources;
mod table;
#[cfg(test)]
mod tests;
mod told;

pub use crate::hir::{Amount, Around, Cause, Conda, Guard, How, OnFailure, Word};
pub use argument::{Arg, ItemPart, Pick};
pub use build::build;
pub use condition::{Source, Test};
pub use error::{DataflowError, Warning};
pub use failure::{Again, More, Raise, Retry};
pub use made::Made;
pub use sources::SourceError;
pub use table::{Column, Table};

/// Index into [`Dataflow::axes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AxisId(pub u32);

/// Index into [`Dataflow::calls`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u32);

/// Index into [`Dataflow::processes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessId(pub u32);

#[derive(Debug, Clone, PartialEq)]
pub struct Dataflow {
    /// The stem of the program's file name.
    pub name: String,
    pub axes: Vec<Axis>,
    pub processes: Vec<Process>,
    /// Each call stands behind all that it reads.
    pub calls: Vec<Call>,
    pub publishes: Vec<Publish>,
    /// Files whose content was read while compiling (sheets, line files, globs): `submit.sh`
    /// refuses to go on when they have changed.
    pub sources: Vec<TrackedSource>,
}

impl Dataflow {
    pub fn axis(&self, id: AxisId) -> &Axis {
        let axis = self.axes.get(id.0 as usize);
        axis.unwrap_or_else(|| unreachable!("{id:?} comes from this dataflow"))
    }

    pub fn call(&self, id: CallId) -> &Call {
        let call = self.calls.get(id.0 as usize);
        call.unwrap_or_else(|| unreachable!("{id:?} comes from this dataflow"))
    }

    pub fn process(&self, id: ProcessId) -> &Process {
        let process = self.processes.get(id.0 as usize);
        process.unwrap_or_else(|| unreachable!("{id:?} comes from this dataflow"))
    }

    /// What a shard of a call asks for: the largest of its shards.
    pub fn resources(&self, call: CallId) -> &Resources {
        let of_process = &self.process_of(call).resources;
        self.call(call).own.as_ref().unwrap_or(of_process)
    }

    /// The process that a call runs.
    pub fn process_of(&self, call: CallId) -> &Process {
        self.process(self.call(call).process)
    }

    /// How many shards a call has.
    pub fn shards(&self, call: CallId) -> u64 {
        self.points(&self.call(call).axes)
    }

    /// The calls in their order, each behind what it reads.
    pub fn call_ids(&self) -> impl Iterator<Item = CallId> + use<> {
        (0..u32::try_from(self.calls.len()).unwrap_or(u32::MAX)).map(CallId)
    }
}

/// What a compile read from outside the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackedSource {
    pub kind: SourceKind,
    /// The path or pattern as written.
    pub path: String,
    /// SHA-256, lower-case hex, of the file's bytes; of a glob: of the sorted matches, one a line.
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    File,
    Glob,
}

/// One loop collection. Two loops over equal collections share one axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Short and unique in the program, of letters, digits and `_`: the param's name where it is
    /// one, else the first loop variable (numbered where taken).
    pub name: String,
    /// The collection as written, for people: `seeds`, `1..=n`.
    pub collection: String,
    pub items: Items,
    /// The axes that have one item for each of its own.
    pub tells: Vec<Told>,
    /// The axes whose keys its own are, too.
    pub keyed_like: Vec<AxisId>,
    pub span: Span,
}

/// For each item of an axis that of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub axis: AxisId,
    /// By item: the other's item, from 0.
    pub items: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Items {
    /// `start + step * i` for `i` in `0..len`.
    Range {
        start: i64,
        step: i64,
        len: u64,
    },
    Table(Table),
    Made(Made),
}

impl Items {
    /// How many items (shards along this axis).
    pub fn len(&self) -> u64 {
        match self {
            Self::Range { len, .. } => *len,
            Self::Table(table) => table.len() as u64,
            Self::Made(made) => made.len,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A process that is called, checked and with its clauses evaluated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Process {
    pub name: String,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    /// None: `todo`.
    pub script: Option<Script>,
    pub uses: Vec<Spanned<String>>,
    /// The image as written behind `container NAME =`.
    pub container: Option<String>,
    pub modules: Vec<String>,
    pub conda: Option<Conda>,
    /// Without a value: a secret, which tasks find in the environment of the user who submits.
    pub env: Vec<(String, Option<Value>)>,
    pub bind: Vec<String>,
    pub stdin: Option<String>,
    /// Exit statuses that are fine.
    pub success: Vec<u8>,
    pub resources: Resources,
    pub retry: Retry,
    pub on_failure: OnFailure,
    /// Pin: so many shards in one array element.
    pub pack: Option<u64>,
    pub never_pack: bool,
    pub never_fuse: bool,
    /// No more than so many elements at once.
    pub at_most: Option<u64>,
    /// A name that it had before.
    pub was: Option<String>,
    /// The folder that one attempt leaves to the next, below that of the shard.
    pub checkpoint: Option<String>,
    pub again: Option<Again>,
    pub doc: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    pub name: String,
    pub ty: Type,
    /// Of a record: its fields, as the script's variables `NAME_FIELD` see them.
    pub fields: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub name: String,
    pub ty: Type,
    /// Parts of the file name below the shard's directory; holes are inputs of the process. Of a
    /// list of files the pattern of their names; of a list of values the file with one a line.
    pub path: Vec<TextPart>,
    /// What the script prints.
    pub stdout: bool,
    /// About how many items a list has; the planner's estimate.
    pub expect: Option<u64>,
    /// It goes when all that reads it is done.
    pub temp: bool,
}

impl Output {
    /// Whether how many there are is known only when the program has run.
    pub fn is_list(&self) -> bool {
        self.ty.item().is_some()
    }
}

/// Literal text, or the value of an input (and of its field).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPart {
    Literal(String),
    Input {
        input: String,
        field: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// `bash`, `python`, …
    pub interpreter: String,
    /// Common indentation removed, ends with a newline.
    pub text: String,
}

/// What one shard asks of SLURM and is expected to cost; `None` where the program is silent, or
/// where the clause reads inputs ([`Call::own`]).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resources {
    /// Seconds.
    pub cost: Option<f64>,
    /// Seconds.
    pub time: Option<f64>,
    /// Bytes.
    pub memory: Option<f64>,
    /// Bytes.
    pub tmp: Option<f64>,
    pub cpus: Option<u64>,
    pub gpus: Option<u64>,
    pub tasks: Option<u64>,
    pub nodes: Option<u64>,
    pub partition: Option<String>,
    pub partition_span: Option<Span>,
    pub constraint: Option<String>,
    pub account: Option<String>,
    /// Lines of `slurm "--raw"`.
    pub raw: Vec<String>,
}

/// One place of the program that calls a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The name in folders and records: the process's, or `<process>.<bound name>` where it is
    /// called more than once.
    pub name: String,
    /// The calls of named workflows, and the rounds, that it stands in, outermost first.
    pub around: Vec<Around>,
    pub process: ProcessId,
    /// The loops around it, outermost first.
    pub axes: Vec<CallAxis>,
    /// By input name, in the order of the process's inputs; every input is there. Behind them stands
    /// what only conditions read.
    pub args: IndexMap<String, Arg>,
    /// The inputs that no script sees, since conditions alone read them: `.score`.
    pub asked: Vec<Input>,
    /// What must hold for a shard to run, one after another; else it is skipped.
    pub when: Vec<Test>,
    /// The branches around it that shards decide: of two calls in opposite ones no more than one runs.
    pub branches: Vec<Guard>,
    /// Calls that must have ended before, though nothing passes.
    pub after: Vec<CallId>,
    /// Where clauses of the process read inputs: what they come to here; the cost is the mean.
    pub own: Option<Resources>,
    /// Where the cost differs from shard to shard.
    pub costs: Option<Costs>,
    pub span: Span,
}

/// What shards are expected to cost, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Costs {
    /// Axes of the call that the cost depends on, in the call's order.
    pub axes: Vec<AxisId>,
    /// For each point of these axes, the outer first.
    pub each: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallAxis {
    pub axis: AxisId,
    /// The loop variable, as in `seed=42`.
    pub label: String,
}

/// Files that go to `run/results/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Publish {
    pub call: CallId,
    pub output: String,
    /// The name below `run/results/`; `None`: the output's own file name, below the shard's
    /// directory (`seed=42/stats.csv`) where the call has axes.
    pub template: Option<Vec<ItemPart>>,
    /// What tells its files apart where it is written out several times.
    pub told_apart: Option<String>,
    pub span: Span,
}
