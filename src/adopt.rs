//! From scripts that people submit by hand to a program.
//!
//! Takes scripts with `#SBATCH` lines, and files with a command a line, beside the files of their folder; gives a
//! program, laid out, that passes all checks. What is understood is translated, what is not stays in the script, with a
//! comment. Knows nothing of what the scripts do.

mod array;
mod commands;
mod header;
mod items;
mod lines;
mod mention;
mod names;
mod options;
mod page;
mod paths;
mod pick;
mod place;
mod script;

use crate::parse::{self, ParseError};
use crate::source::{Files, Source, SourceId};

use names::{Names, identifier};
use paths::{Input, Output};

/// A script as it was submitted.
#[derive(Debug, Clone, Copy)]
pub struct Script<'a> {
    /// From the folder of the program, which `Files` knows.
    pub path: &'a str,
    pub text: &'a str,
}

/// A script as a part of a program.
#[derive(Debug, Default)]
struct Part {
    source: String,
    comments: Vec<String>,
    loops: Option<Loop>,
    name: String,
    /// What its call is bound to.
    bound: String,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
    notes: Vec<String>,
    uses: Vec<String>,
    clauses: Vec<String>,
    script_notes: Vec<String>,
    script: String,
}

/// What the elements of an array become.
#[derive(Debug, Default)]
struct Loop {
    params: Vec<String>,
    /// `for seed in seeds`
    head: String,
    /// Names and types.
    variables: Vec<(String, String)>,
}

/// The program of these scripts, one after the other; fails where what is written is none, which is a bug.
pub fn adopt(scripts: &[Script<'_>], files: &dyn Files) -> Result<String, Vec<ParseError>> {
    let mut names = Names::default();
    let parts = scripts.iter().map(|script| {
        let text = script
            .text
            .trim_start_matches('\u{feff}')
            .replace("\r\n", "\n");
        let is_script = text.starts_with("#!") || text.lines().any(|it| it.starts_with("#SBATCH"));
        let clean = Script {
            path: script.path,
            text: &text,
        };
        let mut part = match is_script {
            true => script::part(clean, files, &mut names),
            false => commands::part(clean, files, &mut names),
        };
        if text.len() < script.text.trim_start_matches('\u{feff}').len() {
            part.notes.push("its lines ended as on Windows".to_owned());
        }
        part
    });
    let mut parts: Vec<_> = parts.collect();
    let alone = parts.len() == 1;
    for part in &mut parts {
        part.bound = match alone {
            true => "run".to_owned(),
            false => names.fresh(&format!("{}_run", part.name), ""),
        };
    }
    let source = Source {
        name: String::new(),
        text: page::page(&parts),
    };
    let file = parse::parse(&source, SourceId::default())?;
    Ok(crate::format::format(&file, &source.text))
}

/// The name of a process: that of the job, else of the script.
fn named(job: Option<&str>, path: &str, names: &mut Names) -> String {
    let file = path.rsplit('/').next().unwrap_or_default();
    let stem = file
        .split('.')
        .find(|it| !it.is_empty())
        .unwrap_or_default();
    let job = job.filter(|it| it.contains(|letter: char| letter.is_ascii_alphabetic()));
    names.fresh(&identifier(job.unwrap_or(stem)), "")
}
