//! Programs through all passes.

use super::*;
use crate::testing::{Memory, compile};

const ANNZ: &str = include_str!("../parse/tests/annz.flow");

fn built(text: &str, files: &Memory) -> Dataflow {
    let outcome = compile(text, files);
    outcome
        .dataflow
        .unwrap_or_else(|| panic!("{}", outcome.printed))
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
    let stats = Arg::Result {
        call: CallId(0),
        output: "stats".into(),
    };
    assert_eq!(summarise.args["stats"], stats);
    assert_eq!(dataflow.processes[0].resources.cost, Some(36.0 * 3600.0));
    assert_eq!(dataflow.publishes.len(), 1);
}
