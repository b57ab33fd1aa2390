//! The tests of the run-time library that are shell scripts: `tests/shell/*.sh`, a test each.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support;

/// `timeout` ends a script after so many seconds; each needs far less.
const LIMIT: &str = "900";

/// What the scripts source.
const SUPPORT: [&str; 2] = ["lib", "submit_lib"];

macro_rules! scripts {
    ($($name:ident)*) => {
        const SCRIPTS: &[&str] = &[$(stringify!($name)),*];

        $(#[test]
        fn $name() {
            run(stringify!($name));
        })*
    };
}

scripts! {
    submit_local
    submit_slurm
    submit_ugly
    task_container
    task_failure
    task_gate
    task_kill
    task_lists
    task_retry
    task_stdio
    task_success
    task_values
}

/// A script that is added to the folder is added to the list, too.
#[test]
fn no_script_is_forgotten() {
    let files = support::files("tests/shell", "sh");
    let names = files.iter().map(|file| file.file_stem().unwrap().to_str());
    let found: BTreeSet<&str> = names.map(Option::unwrap).collect();
    let known = SCRIPTS.iter().chain(&SUPPORT).copied().collect();
    assert_eq!(found, known);
}

fn run(name: &str) {
    let script = support::root("tests/shell").join(format!("{name}.sh"));
    let output = Command::new("timeout")
        .args(["--kill-after=10", LIMIT, "bash"])
        .arg(script)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{}\n{said}", output.status);
    assert!(
        said.lines().any(|line| line.starts_with("ok ")),
        "no test in it:\n{said}"
    );
    let mut done = said.lines().any(|line| line.starts_with("ok "));
    for line in said.lines().filter(|line| line.contains("left out")) {
        assert!(
            std::env::var_os("FLOWC_NO_SLURM").is_some(),
            "{name} leaves something out: {line}"
        );
        let line = format!("!!!! LEFT OUT of {name}: {line}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        done = true;
    }
    assert!(done, "no test in it:\n{said}");
}
