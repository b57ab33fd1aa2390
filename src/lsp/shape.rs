//! What may stand behind a `.`: the fields of a record, the outputs of a call.
//!
//! Needs no types but those that are written: a list has the fields of its items, as has an optional.

use super::declare::Means;
use super::index::{Index, Thing};
use crate::ast::{BinaryOp, Expr, ExprKind, Name, TypeExpr, TypeExprKind};
use crate::hir::{Function, ProcessId};
use crate::resolve::Definition;
use crate::source::Span;

/// Names that stand for each other, at most.
const DEEPEST: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A place among the records.
    Record(usize),
    Process(ProcessId),
    /// A place among the named workflows.
    Workflow(usize),
}

impl<'a> Index<'a> {
    /// What a value is, whatever it is a list of.
    pub fn shape(&self, expr: &Expr) -> Option<Shape> {
        self.deeper(expr, DEEPEST)
    }

    /// What may stand behind the `.`.
    pub fn members_of(&self, shape: Shape) -> Vec<&'a Name> {
        let items = &self.bindings.items;
        match shape {
            Shape::Record(_) => self.inputs(shape.definition()),
            Shape::Process(id) => match items.processes.get_index(id.0) {
                Some((_, it)) => it.process.outputs.iter().map(|it| &it.name).collect(),
                None => Vec::new(),
            },
            Shape::Workflow(at) => match items.workflows.get_index(at) {
                Some((_, it)) => it.outputs.iter().map(|it| &it.name).collect(),
                None => Vec::new(),
            },
        }
    }

    /// What a call of it takes by name.
    pub fn inputs(&self, called: Definition) -> Vec<&'a Name> {
        let items = &self.bindings.items;
        let names: Option<Vec<&Name>> = match called {
            Definition::Process(id) => items
                .processes
                .get_index(id.0)
                .map(|(_, it)| it.process.inputs.iter().map(|it| &it.name).collect()),
            Definition::Workflow(at) => items
                .workflows
                .get_index(at)
                .map(|(_, it)| it.inputs.iter().map(|it| &it.name).collect()),
            Definition::Record(at) => items
                .records
                .get_index(at)
                .map(|(_, it)| it.fields.iter().map(|it| &it.name).collect()),
            Definition::Param(_)
            | Definition::Local(_)
            | Definition::Input(_)
            | Definition::Attempt
            | Definition::Function(_)
            | Definition::Container(_) => None,
        };
        names.unwrap_or_default()
    }

    fn deeper(&self, expr: &Expr, depth: usize) -> Option<Shape> {
        let depth = depth.checked_sub(1)?;
        match &expr.kind {
            ExprKind::Name(_) => self.behind(self.mention(expr.span)?, depth),
            ExprKind::It => self.deeper(self.filtered(expr.span)?, depth),
            ExprKind::Field { of, field } => {
                let members = self.members_of(self.deeper(of, depth)?);
                let member = members.into_iter().find(|it| it.node == field.node)?;
                self.behind(self.thing(member.span)?, depth)
            }
            ExprKind::Pick { of, .. } | ExprKind::Where { list: of, .. } => self.deeper(of, depth),
            ExprKind::List(items) => self.deeper(items.first()?, depth),
            ExprKind::Call {
                callee,
                types,
                args,
            } => match self.bindings.definition(callee.span)? {
                Definition::Process(id) => Some(Shape::Process(id)),
                Definition::Workflow(at) => Some(Shape::Workflow(at)),
                Definition::Record(at) => Some(Shape::Record(at)),
                Definition::Function(Function::Other | Function::Unique | Function::Batch) => {
                    self.deeper(&args.first()?.value, depth)
                }
                Definition::Function(_) => self.of_type(types.first()?),
                Definition::Param(_)
                | Definition::Local(_)
                | Definition::Input(_)
                | Definition::Attempt
                | Definition::Container(_) => None,
            },
            ExprKind::Binary {
                op: BinaryOp::Else,
                left,
                right,
            } => self
                .deeper(left, depth)
                .or_else(|| self.deeper(right, depth)),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Text(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Range { .. }
            | ExprKind::Unary { .. }
            | ExprKind::Binary { .. } => None,
        }
    }

    /// What a name stands for.
    fn behind(&self, thing: Thing, depth: usize) -> Option<Shape> {
        match self.declaration(thing)?.means {
            Means::Nothing => None,
            Means::Type(ty) => self.of_type(ty),
            Means::Value(value) => self.deeper(value, depth),
            Means::Item(collection, at) => {
                let item = self.zipped(collection, at).unwrap_or(collection);
                self.deeper(item, depth)
            }
        }
    }

    /// Of `zip(xs, ys)` the list that a variable runs over.
    fn zipped<'e>(&self, collection: &'e Expr, at: usize) -> Option<&'e Expr> {
        let ExprKind::Call { callee, args, .. } = &collection.kind else {
            return None;
        };
        let called = self.bindings.definition(callee.span)?;
        let arg = args.get(at).map(|it| &it.value);
        arg.filter(|_| called == Definition::Function(Function::Zip))
    }

    /// The list whose filter is around a place.
    pub fn filtered(&self, place: Span) -> Option<&'a Expr> {
        let filters = self.filters.iter();
        let around = filters.filter(|(filter, _)| {
            filter.source == place.source && filter.start <= place.start && place.end <= filter.end
        });
        let innermost = around.min_by_key(|(filter, _)| filter.len())?;
        Some(innermost.1)
    }

    /// What a value of a type is.
    pub fn of_type(&self, ty: &TypeExpr) -> Option<Shape> {
        match &ty.kind {
            TypeExprKind::List(inner) | TypeExprKind::Optional(inner) => self.of_type(inner),
            TypeExprKind::Named(_) => match self.bindings.definition(ty.span)? {
                Definition::Record(at) => Some(Shape::Record(at)),
                Definition::Param(_)
                | Definition::Local(_)
                | Definition::Input(_)
                | Definition::Attempt
                | Definition::Function(_)
                | Definition::Process(_)
                | Definition::Workflow(_)
                | Definition::Container(_) => None,
            },
            TypeExprKind::Enum(_) => None,
        }
    }
}

impl Shape {
    pub fn definition(self) -> Definition {
        match self {
            Self::Record(at) => Definition::Record(at),
            Self::Process(id) => Definition::Process(id),
            Self::Workflow(at) => Definition::Workflow(at),
        }
    }
}
