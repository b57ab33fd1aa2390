//! Which value names an expression can see.

use super::items::Placed;
use super::{Definition, Items, ResolveError, foreign};
use crate::ast;
use crate::diagnostics::closest;
use crate::source::Span;

/// The value names in sight of an expression.
pub(super) trait Sight {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError>;
}

/// Defaults see the params alone.
pub(super) struct Params<'a>(pub &'a Items<'a>);

impl Sight for Params<'_> {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError> {
        param(self.0, name, span).ok_or_else(|| unknown(self.0, name, span, []))
    }
}

/// Clauses and outputs see the inputs of their process, and the params.
pub(super) struct Inside<'a> {
    pub items: &'a Items<'a>,
    pub process: &'a ast::Process,
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
    pub fn input(&self, name: &ast::Name, errors: &mut Vec<ResolveError>) {
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
            .or_else(|| param(self.items, name, span))
            .or(attempt)
            .ok_or_else(|| unknown(self.items, name, span, self.inputs()))
    }
}

pub(super) fn param(items: &Items, name: &str, place: Span) -> Option<Definition> {
    let (id, _) = items.param(name, place)?;
    Some(Definition::Param(id))
}

/// A name that means nothing; `near` are the names in sight besides the params.
pub(super) fn unknown<'n>(
    items: &Items<'n>,
    name: &str,
    span: Span,
    near: impl IntoIterator<Item = &'n str>,
) -> ResolveError {
    let process = items.find(&items.processes, name, span);
    let process = process.and_then(|at| items.processes.get_index(at));
    let callable = process.map(|(_, it)| ("process", it.place()));
    let workflow = items.find(&items.workflows, name, span);
    let workflow = workflow.and_then(|at| items.workflows.get_index(at));
    let workflow = workflow.map(|(_, it)| ("workflow", it.place()));
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
        help: did_you_mean(name, known).unwrap_or_else(|| {
            let mut files = items.modules.all();
            foreign::value(name, files.any(|it| it.source == span.source))
        }),
    }
}

/// The help that names the likely spelling.
pub(crate) fn did_you_mean<'n>(
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    closest(name, known).map(|near| format!("did you mean `{near}`?"))
}
