//! The command line: what is asked for, done by a file a command.
//!
//! The only room that knows the process's arguments, its streams and its exit status: 0 fine, 1 the
//! program is wrong, 2 usage or I/O.

mod check;
mod compile;
mod completions;
mod diff;
mod explain;
mod failure;
mod fmt;
mod gantt;
mod graph;
mod import;
mod learn;
mod lsp;
mod new;
mod params;
mod paths;
mod plan;
mod program;
mod report;
mod rerun;
mod run;
mod run_folder;
mod simulate;
mod site;
mod status;
mod submit;
mod table;

use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches, Subcommand};

use failure::Failure;

const ABOUT: &str = "Compile a workflow (.flow) to SLURM array scripts that depend on each other";
const MORE: &str = "Compile a workflow (.flow) to SLURM array scripts that depend on each other.

`flowc FILE` writes the scripts to a folder; its `submit.sh` submits them, and submits what is
missing when it is called again; `flowc FILE --help` lists the params of a workflow.";
const USAGE: &str = "flowc [OPTIONS] FILE\n       flowc COMMAND …";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a folder with a workflow that runs
    New(new::Args),
    /// Make a program of an sbatch script or of a file of commands
    Import(import::Args),
    /// Say what is wrong with a program; write nothing
    Check(check::Args),
    /// Show the jobs that a program becomes; write nothing
    Plan(plan::Args),
    /// Draw a program, or the jobs that it becomes
    Graph(graph::Args),
    /// Compile, and run here without SLURM
    Run(run::Args),
    /// Show how far a workflow is
    Status(status::Args),
    /// Write what a run did as one HTML file, or as JSON
    Report(report::Args),
    /// Run shards again that are done
    Rerun(rerun::Args),
    /// Write down what the shards of a run took
    Learn(learn::Args),
    /// Run the jobs on a simulated cluster
    Simulate(simulate::Args),
    /// Find out what a cluster is like
    Site(site::Args),
    /// Lay programs out in one way
    Fmt(fmt::Args),
    /// Explain a diagnostic by its code
    Explain(explain::Args),
    /// Write what a shell needs to complete flowc's arguments
    Completions(completions::Args),
    /// Serve an editor: mistakes, meanings, completion
    Lsp(lsp::Args),
}

/// What a command ends with when it did what was asked.
type Outcome = Result<ExitCode, Failure>;

/// Writes to standard output. Whoever stops reading (`flowc plan FILE | head`) has what was wanted: that is no failure.
fn print(text: impl Display) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Io(format!(
            "standard output cannot be written: {error}"
        ))),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes to a file, or to standard output where none is named.
fn write_or_print(file: Option<&Path>, text: &str) -> Result<(), Failure> {
    match file {
        Some(path) => fs::write(path, text).map_err(Failure::io("written", path)),
        None => print(text),
    }
}

/// `flowc FILE` and the sub-commands live side by side: a file named like one is `./check`.
fn arguments() -> clap::Command {
    let command = compile::Args::augment_args(clap::Command::new("flowc"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(MORE)
        .override_usage(USAGE)
        .arg_required_else_help(true)
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true);
    Command::augment_subcommands(command)
}

/// Reads the arguments, does what they ask for, and says how it ended.
pub fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os()
        .map(|it| it.to_string_lossy().into_owned())
        .skip(1)
        .collect();
    let command = arguments();
    let commands: Vec<_> = command
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    if let Some(file) = params::asked(&words, &commands) {
        return params::run(&file).unwrap_or_else(Failure::report);
    }
    let matches = arguments().get_matches();
    let outcome = match matches.subcommand() {
        Some(_) => dispatch(read(&matches)),
        None => compile::run(&read(&matches)),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}

fn read<T: FromArgMatches>(matches: &ArgMatches) -> T {
    T::from_arg_matches(matches).unwrap_or_else(|error| error.exit())
}

fn dispatch(command: Command) -> Outcome {
    match command {
        Command::New(args) => new::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Plan(args) => plan::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Rerun(args) => rerun::run(&args),
        Command::Learn(args) => learn::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Site(args) => site::run(&args),
        Command::Fmt(args) => fmt::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Lsp(args) => lsp::run(&args),
    }
}
