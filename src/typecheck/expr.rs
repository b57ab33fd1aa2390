//! The types of expressions.

use super::axes::{Made, axes_of};
use super::call::CallSite;
use super::{Checker, Meaning, Place, TypeError};
use crate::ast::{self, ExprKind as Written};
use crate::hir::{self, CallId, Expr, ExprKind, ParamId, Range, TextPart, ValueId};
use crate::resolve::{Definition, LocalId, did_you_mean};
use crate::source::{Span, Spanned};
use crate::types::{Type, Value};

impl Checker<'_> {
    /// The type of an expression. `wanted` helps where the expression alone does not tell
    /// (`[]`, `lines("…")`); whether it fits is not checked here. None: an error was reported.
    pub(super) fn expr(
        &mut self,
        expr: &ast::Expr,
        place: Place,
        wanted: Option<&Type>,
    ) -> Option<Expr> {
        let found = self.unparted(expr, place, wanted)?;
        match matches!(expr.kind, Written::Name(_) | Written::Field { .. }) {
            true => self.parted(found, place),
            false => Some(found),
        }
    }

    /// The same, of a list all of it: in the groups around, too.
    pub(super) fn unparted(
        &mut self,
        expr: &ast::Expr,
        place: Place,
        wanted: Option<&Type>,
    ) -> Option<Expr> {
        let span = expr.span;
        let constant = |value, ty| {
            let kind = ExprKind::Constant(value);
            Some(Expr { kind, ty, span })
        };
        match &expr.kind {
            Written::Int(number) => constant(Value::Int(*number), Type::Int),
            Written::Float(number) => constant(Value::Float(*number), Type::Float),
            Written::Bool(truth) => constant(Value::Bool(*truth), Type::Bool),
            Written::Duration(seconds) => constant(Value::Duration(*seconds), Type::Duration),
            Written::Size(bytes) => constant(Value::Size(*bytes), Type::Size),
            Written::Text(parts) => self.text(parts, span, place),
            Written::Name(name) => self.name(name, span, place),
            Written::Field { of, field } => self.field(of, field, place),
            Written::Call { .. } => self.called(CallSite::of(expr)?, place, wanted),
            Written::List(items) => self.list(items, span, place, wanted),
            Written::Range {
                start,
                end,
                inclusive,
                step,
            } => {
                let start = self.expect(start, place, &Type::Int);
                let end = self.expect(end, place, &Type::Int);
                let step = step.as_ref().map(|it| self.expect(it, place, &Type::Int));
                let range = Range {
                    start: start?,
                    end: end?,
                    inclusive: *inclusive,
                    step: step.map_or(Some(None), |it| it.map(Some))?,
                };
                Some(Expr {
                    kind: ExprKind::Range(Box::new(range)),
                    ty: Type::List(Box::new(Type::Int)),
                    span,
                })
            }
            Written::Unary { op, operand } => self.unary(*op, operand, span, place),
            Written::Binary { op, left, right } => self.binary(*op, left, right, span, place),
            Written::Pick { of, keys } => self.pick(of, keys, span, place),
            Written::Where { list, filter } => self.list_where(list, filter, place),
            Written::It => {
                let item = self.its.last()?.clone();
                Some(Expr { span, ..item })
            }
        }
    }

    /// An error that says that this is not there yet, and what to write instead.
    pub(super) fn planned<T>(&mut self, what: &str, instead: &str, span: Span) -> Option<T> {
        self.error(TypeError::not_yet(what, instead, span));
        None
    }

    fn text(&mut self, parts: &[ast::TextPart], span: Span, place: Place) -> Option<Expr> {
        let literal = match parts {
            [] => Some(String::new()),
            [ast::TextPart::Literal(text)] => Some(text.clone()),
            [..] => None,
        };
        if let Some(text) = literal {
            return Some(Expr {
                kind: ExprKind::Constant(Value::String(text)),
                ty: Type::String,
                span,
            });
        }
        let checked: Vec<Option<TextPart>> = parts
            .iter()
            .map(|part| match part {
                ast::TextPart::Literal(text) => Some(TextPart::Literal(text.clone())),
                ast::TextPart::Hole(hole) => self.hole(hole, place).map(TextPart::Hole),
                ast::TextPart::Alternatives(_) => self.planned(
                    "`{a,b}` in a pattern is",
                    "alternatives stand in the pattern of `glob<Record>(…)`",
                    span,
                ),
            })
            .collect();
        Some(Expr {
            kind: ExprKind::Template(checked.into_iter().collect::<Option<_>>()?),
            ty: Type::String,
            span,
        })
    }

    fn hole(&mut self, hole: &ast::Expr, place: Place) -> Option<Expr> {
        let found = self.expr(hole, place, None)?;
        let help = match &found.ty {
            Type::List(_) => format!("join the items: `{{join({found}, \",\")}}`"),
            Type::Record(_) => format!("name one of its fields: `{{{found}.FIELD}}`"),
            Type::Optional(_) => {
                format!("give what stands there without it: `{{{found} ?? \"none\"}}`")
            }
            Type::Duration => format!("divide by a unit for a number: `{{{found} / 1s}}`"),
            Type::Size => format!("divide by a unit for a number: `{{{found} / 1MB}}`"),
            Type::Int | Type::Float | Type::Bool | Type::String => return Some(found),
            Type::File | Type::Dir | Type::Enum(_) => return Some(found),
        };
        self.error(TypeError::TextHole {
            found: found.ty.to_string(),
            span: hole.span,
            help,
        });
        None
    }

    fn name(&mut self, name: &str, span: Span, place: Place) -> Option<Expr> {
        match self.bindings.definition(span)? {
            Definition::Param(id) => {
                let param = self.param(id, name, span)?;
                Some(self.belonging(param, place))
            }
            Definition::Local(id) => self.local(id, name, span, place),
            Definition::Input(at) => self.input(at, span, place),
            Definition::Attempt => self.planned(
                "`attempt` in a clause is",
                "ask for more with `retry N with memory * 2, time * 1.5`",
                span,
            ),
            Definition::Function(_)
            | Definition::Process(_)
            | Definition::Workflow(_)
            | Definition::Record(_)
            | Definition::Container(_) => None,
        }
    }

    fn param(&self, id: ParamId, name: &str, span: Span) -> Option<Expr> {
        let ty = self.program.params.get(id.0)?.ty.clone();
        let kind = ExprKind::Param(id, name.to_owned());
        Some(Expr { kind, ty, span })
    }

    fn local(&mut self, id: LocalId, name: &str, span: Span, place: Place) -> Option<Expr> {
        let meaning = self.meaning(id)?.clone();
        self.stands_for(meaning, Spanned::new(name, span), place)
    }

    /// What a name is where it stands for this.
    fn stands_for(&mut self, meaning: Meaning, name: Spanned<&str>, place: Place) -> Option<Expr> {
        let span = name.span;
        match meaning {
            Meaning::Item(axis) => self.item(axis, name.node, span),
            Meaning::Value(value) => self.bound(value, name.node, span, place),
            Meaning::Joined(joined) => self.joined(joined, name, |this, id| {
                this.local(id, name.node, span, place)
            }),
            Meaning::Argument(passed) => self.passed_to(passed, span, place),
            Meaning::Rounds(rounds) => self.of_rounds(&rounds, name, |this, meaning| {
                this.stands_for(meaning, name, place)
            }),
            call @ (Meaning::Call(_) | Meaning::Workflow(_)) => {
                let outputs = self.output_names(&call);
                self.error(TypeError::CallAsValue {
                    name: name.node.to_owned(),
                    span,
                    help: match outputs.as_slice() {
                        [] => "it has no outputs".to_owned(),
                        [first, ..] => format!("name the output: `{}.{first}`", name.node),
                    },
                });
                None
            }
        }
    }

    fn bound(&mut self, id: ValueId, name: &str, span: Span, place: Place) -> Option<Expr> {
        let value = self.program.values.get(id.0)?;
        let kind = ExprKind::Bound(id, name.to_owned());
        let ty = value.expr.ty.clone();
        let (axes, when) = (axes_of(&value.loops), value.when.clone());
        let value = self.belonging(Expr { kind, ty, span }, place);
        let mut seen = self.seen_from(Made { value, axes }, place)?;
        if let ExprKind::Gather { of, over } = &seen.kind
            && self.program.reads_results(of)
        {
            let over = over.clone();
            seen = self.gathered_name(id, over, seen)?;
        }
        let ty = self.where_made(seen.ty, &when);
        Some(Expr { ty, ..seen })
    }

    fn input(&mut self, at: usize, span: Span, place: Place) -> Option<Expr> {
        let inputs = match place {
            Place::Output(inputs) | Place::Clause(inputs) => inputs,
            Place::Default | Place::Workflow(_) => &[],
        };
        let Some(input) = inputs.get(at) else {
            return self.planned("an input in this clause is", "inputs may stand in `cost`, `time`, `memory`, `tmp`, `cpus`, `gpus`, `tasks` and `nodes`; for the rest declare two processes, and choose with `if`", span);
        };
        let kind = ExprKind::Input(input.name.node.clone());
        let ty = input.ty.clone();
        Some(Expr { kind, ty, span })
    }

    /// `call.output` or `row.field`.
    fn field(&mut self, of: &ast::Expr, field: &ast::Name, place: Place) -> Option<Expr> {
        let call = match self.call_site(of) {
            Some(site) => Some(self.call_of(site, place)?),
            None => self.call_named(of),
        };
        if let Some(call) = call {
            let span = of.span.to(field.span);
            return self.given(call, field, span, place);
        }
        let record = self.expr(of, place, None)?;
        let span = of.span.to(field.span);
        // Of a list of rows: the column.
        let rows = record.ty.item();
        let fields = rows.unwrap_or(&record.ty).record();
        let Some(fields) = fields.and_then(|name| self.program.records.get(name)) else {
            return self.no_fields(&record);
        };
        let position = |it: &hir::Field| it.name.node == field.node;
        if let Some(index) = fields.fields.iter().position(position) {
            let ty = fields.fields.get(index)?.ty.clone();
            let ty = match rows {
                Some(_) => Type::List(Box::new(ty)),
                None => ty,
            };
            let kind = ExprKind::Field {
                of: Box::new(record),
                field: field.node.clone(),
                index,
            };
            return Some(Expr { kind, ty, span });
        }
        let names = fields.fields.iter().map(|it| it.name.node.as_str());
        let help = did_you_mean(&field.node, names.clone());
        let error = TypeError::UnknownField {
            record: record.ty.to_string(),
            name: field.node.clone(),
            span: field.span,
            help: help.unwrap_or_else(|| format!("it has {}", listed(names))),
        };
        self.error(error);
        None
    }

    /// What a call gives under a name.
    fn given(
        &mut self,
        call: Meaning,
        field: &ast::Name,
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        match call {
            Meaning::Call(call) => self.output(call, field, span, place),
            Meaning::Workflow(id) => self.workflow_result(id, field, span, place),
            Meaning::Joined(joined) => {
                let name = self.joined_output(&joined, &field.node);
                self.joined(joined, Spanned::new(&name, span), |this, id| {
                    let call = this.meaning(id)?.clone();
                    this.given(call, field, span, place)
                })
            }
            Meaning::Rounds(rounds) => {
                let name = Spanned::new(field.node.as_str(), span);
                self.of_rounds(&rounds, name, |this, call| {
                    this.given(call, field, span, place)
                })
            }
            Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_) => {
                self.error(TypeError::NoFields {
                    found: "a value of its own in one branch".to_owned(),
                    span,
                });
                None
            }
        }
    }

    fn no_fields(&mut self, found: &Expr) -> Option<Expr> {
        self.error(TypeError::NoFields {
            found: format!("`{}`", found.ty),
            span: found.span,
        });
        None
    }

    /// The call that a name stands for, alone, in branches or in rounds.
    fn call_named(&self, expr: &ast::Expr) -> Option<Meaning> {
        if !matches!(expr.kind, Written::Name(_)) {
            return None;
        }
        let Definition::Local(id) = self.bindings.definition(expr.span)? else {
            return None;
        };
        let meaning = self.meaning(id)?;
        let is_call = match meaning {
            Meaning::Call(_) | Meaning::Workflow(_) => true,
            Meaning::Joined(joined) => self.is_call(joined),
            Meaning::Rounds(rounds) => self.call_each_round(rounds),
            Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_) => false,
        };
        is_call.then(|| meaning.clone())
    }

    fn output(&mut self, id: CallId, field: &ast::Name, span: Span, place: Place) -> Option<Expr> {
        let call = self.program.calls.get(id.0)?;
        let process = self.program.processes.get(call.process.0)?;
        let named = |it: &&hir::Output| it.name.node == field.node;
        if let Some(output) = process.outputs.iter().find(named) {
            let result = Expr {
                ty: output.ty.clone(),
                span,
                kind: ExprKind::Result {
                    call: id,
                    output: field.node.clone(),
                    written: self.names.output(id.0, &field.node),
                },
            };
            let (axes, when) = (axes_of(&call.loops), call.when.clone());
            let value = result;
            let seen = self.seen_from(Made { value, axes }, place)?;
            let ty = self.where_made(seen.ty, &when);
            return Some(Expr { ty, ..seen });
        }
        let names = process.outputs.iter().map(|it| it.name.node.as_str());
        let near = did_you_mean(&field.node, names.clone());
        let error = TypeError::UnknownOutput {
            process: process.name.node.clone(),
            name: field.node.clone(),
            span: field.span,
            declared: process.name.span,
            help: near.unwrap_or_else(|| format!("it has {}", listed(names))),
        };
        self.error(error);
        None
    }
}

/// `` `a`, `b` and `c` ``
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let quoted: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}
