//! What happens to shards that fail.

use super::Expr;
use crate::source::Span;

/// `retry N on CAUSES with memory * 2`
#[derive(Debug, Clone, PartialEq)]
pub struct Retry {
    pub count: Expr,
    /// Empty: after any failure.
    pub causes: Vec<Cause>,
    pub raises: Vec<Raise>,
}

/// `again 99 up to 5`: with this exit status a script wants to be started once more.
#[derive(Debug, Clone, PartialEq)]
pub struct Again {
    pub status: Expr,
    /// Starts in all.
    pub up_to: Expr,
}

/// Why a shard failed, as far as `retry … on` can tell causes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An exit status that is not one of `success`.
    Exit,
    Signal,
    /// Killed for its memory.
    Memory,
    /// Its time limit.
    Timeout,
    /// Its node failed.
    Node,
    /// An output was not made.
    Output,
    /// An output holds something else than its type.
    Value,
    /// The surroundings: a full disk, a folder that cannot be made.
    System,
}

impl Cause {
    /// The words of programs.
    pub const WORDS: [(&str, Self); 8] = [
        ("exit", Self::Exit),
        ("signal", Self::Signal),
        ("memory", Self::Memory),
        ("timeout", Self::Timeout),
        ("node", Self::Node),
        ("output", Self::Output),
        ("value", Self::Value),
        ("system", Self::System),
    ];
}

/// `memory * 2`: what the next attempt asks for, from what the one before asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    pub what: Raised,
    pub value: Expr,
    /// All of it.
    pub span: Span,
}

/// What can be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    Amount(Amount, How),
    /// Another word takes its place.
    Word(Word),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Seconds.
    Time,
    /// Bytes.
    Memory,
    /// Bytes.
    Tmp,
    Cpus,
    Gpus,
    Tasks,
    Nodes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Times,
    Plus,
    /// A new value.
    To,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    Partition,
    Constraint,
    Account,
}

/// `on failure …`: what a shard that fails for good means for what depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum OnFailure {
    #[default]
    Stop,
    /// Gathers go on without it, if no more than so many percent of what they gather are missing.
    Ignore(f64),
}
