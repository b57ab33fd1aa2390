//! The words of the language and those that people bring from others.

/// Words that begin an item.
pub(crate) const ITEMS: [&str; 6] = [
    "import",
    "param",
    "record",
    "container",
    "process",
    "workflow",
];

/// Words that begin a clause of a process.
pub(crate) const CLAUSES: [&str; 34] = [
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
pub(crate) const STATEMENTS: [&str; 4] = ["for", "if", "repeat", "publish"];

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

type Advice = (&'static [&'static str], &'static str);

/// What begins an item elsewhere, and how it is written here.
const FOREIGN_ITEMS: [Advice; 7] = [
    (
        &["rule", "checkpoint", "task", "step", "job", "stage", "tool"],
        "a unit of work is written `process NAME(inputs) -> (outputs) { … }`",
    ),
    (
        &["def", "fn", "func", "function", "proc", "sub"],
        "there are no functions of one's own; a unit of work is a `process`, wiring a `workflow NAME(inputs) -> (outputs) { … }`",
    ),
    (
        &["channel", "Channel"],
        "there are no channels: a collection is `param NAME: [TYPE] = …`, and a loop over it runs in parallel",
    ),
    (
        &[
            "let",
            "const",
            "val",
            "var",
            "params",
            "parameter",
            "input",
            "config",
            "configfile",
        ],
        "an input is written `param NAME: TYPE = VALUE`; other values are named in the `workflow`",
    ),
    (
        &["include", "from", "use", "require", "source"],
        "another file is taken in by `import \"other.flow\"`",
    ),
    (
        &["struct", "class", "type", "enum", "object"],
        "a row type is written `record NAME { field: TYPE, … }`",
    ),
    (
        &["image", "docker", "singularity", "apptainer"],
        "an image is written `container NAME = \"REF\"`",
    ),
];

/// What begins a clause elsewhere.
const FOREIGN_CLAUSES: [Advice; 15] = [
    (
        &["input", "inputs"],
        "inputs stand in the parentheses behind the name: `process NAME(seed: Int) -> …`",
    ),
    (
        &["output", "outputs"],
        "outputs stand in the parentheses behind the arrow: `-> (stats: File = \"stats.csv\")`",
    ),
    (
        &["shell", "run", "exec", "command", "bash", "cmd", "sh"],
        "write `script \"\"\"…\"\"\"`",
    ),
    (
        &["python", "R", "perl"],
        "write the language behind the word `script`: `script python \"\"\"…\"\"\"`",
    ),
    (&["cpu", "cores", "threads", "ncpus"], "write `cpus N`"),
    (&["mem", "mem_mb", "ram"], "write `memory 4GB`"),
    (&["gpu", "accelerator"], "write `gpus N`"),
    (
        &["walltime", "runtime", "timeout", "duration"],
        "write `time 2h` for the limit, `cost 30m` for what is expected",
    ),
    (&["queue"], "write `partition \"NAME\"`"),
    (&["disk", "scratch"], "write `tmp 10GB`"),
    (
        &["image", "docker", "singularity", "apptainer"],
        "name the image with `container NAME = \"REF\"` outside, and write `container NAME` here",
    ),
    (
        &["publishDir", "publish", "emit"],
        "results are published in the workflow: `publish call.output`",
    ),
    (&["errorStrategy"], "write `retry N` or `on failure ignore`"),
    (&["maxRetries", "retries"], "write `retry N`"),
    (&["maxForks", "limit", "max"], "write `at most N at once`"),
];

/// What begins a statement elsewhere.
const FOREIGN_STATEMENTS: [Advice; 8] = [
    (
        &["to", "into"],
        "a published file is named by `as`: `publish value as \"NAME\"`",
    ),
    (
        &["let", "def", "val", "var", "const", "set", "auto"],
        "a value is named by `name = …` alone",
    ),
    (
        &["while", "loop", "do", "until"],
        "rounds one after another are `repeat N { … } until CONDITION`",
    ),
    (
        &["foreach", "scatter", "parallel", "each", "map"],
        "write `for x in xs { … }`: its rounds run in parallel",
    ),
    (&["elif", "elsif", "elseif"], "write `else if`"),
    (
        &["return", "emit", "output", "yield", "out"],
        "the main workflow has `publish value`, a named one its outputs behind `->`",
    ),
    (
        &["main", "take", "input"],
        "statements stand right in the braces of the workflow; inputs behind its name",
    ),
    (
        &["switch", "match", "case", "when"],
        "write `if … { … } else { … }`",
    ),
];

pub(super) fn item_advice(word: &str) -> Option<&'static str> {
    advice(&FOREIGN_ITEMS, word)
}

pub(super) fn clause_advice(word: &str) -> Option<&'static str> {
    advice(&FOREIGN_CLAUSES, word)
}

pub(super) fn statement_advice(word: &str) -> Option<&'static str> {
    advice(&FOREIGN_STATEMENTS, word)
}

fn advice(table: &[Advice], word: &str) -> Option<&'static str> {
    let row = table.iter().find(|(words, _)| words.contains(&word));
    row.map(|(_, advice)| *advice)
}
