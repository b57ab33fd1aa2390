//! `flowc graph FILE`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::graph::{self, Format};
use crate::pipeline;

use super::failure::{self, Failure};
use super::program::{Program, ProgramArgs, TargetArgs, ValueArgs, words};
use super::{Outcome, write_or_print};

/// Mermaid's `maxEdges`.
const MERMAID_EDGES: usize = 500;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    values: ValueArgs,

    /// Draw as this; without it by the ending of `-o`: .svg, .mmd, .dot, .gv, .drawio [default: mermaid]
    #[arg(long, value_name = "FORMAT", value_parser = words(Format::WORDS))]
    format: Option<Format>,

    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Draw the array jobs that the calls become
    #[arg(long)]
    jobs: bool,

    #[command(flatten)]
    target: TargetArgs,
}

pub(super) fn run(args: &Args) -> Outcome {
    let format = args.format()?;
    let program = Program::load(&ProgramArgs {
        values: args.values.clone(),
        format: failure::Format::Human,
    })?;
    let graph = if args.jobs {
        let target = args.target.load(&program)?;
        let optimised = pipeline::optimise(&program.dataflow, &target);
        let plan = optimised.plan();
        graph::jobs(&plan.map_err(|reports| program.failed(reports))?)
    } else {
        graph::calls(&program.dataflow)
    };
    if format == Format::Mermaid && graph.edges.len() > MERMAID_EDGES {
        eprintln!(
            "note: {} arrows are more than Mermaid draws where nobody allows it more ({MERMAID_EDGES})\n  help: `-o FILE.svg` draws them all",
            graph.edges.len()
        );
    }
    write_or_print(args.out.as_deref(), &graph::write(&graph, format))?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
    fn format(&self) -> Result<Format, Failure> {
        match (self.format, &self.out) {
            (Some(format), _) => Ok(format),
            (None, None) => Ok(Format::Mermaid),
            (None, Some(path)) => by_ending(path),
        }
    }
}

fn by_ending(path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    Format::of_ending(&ending).ok_or_else(|| {
        Failure::Io(format!(
            "`{}` does not say in which format to draw\n  help: let it end with .svg, .mmd, .dot, .gv or .drawio, or say it: `--format svg`",
            path.display()
        ))
    })
}
