//! A script with `#SBATCH` lines.

use std::collections::BTreeSet;

use crate::parse::{bash_fault, shell_words, variables};
use crate::source::Files;

use super::header::{Header, header};
use super::items::{self, Index, Items};
use super::lines;
use super::names::{Names, pattern};
use super::options::{Request, request};
use super::page::quoted;
use super::paths::{self, Output};
use super::{Part, Script, named};

/// Variables that a task has on any cluster.
const ENVIRONMENT: [&str; 8] = [
    "HOME", "HOSTNAME", "LOGNAME", "PATH", "PWD", "RANDOM", "SHELL", "USER",
];

const SHELLS: [&str; 3] = ["bash", "sh", "dash"];

pub(super) fn part(script: Script<'_>, files: &dyn Files, names: &mut Names) -> Part {
    let head = header(script.text, &["#SBATCH"]);
    let request = request(&head.options);
    let mut part = Part {
        source: script.path.to_owned(),
        comments: head.comments.iter().map(|it| (*it).to_owned()).collect(),
        name: named(request.name.as_deref(), script.path, names),
        ..Part::default()
    };
    let foreign = foreign(&head);
    let body = match &foreign {
        Some(interpreter) => {
            part.script_notes.push(format!(
                "{}, so it is run as it is, by {interpreter}.",
                match SHELLS.contains(&interpreter.as_str()) {
                    true => "It cannot be read as a script of bash",
                    false => "It is no script of bash",
                }
            ));
            format!("{interpreter} {}\n", script.path)
        }
        None => head.body.to_owned(),
    };
    fill(&mut part, &body, &request, files, names);
    part.clauses.splice(0..0, request.clauses.iter().cloned());
    part.notes.splice(0..0, request.notes.iter().cloned());
    part
}

/// What runs the script, if bash does not, or cannot.
fn foreign(head: &Header<'_>) -> Option<String> {
    let words: Vec<_> = head.interpreter.split_whitespace().collect();
    let Some((program, rest)) = words.split_first() else {
        return bash_fault(head.body).map(|_| "bash".to_owned());
    };
    let name = program.rsplit('/').next().unwrap_or_default();
    let words = if name == "env" {
        rest.to_vec()
    } else {
        words.clone()
    };
    let first = words.iter().find(|it| !it.starts_with('-'))?;
    let name = first.rsplit('/').next().unwrap_or_default();
    match SHELLS.contains(&name) {
        true => bash_fault(head.body).map(|_| name.to_owned()),
        false => Some(name.to_owned()),
    }
}

/// Loop, inputs, outputs and script.
fn fill(part: &mut Part, body: &str, request: &Request, files: &dyn Files, names: &mut Names) {
    let mut body = body.to_owned();
    if let Some((modules, rest)) = lines::modules(&body) {
        let modules: Vec<_> = modules.iter().map(|it| quoted(it)).collect();
        part.clauses.push(format!("module {}", modules.join(", ")));
        body = rest;
    }
    if let Some((environment, rest)) = lines::environment(&body) {
        part.clauses.push(format!("conda {}", quoted(&environment)));
        part.notes.push("what changes in that environment runs nothing again; one that a file describes (`conda \"env.yml\"`) is tracked".to_owned());
        body = rest;
    }
    let Items {
        loops,
        script,
        notes,
        item,
        index,
    } = items::items(&lines::at_home(&body), request.array.as_ref(), files, names);
    part.script_notes.extend(notes);
    let found = paths::paths(&script, &item, files, names);
    part.loops = loops;
    part.script = found.script;
    part.inputs = found.inputs;
    part.outputs = found.outputs;
    part.uses.extend(found.uses);
    use_python_modules(part, files);
    if let Some(index) = index {
        export_index(part, &index, files);
    }
    if let Some(cpus) = request.cpus {
        let asked = pattern(r"\$SLURM_CPUS_PER_TASK\b|\$\{SLURM_CPUS_PER_TASK(?::?-[^}]*)?\}");
        if asked.is_match(&part.script) {
            part.script = asked
                .replace_all(&part.script, cpus.to_string())
                .into_owned();
            part.script_notes.push(format!(
                "$SLURM_CPUS_PER_TASK is written out: {cpus} stands in the script, too."
            ));
        }
    }
    if let Some(own) = found.own {
        part.script_notes.push(format!(
            "Each element made `{own}` and went there: a shard has a folder of its own. What is to be kept of it is an output."
        ));
    }
    if found.moved {
        part.script_notes.push("Behind `cd`, paths are those of that folder: they stay as they are, and flowc knows nothing of them.".to_owned());
    }
    if !found.left.is_empty() {
        part.script_notes.push(format!(
            "`{}`: relative, and not certain. What the script reads there is to be an input, what it makes an output.",
            found.left.join("`, `")
        ));
    }
    keep_read_variables(part);
    note_differences(part);
    ensure_output(part);
    allow_unset(part);
}

/// Of two variables of a loop, the script is given those that it reads.
fn keep_read_variables(part: &mut Part) {
    if let Some(loops) = part.loops.as_mut().filter(|it| it.variables.len() > 1) {
        loops
            .variables
            .retain(|(name, _)| pattern(&format!(r"\b{name}\b")).is_match(&part.script));
    }
}

/// Programs in Python import what lies beside them.
fn use_python_modules(part: &mut Part, files: &dyn Files) {
    let import = pattern(r"(?m)^\s*(?:from|import)\s+([A-Za-z_]\w*)");
    let mut at = 0;
    while let Some(path) = part.uses.get(at).cloned() {
        at += 1;
        let text = files.read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        if !path.ends_with(".py") {
            continue;
        }
        let folder = path
            .rsplit_once('/')
            .map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for found in import.captures_iter(&text) {
            let name = found.get(1).map_or("", |it| it.as_str());
            let beside = format!("{folder}{name}.py");
            if files.exists(&beside) && !part.uses.contains(&beside) {
                part.uses.push(beside);
            }
        }
    }
}

/// Sets `SLURM_ARRAY_TASK_ID` for programs that read it, as does an array whose script does not.
fn export_index(part: &mut Part, index: &Index, files: &dyn Files) {
    let reads = |path: &String| {
        let text = files.read(path).unwrap_or_default();
        String::from_utf8_lossy(&text).contains("SLURM_ARRAY_TASK_ID")
    };
    let set = part.script.contains("export SLURM_ARRAY_TASK_ID=");
    if !set && (!index.alone || part.uses.iter().any(reads)) {
        let variable = &index.variable;
        part.script = format!(
            "export SLURM_ARRAY_TASK_ID=\"${variable}\"\n{}",
            part.script
        );
    }
}

/// Comments on what is another thing in a workflow than in a job of one's own.
fn note_differences(part: &mut Part) {
    let words = shell_words(&part.script);
    let begins = |name: &str| words.iter().any(|it| it.begins && it.text == name);
    let mut notes = Vec::new();
    let commands = part
        .script
        .lines()
        .filter(|it| !it.trim_start().starts_with('#'));
    let commands: String = commands.flat_map(|it| [it, "\n"]).collect();
    let slurm: BTreeSet<_> = pattern(r"\bSLURM_\w+")
        .find_iter(&commands)
        .map(|it| it.as_str().to_owned())
        .filter(|it| it != "SLURM_ARRAY_TASK_ID")
        .collect();
    if !slurm.is_empty() {
        let names: Vec<_> = slurm.into_iter().collect();
        notes.push(format!(
            "${}: of a job that several shards may share, and unset in `flowc run`.",
            names.join(", $")
        ));
    }
    for command in ["srun", "sbatch"].iter().filter(|it| begins(it)) {
        notes.push(format!("`{command}` is there on the cluster alone: `flowc run` elsewhere needs a script without it."));
    }
    let is_function = part.script.contains("()");
    if !is_function && pattern(r"\$\{?[1-9@*]").is_match(&without_quoted(&part.script)) {
        notes.push("`$1` was an argument of sbatch: make it a param.".to_owned());
    }
    let globs: BTreeSet<_> = pattern(r"(?m)(?:^|[\s=(])((?:[\w.-]+/)+[\w.*?-]*\*[\w.*?-]*)")
        .captures_iter(&without_quoted(&commands))
        .map(|it| format!("`{}`", it.get(1).map_or("", |it| it.as_str())))
        .collect();
    if !globs.is_empty() {
        let globs: Vec<_> = globs.into_iter().collect();
        notes.push(format!(
            "{}: finds what is in the shard's own folder. Files of the project are those of a loop over `glob(\"…\")`.",
            globs.join(", ")
        ));
    }
    if pattern(r"\$\{?PWD\b|\bpwd\b").is_match(&commands) {
        notes.push("`$PWD` is the shard's own folder, not that of the project.".to_owned());
    }
    if lines::activates(&part.script) {
        notes.push(
            "The environment that is activated is no part of what decides about running again; a clause `conda \"NAME\"` is."
                .to_owned(),
        );
    }
    part.script_notes.extend(notes);
}

/// Without what stands in single quotes, as programs of awk do.
fn without_quoted(script: &str) -> String {
    pattern(r"'[^']*'").replace_all(script, "").into_owned()
}

/// A workflow knows a script by what it makes.
fn ensure_output(part: &mut Part) {
    if !part.outputs.is_empty() {
        return;
    }
    part.outputs.push(Output {
        declared: "finished: File = \"finished.txt\"".to_owned(),
        published: None,
    });
    part.script_notes.push("`finished` stands for what the script makes, which is not certain. Better: an output for that file, as in".to_owned());
    part.script_notes.push("`stats: File = \"stats.csv\"`, with `\"$stats\"` in the script, and `publish` in the workflow.".to_owned());
    let leaves = shell_words(&part.script).into_iter();
    let leaves = leaves
        .filter(|it| it.begins)
        .any(|it| it.text == "exit" || it.text == "exec");
    let line = "echo finished > \"$finished\"\n";
    part.script = match leaves {
        true => format!("{line}{}", part.script),
        false => format!("{}\n{line}", part.script.trim_end()),
    };
}

/// By hand, a variable that nothing sets is empty; under `set -u` it ends the script.
fn allow_unset(part: &mut Part) {
    let found = variables(&part.script);
    let looped = part
        .loops
        .iter()
        .flat_map(|it| &it.variables)
        .map(|(name, _)| name.as_str());
    let inputs = part.inputs.iter().map(|it| it.name.as_str());
    let outputs = part.outputs.iter().map(Output::name);
    let known: BTreeSet<_> = looped
        .chain(inputs)
        .chain(outputs)
        .chain(ENVIRONMENT)
        .collect();
    let unset = found
        .read
        .iter()
        .any(|it| !known.contains(it.as_str()) && !found.set.contains(it));
    let strict = pattern(r"(?m)^\s*set\s+(-[a-z]*u|-o\s+nounset)").is_match(&part.script);
    let shell = pattern(r"(?m)^\s*(module|ml|conda)\b").is_match(&part.script);
    if (unset || found.open || shell) && !strict {
        part.script = format!(
            "set +u # as by hand: a variable that nothing sets is empty\n{}",
            part.script.trim_start()
        );
    }
}
