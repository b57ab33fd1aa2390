//! How a command fails, and what is said about it.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fmt, io};

use clap::ValueEnum;

use crate::diagnostics::{self, Report};
use crate::output::OutputError;
use crate::source::Sources;

/// Columns of a report on a terminal.
const WIDTH: usize = 100;

/// Whom the output is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    #[default]
    Human,
    Json,
}

/// Why a command did not do what was asked.
pub(super) enum Failure {
    /// The program, the sheet or the site file is wrong: exit 1.
    Program(Diagnosed),
    /// A file that was given is broken, and nothing can point into it: exit 1.
    Input(String),
    /// `out/` cannot be written: exit 2, but for a broken manifest.
    Output(OutputError),
    /// Something else is missing: exit 2.
    Io(String),
}

/// Diagnostics with the texts that they point into.
pub(super) struct Diagnosed {
    pub reports: Vec<Report>,
    pub sources: Sources,
    pub format: Format,
}

impl Failure {
    /// `PATH cannot be ACTION: REASON`
    pub fn io(action: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |reason| Self::Io(format!("`{}` cannot be {action}: {reason}", path.display()))
    }

    /// Says it on standard error and gives the exit status.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Program(diagnosed) => {
                diagnosed.print();
                ExitCode::from(1)
            }
            Self::Output(error) => {
                eprintln!("error: {error}");
                if let Some(help) = miette::Diagnostic::help(&error) {
                    eprintln!("  help: {help}");
                }
                // A broken manifest is wrong input; all else is about the disk.
                let is_input = matches!(error, OutputError::Manifest { .. });
                ExitCode::from(if is_input { 1 } else { 2 })
            }
            Self::Input(message) => {
                eprintln!("error: {message}");
                ExitCode::from(1)
            }
            Self::Io(message) => {
                eprintln!("error: {message}");
                ExitCode::from(2)
            }
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program(diagnosed) => write!(f, "{} diagnostics", diagnosed.reports.len()),
            Self::Output(error) => write!(f, "{error}"),
            Self::Input(message) | Self::Io(message) => f.write_str(message),
        }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl Diagnosed {
    /// On standard error: for people, in colour where there is a terminal, or as JSON.
    pub fn print(&self) {
        let sources = self.sources.all();
        let text = match self.format {
            Format::Json => diagnostics::json(&self.reports, sources),
            Format::Human if stderr().is_terminal() => {
                diagnostics::coloured(&self.reports, sources, WIDTH)
            }
            Format::Human => diagnostics::plain(&self.reports, sources),
        };
        eprint!("{text}");
    }
}

/// A folder as a message names it: with a slash at its end.
pub(super) fn folder(path: &Path) -> String {
    let mut name = PathBuf::from(path).display().to_string();
    if !name.ends_with('/') {
        name.push('/');
    }
    name
}
