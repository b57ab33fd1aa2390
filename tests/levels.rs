//! The optimiser changes the jobs, never the results: `-O0` and `-O1` give the same files and the
//! same records, run by bash alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support;

/// Cases whose jobs differ between the levels, or in which something is gathered.
const CASES: [&str; 5] = [
    "collect_single_calls",
    "fuse_a_chain",
    "fuse_groups",
    "odd_keys",
    "rows_of_a_sheet",
];

#[test]
fn both_levels_give_the_same_files_and_records() {
    for case in CASES {
        let folder = tempfile::tempdir().unwrap();
        let [plain, optimised] = ["0", "1"].map(|level| run(case, folder.path(), level));
        assert!(!plain.0.is_empty() && !plain.1.is_empty(), "{case}");
        assert_eq!(plain, optimised, "{case}");
    }
}

#[test]
fn what_one_level_did_the_other_does_not_do_again() {
    for (first, second) in [("0", "1"), ("1", "0")] {
        let folder = tempfile::tempdir().unwrap();
        let before = run("fuse_groups", folder.path(), first);
        fs::rename(
            folder.path().join(format!("out{first}")),
            folder.path().join(format!("out{second}")),
        )
        .unwrap();
        let out = compile("fuse_groups", folder.path(), second);
        let said = submit(&out);
        assert!(
            said.contains("othing"),
            "-O{first}, then -O{second}: {said}"
        );
        assert_eq!(before, outcome(&out));
    }
}

/// Published files, and of each shard what its record says of version, inputs, id and outputs.
type Results = (BTreeMap<PathBuf, String>, Vec<String>);

fn run(case: &str, folder: &Path, level: &str) -> Results {
    let out = compile(case, folder, level);
    submit(&out);
    outcome(&out)
}

fn compile(case: &str, folder: &Path, level: &str) -> PathBuf {
    let cases = support::root("tests/cases");
    copy(&cases.join("data"), &folder.join("data"));
    let program = folder.join(format!("{case}.flow"));
    fs::copy(cases.join(format!("{case}.flow")), &program).unwrap();
    let out = folder.join(format!("out{level}"));
    let mut flowc = Command::new(env!("CARGO_BIN_EXE_flowc"));
    flowc
        .arg(&program)
        .arg("-o")
        .arg(&out)
        .arg(format!("-O{level}"));
    let text = support::read(&program);
    if let Some((_, site)) = support::heads(&text).find(|(key, _)| *key == "site") {
        flowc
            .arg("--site")
            .arg(support::root(&format!("tests/sites/{site}.toml")));
    }
    let ended = flowc.output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    out
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let copy = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(&file, copy).unwrap();
    }
}

fn submit(out: &Path) -> String {
    let mut bash = Command::new("bash");
    let ended = bash
        .arg(out.join("submit.sh"))
        .arg("--local")
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

fn outcome(out: &Path) -> Results {
    let results = out.join("run/results");
    let published = files(&results);
    let published = published.iter().map(|path| {
        let name = path.strip_prefix(&results).unwrap().to_owned();
        (name, support::read(path))
    });
    let mut records = Vec::new();
    for path in files(&out.join("run/work")) {
        if path.file_name().is_some_and(|name| name == ".flow") {
            let record = support::read(&path);
            let columns: Vec<_> = record.trim_end().split('\t').collect();
            records.push([&columns[..6], &columns[10..13]].concat().join("\t"));
        }
    }
    records.sort();
    (published.collect(), records)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}
