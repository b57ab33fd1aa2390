//! The tests of the run-time library that are shell scripts: all of `tests/shell`, whichever are there. What other
//! scripts source is called `lib.sh` or `…_lib.sh`.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use crate::support;

/// `timeout` ends a script after so many seconds; each needs far less.
const LIMIT: &str = "1800";

#[test]
fn scripts_of_the_folder_pass() {
    let mut scripts = support::files("tests/shell", "sh");
    scripts.retain(|script| !script.to_string_lossy().ends_with("lib.sh"));
    assert!(scripts.len() > 10, "{scripts:?}");
    let left = Mutex::new(scripts);
    let failures = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(script) = next(&left) {
                    if let Err(failure) = run(&script) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn next(left: &Mutex<Vec<PathBuf>>) -> Option<PathBuf> {
    left.lock().unwrap().pop()
}

/// What it said, if it failed.
fn run(script: &Path) -> Result<(), String> {
    let name = script.file_name().unwrap().to_string_lossy();
    let output = Command::new("timeout")
        .args(["--kill-after=10", LIMIT, "bash"])
        .env("FLOWC", env!("CARGO_BIN_EXE_flowc"))
        .arg(script)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let failure = |why: &str| Err(format!("==== {name}: {why}\n{said}"));
    if !output.status.success() {
        return failure(&output.status.to_string());
    }
    if said.contains("left out") {
        if std::env::var_os("FLOWC_NO_SLURM").is_none() {
            return failure("leaves something out");
        }
        let line = format!("!!!! LEFT OUT, there is no SLURM: {name}\n");
        // not by `eprintln!`, which the test harness captures
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    } else if !said.lines().any(|line| line.starts_with("ok ")) {
        return failure("has no test in it");
    }
    Ok(())
}
