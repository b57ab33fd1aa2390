//! `flowc fmt FILE…`

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::diagnostics::{Report, reports};
use crate::source::{Source, Sources};
use crate::{format, parse};

use super::failure::{Diagnosed, Failure, Format};
use super::{Outcome, print};

/// What standard input is called as a file.
const STDIN: &str = "-";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The programs, rewritten where they are; `-` goes from standard input to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Write nothing; name the files that would change and end with 1 if there are any
    #[arg(long)]
    check: bool,

    /// Whom diagnostics are for
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A file, and its text in the one layout.
struct Formatted<'a> {
    path: &'a Path,
    text: String,
    changed: bool,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut sources = Sources::default();
    let mut wrong = Vec::new();
    let mut formatted = Vec::new();
    for path in &args.files {
        match read(path, &mut sources)? {
            Ok(file) => formatted.push(file),
            Err(reports) => wrong.extend(reports),
        }
    }
    let mut status = ExitCode::SUCCESS;
    for file in &formatted {
        if !args.check {
            file.write()?;
        } else if file.changed {
            print(format_args!("{}\n", file.path.display()))?;
            status = ExitCode::from(1);
        }
    }
    if wrong.is_empty() {
        return Ok(status);
    }
    Err(Failure::Program(Diagnosed {
        reports: wrong,
        sources,
        format: args.format,
    }))
}

/// Reads and formats; a file with syntax errors stays as it is.
fn read<'a>(
    path: &'a Path,
    sources: &mut Sources,
) -> Result<Result<Formatted<'a>, Vec<Report>>, Failure> {
    let text = if is_stdin(path) {
        io::read_to_string(io::stdin().lock())
    } else {
        fs::read_to_string(path)
    };
    let source = Source {
        name: path.display().to_string(),
        text: text.map_err(Failure::io("read", path))?,
    };
    let id = sources.add(source.clone());
    Ok(parse::parse(&source, id).map_err(reports).map(|file| {
        let text = format::format(&file, &source.text);
        let changed = text != source.text;
        Formatted {
            path,
            text,
            changed,
        }
    }))
}

impl Formatted<'_> {
    fn write(&self) -> Result<(), Failure> {
        if is_stdin(self.path) {
            print(&self.text)?;
        } else if self.changed {
            fs::write(self.path, &self.text).map_err(Failure::io("written", self.path))?;
        }
        Ok(())
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new(STDIN)
}
