//! Sites whose nodes are given whole: a slot is a node, which one task alone would leave idle but for a core.

use super::{abreast, program, site};
use crate::cost;
use crate::dataflow::Dataflow;
use crate::optimise::{Forecast, Level, Workload, forecast, optimise};
use crate::site::{NodeUse, Site};

/// Nodes of 64 cores and 256 GB.
fn whole(slots: u64) -> Site {
    Site {
        nodes: NodeUse::Whole,
        cores: 64,
        partitions: Vec::new(),
        ..site(slots)
    }
}

/// Tasks side by side and elements of each stage, makespan, and nodes times seconds.
fn planned(flow: &Dataflow, site: &Site) -> (Vec<(u64, u64)>, f64, f64) {
    let estimates = cost::estimate(flow, &Default::default(), site);
    let workload = Workload::new(flow, &estimates, site);
    let stages = optimise(&workload, Level::All);
    let Forecast { timeline, .. } = forecast(&stages, &workload);
    let shapes = stages.iter().map(|it| (it.abreast, it.elements()));
    (shapes.collect(), timeline.makespan, timeline.node_seconds)
}

#[test]
fn whole_nodes_are_filled() {
    let site = whole(4);
    assert_eq!(abreast("cost 10s", &site, Level::All), (64, 2));
    assert_eq!(abreast("cost 10s cpus 32", &site, Level::All), (2, 4));
    assert_eq!(abreast("cost 10s cpus 64", &site, Level::All).0, 1);
}

/// Four tasks end as soon on one node as on four.
#[test]
fn of_plans_that_end_at_the_same_time_the_one_with_the_fewest_node_hours_is_taken() {
    let flow = program(&[("a(i: Int)", "cost 1h")], "for i in 0..4 { a = a(i) }");
    let (shapes, makespan, held) = planned(&flow, &whole(4));
    assert_eq!(shapes, [(4, 1)]);
    assert!(makespan < 3630.0 && held < 3630.0, "{makespan} s, {held}");
}

#[test]
fn beside_a_long_call_no_more_nodes_are_held_than_are_filled() {
    let flow = program(
        &[
            ("long()", "cost 5h"),
            ("short(i: Int)", "cost 10m"),
            ("all(x: File, y: [File])", "cost 1s"),
        ],
        "l = long()  for i in 0..60 { s = short(i) }  a = all(x: l.out, y: s.out)",
    );
    let (shapes, makespan, held) = planned(&flow, &whole(4));
    assert_eq!(shapes, [(1, 1), (60, 1), (1, 1)]);
    assert!(
        makespan < 18_100.0 && held < 18_800.0,
        "{makespan} s, {held}"
    );
}

/// None of the steps is a twentieth of the run.
#[test]
fn a_step_that_gains_little_of_a_long_run_fills_nodes_too() {
    for steps in [40, 120] {
        let each = (1..steps).map(|at| format!("a{at} = b(x: a{}.out)\n", at - 1));
        let calls: String = each.collect();
        let flow = program(
            &[("a(i: Int)", "cost 1h"), ("b(x: File)", "cost 1h")],
            &format!("for i in 0..128 {{ a0 = a(i)\n{calls} }}"),
        );
        let (shapes, makespan, _) = planned(&flow, &whole(2));
        assert!(shapes.iter().all(|&shape| shape == (64, 2)), "{shapes:?}");
        assert!(makespan < 3700.0 * f64::from(steps), "{makespan} s");
    }
}

/// One that asks for all cores of a node would keep others from standing beside the other.
#[test]
fn what_needs_a_node_is_not_fused_with_what_needs_a_core() {
    let fused = |cpus: u64| {
        let second = format!("cost 1m cpus {cpus}");
        let flow = program(
            &[("a(i: Int)", "cost 1m"), ("b(x: File)", &second)],
            "for i in 0..64 { a = a(i)  b = b(x: a.out) }",
        );
        planned(&flow, &whole(4)).0.len() == 1
    };
    assert!(fused(1));
    assert!(!fused(64));
}
