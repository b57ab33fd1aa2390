//! `flowc rerun SHARD…`

use std::path::PathBuf;

use super::Outcome;
use super::submit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to run again: `classify[seed=42]`, or `classify` for all of its shards
    #[arg(required = true, value_name = "SHARD")]
    shards: Vec<String>,

    /// The folder that was compiled to
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    out: PathBuf,

    /// Here instead of on SLURM
    #[arg(long)]
    local: bool,

    /// Say what would be submitted, and change nothing
    #[arg(long, conflicts_with = "local")]
    dry_run: bool,
}

/// Puts aside what these shards have made, and submits them with whatever else is not done.
pub(super) fn run(args: &Args) -> Outcome {
    let modes = [("--local", args.local), ("--dry-run", args.dry_run)];
    let modes = modes.iter().filter(|(_, given)| *given);
    let shards = args.shards.iter();
    let words = shards.flat_map(|shard| ["--rerun", shard.as_str()]);
    submit::run(&args.out, words.chain(modes.map(|(word, _)| *word)))
}
