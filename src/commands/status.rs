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
    print!("{}", rendered(&String::from_utf8_lossy(&output.stdout)));
    Ok(exit(output.status.code()))
}

/// The lines of `--status --tsv` as tables: how far each call is, then what failed or is blocked.
fn rendered(tsv: &str) -> String {
    let mut note = String::new();
    let mut calls = Table::new([
        "call", "done", "running", "queued", "failed", "blocked", "pending", "total", "skipped",
    ]);
    let mut troubles = Table::new(["shard", "status", "cause", "details"]);
    for line in tsv.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        match fields.as_slice() {
            ["submission", _, text, ..] => note = format!("{text}\n\n"),
            ["call", counts @ ..] => calls.row(counts.iter().copied()),
            ["waits", job, id, count, reason, advice] => {
                note += &format!("{job}: {count} of job {id} wait ({reason}): {advice}\n");
            }
            [
                status @ ("failed" | "blocked"),
                call,
                dir,
                cause,
                details @ ..,
            ] => {
                let shard = format!("{call}[{dir}]");
                troubles.row([shard.as_str(), status, cause, &details.join(" ")]);
            }
            _ => {}
        }
    }
    match troubles.is_empty() {
        true => format!("{note}{calls}"),
        false => format!("{note}{calls}\n{troubles}"),
    }
}

fn exit(code: Option<i32>) -> ExitCode {
    let code = code.and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_two_tables() {
        let tsv = "submission\t0001\tsubmission 0001 has ended\n\
                   call\tclassify\t95\t0\t0\t1\t0\t1\t100\t3\n\
                   failed\tclassify\tseed=7\ttimeout\t124\t0001\n";
        insta::assert_snapshot!(rendered(tsv), @r"
        submission 0001 has ended

        call      done  running  queued  failed  blocked  pending  total  skipped
        classify    95        0       0       1        0        1    100        3

        shard             status  cause    details
        classify[seed=7]  failed  timeout  124 0001
        ");
    }
}
