//! `flowc FILE --help`: what a workflow does and which params it has.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::ast::{self, ItemKind};
use crate::diagnostics::reports;
use crate::parse;
use crate::source::{Source, SourceId, Sources, Span};

use super::failure::{Diagnosed, Failure, Format};
use super::program::read;
use super::table::Table;
use super::{Outcome, print};

/// The program whose help is asked for: `--help` or `-h` beside a file and no command.
pub(super) fn asked(arguments: &[String], commands: &[&str]) -> Option<PathBuf> {
    let mut before = arguments.iter().take_while(|it| *it != "--");
    let first = before.clone().find(|it| !it.starts_with('-'))?;
    let is_help = before.any(|it| it == "--help" || it == "-h");
    let file = arguments.iter().find(|it| it.ends_with(".flow"))?;
    (is_help && !commands.contains(&first.as_str())).then(|| file.into())
}

pub(super) fn run(file: &Path) -> Outcome {
    let source = Source {
        name: file.display().to_string(),
        text: read(file)?,
    };
    match parse::parse(&source, SourceId::default()) {
        Ok(parsed) => print(page(&source.name, &parsed, &source.text))?,
        Err(errors) => {
            let mut sources = Sources::default();
            sources.add(source);
            return Err(Failure::Program(Diagnosed {
                reports: reports(errors),
                sources,
                format: Format::Human,
            }));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn page(name: &str, file: &ast::File, text: &str) -> String {
    let mut page = about(file);
    if !page.is_empty() {
        page.push_str("\n\n");
    }
    let params: Vec<_> = file.items.iter().filter_map(param).collect();
    let options = match params.is_empty() {
        true => "",
        false => " [--set NAME=VALUE]… [--params FILE]",
    };
    let _ = writeln!(page, "Usage: flowc {name}{options} [-o DIR]");
    if params.is_empty() {
        page.push_str("\nThe workflow has no params.\n");
        return page;
    }
    page.push_str("\nParams:\n");
    let written = |span: Span| {
        let written = text.get(span.start as usize..span.end as usize);
        written
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut table = Table::new(["  NAME", "TYPE", "DEFAULT", ""]);
    for (param, doc) in params {
        let default = param.default.as_ref().map(|it| written(it.span));
        let mut doc = doc.lines();
        table.row([
            format!("  {}", param.name.node),
            written(param.ty.span),
            default.unwrap_or_else(|| "(required)".to_owned()),
            doc.next().unwrap_or_default().to_owned(),
        ]);
        for more in doc {
            table.row(["", "", "", more]);
        }
    }
    let _ = write!(page, "{table}");
    page.push_str(
        "\n--set takes text for a String or File, else an expression; for a list also the path of a .csv, .json or a\n\
         file of lines. --params takes JSON, TOML or YAML. `flowc --help` tells all other options.\n",
    );
    page
}

fn param(item: &ast::Item) -> Option<(&ast::Param, String)> {
    if let ItemKind::Param(param) = &item.kind {
        Some((param, item.doc()))
    } else {
        None
    }
}

/// The `///` lines of the main workflow, else the comment that the file begins with.
fn about(file: &ast::File) -> String {
    let main = file
        .items
        .iter()
        .find(|item| matches!(&item.kind, ItemKind::Workflow(workflow) if workflow.name.is_none()));
    let doc = main.map(ast::Item::doc).unwrap_or_default();
    if !doc.is_empty() {
        return doc;
    }
    let comments = file
        .items
        .first()
        .map_or(&file.trailing, |item| &item.comments);
    let head = comments
        .iter()
        .take_while(|comment| !comment.doc && !comment.trailing);
    let lines: Vec<_> = head.map(|comment| comment.text.trim()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn params_are_listed_with_their_comments() {
        let text = "// Trains.\n/// which seeds\n/// to try\nparam seeds: [Int] = 0..100\nparam mode: \"a\"|\"b\"\nworkflow {}\n";
        let source = Source {
            name: String::new(),
            text: text.to_owned(),
        };
        let file = parse::parse(&source, SourceId::default()).unwrap();
        let page = page("x.flow", &file, text);
        let expected = "Trains.\n\nUsage: flowc x.flow [--set NAME=VALUE]… [--params FILE] [-o DIR]\n\nParams:\n\
            \x20 NAME   TYPE     DEFAULT\n\
            \x20 seeds  [Int]    0..100      which seeds\n\
            \x20                             to try\n\
            \x20 mode   \"a\"|\"b\"  (required)\n\n";
        assert!(page.starts_with(expected), "{page}");
    }

    #[test]
    fn help_is_that_of_a_file_beside_no_command() {
        let asked = |words: &[&str]| {
            let words: Vec<_> = words.iter().map(|it| (*it).to_owned()).collect();
            asked(&words, &["plan"]).is_some()
        };
        assert!(asked(&["a.flow", "--help"]) && asked(&["-h", "a.flow"]));
        assert!(
            !asked(&["plan", "a.flow", "--help"]) && !asked(&["a.flow"]) && !asked(&["--help"])
        );
    }
}
