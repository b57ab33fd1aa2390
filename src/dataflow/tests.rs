//! Programs through all passes.

mod conditions;
mod picks;
mod points;
mod rounds;
mod workflows;

use super::*;
use crate::testing::{Memory, compile, compile_with};

const ANNZ: &str = include_str!("../parse/tests/annz.flow");

/// Processes that the workflows of the tests call.
const PROCESSES: &str = r##"
process make(seed: Int) -> (out: File) { script """echo $seed > $out""" }
process turn(file: File, n: Int = 2) -> (out: File, score: Float) { script """x $file $n $out $score""" }
process join_all(files: [File]) -> (out: File) { script """cat ${files[@]} > $out""" }
process sized(x: Int, y: Int = 0) -> (out: File) { script """x $x $y $out""" }
process text(t: String, f: File = "a") -> (out: File) { script """x $t $f $out""" }
"##;

fn workflow(items: &str, body: &str) -> String {
    format!("{items}\n{PROCESSES}\nworkflow {{\n{body}\n}}\n")
}

fn built(items: &str, body: &str, files: &Memory) -> Dataflow {
    let outcome = compile(&workflow(items, body), files);
    let printed = outcome.printed;
    outcome.dataflow.unwrap_or_else(|| panic!("{printed}"))
}

fn result(call: u32, output: &str) -> Arg {
    Arg::Result {
        call: CallId(call),
        output: output.to_owned(),
        picks: Vec::new(),
    }
}

#[test]
fn annz_is_two_calls_over_one_axis() {
    let outcome = compile(ANNZ, &Memory::default());
    assert_eq!(outcome.codes, [""; 0], "{}", outcome.printed);
    let dataflow = outcome.dataflow.unwrap();
    let [seeds] = dataflow.axes.as_slice() else {
        panic!("{:?}", dataflow.axes);
    };
    assert_eq!(
        (seeds.name.as_str(), seeds.collection.as_str()),
        ("seeds", "seeds")
    );
    assert_eq!(
        seeds.items,
        Items::Range {
            start: 0,
            step: 1,
            len: 100
        }
    );
    let [classify, summarise] = dataflow.calls.as_slice() else {
        panic!("{:?}", dataflow.calls);
    };
    assert_eq!(classify.name, "classify");
    assert_eq!(
        classify.axes,
        [CallAxis {
            axis: AxisId(0),
            label: "seed".into()
        }]
    );
    assert_eq!(
        classify.args["seed"],
        Arg::Item {
            axis: AxisId(0),
            column: None
        }
    );
    let catalog = Value::File("data/galaxies.csv".into());
    assert_eq!(classify.args["catalog"], Arg::Constant(catalog));
    assert_eq!(summarise.axes, []);
    assert_eq!(summarise.args["stats"], result(0, "stats"));
    assert_eq!(dataflow.processes[0].resources.cost, Some(36.0 * 3600.0));
    assert_eq!(dataflow.publishes.len(), 1);
}

#[test]
fn loops_over_equal_collections_align() {
    let dataflow = built(
        "param n: Int = 3",
        "for a in 0..n { m = make(seed: a) }
         for b in 0..n { t = turn(file: m.out) }
         for c in 0..=n { s = sized(x: c) }
         publish t.out publish s.out",
        &Memory::default(),
    );
    assert_eq!(dataflow.axes.len(), 2);
    assert_eq!(
        dataflow.calls[1].axes,
        [CallAxis {
            axis: AxisId(0),
            label: "b".into()
        }]
    );
    assert_eq!(dataflow.calls[1].args["n"], Arg::Constant(Value::Int(2)));
    assert_eq!(dataflow.axes[1].collection, "0..=n");
    assert_eq!(dataflow.axes[1].items.len(), 4);
}

#[test]
fn values_are_lists_outside_of_their_loops() {
    let text = r##"
        param models: [String] = ["knn", "ann"]
        param seeds: [Int] = 0..3
        process train(seed: Int, model: String) -> (weights: File) { script """$seed $model $weights""" }
        process judge(fit: File) -> (value: File) { script """$fit $value""" }
        process pick(scores: [File]) -> (choice: File) { script """$scores $choice""" }
        workflow {
          for model in models {
            for seed in seeds {
              fit   = train(seed, model)
              score = judge(fit.weights)
            }
            best = pick(scores: score.value)
            publish best.choice as "best/{model}.json"
          }
          for s in seeds { spread = pick(scores: fit.weights) }
          report = pick(scores: best.choice)
          publish spread.choice
          publish report.choice
        }"##;
    let outcome = compile(text, &Memory::default());
    assert_eq!(outcome.codes, [""; 0], "{}", outcome.printed);
    let dataflow = outcome.dataflow.unwrap();
    let calls = dataflow.calls.iter();
    let shown: Vec<_> = calls
        .map(|call| {
            let axes: Vec<_> = call.axes.iter().map(|it| it.label.as_str()).collect();
            format!("{} over {}", call.name, axes.join(" "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "train over model seed",
            "judge over model seed",
            "pick.best over model",
            "pick.spread over s",
            "pick.report over ",
        ]
    );
    assert_eq!(dataflow.calls[3].args["scores"], result(0, "weights"));
    assert_eq!(dataflow.calls[4].args["scores"], result(2, "choice"));
}

#[test]
fn statements_run_when_what_they_read_is_there() {
    let dataflow = built(
        "",
        "publish all.out
         all = join_all(files: [t.out, m.out])
         t = turn(file: m.out)
         m = make(seed: 1)",
        &Memory::default(),
    );
    let names: Vec<_> = dataflow
        .calls
        .iter()
        .map(|call| call.name.as_str())
        .collect();
    assert_eq!(names, ["make", "turn", "join_all"]);
    let both = Arg::List(vec![result(1, "out"), result(0, "out")]);
    assert_eq!(dataflow.calls[2].args["files"], both);
}

#[test]
fn calls_of_one_process_are_known_by_their_names() {
    let dataflow = built(
        "",
        "a = make(seed: 1)\n b = make(seed: 2) after a\n publish [a.out] as \"x\" publish b.out",
        &Memory::default(),
    );
    assert_eq!(dataflow.calls[0].name, "make.a");
    assert_eq!(dataflow.calls[1].after, [CallId(0)]);
}

#[test]
fn what_is_computed_from_items_is_a_column() {
    let dataflow = built(
        "param seeds: [Int] = 1..=2",
        "for seed in seeds {
           double = seed * 2
           s = sized(x: double, y: seed * 2)
           t = text(t: \"s{pad(seed, 3)}\", f: \"in/{seed}.txt\")
           publish t.out as \"t/{double}.txt\"
         }
         publish s.out",
        &Memory::default(),
    );
    let axis = AxisId(0);
    let computed = Arg::Item {
        axis,
        column: Some(1),
    };
    assert_eq!(dataflow.calls[0].args["x"], computed);
    assert_eq!(dataflow.calls[0].args["y"], computed);
    let Items::Table(table) = &dataflow.axes[0].items else {
        panic!("{:?}", dataflow.axes);
    };
    let row: Vec<_> = (0..3).map(|column| table.cell(1, column)).collect();
    assert_eq!(row, ["2", "4", "002"]);
    let path = Arg::Template(vec![
        ItemPart::Literal("in/".into()),
        ItemPart::Item { axis, column: 0 },
        ItemPart::Literal(".txt".into()),
    ]);
    assert_eq!(dataflow.calls[1].args["f"], path);
}

#[test]
fn a_text_over_two_loops_is_a_template_wherever_it_is_named() {
    let dataflow = built(
        "",
        "for a in 0..2 { for b in 5..7 {
           label = \"{a}-{b}\"
           t = text(t: label, f: \"in/{label}.txt\")
           publish t.out as \"{label}\"
         } }",
        &Memory::default(),
    );
    let item = |axis| ItemPart::Item {
        axis: AxisId(axis),
        column: 0,
    };
    let literal = |text: &str| ItemPart::Literal(text.to_owned());
    let path = vec![
        literal("in/"),
        item(0),
        literal("-"),
        item(1),
        literal(".txt"),
    ];
    assert_eq!(dataflow.calls[0].args["f"], Arg::Template(path));
}

#[test]
fn sheets_become_tables() {
    let sheet = "\u{feff}lane,id,reads\r\n1,a,\"x, y.fq\"\r\n\r\n2,b,/abs.fq\r\n,,\r\n, ,\r\n";
    let files = Memory::default().with("data/rows.csv", sheet);
    let dataflow = built(
        "record Row { key id: String, reads: File, lane: Int }
         param rows: [Row] = csv<Row>(\"data/rows.csv\")",
        "for row in rows { t = turn(file: row.reads, n: row.lane) publish t.out as \"{row.id}\" }",
        &files,
    );
    let Items::Table(table) = &dataflow.axes[0].items else {
        panic!("{:?}", dataflow.axes);
    };
    assert_eq!(table.len(), 2, "rows of nothing are none");
    let cells: Vec<_> = (0..6).map(|at| table.cell(at / 3, at % 3)).collect();
    assert_eq!(cells, ["a", "data/x, y.fq", "1", "b", "/abs.fq", "2"]);
    assert_eq!(table.key, [0]);
    assert_eq!(
        dataflow.calls[0].args["file"],
        Arg::Item {
            axis: AxisId(0),
            column: Some(1)
        }
    );
    assert_eq!(dataflow.sources.len(), 1);
}

#[test]
fn what_is_not_there_yet_is_said_once() {
    let body = "a = make(seed: 1) s = turn(file: a.out) t = text(t: \"{s.score}\") publish t.out";
    let outcome = compile(&workflow("", body), &Memory::default());
    let codes = outcome.codes.iter();
    let not_yet = codes.filter(|code| code.ends_with("::not_yet"));
    assert_eq!(not_yet.count(), 1, "{}", outcome.printed);
    assert!(!outcome.printed.contains("unknown"), "{}", outcome.printed);
}

#[test]
fn settings_replace_defaults() {
    let program = workflow(
        "record Row { key id: Int }
         param n: Int
         param name: String = \"x\"
         param rows: [Row] = []
         param seeds: [Int] = 0..100",
        "for seed in seeds { s = sized(x: seed, y: n) }
         for row in rows { r = text(t: name) }
         publish s.out\n publish r.out as \"r/{name}\"",
    );
    let files = Memory::default()
        .with("r.csv", "id\n7\n")
        .with("seeds.txt", "3\n5\n");
    let set = ["n=2 + 3", "name=it's {x}", "rows=r.csv", "seeds=seeds.txt"];
    let outcome = compile_with(&program, &files, &set);
    let dataflow = outcome
        .dataflow
        .unwrap_or_else(|| panic!("{}", outcome.printed));
    assert_eq!(dataflow.calls[0].args["y"], Arg::Constant(Value::Int(5)));
    let name = Value::String("it's {x}".into());
    assert_eq!(dataflow.calls[1].args["t"], Arg::Constant(name));
    assert_eq!(dataflow.axes[0].items.len(), 2);
    for (set, code) in [
        ("nam=1", "flow::settings::unknown_param"),
        ("n=x", "flow::resolve::unknown_name"),
        ("n=\"x\"", "flow::typecheck::wrong_type"),
    ] {
        let outcome = compile_with(&program, &files, &[set]);
        assert!(
            outcome.codes.iter().any(|it| it == code),
            "{}",
            outcome.printed
        );
    }
}

/// Programs with a mistake each, behind the codes that are reported for it.
const MISTAKES: &str = include_str!("tests/mistakes.txt");

fn bad_files() -> Memory {
    Memory::default()
        .with("bad.csv", "a,b\n1,2\nx,\"3\n4\"\n5\n,6\n")
        .with("twice.csv", "a,b\n1,2\n3,4\n01,5\n")
        .with("x.json", "[1, \"two\"]")
}

#[test]
fn mistakes_are_reported() {
    let mut wrong = String::new();
    for case in MISTAKES.split("== ").skip(1) {
        let (expected, program) = case.split_once('\n').unwrap();
        let outcome = compile(&format!("{program}{PROCESSES}"), &bad_files());
        let besides = ["flow::resolve::never_called", "flow::resolve::unread"];
        let codes = outcome.codes.iter().map(String::as_str);
        let codes = codes.filter(|code| !besides.contains(code));
        let found: Vec<_> = codes
            .map(|code| code.trim_start_matches("flow::"))
            .collect();
        if found.join(" ") != expected {
            wrong += &format!("{program}expected {expected}\n{}\n", outcome.printed);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
