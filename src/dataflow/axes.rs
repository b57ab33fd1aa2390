//! Collections to axes: items, names, and that no item occurs twice.

use indexmap::{IndexMap, IndexSet};

use super::evaluate::{Evaluator, Point, function, written};
use super::sources::{self, Collection, Origin};
use super::table::computed;
use super::{Axis, Column, DataflowError, Items, Table, Warning};
use crate::diagnostics::Warnings;
use crate::hir::{self, AxisId, AxisKind, Expr, ExprKind, Function, PickKey};
use crate::source::Span;
use crate::types::{Type, Value};

/// Columns that are computed from the items of an axis.
#[derive(Default)]
pub(super) struct Computed {
    columns: IndexMap<AxisId, Vec<Derived>>,
}

/// What is computed from the items of an axis.
#[derive(Clone)]
pub(super) enum Derived {
    Value(Expr),
    /// The number of the item that the last of these keys picks, from 0.
    Place(Vec<PickKey>),
}

impl Derived {
    /// As written.
    fn name(&self) -> String {
        match self {
            Self::Value(expr) => expr.to_string(),
            Self::Place(keys) => {
                let keys = keys.iter().map(|it| it.key.to_string());
                format!("[{}]", keys.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn identity(&self) -> String {
        match self {
            Self::Value(expr) => expr.to_string(),
            Self::Place(keys) => {
                let keys = keys
                    .iter()
                    .map(|it| format!("{:?}={}", it.axis, it.key.identity()));
                format!("[{}]", keys.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn ty(&self) -> Type {
        match self {
            Self::Value(expr) => expr.ty.clone(),
            Self::Place(_) => Type::Int,
        }
    }
}

impl Evaluator<'_> {
    /// Finds the items of every axis.
    pub fn axes(&mut self, warnings: &mut Warnings) {
        for (at, axis) in self.program.axes.iter().enumerate() {
            let items = self.axis(AxisId(at), axis, warnings);
            self.items.push(items);
        }
    }

    fn axis(&mut self, id: AxisId, axis: &hir::Axis, warnings: &mut Warnings) -> Option<Items> {
        match &axis.kind {
            AxisKind::Listed => {}
            AxisKind::Made => return self.made(axis),
            AxisKind::Filtered { of, condition } => {
                return self.part(id, axis, *of, Some(condition));
            }
            AxisKind::Narrowed { of } => return self.part(id, axis, *of, None),
            AxisKind::Zipped(left, right) if self.program.is_made(*left) => {
                return self.made_pairs(*left, *right);
            }
            AxisKind::Zipped(left, right) => return self.zip(id, axis, (*left, *right)),
            AxisKind::Unique { of, key } => return self.unique(id, axis, (*of, key)),
            AxisKind::Batch { of, size } => return self.batch(id, axis, (*of, size)),
        }
        if !axis.around.is_empty() {
            return self.dependent(id, axis);
        }
        let Collection { items, mut origin } =
            self.collection(&axis.collection, &axis.variable.node, &Point::new())?;
        if items.is_empty() {
            warnings.push(Warning::EmptyCollection {
                collection: axis.collection.to_string(),
                span: axis.collection.span,
            });
        }
        if let Items::Table(table) = &items {
            self.no_duplicate(table, &mut origin, axis)?;
            if let Some(warning) = self.blank_ends(table, &mut origin) {
                warnings.push(warning);
            }
        }
        Some(items)
    }

    /// A blank in a cell of a sheet that nobody sees; lines of a file may be meant so.
    fn blank_ends(&mut self, table: &Table, origin: &mut Origin) -> Option<Warning> {
        let Origin::File { text, starts } = origin else {
            return None;
        };
        let (row, column) = table.blank_ends().filter(|_| table.columns.len() > 1)?;
        let start = *starts.get(row)? as usize;
        Some(Warning::BlankEnds {
            cell: table.cell(row, column).to_owned(),
            column: table.columns.get(column)?.name.clone(),
            span: text.line(self.outside.texts, start),
        })
    }

    pub(super) fn no_duplicate(
        &mut self,
        table: &Table,
        origin: &mut Origin,
        axis: &hir::Axis,
    ) -> Option<()> {
        let Some((first, again)) = duplicate(table) else {
            return Some(());
        };
        let error = self.duplicate_item(table, (first, again), origin, axis);
        self.errors.push(error);
        None
    }

    fn duplicate_item(
        &mut self,
        table: &Table,
        (first, again): (usize, usize),
        origin: &mut Origin,
        axis: &hir::Axis,
    ) -> DataflowError {
        let key: Vec<_> = table.key.iter().map(|&n| table.cell(again, n)).collect();
        let (first, span, more) = match origin {
            Origin::Program(spans) => {
                let place = |at: usize| spans.get(at).copied();
                let whole = axis.collection.span;
                (place(first), place(again).unwrap_or(whole), "")
            }
            Origin::File { text, starts } => {
                let mut place = |at: usize| {
                    let start = starts.get(at).map_or(0, |&start| start as usize);
                    text.line(self.outside.texts, start)
                };
                let keyed = table.key.len() < table.columns.len();
                let more = if keyed {
                    ""
                } else {
                    ", or mark the fields that differ with `key`"
                };
                (Some(place(first)), place(again), more)
            }
        };
        DataflowError::DuplicateItem {
            item: key.join(", "),
            more: if table.columns.len() > 1 { more } else { "" },
            span,
            first,
        }
    }

    /// The items of a list. A range stays a range, and a sheet is never a list of values.
    pub fn collection(&mut self, expr: &Expr, variable: &str, point: &Point) -> Option<Collection> {
        match &expr.kind {
            ExprKind::Param(id, _) => {
                let value = self.param_expr(*id)?;
                self.collection(value, variable, point)
            }
            ExprKind::Bound(id, _) => {
                let value = self.program.values.get(id.0)?;
                self.collection(&value.expr, variable, point)
            }
            ExprKind::Function(Function::Other, args) => {
                self.collection(args.first()?, variable, point)
            }
            ExprKind::Range(range) => self.range_items(range, expr.span, point),
            ExprKind::Function(Function::Range, args) => {
                self.range_items(&function::range(args)?, expr.span, point)
            }
            ExprKind::Function(Function::Csv, args) => {
                let path = self.text(args.first()?, point)?;
                let record = self.program.records.get(expr.ty.item()?.record()?)?;
                let read = sources::sheet(&mut self.outside, &path, record, expr.span);
                self.kept(read)
            }
            ExprKind::Function(Function::Lines, args) => {
                let path = self.text(args.first()?, point)?;
                let column = Column {
                    name: variable.to_owned(),
                    ty: expr.ty.item()?.clone(),
                };
                let read = sources::lines(&mut self.outside, &path, column, expr.span);
                self.kept(read)
            }
            ExprKind::List(items) => {
                let spans = items.iter().map(|item| item.span).collect();
                self.valued(expr, (variable, point), spans)
            }
            ExprKind::Choice(choice) => {
                let taken = self.chosen(choice, expr.span)?;
                self.collection(taken, variable, point)
            }
            ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Result { .. }
            | ExprKind::Gather { .. }
            | ExprKind::Pick { .. }
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => self.valued(expr, (variable, point), Vec::new()),
        }
    }

    fn range_items(&mut self, range: &hir::Range, span: Span, point: &Point) -> Option<Collection> {
        let (start, step, len) = self.range(range, point)?;
        Some(Collection {
            items: Items::Range { start, step, len },
            origin: Origin::Program(vec![span]),
        })
    }

    /// A list that is computed value by value.
    fn valued(
        &mut self,
        expr: &Expr,
        (variable, point): (&str, &Point),
        spans: Vec<Span>,
    ) -> Option<Collection> {
        let values = self.value(expr, point)?.into_list()?;
        let mut table = self.empty_table(expr.ty.item()?, variable)?;
        for value in &values {
            if let Value::Record(_, fields) = value {
                fields
                    .iter()
                    .for_each(|(_, field)| table.push(&written(field)));
            } else {
                table.push(&written(value));
            }
        }
        Some(Collection {
            items: Items::Table(table),
            origin: Origin::Program(spans),
        })
    }

    pub(super) fn empty_table(&self, item: &Type, variable: &str) -> Option<Table> {
        let Type::Record(name) = item else {
            let column = Column {
                name: variable.to_owned(),
                ty: item.clone(),
            };
            return Some(Table::new(vec![column], vec![0]));
        };
        let record = self.program.records.get(name)?;
        let columns = record.fields.iter().map(|field| Column {
            name: field.name.node.clone(),
            ty: field.ty.clone(),
        });
        Some(Table::new(columns.collect(), record.key()))
    }

    /// The axes with their names, and the columns that arguments compute from their items.
    pub fn finished(&mut self, computed: &Computed) -> Option<Vec<Axis>> {
        let mut names = IndexSet::new();
        let mut axes = Vec::new();
        for (at, axis) in self.program.axes.iter().enumerate() {
            let wanted = match (&axis.collection.kind, &axis.kind) {
                (ExprKind::Param(_, name), AxisKind::Listed) => name,
                (_, _) => &axis.variable.node,
            };
            let mut name = wanted.clone();
            let mut number = 2;
            while !names.insert(name.clone()) {
                name = format!("{wanted}{number}");
                number += 1;
            }
            let items = self.widened(AxisId(at), computed);
            axes.push(Axis {
                name,
                collection: self.titled(axis),
                items: items?,
                tells: self.told(AxisId(at))?,
                keyed_like: self.keyed_like(AxisId(at))?,
                span: axis.variable.span,
            });
        }
        Some(axes)
    }

    /// The items of an axis with the computed columns behind their own.
    fn widened(&mut self, axis: AxisId, computed: &Computed) -> Option<Items> {
        let more = computed.of(axis);
        let is_made = self.program.is_made(axis);
        if is_made || more.is_empty() && self.program.determines(axis).is_empty() {
            return self.items.get(axis.0)?.clone();
        }
        let own = self.table(axis)?;
        let added = more.iter().map(|it| Column {
            name: it.name(),
            ty: it.ty(),
        });
        let columns = own.columns.iter().cloned().chain(added).collect();
        let mut table = Table::new(columns, own.key.clone());
        for row in 0..own.len() {
            (0..own.columns.len()).for_each(|column| table.push(own.cell(row, column)));
            let point = self.at(axis, row as u64);
            for derived in more {
                table.push(&self.derived(derived, &point)?);
            }
        }
        Some(Items::Table(table))
    }

    fn derived(&mut self, derived: &Derived, point: &Point) -> Option<String> {
        match derived {
            Derived::Value(expr) => self.value(expr, point).map(|value| computed(&value)),
            Derived::Place(keys) => {
                let at = self.picked(keys, point)?;
                at.get(&keys.last()?.axis).map(u64::to_string)
            }
        }
    }

    /// The items of an axis, written out where they are a range.
    pub fn table(&self, axis: AxisId) -> Option<Table> {
        let items = self.items.get(axis.0)?.as_ref()?;
        self.written_out(items, self.program.axes.get(axis.0)?)
    }

    pub(super) fn written_out(&self, items: &Items, axis: &hir::Axis) -> Option<Table> {
        match items {
            Items::Table(table) => Some(table.clone()),
            Items::Range { start, step, len } => {
                let mut table = self.empty_table(&Type::Int, &axis.variable.node)?;
                for n in 0..*len {
                    table.push(&(start + step * i64::try_from(n).ok()?).to_string());
                }
                Some(table)
            }
            Items::Made(_) => None,
        }
    }

    /// How many columns the items of an axis have by themselves.
    pub fn width(&self, axis: AxisId) -> usize {
        match self.items.get(axis.0) {
            Some(Some(Items::Table(table))) => table.columns.len(),
            Some(Some(Items::Range { .. } | Items::Made(_)) | None) | None => 1,
        }
    }
}

impl Computed {
    fn of(&self, axis: AxisId) -> &[Derived] {
        self.columns.get(&axis).map_or(&[], Vec::as_slice)
    }

    /// The place of a computed column behind the axis's own.
    pub fn column(&mut self, axis: AxisId, derived: Derived) -> usize {
        let columns = self.columns.entry(axis).or_default();
        let identity = derived.identity();
        if let Some(at) = columns.iter().position(|it| it.identity() == identity) {
            return at;
        }
        columns.push(derived);
        columns.len() - 1
    }
}

/// The first two rows of one key.
fn duplicate(table: &Table) -> Option<(usize, usize)> {
    let mut seen: IndexMap<_, usize> = IndexMap::with_capacity(table.len());
    if let [column] = table.key.as_slice() {
        return (0..table.len()).find_map(|row| {
            seen.insert(table.cell(row, *column), row)
                .map(|first| (first, row))
        });
    }
    let mut seen: IndexMap<Vec<&str>, usize> = IndexMap::new();
    (0..table.len()).find_map(|row| {
        let key = table
            .key
            .iter()
            .map(|&column| table.cell(row, column))
            .collect();
        seen.insert(key, row).map(|first| (first, row))
    })
}
