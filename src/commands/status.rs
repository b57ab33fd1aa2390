//! `flowc status [DIR]`

use std::path::PathBuf;

use super::Outcome;
use super::submit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder that was compiled to
    #[arg(default_value = "out")]
    dir: PathBuf,

    /// Say why each pending shard would run
    #[arg(long)]
    why: bool,

    /// Lines of fields with tabs between, for programs
    #[arg(long, conflicts_with = "why")]
    tsv: bool,
}

/// Says what `submit.sh --status` says, and ends like it: 0 complete, 1 something failed or is blocked, 3 not finished.
pub(super) fn run(args: &Args) -> Outcome {
    let more = [("--why", args.why), ("--tsv", args.tsv)];
    let more = more.iter().filter(|(_, given)| *given);
    let words = ["--status"].into_iter().chain(more.map(|(word, _)| *word));
    submit::run(&args.dir, words)
}
