//! Before and after each rewrite, on the smallest programs.

mod whole;

use super::{Level, Workload, forecast, optimise};
use crate::cost;
use crate::dataflow::Dataflow;
use crate::site::Site;
use crate::testing::{Memory, compile};

/// A program of processes that read a number or files and make a file.
fn program(processes: &[(&str, &str)], workflow: &str) -> Dataflow {
    let process = |(signature, clauses): &(&str, &str)| {
        format!("process {signature} -> (out: File) {{ {clauses} todo }}\n")
    };
    let processes: String = processes.iter().map(process).collect();
    let outcome = compile(
        &format!("{processes}workflow {{ {workflow} }}"),
        &Memory::default(),
    );
    outcome
        .dataflow
        .unwrap_or_else(|| panic!("{}", outcome.printed))
}

fn site(slots: u64) -> Site {
    Site {
        slots,
        // So that a shard costs the same however many run at once.
        shard_rate: f64::INFINITY,
        ..Site::generic()
    }
}

/// `calls: items / pack` of each stage, and why.
fn shapes(dataflow: &Dataflow, site: &Site, level: Level) -> (Vec<String>, Vec<String>) {
    let estimates = cost::estimate(dataflow, &Default::default(), site);
    let stages = optimise(&Workload::new(dataflow, &estimates, site), level);
    let name = |call| dataflow.call(call).name.clone();
    let shapes = stages.iter().map(|stage| {
        let lots: Vec<_> = stage
            .lots
            .iter()
            .map(|lot| {
                lot.iter()
                    .map(|&call| name(call))
                    .collect::<Vec<_>>()
                    .join("+")
            })
            .collect();
        format!("{}: {} / {}", lots.join(" | "), stage.items, stage.pack)
    });
    let decisions = stages.iter().flat_map(|stage| &stage.decisions);
    (
        shapes.collect(),
        decisions.map(|decision| decision.reason.clone()).collect(),
    )
}

fn one(n: u64, clauses: &str) -> Dataflow {
    program(
        &[("work(i: Int)", clauses)],
        &format!("for i in 0..{n} {{ a = work(i) }}"),
    )
}

#[test]
fn short_shards_are_packed_to_the_width() {
    let flow = one(1000, "cost 2s");
    assert_eq!(shapes(&flow, &site(50), Level::Off).0, ["work: 1000 / 1"]);
    let (shapes, reasons) = shapes(&flow, &site(50), Level::All);
    assert_eq!(shapes, ["work: 1000 / 20"]);
    assert_eq!(
        reasons,
        ["packed 20 shards a task: 42s of work against 20s of start-up; overhead 90 % → 32 %"]
    );
}

#[test]
fn no_more_tasks_than_can_be_launched_while_the_first_work() {
    assert_eq!(
        shapes(&one(1000, "cost 0.3s"), &site(10_000), Level::All).0,
        ["work: 1000 / 12"]
    );
}

#[test]
fn long_shards_unknown_ones_and_pinned_ones_stay_alone() {
    for (clauses, pack) in [
        ("cost 1h", 1),
        ("", 1),
        ("cost 1s never pack", 1),
        ("cost 1s pack 7", 7),
    ] {
        let shapes = shapes(&one(400, clauses), &site(50), Level::All).0;
        assert_eq!(shapes, [format!("work: 400 / {pack}")], "{clauses}");
    }
}

#[test]
fn tasks_that_are_long_enough_run_in_waves() {
    // 100,000 s of work on 10 slots: in one wave a task would take 10,000 s.
    let shapes = shapes(&one(1000, "cost 100s"), &site(10), Level::All).0;
    assert_eq!(shapes, ["work: 1000 / 10"]);
}

#[test]
fn a_pack_stays_within_the_longest_partition() {
    let mut site = site(1);
    site.partitions = vec![crate::site::Partition {
        name: "short".to_owned(),
        time: Some(crate::units::Walltime::from(crate::units::Duration(900.0))),
        ..Default::default()
    }];
    let shapes = shapes(&one(100, "cost 10s time 1m"), &site, Level::All).0;
    assert_eq!(shapes, ["work: 100 / 50"]);
}

const CHAIN: &str = "for i in 0..200 { a = first(i)  b = second(x: a.out) }  c = last(xs: b.out)";

fn chain(clauses: [&str; 3]) -> Dataflow {
    let [first, second, last] = clauses;
    program(
        &[
            ("first(i: Int)", first),
            ("second(x: File)", second),
            ("last(xs: [File])", last),
        ],
        CHAIN,
    )
}

#[test]
fn a_chain_over_the_same_axes_becomes_one_array() {
    let flow = chain(["cost 20s", "cost 10s", "cost 5s"]);
    assert_eq!(
        shapes(&flow, &site(200), Level::Off).0,
        ["first: 200 / 1", "second: 200 / 1", "last: 1 / 1"]
    );
    let (shapes, reasons) = shapes(&flow, &site(200), Level::All);
    assert_eq!(shapes, ["first+second: 200 / 1", "last: 1 / 1"]);
    assert_eq!(
        reasons,
        [
            "fused first and second: one after another, shard by shard; saves 1 start-up of 20s and the wait between"
        ]
    );
}

#[test]
fn what_asks_for_other_nodes_or_is_pinned_or_unknown_stays_apart() {
    for first in [
        "cost 20s gpus 1",
        "cost 20s partition \"long\"",
        "cost 20s never fuse",
        "cost 20s at most 3 at once",
        "time 1m",
        // 40 s of another 31 cores are more than a start-up of two.
        "cost 40s cpus 32",
    ] {
        let stages = shapes(
            &chain([first, "cost 40s", "cost 5s"]),
            &site(200),
            Level::All,
        )
        .0;
        assert_eq!(stages.len(), 3, "{first}: {stages:?}");
    }
}

#[test]
fn a_gather_joins_few_short_shards() {
    let flow = program(
        &[("part(i: Int)", "cost 1s"), ("all(xs: [File])", "cost 1s")],
        "for i in 0..5 { a = part(i) }  b = all(xs: a.out)",
    );
    let (shapes, reasons) = shapes(&flow, &site(100), Level::All);
    assert_eq!(shapes, ["part+all: 1 / 1"]);
    assert!(
        reasons[0].contains("with all that is gathered"),
        "{reasons:?}"
    );
}

#[test]
fn short_calls_beside_a_long_one_share_a_job() {
    let flow = program(
        &[
            ("cut()", "cost 100s  never fuse"),
            ("fit(x: File)", "cost 2000s  never fuse"),
            ("count(x: File)", "cost 2s"),
            ("look(x: File)", "cost 3s"),
            ("all(xs: [File])", "cost 1s  never fuse"),
        ],
        "x = cut()  f = fit(x: x.out)  c = count(x: x.out)  l = look(x: x.out)
         a = all(xs: [f.out, c.out, l.out])",
    );
    let (shapes, reasons) = shapes(&flow, &site(100), Level::All);
    assert!(
        shapes.contains(&"count+look: 1 / 1".to_owned()),
        "{shapes:?}"
    );
    let reason = "fused count and look: one after another, shard by shard; saves 1 start-up of 20s";
    assert!(reasons.iter().any(|it| it == reason), "{reasons:?}");
}

#[test]
fn groups_of_a_partial_gather_become_items() {
    let flow = program(
        &[
            ("fit(m: String, i: Int)", "cost 2s"),
            ("best(xs: [File])", "cost 2s"),
        ],
        "for m in [\"a\", \"b\", \"c\"] { for i in 0..4 { a = fit(m, i) }  b = best(xs: a.out) }",
    );
    assert_eq!(shapes(&flow, &site(100), Level::All).0, ["fit+best: 3 / 1"]);
}

#[test]
fn nothing_is_fused_around_what_runs_between() {
    let flow = program(
        &[
            ("a(i: Int)", "cost 1s"),
            ("b(x: File)", "cost 1h gpus 1"),
            ("c(x: File, y: File)", "cost 1s"),
        ],
        "for i in 0..3 { a = a(i)  b = b(x: a.out)  c = c(x: a.out, y: b.out) }",
    );
    assert_eq!(shapes(&flow, &site(100), Level::All).0.len(), 3);
}

#[test]
fn what_would_wait_long_for_others_stays_apart_though_the_run_gets_no_longer() {
    // By their costs both `b` would end before `a` does; but should the costs be wrong …
    let flow = program(
        &[
            ("a(i: Int)", "cost 2000s"),
            ("b(i: Int)", "cost 300s"),
            ("c(x: File, y: File)", "cost 10s"),
            ("d(x: File, y: File)", "cost 10s"),
        ],
        "a = a(i: 1)  p = b(i: 1)  q = b(i: 2)  c = c(x: p.out, y: q.out)
         d = d(x: a.out, y: c.out)  publish d.out",
    );
    let shapes = shapes(&flow, &site(100), Level::All).0;
    assert_eq!(
        shapes,
        ["a: 1 / 1", "b.p | b.q: 2 / 1", "c: 1 / 1", "d: 1 / 1"]
    );
}

#[test]
fn separate_calls_of_one_process_are_collected_and_balanced() {
    let flow = program(
        &[
            ("short(i: Int)", "cost 1s"),
            ("long(x: File)", "cost 2000s gpus 1"),
        ],
        "a = short(i: 1)  b = short(i: 2)  c = short(i: 3)  d = short(i: 4)
         p = long(x: a.out)  q = long(x: b.out)  r = long(x: c.out)  s = long(x: d.out)",
    );
    let (shapes, reasons) = shapes(&flow, &site(100), Level::All);
    assert_eq!(
        shapes,
        [
            "short.a+short.b+short.c+short.d: 1 / 1",
            "long.p | long.q | long.r | long.s: 4 / 1"
        ]
    );
    assert_eq!(reasons.len(), 3, "{reasons:?}");
}

/// Nodes of 16 cores, on which ten tasks are launched a second.
fn of_nodes(slots: u64) -> Site {
    Site {
        startup: 1.0,
        launch_rate: 10.0,
        partitions: vec![crate::site::Partition {
            name: "all".to_owned(),
            cpus: Some(16),
            ..Default::default()
        }],
        ..site(slots)
    }
}

fn abreast(clauses: &str, site: &Site, level: Level) -> (u64, u64) {
    let flow = program(&[("a(i: Int)", clauses)], "for i in 0..100 { a = a(i) }");
    let estimates = cost::estimate(&flow, &Default::default(), site);
    let stages = optimise(&Workload::new(&flow, &estimates, site), level);
    let stage = stages.iter().next().unwrap();
    (stage.abreast, stage.elements())
}

#[test]
fn short_shards_run_side_by_side_where_launching_is_what_takes_long() {
    let site = of_nodes(64);
    let (width, elements) = abreast("cost 0.2s", &site, Level::All);
    assert!(width > 1 && elements * width < 100, "{elements} of {width}");
    assert_eq!(abreast("cost 0.2s", &site, Level::Off), (1, 100));
    assert_eq!(abreast("cost 2h", &site, Level::All).0, 1);
}

#[test]
fn side_by_side_nothing_is_asked_of_a_node_that_it_has_not() {
    let site = of_nodes(64);
    assert!(abreast("cost 0.2s cpus 8", &site, Level::All).0 <= 2);
    for alone in ["cpus 16", "gpus 1", "at most 3 at once", "never pack"] {
        let clauses = format!("cost 0.2s {alone}");
        assert_eq!(abreast(&clauses, &site, Level::All).0, 1, "{alone}");
    }
}

#[test]
fn of_a_site_without_cores_nothing_is_asked_side_by_side() {
    let unknown = Site {
        partitions: Vec::new(),
        ..of_nodes(64)
    };
    assert_eq!(abreast("cost 0.2s", &unknown, Level::All).0, 1);
}

#[test]
fn a_chain_is_fused_though_no_two_of_it_are_worth_it() {
    let flow = program(
        &[("a(i: Int)", "cost 0.25s"), ("b(x: File)", "cost 0.25s")],
        "for i in 0..500 { a = a(i)  b = b(x: a.out)  c = b(x: b.out) }",
    );
    let site = Site {
        partitions: Vec::new(),
        launch_rate: 26.0,
        dependency_delay: 0.3,
        shell_time: 0.02,
        ..of_nodes(64)
    };
    let (shapes, _) = shapes(&flow, &site, Level::All);
    assert!(shapes[0].starts_with("a+b.b+b.c"), "{shapes:?}");
}

/// No task may take longer than a minute.
fn of_minutes() -> Site {
    Site {
        partitions: vec![crate::site::Partition {
            time: Some(crate::units::Walltime::from(crate::units::Duration(60.0))),
            ..Default::default()
        }],
        ..site(8)
    }
}

#[test]
fn a_chain_of_starts_is_left_alone() {
    let flow = one(100, "cost 70s checkpoint \"s\"");
    let (shapes, reasons) = shapes(&flow, &of_minutes(), Level::All);
    assert_eq!(shapes, ["work: 100 / 1"]);
    assert_eq!(
        reasons,
        [
            "4 starts of 1m, each from what the one before left in `s`: up to 1m45s of work, of which a start does 30s; those that are not needed vanish"
        ]
    );
}

/// Three starts of half a minute are needed, so two of them wait until a task has started again.
#[test]
fn between_the_starts_of_a_chain_a_task_waits() {
    let flow = one(1, "cost 70s checkpoint \"s\"");
    let unlimited = site(8);
    let makespan = |site: &Site| {
        let estimates = cost::estimate(&flow, &Default::default(), site);
        let workload = Workload::new(&flow, &estimates, site);
        forecast(&optimise(&workload, Level::All), &workload)
            .timeline
            .makespan
    };
    let waits = 2.0 * (unlimited.startup + unlimited.dependency_delay);
    let more = makespan(&of_minutes()) - makespan(&unlimited);
    assert!((more - waits).abs() < 0.01, "{more} s, not {waits} s");
}
