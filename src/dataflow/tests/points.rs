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

const ROWS: &str = "record Row { key id: Int, library: String }
param rows: [Row] = [Row(id: 1, library: \"a\"), Row(id: 2, library: \"b\"), Row(id: 3, library: \"a\")]";

#[test]
fn rows_know_their_group() {
    let body = "for r in rows { m = make(seed: r.id) }
      for l in unique(rows.library) {
        j = join_all(files: m.out)
        for r in rows { t = text(t: \"{l}{r.id}\") }
        publish j.out as \"{l}\"
      }
      publish t.out";
    let dataflow = built(ROWS, body, &Memory::default());
    assert_eq!(
        pairs(&told(&dataflow, "rows", "l")),
        [("1", 0), ("2", 1), ("3", 0)]
    );
    let labels = |at: usize| -> Vec<_> {
        let axes = dataflow.calls[at].axes.iter();
        axes.map(|own| own.label.as_str()).collect()
    };
    let named = |name: &str| {
        dataflow
            .calls
            .iter()
            .position(|it| it.name == name)
            .unwrap()
    };
    assert_eq!(labels(named("join_all")), ["l"]);
    // What is made for a row carries the row alone.
    assert_eq!(labels(named("text")), ["r"]);
}

#[test]
fn groups_in_groups_are_those_that_occur() {
    let body =
        "for l in unique(rows.library) { for i in unique(rows.id) { m = make(seed: len(rows)) } }
      publish m.out";
    let dataflow = built(ROWS, body, &Memory::default());
    assert_eq!(
        pairs(&told(&dataflow, "i", "l")),
        [("1", 0), ("3", 0), ("2", 1)]
    );
    assert_eq!(dataflow.shards(CallId(0)), 3);
}

#[test]
fn batches_are_lists_of_items() {
    let body = "for part in batch(rows, 2) { s = sized(x: len(part)) for r in part { m = make(seed: r.id) } }
      publish s.out\n publish m.out";
    let dataflow = built(ROWS, body, &Memory::default());
    assert_eq!(
        pairs(&told(&dataflow, "rows", "part")),
        [("1", 0), ("2", 0), ("3", 1)]
    );
    let Items::Table(parts) = &axis(&dataflow, "part").items else {
        panic!("{:?}", dataflow.axes);
    };
    assert_eq!((parts.cell(0, 1), parts.cell(1, 1)), ("2", "1"));
}

#[test]
fn lists_side_by_side_are_one_axis() {
    let body = "for x in xs { m = make(seed: x) }
      for x, y in zip(xs, 7..9) { t = turn(file: m.out, n: y) }
      publish t.out";
    let dataflow = built("param xs: [Int] = [5, 3]", body, &Memory::default());
    assert_eq!(dataflow.calls[1].axes.len(), 1);
    assert_eq!(dataflow.calls[1].args["file"], result(0, "out"));
    assert_eq!(dataflow.shards(CallId(1)), 2);
}

#[test]
fn inner_lists_differ_in_length() {
    let body = "for n in ns { for i in 0..n { m = make(seed: i) } j = join_all(files: m.out) publish j.out as \"{n}\" }";
    let dataflow = built("param ns: [Int] = [2, 0, 1]", body, &Memory::default());
    assert_eq!(
        pairs(&told(&dataflow, "i", "ns")),
        [("0", 0), ("1", 0), ("0", 2)]
    );
    let call = &dataflow.calls[0];
    let labels: Vec<_> = call.axes.iter().map(|own| own.label.as_str()).collect();
    assert_eq!((labels, dataflow.shards(CallId(0))), (vec!["n", "i"], 3));
}

#[test]
fn lists_of_items_are_cells() {
    let rows = "record Row { key id: String, library: String }
      param rows: [Row] = [Row(id: \"a,b\", library: \"x\"), Row(id: \"-\", library: \"y\"), Row(id: \"%\", library: \"x\")]
      process names(ids: [String]) -> (out: File) { script \"\"\"x ${ids[@]} $out\"\"\" }";
    let body = "for l in unique(rows.library) { n = names(ids: rows.id) } publish n.out";
    let dataflow = built(rows, body, &Memory::default());
    let Items::Table(libraries) = &axis(&dataflow, "l").items else {
        panic!("{:?}", dataflow.axes);
    };
    assert_eq!(
        (libraries.cell(0, 1), libraries.cell(1, 1)),
        ("a%2Cb,%25", "%2D")
    );
}

#[test]
fn what_is_computed_from_an_outer_item_is_a_column_of_that_also_over_what_a_call_makes() {
    let items = r#"process cut(x: Int) -> (parts: [Int] = lines("parts.txt")) { script """seq $x > $parts""" }"#;
    let body = "for x in 0..3 {
        c = cut(x)
        for part in c.parts {
          s = sized(x: part, y: rem(x, 2))
          publish s.out as \"{x}_{part}\"
        }
      }";
    let dataflow = built(items, body, &Memory::default());
    let sized = dataflow.calls.iter().find(|it| it.name == "sized").unwrap();
    let Arg::Item { axis, column } = sized.args["y"] else {
        panic!("{sized:?}");
    };
    assert_eq!((axis, column), (sized.axes[0].axis, Some(1)));
}
