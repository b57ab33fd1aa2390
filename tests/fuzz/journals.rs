//! Journals, by each awk that is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flowc::records::{Record, Shards, Standing};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Runs, edited, edits, fuzz, in_proportion, time};
use crate::support;

/// Lines of a journal.
const LINES: usize = 400;

/// Lines of journals: records of few shards, whole, with slips, or such as lead elsewhere. Each awk says the same, keeps
/// every shard that has a whole `done` record, writes nothing but records of calls, and does not fail.
#[test]
fn journals_with_slips_are_read_alike() {
    let awks = awks();
    let record = (0..8_usize, 0..6_usize, 0..4_u32, 1..4_u32, 0..4_usize);
    let slip = proptest::option::weighted(0.4, edits());
    let place = proptest::option::weighted(0.1, (0..9_usize, 0..7_usize));
    let runs = Runs {
        usually: 12,
        inputs: LINES as u32,
    };
    fuzz(runs, vec((record, slip, place), LINES), |lines| {
        let mut text = String::new();
        let mut done = BTreeSet::new();
        for (record, edits, place) in &lines {
            let line = journal_line(*record);
            let line = place.map_or(line.clone(), |place| elsewhere(&line, place));
            let line = edits
                .as_ref()
                .map_or(line.clone(), |edits| edited(&line, edits).replace('\0', ""));
            text += &line;
            text.push('\n');
        }
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            if fields.len() == 18
                && fields[17] == "."
                && fields[0] == "done"
                && inside(fields[1], fields[2])
            {
                done.insert((fields[1].to_owned(), fields[2].to_owned()));
            }
        }
        let answers: Vec<String> = awks.iter().map(|awk| compacted(awk, &text)).collect();
        for pair in answers.windows(2) {
            prop_assert_eq!(&pair[0], &pair[1]);
        }
        for line in answers[0].lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            prop_assert_eq!(fields.len(), 18, "{}", line);
            prop_assert!(inside(fields[1], fields[2]), "elsewhere: {}", line);
            prop_assert!(text.lines().any(|it| it == line), "made up: {}", line);
            done.remove(&(fields[1].to_owned(), fields[2].to_owned()));
        }
        // What began to be replaced and has no directory is not there.
        done.retain(|(call, dir)| {
            let head = format!("begin\t{call}\t{dir}\t");
            !text.lines().any(|line| line.starts_with(&head))
        });
        prop_assert!(done.is_empty(), "lost: {:?}", done);
        Ok(())
    });
}

/// Which record of a shard counts is the same to awk as to `flowc report`.
#[test]
fn records_count_here_as_they_do_in_awk() {
    let awks = awks();
    let record = (0..8_usize, 0..2_usize, 0..3_u32, 1..3_u32, 0..2_usize);
    let runs = Runs {
        usually: 40,
        inputs: 8,
    };
    fuzz(runs, vec(record, 1..8), |records| {
        let lines = records.iter().map(|record| {
            let id = format!("id{}", record.4);
            journal_line(*record).replace("0123456789abcdef", &id) + "\n"
        });
        let text: String = lines.collect();
        let kept = compacted(&awks[0], &text);
        let mut shards = Shards::default();
        for line in text.lines() {
            shards.take(&Record::read(line).unwrap());
        }
        for (call, dir) in shards.unsettled() {
            shards.settle(&call, &dir, None);
        }
        for (dir, standing) in shards.of("classify") {
            let is_kept = |status: &str| {
                let head = format!("{status}\tclassify\t{dir}\t");
                kept.lines().any(|line| line.starts_with(&head))
            };
            let last = ["failed", "blocked", "done", "skipped"];
            let last = last.into_iter().find(|status| is_kept(status));
            let own = match standing {
                Standing::Failed(_) => Some("failed"),
                Standing::Blocked(_) => Some("blocked"),
                Standing::Done(_) => Some("done"),
                Standing::Skipped => Some("skipped"),
                Standing::Pending | Standing::Former => None,
            };
            prop_assert_eq!(own, last, "{} in\n{}", dir, text);
        }
        Ok(())
    });
}

/// A line with another call and directory.
fn elsewhere(line: &str, (call, dir): (usize, usize)) -> String {
    let long = "x".repeat(300);
    let calls = [
        "classify",
        "align.first.a",
        "../x",
        "..",
        "a/b",
        "/tmp/x",
        "",
        ".x",
        &long,
    ];
    let dirs = [
        "seed=1",
        "..",
        "../../x",
        "seed=1/../../../x",
        "/etc",
        "",
        "v=1..2",
    ];
    let mut fields: Vec<&str> = line.split('\t').collect();
    (fields[1], fields[2]) = (calls[call], dirs[dir]);
    fields.join("\t")
}

/// Does a record of this call and directory lie where records and results are?
fn inside(call: &str, dir: &str) -> bool {
    let begins = |it: char| it.is_ascii_alphabetic() || it == '_';
    let named = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '.';
    call.starts_with(begins)
        && call.chars().all(named)
        && call.len() <= 200
        && dir.split('/').all(|part| part != "..")
}

fn journal_line(
    (status, dir, submission, number, inputs): (usize, usize, u32, u32, usize),
) -> String {
    let status = [
        "done", "done", "done", "failed", "blocked", "lost", "begin", "skipped",
    ][status];
    let dir = [
        "seed=1",
        "seed=2",
        "model=a/seed=1",
        ".",
        "x=%41",
        "x=a~0123",
    ][dir];
    let inputs = ["a=1", "a=2,b=3", "-", "a=%25"][inputs];
    format!(
        "{status}\tclassify\t{dir}\tabc\t{inputs}\t0123456789abcdef\t{submission:04}\t{number}\t1\t2\t0\to:f=1\t-\t-\tx.1\tn1\t-\t."
    )
}

/// The awks that are there, by their commands.
fn awks() -> Vec<Vec<&'static str>> {
    let all = [
        vec!["mawk"],
        vec!["gawk", "--posix"],
        vec!["busybox", "awk"],
    ];
    let found: Vec<_> = all.into_iter().filter(|awk| which(awk[0])).collect();
    assert!(!found.is_empty());
    found
}

fn which(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

/// What journals become, sorted; written into their folder, and nowhere else.
fn compacted(awk: &[&str], text: &str) -> String {
    let top = tempfile::tempdir().unwrap();
    let folder = top.path().join("state/records");
    fs::create_dir_all(&folder).unwrap();
    let lines = top.path().join("lines");
    fs::write(&lines, text).unwrap();
    compact(awk, &folder, &lines);
    assert_eq!(entries(top.path()).len(), 2);
    assert_eq!(entries(folder.parent().unwrap()).len(), 1);
    let mut all: Vec<String> = Vec::new();
    for path in entries(&folder) {
        assert_eq!(path.extension().unwrap(), "tsv");
        all.extend(support::read(&path).lines().map(str::to_owned));
    }
    all.sort();
    all.join("\n")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn compact(awk: &[&str], out: &Path, lines: &Path) {
    let library = support::root("templates/lib");
    let status = Command::new(awk[0])
        .args(&awk[1..])
        .arg("-f")
        .arg(library.join("records.awk"))
        .arg("-f")
        .arg(library.join("compact.awk"))
        .arg(lines)
        .env("LC_ALL", "C")
        .env("FLOW_WORK", out.join("work"))
        .env("FLOW_OUT", out)
        .stdin(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{awk:?}");
}

#[test]
fn journals_are_read_in_proportion_to_their_size() {
    for awk in awks() {
        in_proportion(awk[0], |times| {
            let folder = tempfile::tempdir().unwrap();
            let lines = folder.path().join("lines");
            let text: String = (0..4000 * times)
                .map(|n| {
                    journal_line((0, 0, 1, 1, 0)).replace("seed=1", &format!("seed={n}")) + "\n"
                })
                .collect();
            fs::write(&lines, text).unwrap();
            time(|| compact(&awk, folder.path(), &lines))
        });
    }
}
