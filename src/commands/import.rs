//! `flowc import SCRIPT…`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::adopt::{self, Script};
use crate::disk::Disk;

use super::failure::Failure;
use super::paths::{folder_of, relative, resolved};
use super::program::read;
use super::{Outcome, print};

/// What standard output is called as a file.
const STDOUT: &str = "-";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Scripts with #SBATCH lines, or files with a command a line; several run one after the other
    #[arg(required = true, value_name = "SCRIPT")]
    scripts: Vec<PathBuf>,

    /// The program to write; without it SCRIPT.flow beside the first script; `-` is standard output
    #[arg(short, long, value_name = "FILE.flow")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let beside = args.scripts.first().map(|it| it.with_extension("flow"));
    let beside = beside.unwrap_or_default();
    let out = args.out.as_deref().unwrap_or(&beside);
    let to_stdout = out == Path::new(STDOUT);
    let folder = folder_of(if to_stdout { &beside } else { out });
    let text = adopted(&args.scripts, folder)?;
    if !to_stdout && out.exists() {
        return Err(Failure::Io(format!(
            "`{}` is there already\n  help: name another file with `-o`, or remove it",
            out.display()
        )));
    }
    if to_stdout {
        print(text)?;
        return Ok(ExitCode::SUCCESS);
    }
    fs::write(out, text).map_err(Failure::io("written", out))?;
    let out = out.display();
    print(format_args!(
        "{out}: read its comments, then `flowc run {out}` here, or `flowc {out}` for SLURM\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The program for these scripts in a folder.
fn adopted(paths: &[PathBuf], folder: &Path) -> Result<String, Failure> {
    let place = |path: &Path| resolved(path).map_err(Failure::io("found", path));
    let home = place(folder)?;
    let mut texts = Vec::new();
    for path in paths {
        texts.push((relative(&home, &place(path)?), read(path)?));
    }
    let scripts: Vec<_> = texts
        .iter()
        .map(|(path, text)| Script { path, text })
        .collect();
    adopt::adopt(&scripts, &Disk::new(folder)).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        Failure::Io(format!(
            "what is made of it is no program, which is a bug of flowc: {}",
            errors.join("; ")
        ))
    })
}
