//! What a script says about its process: inputs and outputs that it never names, and variables that nothing sets.

use std::collections::BTreeSet;

use super::names;
use crate::ast;
use crate::diagnostics::{Warnings, closest};
use crate::hir::{Clauses, Expr, ExprKind, Input, Process};
use crate::typecheck::{Checker, Warning};
use crate::types::Type;

impl Checker<'_> {
    /// A simple search for words: a script that names a variable in any way uses it.
    pub(super) fn warn_unused(&self, process: &Process, warnings: &mut Warnings) {
        let Clauses {
            script: Some(script),
            stdin,
            env,
            ..
        } = &process.clauses
        else {
            return;
        };
        if script.text.trim().is_empty() {
            return;
        }
        for input in &process.inputs {
            let name = &input.name;
            let read = stdin.as_deref() == Some(name.node.as_str())
                || process
                    .outputs
                    .iter()
                    .any(|it| mentions(&it.path, &name.node))
                || env
                    .iter()
                    .any(|(_, value)| value.as_ref().is_some_and(|it| mentions(it, &name.node)))
                || self.uses(&script.text, input);
            if !read && !name.node.starts_with('_') {
                warnings.push(Warning::UnusedInput {
                    process: process.name.node.clone(),
                    name: name.node.clone(),
                    span: name.span,
                });
            }
        }
        for output in &process.outputs {
            let name = &output.name;
            let path = output.path.to_string();
            let written = output.stdout
                || names::contains_word(&script.text, &name.node)
                || script.text.contains(path.trim_matches('"'));
            let matched = output.ty.item() == Some(&Type::File);
            if !written && !matched && !matches!(output.path.kind, ExprKind::Template(_)) {
                warnings.push(Warning::UnusedOutput {
                    process: process.name.node.clone(),
                    name: name.node.clone(),
                    path: path.trim_matches('"').to_owned(),
                    span: name.span,
                });
            }
        }
    }

    /// Code in a folder that a script calls as if it lay beside it.
    pub(super) fn warn_paths(process: &Process, warnings: &mut Warnings) {
        let Some(script) = &process.clauses.script else {
            return;
        };
        let moves = ["cd", "pushd", "PATH"];
        if moves
            .iter()
            .any(|it| names::contains_word(&script.text, it))
        {
            return;
        }
        for path in &process.clauses.uses {
            let whole = path.node.trim_end_matches('/');
            let Some((_, name)) = whole.rsplit_once('/') else {
                continue;
            };
            let inside = !whole.starts_with("../");
            let meant = |at: usize| {
                let before = script.text.split_at(at).0;
                let before = before.strip_suffix("./").unwrap_or(before);
                before.is_empty() || before.ends_with([' ', '\n', '"', '\''])
            };
            let mut places = script.text.match_indices(name).map(|(at, _)| at);
            if inside && !script.text.contains(whole) && places.any(meant) {
                warnings.push(Warning::CodePath {
                    process: process.name.node.clone(),
                    name: name.to_owned(),
                    path: whole.to_owned(),
                    span: path.span,
                });
            }
        }
    }

    /// Variables that a script of bash reads, and neither it, its signature nor, as far as can be told, its
    /// environment has.
    pub(super) fn warn_unknown(
        &self,
        process: &Process,
        written: &ast::Process,
        warnings: &mut Warnings,
    ) {
        let scripts = written.clauses.iter().filter_map(|clause| {
            let ast::ClauseKind::Script(script) = &clause.kind else {
                return None;
            };
            Some(script)
        });
        let known = self.known(process);
        for variable in scripts.flat_map(|script| &script.reads) {
            let name = &variable.node;
            if known.contains(name) || names::reserved(name).is_some() {
                continue;
            }
            let near = closest(name, known.iter().map(String::as_str));
            let upper = !name.contains(|letter: char| letter.is_ascii_lowercase());
            let slip = near.is_some_and(|near| near.eq_ignore_ascii_case(name));
            // such names come from a cluster's environment
            if (upper && !slip) || names::in_environments(name) {
                continue;
            }
            warnings.push(Warning::UnknownVariable {
                process: process.name.node.clone(),
                help: match near {
                    Some(near) => format!(
                        "`${near}` is there; a variable of the environment may be absent: `${{{name}:-}}`"
                    ),
                    None => format!(
                        "make it an input, set it in the script or by `env {name} = …`; a variable of the environment may be absent: `${{{name}:-}}`"
                    ),
                },
                name: name.clone(),
                span: variable.span,
            });
        }
    }

    /// What a script finds set.
    fn known(&self, process: &Process) -> BTreeSet<String> {
        let mut known = BTreeSet::new();
        for input in &process.inputs {
            let name = &input.name.node;
            if let Some(record) = input
                .ty
                .record()
                .and_then(|it| self.program.records.get(it))
            {
                let fields = record.fields.iter();
                known.extend(fields.map(|field| format!("{name}_{}", field.name.node)));
            }
            if input.ty.item().is_some() {
                known.extend(["_list", "_keys", "_missing"].map(|it| format!("{name}{it}")));
            }
            known.insert(name.clone());
        }
        known.extend(process.outputs.iter().map(|it| it.name.node.clone()));
        known.extend(
            process
                .clauses
                .env
                .iter()
                .map(|(name, _)| name.node.clone()),
        );
        known
    }

    fn uses(&self, script: &str, input: &Input) -> bool {
        let name = &input.name.node;
        let suffixes = ["", "_list", "_keys", "_missing"];
        let plain = suffixes
            .iter()
            .any(|it| names::contains_word(script, &format!("{name}{it}")));
        let record = input.ty.record();
        let record = record.and_then(|record| self.program.records.get(record));
        let mut fields = record.into_iter().flat_map(|record| &record.fields);
        plain || fields.any(|it| names::contains_word(script, &format!("{name}_{}", it.name.node)))
    }
}

fn mentions(path: &Expr, input: &str) -> bool {
    names::contains_word(&path.to_string(), input)
}
