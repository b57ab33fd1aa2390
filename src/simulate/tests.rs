use super::*;

fn site(slots: u64) -> Site {
    Site {
        startup: 20.0,
        dependency_delay: 2.0,
        launch_rate: f64::INFINITY,
        slots,
        ..Site::generic()
    }
}

fn even(count: u64, each: f64, after: &[Edge]) -> Job {
    Job {
        tasks: Tasks::Even {
            count,
            each,
            last: each,
        },
        slots: 1,
        throttle: None,
        share: 1.0,
        after: after.to_vec(),
    }
}

fn makespan(jobs: &[Job], site: &Site) -> f64 {
    (simulate(jobs, site).makespan * 1000.0).round() / 1000.0
}

#[test]
fn tasks_beyond_the_slots_run_in_waves() {
    assert_eq!(makespan(&[even(4, 10.0, &[])], &site(4)), 30.0);
    assert_eq!(makespan(&[even(9, 10.0, &[])], &site(4)), 90.0);
}

#[test]
fn a_job_waits_for_all_of_another_or_task_by_task() {
    let uneven = Job {
        tasks: Tasks::Uneven([10.0, 100.0].into()),
        ..even(0, 0.0, &[])
    };
    let follower = |kind| Job {
        tasks: Tasks::Uneven([100.0, 10.0].into()),
        ..even(0, 0.0, &[Edge { job: 0, kind }])
    };
    assert_eq!(
        makespan(&[uneven.clone(), follower(DependencyKind::Any)], &site(4)),
        120.0 + 2.0 + 120.0
    );
    assert_eq!(
        makespan(&[uneven, follower(DependencyKind::Corresponding)], &site(4)),
        30.0 + 2.0 + 120.0
    );
}

#[test]
fn a_throttle_holds_tasks_back_though_slots_are_free() {
    let throttled = Job {
        throttle: Some(2),
        ..even(4, 10.0, &[])
    };
    assert_eq!(makespan(&[throttled], &site(100)), 60.0);
}

#[test]
fn starts_keep_the_launch_rate() {
    let site = Site {
        launch_rate: 2.0,
        ..site(100)
    };
    assert_eq!(makespan(&[even(11, 10.0, &[])], &site), 5.0 + 30.0);
}

#[test]
fn what_is_held_is_counted() {
    let timeline = simulate(&[even(4, 10.0, &[])], &site(2));
    assert_eq!((timeline.held, timeline.startup), (120.0, 80.0));
    assert_eq!(
        timeline.jobs[0],
        Span {
            start: 0.0,
            end: 60.0
        }
    );
}

#[test]
fn an_array_without_tasks_holds_nothing_up() {
    let none = Edge {
        job: 0,
        kind: DependencyKind::Any,
    };
    let jobs = [even(0, 0.0, &[]), even(1, 10.0, &[none])];
    assert_eq!(makespan(&jobs, &site(2)), 32.0);
}

#[test]
fn an_element_of_several_tasks_takes_as_many_slots_and_one_launch() {
    let wide = |count| Job {
        tasks: even(count, 10.0, &[]).tasks.abreast(4),
        slots: 4,
        ..even(0, 0.0, &[])
    };
    assert_eq!(makespan(&[wide(8)], &site(8)), 30.0);
    assert_eq!(makespan(&[wide(9)], &site(8)), 60.0);
    let slow = Site {
        launch_rate: 1.0,
        ..site(8)
    };
    assert_eq!(makespan(&[wide(8)], &slow), 31.0);
    let uneven = Tasks::Uneven([1.0, 5.0, 2.0].into()).abreast(2);
    assert_eq!(uneven, Tasks::Uneven([5.0, 2.0].into()));
}
