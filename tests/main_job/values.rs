//! Values of every kind arrive as they are, and are never run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::project::{Project, tree};
use crate::slurm::Cluster;

type Tree = BTreeMap<PathBuf, Vec<u8>>;

const FOLDER: &str = "it's a $dir";

const SNAKE: &str = r#"
import os, sys
with open(sys.argv[1], "wb") as file:
    for value in sys.argv[2:]:
        file.write(os.fsencode(value) + b"\0")
"#;

pub fn ugly() -> Vec<String> {
    let texts = [
        "two words",
        " around ",
        "it's",
        "\"quoted\"",
        "two\nlines",
        "at the end\n",
        "a\ttab",
        "$(touch owned)",
        "`touch owned`",
        "; touch owned;",
        "a[$(touch owned)]",
        "$HOME ${x} {y} {{z}}",
        "*",
        "~",
        "-n",
        "--",
        ".",
        "..",
        "a/../b",
        "#",
        "-",
        "%41 %_",
        "back\\slash\\n",
        "größe λ 🌌",
        "\u{1}\r",
    ];
    let mut texts: Vec<String> = texts.map(str::to_owned).to_vec();
    texts.push(" 4 KB".repeat(820));
    texts.push(format!("{}!", " 4 KB".repeat(820)));
    texts
}

/// Those that a file system takes as names.
fn short() -> Vec<String> {
    let texts = ugly().into_iter();
    texts.filter(|text| text.len() < 255).collect()
}

fn message() -> String {
    ugly().concat()
}

/// `values.flow`, compiled for those texts.
pub fn project<'c>(cluster: Option<&'c Cluster>) -> Project<'c> {
    let project = Project::new(cluster, FOLDER, "values.flow");
    project.write("values.flow", include_str!("values.flow"));
    project.write("snake.py", SNAKE);
    let params = serde_json::json!({ "texts": ugly(), "short": short(), "message": message() });
    project.write("params.json", params.to_string());
    project.compile(&["--params", "params.json"]);
    project
}

#[test]
fn values_arrive_unchanged_and_nothing_of_them_is_run() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let project = project(Some(cluster));
    project.complete();
    // the number that is none, and what wants it
    project
        .submit(&["--status"])
        .ends_with(1)
        .says("number: 1 failed (bad-value:n)")
        .says("next: 1 blocked by number");
    let said = project.submit(&["--status", "--why"]).text;
    assert_eq!(said.lines().count(), 2, "{said}");

    let made = tree(&project.run());
    for path in tree(project.top()).keys() {
        assert!(!path.ends_with("owned"), "{}", path.display());
    }
    assert!(!Path::new("owned").exists());
    let texts = || ugly().into_iter().map(String::into_bytes);
    let sorted = |all: Vec<Vec<u8>>| {
        let mut all: Vec<String> = all.iter().map(|bytes| shown(bytes)).collect();
        all.sort();
        all
    };
    let of = |call: &str, name: &str| {
        let folder = Path::new("work").join(call);
        let found = made.iter();
        let found = found.filter(|(path, _)| path.starts_with(&folder) && path.ends_with(name));
        sorted(found.map(|(_, bytes)| bytes.clone()).collect())
    };
    assert_eq!(of("write", "copy.txt"), sorted(texts().collect()));
    assert_eq!(of("read", "copy.txt"), sorted(texts().collect()));
    assert_eq!(
        of("write", "message.txt"),
        sorted(vec![message().into_bytes(); ugly().len()])
    );
    let python = texts().map(|text| join([text.clone(), text, message().into_bytes()]));
    assert_eq!(of("snake", "copy.txt"), sorted(python.collect()));
    let results = |made: &Tree| -> Tree {
        let found = made.iter();
        let found = found.filter(|(path, _)| path.starts_with("results"));
        found
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    };
    let published = results(&made);
    let copies = published.iter();
    let copies = copies.filter(|(path, _)| path.starts_with("results/copies"));
    assert_eq!(
        sorted(copies.map(|(_, bytes)| bytes.clone()).collect()),
        sorted(short().into_iter().map(String::into_bytes).collect())
    );
    // lists are in the order of the axis
    assert_eq!(
        made[Path::new("results/all.bin")],
        join(texts().chain(texts()))
    );
    for path in made.keys().filter(|path| path.starts_with("work")) {
        let shard = path.parent().unwrap().to_str().unwrap();
        let safe = |c: char| c.is_ascii_alphanumeric() || "._+,@:-%=~/".contains(c);
        assert!(shard.chars().all(safe), "{shard}");
        assert!(
            shard
                .split('/')
                .all(|part| part.len() <= 120 && part != ".."),
            "{shard}"
        );
    }

    // what is published is made again where it is gone
    fs::remove_dir_all(project.run().join("results")).unwrap();
    project.complete().says("Submitted 2 tasks in 2 jobs");
    assert_eq!(results(&tree(&project.run())), published);
}

/// For messages: the beginning, and a digest of all.
fn shown(bytes: &[u8]) -> String {
    let head: String = String::from_utf8_lossy(bytes).chars().take(40).collect();
    let digest = blake3::hash(bytes).to_hex();
    format!("{head:?} {} {digest:.16}", bytes.len())
}

fn join(texts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let ended = texts.into_iter().map(|text| [text, vec![0]].concat());
    ended.flatten().collect()
}
