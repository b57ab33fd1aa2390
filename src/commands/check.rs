//! `flowc check FILE`

use std::process::ExitCode;

use super::Outcome;
use super::program::{Program, ProgramArgs};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    program: ProgramArgs,
}

pub(super) fn run(args: &Args) -> Outcome {
    Program::load(&args.program)?;
    Ok(ExitCode::SUCCESS)
}
