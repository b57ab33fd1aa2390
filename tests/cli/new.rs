//! `flowc new`: what it makes runs.

use std::fs;

use super::annz;
use crate::support;

#[test]
fn a_new_workflow_runs() {
    let folder = annz();
    let made = folder.flowc(&["new", "study"]).fine();
    insta::assert_snapshot!(made, @r"
    study/: a workflow that runs; its README.md tells more
    next: cd study && flowc run study.flow
    ");
    let program = "study/study.flow";
    for args in [
        &["check", program][..],
        &["fmt", "--check", program],
        &["run", program, "-o", "study/out"],
    ] {
        folder.flowc(args).fine();
    }
    let summary = folder.path("study/out/run/results/summary.csv");
    insta::assert_snapshot!(support::read(&summary), @r"
    seed,mean
    0,9.728750
    1,9.739750
    2,9.784250
    3,9.806000
    4,9.774000
    5,9.838750
    6,9.780250
    7,9.749500
    8,9.791250
    9,9.824000
    all,9.781650
    spread,0.035581
    ");
}

#[test]
fn an_empty_folder_and_a_path_are_fine() {
    let folder = annz();
    fs::create_dir(folder.path("empty")).unwrap();
    assert_eq!(folder.flowc(&["new", "empty/"]).status, 0);
    assert_eq!(folder.flowc(&["new", "work/2026/bao_dr3"]).status, 0);
    assert!(folder.path("work/2026/bao_dr3/bao_dr3.flow").exists());
    let readme = folder.read("work/2026/bao_dr3/README.md");
    assert!(readme.contains("flowc run bao_dr3.flow"), "{readme}");
}

#[test]
fn nothing_is_overwritten_and_names_are_plain() {
    let folder = annz();
    folder.write("data/file", "");
    for (name, words) in [
        ("data", "`data` is there already, and is not empty"),
        ("annz.flow", "`annz.flow` cannot be the name of a workflow"),
        ("data/file", "`data/file` is a file"),
        ("two words", "`two words` cannot be the name of a workflow"),
        (".", "`.` cannot be the name of a workflow"),
        ("-x", "unexpected argument"),
    ] {
        let ended = folder.flowc(&["new", name]);
        assert_eq!((ended.status, ended.stdout.as_str()), (2, ""), "{name}");
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
}
