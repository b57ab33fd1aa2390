//! The values of expressions that are known when compiling.

use std::collections::BTreeMap;
use std::rc::Rc;

use indexmap::IndexMap;

use super::pick::Places;
use super::sources::{self, Outside};
use super::{Column, DataflowError, Items, Table};
use crate::hir::{
    AxisId, ConditionId, Expr, ExprKind, Function, ParamId, Program, Range, TextPart, ValueId,
};
use crate::source::Span;
use crate::types::{Type, Value};

pub(super) mod function;
mod operator;

/// Computes values; each error is kept once, and what depends on it is None in silence.
pub(super) struct Evaluator<'p> {
    pub program: &'p Program,
    pub outside: Outside<'p>,
    pub errors: Vec<DataflowError>,
    /// Filled axis by axis; none after an error.
    pub items: Vec<Option<Items>>,
    /// For each item of an axis that of another, where it is known at once.
    pub tells: BTreeMap<(AxisId, AxisId), Vec<u32>>,
    /// Of each `if` that was come to.
    pub conditions: BTreeMap<ConditionId, Option<bool>>,
    /// Of axes of which items are picked by their keys.
    pub places: BTreeMap<AxisId, Rc<Places>>,
    params: BTreeMap<ParamId, Option<Value>>,
    values: BTreeMap<ValueId, Option<Value>>,
}

/// Which item each loop around is at.
pub(super) type Point = BTreeMap<AxisId, u64>;

impl<'p> Evaluator<'p> {
    pub fn new(program: &'p Program, outside: Outside<'p>) -> Self {
        Self {
            program,
            outside,
            errors: Vec::new(),
            items: Vec::new(),
            tells: BTreeMap::new(),
            conditions: BTreeMap::new(),
            places: BTreeMap::new(),
            params: BTreeMap::new(),
            values: BTreeMap::new(),
        }
    }

    /// Tracks the files that the program imports.
    pub fn imports(&mut self) {
        for path in &self.program.imports {
            let read = self.outside.read(path, Span::default());
            self.kept(read.map_err(|error| vec![error]));
        }
    }

    /// The value of an expression outside of all loops.
    pub fn constant(&mut self, expr: &Expr) -> Option<Value> {
        self.value(expr, &Point::new())
    }

    /// The value of an expression at one point of the loops around it, of the expression's type.
    pub fn value(&mut self, expr: &Expr, point: &Point) -> Option<Value> {
        let value = match &expr.kind {
            ExprKind::Constant(value) => value.clone(),
            ExprKind::Template(parts) => Value::String(self.template(parts, point)?),
            ExprKind::Param(id, _) => self.param(*id)?,
            ExprKind::Bound(id, _) => self.bound(*id, point)?,
            ExprKind::Item(axis, _) => self.item(*axis, point)?,
            ExprKind::Gather { of, over } => self.gather(of, over, point)?,
            ExprKind::Pick { of, keys } => {
                let picked = self.picked(keys, point)?;
                self.value(of, &picked)?
            }
            ExprKind::Field { of, index, .. } => {
                if let ExprKind::Item(axis, _) = of.kind {
                    return self.field(axis, *index, point);
                }
                let field = |value: Value| Some(value.into_fields()?.into_iter().nth(*index)?.1);
                let value = self.value(of, point)?;
                if of.ty.item().is_some() {
                    let all = value.into_list()?.into_iter().map(field);
                    Value::List(all.collect::<Option<_>>()?)
                } else {
                    field(value)?
                }
            }
            ExprKind::Record(name, values) => {
                let record = self.program.records.get(name)?;
                let names = record.fields.iter().map(|field| field.name.node.clone());
                let values = self.all(values, point)?;
                Value::Record(name.clone(), names.zip(values).collect())
            }
            ExprKind::List(items) => Value::List(self.all(items, point)?),
            ExprKind::Range(range) => self.numbers(range, point)?,
            ExprKind::Unary(op, operand) => self.unary(*op, operand, point)?,
            ExprKind::Binary(op, left, right) => {
                self.binary(*op, (left, right), expr.span, point)?
            }
            ExprKind::Function(function, args) => self.function(*function, args, expr, point)?,
            ExprKind::Choice(choice) => {
                let taken = self.chosen(choice, expr.span)?;
                self.value(taken, point)?
            }
            ExprKind::Input(_) => {
                return self.planned(
                    "an input in this place is",
                    "write a constant or a param",
                    expr.span,
                );
            }
            ExprKind::Result { .. } => {
                return self.planned("computing with run-time values is", "let a process compute it and give it as an output; conditions may compare run-time values", expr.span);
            }
        };
        Some(converted(value, &expr.ty))
    }

    pub fn planned<T>(&mut self, what: &str, instead: &'static str, span: Span) -> Option<T> {
        self.errors.push(DataflowError::NotYet {
            what: what.to_owned(),
            instead,
            span,
        });
        None
    }

    pub fn all(&mut self, exprs: &[Expr], point: &Point) -> Option<Vec<Value>> {
        let values: Vec<_> = exprs.iter().map(|expr| self.value(expr, point)).collect();
        values.into_iter().collect()
    }

    fn template(&mut self, parts: &[TextPart], point: &Point) -> Option<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                TextPart::Literal(literal) => text.push_str(literal),
                TextPart::Hole(hole) => text.push_str(&written(&self.value(hole, point)?)),
            }
        }
        Some(text)
    }

    fn param(&mut self, id: ParamId) -> Option<Value> {
        if let Some(known) = self.params.get(&id) {
            return known.clone();
        }
        let value = self.param_expr(id).and_then(|expr| self.constant(expr));
        self.params.insert(id, value.clone());
        value
    }

    /// What a param is set to, or defaults to.
    pub fn param_expr(&mut self, id: ParamId) -> Option<&'p Expr> {
        let param = self.program.params.get(id.0)?;
        if param.value.is_none() {
            let error = DataflowError::RequiredParam {
                name: param.name.node.clone(),
                span: param.name.span,
            };
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
        param.value.as_ref()
    }

    fn bound(&mut self, id: ValueId, point: &Point) -> Option<Value> {
        let bound = self.program.values.get(id.0)?;
        if !bound.loops.is_empty() {
            return self.value(&bound.expr, point);
        }
        if let Some(known) = self.values.get(&id) {
            return known.clone();
        }
        let value = self.constant(&bound.expr);
        self.values.insert(id, value.clone());
        value
    }

    fn gather(&mut self, of: &Expr, over: &[AxisId], point: &Point) -> Option<Value> {
        let Some((&outer, inner)) = over.split_first() else {
            let value = self.value(of, point)?;
            let flat = matches!(value, Value::List(_));
            return Some(if flat {
                value
            } else {
                let there = Some(value).filter(|it| *it != Value::Absent);
                Value::List(there.into_iter().collect())
            });
        };
        let mut all = Vec::new();
        for at in self.rows(outer, point)? {
            let mut inside = point.clone();
            self.stand(&mut inside, outer, at);
            all.extend(self.gather(of, inner, &inside)?.into_list()?);
        }
        Some(Value::List(all))
    }

    /// The item of a loop at a point.
    pub fn item(&self, axis: AxisId, point: &Point) -> Option<Value> {
        let at = *point.get(&axis)?;
        match self.items.get(axis.0)?.as_ref()? {
            Items::Range { start, step, .. } => {
                let steps = i64::try_from(at).ok()?;
                Some(Value::Int(start + step * steps))
            }
            Items::Table(table) => {
                let row = usize::try_from(at).ok()?;
                row_value(table, row, &self.program.axes.get(axis.0)?.item)
            }
            Items::Made(_) => None,
        }
    }

    /// One field of a record that is the item of a loop.
    fn field(&self, axis: AxisId, index: usize, point: &Point) -> Option<Value> {
        let row = usize::try_from(*point.get(&axis)?).ok()?;
        let Items::Table(table) = self.items.get(axis.0)?.as_ref()? else {
            return None;
        };
        let column = table.columns.get(index)?;
        Some(read(table.cell(row, index), &column.ty))
    }

    /// Start, step and length of a range.
    pub fn range(&mut self, range: &Range, point: &Point) -> Option<(i64, i64, u64)> {
        let start = self.int(&range.start, point);
        let end = self.int(&range.end, point);
        let step = match &range.step {
            None => Some(1),
            Some(step) => self.int(step, point),
        };
        let (start, end, step) = (start?, end?, step?);
        if step < 1 {
            let span = range.step.as_ref().map_or(range.start.span, |it| it.span);
            self.errors.push(DataflowError::RangeStep { step, span });
            return None;
        }
        let past = i128::from(end) + i128::from(range.inclusive);
        let reach = (past - i128::from(start)).max(0);
        let len = (reach + i128::from(step) - 1) / i128::from(step);
        Some((start, step, u64::try_from(len).ok()?))
    }

    fn numbers(&mut self, range: &Range, point: &Point) -> Option<Value> {
        let (start, step, len) = self.range(range, point)?;
        let at = |n| i64::try_from(n).map_or(start, |n| start + step * n);
        Some(Value::List((0..len).map(|n| Value::Int(at(n))).collect()))
    }

    pub fn int(&mut self, expr: &Expr, point: &Point) -> Option<i64> {
        self.value(expr, point)?.as_int()
    }

    pub fn text(&mut self, expr: &Expr, point: &Point) -> Option<String> {
        self.value(expr, point).map(|value| written(&value))
    }

    /// Keeps the errors of a source.
    pub fn kept<T>(&mut self, result: Result<T, Vec<DataflowError>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(errors) => {
                let new = errors.into_iter().filter(|it| !self.errors.contains(it));
                let new: Vec<_> = new.collect();
                self.errors.extend(new);
                None
            }
        }
    }

    /// A list from a file as values.
    fn listed(
        &mut self,
        function: Function,
        (args, point): (&[Expr], &Point),
        expr: &Expr,
    ) -> Option<Value> {
        let path = self.text(args.first()?, point)?;
        if function == Function::Json {
            let records: &IndexMap<_, _> = &self.program.records;
            let typed = (&expr.ty, records);
            let read = sources::json(&mut self.outside, &path, typed, expr.span);
            return self.kept(read.map_err(|error| vec![error]));
        }
        let mut fixed = expr.clone();
        if let ExprKind::Function(_, args) = &mut fixed.kind {
            args.iter_mut().for_each(|arg| {
                arg.kind = ExprKind::Constant(Value::String(path.clone()));
                arg.ty = Type::String;
            });
        }
        let items = self.collection(&fixed, "line", point)?.items;
        let Items::Table(table) = items else {
            return None;
        };
        let item = expr.ty.item()?;
        let rows = (0..table.len()).map(|row| row_value(&table, row, item));
        Some(Value::List(rows.collect::<Option<_>>()?))
    }
}

/// A value where its type is wanted: whole numbers as `Float`, texts as paths.
pub(super) fn converted(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::Int(number), Type::Float) => Value::Float(number as f64),
        (Value::String(path), Type::File) => Value::File(path),
        (Value::String(path), Type::Dir) => Value::Dir(path),
        (Value::List(items), Type::List(item)) => {
            if matches!(**item, Type::Int | Type::String | Type::Record(_)) {
                return Value::List(items);
            }
            Value::List(items.into_iter().map(|it| converted(it, item)).collect())
        }
        (value, Type::Optional(inner)) => converted(value, inner),
        (value, _) => value,
    }
}

/// A value as a text: what a template and a script see.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Bool(truth) => truth.to_string(),
        Value::String(text) | Value::File(text) | Value::Dir(text) => text.clone(),
        Value::Duration(seconds) => format!("{seconds}"),
        Value::Size(bytes) => format!("{bytes}"),
        Value::List(items) => items.iter().map(written).collect::<Vec<_>>().join(" "),
        Value::Record(_, fields) => {
            let texts = fields.iter().map(|(_, value)| written(value));
            texts.collect::<Vec<_>>().join(" ")
        }
        Value::Absent => String::new(),
    }
}

/// A row of a table as a value: a record, or the only cell.
fn row_value(table: &Table, row: usize, ty: &Type) -> Option<Value> {
    let cell = |(n, column): (usize, &Column)| {
        let value = read(table.cell(row, n), &column.ty);
        (column.name.clone(), value)
    };
    let mut cells = table.columns.iter().enumerate().map(cell);
    match ty.record() {
        Some(name) => Some(Value::Record(name.to_owned(), cells.collect())),
        None => cells.next().map(|(_, value)| value),
    }
}

/// The value of a cell of a table; cells are checked when they are made.
fn read(cell: &str, ty: &Type) -> Value {
    match ty {
        Type::Int => cell.parse().map_or(Value::Absent, Value::Int),
        Type::Float => cell.parse().map_or(Value::Absent, Value::Float),
        Type::Bool => Value::Bool(cell == "true"),
        Type::File => Value::File(cell.to_owned()),
        Type::Dir => Value::Dir(cell.to_owned()),
        Type::Optional(_) if cell.is_empty() => Value::Absent,
        Type::Optional(inner) => read(cell, inner),
        Type::String | Type::Enum(_) | Type::Record(_) | Type::List(_) => {
            Value::String(cell.to_owned())
        }
        Type::Duration | Type::Size => Value::Absent,
    }
}
