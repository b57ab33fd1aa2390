//! The `submit.sh` of a folder that was compiled to.

use std::path::Path;
use std::process::{Command, ExitCode};

use super::Outcome;
use super::failure::Failure;

/// Runs it with these words; its streams and its exit status are ours.
pub(super) fn run<'a>(dir: &Path, words: impl Iterator<Item = &'a str>) -> Outcome {
    let submit = dir.join("submit.sh");
    if !submit.is_file() {
        return Err(Failure::Io(format!(
            "`{}` is not there: name the folder that a program was compiled to",
            submit.display()
        )));
    }
    let ended = Command::new("bash").arg(&submit).args(words).status();
    let ended = ended.map_err(Failure::io("run", &submit))?;
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(2)))
}
