//! The uses of names in expressions, types and clauses.

use indexmap::IndexMap;

use super::{Definition, Items, ResolveError, foreign, items};
use crate::ast::{self, ClauseKind, Expr, ExprKind, MergeBy, SplitBy, TextPart, TypeExprKind};
use crate::diagnostics::closest;
use crate::hir::{Function, ParamId, ProcessId};
use crate::source::Span;

/// The value names in sight of an expression.
pub(super) trait Sight {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError>;
}

/// What the uses met so far stand for.
pub(super) struct Uses<'s, 'a> {
    pub items: &'s Items<'a>,
    pub found: IndexMap<Span, Definition>,
}

impl<'s, 'a> Uses<'s, 'a> {
    pub fn new(items: &'s Items<'a>) -> Self {
        Self {
            items,
            found: IndexMap::new(),
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

    fn process(&mut self, process: &ast::Process, errors: &mut Vec<ResolveError>) {
        let params = Params(self.items);
        for input in &process.inputs {
            self.ty(&input.ty, errors);
            if let Some(default) = &input.default {
                self.expr(default, &params, errors);
            }
        }
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
            ClauseKind::Env { value, .. } | ClauseKind::Resource { value, .. } => {
                all(&[value], errors);
            }
            ClauseKind::Cost(value)
            | ClauseKind::Pack(value)
            | ClauseKind::AtMost(value)
            | ClauseKind::Associative { arity: value } => all(&[value], errors),
            ClauseKind::Again { status, up_to } => all(&[status, up_to], errors),
            // What `with` raises is not there yet, which `typecheck` says.
            ClauseKind::Retry(retry) => all(&[&retry.count], errors),
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
        match containers.get_index_of(name.node.as_str()) {
            Some(at) => {
                self.found.insert(name.span, Definition::Container(at));
            }
            None => errors.push(ResolveError::UnknownContainer {
                name: name.node.clone(),
                span: name.span,
                help: did_you_mean(&name.node, containers.keys().copied())
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
                if let Some(at) = records.get_index_of(name.as_str()) {
                    self.found.insert(ty.span, Definition::Record(at));
                } else if !items::TYPES.contains(&name.as_str()) {
                    let known = items::TYPES.into_iter().chain(records.keys().copied());
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
        let process = items.processes.get_index_of(text);
        let found = Function::named(text)
            .map(Definition::Function)
            .or(process.map(|at| Definition::Process(ProcessId(at))))
            .or(items.workflows.get_index_of(text).map(Definition::Workflow))
            .or(items.records.get_index_of(text).map(Definition::Record));
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
                let known = named.copied().chain(functions);
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
            ExprKind::It => errors.push(ResolveError::ItOutsideWhere { span: expr.span }),
            ExprKind::Where { list, .. } => {
                self.expr(list, sight, errors);
                errors.push(ResolveError::NotYet {
                    what: "`where` is",
                    span: expr.span,
                    help: None,
                });
            }
            ExprKind::Call {
                callee,
                types,
                args,
            } => {
                self.callee(callee, errors);
                types.iter().for_each(|ty| self.ty(ty, errors));
                args.iter()
                    .for_each(|arg| self.expr(&arg.value, sight, errors));
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
                for part in parts(expr) {
                    self.expr(part, sight, errors);
                }
            }
        }
    }
}

/// The expressions directly inside of one.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Bool(_)
        | ExprKind::Duration(_)
        | ExprKind::Size(_)
        | ExprKind::Name(_)
        | ExprKind::It => Vec::new(),
        ExprKind::Text(parts) => parts.iter().filter_map(hole).collect(),
        ExprKind::Field { of, .. } => vec![of],
        ExprKind::Pick { of, keys } => {
            let keys = keys.iter().map(|(_, key)| key);
            std::iter::once(&**of).chain(keys).collect()
        }
        ExprKind::Call { args, .. } => args.iter().map(|arg| &arg.value).collect(),
        ExprKind::List(items) => items.iter().collect(),
        ExprKind::Range {
            start, end, step, ..
        } => {
            let step = step.as_deref();
            [&**start, &**end].into_iter().chain(step).collect()
        }
        ExprKind::Where { list, filter } => vec![list, filter],
        ExprKind::Unary { operand, .. } => vec![operand],
        ExprKind::Binary { left, right, .. } => vec![left, right],
    }
}

fn hole(part: &TextPart) -> Option<&Expr> {
    match part {
        TextPart::Hole(expr) => Some(expr),
        TextPart::Literal(_) | TextPart::Alternatives(_) => None,
    }
}

/// The places of all value names in an expression.
pub(super) fn names(expr: &Expr) -> Vec<Span> {
    let mut found = Vec::new();
    let mut left = vec![expr];
    while let Some(next) = left.pop() {
        if matches!(next.kind, ExprKind::Name(_)) {
            found.push(next.span);
        }
        left.extend(parts(next));
    }
    found
}

/// Whether an expression calls a process or a workflow.
pub(super) fn calls(expr: &Expr, uses: &IndexMap<Span, Definition>) -> bool {
    let here = if let ExprKind::Call { callee, .. } = &expr.kind {
        let found = uses.get(&callee.span);
        matches!(
            found,
            Some(Definition::Process(_) | Definition::Workflow(_))
        )
    } else {
        false
    };
    here || parts(expr).into_iter().any(|part| calls(part, uses))
}

/// Defaults see the params alone.
struct Params<'a>(&'a Items<'a>);

impl Sight for Params<'_> {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError> {
        param(self.0, name).ok_or_else(|| unknown(self.0, name, span, []))
    }
}

/// Clauses and outputs see the inputs of their process, and the params.
struct Inside<'a> {
    items: &'a Items<'a>,
    process: &'a ast::Process,
}

impl Inside<'_> {
    fn position(&self, name: &str) -> Option<usize> {
        let inputs = &self.process.inputs;
        inputs.iter().position(|input| input.name.node == name)
    }

    fn inputs(&self) -> impl Iterator<Item = &str> {
        let inputs = self.process.inputs.iter();
        inputs.map(|input| input.name.node.as_str())
    }

    /// A clause that names an input.
    fn input(&self, name: &ast::Name, errors: &mut Vec<ResolveError>) {
        if self.position(&name.node).is_none() {
            errors.push(ResolveError::UnknownInput {
                process: self.process.name.node.clone(),
                name: name.node.clone(),
                span: name.span,
                help: did_you_mean(&name.node, self.inputs())
                    .unwrap_or_else(|| format!("add `{}: File` to its inputs", name.node)),
            });
        }
    }
}

impl Sight for Inside<'_> {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError> {
        let attempt = (name == "attempt").then_some(Definition::Attempt);
        self.position(name)
            .map(Definition::Input)
            .or_else(|| param(self.items, name))
            .or(attempt)
            .ok_or_else(|| unknown(self.items, name, span, self.inputs()))
    }
}

pub(super) fn param(items: &Items, name: &str) -> Option<Definition> {
    let at = items.params.get_index_of(name)?;
    Some(Definition::Param(ParamId(at)))
}

/// A name that means nothing; `near` are the names in sight besides the params.
pub(super) fn unknown<'n>(
    items: &Items<'n>,
    name: &str,
    span: Span,
    near: impl IntoIterator<Item = &'n str>,
) -> ResolveError {
    let callable = items
        .processes
        .get(name)
        .map(|it| ("process", it.process.name.span));
    let workflow = items.workflows.get(name).map(|it| ("workflow", it.word));
    if let Some((kind, first)) = callable.or(workflow) {
        return ResolveError::CallableAsValue {
            kind,
            name: name.to_owned(),
            span,
            first,
        };
    }
    let known = near.into_iter().chain(items.params.keys().copied());
    ResolveError::UnknownName {
        name: name.to_owned(),
        span,
        help: did_you_mean(name, known).unwrap_or_else(|| foreign::value(name, span)),
    }
}

/// The help that names the likely spelling.
pub(crate) fn did_you_mean<'n>(
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    closest(name, known).map(|near| format!("did you mean `{near}`?"))
}
