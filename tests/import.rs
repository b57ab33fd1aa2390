//! `flowc import`: what becomes of scripts that were written by hand.
//!
//! `tests/import/NAME/` has scripts and what they need; the program is in `snapshots/import/NAME.snap`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support;

/// Folders, and the scripts in them that are imported.
const CASES: [(&str, &[&str]); 10] = [
    ("annz_array", &["annz.sbatch"]),
    ("chain", &["first.sh", "second.sh"]),
    ("gpu_job", &["train.slurm"]),
    ("jobs", &["commands.txt"]),
    ("jobs_twice", &["jobs.txt"]),
    ("lines_of_a_file", &["fit.sh"]),
    ("names_of_files", &["reduce.slurm"]),
    ("odd_quoting", &["odd.sh"]),
    ("unknown_options", &["job.sh"]),
    ("windows", &["work.sbatch"]),
];

fn flowc(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
    command.args(args).current_dir(folder).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A copy of a case.
fn copy(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = support::root(&format!("tests/import/{name}"));
    let copied = Command::new("cp")
        .arg("-R")
        .arg(from.join("."))
        .arg(folder.path())
        .status();
    assert!(copied.unwrap().success());
    folder
}

fn succeeds(folder: &Path, args: &[&str]) -> String {
    let ended = flowc(folder, args);
    assert!(ended.status.success(), "{args:?}\n{}", text(&ended.stderr));
    text(&ended.stdout)
}

#[test]
fn every_script_becomes_a_program_without_errors() {
    for (name, scripts) in CASES {
        let folder = copy(name);
        let program = [&["import", "-o", "program.flow"], scripts].concat();
        succeeds(folder.path(), &program);
        succeeds(folder.path(), &["check", "program.flow"]);
        succeeds(folder.path(), &["fmt", "--check", "program.flow"]);
        let written = support::read(&folder.path().join("program.flow"));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots/import");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, written));
    }
}

/// The script by hand, an element after the other, in the folder that it was submitted from.
fn by_hand(folder: &Path, script: &str, indices: std::ops::RangeInclusive<u32>) {
    for index in indices {
        let mut command = Command::new("bash");
        command.args([
            "-c",
            "module() { :; }; export -f module; exec bash \"$0\"",
            script,
        ]);
        command.current_dir(folder);
        command.env("SLURM_SUBMIT_DIR", folder);
        command.env("SLURM_CPUS_PER_TASK", "2");
        command.env("SLURM_ARRAY_TASK_ID", index.to_string());
        let ended = command.output().unwrap();
        assert!(ended.status.success(), "{}", text(&ended.stderr));
    }
}

/// Names and texts below a folder.
fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().into(), support::read(&path)))
        .collect();
    found.sort();
    found
}

#[test]
fn a_program_makes_what_its_script_made_by_hand() {
    for (name, script, made, indices) in [
        ("annz_array", "annz.sbatch", "results", 0..=19),
        ("lines_of_a_file", "fit.sh", "fits", 1..=3),
        ("names_of_files", "reduce.slurm", "reduced", 0..=2),
    ] {
        let (ours, hand) = (copy(name), copy(name));
        fs::create_dir_all(hand.path().join(made)).unwrap();
        by_hand(hand.path(), script, indices);
        succeeds(ours.path(), &["import", script, "-o", "program.flow"]);
        // There are no modules here.
        let program = ours.path().join("program.flow");
        let lines = support::read(&program);
        let without = lines.lines().filter(|it| !it.trim().starts_with("module "));
        let without: String = without.flat_map(|it| [it, "\n"]).collect();
        fs::write(&program, without).unwrap();
        succeeds(ours.path(), &["run", "program.flow"]);
        let results = ours.path().join("out/run/results").join(made);
        assert_eq!(files(&results), files(&hand.path().join(made)), "{name}");
    }
}

#[test]
fn a_file_of_commands_runs() {
    let folder = copy("jobs_twice");
    succeeds(folder.path(), &["import", "jobs.txt"]);
    let said = succeeds(folder.path(), &["run", "jobs.flow"]);
    assert!(said.contains("jobs: 3 of 3 done"), "{said}");
}

#[test]
fn a_program_is_not_written_over() {
    let folder = copy("windows");
    let said = succeeds(folder.path(), &["import", "work.sbatch"]);
    insta::assert_snapshot!(said, @"work.flow: read its comments, then `flowc run work.flow` here, or `flowc work.flow` for SLURM");
    let ended = flowc(folder.path(), &["import", "work.sbatch"]);
    assert_eq!(ended.status.code(), Some(2));
    insta::assert_snapshot!(text(&ended.stderr), @r"
    error: `work.flow` is there already
      help: name another file with `-o`, or remove it
    ");
    let shown = succeeds(folder.path(), &["import", "work.sbatch", "-o", "-"]);
    assert_eq!(shown, support::read(&folder.path().join("work.flow")));
    let ended = flowc(folder.path(), &["import", "none.sh"]);
    assert_eq!(ended.status.code(), Some(2));
}
