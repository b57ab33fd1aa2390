//! `flowc import`: what becomes of scripts that were written by hand.
//!
//! `tests/import/NAME/` has scripts and what they need; the program is in `snapshots/import/NAME.snap`.

use std::fs;
use std::process::Command;

use crate::main_job::project::tree;
use crate::support::{self, Folder};

/// Folders, and the scripts in them that are imported.
const CASES: [(&str, &[&str]); 16] = [
    ("annz_array", &["annz.sbatch"]),
    ("array_of_a_pattern", &["count.sh"]),
    ("chain", &["first.sh", "second.sh"]),
    ("environment", &["fit.sbatch"]),
    ("files_of_a_pattern", &["brightest.sbatch"]),
    ("folder_of_its_own", &["annz.sbatch"]),
    ("gpu_job", &["train.slurm"]),
    ("jobs", &["commands.txt"]),
    ("jobs_twice", &["jobs.txt"]),
    ("lines_of_a_file", &["fit.sh"]),
    ("names_of_files", &["reduce.slurm"]),
    ("no_shell", &["note.txt"]),
    ("odd_quoting", &["odd.sh"]),
    ("unknown_options", &["job.sh"]),
    ("windows", &["work.sbatch"]),
    ("words_of_an_array", &["smooth.sbatch"]),
];

/// A copy of a case.
fn copy(name: &str) -> Folder {
    let folder = Folder::empty();
    let from = support::root(&format!("tests/import/{name}"));
    let mut copy = Command::new("cp");
    folder
        .run(copy.arg("-R").arg(from.join(".")).arg("."))
        .fine();
    folder
}

fn succeeds(folder: &Folder, args: &[&str]) -> String {
    let ended = folder.flowc(args);
    assert_eq!(ended.status, 0, "{args:?}: {ended:#?}");
    ended.stdout
}

#[test]
fn every_script_becomes_a_program_without_errors() {
    for (name, scripts) in CASES {
        let folder = copy(name);
        let program = [&["import", "-o", "program.flow"], scripts].concat();
        succeeds(&folder, &program);
        succeeds(&folder, &["check", "program.flow"]);
        succeeds(&folder, &["fmt", "--check", "program.flow"]);
        let written = folder.read("program.flow");
        support::snapshot("snapshots/import", name, &written);
    }
}

/// The script by hand, an element after the other, in the folder that it was submitted from.
fn by_hand(folder: &Folder, script: &str, indices: std::ops::RangeInclusive<u32>) {
    for index in indices {
        let mut command = Command::new("bash");
        command.args([
            "-c",
            "module() { :; }; export -f module; exec bash \"$0\"",
            script,
        ]);
        command.env("SLURM_SUBMIT_DIR", folder.path(""));
        command.env("SLURM_CPUS_PER_TASK", "2");
        command.env("SLURM_ARRAY_TASK_ID", index.to_string());
        let ended = folder.run(&mut command);
        assert_eq!(ended.status, 0, "{ended:#?}");
    }
}

#[test]
fn a_program_makes_what_its_script_made_by_hand() {
    for (name, script, made, indices) in [
        ("annz_array", "annz.sbatch", "results", 0..=19),
        ("files_of_a_pattern", "brightest.sbatch", "brightest", 1..=3),
        ("folder_of_its_own", "annz.sbatch", "runs", 1..=3),
        ("lines_of_a_file", "fit.sh", "fits", 1..=3),
        ("names_of_files", "reduce.slurm", "reduced", 0..=2),
        ("words_of_an_array", "smooth.sbatch", "smoothed", 0..=2),
    ] {
        let (ours, hand) = (copy(name), copy(name));
        fs::create_dir_all(hand.path(made)).unwrap();
        by_hand(&hand, script, indices);
        succeeds(&ours, &["import", script, "-o", "program.flow"]);
        // There are no modules here.
        let lines = ours.read("program.flow");
        let without = lines.lines().filter(|it| !it.trim().starts_with("module "));
        let without: String = without.flat_map(|it| [it, "\n"]).collect();
        ours.write("program.flow", without);
        succeeds(&ours, &["run", "program.flow"]);
        let results = ours.path("out/run/results").join(made);
        assert_eq!(tree(&results), tree(&hand.path(made)), "{name}");
    }
}

#[test]
fn a_file_of_commands_runs() {
    let folder = copy("jobs_twice");
    succeeds(&folder, &["import", "jobs.txt"]);
    let said = succeeds(&folder, &["run", "jobs.flow"]);
    assert!(said.contains("jobs: 3 of 3 done"), "{said}");
}

#[test]
fn a_program_is_not_written_over() {
    let folder = copy("windows");
    let said = succeeds(&folder, &["import", "work.sbatch"]);
    insta::assert_snapshot!(said, @"work.flow: read its comments, then `flowc run work.flow` here, or `flowc work.flow` for SLURM");
    let ended = folder.flowc(&["import", "work.sbatch"]);
    assert_eq!(ended.status, 2);
    insta::assert_snapshot!(ended.stderr, @r"
    error: `work.flow` is there already
      help: name another file with `-o`, or remove it
    ");
    let shown = succeeds(&folder, &["import", "work.sbatch", "-o", "-"]);
    assert_eq!(shown, folder.read("work.flow"));
    assert_eq!(folder.flowc(&["import", "none.sh"]).status, 2);
}
