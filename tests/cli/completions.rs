//! `flowc completions`: what a shell offers behind `flowc`.

use std::process::Command;

use super::annz;
use crate::support::Folder;

/// Sources the script, and calls what it registered as bash does.
const COMPLETE: &str = r#"
source <("$FLOWC" completions bash)
words=("$@")
COMP_WORDS=(flowc "${words[@]}")
COMP_CWORD=$#
registered=$(complete -p flowc)
function=${registered#*-F }
"${function%% *}" flowc "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
"#;

fn offered(folder: &Folder, words: &[&str]) -> Vec<String> {
    let mut command = Command::new("bash");
    command
        .args(["--norc", "-uc", COMPLETE, "bash"])
        .args(words);
    command.env("FLOWC", env!("CARGO_BIN_EXE_flowc"));
    let shown = folder.run(&mut command).fine();
    shown.lines().map(str::to_owned).collect()
}

#[test]
fn programs_are_offered_beside_commands() {
    let folder = annz();
    folder.write("plain words.flow", "");
    folder.write("planets.csv", "");
    assert_eq!(offered(&folder, &["pl"]), ["plan", "plain words.flow"]);
    assert_eq!(offered(&folder, &["an"]), ["annz.flow"]);
    let all = offered(&folder, &[""]);
    for word in ["check", "run", "data", "annz.flow"] {
        assert!(all.iter().any(|it| it == word), "{word}: {all:?}");
    }
    assert!(all.iter().all(|it| !it.starts_with('-')), "{all:?}");
    assert_eq!(
        offered(&folder, &["run", ""]),
        ["annz.flow", "data", "plain words.flow"]
    );
    assert_eq!(offered(&folder, &["status", ""]), ["data"]);
}

#[test]
fn options_and_their_values_are_offered() {
    let folder = annz();
    assert_eq!(offered(&folder, &["annz.flow", "--si"]), ["--site"]);
    assert_eq!(offered(&folder, &["plan", "a.flow", "--di"]), ["--diff"]);
    assert_eq!(
        offered(&folder, &["check", "--format", ""]),
        ["human", "json"]
    );
    assert_eq!(offered(&folder, &["completions", "ba"]), ["bash"]);
}

#[test]
fn every_shell_has_a_script() {
    let folder = annz();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = folder.flowc(&["completions", shell]).fine();
        assert!(script.contains("simulate"), "{shell}");
        if shell == "bash" {
            folder.write("completions.bash", script);
            let mut bash = Command::new("bash");
            folder.run(bash.args(["-n", "completions.bash"])).fine();
        }
    }
    let ended = folder.flowc(&["completions", "cobol"]);
    ended.fails(2, "possible values: bash");
}
