//! Input that is broken, missing, huge or in the way: a clear error, the right exit status, and
//! nothing lost.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::main_job::project::tree;
use crate::support::{Ended, Folder};

const PROGRAM: &str = r#"param seeds: [Int] = 0..3

process train(seed: Int) -> (model: File = "model.pkl") {
  script """
    python train.py --seed "$seed" --out "$model"
  """
}

workflow {
  for seed in seeds {
    m = train(seed)
  }
  publish m.model
}
"#;

/// A folder with `good.flow`.
fn good() -> Folder {
    let folder = Folder::empty();
    folder.write("good.flow", PROGRAM);
    folder
}

/// The same with a limit of the shell in front, such as `ulimit -f 1`.
fn limited(folder: &Folder, limit: &str, args: &str) -> Ended {
    let line = format!("{limit}; exec {} {args}", env!("CARGO_BIN_EXE_flowc"));
    folder.run(Command::new("bash").args(["-c", &line]))
}

/// Compiles `good.flow`, and gives all that is in `out/` then.
fn compiled(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    folder.flowc(&["good.flow"]).fine();
    whole(folder)
}

/// All of `out/`, by path.
fn whole(folder: &Folder) -> BTreeMap<PathBuf, Vec<u8>> {
    tree(&folder.path("out"))
}

/// What stands beside `out/`, hidden or not.
fn beside(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path("")).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Whether it ended so, with these words, and neither fell over nor went on for ever.
#[track_caller]
fn ends(ended: &Ended, status: i32, words: &[&str]) {
    assert_eq!(ended.status, status, "{ended:#?}");
    for word in words {
        assert!(ended.stderr.contains(word), "without {word}: {ended:#?}");
    }
    assert!(!ended.stderr.contains("panicked"), "{ended:#?}");
    assert!(ended.stderr.len() < 20_000, "{} bytes", ended.stderr.len());
}

#[test]
fn a_program_that_cannot_be_read() {
    let folder = good();
    ends(
        &folder.flowc(&["check", "missing.flow"]),
        2,
        &["`missing.flow` cannot be read"],
    );
    fs::create_dir(folder.path("folder.flow")).unwrap();
    ends(
        &folder.flowc(&["check", "folder.flow"]),
        2,
        &["`folder.flow` cannot be read"],
    );
    ends(
        &folder.flowc(&["good.flow", "--params", "no.json"]),
        2,
        &["`no.json` cannot be read"],
    );
    ends(
        &folder.flowc(&["good.flow", "--site", "no.toml"]),
        2,
        &["`no.toml` cannot be read"],
    );
    assert!(!folder.path("out").exists());
}

#[test]
fn a_program_that_is_not_text() {
    let folder = good();
    folder.write("latin1.flow", b"param n: Int = 3\n// \xe9tude\n");
    let ended = folder.flowc(&["check", "latin1.flow"]);
    ends(
        &ended,
        1,
        &["`latin1.flow` is not UTF-8", "line 2", "iconv"],
    );
    folder.write("zero.flow", b"param n: Int = \0 3\n");
    ends(
        &folder.flowc(&["check", "zero.flow"]),
        1,
        &["flow::parse::character"],
    );
}

#[test]
fn an_empty_program() {
    let folder = good();
    for text in ["", "\n\n", "// nothing yet\n", "\u{feff}"] {
        folder.write("empty.flow", text);
        ends(
            &folder.flowc(&["check", "empty.flow"]),
            1,
            &["flow::resolve::no_workflow"],
        );
    }
}

#[test]
fn a_very_long_line() {
    let folder = good();
    let begin = Instant::now();
    let comment = format!(
        "// {}\n{PROGRAM}param wrong: Itn = 1\n",
        "x".repeat(10_000_000)
    );
    folder.write("comment.flow", comment);
    ends(
        &folder.flowc(&["check", "comment.flow"]),
        1,
        &["flow::resolve::unknown_type"],
    );
    let list = format!(
        "param wrong: [Itn] = [{}1]\n{PROGRAM}",
        "1, ".repeat(30_000)
    );
    folder.write("list.flow", list);
    ends(
        &folder.flowc(&["check", "list.flow"]),
        1,
        &["flow::resolve::unknown_type"],
    );
    assert!(
        begin.elapsed() < Duration::from_secs(600),
        "{:?}",
        begin.elapsed()
    );
}

#[test]
fn very_deep_brackets() {
    let folder = good();
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
        let nested = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        folder.write("deep.flow", format!("param n: Int = {nested}\n"));
        ends(
            &folder.flowc(&["check", "deep.flow"]),
            1,
            &["flow::parse::"],
        );
    }
}

#[test]
fn very_deep_params() {
    let folder = good();
    let nested = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    // An alias is as deep as what it stands for, however flat the text is.
    let aliases = (0..40).fold("a0: &a0 [1]\n".to_owned(), |text, at| {
        let (open, close) = ("[".repeat(60), "]".repeat(60));
        format!("{text}a{}: &a{} {open}*a{at}{close}\n", at + 1, at + 1)
    });
    for (name, text) in [
        ("deep.json", format!("{{\"seeds\": {nested}}}")),
        ("deep.toml", format!("seeds = {nested}\n")),
        ("deep.yaml", format!("seeds: {nested}\n")),
        ("deep.yml", format!("seeds:\n  {}1\n", "- ".repeat(50_000))),
        ("aliases.yaml", aliases),
    ] {
        folder.write(name, text);
        let ended = folder.flowc(&["good.flow", "--params", name]);
        ends(&ended, 1, &["flow::settings::no_object", name]);
    }
}

#[test]
fn params_that_are_not_given_or_not_there() {
    let folder = good();
    folder.write("needs.flow", PROGRAM.replace("= 0..3", ""));
    let ended = folder.flowc(&["needs.flow"]);
    ends(
        &ended,
        1,
        &[
            "flow::dataflow::required_param",
            "needs.flow:1:7",
            "--set seeds=…",
        ],
    );
    let ended = folder.flowc(&["good.flow", "--set", "seds=0..5"]);
    ends(
        &ended,
        1,
        &["flow::settings::unknown_param", "did you mean `seeds`?"],
    );
    let ended = folder.flowc(&["good.flow", "--set", "seeds=true"]);
    ends(&ended, 1, &["flow::typecheck::", "--set:1:7"]);
    folder.write("bad.json", "{\n  \"seeds\": [1,\n}\n");
    let ended = folder.flowc(&["good.flow", "--params", "bad.json"]);
    ends(&ended, 1, &["flow::settings::no_object", "bad.json:3:1"]);
    assert!(!folder.path("out").exists());
}

#[test]
fn a_folder_of_somebody_else() {
    let folder = good();
    fs::create_dir(folder.path("out")).unwrap();
    folder.write("out/thesis.tex", "years of work");
    let ended = folder.flowc(&["good.flow"]);
    ends(
        &ended,
        2,
        &["`out/thesis.tex` is not a file of flowc", "-o DIR"],
    );
    assert_eq!(whole(&folder).len(), 1);
    folder.write("plain", "a file");
    ends(
        &folder.flowc(&["good.flow", "-o", "plain"]),
        2,
        &["`plain` is not a folder"],
    );
    assert_eq!(folder.read("plain"), "a file");
}

#[test]
fn a_manifest_that_is_broken_or_newer() {
    let folder = good();
    let before = compiled(&folder);
    let good = folder.read("out/manifest.json");
    folder.write("out/manifest.json", good.replacen("\"files\"", "\"fi", 1));
    let ended = folder.flowc(&["good.flow"]);
    ends(&ended, 1, &["`out/manifest.json` cannot be used", "line "]);
    folder.write(
        "out/manifest.json",
        good.replacen("\"format\": ", "\"format\": 9", 1),
    );
    ends(
        &folder.flowc(&["good.flow"]),
        1,
        &["`out/manifest.json`", "format 9"],
    );
    folder.write("out/manifest.json", good);
    assert_eq!(whole(&folder), before);
}

#[test]
fn a_disk_that_is_full() {
    let folder = good();
    let before = compiled(&folder);
    folder.write("good.flow", PROGRAM.replace("train.py", "train_more.py"));
    // No file may grow beyond a block; the signal that tells of it is ignored, so writes fail.
    let ended = limited(&folder, "trap '' XFSZ; ulimit -f 1", "good.flow");
    ends(&ended, 2, &["cannot be written"]);
    assert_eq!(whole(&folder), before);
    assert_eq!(beside(&folder), ["good.flow", "out"]);
    ends(&folder.flowc(&["good.flow"]), 0, &[]);
    assert_ne!(whole(&folder), before);
}

/// Root may write anywhere, so another user is asked to.
#[test]
fn a_folder_that_cannot_be_written() {
    let folder = good();
    let before = compiled(&folder);
    folder.write("good.flow", PROGRAM.replace("train.py", "train_more.py"));
    let binary = folder.path("flowc");
    fs::copy(env!("CARGO_BIN_EXE_flowc"), &binary).unwrap();
    folder.run(Command::new("chmod").args(["755", "."])).fine();
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "./flowc",
        "good.flow",
    ]);
    // Where there is no such command, or it may not do that, there is no other user.
    if command.current_dir(folder.path("")).output().is_err() {
        return;
    }
    let ended = folder.run(&mut command);
    if ended.stderr.starts_with("setpriv") {
        return;
    }
    ends(&ended, 2, &["Permission denied"]);
    assert_eq!(whole(&folder), before);
}

#[test]
fn code_that_cannot_be_read() {
    let folder = good();
    fs::create_dir(folder.path("tools")).unwrap();
    std::os::unix::fs::symlink("loop", folder.path("tools/loop")).unwrap();
    folder.write(
        "good.flow",
        PROGRAM.replace("  script", "  uses \"tools/loop\"\n  script"),
    );
    ends(
        &folder.flowc(&["check", "good.flow"]),
        1,
        &["flow::code::unreadable", "good.flow:4:8"],
    );
}
