//! The statements of the workflow, each behind all that it reads.

use super::{Checker, Meaning, Place, TypeError};
use crate::ast::{self, ExprKind as Written, StatementKind};
use crate::hir::{Axis, AxisId, BoundValue, CallId, Expr, ExprKind, Function, Loop, ValueId};
use crate::resolve::{Definition, LocalId, Step};
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn workflow(&mut self) {
        let bindings = self.bindings;
        let workflow = &bindings.main;
        // The loops inside of each `for`, by its step; None after an error in its head.
        let mut inside: Vec<Option<Vec<Loop>>> = vec![None; workflow.steps.len()];
        for &at in &workflow.order {
            let Some(step) = workflow.steps.get(at) else {
                continue;
            };
            let loops = match step.parent {
                None => Some(Vec::new()),
                Some(parent) => inside.get(parent).and_then(Clone::clone),
            };
            let Some(loops) = loops else {
                continue;
            };
            let body = self.statement(step, &loops);
            if let Some(slot) = inside.get_mut(at) {
                *slot = body;
            }
        }
        self.name_calls();
    }

    /// Checks one statement; of a `for` gives the loops inside of it.
    fn statement(&mut self, step: &Step, loops: &[Loop]) -> Option<Vec<Loop>> {
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
            StatementKind::For(each) => self.each(each, step.binds.first(), loops),
            StatementKind::Publish { value, template } => {
                let span = step.statement.span;
                self.publish(value, template.as_ref(), loops, span);
                None
            }
            StatementKind::If(_) | StatementKind::Repeat(_) => None,
        }
    }

    fn mean(&mut self, local: Option<&LocalId>, meaning: Option<Meaning>) {
        if let Some(slot) = local.and_then(|id| self.meanings.get_mut(id.0)) {
            *slot = meaning;
        }
    }

    fn bind(&mut self, name: &ast::Name, value: &ast::Expr, loops: &[Loop]) -> Option<Meaning> {
        let place = Place::Workflow(loops);
        let first = self.program.calls.len();
        let meaning = match self.process_call(value, place) {
            Some(call) => Meaning::Call(call?),
            None => {
                let expr = self.expr(value, place, None)?;
                let id = ValueId(self.program.values.len());
                self.program.values.push(BoundValue {
                    name: name.clone(),
                    expr,
                    loops: loops.to_vec(),
                });
                Meaning::Value(id)
            }
        };
        // `x = f(y).out` names that call, too; calls among its arguments stand before it.
        if self.program.calls.len() > first
            && let Some(slot) = self.bound_names.last_mut()
        {
            *slot = Some(name.node.clone());
        }
        Some(meaning)
    }

    /// The call that an expression is; the inner None after an error in it.
    pub(super) fn process_call(
        &mut self,
        expr: &ast::Expr,
        place: Place,
    ) -> Option<Option<CallId>> {
        let Written::Call { callee, args, .. } = &expr.kind else {
            return None;
        };
        let Some(Definition::Process(process)) = self.bindings.definition(callee.span) else {
            return None;
        };
        Some(self.call(process, (callee, args, expr.span), place))
    }

    fn bare_call(&mut self, expr: &ast::Expr, loops: &[Loop]) -> Option<Meaning> {
        match self.process_call(expr, Place::Workflow(loops)) {
            Some(call) => call.map(Meaning::Call),
            None => {
                self.error(TypeError::NoCall { span: expr.span });
                None
            }
        }
    }

    fn after(&mut self, meaning: Option<Meaning>, names: &[ast::Name]) {
        let mut before = Vec::new();
        for name in names {
            let Some(Definition::Local(id)) = self.bindings.definition(name.span) else {
                self.after_value(name);
                continue;
            };
            match self.meaning(id) {
                Some(Meaning::Call(call)) => before.push(*call),
                Some(Meaning::Value(_) | Meaning::Item(_)) => self.after_value(name),
                None => {}
            }
        }
        let Some(Meaning::Call(call)) = meaning else {
            if let (Some(_), Some(name)) = (meaning, names.first()) {
                self.after_value(name);
            }
            return;
        };
        if let Some(call) = self.program.calls.get_mut(call.0) {
            call.after = before;
        }
    }

    fn after_value(&mut self, name: &ast::Name) {
        self.error(TypeError::AfterValue {
            name: name.node.clone(),
            span: name.span,
        });
    }

    /// The head of a loop: its axis is that of its collection.
    fn each(
        &mut self,
        each: &ast::For,
        local: Option<&LocalId>,
        loops: &[Loop],
    ) -> Option<Vec<Loop>> {
        let variable = each.variables.first()?;
        let collection = self.expr(&each.collection, Place::Workflow(loops), None)?;
        let item = self.item_type(&collection)?;
        let identity = collection.identity();
        let axis = match self.axis_of.get(&identity) {
            Some(&axis) => axis,
            None => {
                let axis = AxisId(self.program.axes.len());
                self.axis_of.insert(identity, axis);
                self.program.axes.push(Axis {
                    variable: variable.clone(),
                    collection: collection.clone(),
                    item,
                });
                axis
            }
        };
        self.mean(local, Some(Meaning::Item(axis)));
        if let Some(around) = loops.iter().find(|around| around.axis == axis) {
            self.error(TypeError::NestedSameAxis {
                collection: collection.to_string(),
                span: each.collection.span,
                first: around.variable.span,
            });
            return None;
        }
        let mut inside = loops.to_vec();
        inside.push(Loop {
            axis,
            variable: variable.clone(),
        });
        Some(inside)
    }

    /// What one item of a collection is, if its items are known before anything runs.
    fn item_type(&mut self, collection: &Expr) -> Option<Type> {
        let Type::List(item) = &collection.ty else {
            let whole = matches!(&collection.kind, ExprKind::Param(..));
            self.error(TypeError::LoopOverOne {
                found: format!("one `{}`", collection.ty),
                span: collection.span,
                help: if whole {
                    match (&collection.ty, &collection.kind) {
                        (Type::Int, ExprKind::Param(_, name)) => {
                            format!("count with `0..{name}`, or declare the param as `[Int]`")
                        }
                        (ty, _) => format!("declare the param as `[{ty}]`"),
                    }
                } else {
                    "write a list: `[a, b]`, `0..10`, or a param of a list type".to_owned()
                },
            });
            return None;
        };
        match reads(collection) {
            Some(Reads::Results) => self.planned("a loop over results is", collection.span),
            Some(Reads::Items) => self.planned(
                "a collection that depends on an outer loop is",
                collection.span,
            ),
            None => Some((**item).clone()),
        }
    }
}

/// What keeps a collection from being known on its own.
enum Reads {
    Results,
    Items,
}

fn reads(expr: &Expr) -> Option<Reads> {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Param(..) | ExprKind::Bound(..) | ExprKind::Input(_) => {
            None
        }
        ExprKind::Result { .. } | ExprKind::Gather { .. } => Some(Reads::Results),
        ExprKind::Item(..) => Some(Reads::Items),
        ExprKind::Field { of, .. } | ExprKind::Unary(_, of) => reads(of),
        ExprKind::Function(Function::Other, args) => args.iter().find_map(reads),
        ExprKind::Record(_, parts) | ExprKind::List(parts) | ExprKind::Function(_, parts) => {
            parts.iter().find_map(reads)
        }
        ExprKind::Range(range) => {
            let step = range.step.as_ref();
            let parts = [&range.start, &range.end].into_iter().chain(step);
            parts.into_iter().find_map(reads)
        }
        ExprKind::Binary(_, left, right) => reads(left).or_else(|| reads(right)),
        ExprKind::Template(parts) => parts.iter().find_map(|part| match part {
            crate::hir::TextPart::Literal(_) => None,
            crate::hir::TextPart::Hole(hole) => reads(hole),
        }),
    }
}
