//! `flowc site probe`

mod probe;
mod told;

use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Measure the cluster that you are logged in to, and write a site file
    Probe(ProbeArgs),
}

/// What may be known better than it can be measured.
#[derive(Debug, clap::Args)]
struct ProbeArgs {
    /// Array tasks of yours that run at once
    #[arg(long, value_name = "N", default_value_t = 100)]
    slots: u64,

    /// Shards of a task in the trial that finds how many may begin and end a second
    #[arg(long, value_name = "N", default_value_t = 16)]
    shards: u64,

    /// What the site file calls it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Where trials run; it must be seen by all nodes, and is removed
    #[arg(long, value_name = "DIR", default_value = ".")]
    folder: PathBuf,

    /// Seconds that the trials may take
    #[arg(long, value_name = "SECONDS", default_value_t = 1800)]
    patience: u64,

    /// Handed to every sbatch: --account=X
    #[arg(last = true)]
    sbatch: Vec<String>,
}

pub(super) fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Probe(args) => print(probe::probe(args)?)?,
    }
    Ok(ExitCode::SUCCESS)
}
