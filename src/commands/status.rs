//! `flowc status [DIR]`

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use super::Outcome;
use super::failure::Failure;
use super::table::Table;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that was compiled to
    #[arg(default_value = "out")]
    dir: PathBuf,

    /// Say why each pending shard would run
    #[arg(long)]
    why: bool,
}

/// Ends like `submit.sh --status`: 0 complete, 1 something failed or is blocked, 3 not finished.
pub(super) fn run(args: &Args) -> Outcome {
    let submit = args.dir.join("submit.sh");
    if !submit.is_file() {
        return Err(Failure::Io(format!(
            "`{}` is not there: name the folder that a program was compiled to",
            submit.display()
        )));
    }
    let mut command = Command::new("bash");
    command.arg(&submit).arg("--status");
    command.arg(if args.why { "--why" } else { "--tsv" });
    if args.why {
        let ended = command
            .status()
            .map_err(|error| Failure::io("run", &submit, &error))?;
        return Ok(exit(ended.code()));
    }
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| Failure::io("run", &submit, &error))?;
    print!("{}", aligned(&String::from_utf8_lossy(&output.stdout)));
    Ok(exit(output.status.code()))
}

/// A table with a head, from tabs to columns.
fn aligned(tsv: &str) -> String {
    let mut lines = tsv.lines().map(|line| line.split('\t'));
    let Some(head) = lines.next() else {
        return String::new();
    };
    let mut table = Table::new(head);
    lines.for_each(|line| table.row(line));
    table.to_string()
}

fn exit(code: Option<i32>) -> ExitCode {
    let code = code.and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(2))
}
