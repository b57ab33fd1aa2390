//! The clauses of a process.

use indexmap::IndexMap;

use super::{Checker, Place, ProcessError, TypeError};
use crate::ast::{self, Clause, ClauseKind, Resource};
use crate::hir::{Again, Clauses, Expr, Input, Script};
use crate::import;
use crate::resolve::Definition;
use crate::source::{Span, Spanned};
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn clauses(&mut self, process: &ast::Process, inputs: &[Input]) -> Clauses {
        let mut clauses = Clauses::default();
        let mut seen: IndexMap<&'static str, Span> = IndexMap::new();
        for clause in &process.clauses {
            let word = word(&clause.kind);
            let first = seen.get(word).copied();
            if let (Some(first), false) = (first, repeatable(&clause.kind)) {
                self.error(ProcessError::DuplicateClause {
                    process: process.name.node.clone(),
                    clause: word,
                    span: clause.word,
                    first,
                });
                continue;
            }
            seen.insert(word, clause.word);
            self.clause(process, clause, inputs, &mut clauses);
        }
        self.conflicts(&seen);
        self.again_alone(&seen);
        if !seen.contains_key("script") && !seen.contains_key("todo") {
            self.error(ProcessError::NoScript {
                process: process.name.node.clone(),
                span: process.name.span,
            });
        }
        if let Some(script) = clauses
            .script
            .as_ref()
            .filter(|it| it.text.trim().is_empty())
        {
            debug_assert!(script.text.trim().is_empty());
            self.error(ProcessError::EmptyScript {
                process: process.name.node.clone(),
                span: seen.get("script").copied().unwrap_or(process.name.span),
            });
        }
        clauses
    }

    fn again_alone(&mut self, seen: &IndexMap<&'static str, Span>) {
        if let (Some(&span), None) = (seen.get("again"), seen.get("checkpoint")) {
            self.error(ProcessError::AgainAlone { span });
        }
    }

    fn conflicts(&mut self, seen: &IndexMap<&'static str, Span>) {
        for (clause, other) in [
            ("never pack", "pack"),
            ("todo", "script"),
            ("conda", "container"),
        ] {
            if let (Some(&span), Some(&first)) = (seen.get(clause), seen.get(other)) {
                self.error(ProcessError::ConflictingClauses {
                    clause,
                    other,
                    span,
                    first,
                });
            }
        }
    }

    fn clause(
        &mut self,
        process: &ast::Process,
        clause: &Clause,
        inputs: &[Input],
        into: &mut Clauses,
    ) {
        let texts = |all: &[ast::Name]| all.iter().map(|it| it.node.clone()).collect::<Vec<_>>();
        match &clause.kind {
            ClauseKind::Script(script) => into.script = Some(Self::script(script)),
            ClauseKind::Stdin(name) => into.stdin = Some(name.node.clone()),
            ClauseKind::Success(statuses) => {
                let statuses = statuses.iter();
                into.success = statuses
                    .filter_map(|it| self.constant(it, &Type::Int))
                    .collect();
            }
            ClauseKind::Uses(files) => {
                let uses = files.iter();
                into.uses
                    .extend(uses.map(|it| Spanned::new(self.path(it), it.span)));
            }
            ClauseKind::Module(modules) => into.modules.extend(texts(modules)),
            ClauseKind::Conda(written) => into.conda = self.conda(written),
            ClauseKind::Bind(paths) => into.bind.extend(texts(paths)),
            ClauseKind::Slurm(lines) => into.requests.raw.extend(texts(lines)),
            ClauseKind::Container(name) => into.container = self.image(name),
            ClauseKind::Env { name, value } => self.env(name, value.as_ref(), into),
            ClauseKind::Cost(value) => {
                into.cost = self.expect(value, Place::Clause(inputs), &Type::Duration);
            }
            ClauseKind::Resource { resource, value } => {
                self.request(*resource, value, inputs, into);
            }
            ClauseKind::Retry(retry) => into.retry = self.retry(&process.name.node, retry),
            ClauseKind::OnFailure(policy) => into.on_failure = self.on_failure(policy),
            ClauseKind::Pack(count) => into.pack = self.constant(count, &Type::Int),
            ClauseKind::AtMost(count) => into.at_most = self.constant(count, &Type::Int),
            ClauseKind::NeverPack => into.never_pack = true,
            ClauseKind::NeverFuse => into.never_fuse = true,
            ClauseKind::Was(name) => into.was = Some(name.node.clone()),
            ClauseKind::Checkpoint(folder) => into.checkpoint = self.checkpoint(folder),
            ClauseKind::Again { status, up_to } => into.again = self.again(status, up_to),
            ClauseKind::Split { .. } | ClauseKind::Merge { .. } => {
                unreachable!("written out before names are resolved")
            }
            ClauseKind::Todo => {}
            ClauseKind::Associative { .. } | ClauseKind::Service(_) => {
                let what = format!("`{}` is", word(&clause.kind));
                self.error(TypeError::not_yet(
                    what,
                    "leave it out until then",
                    clause.word,
                ));
            }
        }
    }

    /// A variable without a value is a secret: whoever submits has it.
    fn env(&mut self, name: &ast::Name, value: Option<&ast::Expr>, into: &mut Clauses) {
        let value = value.map(|it| self.expr(it, Place::Clause(&[]), Some(&Type::String)));
        match value {
            None => into.env.push((name.clone(), None)),
            Some(None) => {}
            Some(value) => into.env.push((name.clone(), value)),
        }
    }

    fn again(&mut self, status: &ast::Expr, up_to: &ast::Expr) -> Option<Again> {
        let status = self.constant(status, &Type::Int);
        let up_to = self.constant(up_to, &Type::Int);
        let (status, up_to) = status.zip(up_to)?;
        Some(Again { status, up_to })
    }

    /// A path as seen from the program's folder: it is relative to the file that says it.
    pub(super) fn path(&self, written: &Spanned<String>) -> String {
        match self.bindings.items.modules.path(written.span.source) {
            Some(file) => import::joined(import::folder(file), &written.node),
            None => written.node.clone(),
        }
    }

    /// The image of a container; one in a file is beside the file that says it.
    fn image(&self, name: &ast::Name) -> Option<String> {
        let Definition::Container(at) = self.bindings.definition(name.span)? else {
            return None;
        };
        let (_, container) = self.bindings.items.containers.get_index(at)?;
        let image = &container.image;
        let is_file = image.node.ends_with(".sif") || image.node.starts_with('.');
        Some(if is_file {
            self.path(image)
        } else {
            image.node.clone()
        })
    }

    fn constant(&mut self, value: &ast::Expr, ty: &Type) -> Option<Expr> {
        self.expect(value, Place::Clause(&[]), ty)
    }

    fn script(script: &ast::Script) -> Script {
        let name = script.interpreter.as_ref().map(|name| name.node.as_str());
        let interpreter = match name {
            None => "bash",
            Some("python3") => "python",
            Some(name) => name,
        };
        Script {
            interpreter: interpreter.to_owned(),
            text: script.text.clone(),
        }
    }

    fn request(
        &mut self,
        resource: Resource,
        value: &ast::Expr,
        inputs: &[Input],
        into: &mut Clauses,
    ) {
        let (slot, ty) = match resource {
            Resource::Time => (&mut into.requests.time, Type::Duration),
            Resource::Memory => (&mut into.requests.memory, Type::Size),
            Resource::Tmp => (&mut into.requests.tmp, Type::Size),
            Resource::Cpus => (&mut into.requests.cpus, Type::Int),
            Resource::Gpus => (&mut into.requests.gpus, Type::Int),
            Resource::Tasks => (&mut into.requests.tasks, Type::Int),
            Resource::Nodes => (&mut into.requests.nodes, Type::Int),
            Resource::Partition => (&mut into.requests.partition, Type::String),
            Resource::Constraint => (&mut into.requests.constraint, Type::String),
            Resource::Account => (&mut into.requests.account, Type::String),
        };
        // Words are the same for all shards of a process.
        let inputs = if ty == Type::String { &[] } else { inputs };
        *slot = self.expect(value, Place::Clause(inputs), &ty);
    }
}

/// What a clause begins with; those of one word exclude each other.
fn word(kind: &ClauseKind) -> &'static str {
    match kind {
        ClauseKind::Script(_) => "script",
        ClauseKind::Stdin(_) => "stdin",
        ClauseKind::Success(_) => "success",
        ClauseKind::Uses(_) => "uses",
        ClauseKind::Container(_) => "container",
        ClauseKind::Module(_) => "module",
        ClauseKind::Env { .. } => "env",
        ClauseKind::Conda(_) => "conda",
        ClauseKind::Bind(_) => "bind",
        ClauseKind::Cost(_) => "cost",
        ClauseKind::Resource { resource, .. } => resource.word(),
        ClauseKind::Slurm(_) => "slurm",
        ClauseKind::Retry(_) => "retry",
        ClauseKind::OnFailure(_) => "on failure",
        ClauseKind::Split { .. } => "split",
        ClauseKind::Merge { .. } => "merge",
        ClauseKind::Associative { .. } => "associative",
        ClauseKind::Checkpoint(_) => "checkpoint",
        ClauseKind::Again { .. } => "again",
        ClauseKind::Pack(_) => "pack",
        ClauseKind::NeverPack => "never pack",
        ClauseKind::NeverFuse => "never fuse",
        ClauseKind::AtMost(_) => "at most",
        ClauseKind::Was(_) => "was",
        ClauseKind::Service(_) => "service",
        ClauseKind::Todo => "todo",
    }
}

/// Clauses of which each adds to those before it.
fn repeatable(kind: &ClauseKind) -> bool {
    matches!(
        kind,
        ClauseKind::Uses(_)
            | ClauseKind::Module(_)
            | ClauseKind::Env { .. }
            | ClauseKind::Bind(_)
            | ClauseKind::Slurm(_)
    )
}
