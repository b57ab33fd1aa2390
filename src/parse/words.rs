//! The words of the language, for did-you-mean and for telling where an item begins.

/// Words that begin an item.
pub(super) const ITEMS: [&str; 6] = [
    "import",
    "param",
    "record",
    "container",
    "process",
    "workflow",
];

/// Words that begin a clause of a process.
pub(super) const CLAUSES: [&str; 34] = [
    "account",
    "again",
    "associative",
    "at",
    "bind",
    "checkpoint",
    "conda",
    "constraint",
    "container",
    "cost",
    "cpus",
    "env",
    "gpus",
    "memory",
    "merge",
    "module",
    "never",
    "nodes",
    "on",
    "pack",
    "partition",
    "retry",
    "script",
    "service",
    "slurm",
    "split",
    "stdin",
    "success",
    "tasks",
    "time",
    "tmp",
    "todo",
    "uses",
    "was",
];

/// Words that begin a statement of a workflow.
pub(super) const STATEMENTS: [&str; 4] = ["for", "if", "repeat", "publish"];

/// Words that nothing may be named.
pub(super) const RESERVED: [&str; 20] = [
    "for",
    "in",
    "where",
    "if",
    "else",
    "repeat",
    "until",
    "publish",
    "as",
    "after",
    "on",
    "import",
    "param",
    "record",
    "process",
    "workflow",
    "container",
    "it",
    "true",
    "false",
];
