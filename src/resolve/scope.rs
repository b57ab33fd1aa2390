//! The names of a workflow: what its statements bind and read.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::expr::{self, Sight, Uses};
use super::{Definition, Items, Local, LocalId, LocalKind, ResolveError, Step, Workflow, order};
use crate::ast::{self, Block, Expr, Statement, StatementKind};
use crate::source::Span;

/// A workflow with its names resolved, the uses apart.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub workflow: Workflow<'a>,
    pub locals: Vec<Local>,
    /// Bound names: where each stands among the locals, and which step binds it.
    bound: IndexMap<&'a str, (LocalId, usize)>,
    /// Loop variables seen so far; loops one after another may reuse one.
    variables: IndexMap<&'a str, usize>,
}

/// Resolves the main workflow.
pub(super) fn main<'a>(
    mains: &[&'a ast::Workflow],
    file: &ast::File,
    uses: &mut Uses<'_, 'a>,
    errors: &mut Vec<ResolveError>,
) -> Scope<'a> {
    for workflow in uses.items.workflows.values() {
        errors.push(ResolveError::NotYet {
            what: "named workflows are",
            span: workflow.word,
            help: Some("write its calls where it is called".into()),
        });
    }
    let Some((&main, more)) = mains.split_first() else {
        errors.push(ResolveError::NoWorkflow {
            span: file.items.last().map_or(Span::default(), |item| item.span),
        });
        return Scope::default();
    };
    for second in more {
        errors.push(ResolveError::TwoWorkflows {
            span: second.word,
            first: main.word,
        });
    }
    let mut scope = Scope::default();
    scope.declare(&main.body, None, uses.items, errors);
    let reads = scope.resolve(uses, errors);
    if errors.is_empty() && !scope.calls_something(uses) {
        errors.push(ResolveError::NothingCalled { span: main.word });
    }
    match order::sort(&reads) {
        Ok(order) => scope.workflow.order = order,
        Err(circle) => errors.push(scope.cycle(&circle)),
    }
    scope
}

impl<'a> Scope<'a> {
    /// Notes the statements of a block and the names that they bind.
    fn declare(
        &mut self,
        block: &'a Block,
        parent: Option<usize>,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) {
        for statement in &block.statements {
            let at = self.workflow.steps.len();
            self.workflow.steps.push(Step {
                statement,
                parent,
                binds: Vec::new(),
            });
            let binds = match &statement.kind {
                StatementKind::Bind { name, .. } => {
                    self.bind(name, at, items, errors).into_iter().collect()
                }
                StatementKind::For(each) => self.each(each, at, items, errors),
                StatementKind::If(branches) => self.branches(branches, at, items, errors),
                StatementKind::Repeat(repeat) => self.repeat(repeat, at, items, errors),
                StatementKind::Call { .. } | StatementKind::Publish { .. } => Vec::new(),
            };
            if let Some(step) = self.workflow.steps.get_mut(at) {
                step.binds = binds;
            }
        }
    }

    fn each(
        &mut self,
        each: &'a ast::For,
        at: usize,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) -> Vec<LocalId> {
        not_yet_loop(each, errors);
        let mut variables = Vec::new();
        for name in &each.variables {
            variables.push(self.variable(name, at, items, errors));
        }
        self.enter(&each.body, at, variables.clone(), items, errors);
        variables
    }

    /// Not there yet; its names are bound all the same, so that nothing else is reported of them.
    fn branches(
        &mut self,
        branches: &'a ast::If,
        at: usize,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) -> Vec<LocalId> {
        let span = branches.condition.span;
        errors.push(ResolveError::NotYet {
            what: "`if` is",
            span,
            help: None,
        });
        let mut ignored = Vec::new();
        for block in std::iter::once(&branches.then).chain(&branches.otherwise) {
            self.declare(block, Some(at), items, &mut ignored);
        }
        Vec::new()
    }

    /// Not there yet, like `if`.
    fn repeat(
        &mut self,
        repeat: &'a ast::Repeat,
        at: usize,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) -> Vec<LocalId> {
        errors.push(ResolveError::NotYet {
            what: "`repeat` is",
            span: repeat.count.span,
            help: None,
        });
        let mut ignored = Vec::new();
        let mut variables = Vec::new();
        for name in repeat.variable.iter() {
            variables.push(self.variable(name, at, items, &mut ignored));
        }
        self.enter(&repeat.body, at, variables.clone(), items, &mut ignored);
        variables
    }

    /// Declares the body of a loop, in which its variables are known.
    fn enter(
        &mut self,
        body: &'a Block,
        at: usize,
        variables: Vec<LocalId>,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) {
        if let Some(step) = self.workflow.steps.get_mut(at) {
            step.binds = variables;
        }
        self.declare(body, Some(at), items, errors);
    }

    fn bind(
        &mut self,
        name: &'a ast::Name,
        at: usize,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) -> Option<LocalId> {
        if let Some(param) = items.params.get(name.node.as_str()) {
            errors.push(ResolveError::BoundParam {
                name: name.node.clone(),
                span: name.span,
                first: param.name.span,
            });
        }
        let first = self.bound.get(name.node.as_str());
        let first = first.and_then(|(id, _)| self.locals.get(id.0));
        if let Some(first) = first {
            errors.push(ResolveError::BoundTwice {
                name: name.node.clone(),
                span: name.span,
                first: first.name.span,
            });
            return None;
        }
        let id = self.local(name, LocalKind::Bound);
        self.bound.insert(&name.node, (id, at));
        Some(id)
    }

    fn variable(
        &mut self,
        name: &'a ast::Name,
        at: usize,
        items: &Items,
        errors: &mut Vec<ResolveError>,
    ) -> LocalId {
        let param = items.params.get(name.node.as_str());
        let around = self.loop_around(&name.node, self.parent(at));
        let around = around.and_then(|id| self.locals.get(id.0));
        let shadowed = param
            .map(|param| ("a param", param.name.span))
            .or(around.map(|outer| ("the variable of the loop around it", outer.name.span)));
        if let Some((what, first)) = shadowed {
            errors.push(ResolveError::ShadowedName {
                name: name.node.clone(),
                what,
                span: name.span,
                first,
            });
        }
        self.variables.entry(&name.node).or_insert(at);
        self.local(name, LocalKind::LoopVariable)
    }

    fn local(&mut self, name: &ast::Name, kind: LocalKind) -> LocalId {
        let id = LocalId(self.locals.len());
        self.locals.push(Local {
            name: name.clone(),
            kind,
        });
        id
    }

    fn parent(&self, at: usize) -> Option<usize> {
        self.workflow.steps.get(at).and_then(|step| step.parent)
    }

    /// The loop variable of that name, of this loop or one around it.
    fn loop_around(&self, name: &str, inner: Option<usize>) -> Option<LocalId> {
        let mut next = inner;
        while let Some(step) = next.and_then(|at| self.workflow.steps.get(at)) {
            let named = |id: &&LocalId| {
                let local = self.locals.get(id.0);
                local.is_some_and(|local| local.name.node == name)
            };
            if let Some(id) = step.binds.iter().find(named) {
                return Some(*id);
            }
            next = step.parent;
        }
        None
    }

    /// Resolves what the statements read; gives for each the steps that must stand before it.
    fn resolve(
        &self,
        uses: &mut Uses<'_, 'a>,
        errors: &mut Vec<ResolveError>,
    ) -> Vec<BTreeSet<usize>> {
        self.shadowed_bindings(errors);
        let mut reads = Vec::with_capacity(self.workflow.steps.len());
        for step in &self.workflow.steps {
            let inside = InWorkflow {
                scope: self,
                items: uses.items,
                parent: step.parent,
            };
            let mut before: BTreeSet<usize> = step.parent.into_iter().collect();
            for expr in read(step.statement) {
                uses.expr(expr, &inside, errors);
                let names = expr::names(expr);
                let found = names.iter().filter_map(|span| uses.found.get(span));
                before.extend(found.filter_map(|it| self.step_of(*it)));
            }
            for name in after(step.statement) {
                match inside.find(&name.node, name.span) {
                    Ok(definition) => {
                        uses.found.insert(name.span, definition);
                        before.extend(self.step_of(definition));
                    }
                    Err(error) => errors.push(error),
                }
            }
            reads.push(before);
        }
        reads
    }

    /// Loop variables that have the name of a binding anywhere in the workflow.
    fn shadowed_bindings(&self, errors: &mut Vec<ResolveError>) {
        for local in &self.locals {
            let bound = self.bound.get(local.name.node.as_str());
            let bound = bound.and_then(|(id, _)| self.locals.get(id.0));
            if let (LocalKind::LoopVariable, Some(bound)) = (local.kind, bound) {
                errors.push(ResolveError::ShadowedName {
                    name: local.name.node.clone(),
                    what: "a result",
                    span: local.name.span,
                    first: bound.name.span,
                });
            }
        }
    }

    /// The step that binds what is used.
    fn step_of(&self, definition: Definition) -> Option<usize> {
        let id = match definition {
            Definition::Local(id) => id,
            Definition::Param(_)
            | Definition::Input(_)
            | Definition::Attempt
            | Definition::Function(_)
            | Definition::Process(_)
            | Definition::Workflow(_)
            | Definition::Record(_)
            | Definition::Container(_) => return None,
        };
        let name = &self.locals.get(id.0)?.name.node;
        let (bound, step) = self.bound.get(name.as_str())?;
        (*bound == id).then_some(*step)
    }

    fn calls_something(&self, uses: &Uses) -> bool {
        let steps = self.workflow.steps.iter();
        let mut exprs = steps.flat_map(|step| read(step.statement));
        exprs.any(|expr| expr::calls(expr, &uses.found))
    }

    fn cycle(&self, circle: &[usize]) -> ResolveError {
        let steps = circle.iter().filter_map(|&at| self.workflow.steps.get(at));
        let places: Vec<(String, Span)> = steps.map(|step| title(step.statement)).collect();
        let names: Vec<_> = places.iter().map(|(name, _)| name.as_str()).collect();
        let span = places.first().map_or(Span::default(), |(_, span)| *span);
        let next = places.get(1).or(places.first());
        ResolveError::Cycle {
            names: names.join(", "),
            span,
            reads: format!("reads {}", next.map_or("itself", |(name, _)| name)),
        }
    }
}

/// The names in sight of a statement.
struct InWorkflow<'s, 'a> {
    scope: &'s Scope<'a>,
    items: &'s Items<'a>,
    parent: Option<usize>,
}

impl Sight for InWorkflow<'_, '_> {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError> {
        let scope = self.scope;
        let variable = scope.loop_around(name, self.parent);
        let bound = scope.bound.get(name).map(|(id, _)| *id);
        let local = variable.or(bound).map(Definition::Local);
        if let Some(found) = local.or_else(|| expr::param(self.items, name)) {
            return Ok(found);
        }
        let elsewhere = scope.variables.get(name);
        if let Some(step) = elsewhere.and_then(|&at| scope.workflow.steps.get(at)) {
            return Err(outside(name, span, step.statement));
        }
        let near = scope.bound.keys().chain(scope.variables.keys()).copied();
        Err(expr::unknown(self.items, name, span, near))
    }
}

fn outside(name: &str, span: Span, each: &Statement) -> ResolveError {
    let (collection, first) = title(each);
    ResolveError::VariableOutsideLoop {
        name: name.to_owned(),
        collection,
        span,
        first,
    }
}

/// What a statement is called in messages, and where.
fn title(statement: &Statement) -> (String, Span) {
    match &statement.kind {
        StatementKind::Bind { name, .. } => (format!("`{}`", name.node), name.span),
        StatementKind::For(each) => each.variables.first().map_or_else(
            || ("a loop".to_owned(), statement.span),
            |name| (format!("the loop over `{}`", name.node), name.span),
        ),
        StatementKind::Call { call, .. } => ("a call".to_owned(), call.span),
        StatementKind::If(_) => ("`if`".to_owned(), statement.span),
        StatementKind::Repeat(_) => ("`repeat`".to_owned(), statement.span),
        StatementKind::Publish { .. } => ("`publish`".to_owned(), statement.span),
    }
}

/// The expressions that a statement itself reads; those of its body are steps of their own.
fn read(statement: &Statement) -> Vec<&Expr> {
    match &statement.kind {
        StatementKind::Bind { value, .. } => vec![value],
        StatementKind::Call { call, .. } => vec![call],
        StatementKind::For(each) => vec![&each.collection],
        StatementKind::Publish { value, template } => {
            std::iter::once(value).chain(template).collect()
        }
        StatementKind::If(_) | StatementKind::Repeat(_) => Vec::new(),
    }
}

fn after(statement: &Statement) -> &[ast::Name] {
    match &statement.kind {
        StatementKind::Bind { after, .. } | StatementKind::Call { after, .. } => after,
        StatementKind::For(_)
        | StatementKind::If(_)
        | StatementKind::Repeat(_)
        | StatementKind::Publish { .. } => &[],
    }
}

fn not_yet_loop(each: &ast::For, errors: &mut Vec<ResolveError>) {
    if let Some(filter) = &each.filter {
        errors.push(ResolveError::NotYet {
            what: "`where` is",
            span: filter.span,
            help: Some("filter the collection before the run, in a sheet of its own".into()),
        });
    }
    if let Some(second) = each.variables.get(1) {
        errors.push(ResolveError::NotYet {
            what: "a loop with two variables is",
            span: second.span,
            help: Some("loop over a sheet whose rows hold both".into()),
        });
    }
}
