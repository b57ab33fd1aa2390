//! Every construct, exact trees where the shape is easily got wrong, recovery and robustness.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm
)]

mod recovery;
mod slips;
mod trees;

use super::{ParseError, expression, parse};
use crate::ast::*;
use crate::source::{Source, SourceId};

fn source(text: &str) -> Source {
    Source {
        name: "main.flow".to_owned(),
        text: text.to_owned(),
    }
}

fn try_file(text: &str) -> Result<File, Vec<ParseError>> {
    parse(&source(text), SourceId(0))
}

fn file(text: &str) -> File {
    try_file(text).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

fn errors(text: &str) -> Vec<ParseError> {
    try_file(text).expect_err(text)
}

/// The codes of the errors, without `flow::parse::`.
fn codes(text: &str) -> Vec<String> {
    errors(text).iter().map(code).collect()
}

fn code(error: &ParseError) -> String {
    let code = miette::Diagnostic::code(error).map(|code| code.to_string());
    code.unwrap_or_default().replace("flow::parse::", "")
}

fn expr(text: &str) -> Expr {
    expression(text, SourceId(0)).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

fn process(clauses: &str) -> Process {
    let text = format!("process p(x: Int) -> (y: File) {{\n{clauses}\n}}");
    match file(&text).items.remove(0).kind {
        ItemKind::Process(process) => *process,
        other => panic!("{other:?}"),
    }
}

fn workflow(statements: &str) -> Vec<Statement> {
    let text = format!("workflow {{\n{statements}\n}}");
    match file(&text).items.remove(0).kind {
        ItemKind::Workflow(workflow) => workflow.body.statements,
        other => panic!("{other:?}"),
    }
}

// ---- constructs ----

#[test]
fn the_example_of_the_design_parses() {
    let program = file(include_str!("tests/annz.flow"));
    assert_eq!(program.items.len(), 7);
    assert_eq!(
        program.items[0].comments[0].text,
        " annz.flow: train ANNz with 100 seeds, then summarise the runs"
    );
}

#[test]
fn every_item_parses() {
    for text in [
        "",
        "\u{feff}",
        "// nothing but a comment",
        "param n: Int",
        "param n: Int = 3 param m: Float = 1.5",
        "param s: [Int] = 0..100",
        "param o: File?",
        "param k: \"knn\" | \"ann\" = \"knn\"",
        "param ks: [\"knn\" | \"ann\"]",
        "param rows: [Row] = csv<Row>(\"samples.csv\")",
        "param rows: [lib.Row] = csv<lib.Row>(\"samples.csv\")",
        "param xs: [[Int]?]",
        "record Row { key id: Int, name: String, reads: File?, }",
        "record Row {}",
        "record Row { key: Int }",
        "container a = \"docker://python:3.12-slim\"",
        "import \"other.flow\"",
        "import \"other.flow\" as other",
        "process p() -> () { todo }",
        "process p(a: Int, b: [File] = [],) -> (c: File, d: [File] = \"c_*.fa\" expect 200 temp,) { }",
        "process p(a: Int) -> (n: Int = stdout, m: Dir temp, l: [Int] = lines(\"ids.txt\") temp expect 3) {}",
        "workflow {}",
        "workflow {} workflow align(x: File) -> (y: File = z.out) { z = f(x) }",
        "workflow w() -> () { }",
        "processes: Int",
    ] {
        let read = try_file(text);
        assert_eq!(read.is_ok(), text != "processes: Int", "{text}: {read:?}");
    }
}

#[test]
fn every_clause_parses() {
    for (text, count) in [
        ("script \"\"\"\n  echo\n\"\"\"", 1),
        ("script python \"\"\"\nprint()\n\"\"\"", 1),
        ("stdin x success 0, 1 uses \"a\", \"b/\" uses \"c\"", 4),
        (
            "container annz module \"gcc/12\", \"hdf5\" env A = x + 1 conda \"env.yml\" bind \"/data\"",
            5,
        ),
        ("container lib.annz", 1),
        ("cost 36h", 1),
        (
            "cost 2m + 3s * len(lines(x)) cost 2m + 1s * size(x) / 1GB",
            2,
        ),
        (
            "time 1h memory 4GB * attempt cpus 4 gpus 1 tasks 2 nodes 1 tmp 10GB",
            7,
        ),
        (
            "partition \"long\" constraint \"avx\" account \"x\" slurm \"--raw\", \"--x=1\"",
            4,
        ),
        ("retry 2", 1),
        ("retry 2 on failure stop", 2),
        ("retry 2 with memory * 2, time * 1.5", 1),
        (
            "retry 2 on memory, timeout with memory 8GB, partition \"long\" time 2h",
            2,
        ),
        ("on failure ignore up to 5% on failure ignore", 2),
        ("split x by lines in 1000 split x by items in 50", 2),
        ("merge y by concat merge y by join_all", 2),
        ("associative by 16 checkpoint \"dir/\" again 99 up to 5", 3),
        (
            "pack 10 never pack never fuse at most 50 at once was \"old\" service db todo",
            7,
        ),
        ("cost time * 2 time memory memory cost", 3),
    ] {
        assert_eq!(process(text).clauses.len(), count, "{text}");
    }
}

#[test]
fn every_statement_parses() {
    for (text, count) in [
        ("a = f(x)", 1),
        ("a = f(x) b = g(a.y) after a notify(b) after a, b", 3),
        ("for x in xs { a = f(x) }", 1),
        (
            "for a, b in zip(xs, ys) where a.n > 1 && b.ok { c = f(a, b) }",
            1,
        ),
        ("for start in range(1, chrom.rows + 1, 4) { }", 1),
        (
            "if x.score > 0.5 { a = f(x) } else if x.ok { a = g(x) } else { a = h(x) }",
            1,
        ),
        ("repeat 10 as i { m = f(m) } until m.done repeat 3 { }", 2),
        (
            "publish table.summary publish best.choice as \"best/{model}.json\"",
            2,
        ),
        ("xs = 0..10 step = f(xs)", 2),
        ("ys = zs where it > 3 best = a ?? b", 2),
        (
            "one = v[3] two = v[seed: 42, model: m] three = f(v[1]).out[2]",
            3,
        ),
        ("row = Row(id: 1)", 1),
        ("r = lib.align(reads: x)", 1),
        ("script = f(time, memory) cost = script", 2),
    ] {
        assert_eq!(workflow(text).len(), count, "{text}");
    }
}

// ---- comments ----

#[test]
fn comments_go_to_what_they_stand_at() {
    let text = "\
// the file
/// trains
process p( // inputs
  a: Int, // first
  // second
  b: Int
) -> (c: File) { // body
  // cost
  cost 1m // a guess
  // the end
} // behind
// trailing
";
    let program = file(text);
    let texts = |comments: &[Comment]| {
        comments
            .iter()
            .map(|c| c.text.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let item = &program.items[0];
    assert_eq!(item.doc(), "trains");
    assert_eq!(
        texts(&item.comments),
        ["the file", "trains", "the end", "behind"]
    );
    let ItemKind::Process(process) = &item.kind else {
        panic!("no process");
    };
    assert_eq!(texts(&process.inputs[0].comments), ["inputs", "first"]);
    assert_eq!(texts(&process.inputs[1].comments), ["second"]);
    assert_eq!(
        texts(&process.clauses[0].comments),
        ["body", "cost", "a guess"]
    );
    assert_eq!(texts(&program.trailing), ["trailing"]);
}
