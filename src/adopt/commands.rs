//! A file of commands, one a line, as dSQ, GNU parallel and the launcher of TACC run them.

use std::collections::BTreeSet;

use crate::source::Files;

use super::header::{Header, header};
use super::items::Item;
use super::names::Names;
use super::options::request;
use super::page::quoted;
use super::paths::{self, Output, Paths};
use super::{Loop, Part, Script, named};

/// Lines that are looked through for files.
const LOOKED_AT: usize = 1000;
/// More files than these are data, which is linked or named by its full path.
const MOST_FILES: usize = 20;
/// Bytes of them.
const MOST_BYTES: u64 = 10_000_000;

pub(super) fn part(script: Script<'_>, files: &dyn Files, names: &mut Names) -> Part {
    let Script { path, text } = script;
    let Header {
        options, comments, ..
    } = header(text, &["#DSQ", "#SBATCH"]);
    let request = request(&options);
    let lines: Vec<_> = text.lines().filter(|it| !it.trim().is_empty()).collect();
    let commands: Vec<_> = lines
        .iter()
        .filter(|it| !it.starts_with('#'))
        .copied()
        .collect();
    let looked_at: Vec<_> = commands.iter().take(LOOKED_AT).copied().collect();
    let looked_at = looked_at.join("\n");
    let found = paths::paths(&looked_at, &Item::Unnamed, files, &mut Names::default());
    let mut part = Part {
        source: path.to_owned(),
        comments: comments.into_iter().map(str::to_owned).collect(),
        name: named(request.name.as_deref(), path, names),
        clauses: request.clauses,
        notes: request.notes,
        ..Part::default()
    };
    if part.clauses.is_empty() {
        part.notes.push(
            "what a command needs is to be said here, as in `time 1h`, `memory 4GB`, `cpus 2`"
                .to_owned(),
        );
    }
    let distinct: BTreeSet<_> = lines.iter().collect();
    match distinct.len() == lines.len() {
        true => by_line(&mut part, path, commands.len() < lines.len(), names),
        false => by_number(&mut part, script, names),
    }
    uses(&mut part, &found, files);
    made(&mut part, &found);
    part
}

/// A shard a line: its text is what it is known by.
fn by_line(part: &mut Part, path: &str, has_comments: bool, names: &mut Names) {
    let command = names.fresh("command", "");
    let filter = match has_comments {
        true => format!(" where !match({command}, \"#*\")"),
        false => String::new(),
    };
    part.loops = Some(Loop {
        params: Vec::new(),
        head: format!("for {command} in lines({}){filter}", quoted(path)),
        variables: vec![(command.clone(), "String".to_owned())],
    });
    part.script = format!("bash -c \"${command}\"\n");
}

/// A shard a number of a line, where some line occurs twice.
fn by_number(part: &mut Part, script: Script<'_>, names: &mut Names) {
    let Script { path, text } = script;
    let is_command = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
    let numbers = (1..).zip(text.lines()).filter(|(_, line)| is_command(line));
    let numbers: Vec<_> = numbers.map(|(number, _)| u64::to_string(&number)).collect();
    let (line, commands) = (names.fresh("line", ""), names.fresh("commands", ""));
    part.notes.push(format!(
        "{path}: some lines occur twice, so a shard is known by the number of its line, and all run again when the file changes"
    ));
    part.loops = Some(Loop {
        params: vec![format!("param {line}s: [Int] = [{}]", numbers.join(", "))],
        head: format!("for {line} in {line}s"),
        variables: vec![(line.clone(), "Int".to_owned())],
    });
    part.inputs.push(paths::Input {
        name: commands.clone(),
        path: quoted(path),
        in_loop: false,
    });
    part.script = format!("bash -c \"$(sed -n \"${{{line}}}p\" \"${commands}\")\"\n");
}

/// What the commands name and is there is linked into their folder, unless it is much.
fn uses(part: &mut Part, found: &Paths, files: &dyn Files) {
    let read: Vec<_> = found
        .inputs
        .iter()
        .map(|it| it.path.trim_matches('"').to_owned())
        .collect();
    let bytes: u64 = read.iter().filter_map(|it| files.size(it).ok()).sum();
    let left = found.left.iter().filter(|it| !found.made.contains(*it));
    let mut left: Vec<_> = left.cloned().collect();
    part.uses.clone_from(&found.uses);
    match read.len() <= MOST_FILES && bytes <= MOST_BYTES {
        true => part.uses.extend(read),
        false => left.extend(read),
    }
    left.truncate(3);
    if !left.is_empty() {
        part.script_notes.push(format!(
            "`{}` and the like are relative: a command runs in a folder of its own. Write full paths, or name their folder under `uses`",
            left.join("`, `")
        ));
    }
}

/// What the commands print is kept; files that they make are, where they lie in one folder.
fn made(part: &mut Part, found: &Paths) {
    let paths = || found.made.iter();
    let folders = paths().filter_map(|it| Some(it.rsplit_once('/')?.0));
    let folders: BTreeSet<_> = folders.collect();
    let endings = paths().filter_map(|it| Some(it.rsplit_once('.')?.1));
    let endings: BTreeSet<_> = endings.collect();
    part.outputs.push(Output {
        declared: "said: File = stdout".to_owned(),
        published: None,
    });
    let mut folders = folders.into_iter();
    let pattern = match (folders.next(), folders.next(), endings.first()) {
        (Some(folder), None, _) => {
            part.script = format!("mkdir -p {folder}\n{}", part.script);
            Some(format!("{folder}/*"))
        }
        (None, _, Some(ending)) if endings.len() == 1 => Some(format!("*.{ending}")),
        (_, _, _) => None,
    };
    match pattern {
        Some(pattern) => part.outputs.push(Output {
            declared: format!("files: [File] = {}", quoted(&pattern)),
            published: Some(String::new()),
        }),
        None => part.script_notes.push(
            "What a command makes stays in its shard's folder, below out/run/work. To publish it, declare it: `files: [File] = \"*.csv\"`".to_owned(),
        ),
    }
}
