//! The optimiser changes the jobs, never the results: `-O0` and `-O1` give the same files and the
//! same records, run by bash alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support;

/// Cases whose jobs differ between the levels, or in which something is gathered.
const CASES: [&str; 8] = [
    "collect_single_calls",
    "fuse_a_chain",
    "fuse_groups",
    "groups",
    "odd_keys",
    "rows_of_a_sheet",
    "where",
    "uneven_costs",
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

/// Seeds from 4 on wait while there is a file `hold`; each start is noted.
const HELD: &str = r#"
process first(seed: Int) -> (out: File = "out.txt") {
  cost 1s * (1 + rem(seed, 3))
  script """
    echo "first $seed" >> "$LEDGER"
    if [[ $seed -ge 4 ]]; then while [[ -e $HOLD ]]; do sleep 0.1; done; fi
    echo "$seed" > "$out"
  """
}
process second(one: File) -> (out: File = "out.txt") {
  cost 1s
  script """
    echo "second $(cat "$one")" >> "$LEDGER"
    cat "$one" "$one" > "$out"
  """
}
process all(outs: [File]) -> (out: File = "all.txt") {
  cost 1s
  script """
    cat "${outs[@]}" > "$out"
  """
}
workflow {
  for seed in 0..8 {
    a = first(seed)
    b = second(one: a.out)
  }
  c = all(outs: b.out)
  publish c.out
}
"#;

#[test]
fn what_was_done_before_a_kill_at_one_level_is_not_done_again_at_the_other() {
    for (first, second) in [("0", "1"), ("1", "0")] {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("held.flow"), HELD).unwrap();
        fs::write(path("hold"), "").unwrap();
        let out = path("out");
        let local = |ledger: &str, level: &str| {
            let mut flowc = Command::new(env!("CARGO_BIN_EXE_flowc"));
            flowc.arg(path("held.flow")).arg("-o").arg(&out);
            flowc
                .arg("--site")
                .arg(support::root("tests/sites/two_slots.toml"));
            let ended = flowc.arg(format!("-O{level}")).output().unwrap();
            assert!(ended.status.success(), "{ended:?}");
            let mut submit = Command::new("setsid");
            submit.arg("bash").arg(out.join("submit.sh"));
            submit.args(["--local", "-j", "2"]);
            submit.env("LEDGER", path(ledger)).env("HOLD", path("hold"));
            submit.stdout(std::process::Stdio::null());
            submit.spawn().unwrap()
        };
        let done = || {
            let work = files(&out.join("run/work"));
            let done = work.iter().filter(|it| it.ends_with(".flow"));
            done.cloned().collect::<Vec<_>>()
        };
        let mut killed = local("before", first);
        let started = || fs::read_to_string(path("before")).unwrap_or_default();
        // All that may go on has ended, and two shards wait.
        while done().len() < 4 || !started().contains('4') {
            assert!(
                killed.try_wait().unwrap().is_none(),
                "-O{first} ended by itself"
            );
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        // Tasks and scripts lead groups of their own; the session holds them all.
        Command::new("pkill")
            .args(["-9", "-s", &killed.id().to_string()])
            .status()
            .unwrap();
        killed.wait().unwrap();
        let kept = done();
        fs::remove_file(path("hold")).unwrap();

        assert!(local("after", second).wait().unwrap().success());
        let again = fs::read_to_string(path("after")).unwrap();
        for record in &kept {
            let columns = support::read(record);
            let columns: Vec<_> = columns.split('\t').collect();
            let [call, seed] = [columns[1], columns[2].trim_start_matches("seed=")];
            let line = format!("{call} {seed}");
            assert!(
                !again.lines().any(|it| it == line),
                "{line}: done again at -O{second}"
            );
        }
        let all = fs::read_to_string(out.join("run/results/all.txt")).unwrap();
        let whole: String = (0..8).map(|seed| format!("{seed}\n{seed}\n")).collect();
        assert_eq!(all, whole);
    }
}

/// Published files, and of each shard what its record says of version, inputs, id and outputs.
pub type Results = (BTreeMap<PathBuf, String>, Vec<String>);

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

pub fn outcome(out: &Path) -> Results {
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
        // What runs may remove a folder meanwhile.
        for entry in fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}
