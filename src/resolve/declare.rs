//! The statements of a workflow, flat, and the names that they bind.

use super::scope::Scope;
use super::{Items, Local, LocalId, LocalKind, ResolveError, Step};
use crate::ast::{self, Block, Name, StatementKind};
use crate::source::Span;

/// The scope of a workflow while its statements are gone through.
pub(super) struct Declaring<'d, 'a> {
    pub scope: Scope<'a>,
    pub items: &'d Items<'a>,
    pub errors: Vec<ResolveError>,
}

impl<'a> Declaring<'_, 'a> {
    /// The inputs of a named workflow.
    pub fn inputs(&mut self, inputs: &'a [ast::Input]) {
        for input in inputs {
            let name = &input.name;
            if let Some((_, param)) = self.items.param(&name.node, name.span) {
                self.errors.push(ResolveError::ShadowedParam {
                    name: name.node.clone(),
                    span: name.span,
                    first: param.name.span,
                });
            }
            if let Some(first) = self.scope.binding(&name.node) {
                self.errors.push(ResolveError::DeclaredTwice {
                    kind: "input",
                    name: name.node.clone(),
                    span: name.span,
                    first: first.name.span,
                });
                continue;
            }
            let id = self.local(name, LocalKind::Input);
            self.scope.inputs.insert(&name.node, id);
            self.scope.workflow.inputs.push(id);
        }
    }

    /// Notes the statements of a block; `parent` is the step that it belongs to.
    pub fn block(&mut self, block: &'a Block, parent: Option<usize>) {
        for statement in &block.statements {
            let at = self.scope.workflow.steps.len();
            self.scope.workflow.steps.push(Step {
                statement,
                parent,
                binds: Vec::new(),
            });
            match &statement.kind {
                StatementKind::Bind { name, .. } => self.bind(name, at),
                StatementKind::For(each) => {
                    self.not_yet_in(each);
                    self.body(&each.variables, &each.body, at);
                }
                StatementKind::If(branches) => self.branches(branches, at),
                StatementKind::Repeat(repeat) => {
                    self.not_yet("`repeat` is", repeat.count.span, None);
                    self.quietly(|this| {
                        let variable = repeat.variable.as_slice();
                        this.body(variable, &repeat.body, at);
                    });
                }
                StatementKind::Call { .. } | StatementKind::Publish { .. } => {}
            }
        }
    }

    /// The body of a loop, in which its variables are known.
    fn body(&mut self, variables: &'a [Name], body: &'a Block, at: usize) {
        for name in variables {
            let id = self.variable(name, at);
            self.note(at, id);
        }
        self.block(body, Some(at));
    }

    fn note(&mut self, at: usize, id: LocalId) {
        if let Some(step) = self.scope.workflow.steps.get_mut(at) {
            step.binds.push(id);
        }
    }

    fn branches(&mut self, branches: &'a ast::If, at: usize) {
        self.not_yet("`if` is", branches.condition.span, None);
        self.quietly(|this| {
            this.block(&branches.then, Some(at));
            if let Some(otherwise) = &branches.otherwise {
                this.block(otherwise, Some(at));
            }
        });
    }

    /// Binds the names of what is not there yet, so that nothing else is reported of them.
    fn quietly(&mut self, declare: impl FnOnce(&mut Self)) {
        let before = self.errors.len();
        declare(self);
        self.errors.truncate(before);
    }

    fn bind(&mut self, name: &'a Name, at: usize) {
        if let Some((_, param)) = self.items.param(&name.node, name.span) {
            self.errors.push(ResolveError::BoundParam {
                name: name.node.clone(),
                span: name.span,
                first: param.name.span,
            });
        }
        if let Some(first) = self.scope.binding(&name.node) {
            let error = ResolveError::BoundTwice {
                name: name.node.clone(),
                span: name.span,
                first: first.name.span,
            };
            self.errors.push(error);
            return;
        }
        let id = self.local(name, LocalKind::Bound);
        self.scope.bound.insert(&name.node, (id, at));
        self.note(at, id);
    }

    fn variable(&mut self, name: &'a Name, at: usize) -> LocalId {
        let parent = self.scope.workflow.steps.get(at).and_then(|it| it.parent);
        let param = self.items.param(&name.node, name.span);
        let around = self.scope.loop_around(&name.node, parent);
        let around = around.and_then(|id| self.scope.locals.get(id.0));
        let shadowed = param
            .map(|(_, param)| ("a param", param.name.span))
            .or(around.map(|outer| ("the variable of the loop around it", outer.name.span)));
        if let Some((what, first)) = shadowed {
            self.errors.push(ResolveError::ShadowedName {
                name: name.node.clone(),
                what,
                span: name.span,
                first,
            });
        }
        self.scope.variables.entry(&name.node).or_insert(at);
        self.local(name, LocalKind::LoopVariable)
    }

    fn local(&mut self, name: &Name, kind: LocalKind) -> LocalId {
        let id = LocalId(self.scope.locals.len());
        self.scope.locals.push(Local {
            name: name.clone(),
            kind,
        });
        id
    }

    fn not_yet_in(&mut self, each: &ast::For) {
        if let Some(filter) = &each.filter {
            let help = "filter the collection before the run, in a sheet of its own";
            self.not_yet("`where` is", filter.span, Some(help));
        }
        if let Some(second) = each.variables.get(1) {
            let help = "loop over a sheet whose rows hold both";
            self.not_yet("a loop with two variables is", second.span, Some(help));
        }
    }

    fn not_yet(&mut self, what: &'static str, span: Span, help: Option<&str>) {
        self.errors.push(ResolveError::NotYet {
            what,
            span,
            help: help.map(str::to_owned),
        });
    }
}
