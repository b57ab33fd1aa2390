//! Calls of named workflows: each is written out where it is called.

use std::ops::Range;

use indexmap::IndexMap;

use super::call::{CallSite, Slot};
use super::expr::listed;
use super::passed::Passed;
use super::{Checker, Meaning, Place, TypeError};
use crate::ast;
use crate::hir::Expr;
use crate::resolve::did_you_mean;
use crate::source::Span;

/// Index into [`Checker::instances`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InstanceId(usize);

/// One call of a named workflow.
#[derive(Debug)]
pub(super) struct Instance {
    workflow: ast::Name,
    /// None after an error in it.
    outputs: IndexMap<String, Option<Passed>>,
    /// The calls that it came to, places among those of the program.
    pub calls: Range<usize>,
}

impl Checker<'_> {
    /// Writes a workflow out at this place.
    pub(super) fn instance(
        &mut self,
        workflow: usize,
        site: CallSite,
        place: Place,
    ) -> Option<InstanceId> {
        let loops = self.loops_for(site, place)?;
        let bindings = self.bindings;
        let (_, written) = bindings.items.workflows.get_index(workflow)?;
        let steps = bindings.workflows.get(workflow)?;
        let name = self.names.place(&site.callee.node, site.span);
        let slots = written.inputs.iter().map(|it| self.workflow_slot(it));
        let slots = slots.collect();
        let args = self.arguments(written.name.as_ref()?, slots, site, place);
        self.names.enter(name);
        let first = self.program.calls.len();
        for (at, id) in steps.inputs.iter().enumerate() {
            let arg = args.as_ref().and_then(|args| args.get(at));
            let passed = arg.map(|arg| self.passed(arg.clone(), place));
            self.mean(Some(id), passed.map(Meaning::Argument));
        }
        self.steps(steps, loops);
        let outputs = written.outputs.iter().map(|output| {
            let passed = self.workflow_output(output, place);
            (output.name.node.clone(), passed)
        });
        let instance = Instance {
            workflow: written.name.clone()?,
            outputs: outputs.collect(),
            calls: first..self.program.calls.len(),
        };
        self.names.leave();
        self.instances.push(instance);
        Some(InstanceId(self.instances.len() - 1))
    }

    fn workflow_slot(&mut self, input: &ast::Input) -> Slot {
        let ty = self.lower(&input.ty);
        let default = input.default.as_ref();
        Slot {
            name: input.name.clone(),
            default: match default {
                Some(it) => self.expect(it, Place::Default, &ty),
                None => super::items::absent(&ty, input.name.span),
            },
            ty,
        }
    }

    fn workflow_output(&mut self, output: &ast::WorkflowOutput, place: Place) -> Option<Passed> {
        let ty = self.lower(&output.ty);
        let own_name = ast::Expr {
            kind: ast::ExprKind::Name(output.name.node.clone()),
            span: output.name.span,
        };
        let value = output.value.as_ref().unwrap_or(&own_name);
        let seen = self.expect(value, place, &ty)?;
        Some(self.passed(seen, place))
    }

    /// `aligned.bam`, where `aligned` is a call of a workflow.
    pub(super) fn workflow_result(
        &mut self,
        id: InstanceId,
        field: &ast::Name,
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let instance = self.instances.get(id.0)?;
        if let Some(passed) = instance.outputs.get(&field.node) {
            let passed = passed.clone()?;
            return self.passed_to(passed, span, place);
        }
        let names = instance.outputs.keys().map(String::as_str);
        let near = did_you_mean(&field.node, names.clone());
        let error = TypeError::UnknownOutput {
            process: instance.workflow.node.clone(),
            name: field.node.clone(),
            span: field.span,
            declared: instance.workflow.span,
            help: near.unwrap_or_else(|| format!("it has {}", listed(names))),
        };
        self.error(error);
        None
    }

    /// The names of what a workflow gives.
    pub(super) fn workflow_outputs(&self, id: InstanceId) -> Vec<String> {
        let instance = self.instances.get(id.0);
        instance.map_or_else(Vec::new, |it| it.outputs.keys().cloned().collect())
    }

    /// The calls that a workflow came to.
    pub(super) fn workflow_calls(&self, id: InstanceId) -> Range<usize> {
        let instance = self.instances.get(id.0);
        instance.map_or(0..0, |it| it.calls.clone())
    }
}
