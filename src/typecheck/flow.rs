//! The statements of a workflow, each behind all that it reads.

use std::ops::Range;

use super::call::CallSite;
use super::{Checker, Meaning, Place, TypeError};
use crate::ast::{self, StatementKind};
use crate::hir::{BoundValue, CallId, ConditionId, Guard, Loop, ValueId};
use crate::resolve::{Definition, LocalId, Step, Workflow};

mod rounds;

pub use rounds::RoundError;
pub(super) use rounds::Rounds;

/// What stands around the statements of a body.
#[derive(Clone)]
struct Body {
    loops: Vec<Loop>,
    when: Vec<Guard>,
    /// Of an `if`.
    condition: Option<ConditionId>,
}

/// The statements of a workflow while they are checked.
struct Bodies<'w, 'a> {
    workflow: &'w Workflow<'a>,
    /// What is inside of each `for`, `if` and round, by its step; None after an error in its head.
    inside: Vec<Option<Body>>,
    outside: Body,
}

impl Bodies<'_, '_> {
    fn put(&mut self, at: usize, body: Option<Body>) {
        if let Some(slot) = self.inside.get_mut(at) {
            *slot = body;
        }
    }
}

impl Body {
    /// The branches around a statement in it.
    fn branch(&self, branch: Option<bool>) -> Vec<Guard> {
        let mut when = self.when.clone();
        if let (Some(condition), Some(holds)) = (self.condition, branch) {
            when.push(Guard { condition, holds });
        }
        when
    }
}

impl Checker<'_> {
    pub(super) fn workflow(&mut self) {
        let bindings = self.bindings;
        self.steps(&bindings.main, &[]);
        self.name_calls();
    }

    /// The statements of a workflow that stands inside of these loops.
    pub(super) fn steps(&mut self, workflow: &Workflow, around: &[Loop]) {
        let outside = Body {
            loops: around.to_vec(),
            when: self.when.clone(),
            condition: None,
        };
        let mut bodies = Bodies {
            workflow,
            inside: vec![None; workflow.steps.len()],
            outside,
        };
        self.block(None, &mut bodies);
        self.when = bodies.outside.when;
    }

    /// The statements of a workflow, or those of a round.
    fn block(&mut self, repeat: Option<usize>, bodies: &mut Bodies) {
        let workflow = bodies.workflow;
        for &at in &workflow.order {
            let own = |step: &&Step| workflow.repeat_around(step) == repeat;
            let Some(step) = workflow.steps.get(at).filter(own) else {
                continue;
            };
            let parent = match step.parent {
                None => Some(&bodies.outside),
                Some(parent) => bodies.inside.get(parent).and_then(Option::as_ref),
            };
            let Some(Body { loops, .. }) = parent.map(|body| {
                self.when = body.branch(step.branch);
                body.clone()
            }) else {
                continue;
            };
            if let StatementKind::Repeat(repeat) = &step.statement.kind {
                self.rounds(repeat, at, &loops, bodies);
                continue;
            }
            let body = self.statement(step, &loops);
            bodies.put(at, body);
        }
    }

    /// Checks one statement; of a `for` or an `if` gives what is inside of it.
    fn statement(&mut self, step: &Step, loops: &[Loop]) -> Option<Body> {
        match &step.statement.kind {
            StatementKind::Bind { name, value, after } => {
                let meaning = self.bind(name, value, loops);
                self.mean(step.binds.first(), meaning.clone());
                self.after(meaning, after);
                None
            }
            StatementKind::Call { call, after } => {
                let meaning = self.bare_call(call, loops);
                self.after(meaning, after);
                None
            }
            StatementKind::For(each) => {
                let (loops, filter) = self.each(each, &step.binds, loops)?;
                Some(Body {
                    loops,
                    when: self.when.iter().copied().chain(filter).collect(),
                    condition: None,
                })
            }
            StatementKind::Publish { value, template } => {
                let span = step.statement.span;
                self.publish(value, template.as_ref(), loops, span);
                None
            }
            StatementKind::If(branches) => {
                let condition = self.condition(&branches.condition, &step.binds, loops)?;
                Some(Body {
                    loops: loops.to_vec(),
                    when: self.when.clone(),
                    condition: Some(condition),
                })
            }
            StatementKind::Repeat(_) => unreachable!("`block` goes through its rounds"),
        }
    }

    pub(super) fn mean(&mut self, local: Option<&LocalId>, meaning: Option<Meaning>) {
        if let Some(slot) = local.and_then(|id| self.meanings.get_mut(id.0)) {
            *slot = meaning;
        }
    }

    fn bind(&mut self, name: &ast::Name, value: &ast::Expr, loops: &[Loop]) -> Option<Meaning> {
        let place = Place::Workflow(loops);
        let first = self.program.calls.len();
        self.names.begin(name, value);
        let meaning = match self.call_site(value) {
            Some(site) => self.call_of(site, place),
            None => self.expr(value, place, None).map(|expr| {
                let id = ValueId(self.program.values.len());
                self.program.values.push(BoundValue {
                    name: name.clone(),
                    expr,
                    loops: self.program.carried(loops),
                    when: self.when.clone(),
                });
                Meaning::Value(id)
            }),
        };
        self.names.end(first);
        meaning
    }

    /// The call of a process or workflow that an expression is.
    pub(super) fn call_site<'e>(&self, expr: &'e ast::Expr) -> Option<CallSite<'e>> {
        let site = CallSite::of(expr)?;
        let called = self.bindings.definition(site.callee.span)?;
        matches!(called, Definition::Process(_) | Definition::Workflow(_)).then_some(site)
    }

    /// A call of what is known to be a process or a workflow.
    pub(super) fn call_of(&mut self, site: CallSite, place: Place) -> Option<Meaning> {
        let definition = self.bindings.definition(site.callee.span)?;
        if let Definition::Workflow(at) = definition {
            return self.instance(at, site, place).map(Meaning::Workflow);
        }
        let Definition::Process(id) = definition else {
            return None;
        };
        self.call(id, site, place).map(Meaning::Call)
    }

    fn bare_call(&mut self, expr: &ast::Expr, loops: &[Loop]) -> Option<Meaning> {
        let Some(site) = self.call_site(expr) else {
            self.error(TypeError::NoCall { span: expr.span });
            return None;
        };
        self.call_of(site, Place::Workflow(loops))
    }

    fn after(&mut self, meaning: Option<Meaning>, names: &[ast::Name]) {
        let mut before = Vec::new();
        for name in names {
            let Some(Definition::Local(id)) = self.bindings.definition(name.span) else {
                self.after_value(name);
                continue;
            };
            match self.meaning(id).map(|it| self.calls_of(it)) {
                Some(Some(calls)) => before.extend(calls.map(CallId)),
                Some(None) => self.after_value(name),
                None => {}
            }
        }
        let Some(meaning) = meaning else {
            return;
        };
        match (self.calls_of(&meaning), names.first()) {
            (Some(calls), _) => {
                let calls = self.program.calls.get_mut(calls).unwrap_or_default();
                calls.iter_mut().for_each(|it| it.after.extend(&before));
            }
            (None, Some(name)) => self.after_value(name),
            (None, None) => {}
        }
    }

    /// The calls that a name stands for, if it does.
    fn calls_of(&self, meaning: &Meaning) -> Option<Range<usize>> {
        match meaning {
            Meaning::Call(call) => Some(call.0..call.0 + 1),
            Meaning::Workflow(id) => Some(self.workflow_calls(*id)),
            Meaning::Joined(_) | Meaning::Rounds(_) => None,
            Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_) => None,
        }
    }

    fn after_value(&mut self, name: &ast::Name) {
        self.error(TypeError::AfterValue {
            name: name.node.clone(),
            span: name.span,
        });
    }
}
