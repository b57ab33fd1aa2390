//! Input that is broken, missing, huge or in the way: a clear error, the right exit status, and
//! nothing lost.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use tempfile::TempDir;

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

struct Folder(TempDir);

struct Ended {
    status: i32,
    said: String,
}

impl Folder {
    /// With `good.flow` in it.
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("good.flow", PROGRAM);
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    fn flowc(&self, args: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowc"));
        ended(command.args(args).current_dir(self.0.path()).output())
    }

    /// The same with a limit of the shell in front, such as `ulimit -f 1`.
    fn limited(&self, limit: &str, args: &str) -> Ended {
        let line = format!("{limit}; exec {} {args}", env!("CARGO_BIN_EXE_flowc"));
        let mut command = Command::new("bash");
        ended(
            command
                .args(["-c", &line])
                .current_dir(self.0.path())
                .output(),
        )
    }

    /// Compiles `good.flow`, and gives all that is in `out/` then.
    fn compiled(&self) -> Vec<(String, Vec<u8>)> {
        assert_eq!(self.flowc(&["good.flow"]).status, 0);
        self.whole()
    }

    /// All of `out/`, by path.
    fn whole(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        collect(&self.path("out"), &mut found);
        found.sort();
        found
    }

    /// What stands beside `out/`, hidden or not.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn ended(output: std::io::Result<Output>) -> Ended {
    let output = output.unwrap();
    Ended {
        status: output.status.code().unwrap_or(-1),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn collect(folder: &Path, into: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

impl Ended {
    fn is(&self, status: i32, words: &[&str]) {
        assert_eq!(self.status, status, "{}", self.said);
        for word in words {
            assert!(self.said.contains(word), "without {word}: {}", self.said);
        }
        assert!(!self.said.contains("panicked"), "{}", self.said);
        assert!(self.said.len() < 20_000, "{} bytes", self.said.len());
    }
}

#[test]
fn a_program_that_cannot_be_read() {
    let folder = Folder::new();
    folder
        .flowc(&["check", "missing.flow"])
        .is(2, &["`missing.flow` cannot be read"]);
    fs::create_dir(folder.path("folder.flow")).unwrap();
    folder
        .flowc(&["check", "folder.flow"])
        .is(2, &["`folder.flow` cannot be read"]);
    folder
        .flowc(&["good.flow", "--params", "no.json"])
        .is(2, &["`no.json` cannot be read"]);
    folder
        .flowc(&["good.flow", "--site", "no.toml"])
        .is(2, &["`no.toml` cannot be read"]);
    assert!(!folder.path("out").exists());
}

#[test]
fn a_program_that_is_not_text() {
    let folder = Folder::new();
    folder.write("latin1.flow", b"param n: Int = 3\n// \xe9tude\n");
    let ended = folder.flowc(&["check", "latin1.flow"]);
    ended.is(1, &["`latin1.flow` is not UTF-8", "line 2", "iconv"]);
    folder.write("zero.flow", b"param n: Int = \0 3\n");
    folder
        .flowc(&["check", "zero.flow"])
        .is(1, &["flow::parse::character"]);
}

#[test]
fn an_empty_program() {
    let folder = Folder::new();
    for text in ["", "\n\n", "// nothing yet\n", "\u{feff}"] {
        folder.write("empty.flow", text);
        folder
            .flowc(&["check", "empty.flow"])
            .is(1, &["flow::resolve::no_workflow"]);
    }
}

#[test]
fn a_very_long_line() {
    let folder = Folder::new();
    let begin = Instant::now();
    let comment = format!(
        "// {}\n{PROGRAM}param wrong: Itn = 1\n",
        "x".repeat(10_000_000)
    );
    folder.write("comment.flow", comment);
    folder
        .flowc(&["check", "comment.flow"])
        .is(1, &["flow::resolve::unknown_type"]);
    let list = format!(
        "param wrong: [Itn] = [{}1]\n{PROGRAM}",
        "1, ".repeat(30_000)
    );
    folder.write("list.flow", list);
    folder
        .flowc(&["check", "list.flow"])
        .is(1, &["flow::resolve::unknown_type"]);
    assert!(
        begin.elapsed() < Duration::from_secs(600),
        "{:?}",
        begin.elapsed()
    );
}

#[test]
fn very_deep_brackets() {
    let folder = Folder::new();
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
        let nested = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        folder.write("deep.flow", format!("param n: Int = {nested}\n"));
        folder
            .flowc(&["check", "deep.flow"])
            .is(1, &["flow::parse::"]);
    }
}

#[test]
fn params_that_are_not_given_or_not_there() {
    let folder = Folder::new();
    folder.write("needs.flow", PROGRAM.replace("= 0..3", ""));
    let ended = folder.flowc(&["needs.flow"]);
    ended.is(
        1,
        &[
            "flow::dataflow::required_param",
            "needs.flow:1:7",
            "--set seeds=…",
        ],
    );
    let ended = folder.flowc(&["good.flow", "--set", "seds=0..5"]);
    ended.is(
        1,
        &["flow::settings::unknown_param", "did you mean `seeds`?"],
    );
    let ended = folder.flowc(&["good.flow", "--set", "seeds=true"]);
    ended.is(1, &["flow::typecheck::", "--set:1:7"]);
    folder.write("bad.json", "{\n  \"seeds\": [1,\n}\n");
    let ended = folder.flowc(&["good.flow", "--params", "bad.json"]);
    ended.is(1, &["flow::settings::no_object", "bad.json:3:1"]);
    assert!(!folder.path("out").exists());
}

#[test]
fn a_folder_of_somebody_else() {
    let folder = Folder::new();
    fs::create_dir(folder.path("out")).unwrap();
    folder.write("out/thesis.tex", "years of work");
    let ended = folder.flowc(&["good.flow"]);
    ended.is(2, &["`out/thesis.tex` is not a file of flowc", "-o DIR"]);
    assert_eq!(folder.whole().len(), 1);
    folder.write("plain", "a file");
    folder
        .flowc(&["good.flow", "-o", "plain"])
        .is(2, &["`plain` is not a folder"]);
    assert_eq!(fs::read_to_string(folder.path("plain")).unwrap(), "a file");
}

#[test]
fn a_manifest_that_is_broken_or_newer() {
    let folder = Folder::new();
    let before = folder.compiled();
    let good = fs::read_to_string(folder.path("out/manifest.json")).unwrap();
    folder.write("out/manifest.json", good.replacen("\"files\"", "\"fi", 1));
    let ended = folder.flowc(&["good.flow"]);
    ended.is(1, &["`out/manifest.json` cannot be used", "line "]);
    folder.write(
        "out/manifest.json",
        good.replacen("\"format\": ", "\"format\": 9", 1),
    );
    folder
        .flowc(&["good.flow"])
        .is(1, &["`out/manifest.json`", "format 9"]);
    folder.write("out/manifest.json", good);
    assert_eq!(folder.whole(), before);
}

#[test]
fn a_disk_that_is_full() {
    let folder = Folder::new();
    let before = folder.compiled();
    folder.write("good.flow", PROGRAM.replace("train.py", "train_more.py"));
    // No file may grow beyond a block; the signal that tells of it is ignored, so writes fail.
    let ended = folder.limited("trap '' XFSZ; ulimit -f 1", "good.flow");
    ended.is(2, &["cannot be written"]);
    assert_eq!(folder.whole(), before);
    assert_eq!(folder.beside(), ["good.flow", "out"]);
    folder.flowc(&["good.flow"]).is(0, &[]);
    assert_ne!(folder.whole(), before);
}

/// Root may write anywhere, so another user is asked to.
#[test]
fn a_folder_that_cannot_be_written() {
    let folder = Folder::new();
    let before = folder.compiled();
    folder.write("good.flow", PROGRAM.replace("train.py", "train_more.py"));
    let binary = folder.path("flowc");
    fs::copy(env!("CARGO_BIN_EXE_flowc"), &binary).unwrap();
    let open = Command::new("chmod")
        .args(["755", "."])
        .current_dir(folder.0.path())
        .status();
    assert!(open.unwrap().success());
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "./flowc",
        "good.flow",
    ]);
    let output = command.current_dir(folder.0.path()).output();
    let Ok(output) = output else { return };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.starts_with("setpriv") {
        return;
    }
    ended(Ok(output)).is(2, &["Permission denied"]);
    assert_eq!(folder.whole(), before);
}

#[test]
fn code_that_cannot_be_read() {
    let folder = Folder::new();
    fs::create_dir(folder.path("tools")).unwrap();
    std::os::unix::fs::symlink("loop", folder.path("tools/loop")).unwrap();
    folder.write(
        "good.flow",
        PROGRAM.replace("  script", "  uses \"tools/loop\"\n  script"),
    );
    folder
        .flowc(&["check", "good.flow"])
        .is(1, &["flow::code::unreadable", "good.flow:4:8"]);
}
