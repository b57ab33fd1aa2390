//! Axes that are no plain collections.

use super::*;

fn axis<'d>(dataflow: &'d Dataflow, name: &str) -> &'d Axis {
    let mut axes = dataflow.axes.iter();
    axes.find(|axis| axis.name == name)
        .unwrap_or_else(|| panic!("{:?}", dataflow.axes))
}

/// Keys of an axis, and for each the number of the item of another that it tells.
fn told(dataflow: &Dataflow, of: &str, other: &str) -> Vec<(String, u32)> {
    let of = axis(dataflow, of);
    let Items::Table(table) = &of.items else {
        panic!("{of:?}");
    };
    let other = dataflow.axes.iter().position(|it| it.name == other);
    let other = AxisId(u32::try_from(other.unwrap()).unwrap());
    let told = of.tells.iter().find(|it| it.axis == other).unwrap();
    let keys = (0..table.len()).map(|row| table.cell(row, 0).to_owned());
    keys.zip(told.items.iter().copied()).collect()
}

fn pairs(told: &[(String, u32)]) -> Vec<(&str, u32)> {
    told.iter().map(|(key, at)| (key.as_str(), *at)).collect()
}

#[test]
fn where_is_an_axis_of_its_own_that_tells_the_whole() {
    let body = "for s in seeds { m = make(seed: s) }
      for s in seeds where s > 4 { t = turn(file: m.out) }
      j = join_all(files: t.out)
      publish j.out";
    let dataflow = built("param seeds: [Int] = 3..8", body, &Memory::default());
    assert_eq!(
        pairs(&told(&dataflow, "s", "seeds")),
        [("5", 2), ("6", 3), ("7", 4)]
    );
    let shards = |at| dataflow.shards(CallId(at));
    assert_eq!([shards(0), shards(1), shards(2)], [5, 3, 1]);
    // The whole is told, so what is made over it is one value.
    assert_eq!(dataflow.calls[1].args["file"], result(0, "out"));
    assert!(dataflow.tells(&dataflow.calls[1].axes, AxisId(0)));
    assert_eq!(
        dataflow.label(&dataflow.calls[1].axes, AxisId(0)),
        Some("s")
    );
}

#[test]
fn where_over_two_loops_is_told_by_the_inner_one() {
    let body = "for a in 0..3 { for b in 1..4 where b > a { m = make(seed: b) } }
      publish m.out";
    let dataflow = built("", body, &Memory::default());
    let call = &dataflow.calls[0];
    assert_eq!(call.axes.len(), 2);
    assert_eq!(dataflow.shards(CallId(0)), 6);
    assert_eq!(
        pairs(&told(&dataflow, "b2", "a")),
        [("1", 0), ("2", 0), ("3", 0), ("2", 1), ("3", 1), ("3", 2)]
    );
    let items = |shard| dataflow.items_at(&call.axes, shard);
    assert_eq!(
        items(4),
        [(AxisId(0), 1), (AxisId(1), 2), (AxisId(2), 4)].into()
    );
}

#[test]
fn what_where_makes_may_be_missing_elsewhere() {
    let body = "for s in 0..9 where s > 4 { m = make(seed: s) }
      for s in 0..9 { t = turn(file: m.out) }
      publish t.out";
    let outcome = compile(&workflow("", body), &Memory::default());
    assert_eq!(outcome.codes[0], "flow::typecheck::not_yet");
}

#[test]
fn a_part_stands_inside_of_another_loop_over_the_part() {
    let body = "for s in 0..4 where s > 1 { for t in 0..4 where t == s + 1 { m = make(seed: t) } }
      publish m.out";
    let outcome = compile(&workflow("", body), &Memory::default());
    assert_eq!(outcome.codes[0], "flow::typecheck::nested_same_axis");
}
