//! Starts by what a program says and a site allows.

use crate::cost::{Chain, estimate};
use crate::site::{Partition, Site};
use crate::testing::{Memory, compile};

const HOUR: f64 = 3600.0;

/// Starts and their limit.
fn chain(clauses: &str) -> Option<(u64, f64)> {
    let chain = chain_of(clauses)?;
    Some((chain.starts(1), chain.limit))
}

/// Where a partition allows a day and another one with less memory a week.
fn chain_of(clauses: &str) -> Option<Chain> {
    let partition = |name: &str, time: &str, memory: &str| Partition {
        name: name.to_owned(),
        time: Some(time.parse().unwrap()),
        memory: Some(memory.parse().unwrap()),
        ..Partition::default()
    };
    let site = Site {
        partitions: vec![
            partition("large", "1-00:00:00", "64GB"),
            partition("long", "7-00:00:00", "16GB"),
        ],
        ..Site::generic()
    };
    let program = format!(
        "process p() -> (out: File) {{ {clauses} todo }} workflow {{ r = p() publish r.out }}"
    );
    let outcome = compile(&program, &Memory::default());
    let dataflow = outcome
        .dataflow
        .unwrap_or_else(|| panic!("{}", outcome.printed));
    let estimates = estimate(&dataflow, &Default::default(), &site);
    let call = dataflow.call_ids().next().unwrap();
    estimates.chain(call).copied()
}

#[test]
fn what_fits_is_started_once() {
    assert_eq!(chain("cost 40h checkpoint \"s\""), None);
    assert_eq!(chain("cost 40d"), None, "without a checkpoint");
    assert_eq!(chain("checkpoint \"s\""), None, "nothing is known");
}

#[test]
fn work_is_half_as_much_again_as_the_cost() {
    let week = 7.0 * 24.0 * HOUR;
    assert_eq!(chain("cost 10d checkpoint \"s\""), Some((3, week)));
    let day = 24.0 * HOUR;
    let fat = "cost 40h memory 32GB checkpoint \"s\"";
    assert_eq!(chain(fat), Some((3, day)), "only where it fits");
    let own = "cost 20h time 6h checkpoint \"s\"";
    assert_eq!(chain(own), Some((6, 6.0 * HOUR)), "the time of one start");
}

#[test]
fn a_time_that_nobody_allows_is_that_of_all_starts() {
    let week = 7.0 * 24.0 * HOUR;
    assert_eq!(chain("time 20d checkpoint \"s\""), Some((3, week)));
}

#[test]
fn without_a_cost_as_many_as_again_allows() {
    let again = "time 6h checkpoint \"s\" again 99 up to 5";
    assert_eq!(chain(again), Some((5, 6.0 * HOUR)));
    let known = format!("cost 20h {again}");
    assert_eq!(chain(&known), Some((5, 6.0 * HOUR)), "no more than that");
    let short = "cost 1h checkpoint \"s\" again 99 up to 5";
    assert_eq!(chain(short), None, "one task has the time for all");
}

#[test]
fn what_has_another_limit_is_started_more_often_or_less() {
    let chain = chain_of("cost 10d checkpoint \"s\"").unwrap();
    let starts = |limit| chain.limited(limit).starts(1);
    assert_eq!(starts(Some(24.0 * HOUR)), 16, "15d of work");
    assert_eq!(starts(Some(chain.limit)), chain.starts(1));
    assert_eq!(starts(Some(360.0 * HOUR)), 1);
    assert_eq!(starts(None), 1);
}
