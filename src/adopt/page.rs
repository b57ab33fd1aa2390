//! The program as text; `format` lays it out.

use std::fmt::Write as _;

use super::paths::{Input, Output};
use super::{Loop, Part};

/// What all imported scripts have in common.
const HEAD: &str = "\
// Made by `flowc import`; the comments say what is to be looked at. A script runs with `set -euo pipefail` in an empty
// folder of its own: what it reads is an input, or under `uses`; what it makes is an output, and published.
";

/// The text of a program; several parts run one after the other.
pub(super) fn page(parts: &[Part]) -> String {
    let mut page = String::new();
    for part in parts {
        let _ = writeln!(page, "// From {}.", part.source);
        for comment in &part.comments {
            let mark = if comment.starts_with('#') {
                "// #"
            } else {
                "//"
            };
            let _ = writeln!(page, "{mark}{comment}");
        }
    }
    let _ = writeln!(page, "//\n{HEAD}");
    for part in parts {
        params(&mut page, part);
    }
    for part in parts {
        process(&mut page, part);
    }
    page.push_str("\nworkflow {\n");
    let mut before: Option<&Part> = None;
    for part in parts {
        if let Some(before) = before.filter(|it| it.outputs.iter().any(|it| it.published.is_some()))
        {
            let (name, bound) = (&part.name, &before.bound);
            let output = before.outputs.first().map_or("", Output::name);
            let _ = writeln!(
                page,
                "// All of {bound} comes first. Better: hand on what {name} reads, `{name}(…: {bound}.{output})`"
            );
        }
        calls(&mut page, part, before, parts.len() > 1);
        before = Some(part);
    }
    page.push_str("}\n");
    page
}

fn params(page: &mut String, part: &Part) {
    if let Some(Loop { params, .. }) = &part.loops {
        for param in params {
            let _ = writeln!(page, "{}", param.trim_end());
        }
    }
    for Input { name, path, .. } in part.inputs.iter().filter(|it| !it.in_loop) {
        let _ = writeln!(page, "param {name}: File = {path}");
    }
}

fn process(page: &mut String, part: &Part) {
    let looped = part.loops.iter().flat_map(|it| &it.variables);
    let inputs = looped.map(|(name, ty)| format!("{name}: {ty}"));
    let inputs = inputs.chain(part.inputs.iter().map(|it| format!("{}: File", it.name)));
    let inputs: Vec<_> = inputs.collect();
    let outputs: Vec<_> = part.outputs.iter().map(|it| it.declared.as_str()).collect();
    let _ = writeln!(
        page,
        "\nprocess {}({}) -> ({}) {{",
        part.name,
        inputs.join(", "),
        outputs.join(", ")
    );
    for note in &part.notes {
        let _ = writeln!(page, "// {note}");
    }
    if !part.uses.is_empty() {
        let uses: Vec<_> = part.uses.iter().map(|it| quoted(it)).collect();
        let _ = writeln!(page, "uses {}", uses.join(", "));
    }
    for clause in &part.clauses {
        let _ = writeln!(page, "{clause}");
    }
    for note in &part.script_notes {
        let _ = writeln!(page, "// {note}");
    }
    let quotes = "\"".repeat(3.max(1 + longest_run(&part.script)));
    let _ = writeln!(
        page,
        "script {quotes}\n{}\n{quotes}\n}}",
        part.script.trim_end()
    );
}

fn calls(page: &mut String, part: &Part, before: Option<&Part>, chained: bool) {
    let looped = part.loops.iter().flat_map(|it| &it.variables);
    let arguments = looped.map(|(name, _)| name.clone());
    let inputs = part.inputs.iter().map(|it| match it.in_loop {
        true => format!("{}: {}", it.name, it.path),
        false => it.name.clone(),
    });
    let arguments: Vec<_> = arguments.chain(inputs).collect();
    let published = part.outputs.iter().any(|it| it.published.is_some());
    let bound = match published || chained {
        true => format!("{} = ", part.bound),
        false => String::new(),
    };
    let after = before.map_or_else(String::new, |it| format!(" after {}", it.bound));
    let mut lines = format!("{bound}{}({}){after}\n", part.name, arguments.join(", "));
    for output in &part.outputs {
        if let Some(path) = &output.published {
            let _ = writeln!(lines, "publish {}.{}{path}", part.bound, output.name());
        }
    }
    match &part.loops {
        Some(Loop { head, .. }) => {
            let _ = writeln!(page, "{head} {{\n{lines}}}");
        }
        None => page.push_str(&lines),
    }
}

/// A text of the language.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// What stands within the quotes of a text.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('{', "{{")
        .replace('}', "}}")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
}

/// How many quotes stand side by side in a script.
fn longest_run(script: &str) -> usize {
    let runs = script.split(|it| it != '"').map(str::len);
    runs.filter(|length| *length > 2).max().unwrap_or(0)
}
