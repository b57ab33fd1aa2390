//! Single shards by their keys.

use super::*;

fn picks(dataflow: &Dataflow, call: usize, input: &str) -> Vec<(String, ItemPart)> {
    let Arg::Result { picks, .. } = &dataflow.calls[call].args[input] else {
        panic!("{:?}", dataflow.calls[call].args);
    };
    let named = picks.iter().map(|it| {
        let axis = dataflow.axis(it.axis).name.clone();
        (axis, it.item.clone())
    });
    named.collect()
}

fn literal(text: &str) -> ItemPart {
    ItemPart::Literal(text.to_owned())
}

#[test]
fn a_key_that_is_the_same_everywhere_is_a_number() {
    let body = "for s in seeds { m = make(seed: s) }
      t = turn(file: m.out[6])
      publish t.out";
    let dataflow = built("param seeds: [Int] = 4..8", body, &Memory::default());
    assert_eq!(
        picks(&dataflow, 1, "file"),
        [("seeds".to_owned(), literal("2"))]
    );
    assert_eq!(dataflow.shards(CallId(1)), 1);
}

#[test]
fn a_key_of_an_item_is_a_column_of_its_axis() {
    let body = "for s in seeds { m = make(seed: s) }
      for x in [7, 5] { t = turn(file: m.out[x - 1]) }
      publish t.out";
    let dataflow = built("param seeds: [Int] = 4..8", body, &Memory::default());
    let at = dataflow.calls[1].axes[0].axis;
    let item = ItemPart::Item {
        axis: at,
        column: 1,
    };
    assert_eq!(picks(&dataflow, 1, "file"), [("seeds".to_owned(), item)]);
    let Items::Table(table) = &dataflow.axis(at).items else {
        panic!("{:?}", dataflow.axes);
    };
    let rows = (0..table.len()).map(|row| table.cell(row, 1));
    assert_eq!(rows.collect::<Vec<_>>(), ["2", "0"]);
}

#[test]
fn inside_of_its_own_loop_a_pick_is_another_shard() {
    let body = "for s in seeds { m = make(seed: s) t = turn(file: m.out[s: 4]) }
      publish t.out";
    let dataflow = built("param seeds: [Int] = 4..8", body, &Memory::default());
    assert_eq!(
        picks(&dataflow, 1, "file"),
        [("seeds".to_owned(), literal("0"))]
    );
    assert_eq!(dataflow.shards(CallId(1)), 4);
}

#[test]
fn a_part_of_a_collection_has_places_of_its_own() {
    let body = "for s in seeds where s > 5 { m = make(seed: s) }
      t = turn(file: m.out[7])
      publish t.out";
    let dataflow = built("param seeds: [Int] = 4..8", body, &Memory::default());
    assert_eq!(picks(&dataflow, 1, "file")[0].1, literal("1"));
}

#[test]
fn a_name_for_a_list_is_looked_through() {
    let body = "for s in seeds { m = make(seed: s) }
      all = m.out
      t = turn(file: all[5])
      publish t.out";
    let dataflow = built("param seeds: [Int] = 4..8", body, &Memory::default());
    assert_eq!(picks(&dataflow, 1, "file")[0].1, literal("1"));
}

#[test]
fn a_name_for_what_both_branches_make_is_looked_through() {
    let body = "for s in seeds {
        m = make(seed: s) t = turn(file: m.out)
        if t.score > 0.5 { u = make(seed: s) } else { u = make(seed: s + 1) }
        c = u.out d = c
      }
      named = turn(file: d[5])
      itself = turn(file: u.out[5])
      publish named.out as \"named\"
      publish itself.out as \"itself\"";
    let dataflow = built("param seeds: [Int] = 4..8", body, &Memory::default());
    let [.., named, itself] = dataflow.calls.as_slice() else {
        panic!("{:?}", dataflow.calls);
    };
    assert!(matches!(named.args["file"], Arg::First(_)));
    assert_eq!(named.args, itself.args);
}
