//! What shards decide for themselves.

use super::*;

/// A score for each seed, and what two branches make of it.
const BOTH: &str = "for seed in 0..3 {
  m = make(seed) t = turn(file: m.out)
  if t.score > 2 { u = make(seed: seed) } else { u = sized(x: seed) }
}";

fn words(dataflow: &Dataflow, call: &str) -> Vec<String> {
    let call = dataflow.calls.iter().find(|it| it.name == call).unwrap();
    let tests = call.when.iter().map(|it| it.words().join(" "));
    tests.collect()
}

fn call<'d>(dataflow: &'d Dataflow, name: &str) -> &'d Call {
    dataflow.calls.iter().find(|it| it.name == name).unwrap()
}

/// The sources of an argument, without conditions.
fn first(args: Vec<Arg>) -> Arg {
    let sources = args.into_iter().map(|arg| Source { only: None, arg });
    Arg::First(sources.collect())
}

#[test]
fn branches_are_tests_of_their_calls() {
    let body = format!("{BOTH} publish u.out");
    let dataflow = built("", &body, &Memory::default());
    assert_eq!(words(&dataflow, "make.u"), ["( .score > 2 )"]);
    assert_eq!(words(&dataflow, "sized"), ["! ( .score > 2 )"]);
    let made = call(&dataflow, "make.u");
    assert_eq!(made.args[".score"], result(1, "score"));
    assert_eq!(made.asked[0].ty, Type::Float.optional());
}

#[test]
fn what_both_make_has_two_sources_and_an_equal_condition_one() {
    let body = format!(
        "{BOTH}
         for seed in 0..3 {{ w = turn(file: u.out) if t.score > 2 {{ v = turn(file: u.out) }} }}
         j = join_all(files: u.out) publish j.out publish v.out publish w.score"
    );
    let dataflow = built("", &body, &Memory::default());
    let both = first(vec![result(2, "out"), result(3, "out")]);
    assert_eq!(call(&dataflow, "turn.w").args["file"], both);
    assert_eq!(call(&dataflow, "turn.v").args["file"], result(2, "out"));
    assert_eq!(call(&dataflow, "join_all").args["files"], both);
}

#[test]
fn what_does_not_come_and_go_with_its_branch_is_tested() {
    let body = "m = make(seed: 1) t = turn(file: m.out)
      if t.score > 0.5 { mode = \"high\" } else { mode = \"low\" }
      x = text(t: mode) publish x.out";
    let dataflow = built("", body, &Memory::default());
    let Arg::First(sources) = &call(&dataflow, "text").args["t"] else {
        panic!("{dataflow:?}");
    };
    let tests = sources.iter().map(|it| it.only.as_ref().unwrap().words());
    let tests: Vec<_> = tests.map(|it| it.join(" ")).collect();
    assert_eq!(tests, ["( .score > 0.5 )", "! ( .score > 0.5 )"]);
}

#[test]
fn where_at_run_time_is_a_branch() {
    let body = "for seed in 0..3 { m = make(seed) t = turn(file: m.out) }
      for seed in 0..3 where t.score + 1 < 2 { u = sized(x: seed) }
      j = join_all(files: u.out) publish j.out";
    let dataflow = built("", body, &Memory::default());
    assert_eq!(words(&dataflow, "sized"), ["( ( .score + 1 ) < 2 )"]);
    assert_eq!(call(&dataflow, "join_all").args["files"], result(2, "out"));
}

#[test]
fn a_list_where_results_decide_reads_what_is_handed_on() {
    let body = "for seed in 0..3 { m = make(seed) t = turn(file: m.out) }
      for least in 1..3 {
        j = join_all(files: m.out where t.score > least && t.score < 9)
        publish j.out as \"{least}\"
      }
      named = t.out where t.score > 5
      again = join_all(files: named)
      publish again.out as \"5\"";
    let dataflow = built("", body, &Memory::default());
    assert_eq!(
        words(&dataflow, "as.out"),
        ["( ( .score > .item ) && ( .score < 9 ) )"]
    );
    let handed = call(&dataflow, "as.out");
    assert_eq!(handed.axes.len(), 2);
    assert_eq!(handed.args["value"], result(0, "out"));
    assert_eq!(
        call(&dataflow, "join_all.j").args["files"],
        result(2, "same")
    );
    assert_eq!(words(&dataflow, "as.out_2"), ["( .score > 5 )"]);
    assert_eq!(
        call(&dataflow, "join_all.again").args["files"],
        result(4, "same")
    );
}

#[test]
fn groups_that_a_run_tells_are_what_a_call_gives() {
    let body = "for seed in 0..3 { s = sort_out(x: seed) }
      for kind in unique(s.kind) {
        j = join_all(files: s.out)
        again = join_all(files: s.out where s.kind == kind)
        publish j.out as \"{kind}\" publish again.out as \"{kind}_again\"
      }
      for kind in unique(s.kind) { more = text(t: kind) }
      publish more.out";
    let items = "process sort_out(x: Int) -> (kind: String, out: File) { script \"\"\"x $x $kind $out\"\"\" }";
    let dataflow = built(items, body, &Memory::default());
    assert_eq!(dataflow.axes.len(), 2);
    assert_eq!(
        call(&dataflow, "unique.kind").args["values"],
        result(0, "kind")
    );
    assert_eq!(words(&dataflow, "as.out"), ["( .kind == .item )"]);
    assert_eq!(call(&dataflow, "as.out").axes.len(), 2);
    // Handed on once.
    for name in ["join_all.j", "join_all.again"] {
        assert_eq!(call(&dataflow, name).args["files"], result(2, "same"));
    }
    assert_eq!(call(&dataflow, "text").axes.len(), 1);
}

#[test]
fn groups_that_a_run_tells_belong_to_the_loops_that_tell_them() {
    let body = "for seed in 0..3 { s = sort_out(x: seed) }
      for n in 5..7 {
        t = turn(file: \"a\", n)
        if t.score > 2 { for kind in unique(s.kind) { one = join_all(files: s.out) } }
        for kind in unique(s.kind) { two = join_all(files: [one.out ?? \"a\"]) }
      }
      for kind in unique(s.kind) { all = join_all(files: two.out) publish all.out as \"{kind}\" }";
    let items = "process sort_out(x: Int) -> (kind: String, out: File) { script \"\"\"x $x $kind $out\"\"\" }";
    let dataflow = built(items, body, &Memory::default());
    let loops = |name: &str| call(&dataflow, name).axes.len();
    assert_eq!(dataflow.axes.len(), 3);
    assert_eq!([loops("unique.kind"), loops("as.out")], [0, 2]);
    assert_eq!([loops("join_all.two"), loops("join_all.all")], [2, 1]);
    assert!(words(&dataflow, "unique.kind").is_empty());
}

#[test]
fn what_each_round_left_is_that_of_the_group() {
    let body = "for seed in 0..3 {
        s = sort_out(x: seed)
        m = make(seed).out
        repeat 2 { r = turn(file: m) m = r.out }
      }
      for kind in unique(s.kind) { j = join_all(files: r.out) publish j.out as \"{kind}\" }";
    let items = "process sort_out(x: Int) -> (kind: String) { script \"\"\"x $x $kind\"\"\" }";
    let dataflow = built(items, body, &Memory::default());
    for name in ["as.out", "as.out_2"] {
        assert_eq!(words(&dataflow, name), ["( .kind == .item )"]);
    }
}

#[test]
fn what_the_last_round_left_is_that_of_the_group() {
    let body = "for seed in 0..3 {
        s = sort_out(x: seed)
        m = make(seed).out
        repeat 2 { r = improve(file: m) m = r.out } until r.score > 0
      }
      for kind in unique(s.kind) { j = join_all(files: m) publish j.out as \"{kind}\" }";
    let items = "process sort_out(x: Int) -> (kind: String) { script \"\"\"x $x $kind\"\"\" }
      process improve(file: File) -> (out: File, score: Int) { script \"\"\"x $file $out $score\"\"\" }";
    let dataflow = built(items, body, &Memory::default());
    assert_eq!(words(&dataflow, "as.m"), ["( .kind == .item )"]);
}

#[test]
fn a_list_of_what_branches_make_is_filtered_by_what_they_say() {
    let body = "for seed in 0..3 {
        m = make(seed) t = turn(file: m.out)
        if t.score > 2 { u = turn(file: m.out) } else { u = turn(file: t.out, n: 3) }
        if t.score > 4 { v = turn(file: t.out) }
      }
      both = join_all(files: u.out where u.score > 1)
      one = join_all(files: v.out where v.score > 1)
      publish both.out publish one.out as \"one\"";
    let dataflow = built("", body, &Memory::default());
    let either = first(vec![result(2, "out"), result(3, "out")]);
    for (name, value) in [("as.out", result(4, "out")), ("as.u.out", either)] {
        assert_eq!(call(&dataflow, name).args["value"], value);
        assert_eq!(words(&dataflow, name), ["( .score > 1 )"]);
    }
}

#[test]
fn a_static_condition_around_leaves_one_of_its_branches() {
    let body = "m = make(seed: 1) t = turn(file: m.out)
      if t.score > 2 { if false { u = make(seed: 2) } else { u = make(seed: 3) } }
      if false { w = make(seed: 4) }
      j = join_all(files: [\"a\"]) x = text(t: \"x\", f: w.out ?? u.out ?? j.out) publish x.out";
    let dataflow = built("", body, &Memory::default());
    let f = &call(&dataflow, "text").args["f"];
    assert!(
        matches!(f, Arg::First(sources) if sources.len() == 2),
        "{f:?}"
    );
}

#[test]
fn a_list_of_what_is_not_made_is_empty() {
    let body = "if false { for seed in 0..3 { m = make(seed) } }
      j = join_all(files: m.out) publish j.out";
    let dataflow = built("", body, &Memory::default());
    let none = Arg::Constant(Value::List(Vec::new()));
    assert_eq!(dataflow.calls[0].args["files"], none);
}

/// The branch is that of the shard which reads; the one that is picked has its own.
#[test]
fn the_branch_around_a_pick_is_tested_though_its_maker_stands_in_it() {
    let body = "for s in seeds {
        m = make(seed: s) t = turn(file: m.out)
        if t.score > 0.5 { u = make(seed: s) p = u.out[s: 4] }
        r = maybe(file: p)
      }
      publish r.out";
    let items = "param seeds: [Int] = 4..8
      process maybe(file: File?) -> (out: File) { script \"\"\"x $file $out\"\"\" }";
    let dataflow = built(items, body, &Memory::default());
    let Arg::First(sources) = &call(&dataflow, "maybe").args["file"] else {
        panic!("{:?}", call(&dataflow, "maybe").args);
    };
    assert!(sources.iter().all(|it| it.only.is_some()), "{sources:?}");
}
