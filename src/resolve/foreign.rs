//! Names that people bring from other languages, and what to write instead.

type Advice = (&'static [&'static str], &'static str);

const TYPES: [Advice; 8] = [
    (
        &["int", "integer", "Integer", "long", "Long"],
        "did you mean `Int`?",
    ),
    (
        &["float", "double", "Double", "Number", "number"],
        "did you mean `Float`?",
    ),
    (&["bool", "boolean", "Boolean"], "did you mean `Bool`?"),
    (
        &["str", "string", "text", "Text", "val"],
        "did you mean `String`?",
    ),
    (&["file", "path", "Path"], "did you mean `File`?"),
    (
        &["dir", "Directory", "directory", "Folder", "folder"],
        "did you mean `Dir`?",
    ),
    (
        &["List", "list", "Array", "array"],
        "a list is written `[TYPE]`: `[Int]`, `[File]`",
    ),
    (
        &["Duration", "Size", "duration", "MemoryUnit"],
        "durations and sizes stand in clauses only; pass an `Int` and say in its name what it counts",
    ),
];

const FUNCTIONS: [Advice; 6] = [
    (
        &[
            "fromPath",
            "files",
            "file",
            "wildcards",
            "glob_wildcards",
            "listdir",
        ],
        "files are found by `glob(\"raw/*.fq\")`; one file is its path: `\"raw/a.fq\"`",
    ),
    (
        &["fromFilePairs"],
        "rows of files are found by `glob<Reads>(\"raw/{id}_R1.fq\")`, with a record `Reads`",
    ),
    (
        &["splitCsv", "read_csv", "fromSamplesheet"],
        "sheets are read by `csv<Row>(\"samples.csv\")`, with a record `Row`",
    ),
    (
        &["expand", "collect", "gather", "flatten", "groupTuple"],
        "a value made in a loop is a list outside of it: write `run.output` there",
    ),
    (
        &["combine", "cross", "product", "scatter", "map", "each"],
        "write the loops: `for a in xs { for b in ys { … } }`",
    ),
    (
        &["str", "format", "concat"],
        "texts are put together in a template: `\"{a}_{b}\"`",
    ),
];

pub(super) fn ty(name: &str) -> Option<String> {
    advice(&TYPES, name)
}

pub(super) fn function(name: &str) -> Option<String> {
    advice(&FUNCTIONS, name)
}

/// What is called and is not there at all.
pub(super) fn process(name: &str) -> String {
    format!("declare it: `process {name}(…) -> (…) {{ … }}`")
}

/// A value that is not there at all; what was set from outside is a value of its own.
pub(super) fn value(name: &str, in_program: bool) -> String {
    if in_program {
        format!("declare it: `param {name}: TYPE`")
    } else {
        "give a value: `42`, `0.5`, `true`, `[1, 2]` or `0..100`".to_owned()
    }
}

fn advice(table: &[Advice], name: &str) -> Option<String> {
    let row = table.iter().find(|(names, _)| names.contains(&name));
    row.map(|(_, advice)| (*advice).to_owned())
}
