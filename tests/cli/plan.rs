//! The table of `flowc plan`.

use super::annz;
use crate::support::{self, Ended};

#[test]
fn a_plan_is_a_table() {
    let folder = annz();
    let ended = folder.flowc(&["plan", "annz.flow"]);
    let (shown, _) = ended.stdout.split_once("files of out/").unwrap();
    insta::assert_snapshot!(shown, @r"
    job           shards  tasks  packed  walltime    memory  partition  depends on
    01-classify      100    100       1  2-00:00:00  4096M   -
    02-summarise       1      1       1  00:11:30    -       -          01-classify

    predicted      -O0      -O1
    makespan       36h1m    36h1m
    task hours     3600.6h  3600.6h
    node hours     56.3h    56.3h
    start-up       0 %      0 %
    sbatch calls   2        2
    array tasks    101      101
    ");
}

#[test]
fn rungs_are_calls_of_sbatch() {
    let folder = annz();
    let program = "process work() -> (out: File) { memory 1GB retry 2 with memory * 2 todo }
workflow { w = work() publish w.out }
";
    folder.write("work.flow", program);
    let ended = folder.flowc(&["plan", "work.flow"]);
    ended.shows("sbatch calls   3       3");
}

#[test]
fn rounds_are_one_row() {
    let folder = annz();
    let pattern = "tests/cases/patterns/rounds_until_it_converges/rounds_until_it_converges.flow";
    let program = support::root(pattern);
    let ended = folder.flowc(&["plan", &program.to_string_lossy()]);
    insta::assert_snapshot!(jobs(&ended), @r"
    job                                               shards  tasks  packed  walltime  memory  partition  depends on
    01-guess                                               3      3       1  -         -       -
    02-improve.1.step … 13-improve.12.step (12 jobs)       3      3       1  -         -       -          01-guess (task by task), then one after another
    14-show                                                3      3       1  -         -       -          02-improve.1.step … 13-improve.12.step
    ");
}

#[test]
fn jobs_that_are_alike_in_all_but_name_are_one_row() {
    let folder = annz();
    let check = |n: u32, clauses: &str| {
        format!("process check{n}(from: File) -> (out: File) {{ {clauses} todo }}\n")
    };
    let tries = "retry 1 with memory * 2 memory 1GB";
    let checks = (1..=4).map(|n| check(n, "memory 1GB"));
    let others = (5..=7).map(|n| check(n, "memory 2GB"));
    let last = (8..=12).map(|n| check(n, tries));
    let processes: String = checks.chain(others).chain(last).collect();
    let calls = (1..=12).map(|n| format!("  c{n} = check{n}(from: made.out)\n"));
    let calls: String = calls.collect();
    let program = format!(
        "process make() -> (out: File) {{ todo }}\n{processes}workflow {{\n  made = make()\n{calls}}}\n"
    );
    folder.write("checks.flow", program);
    let ended = folder.flowc(&["plan", "checks.flow"]);
    insta::assert_snapshot!(jobs(&ended), @r"
    job                                          shards  tasks  packed  walltime  memory  partition  depends on
    01-make                                      1           1       1  -         -       -
    02-check1 … 05-check4 (4 jobs)               1           1       1  -         1024M   -          01-make
    06-check5                                    1           1       1  -         2048M   -          01-make
    07-check6                                    1           1       1  -         2048M   -          01-make
    08-check7                                    1           1       1  -         2048M   -          01-make
    09-check8 … 13-check12 (5 jobs)              1           1       1  -         1024M   -          01-make
    09-check8.rung1 … 13-check12.rung1 (5 jobs)  -           1       1  -         2048M   -          09-check8 … 13-check12 (if something failed)

    09-check8.rung1 … 13-check12.rung1: 1 task for what failed: the job has one task; each has time for 1 item; none starts if nothing failed
    ");
}

/// The table of the jobs, with their reasons.
fn jobs(ended: &Ended) -> &str {
    let (jobs, _) = ended.stdout.split_once("predicted").unwrap();
    jobs
}
