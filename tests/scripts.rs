//! Every emitted script of every case is bash, and has nothing that shellcheck minds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support;

#[test]
fn scripts_are_bash_and_pass_shellcheck() {
    let folder = tempfile::tempdir().unwrap();
    for case in support::files("tests/cases", "flow") {
        let Ok(compiled) = support::compile(&case) else {
            continue;
        };
        let out = folder.path().join(case.file_stem().unwrap());
        for file in &compiled.files {
            let path = out.join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &file.content).unwrap();
        }
        let jobs = compiled.manifest.jobs.iter();
        let scripts: Vec<_> = jobs.map(|job| out.join(&job.script)).collect();
        for script in &scripts {
            passes(Command::new("bash").arg("-n").arg(script));
        }
        passes(&mut shellcheck(&out, &scripts));
    }
}

/// Each part by itself, since shellcheck says nothing of files that it only follows.
#[test]
fn the_library_passes_shellcheck() {
    let mut scripts = support::files("templates/lib", "sh");
    scripts.push(support::root("templates/submit.sh"));
    passes(&mut shellcheck(&support::root("templates"), &scripts));
}

/// In that folder, following what the scripts source.
fn shellcheck(folder: &Path, scripts: &[PathBuf]) -> Command {
    let mut command = Command::new("shellcheck");
    command.args(["--external-sources", "--source-path=SCRIPTDIR"]);
    command.args(scripts).current_dir(folder);
    command
}

fn passes(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}");
}
