//! `repeat`: rounds one after another.

use super::*;

const STEPS: &str = "m = make(seed: 1).out
repeat 3 as i { t = turn(file: m, n: i) m = t.out } until t.score < 0.5";

fn call<'d>(dataflow: &'d Dataflow, name: &str) -> &'d Call {
    dataflow.calls.iter().find(|it| it.name == name).unwrap()
}

#[test]
fn a_round_is_given_what_the_one_before_set() {
    let body = format!("{STEPS} u = turn(file: m) publish u.out");
    let dataflow = built("", &body, &Memory::default());
    assert_eq!(call(&dataflow, "turn.1.t").args["file"], result(0, "out"));
    assert_eq!(call(&dataflow, "turn.2.t").args["file"], result(1, "out"));
    let numbers = ["turn.1.t", "turn.2.t", "turn.3.t"].map(|it| &call(&dataflow, it).args["n"]);
    let wanted = [1, 2, 3].map(|it| Arg::Constant(Value::Int(it)));
    assert_eq!(numbers, wanted.each_ref());
}

#[test]
fn rounds_behind_the_last_are_skipped_by_one_test() {
    let body = format!("{STEPS} u = turn(file: m) publish u.out");
    let dataflow = built("", &body, &Memory::default());
    let words = |name: &str| -> Vec<String> {
        let tests = call(&dataflow, name).when.iter();
        tests.map(|it| it.words().join(" ")).collect()
    };
    assert_eq!(words("turn.1.t"), [""; 0]);
    assert_eq!(words("turn.2.t"), ["! ( .score < 0.5 )"]);
    assert_eq!(words("turn.3.t"), ["! ( .score < 0.5 )"]);
    assert_eq!(call(&dataflow, "turn.3.t").branches.len(), 2);
}

#[test]
fn behind_the_loop_is_the_last_that_ran_and_the_list_over_the_rounds() {
    let body = format!(
        "{STEPS} u = turn(file: m) j = join_all(files: t.out) publish u.out publish j.out as \"j\""
    );
    let dataflow = built("", &body, &Memory::default());
    let last = [3, 2, 1].map(|call| Source {
        only: None,
        arg: result(call, "out"),
    });
    assert_eq!(
        call(&dataflow, "turn.u").args["file"],
        Arg::First(last.to_vec())
    );
    let each = [1, 2, 3].map(|call| result(call, "out"));
    let files = &call(&dataflow, "join_all").args["files"];
    assert_eq!(*files, Arg::List(each.to_vec()));
}

#[test]
fn rounds_of_each_item_and_loops_in_rounds() {
    let body = "for seed in 0..3 {
        m = make(seed).out
        repeat 2 { m = turn(file: m).out }
        publish m as \"{seed}\"
      }
      all = join_all(files: m).out
      repeat 2 as i {
        for seed in 0..3 { s = sized(x: seed, y: i) t = turn(file: all) _u = t.out _v = s.out }
        all = join_all(files: t.out).out
      }
      publish all as \"all\"";
    let dataflow = built("", body, &Memory::default());
    let last = &call(&dataflow, "join_all.2.all").args["files"];
    let Arg::Result { call: made, .. } = last else {
        panic!("{last:?}");
    };
    let made = dataflow.call(*made);
    assert!(made.name.starts_with("turn.2"), "{}", made.name);
    assert_eq!(made.axes.len(), 1);
}

#[test]
fn before_the_loop_a_name_is_what_it_was() {
    let body = "m = make(seed: 1).out
      first = turn(file: m)
      repeat 2 { m = turn(file: m).out }
      last = turn(file: m)
      publish first.out as \"first\" publish last.out as \"last\"";
    let dataflow = built("", body, &Memory::default());
    assert_eq!(call(&dataflow, "turn.first").args["file"], result(0, "out"));
    let last = &call(&dataflow, "turn.last").args["file"];
    let Arg::Result { call: made, .. } = last else {
        panic!("{last:?}");
    };
    assert_eq!(dataflow.call(*made).name, "turn.2.m");
}

#[test]
fn what_is_handed_on_in_rounds_has_names_that_no_other_has() {
    let body = "for s in 0..3 { a = make(seed: s) b = turn(file: a.out) }
      m = make(seed: 9).out
      repeat 2 as i { j = join_all(files: b.out where b.score > i) m = turn(file: j.out).out }
      k = join_all(files: b.out where b.score > 0.7)
      publish m as \"m\" publish k.out as \"k\"";
    let dataflow = built("", body, &Memory::default());
    let names = dataflow.calls.iter().map(|it| it.name.as_str());
    let names: Vec<_> = names.filter(|it| it.starts_with("as.")).collect();
    assert_eq!(names, ["as.out.1", "as.out.2", "as.out_2"]);
}
