//! Axes that are no plain collections: which items they have, and which items of others those tell.

use indexmap::IndexMap;

use super::evaluate::{Evaluator, Point};
use super::sources::Collection;
use super::{AxisId, DataflowError, Items, Table, Told};
use crate::hir::{self, AxisKind, Expr};
use crate::types::{Type, Value};

impl Evaluator<'_> {
    /// The items of a part of another axis: those that belong to the loops around, and for which a
    /// condition holds.
    pub(super) fn part(
        &mut self,
        id: hir::AxisId,
        axis: &hir::Axis,
        of: hir::AxisId,
        condition: Option<&Expr>,
    ) -> Option<Items> {
        let whole = self.table(of)?;
        let key = whole.key.iter().filter_map(|at| whole.columns.get(*at));
        let mut table = Table::new(key.cloned().collect(), (0..whole.key.len()).collect());
        let mut rows = Vec::new();
        let mut told = Outer::of(axis);
        for point in self.points_of(&axis.around, Point::new())? {
            for row in self.rows(of, &point)? {
                let mut point = point.clone();
                self.stand(&mut point, of, row);
                let holds = match condition {
                    Some(condition) => self.value(condition, &point)? == Value::Bool(true),
                    None => true,
                };
                if !holds {
                    continue;
                }
                let at = usize::try_from(row).ok()?;
                whole
                    .key
                    .iter()
                    .for_each(|&column| table.push(whole.cell(at, column)));
                rows.push(u32::try_from(row).ok()?);
                told.push(&point)?;
            }
        }
        self.tells.insert((id, of), rows);
        self.tell_outer(id, told);
        Some(Items::Table(table))
    }

    /// A collection for each point of the loops that it reads, one behind the other.
    pub(super) fn dependent(&mut self, id: hir::AxisId, axis: &hir::Axis) -> Option<Items> {
        let mut all = self.empty_table(&axis.item, &axis.variable.node)?;
        let mut told = Outer::of(axis);
        for point in self.points_of(&axis.around, Point::new())? {
            let collection = &axis.collection;
            let found = self.collection(collection, &axis.variable.node, &point)?;
            let Collection { items, mut origin } = found;
            let table = self.written_out(&items, axis)?;
            self.no_duplicate(&table, &mut origin, axis)?;
            for row in 0..table.len() {
                (0..table.columns.len()).for_each(|column| all.push(table.cell(row, column)));
                told.push(&point)?;
            }
        }
        self.tell_outer(id, told);
        Some(Items::Table(all))
    }

    /// `zip`: as many items as each of the two has.
    pub(super) fn zip(
        &mut self,
        id: hir::AxisId,
        axis: &hir::Axis,
        (left, right): (hir::AxisId, hir::AxisId),
    ) -> Option<Items> {
        let whole = self.table(left)?;
        let len = whole.len();
        let other = self.items.get(right.0)?.as_ref()?.len();
        if len as u64 != other {
            let shown = |id: hir::AxisId| self.program.axes.get(id.0).map(|it| self.titled(it));
            self.errors.push(DataflowError::ZipLengths {
                left: shown(left)?,
                lefts: len as u64,
                right: shown(right)?,
                rights: other,
                span: axis.collection.span,
            });
            return None;
        }
        let key = whole.key.iter().filter_map(|at| whole.columns.get(*at));
        let mut table = Table::new(key.cloned().collect(), (0..whole.key.len()).collect());
        for row in 0..len {
            whole
                .key
                .iter()
                .for_each(|&column| table.push(whole.cell(row, column)));
        }
        let rows: Vec<u32> = (0..u32::try_from(len).ok()?).collect();
        self.tells.insert((id, left), rows.clone());
        self.tells.insert((id, right), rows);
        Some(Items::Table(table))
    }

    /// `unique`: the texts of a key, in the order in which they occur.
    pub(super) fn unique(
        &mut self,
        id: hir::AxisId,
        axis: &hir::Axis,
        (of, key): (hir::AxisId, &Expr),
    ) -> Option<Items> {
        let mut table = self.empty_table(&axis.item, &axis.variable.node)?;
        let mut told = Outer::of(axis);
        let mut groups = vec![0; usize::try_from(self.items.get(of.0)?.as_ref()?.len()).ok()?];
        for outer in self.points_of(&axis.around, Point::new())? {
            let mut seen: IndexMap<String, u32> = IndexMap::new();
            for row in self.rows(of, &outer)? {
                let mut point = outer.clone();
                self.stand(&mut point, of, row);
                let key = self.text(key, &point)?;
                let next = u32::try_from(table.len()).ok()?;
                let group = *seen.entry(key.clone()).or_insert(next);
                if group == next {
                    table.push(&key);
                    told.push(&outer)?;
                }
                *groups.get_mut(usize::try_from(row).ok()?)? = group;
            }
        }
        self.tells.insert((of, id), groups);
        self.tell_outer(id, told);
        Some(Items::Table(table))
    }

    /// `batch`: numbers from 0.
    pub(super) fn batch(
        &mut self,
        id: hir::AxisId,
        axis: &hir::Axis,
        (of, size): (hir::AxisId, &Expr),
    ) -> Option<Items> {
        let many = self.int(size, &Point::new())?;
        let Some(many) = usize::try_from(many).ok().filter(|many| *many > 0) else {
            let span = size.span;
            self.errors
                .push(DataflowError::BatchSize { size: many, span });
            return None;
        };
        let mut table = self.empty_table(&Type::Int, &axis.variable.node)?;
        let mut told = Outer::of(axis);
        let mut groups = vec![0; usize::try_from(self.items.get(of.0)?.as_ref()?.len()).ok()?];
        for outer in self.points_of(&axis.around, Point::new())? {
            let rows = self.rows(of, &outer)?;
            for (number, batch) in rows.chunks(many).enumerate() {
                let group = u32::try_from(table.len()).ok()?;
                for row in batch {
                    *groups.get_mut(usize::try_from(*row).ok()?)? = group;
                }
                table.push(&number.to_string());
                told.push(&outer)?;
            }
        }
        self.tells.insert((of, id), groups);
        self.tell_outer(id, told);
        Some(Items::Table(table))
    }

    fn tell_outer(&mut self, id: hir::AxisId, told: Outer) {
        for (outer, items) in told.0 {
            self.tells.insert((id, outer), items);
        }
    }

    /// The points of loops, the outermost first, behind one that is given.
    fn points_of(&self, loops: &[hir::AxisId], point: Point) -> Option<Vec<Point>> {
        let mut points = vec![point];
        for &axis in loops {
            let mut inside = Vec::new();
            for point in points {
                for row in self.rows(axis, &point)? {
                    let mut point = point.clone();
                    self.stand(&mut point, axis, row);
                    inside.push(point);
                }
            }
            points = inside;
        }
        Some(points)
    }

    /// The point at one item of an axis.
    pub(super) fn at(&self, axis: hir::AxisId, row: u64) -> Point {
        let mut point = Point::new();
        self.stand(&mut point, axis, row);
        point
    }

    /// Takes an item of an axis, and with it those that it tells.
    pub(super) fn stand(&self, point: &mut Point, axis: hir::AxisId, row: u64) {
        point.insert(axis, row);
        for &other in self.program.determines(axis) {
            if let Some(told) = self.tell(axis, row, other) {
                point.insert(other, told);
            }
        }
    }

    /// The item of another axis that an item of this one tells.
    pub(super) fn tell(&self, axis: hir::AxisId, row: u64, other: hir::AxisId) -> Option<u64> {
        if axis == other {
            return Some(row);
        }
        let of = |told: &Vec<u32>| Some(u64::from(*told.get(usize::try_from(row).ok()?)?));
        if let Some(told) = self.tells.get(&(axis, other)) {
            return of(told);
        }
        let from = (axis, hir::AxisId(0))..=(axis, hir::AxisId(usize::MAX));
        let mut next = self.tells.range(from);
        next.find_map(|(&(_, between), told)| {
            let knows = self.program.tells(between, other);
            knows
                .then(|| self.tell(between, of(told)?, other))
                .flatten()
        })
    }

    /// The items of an axis that belong to a point.
    pub(super) fn rows(&self, axis: hir::AxisId, point: &Point) -> Option<Vec<u64>> {
        let len = self.items.get(axis.0)?.as_ref()?.len();
        let others = self.program.determines(axis).iter();
        let fixed: Vec<_> = others
            .filter_map(|other| Some((*other, *point.get(other)?)))
            .collect();
        let belongs = |row: &u64| {
            let mut fixed = fixed.iter();
            fixed.all(|(other, at)| self.tell(axis, *row, *other) == Some(*at))
        };
        Some((0..len).filter(belongs).collect())
    }

    /// What the items of an axis tell of others; nothing by item where these are not known yet.
    pub(super) fn told(&self, axis: hir::AxisId) -> Option<Vec<Told>> {
        let items = self.items.get(axis.0)?.as_ref()?;
        let len = match items {
            Items::Made(_) => 0,
            Items::Range { .. } | Items::Table(_) => items.len(),
        };
        let others = self.program.determines(axis).iter().map(|&other| {
            let items = (0..len).map(|row| u32::try_from(self.tell(axis, row, other)?).ok());
            Some(Told {
                axis: id(other)?,
                items: items.collect::<Option<_>>()?,
            })
        });
        others.collect()
    }

    /// The axes whose keys an axis has.
    pub(super) fn keyed_like(&self, axis: hir::AxisId) -> Option<Vec<AxisId>> {
        self.program.keyed_like(axis).map(id).collect()
    }

    /// The collection of an axis, for people.
    pub(super) fn titled(&self, axis: &hir::Axis) -> String {
        let of = |of: &hir::AxisId| {
            let of = self.program.axes.get(of.0);
            of.map_or_else(String::new, |of| self.titled(of))
        };
        match &axis.kind {
            AxisKind::Listed
            | AxisKind::Made
            | AxisKind::Zipped(..)
            | AxisKind::Unique { .. }
            | AxisKind::Batch { .. } => axis.collection.to_string(),
            AxisKind::Narrowed { of: whole } => of(whole),
            AxisKind::Filtered {
                of: whole,
                condition,
            } => format!("{} where {condition}", of(whole)),
        }
    }
}

/// For each item that is made, those of the loops around it.
struct Outer(Vec<(hir::AxisId, Vec<u32>)>);

impl Outer {
    fn of(axis: &hir::Axis) -> Self {
        Self(axis.around.iter().map(|it| (*it, Vec::new())).collect())
    }

    fn push(&mut self, point: &Point) -> Option<()> {
        for (axis, items) in &mut self.0 {
            items.push(u32::try_from(*point.get(axis)?).ok()?);
        }
        Some(())
    }
}

fn id(axis: hir::AxisId) -> Option<AxisId> {
    u32::try_from(axis.0).ok().map(AxisId)
}
