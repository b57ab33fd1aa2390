//! The example itself, with the real programs.

use std::fs;
use std::process::Command;

use super::project::{Project, Said};
use crate::slurm::Cluster;
use crate::support;

const FILES: [&str; 4] = [
    "annz.flow",
    "annz_class.py",
    "summarise.py",
    "make_catalog.py",
];

fn annz(cluster: Option<&Cluster>) -> Project<'_> {
    let project = Project::new(cluster, "annz", "annz.flow");
    let example = support::root("examples/annz");
    for name in FILES {
        fs::copy(example.join(name), project.folder.join(name)).unwrap();
    }
    fs::create_dir(project.folder.join("data")).unwrap();
    let mut python = Command::new("python3");
    python.args(["make_catalog.py", "--out", "data/galaxies.csv"]);
    Said::of(python.current_dir(&project.folder)).ok();
    project
}

/// What a submission would run: shards of classify and of summarise.
fn would_run(project: &Project) -> (usize, usize) {
    let said = project.submit(&["--dry-run"]).ok();
    let count = |call: &str| {
        let line = said.text.lines().find(|line| line.starts_with(call));
        let mut words = line.unwrap().rsplit(' ');
        words.nth(2).unwrap().parse().unwrap()
    };
    (count("classify:"), count("summarise:"))
}

#[test]
fn a_hundred_seeds_of_annz_are_two_calls() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = annz(Some(cluster));
    project.compile(&[]);
    project.complete();
    assert_eq!(project.calls(), 2);
    let elements: usize = project
        .jobs()
        .iter()
        .map(|(_, id)| cluster.elements(id).len())
        .sum();
    assert!((2..=101).contains(&elements), "{elements} array elements");
    project.submit(&["--status"]).ok();
    for name in ["summary.csv", "means.csv", "summary.svg"] {
        let expected = support::root("examples/annz/expected").join(name);
        assert_eq!(project.result(name), support::read(&expected), "{name}");
    }
    project.nothing_to_do();

    let more = ["--set", "seeds=0..120"];
    project.compile(&more);
    assert_eq!(would_run(&project), (20, 1));
    project.compile(&[]);
    assert_eq!(would_run(&project), (0, 0));
    project.append("summarise.py", "# a comment\n");
    project.compile(&[]);
    assert_eq!(would_run(&project), (0, 1));
    project.append("annz_class.py", "# a comment\n");
    project.compile(&[]);
    assert_eq!(would_run(&project), (100, 1));
}

/// The catalogues that the published study was made with are no part of this repository.
#[test]
fn real_catalogues_give_redshifts() {
    let shared = support::root("../shared/data");
    for (name, galaxies) in [("boss_dr10_0.csv", 6000), ("atlas_radio.csv", 1162)] {
        let catalog = shared.join(name);
        if !catalog.exists() {
            eprintln!("!!!! LEFT OUT: {} is not there", catalog.display());
            continue;
        }
        let project = annz(None);
        let catalog = format!("catalog={}", catalog.display());
        project.compile(&["--set", "seeds=0..2", "--set", &catalog]);
        project.submit(&["--local"]).ok();
        let summary = project.result("summary.csv");
        let rows: Vec<_> = summary
            .lines()
            .map(|row| row.split(',').collect::<Vec<_>>())
            .collect();
        assert_eq!(rows.len(), 3, "{summary}");
        let column = |row: usize, name: &str| -> f64 {
            let at = rows[0].iter().position(|head| *head == name).unwrap();
            rows[row][at].parse().unwrap()
        };
        for row in 1..=2 {
            let parts = ["n_train", "n_valid", "n_test"].map(|part| column(row, part));
            assert_eq!(parts.iter().sum::<f64>(), f64::from(galaxies), "{summary}");
            assert!((0.001..0.1).contains(&column(row, "nmad")), "{summary}");
        }
    }
}

#[test]
fn the_programs_of_the_example_pass_their_own_tests() {
    let mut python = Command::new("python3");
    python.args(["-m", "unittest", "-q"]);
    Said::of(python.current_dir(support::root("examples/annz"))).ok();
}

/// Folders named `seed=42` are columns for readers that know of Hive's way.
#[test]
fn shards_are_read_as_a_table() {
    let project = annz(None);
    let venv = project.top().join("venv");
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&venv)
        .output();
    let mut pip = Command::new(venv.join("bin/pip"));
    pip.args(["install", "--quiet", "duckdb"]);
    let installed = made.is_ok_and(|it| it.status.success())
        && pip.output().is_ok_and(|it| it.status.success());
    if !installed {
        eprintln!("!!!! LEFT OUT: duckdb cannot be installed here");
        return;
    }
    project.compile(&["--set", "seeds=0..3"]);
    project.local().ok();
    let mut python = Command::new(venv.join("bin/python"));
    python
        .arg(support::root("examples/annz/read_runs.py"))
        .arg("out/run");
    let said = Said::of(python.current_dir(&project.folder)).ok();
    said.says("split").says("[(3, 0.0");
}
