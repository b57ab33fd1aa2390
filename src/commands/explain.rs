//! `flowc explain CODE`

use std::process::ExitCode;

use crate::diagnostics::closest;

use super::failure::Failure;
use super::{Outcome, print};

/// A section a code, under a heading that is the code.
const CODES: &str = include_str!("../../docs/codes.md");

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// As it stands above a diagnostic; `flow::` may be left out
    code: String,
}

pub(super) fn run(args: &Args) -> Outcome {
    let code = match args.code.starts_with("flow::") {
        true => args.code.clone(),
        false => format!("flow::{}", args.code),
    };
    match sections().find(|(heading, _)| *heading == code) {
        Some((_, text)) => {
            print(format_args!("{code}\n\n{}\n", shown(text.trim())))?;
            Ok(ExitCode::SUCCESS)
        }
        None => Err(Failure::Io(unknown(&code))),
    }
}

/// Heading and text of each section.
fn sections() -> impl Iterator<Item = (&'static str, &'static str)> {
    CODES
        .split("\n## ")
        .skip(1)
        .filter_map(|section| section.split_once('\n'))
}

/// As on a terminal: examples are indented under what they are.
fn shown(text: &str) -> String {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(info) if !info.is_empty() => {
                inside = true;
                let right = info.contains(" right");
                lines.push(if right { "\nRight:\n" } else { "\nWrong:\n" }.to_owned());
            }
            Some(_) => inside = false,
            None if inside => lines.push(format!("    {line}")),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

fn unknown(code: &str) -> String {
    match closest(code, sections().map(|(heading, _)| heading)) {
        Some(near) => format!("no diagnostic has the code `{code}`; did you mean `{near}`?"),
        None => format!("no diagnostic has the code `{code}`"),
    }
}
