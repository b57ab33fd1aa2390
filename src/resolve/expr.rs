//! The uses of names in expressions, types and clauses.

use indexmap::IndexMap;

use super::sight::{Inside, Params, Sight, did_you_mean};
use super::{Definition, Items, ResolveError, foreign, items};
use crate::ast::{self, ClauseKind, Expr, ExprKind, MergeBy, SplitBy, TypeExprKind};
use crate::hir::{Function, ProcessId};
use crate::source::Span;

/// What the uses met so far stand for.
pub(super) struct Uses<'s, 'a> {
    pub items: &'s Items<'a>,
    pub found: IndexMap<Span, Definition>,
    /// How many filters of lists are around: they know `it`.
    filters: usize,
}

impl<'s, 'a> Uses<'s, 'a> {
    pub fn new(items: &'s Items<'a>) -> Self {
        Self {
            items,
            found: IndexMap::new(),
            filters: 0,
        }
    }

    /// Resolves all that stands outside of workflows.
    pub fn items(&mut self, errors: &mut Vec<ResolveError>) {
        let items = self.items;
        for param in items.params.values() {
            self.ty(&param.ty, errors);
            if let Some(default) = &param.default {
                self.expr(default, &Params(items), errors);
            }
        }
        for record in items.records.values() {
            for field in &record.fields {
                self.ty(&field.ty, errors);
            }
        }
        for declared in items.processes.values() {
            self.process(declared.process, errors);
        }
    }

    /// The inputs of a process or a workflow.
    pub fn inputs(&mut self, inputs: &[ast::Input], errors: &mut Vec<ResolveError>) {
        for input in inputs {
            self.ty(&input.ty, errors);
            if let Some(default) = &input.default {
                self.expr(default, &Params(self.items), errors);
            }
        }
    }

    fn process(&mut self, process: &ast::Process, errors: &mut Vec<ResolveError>) {
        self.inputs(&process.inputs, errors);
        let inside = Inside {
            items: self.items,
            process,
        };
        for output in &process.outputs {
            self.ty(&output.ty, errors);
            for expr in [&output.source, &output.expect].into_iter().flatten() {
                self.expr(expr, &inside, errors);
            }
        }
        for clause in &process.clauses {
            self.clause(clause, &inside, errors);
        }
    }

    fn clause(&mut self, clause: &ast::Clause, inside: &Inside, errors: &mut Vec<ResolveError>) {
        let mut all = |exprs: &[&Expr], errors: &mut Vec<ResolveError>| {
            for expr in exprs {
                self.expr(expr, inside, errors);
            }
        };
        match &clause.kind {
            ClauseKind::Success(statuses) => all(&statuses.iter().collect::<Vec<_>>(), errors),
            ClauseKind::Env { value, .. } => all(&value.iter().collect::<Vec<_>>(), errors),
            ClauseKind::Resource { value, .. } => all(&[value], errors),
            ClauseKind::Cost(value)
            | ClauseKind::Pack(value)
            | ClauseKind::AtMost(value)
            | ClauseKind::Associative { arity: value } => all(&[value], errors),
            ClauseKind::Again { status, up_to } => all(&[status, up_to], errors),
            ClauseKind::Retry(retry) => {
                all(&[&retry.count], errors);
                for (resource, value) in &retry.with {
                    let raise = ast::Retry::raise(resource.node.word(), value);
                    all(&[raise.map_or(value, |(_, operand)| operand)], errors);
                }
            }
            ClauseKind::Split { input, by } => {
                let (SplitBy::Lines(count) | SplitBy::Items(count)) = by;
                all(&[count], errors);
                inside.input(input, errors);
            }
            ClauseKind::Stdin(input) => inside.input(input, errors),
            ClauseKind::Merge { by, .. } => match by {
                MergeBy::Process(name) => self.callee(name, errors),
                MergeBy::Concat => {}
            },
            ClauseKind::Container(name) => self.container(name, errors),
            ClauseKind::Script(_)
            | ClauseKind::Uses(_)
            | ClauseKind::Module(_)
            | ClauseKind::Conda(_)
            | ClauseKind::Bind(_)
            | ClauseKind::Slurm(_)
            | ClauseKind::OnFailure(_)
            | ClauseKind::Checkpoint(_)
            | ClauseKind::NeverPack
            | ClauseKind::NeverFuse
            | ClauseKind::Was(_)
            | ClauseKind::Service(_)
            | ClauseKind::Todo => {}
        }
    }

    fn container(&mut self, name: &ast::Name, errors: &mut Vec<ResolveError>) {
        let containers = &self.items.containers;
        match self.items.find(containers, &name.node, name.span) {
            Some(at) => {
                self.found.insert(name.span, Definition::Container(at));
            }
            None => errors.push(ResolveError::UnknownContainer {
                name: name.node.clone(),
                span: name.span,
                help: did_you_mean(&name.node, containers.keys().map(String::as_str))
                    .unwrap_or_else(|| format!("declare it: `container {} = \"…\"`", name.node)),
            }),
        }
    }

    pub fn ty(&mut self, ty: &ast::TypeExpr, errors: &mut Vec<ResolveError>) {
        match &ty.kind {
            TypeExprKind::List(inner) | TypeExprKind::Optional(inner) => self.ty(inner, errors),
            TypeExprKind::Enum(_) => {}
            TypeExprKind::Named(name) => {
                let records = &self.items.records;
                if let Some(at) = self.items.find(records, name, ty.span) {
                    self.found.insert(ty.span, Definition::Record(at));
                } else if !items::TYPES.contains(&name.as_str()) {
                    let records = records.keys().map(String::as_str);
                    let known = items::TYPES.into_iter().chain(records);
                    errors.push(ResolveError::UnknownType {
                        name: name.clone(),
                        span: ty.span,
                        help: foreign::ty(name)
                            .or_else(|| did_you_mean(name, known))
                            .unwrap_or_else(|| format!("declare it: `record {name} {{ … }}`")),
                    });
                }
            }
        }
    }

    /// What is called by this name.
    fn callee(&mut self, name: &ast::Name, errors: &mut Vec<ResolveError>) {
        let items = self.items;
        let text = name.node.as_str();
        let process = items.find(&items.processes, text, name.span);
        let workflow = items.find(&items.workflows, text, name.span);
        let record = items.find(&items.records, text, name.span);
        let found = Function::named(text)
            .map(Definition::Function)
            .or(process.map(|at| Definition::Process(ProcessId(at))))
            .or(workflow.map(Definition::Workflow))
            .or(record.map(Definition::Record));
        match found {
            Some(definition) => {
                self.found.insert(name.span, definition);
            }
            None if items.params.contains_key(text) => errors.push(ResolveError::ValueCalled {
                kind: "param",
                name: name.node.clone(),
                span: name.span,
            }),
            None if items.containers.contains_key(text) => errors.push(ResolveError::ValueCalled {
                kind: "container",
                name: name.node.clone(),
                span: name.span,
            }),
            None => {
                let functions = Function::ALL.iter().map(|it| it.word());
                let named = items.processes.keys().chain(items.workflows.keys());
                let known = named.map(String::as_str).chain(functions);
                errors.push(ResolveError::UnknownProcess {
                    name: name.node.clone(),
                    span: name.span,
                    help: foreign::function(text)
                        .or_else(|| did_you_mean(text, known))
                        .unwrap_or_else(|| foreign::process(text)),
                });
            }
        }
    }

    pub fn expr(&mut self, expr: &Expr, sight: &dyn Sight, errors: &mut Vec<ResolveError>) {
        match &expr.kind {
            ExprKind::Name(name) => match sight.find(name, expr.span) {
                Ok(definition) => {
                    self.found.insert(expr.span, definition);
                }
                Err(error) => errors.push(error),
            },
            ExprKind::It if self.filters > 0 => {}
            ExprKind::It => errors.push(ResolveError::ItOutsideWhere { span: expr.span }),
            ExprKind::Where { list, filter } => {
                self.expr(list, sight, errors);
                self.filters += 1;
                self.expr(filter, sight, errors);
                self.filters -= 1;
            }
            ExprKind::Call {
                callee,
                types,
                args,
            } => {
                self.callee(callee, errors);
                types.iter().for_each(|ty| self.ty(ty, errors));
                let glob = Function::named(&callee.node) == Some(Function::Glob);
                for arg in args {
                    // `{field}` in the pattern of a glob captures, and reads nothing
                    let captures = glob && !types.is_empty();
                    if !(captures && matches!(arg.value.kind, ExprKind::Text(_))) {
                        self.expr(&arg.value, sight, errors);
                    }
                }
            }
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Text(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Field { .. }
            | ExprKind::Pick { .. }
            | ExprKind::List(_)
            | ExprKind::Range { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. } => {
                for part in expr.parts() {
                    self.expr(part, sight, errors);
                }
            }
        }
    }
}

/// The places of all value names in an expression.
pub(super) fn names(expr: &Expr) -> Vec<Span> {
    let all = expr.all().into_iter();
    let names = all.filter(|it| matches!(it.kind, ExprKind::Name(_)));
    names.map(|it| it.span).collect()
}

/// What an expression calls.
pub(super) fn called(expr: &Expr, uses: &IndexMap<Span, Definition>) -> Vec<Definition> {
    let mut found = Vec::new();
    for part in expr.all() {
        if let ExprKind::Call { callee, .. } = &part.kind {
            found.extend(uses.get(&callee.span).copied());
        }
    }
    found
}
