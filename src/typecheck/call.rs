//! Calls and record values: arguments to inputs and fields.

use indexmap::IndexMap;

use super::expr::listed;
use super::{Checker, Meaning, Place, TypeError};
use crate::ast::{self, ExprKind as Written};
use crate::diagnostics::Located;
use crate::hir::{self, Call, CallId, Expr, ExprKind, Loop, ProcessId};
use crate::resolve::{Definition, did_you_mean};
use crate::source::Span;
use crate::types::Type;

/// `callee<types>(args)` as it is written.
#[derive(Clone, Copy)]
pub(super) struct CallSite<'a> {
    pub callee: &'a ast::Name,
    pub types: &'a [ast::TypeExpr],
    pub args: &'a [ast::Arg],
    /// The whole.
    pub span: Span,
}

impl<'a> CallSite<'a> {
    /// None of an expression that is no call.
    pub(super) fn of(expr: &'a ast::Expr) -> Option<Self> {
        if let Written::Call {
            callee,
            types,
            args,
        } = &expr.kind
        {
            let span = expr.span;
            Some(Self {
                callee,
                types,
                args,
                span,
            })
        } else {
            None
        }
    }
}

/// What arguments are for: the inputs of a process, or the fields of a record.
pub(super) struct Slot {
    pub name: ast::Name,
    pub ty: Type,
    pub default: Option<Expr>,
}

impl Checker<'_> {
    /// The names of what a call gives.
    pub(super) fn output_names(&self, call: &Meaning) -> Vec<String> {
        let call = match call {
            Meaning::Call(call) => call,
            Meaning::Workflow(id) => return self.workflow_outputs(*id),
            Meaning::Joined(_) | Meaning::Rounds(_) => return Vec::new(),
            Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_) => return Vec::new(),
        };
        let process = self.program.calls.get(call.0).map(|it| it.process);
        let process = process.and_then(|id| self.program.processes.get(id.0));
        let outputs = process.map_or(&[][..], |it| &it.outputs);
        outputs.iter().map(|it| it.name.node.clone()).collect()
    }

    /// A call of a process at this place; it joins the program even where an argument is wrong, so
    /// that what reads it is still checked.
    pub(super) fn call(
        &mut self,
        process: ProcessId,
        site: CallSite,
        place: Place,
    ) -> Option<CallId> {
        let loops = self.loops_for(site, place)?;
        let declared = self.program.processes.get(process.0)?;
        let name = declared.name.clone();
        let slots = declared.inputs.iter().map(input_slot).collect();
        let args = self.arguments(&name, slots, site, place);
        let id = CallId(self.program.calls.len());
        self.program.calls.push(Call {
            name: name.node,
            around: Vec::new(),
            process,
            loops: self.program.carried(loops),
            when: self.when.clone(),
            args: args.unwrap_or_default(),
            after: Vec::new(),
            span: site.span,
        });
        self.names.call(&site.callee.node, site.span);
        Some(id)
    }

    /// The loops around a call: it stands in a workflow.
    pub(super) fn loops_for<'p>(&mut self, site: CallSite, place: Place<'p>) -> Option<&'p [Loop]> {
        if let Place::Workflow(loops) = place {
            return Some(loops);
        }
        self.error(TypeError::CallOutsideWorkflow {
            process: site.callee.node.clone(),
            span: site.span,
        });
        None
    }

    /// `Row(id: 1, reads: "a.fq")`
    pub(super) fn record_value(&mut self, site: CallSite, place: Place) -> Option<Expr> {
        let Definition::Record(at) = self.bindings.definition(site.callee.span)? else {
            return None;
        };
        let (_, record) = self.program.records.get_index(at)?;
        let name = record.name.clone();
        let slots = record.fields.iter().map(field_slot).collect();
        let values = self.arguments(&name, slots, site, place)?;
        Some(Expr {
            kind: ExprKind::Record(name.node.clone(), values),
            ty: Type::Record(name.node),
            span: site.span,
        })
    }

    /// The arguments in the order of the slots; every slot has one.
    pub(super) fn arguments(
        &mut self,
        declared: &ast::Name,
        slots: Vec<Slot>,
        site: CallSite,
        place: Place,
    ) -> Option<Vec<Expr>> {
        let CallSite { callee, args, .. } = site;
        let mut given: IndexMap<usize, (&ast::Arg, Option<Expr>)> = IndexMap::new();
        let mut sound = true;
        for arg in args {
            let Some((at, slot)) = self.slot(&slots, arg, callee) else {
                sound = false;
                continue;
            };
            if let Some((first, _)) = given.get(&at) {
                let first = first.value.span;
                self.error(TypeError::DuplicateArgument {
                    process: callee.node.clone(),
                    name: slot.name.node.clone(),
                    span: arg.value.span,
                    first,
                });
                sound = false;
                continue;
            }
            let value = self.expect(&arg.value, place, &slot.ty);
            if let (None, Some(error)) = (&value, self.errors.last_mut())
                && error.span() == arg.value.span
            {
                error.wanted_by(slot.name.span);
            }
            given.insert(at, (arg, value));
        }
        let missing = slots.iter().enumerate();
        let missing: Vec<_> = missing
            .filter(|(at, slot)| slot.default.is_none() && !given.contains_key(at))
            .map(|(_, slot)| slot)
            .collect();
        if sound && !missing.is_empty() {
            let call = callee.span.to(site.span);
            self.lacks(declared, &missing, call);
            return None;
        }
        let values = slots
            .into_iter()
            .enumerate()
            .map(|(at, slot)| match given.swap_remove(&at) {
                Some((_, value)) => value,
                None => slot.default,
            });
        values.collect()
    }

    fn lacks(&mut self, declared: &ast::Name, missing: &[&Slot], call: Span) {
        let names = missing.iter().map(|slot| slot.name.node.as_str());
        let written: Vec<_> = names.clone().map(|name| format!("{name}: …")).collect();
        self.error(TypeError::MissingArgument {
            process: declared.node.clone(),
            inputs: listed(names),
            span: call,
            declared: missing.first().map_or(call, |slot| slot.name.span),
            help: format!("add `{}`", written.join(", ")),
        });
    }

    /// Which input an argument is for.
    fn slot<'s>(
        &mut self,
        slots: &'s [Slot],
        arg: &ast::Arg,
        callee: &ast::Name,
    ) -> Option<(usize, &'s Slot)> {
        let position = |name: &str| {
            let mut all = slots.iter().enumerate();
            all.find(|(_, slot)| slot.name.node == name)
        };
        let names = || slots.iter().map(|slot| slot.name.node.as_str());
        if let Some(name) = &arg.name {
            let found = position(&name.node);
            if found.is_none() {
                let near = did_you_mean(&name.node, names());
                self.error(TypeError::UnknownArgument {
                    process: callee.node.clone(),
                    name: name.node.clone(),
                    span: name.span,
                    help: near.unwrap_or_else(|| format!("it takes {}", listed(names()))),
                });
            }
            return found;
        }
        let shorthand = if let Written::Name(name) = &arg.value.kind {
            position(name)
        } else {
            None
        };
        if let Some(found) = shorthand {
            return Some(found);
        }
        if let [only] = slots {
            return Some((0, only));
        }
        let help = if slots.is_empty() {
            format!("`{}` takes no arguments", callee.node)
        } else {
            format!("name the input: it takes {}", listed(names()))
        };
        self.error(TypeError::BareArgument {
            process: callee.node.clone(),
            span: arg.value.span,
            help,
        });
        None
    }
}

fn input_slot(input: &hir::Input) -> Slot {
    Slot {
        name: input.name.clone(),
        ty: input.ty.clone(),
        default: input.default.clone(),
    }
}

fn field_slot(field: &hir::Field) -> Slot {
    Slot {
        name: field.name.clone(),
        ty: field.ty.clone(),
        default: super::items::absent(&field.ty, field.name.span),
    }
}
