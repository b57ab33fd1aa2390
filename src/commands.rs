//! The command line: what is asked for, done by a file a command.
//!
//! The only room that knows the process's arguments, its streams and its exit status: 0 fine, 1 the
//! program is wrong, 2 usage or I/O.

mod check;
mod compile;
mod explain;
mod failure;
mod paths;
mod plan;
mod program;
mod run;
mod status;
mod table;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Compile a workflow (.flow) to SLURM array scripts that depend on each other.
///
/// `flowc FILE` writes the scripts to a folder; its `submit.sh` submits them, and submits what is
/// missing when it is called again.
#[derive(Debug, Parser)]
#[command(name = "flowc", version, args_conflicts_with_subcommands = true)]
#[command(override_usage = "flowc [OPTIONS] FILE\n       flowc COMMAND …")]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    compile: Option<compile::Args>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what is wrong with a program; write nothing
    Check(check::Args),
    /// Show the jobs that a program becomes; write nothing
    Plan(plan::Args),
    /// Compile, and run here without SLURM
    Run(run::Args),
    /// Show how far a workflow is
    Status(status::Args),
    /// Explain a diagnostic by its code
    Explain(explain::Args),
}

/// What a command ends with when it did what was asked.
type Outcome = Result<ExitCode, Failure>;

/// Reads the arguments, does what they ask for, and says how it ended.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match (cli.command, cli.compile) {
        (Some(command), _) => dispatch(command),
        (None, Some(args)) => compile::run(&args),
        (None, None) => unreachable!("without arguments the help is shown"),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}

fn dispatch(command: Command) -> Outcome {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Explain(args) => explain::run(&args),
    }
}
