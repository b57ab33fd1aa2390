//! The program with every name resolved and every expression typed; workflows are flat.
//!
//! Given by `typecheck`, read by `dataflow`. Holds data only: what a loop runs over and what an
//! expression is worth is not known here, only which loops are over the same collection.

use indexmap::IndexMap;

use crate::source::{Span, Spanned};
use crate::types::{Type, Value};

mod around;
mod branch;
mod conda;
mod failure;
mod function;
mod maker;
mod parts;
mod points;
mod written;

pub use around::Around;
pub use branch::{Choice, ConditionId, Guard, Origin};
pub use conda::Conda;
pub use failure::{Again, Amount, Cause, How, OnFailure, Raise, Raised, Retry, Word};
pub use function::Function;
pub use maker::UNNAMED;

/// Index into [`Program::params`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamId(pub usize);

/// Index into [`Program::processes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessId(pub usize);

/// Index into [`Program::calls`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub usize);

/// Index into [`Program::axes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AxisId(pub usize);

/// Index into [`Program::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValueId(pub usize);

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Program {
    /// Paths of the files that it imports.
    pub imports: Vec<String>,
    pub params: Vec<Param>,
    /// Params, each behind those that its default reads.
    pub param_order: Vec<ParamId>,
    pub records: IndexMap<String, Record>,
    pub processes: Vec<Process>,
    pub axes: Vec<Axis>,
    pub values: Vec<BoundValue>,
    /// Each call stands behind all that it reads.
    pub calls: Vec<Call>,
    pub publishes: Vec<Publish>,
    /// What each `if` asks; of the type `Bool`.
    pub conditions: Vec<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    pub name: Spanned<String>,
    pub ty: Type,
    /// None: required, and not set.
    pub value: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub name: Spanned<String>,
    pub fields: Vec<Field>,
}

impl Record {
    /// The fields by which a row is known: those marked `key`, else all.
    pub fn key(&self) -> Vec<usize> {
        let marked = self.fields.iter().any(|field| field.key);
        let all = self.fields.iter().enumerate();
        all.filter(|(_, field)| field.key || !marked)
            .map(|(at, _)| at)
            .collect()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: Spanned<String>,
    pub ty: Type,
    pub key: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    pub name: Spanned<String>,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub clauses: Clauses,
    pub doc: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    pub name: Spanned<String>,
    pub ty: Type,
    pub default: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    pub name: Spanned<String>,
    pub ty: Type,
    /// The file name below the shard's directory; holes are inputs and their fields. Of a list of
    /// files the pattern of their names; of a list of values the file with one a line.
    pub path: Expr,
    pub stdout: bool,
    /// About how many items a list has.
    pub expect: Option<Expr>,
    /// It goes when all that reads it is done.
    pub temp: bool,
}

/// The clauses of a process, each at most once, expressions typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Clauses {
    pub script: Option<Script>,
    pub uses: Vec<Spanned<String>>,
    /// The image.
    pub container: Option<String>,
    pub modules: Vec<String>,
    pub conda: Option<Conda>,
    /// Without a value: a secret of the user who submits.
    pub env: Vec<(Spanned<String>, Option<Expr>)>,
    pub bind: Vec<String>,
    pub stdin: Option<String>,
    /// Empty: 0 alone.
    pub success: Vec<Expr>,
    pub cost: Option<Expr>,
    pub requests: Requests,
    pub retry: Option<Retry>,
    pub on_failure: OnFailure,
    pub pack: Option<Expr>,
    pub never_pack: bool,
    pub never_fuse: bool,
    pub at_most: Option<Expr>,
    pub was: Option<String>,
    /// The folder that one attempt leaves to the next.
    pub checkpoint: Option<Spanned<String>>,
    pub again: Option<Again>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    pub interpreter: String,
    pub text: String,
}

/// What is asked of SLURM; typed, not evaluated.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Requests {
    pub time: Option<Expr>,
    pub memory: Option<Expr>,
    pub tmp: Option<Expr>,
    pub cpus: Option<Expr>,
    pub gpus: Option<Expr>,
    pub tasks: Option<Expr>,
    pub nodes: Option<Expr>,
    pub partition: Option<Expr>,
    pub constraint: Option<Expr>,
    pub account: Option<Expr>,
    /// Lines of `slurm "--raw"`.
    pub raw: Vec<String>,
}

/// One collection that loops run over, however many loops do.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The variable of the first loop over it.
    pub variable: Spanned<String>,
    /// A list.
    pub collection: Expr,
    pub item: Type,
    pub kind: AxisKind,
    /// The loops around at whose points its items are found, one after another, outermost first.
    pub around: Vec<AxisId>,
    /// The axes without which its keys are not unique: those of loops around that it depends on.
    pub within: Vec<AxisId>,
    /// The axes that have one item for each of its own, however far off.
    pub determines: Vec<AxisId>,
}

/// Which items an axis has.
#[derive(Debug, Clone, PartialEq)]
pub enum AxisKind {
    /// Those of its collection.
    Listed,
    /// Those of its collection, an output that is a list: known when the call has run.
    Made,
    /// Those of another for which a condition holds: `for x in xs where E`.
    Filtered { of: AxisId, condition: Expr },
    /// Those of another that belong to the loops around.
    Narrowed { of: AxisId },
    /// The first of one with the first of the other, and so on: `zip(xs, ys)`.
    Zipped(AxisId, AxisId),
    /// What a key is for items of another, each once: `unique(xs.key)`.
    Unique { of: AxisId, key: Expr },
    /// So many of another at a time: `batch(xs, 4)`.
    Batch { of: AxisId, size: Expr },
}

impl AxisKind {
    /// The axis of which it has a part of the items, under the same keys.
    pub fn part_of(&self) -> Option<AxisId> {
        match self {
            Self::Filtered { of, .. } | Self::Narrowed { of } => Some(*of),
            Self::Listed
            | Self::Made
            | Self::Zipped(..)
            | Self::Unique { .. }
            | Self::Batch { .. } => None,
        }
    }

    /// The axis whose keys it has.
    pub fn keys_of(&self) -> Option<AxisId> {
        match self {
            Self::Filtered { of, .. } | Self::Narrowed { of } | Self::Zipped(of, _) => Some(*of),
            Self::Listed | Self::Made | Self::Unique { .. } | Self::Batch { .. } => None,
        }
    }
}

/// A loop around a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loop {
    pub axis: AxisId,
    pub variable: Spanned<String>,
}

/// `name = EXPR` where `EXPR` is no call.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundValue {
    pub name: Spanned<String>,
    pub expr: Expr,
    pub loops: Vec<Loop>,
    /// The branches around it.
    pub when: Vec<Guard>,
}

/// One place of the program that calls a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    pub name: String,
    /// Outermost first.
    pub around: Vec<Around>,
    pub process: ProcessId,
    /// Outermost first.
    pub loops: Vec<Loop>,
    /// The branches around it.
    pub when: Vec<Guard>,
    /// In the order of the process's inputs; every input is there.
    pub args: Vec<Expr>,
    pub after: Vec<CallId>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Publish {
    /// A result, or a list of results.
    pub value: Expr,
    pub template: Option<Expr>,
    pub loops: Vec<Loop>,
    /// The branches around it.
    pub when: Vec<Guard>,
    /// What tells its files apart where it is written out several times.
    pub told_apart: Option<String>,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: Type,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    Constant(Value),
    Template(Vec<TextPart>),
    Param(ParamId, String),
    /// A name bound to something that is no call.
    Bound(ValueId, String),
    /// The item of a loop around; the text is the loop variable.
    Item(AxisId, String),
    /// An input of the process whose clause this is.
    Input(String),
    Result {
        call: CallId,
        output: String,
        /// As the program names it.
        written: String,
    },
    /// A value used outside of loops that it was made in: the list over those.
    Gather {
        of: Box<Expr>,
        over: Vec<AxisId>,
    },
    /// One of the values that loops made, by the keys of these.
    Pick {
        of: Box<Expr>,
        keys: Vec<PickKey>,
    },
    Field {
        of: Box<Expr>,
        field: String,
        index: usize,
    },
    /// Values in the order of the record's fields.
    Record(String, Vec<Expr>),
    List(Vec<Expr>),
    Range(Box<Range>),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    Function(Function, Vec<Expr>),
    /// What a name stands for that branches of an `if` bind: one, or both.
    Choice(Box<Choice>),
}

/// The item of an axis that has a key.
#[derive(Debug, Clone, PartialEq)]
pub struct PickKey {
    pub axis: AxisId,
    /// An item, or the text of its key.
    pub key: Expr,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    pub start: Expr,
    pub end: Expr,
    pub inclusive: bool,
    pub step: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    Literal(String),
    Hole(Expr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Not,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    /// `??`
    Else,
}

impl TextPart {
    pub fn hole(&self) -> Option<&Expr> {
        match self {
            Self::Literal(_) => None,
            Self::Hole(expr) => Some(expr),
        }
    }
}
