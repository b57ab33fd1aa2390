//! The whole study of `examples/photoz`: over 10,000 shards compile and are planned; two seeds run.

use std::fs;
use std::process::Command;

use super::project::{Project, Said};
use crate::slurm::Cluster;
use crate::support;

/// Fewer machines and components than the study has, so that a test is done soon.
const SMALL: [&str; 8] = [
    "--set",
    "seeds=0..2",
    "--set",
    "regression_machines=0..6",
    "--set",
    "class_machines=0..5",
    "--set",
    "components=4",
];

fn photoz(cluster: Option<&Cluster>) -> Project<'_> {
    let project = Project::new(cluster, "photoz", "photoz.flow");
    let example = support::root("examples/photoz");
    for name in ["photoz.flow", "photoz.py", "annz_class.py"] {
        fs::copy(example.join(name), project.folder.join(name)).unwrap();
    }
    for name in ["machines/regression.txt", "machines/classification.txt"] {
        project.write(name, support::read(&example.join(name)));
    }
    project.write("data/galaxies.csv", catalogue(&project));
    project
}

/// A published catalogue, which is no part of this repository; else a simulated one.
fn catalogue(project: &Project<'_>) -> Vec<u8> {
    let published = support::root("../shared/data/boss_dr10_0.csv");
    if published.exists() {
        return fs::read(published).unwrap();
    }
    eprintln!(
        "!!!! {} is not there: a simulated catalogue",
        published.display()
    );
    let path = project.top().join("galaxies.csv");
    let mut python = Command::new("python3");
    python
        .arg(support::root("examples/annz/make_catalog.py"))
        .arg("--out")
        .arg(&path);
    Said::of(&mut python).ok();
    fs::read(path).unwrap()
}

#[test]
fn the_study_compiles_and_is_planned() {
    let project = photoz(None);
    project.compile(&[]).says("27315 shards");
    let mut plan = Command::new(env!("CARGO_BIN_EXE_flowc"));
    plan.args(["plan", "photoz.flow"])
        .current_dir(&project.folder);
    Said::of(&mut plan).ok().says("train");
}

#[test]
fn two_seeds_of_the_study_run() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = photoz(Some(cluster));
    project.compile(&SMALL);
    project.complete();
    let comparison = project.result("comparison.csv");
    let rows: Vec<Vec<&str>> = comparison
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    assert_eq!(rows.len(), 9, "{comparison}");
    for row in &rows[1..] {
        let nmad: f64 = row[7].parse().unwrap();
        assert!(
            row[2] == "2" && (0.001..0.2).contains(&nmad),
            "{comparison}"
        );
    }
    assert_eq!(project.result("regression/annz.csv").lines().count(), 3);
    project.nothing_to_do();
}
