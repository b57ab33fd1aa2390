//! Why something runs again: `submit.sh --dry-run`, `--status` and `flowc plan --diff`.

use std::process::Command;

use super::annz;
use crate::support::{Ended, Folder};

const PROGRAM: &str = r#"
param names: [String] = ["a", "b", "c"]
param least: Int = 2

process find(text: File, least: Int) -> (out: File = "found.txt") {
  uses "bin/find.sh"
  script """
    bash bin/find.sh "$text" "$least" > "$out"
  """
}

process count(found: [File]) -> (out: File = "count.txt") {
  script """
    echo "${#found[@]}" > "$out"
  """
}

workflow {
  for name in names {
    one = find(text: "data/{name}.txt", least)
  }
  all = count(found: one.out)
  publish all.out
}
"#;

fn texts() -> Folder {
    let folder = annz();
    folder.write("find.flow", PROGRAM);
    folder.write("bin/find.sh", "cat \"$1\"\n");
    for name in ["a", "b", "c"] {
        folder.write(&format!("data/{name}.txt"), name);
    }
    folder.flowc(&["find.flow", "-o", "out"]).fine();
    folder
}

fn submit(folder: &Folder, options: &[&str]) -> Ended {
    folder.run(Command::new("out/submit.sh").args(options))
}

#[test]
fn what_makes_a_version_another_one_is_named() {
    let folder = texts();
    submit(&folder, &["--local"]).fine();
    folder.write("bin/find.sh", "head -n 1 \"$1\"\n");
    let program = PROGRAM.replace("${#found[@]}", "${#found[@]} of ${#found[@]}");
    folder.write("find.flow", program);
    let set = ["--set", "least=3"];
    let diff = folder.flowc(&[&["plan", "find.flow", "--diff", "out"], &set[..]].concat());
    insta::assert_snapshot!(diff.stdout, @r"
    The jobs are the same.

    Where all of the other is done, with files as they are now:
    call   same  new  again  gone  why
    find      0    0      3     0  its version changes: least 2 → 3, bin/find.sh
    count     0    0      1     0  its version changes: script
    find again: name=a name=b name=c
    ");
    folder
        .flowc(&[&["find.flow", "-o", "out"], &set[..]].concat())
        .fine();
    let would = submit(&folder, &["--dry-run"]);
    insta::assert_snapshot!(would.stdout, @r"
    find: 0 of 3 done, 3 would run
        3: version changed: least 2 → 3, bin/find.sh
    count: 0 of 1 done, 1 would run
        1: version changed: script
    job 01-find: 3 tasks
    job 02-count: 1 task, afterany:01-find
    ");
    submit(&folder, &["--local"]).fine();

    // What was not looked at for a while is compared with what made it.
    folder
        .flowc(&["find.flow", "-o", "out", "--set", "names=[\"a\"]"])
        .fine();
    submit(&folder, &["--local"]).fine();
    folder
        .flowc(&["find.flow", "-o", "out", "--set", "least=4"])
        .fine();
    let would = submit(&folder, &["--dry-run"]);
    would.shows("1: version changed: least 2 → 4");
    would.shows("2: version changed: least 3 → 4");
}

#[test]
fn what_failed_before_a_change_has_run() {
    let folder = texts();
    folder.write("bin/find.sh", "grep -v b \"$1\"\n");
    folder.flowc(&["find.flow", "-o", "out"]).fine();
    assert_eq!(submit(&folder, &["--local"]).status, 1);
    folder.write("bin/find.sh", "cat \"$1\"\n");
    folder.flowc(&["find.flow", "-o", "out"]).fine();
    let would = submit(&folder, &["--dry-run"]);
    would.shows("1: failed before; version changed: bin/find.sh");
    would.shows("2: version changed: bin/find.sh");
    would.shows("count: 0 of 1 done, 1 would run\n    1: never ran");
}

#[test]
fn who_looks_need_not_have_the_files() {
    let folder = texts();
    submit(&folder, &["--local"]).fine();
    std::fs::remove_file(folder.path("data/b.txt")).unwrap();
    let status = submit(&folder, &["--status"]);
    assert_eq!(status.status, 0, "{status:#?}");
    assert!(status.stderr.contains("'./data/b.txt'"), "{status:#?}");
    submit(&folder, &["--dry-run"]).fails(1, "files that the program reads are missing");

    // Others that changed are told, and so are those that were never there.
    folder.write("data/c.txt", "changed");
    let set = "names=[\"a\", \"b\", \"c\", \"d\"]";
    folder
        .flowc(&["find.flow", "-o", "out", "--set", set])
        .fine();
    let why = submit(&folder, &["--status", "--why"]);
    why.shows("find: 1: text changed");
    why.shows("find: 1: never ran");
}

#[test]
fn a_shard_is_named_by_its_key_alone() {
    let folder = texts();
    submit(&folder, &["--local"]).fine();
    submit(&folder, &["--log", "find[b]"]).shows("::flow end find name=b done");
    submit(&folder, &["--log", "find[.b]"]).fails(1, "there is no such shard");
    submit(&folder, &["--dry-run", "--rerun", "find[c]"]).shows("find: 2 of 3 done, 1 would run");
    submit(&folder, &["--dry-run", "--rerun", "find[name=c]"]).shows("1: run again, as told");
    submit(&folder, &["--dry-run", "--rerun", "find[d]"]).fails(1, "there is no such shard");
}
