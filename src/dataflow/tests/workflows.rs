//! Named workflows.

use super::*;

const FIT: &str =
    "workflow fit(data: File, over: [Int]) -> (best: File = best.out, all: [File] = m.out) {
  for i in over { m = make(seed: i) t = turn(file: data) }
  best = join_all(files: m.out)
}";

fn names(dataflow: &Dataflow) -> Vec<&str> {
    dataflow
        .calls
        .iter()
        .map(|call| call.name.as_str())
        .collect()
}

#[test]
fn a_call_is_named_after_the_workflow_calls_around_it() {
    let body = r#"
      first = fit(data: "a", over: 0..3)
      again = fit(data: first.best, over: 0..3)
      publish again.best
      j = make(seed: 7)
      publish j.out as "j"
    "#;
    let items = FIT.replace("t = turn(file: data)", "_t = turn(file: data)");
    let dataflow = built(&items, body, &Memory::default());
    let names = names(&dataflow);
    assert!(names.contains(&"make.first.m"), "{names:?}");
    assert!(names.contains(&"make.again.m"), "{names:?}");
    assert!(names.contains(&"make.j"), "{names:?}");
    assert!(names.contains(&"join_all.again.best"), "{names:?}");
}

#[test]
fn loops_over_an_input_are_loops_over_the_argument() {
    let body = r#"
      f = fit(data: "a", over: seeds)
      for seed in seeds { u = turn(file: f.all) }
      publish f.best publish u.out
    "#;
    let items = format!("param seeds: [Int] = 0..4\n{FIT}");
    let dataflow = built(&items, body, &Memory::default());
    assert_eq!(dataflow.axes.len(), 1);
    let turned = dataflow
        .calls
        .iter()
        .find(|it| it.name == "turn.u")
        .unwrap();
    assert_eq!(turned.axes.len(), 1);
    assert_eq!(turned.args["file"], result(0, "out"));
}

#[test]
fn a_workflow_in_a_loop_has_the_loop() {
    let body = r#"
      for k in 0..2 { f = fit(data: "{k}.txt", over: k..9) }
      publish f.best
    "#;
    let outcome = compile(&workflow(FIT, body), &Memory::default());
    assert!(outcome.dataflow.is_some(), "{}", outcome.printed);
    let body = body
        .replace("k..9", "4..9")
        .replace("f.best", "f.best as \"{k}\"");
    let body = body.replace(" }\n      publish", "\n      publish") + "}";
    let dataflow = built(FIT, &body, &Memory::default());
    let depth = |name: &str| {
        let call = dataflow.calls.iter().find(|it| it.name == name);
        call.unwrap().axes.len()
    };
    assert_eq!((depth("make"), depth("join_all")), (2, 1));
}

#[test]
fn after_a_workflow_is_after_all_of_it() {
    let body = r#"
      f = fit(data: "a", over: 0..3)
      m = make(seed: 1) after f
      publish f.best publish m.out as "m"
    "#;
    let dataflow = built(FIT, body, &Memory::default());
    let last = dataflow
        .calls
        .iter()
        .find(|it| it.name == "make.m")
        .unwrap();
    assert_eq!(last.after.len(), 3);
}

#[test]
fn imported_files_see_what_they_import() {
    let files = Memory::default()
        .with("lib/a.flow", "import \"b.flow\" as b\nworkflow two(n: Int) -> (out: File = x.out) { x = b.make(seed: n) }")
        .with(
            "lib/b.flow",
            "process make(seed: Int) -> (out: File) { uses \"t.py\" script \"\"\"$seed $out\"\"\" }",
        );
    let body = "t = two(n: 1) m = make(seed: 2) publish t.out as \"t\" publish m.out";
    let dataflow = built("import \"lib/a.flow\"", body, &files);
    assert_eq!(names(&dataflow), ["b.make", "make"]);
    assert_eq!(dataflow.processes[0].uses[0].node, "lib/t.py");
    let tracked: Vec<_> = dataflow.sources.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(tracked, ["lib/a.flow", "lib/b.flow"]);
    let outcome = compile(
        &workflow(
            "import \"lib/a.flow\" as a",
            "m = b.make(seed: 2) publish m.out",
        ),
        &files,
    );
    assert!(
        outcome
            .codes
            .contains(&"flow::resolve::unknown_process".to_owned())
    );
}

#[test]
fn only_the_taken_branch_is_there() {
    let body = "
      if n > 2 { m = make(seed: 1) for i in 0..n { x = make(seed: i) publish x.out as \"{i}\" } }
      else if n > 1 { m = sized(x: 2) }
      else { m = make(seed: 3) }
      t = turn(file: m.out)
      publish t.out as \"t\"
    ";
    let with = |n: u8| {
        let items = format!("param n: Int = {n}");
        let dataflow = built(&items, body, &Memory::default());
        let names = names(&dataflow).join(" ");
        format!("{names}, {} axes", dataflow.axes.len())
    };
    assert_eq!(with(3), "make.m make.x turn, 1 axes");
    assert_eq!(with(2), "sized turn, 0 axes");
    assert_eq!(with(1), "make.m.else turn, 0 axes");
}

#[test]
fn a_branch_that_is_not_taken_may_lack_its_files() {
    let body = "
      if exists(\"ids.txt\") { for i in lines(\"ids.txt\") { x = text(t: i) publish x.out as \"{i}\" } }
      m = make(seed: 1)
      publish m.out
    ";
    let dataflow = built("", body, &Memory::default());
    assert_eq!((dataflow.calls.len(), dataflow.axes.len()), (1, 0));
}
