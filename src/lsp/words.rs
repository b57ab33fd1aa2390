//! One line about each word of the language.

use crate::ast::Clause;
use crate::hir::Function;

/// The words that begin a clause of a process.
pub(super) const CLAUSES: [(&str, &str); 34] = [
    ("account", "the account that SLURM charges"),
    (
        "again",
        "`again 99 up to 5`: an exit status with which the script asks to be started once more, and how often it may",
    ),
    (
        "associative",
        "`associative by 16`: a gather computed as a tree of that arity",
    ),
    (
        "at",
        "`at most 50 at once`: how many shards may run at the same time",
    ),
    ("bind", "a path of the cluster that the image is to see"),
    (
        "checkpoint",
        "a folder that one attempt leaves to the next: the script goes on from there",
    ),
    (
        "conda",
        "the environment of conda in which the script runs: a file that it is made from, before anything is submitted, or the folder or name of one that is there",
    ),
    ("constraint", "which nodes SLURM may take"),
    ("container", "the image in which the script runs"),
    (
        "cost",
        "the expected time of one shard, for the optimiser; may be computed from the inputs",
    ),
    ("cpus", "cores of one shard"),
    (
        "env",
        "`env NAME = EXPR`: a variable of the environment; `env NAME` hands on a secret of whoever submits",
    ),
    ("gpus", "GPUs of one shard"),
    (
        "memory",
        "memory of one shard, such as `4GB`; may be computed from the inputs",
    ),
    (
        "merge",
        "`merge OUTPUT by concat` or `by PROCESS`: how what the grains of a `split` gave becomes one",
    ),
    ("module", "a module of the cluster that is loaded first"),
    (
        "never",
        "`never pack`, `never fuse`: keeps the optimiser from sharing a task",
    ),
    ("nodes", "nodes of one shard"),
    (
        "on",
        "`on failure stop`, `ignore` or `ignore up to 5%`: what a shard that fails for good means for what reads it",
    ),
    ("pack", "how many shards share one array task"),
    ("partition", "the partition to which the job is submitted"),
    (
        "retry",
        "`retry 2 on memory with memory * 2`: how often a failed shard is tried again, and with what",
    ),
    (
        "script",
        "what runs: bash, or another interpreter by its name; inputs and outputs are variables",
    ),
    ("service", "a server that runs beside the script"),
    ("slurm", "options for `sbatch`, as they are"),
    (
        "split",
        "`split INPUT by lines in 1000` or `by items in 50`: each part of the input is a shard of its own",
    ),
    (
        "stdin",
        "the input that the script reads from standard input",
    ),
    ("success", "exit statuses that are fine; without it 0 alone"),
    ("tasks", "tasks of one shard, as MPI has them"),
    (
        "time",
        "the time limit of one shard, such as `2h`; may be computed from the inputs",
    ),
    ("tmp", "local disk of one shard, such as `10GB`"),
    (
        "todo",
        "there is no script yet: the program checks and plans, but does not run",
    ),
    (
        "uses",
        "files of code that the script needs: linked beside it, and an edit runs the shards again",
    ),
    ("was", "the name that the process had: what it made is kept"),
];

/// The words that begin a statement of a workflow.
pub(super) const STATEMENTS: [(&str, &str); 4] = [
    ("for", "`for x in xs { … }`: all items in parallel"),
    ("if", "`if E { … } else { … }`"),
    (
        "repeat",
        "`repeat 10 as i { … } until E`: rounds, one after another",
    ),
    (
        "publish",
        "`publish V as \"TEMPLATE\"`: results that are kept under a name",
    ),
];

/// The words that begin an item.
pub(super) const ITEMS: [(&str, &str); 6] = [
    ("import", "takes in another file"),
    (
        "param",
        "an input of the program, with which `--set` and `--params` can replace its default",
    ),
    ("record", "the type of a row"),
    ("container", "an image"),
    ("process", "one unit of work: inputs, outputs, a script"),
    ("workflow", "which processes are called, with what"),
];

/// What `attempt` is.
pub(super) const ATTEMPT: &str = "which try this is, from 1 on";

/// What `it` is.
pub(super) const IT: &str = "the item of the list that is filtered";

/// What a clause word means.
pub(super) fn clause(word: &str) -> Option<&'static str> {
    let row = CLAUSES.iter().find(|(known, _)| *known == word);
    row.map(|(_, meaning)| *meaning)
}

/// What a function gives.
pub(super) fn function(function: Function) -> &'static str {
    match function {
        Function::Batch => "so many items at a time: each part is a group of a loop",
        Function::Csv => "the rows of a sheet, checked against a record",
        Function::Exists => "whether a file, or a value that may be absent, is there",
        Function::Ext => "the ending of a path",
        Function::Glob => "the files that match a pattern; rows of them with a record",
        Function::Hash => "a short digest of a value",
        Function::Join => "the items of a list as one text",
        Function::Json => "the value that a file holds",
        Function::Len => "how many items a list has, or letters a text",
        Function::Lines => "the lines of a file",
        Function::Match => "whether a text matches a pattern",
        Function::Max => "the largest",
        Function::Min => "the smallest",
        Function::Name => "the last part of a path",
        Function::Other => "the same items as an axis of their own: all pairs",
        Function::Pad => "a number with zeros before it",
        Function::Parent => "the folder of a path",
        Function::Range => "numbers from one to before another, in steps",
        Function::Rem => "what a division leaves",
        Function::Replace => "a text with one part in place of another",
        Function::Size => "the size of a file",
        Function::Split => "the parts of a text",
        Function::Stem => "the last part of a path, without its ending",
        Function::Sum => "the sum of a list",
        Function::Unique => "each item once: each is a group of a loop",
        Function::Zip => "the first with the first, the second with the second: one loop over both",
    }
}

/// The clause whose word is around a byte of its text.
pub(super) fn at(clauses: &[Clause], offset: usize) -> Option<&Clause> {
    let inside = |it: &&Clause| (it.word.start as usize..=it.word.end as usize).contains(&offset);
    clauses.iter().find(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn there_is_a_line_for_each_word_of_the_language() {
        let words = |rows: &[(&'static str, &str)]| -> Vec<_> {
            rows.iter().map(|(word, _)| *word).collect()
        };
        assert_eq!(words(&CLAUSES), parse::CLAUSES);
        assert_eq!(words(&STATEMENTS), parse::STATEMENTS);
        assert_eq!(words(&ITEMS), parse::ITEMS);
    }
}
