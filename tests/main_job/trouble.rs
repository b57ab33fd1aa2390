//! What happens to runs: jobs are cancelled, killed, lose their nodes; shards fail; submissions are cut short.

use super::project::Project;
use crate::slurm::Cluster;

/// Twelve seeds, of which the last six are held.
const TWELVE: [&str; 2] = ["--set", "seeds=0..12"];

/// What the same program makes where nothing happens to it.
fn is_as_if_nothing_had_happened(project: &Project, options: &[&str]) {
    let quiet = Project::light(None);
    for name in [
        "light.flow",
        "annz_class.sh",
        "summarise.sh",
        "data/galaxies.csv",
    ] {
        quiet.write(name, std::fs::read(project.folder.join(name)).unwrap());
    }
    quiet.compile(options);
    quiet.local().ok();
    assert_eq!(project.made(), quiet.made());
    project.nothing_to_do();
    project.submit(&["--status"]).ok();
}

fn half_way<'c>(cluster: &'c Cluster, options: &[&str]) -> Project<'c> {
    let project = Project::light(Some(cluster));
    project.hold(6..12);
    project.compile(options);
    project.submit(&[]).ok();
    project.wait_for("half of it", |it| {
        (0..6).all(|seed| it.is_done(seed)) && it.count_all("start classify") == 12
    });
    project
}

#[test]
fn cancelled_half_way_it_goes_on_from_there() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = half_way(cluster, &TWELVE);
    let ids: Vec<String> = project.jobs().into_iter().map(|(_, id)| id).collect();
    cluster.scancel(&ids.iter().map(String::as_str).collect::<Vec<_>>());
    project.wait_for_end();
    assert_eq!(project.ends(), (6, 0));
    project.submit(&["--status"]).ends_with(3);

    project.let_go();
    project.complete().says("Submitted 7 tasks in 2 jobs");
    project.each_ended_once(0..12);
    assert_eq!(project.count_all("start classify"), 18);
    assert_eq!(project.ends(), (12, 1));
    is_as_if_nothing_had_happened(&project, &TWELVE);
}

#[test]
fn a_killed_batch_script_costs_its_own_shard() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = half_way(cluster, &TWELVE);
    project.kill_batch_script("classify", 8);
    project.wait_for_scripts("01-classify", 8);
    let killed = format!("{}_8", project.job("classify"));
    project.wait_for("the end of the killed one", |_| {
        cluster.squeue().iter().all(|queued| queued.id != killed)
    });
    project.let_go();
    project.wait_for_end();
    assert_eq!(project.ends(), (11, 0));
    assert_eq!(project.count("start summarise"), 0);

    project.complete().says("Submitted 2 tasks in 2 jobs");
    project.each_ended_once(0..12);
    assert_eq!(
        (
            project.count("start classify 8"),
            project.count_all("start classify")
        ),
        (2, 13)
    );
    assert_eq!(project.ends(), (12, 1));
    is_as_if_nothing_had_happened(&project, &TWELVE);
}

/// Where neither SLURM nor the watchman ends what a killed batch script leaves running, the script goes on, beside that of
/// the next submission, and to no effect.
#[test]
fn a_script_that_outlives_its_job_does_no_harm() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.hold(3..4);
    project.compile(&[]);
    project.submit(&[]).ok();
    project.wait_for("all but one", |it| {
        it.count_all("end") == 5 && it.count("start classify 3") == 1
    });
    project.kill_batch_script_and_watchman("classify", 3);
    project.wait_for_end();
    project.submit(&[]).ok().says("Submitted 2 tasks in 2 jobs");
    project.wait_for("the second", |it| it.count("start classify 3") == 2);
    project.let_go();
    project.wait_for_end();
    project.wait_for_scripts("01-classify", 3);
    assert_eq!(project.count_all("start"), 8);
    is_as_if_nothing_had_happened(&project, &[]);
}

/// In a pack of four the third is killed: the first two stay, the last two are run by the next submission.
#[test]
fn a_killed_pack_keeps_what_it_has_done() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.replace("light.flow", "  uses   \"annz", "  pack 4\n  uses   \"annz");
    project.hold(6..7);
    project.compile(&TWELVE);
    project.submit(&[]).ok().says("Submitted 4 tasks in 2 jobs");
    project.wait_for("the third of the second pack", |it| {
        it.count("start classify 6") == 1 && [3, 11].iter().all(|seed| it.is_done(*seed))
    });
    project.kill_batch_script("classify", 1);
    project.wait_for_scripts("01-classify", 1);
    project.wait_for_end();
    assert_eq!(project.ends(), (10, 0));
    project.let_go();
    project.complete().says("Submitted 2 tasks in 2 jobs");
    project.each_ended_once(0..12);
    assert_eq!(project.count_all("start classify"), 13);
    is_as_if_nothing_had_happened(&project, &TWELVE);
}

/// What runs on the node is requeued, and the same submission comes to its end by itself. In packs of two the
/// first is done when the node goes.
#[test]
fn a_lost_node_is_made_up_for_by_the_same_submission() {
    let Some(cluster) = Cluster::start(&["--nodes", "2"]) else {
        return;
    };
    for leave in [Cluster::node_down, Cluster::node_crash] {
        let project = Project::light(Some(&cluster));
        project.replace("light.flow", "  uses   \"annz", "  pack 2\n  uses   \"annz");
        for odd in [1, 3, 5, 7, 9, 11] {
            project.hold(odd..odd + 1);
        }
        project.compile(&TWELVE);
        // three elements a node: a third of its memory each
        project.submit(&["--", "--mem=5000M"]).ok();
        project.wait_for("the first of each pack", |it| {
            (0..6).all(|pack| it.is_done(2 * pack)) && it.count_all("start classify") == 12
        });
        let job = project.job("classify");
        let of_job = |node: &str| {
            let queue = cluster.squeue().into_iter();
            queue
                .filter(|queued| queued.id.starts_with(&format!("{job}_")) && queued.node == node)
                .count()
        };
        let lost = of_job("n1");
        assert!((1..6).contains(&lost), "{lost} elements on n1");
        leave(&cluster, "n1");
        project.wait_for("the node to be left", |_| of_job("n1") == 0);
        cluster.node_up("n1");
        project.let_go();
        project.wait_for_end();
        project.each_ended_once(0..12);
        assert_eq!(project.count_all("start classify"), 12 + lost);
        assert_eq!((project.ends(), project.calls()), ((12, 1), 2));
        is_as_if_nothing_had_happened(&project, &TWELVE);
    }
}

#[test]
fn a_failure_is_shown_and_blocks_the_summary() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.fail(5);
    project.compile(&[]);
    project.complete();
    tells_of_the_failure(&project);
    project.mend(5);
    project.complete().says("Submitted 2 tasks in 2 jobs");
    project.each_ended_once(0..6);
    is_as_if_nothing_had_happened(&project, &[]);
}

#[test]
fn a_failure_of_a_local_run_is_shown_too() {
    let project = Project::light(None);
    project.fail(5);
    project.compile(&[]);
    project
        .local()
        .ends_with(1)
        .says("seed 5 does not converge")
        .says("2 shards are not done");
    tells_of_the_failure(&project);
    project.mend(5);
    project.local().ok();
    project.submit(&["--status"]).ok();
    project.each_ended_once(0..6);
}

fn tells_of_the_failure(project: &Project) {
    assert_eq!(project.ends(), (5, 0));
    assert_eq!(project.count("start summarise"), 0);
    project
        .submit(&["--status"])
        .ends_with(1)
        .says("classify: 1 failed (exit status 3): seed=5")
        .says("out/submit.sh --log 'classify[seed=5]'")
        .says("summarise: 1 blocked by classify[seed=5]");
    project
        .submit(&["--log", "classify[seed=5]"])
        .ok()
        .says("seed 5 does not converge");
    project
        .submit(&["--log", "summarise"])
        .ok()
        .says("classify[seed=5]");
}

#[test]
fn a_second_submission_is_refused_while_the_first_is_queued() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.hold(0..6);
    project.compile(&[]);
    project.submit(&[]).ok();
    let jobs = project.jobs();
    let refused = |options: &[&str]| {
        let said = project.submit(options).ends_with(1);
        let all_of_them = |said: super::project::Said| {
            jobs.iter().fold(said, |said, (_, id)| said.says(id));
        };
        all_of_them(said.says("is still queued or running: jobs"));
    };
    refused(&[]);
    refused(&["--local"]);
    // not by compiling something else either
    project.compile(&["--set", "seeds=0..7"]);
    refused(&[]);
    assert_eq!((project.calls(), project.jobs()), (2, jobs.clone()));
    project.let_go();
    project.wait_for_end();
    assert_eq!(project.ends(), (6, 1));
    project.complete().says("Submitted 2 tasks in 2 jobs");
    project.each_ended_once(0..7);
}

/// Jobs that were submitted later have run: the scheduler has had its chance.
fn nothing_runs(project: &Project) {
    let later = project.cluster().sbatch(&["--wrap=true"]);
    project.cluster().wait_for(&[&later]);
    assert_eq!(project.count_all("start"), 0);
}

#[test]
fn of_a_submission_that_is_cut_short_nothing_runs() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let kill = "kill -KILL \"$(cat \"$top/pid\")\"";
    let before = format!("if ((call == 2)); then {kill}; exit 1; fi");
    let after = format!("if ((call == 2)); then \"$real\" \"$@\"; {kill}; exit 1; fi");
    for script in [before, after] {
        let project = Project::light(Some(cluster));
        project.compile(&[]);
        project.before_sbatch(&script);
        assert_eq!(project.submit(&[]).status, None, "killed");
        assert!(project.queued() > 0);
        nothing_runs(&project);
        project
            .submit(&["--status"])
            .ends_with(3)
            .says("was not finished");
        let cut_short = project.jobs();

        project.sbatch_as_ever();
        let said = project.complete();
        let said = cut_short.iter().fold(said, |said, (_, id)| said.says(id));
        said.says("was not finished; its jobs")
            .says("Submitted 7 tasks in 2 jobs (submission 0002)");
        for (_, id) in cut_short {
            assert!(cluster.states(&id).contains("CANCELLED"));
        }
        project.each_ended_once(0..6);
        assert_eq!(project.ends(), (6, 1));
        project.nothing_to_do();
    }
}

#[test]
fn of_a_submission_with_a_call_that_fails_nothing_runs() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.compile(&[]);
    project.before_sbatch("if ((call >= 2)); then echo 'sbatch: error: no' >&2; exit 1; fi");
    project
        .submit(&[])
        .ends_with(1)
        .says("sbatch failed for 02-summarise: sbatch: error: no")
        .says("nothing of it will run");
    assert_eq!(project.queued(), 0);
    nothing_runs(&project);
    project.sbatch_as_ever();
    project.complete().says("Submitted 7 tasks in 2 jobs");
    assert_eq!(project.ends(), (6, 1));
    is_as_if_nothing_had_happened(&project, &[]);
}
