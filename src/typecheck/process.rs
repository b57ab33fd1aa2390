//! Processes: signatures, and that a script can use their names.

use std::collections::BTreeMap;

use super::items::absent;
use super::{Checker, Place};
use crate::ast;
use crate::diagnostics::Warnings;
use crate::hir::{Input, Output, Process};
use crate::resolve::Declared;
use crate::source::{Span, Spanned};
use crate::types::Type;

mod checkpoint;
mod conda;
mod error;
mod names;
mod output;
mod script;

pub use error::ProcessError;

/// What `env NAME = secret` declares.
const SECRET: &str = "secret";

impl Checker<'_> {
    pub(super) fn processes(&mut self, warnings: &mut Warnings) {
        for (name, declared) in &self.bindings.items.processes {
            let process = self.process(name, *declared);
            self.warn_unused(&process, warnings);
            self.warn_unknown(&process, declared.process, warnings);
            Self::warn_paths(&process, warnings);
            self.program.processes.push(process);
        }
    }

    fn process(&mut self, name: &str, Declared { process, item }: Declared) -> Process {
        let inputs: Vec<Input> = process.inputs.iter().map(|it| self.input_of(it)).collect();
        let outputs: Vec<Output> = process
            .outputs
            .iter()
            .map(|it| self.output_of(it, &inputs))
            .collect();
        self.variables(process, &inputs, &outputs);
        self.output_paths(process, &outputs);
        let clauses = self.clauses(process, &inputs);
        self.beside_checkpoint(&clauses, &outputs);
        if let Some(ast::ClauseKind::Stdin(name)) = process
            .clauses
            .iter()
            .map(|clause| &clause.kind)
            .find(|kind| matches!(kind, ast::ClauseKind::Stdin(_)))
        {
            self.stdin(name, &inputs);
        }
        Process {
            name: Spanned::new(name.to_owned(), process.name.span),
            inputs,
            outputs,
            clauses,
            doc: item.doc(),
        }
    }

    fn input_of(&mut self, input: &ast::Input) -> Input {
        let ty = self.lower(&input.ty);
        let default = input.default.as_ref();
        Input {
            name: input.name.clone(),
            default: match default {
                Some(it) => self.expect(it, Place::Default, &ty),
                None => absent(&ty, input.name.span),
            },
            ty,
        }
    }

    fn output_paths(&mut self, process: &ast::Process, outputs: &[Output]) {
        let mut paths: BTreeMap<String, &Output> = BTreeMap::new();
        let mut printed: Option<Span> = None;
        for (output, written) in outputs.iter().zip(&process.outputs) {
            if let (Some(span), Some(first)) = (written.stdout, printed) {
                self.error(ProcessError::TwoStdout {
                    process: process.name.node.clone(),
                    span,
                    first,
                });
            }
            printed = printed.or(written.stdout);
            match paths.get(&output.path.to_string()) {
                Some(other) if other.name.node != output.name.node => {
                    self.error(ProcessError::SameOutputPath {
                        name: output.name.node.clone(),
                        other: other.name.node.clone(),
                        span: output.path.span,
                        first: other.path.span,
                    });
                }
                _ => {
                    paths.insert(output.path.to_string(), output);
                }
            }
        }
    }

    fn stdin(&mut self, name: &ast::Name, inputs: &[Input]) {
        let Some(input) = inputs.iter().find(|it| it.name.node == name.node) else {
            return;
        };
        if input.ty != Type::File {
            self.error(ProcessError::StdinType {
                name: name.node.clone(),
                found: input.ty.to_string(),
                span: name.span,
            });
        }
    }

    /// Inputs, outputs and `env` are variables of one script.
    fn variables(&mut self, process: &ast::Process, inputs: &[Input], outputs: &[Output]) {
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let env = process.clauses.iter().filter_map(|clause| {
            let ast::ClauseKind::Env { name, value } = &clause.kind else {
                return None;
            };
            let kind = if value.is_none() {
                SECRET
            } else {
                "environment variable"
            };
            Some((kind, name))
        });
        let inputs = inputs.iter().map(|it| ("input", &it.name));
        let outputs = outputs.iter().map(|it| ("output", &it.name));
        let all: Vec<_> = inputs.chain(outputs).chain(env).collect();
        for &(kind, name) in &all {
            if let Some(&first) = seen.get(&name.node) {
                self.error(ProcessError::NameClash {
                    process: process.name.node.clone(),
                    name: name.node.clone(),
                    span: name.span,
                    first,
                });
                continue;
            }
            seen.insert(name.node.clone(), name.span);
            self.reserved(kind, name, process);
        }
        for (_, name) in all {
            self.derived(name, &seen);
        }
    }

    fn reserved(&mut self, kind: &'static str, name: &Spanned<String>, process: &ast::Process) {
        let reason = if kind == "environment variable" {
            names::owned_by_runtime(&name.node)
        } else if kind == SECRET {
            names::reserved(&name.node).or_else(|| names::reserved_for_secrets(&name.node))
        } else if is_python(process) {
            names::reserved(&name.node).or_else(|| names::reserved_in_python(&name.node))
        } else {
            names::reserved(&name.node)
        };
        if let Some(reason) = reason {
            self.error(ProcessError::ReservedName {
                kind,
                reason: reason.to_owned(),
                better: match kind {
                    SECRET => format!("MY_{}", name.node.to_uppercase()),
                    _ => format!("my_{}", name.node.to_lowercase()),
                },
                name: name.node.clone(),
                span: name.span,
            });
        }
    }

    fn derived(&mut self, name: &Spanned<String>, seen: &BTreeMap<String, Span>) {
        for suffix in ["_list", "_keys", "_missing"] {
            let base = name.node.strip_suffix(suffix);
            if let Some((base, &first)) = base.and_then(|base| Some((base, seen.get(base)?))) {
                self.error(ProcessError::DerivedName {
                    name: name.node.clone(),
                    base: base.to_owned(),
                    span: name.span,
                    first,
                });
            }
        }
    }
}

fn is_python(process: &ast::Process) -> bool {
    process.clauses.iter().any(|clause| {
        let ast::ClauseKind::Script(script) = &clause.kind else {
            return false;
        };
        let interpreter = script.interpreter.as_ref();
        interpreter.is_some_and(|it| it.node == "python")
    })
}
