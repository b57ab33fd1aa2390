//! What is run again after a change, and what is not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use super::project::{Project, Said, tree};
use crate::slurm::Cluster;

#[test]
fn twenty_more_seeds_run_twenty_shards_and_the_summary() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.compile(&["--set", "seeds=0..100"]);
    project.complete().says("Submitted 101 tasks in 2 jobs");
    assert_eq!((project.calls(), project.ends()), (2, (100, 1)));
    project.nothing_to_do();

    project.compile(&["--set", "seeds=0..120"]);
    project.complete().says("Submitted 21 tasks in 2 jobs");
    assert_eq!((project.calls(), project.ends()), (4, (120, 2)));
    project.each_ended_once(0..120);
    assert_eq!(project.result("summary.csv").lines().count(), 121);
    project.nothing_to_do();
}

#[test]
fn what_changed_is_run_again_and_nothing_else() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.compile(&[]);
    project.complete();
    assert_eq!(project.ends(), (6, 1));

    project.append("summarise.sh", "echo end\n");
    refused_until_compiled(&project, "summarise.sh");
    project.compile(&[]);
    project.complete().says("Submitted 1 task in 1 job");
    assert_eq!(project.ends(), (6, 2));
    assert!(project.result("summary.csv").ends_with("\nend\n"));

    project.append("annz_class.sh", "echo more\n");
    refused_until_compiled(&project, "annz_class.sh");
    project.compile(&[]);
    project.complete();
    assert_eq!(project.ends(), (12, 3));

    // a catalogue is no code: what it holds is looked at when submitting
    project.append("data/galaxies.csv", "0.6,22.1,21.2\n");
    project
        .submit(&["--status", "--why"])
        .ends_with(3)
        .says("classify: 6: catalog changed");
    project.complete();
    assert_eq!(project.ends(), (18, 4));
    project.nothing_to_do();
}

#[test]
fn code_that_is_made_executable_is_compiled_anew_and_runs_nothing() {
    let project = Project::light(None);
    project.compile(&[]);
    project.submit(&["--local"]).ends_with(0);
    let script = project.folder.join("summarise.sh");
    fs::set_permissions(script, fs::Permissions::from_mode(0o755)).unwrap();
    project
        .submit(&["--local"])
        .ends_with(1)
        .says("summarise.sh (is executable now)")
        .says("compile again");
    project.compile(&[]);
    project
        .submit(&["--local"])
        .ends_with(0)
        .says("Nothing to do: all shards are done.");
}

fn refused_until_compiled(project: &Project, file: &str) {
    let (calls, ends) = (project.calls(), project.ends());
    project
        .submit(&[])
        .ends_with(1)
        .says("changed since the workflow was compiled")
        .says(file)
        .says("compile again");
    assert_eq!((project.calls(), project.ends()), (calls, ends));
}

#[test]
fn resources_comments_and_layout_run_nothing() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = Project::light(Some(cluster));
    project.compile(&[]);
    project.complete();
    let nothing_runs = || {
        project.compile(&[]);
        project.nothing_to_do();
    };
    for (from, to) in [
        ("memory 20MB", "memory 30MB"),
        ("time   5m", "time 6m"),
        ("memory 30MB", "memory 30MB\n  cost 1s"),
        (
            "param seeds",
            "// which splits to try\n/// seeds\nparam seeds",
        ),
        ("    run = classify", "\n\n          run  =  classify"),
        ("process summarise", "\n\n\nprocess   summarise"),
    ] {
        project.replace("light.flow", from, to);
        nothing_runs();
    }
    let text = fs::read_to_string(project.folder.join("light.flow")).unwrap();
    project.write("light.flow", deeper(&text));
    nothing_runs();
    assert_eq!((project.calls(), project.ends()), (2, (6, 1)));
}

/// The scripts stand further to the right.
fn deeper(text: &str) -> String {
    let mut parts: Vec<String> = text.split("\"\"\"").map(str::to_owned).collect();
    for script in parts.iter_mut().skip(1).step_by(2) {
        *script = script.replace("\n    ", "\n          ");
    }
    parts.join("\"\"\"")
}

#[test]
fn another_place_or_another_time_runs_nothing() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let mut project = Project::light(Some(cluster));
    project.compile(&[]);
    project.complete();
    project.nothing_to_do();

    let files = tree(&project.folder);
    let names = files.keys().filter(|path| !path.starts_with("out/run"));
    run("touch", &project.folder, names);
    project.nothing_to_do();

    let old = project.folder.clone();
    let top = project.top().to_owned();
    project.folder = top.join("copy");
    run("cp", &top, [Path::new("-r"), &old, &project.folder]);
    project.nothing_to_do();
    project.compile(&[]).says("unchanged");
    project.nothing_to_do();

    project.folder = top.join("moved there");
    fs::rename(top.join("copy"), &project.folder).unwrap();
    project.nothing_to_do();

    // the run folder alone; a link leads to it
    let runs = top.join("scratch");
    fs::rename(project.run(), &runs).unwrap();
    project.variable("FLOW_RUN", &runs);
    project.nothing_to_do();

    // a clone has no run folder: records are not committed
    commit(&old);
    project.folder = top.join("clone");
    run(
        "git",
        &top,
        [Path::new("clone"), Path::new("-q"), &old, &project.folder],
    );
    assert!(!project.run().exists());
    project.nothing_to_do();
    project.compile(&[]).says("unchanged");
    project.nothing_to_do();
    assert_eq!((project.calls(), project.ends()), (2, (6, 1)));
}

fn commit(folder: &Path) {
    run("git", folder, ["init", "-q"]);
    run("git", folder, ["add", "."]);
    let who = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    run(
        "git",
        folder,
        [&who[..], &["commit", "-qm", "all"]].concat(),
    );
}

fn run<I, S>(program: &str, folder: &Path, arguments: I)
where
    I: IntoIterator<Item = S>,
    S: AsRef<std::ffi::OsStr>,
{
    let mut command = Command::new(program);
    Said::of(command.args(arguments).current_dir(folder)).ok();
}
