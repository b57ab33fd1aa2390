//! The names of a workflow: what its statements bind and read.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::expr::{self, Uses};
use super::region::Region;
use super::sight::{self, Sight};
use super::{Definition, Items, Local, LocalId, LocalKind, RegionId, ResolveError, Workflow};
use crate::ast::{self, Expr, Statement, StatementKind};
use crate::source::Span;

/// A workflow with its names resolved, the uses apart.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub workflow: Workflow<'a>,
    /// Those of the workflows before it, too.
    pub locals: Vec<Local>,
    /// Where its own locals begin.
    pub first: usize,
    pub inputs: IndexMap<&'a str, LocalId>,
    /// The names that are bound; the first region is the workflow itself.
    pub regions: Vec<Region<'a>>,
    /// Loop variables seen so far; loops one after another may reuse one.
    pub variables: IndexMap<&'a str, usize>,
}

impl<'a> Scope<'a> {
    /// A scope behind those whose locals are given.
    pub fn behind(locals: Vec<Local>) -> Self {
        Self {
            first: locals.len(),
            locals,
            regions: vec![Region::default()],
            ..Self::default()
        }
    }

    /// A place at the end of the workflow, wherever what is read there is written.
    pub fn end(&mut self) -> RegionId {
        let names = self.regions.first().map(Region::at_end);
        self.regions.push(Region {
            around: Some(RegionId(0)),
            names: names.unwrap_or_default(),
            ..Region::default()
        });
        RegionId(self.regions.len() - 1)
    }

    /// What has that name where it is in sight of a region.
    pub fn bound(&self, name: &str, region: RegionId) -> Option<LocalId> {
        let mut next = Some(region);
        while let Some(region) = next.and_then(|id| self.regions.get(id.0)) {
            if let Some(id) = region.names.get(name) {
                return Some(*id);
            }
            next = region.around;
        }
        self.inputs.get(name).copied()
    }

    /// What has that name at a place: behind a `repeat` it is another.
    fn bound_at(
        &self,
        name: &str,
        region: RegionId,
        span: Span,
    ) -> Result<Option<LocalId>, ResolveError> {
        let mut found = self.bound(name, region);
        let mut next = Some(region);
        while let Some(region) = next.and_then(|id| self.regions.get(id.0)) {
            let below = |it: &&(LocalId, Span)| Some(it.0) == found && span.start > it.1.end;
            if let Some((_, set)) = region.carried.iter().find(below) {
                return Err(ResolveError::CarriedBelow {
                    name: name.to_owned(),
                    span,
                    set: *set,
                });
            }
            let mut later = region.later.iter();
            if let Some(later) = later.rfind(|it| it.name == name && it.from <= span.start) {
                found = Some(later.id);
                break;
            }
            if region.names.contains_key(name) {
                break;
            }
            next = region.around;
        }
        Ok(found)
    }

    /// The same with what is known of it.
    pub fn binding(&self, name: &str, region: RegionId) -> Option<&Local> {
        let id = self.bound(name, region)?;
        self.locals.get(id.0)
    }

    /// The names that are bound anywhere.
    pub fn bound_names(&self) -> impl Iterator<Item = &'a str> {
        self.regions.iter().flat_map(|it| it.names.keys().copied())
    }

    /// The loop variable of that name, of this loop or one around it.
    pub fn loop_around(&self, name: &str, inner: Option<usize>) -> Option<LocalId> {
        let mut next = inner;
        while let Some(step) = next.and_then(|at| self.workflow.steps.get(at)) {
            let is_variable = |id: &&LocalId| {
                let local = self.locals.get(id.0);
                local.is_some_and(|it| it.name.node == name && it.kind == LocalKind::LoopVariable)
            };
            if let Some(id) = step.binds.iter().find(is_variable) {
                return Some(*id);
            }
            next = step.parent;
        }
        None
    }

    /// Resolves what the statements read; gives for each the steps that must stand before it.
    pub fn resolve(
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
                region: step.region,
            };
            let mut before: BTreeSet<usize> = step.parent.into_iter().collect();
            // A filter sees the variables of its loop.
            let body = InWorkflow {
                parent: Some(reads.len()),
                ..inside
            };
            let last = InWorkflow {
                region: step.until.unwrap_or(step.region),
                ..body
            };
            let own = read(step.statement).into_iter().map(|it| (it, &inside));
            let own = own.chain(filter(step.statement).map(|it| (it, &body)));
            for (expr, sight) in own.chain(until(step.statement).map(|it| (it, &last))) {
                uses.expr(expr, sight, errors);
                let names = expr::names(expr);
                let found = names.iter().filter_map(|span| uses.found.get(span));
                before.extend(found.flat_map(|it| self.steps_of(*it)));
            }
            for name in after(step.statement) {
                match inside.find(&name.node, name.span) {
                    Ok(definition) => {
                        uses.found.insert(name.span, definition);
                        before.extend(self.steps_of(definition));
                    }
                    Err(error) => errors.push(error),
                }
            }
            reads.push(before);
        }
        self.rounds_are_one(&mut reads);
        reads
    }

    /// Loop variables that have the name of a binding anywhere in the workflow.
    fn shadowed_bindings(&self, errors: &mut Vec<ResolveError>) {
        for local in self.locals.iter().skip(self.first) {
            let mut regions = self.regions.iter();
            let name = local.name.node.as_str();
            let bound = regions.find_map(|it| it.names.get(name));
            let bound = bound.or_else(|| self.inputs.get(name));
            let bound = bound.and_then(|id| self.locals.get(id.0));
            if let (LocalKind::LoopVariable, Some(bound)) = (local.kind, bound) {
                errors.push(ResolveError::ShadowedName {
                    name: local.name.node.clone(),
                    what: match bound.kind {
                        LocalKind::Input => "an input",
                        LocalKind::Bound
                        | LocalKind::LoopVariable
                        | LocalKind::Joined { .. }
                        | LocalKind::Given { .. }
                        | LocalKind::Rounds { .. } => "a result",
                    },
                    span: local.name.span,
                    first: bound.name.span,
                });
            }
        }
    }

    /// The steps that bind what is used.
    fn steps_of(&self, definition: Definition) -> &[usize] {
        match definition {
            Definition::Local(id) => self.locals.get(id.0).map_or(&[], |it| &it.steps),
            Definition::Param(_)
            | Definition::Input(_)
            | Definition::Attempt
            | Definition::Function(_)
            | Definition::Process(_)
            | Definition::Workflow(_)
            | Definition::Record(_)
            | Definition::Container(_) => &[],
        }
    }

    pub fn cycle(&self, circle: &[usize]) -> ResolveError {
        let steps = circle.iter().filter_map(|&at| self.workflow.steps.get(at));
        let places: Vec<(String, Span)> = steps.map(|step| title(step.statement)).collect();
        let names: Vec<_> = places.iter().map(|(name, _)| name.as_str()).collect();
        let span = places.first().map_or(Span::default(), |(_, span)| *span);
        let next = places.get(1).or(places.first());
        ResolveError::Cycle {
            what: match names.as_slice() {
                [one] => format!("{one} waits for itself"),
                _ => format!("these wait for each other: {}", names.join(", ")),
            },
            span,
            reads: match places.len() {
                1 => "reads its own result".to_owned(),
                _ => format!("reads {}", next.map_or("itself", |(name, _)| name)),
            },
        }
    }
}

/// The names in sight of a statement.
#[derive(Clone, Copy)]
pub(super) struct InWorkflow<'s, 'a> {
    pub scope: &'s Scope<'a>,
    pub items: &'s Items<'a>,
    /// The loop or `if` around it.
    pub parent: Option<usize>,
    pub region: RegionId,
}

impl Sight for InWorkflow<'_, '_> {
    fn find(&self, name: &str, span: Span) -> Result<Definition, ResolveError> {
        let scope = self.scope;
        let variable = scope.loop_around(name, self.parent);
        let bound = match variable {
            Some(variable) => Some(variable),
            None => scope.bound_at(name, self.region, span)?,
        };
        let local = bound.map(Definition::Local);
        if let Some(found) = local.or_else(|| sight::param(self.items, name, span)) {
            return Ok(found);
        }
        let elsewhere = scope.variables.get(name);
        if let Some(near) = self.collection_of(name, span) {
            return Err(near);
        }
        if let Some(step) = elsewhere.and_then(|&at| scope.workflow.steps.get(at)) {
            return Err(outside(name, span, step.statement));
        }
        let others = scope.inputs.keys().chain(scope.variables.keys());
        let near = scope.bound_names().chain(others.copied());
        Err(sight::unknown(self.items, name, span, near))
    }
}

impl InWorkflow<'_, '_> {
    /// `for seed in seed`, where the collection is a param of nearly that name.
    fn collection_of(&self, name: &str, span: Span) -> Option<ResolveError> {
        let steps = self.scope.workflow.steps.iter();
        let mut heads = steps.filter_map(|step| match &step.statement.kind {
            StatementKind::For(each) => Some(each),
            StatementKind::Bind { .. }
            | StatementKind::Call { .. }
            | StatementKind::If(_)
            | StatementKind::Repeat(_)
            | StatementKind::Publish { .. } => None,
        });
        heads.find(|each| {
            let own = each.variables.iter().any(|it| it.node == name);
            own && each.collection.span == span
        })?;
        Some(sight::unknown(self.items, name, span, []))
    }
}

fn outside(name: &str, span: Span, each: &Statement) -> ResolveError {
    let (head, first) = title(each);
    let help = match &each.kind {
        StatementKind::For(ast::For {
            collection:
                Expr {
                    kind: ast::ExprKind::Name(all),
                    ..
                },
            ..
        }) => {
            format!("move the use into `for {name} in {all}`, or use `{all}` for all its items")
        }
        StatementKind::For(_)
        | StatementKind::Bind { .. }
        | StatementKind::Call { .. }
        | StatementKind::If(_)
        | StatementKind::Repeat(_)
        | StatementKind::Publish { .. } => {
            format!("move the use into {head}, or use the collection itself for all its items")
        }
    };
    ResolveError::VariableOutsideLoop {
        name: name.to_owned(),
        help,
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
            |name| (format!("`for {} in …`", name.node), name.span),
        ),
        StatementKind::Call { call, .. } => ("a call".to_owned(), call.span),
        StatementKind::If(_) => ("`if`".to_owned(), statement.span),
        StatementKind::Repeat(_) => ("`repeat`".to_owned(), statement.span),
        StatementKind::Publish { .. } => ("`publish`".to_owned(), statement.span),
    }
}

/// The expressions that a statement itself reads; those of its body are steps of their own.
pub(super) fn read(statement: &Statement) -> Vec<&Expr> {
    match &statement.kind {
        StatementKind::Bind { value, .. } => vec![value],
        StatementKind::Call { call, .. } => vec![call],
        StatementKind::For(each) => vec![&each.collection],
        StatementKind::Publish { value, template } => {
            std::iter::once(value).chain(template).collect()
        }
        StatementKind::If(branches) => vec![&branches.condition],
        StatementKind::Repeat(repeat) => vec![&repeat.count],
    }
}

/// What ends rounds.
fn until(statement: &Statement) -> Option<&Expr> {
    match &statement.kind {
        StatementKind::Repeat(repeat) => repeat.until.as_ref(),
        StatementKind::Bind { .. }
        | StatementKind::Call { .. }
        | StatementKind::For(_)
        | StatementKind::If(_)
        | StatementKind::Publish { .. } => None,
    }
}

/// What a loop asks of its items.
pub(super) fn filter(statement: &Statement) -> Option<&Expr> {
    match &statement.kind {
        StatementKind::For(each) => each.filter.as_ref(),
        StatementKind::Bind { .. }
        | StatementKind::Call { .. }
        | StatementKind::If(_)
        | StatementKind::Repeat(_)
        | StatementKind::Publish { .. } => None,
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
