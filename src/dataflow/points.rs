//! Axes that are no plain collections: which items they have, and which items of others those tell.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Evaluator, Point};
use super::{Arg, Axis, AxisId, CallAxis, Dataflow, ItemPart, Items, Table, Told};
use crate::hir::{self, AxisKind, Expr};
use crate::types::Value;

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
        let mut told = vec![Vec::new(); axis.around.len()];
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
                for (told, outer) in told.iter_mut().zip(&axis.around) {
                    told.push(u32::try_from(*point.get(outer)?).ok()?);
                }
            }
        }
        self.tells.insert((id, of), rows);
        for (told, outer) in told.into_iter().zip(&axis.around) {
            self.tells.insert((id, *outer), told);
        }
        Some(Items::Table(table))
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
    fn tell(&self, axis: hir::AxisId, row: u64, other: hir::AxisId) -> Option<u64> {
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

    /// What the items of an axis tell of others.
    pub(super) fn told(&self, axis: hir::AxisId) -> Option<Vec<Told>> {
        let len = self.items.get(axis.0)?.as_ref()?.len();
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
        self.program.wholes(axis).map(id).collect()
    }

    /// The collection of an axis, for people.
    pub(super) fn titled(&self, axis: &hir::Axis) -> String {
        let of = |of: &hir::AxisId| {
            let of = self.program.axes.get(of.0);
            of.map_or_else(String::new, |of| self.titled(of))
        };
        match &axis.kind {
            AxisKind::Listed => axis.collection.to_string(),
            AxisKind::Narrowed { of: whole } => of(whole),
            AxisKind::Filtered {
                of: whole,
                condition,
            } => format!("{} where {condition}", of(whole)),
        }
    }
}

fn id(axis: hir::AxisId) -> Option<AxisId> {
    u32::try_from(axis.0).ok().map(AxisId)
}

impl Axis {
    /// Whether each of its items has one of the other axis.
    pub fn knows(&self, other: AxisId) -> bool {
        self.tells.iter().any(|told| told.axis == other)
    }
}

impl Dataflow {
    /// The axes that calls run over, and those whose items they read.
    pub fn used(&self) -> BTreeSet<AxisId> {
        let mut used = BTreeSet::new();
        for call in &self.calls {
            used.extend(call.axes.iter().map(|own| own.axis));
            call.args.values().for_each(|arg| read(arg, &mut used));
        }
        let names = self.publishes.iter().flat_map(|it| &it.template);
        parts(names.flatten(), &mut used);
        used
    }

    /// What the items of an axis tell of the others that are used.
    pub fn told<'a>(&self, axis: &'a Axis) -> Vec<&'a Told> {
        if axis.tells.is_empty() {
            return Vec::new();
        }
        let used = self.used();
        let told = axis.tells.iter();
        told.filter(|told| used.contains(&told.axis)).collect()
    }

    /// The axes of a call that no other of them tells: their lengths multiply.
    pub fn free<'a>(&'a self, axes: &'a [CallAxis]) -> impl Iterator<Item = &'a CallAxis> {
        let told = |own: &CallAxis| axes.iter().any(|it| self.axis(it.axis).knows(own.axis));
        axes.iter().filter(move |own| !told(own))
    }

    /// How many points these axes have together.
    pub fn points(&self, axes: &[CallAxis]) -> u64 {
        self.free(axes).fold(1, |product: u64, own| {
            product.saturating_mul(self.axis(own.axis).items.len())
        })
    }

    /// The items at one of these points, by axis; the last loop turns fastest.
    pub fn items_at(&self, axes: &[CallAxis], point: u64) -> BTreeMap<AxisId, u64> {
        let mut at = BTreeMap::new();
        let mut left = point;
        let free: Vec<_> = self.free(axes).collect();
        for own in free.into_iter().rev() {
            let axis = self.axis(own.axis);
            let len = axis.items.len().max(1);
            let row = left % len;
            left /= len;
            at.insert(own.axis, row);
            for told in &axis.tells {
                let item = usize::try_from(row)
                    .ok()
                    .and_then(|row| told.items.get(row));
                at.insert(told.axis, item.copied().map_or(0, u64::from));
            }
        }
        at
    }

    /// Whether an item of one of these axes says which of the other it belongs to.
    pub fn tells(&self, axes: &[CallAxis], axis: AxisId) -> bool {
        let mut axes = axes.iter();
        axes.any(|own| own.axis == axis || self.axis(own.axis).knows(axis))
    }

    /// Whether the points of these axes are just all combinations of their items.
    pub fn is_product(&self, axes: &[CallAxis]) -> bool {
        axes.iter().all(|own| self.axis(own.axis).tells.is_empty())
    }

    /// The label under which the key of an axis stands in the directories of a call.
    pub fn label<'a>(&self, axes: &'a [CallAxis], axis: AxisId) -> Option<&'a str> {
        let like = |own: &&CallAxis| self.axis(own.axis).keyed_like.contains(&axis);
        let own = axes.iter().find(|own| own.axis == axis);
        let own = own.or_else(|| axes.iter().find(like));
        own.map(|own| own.label.as_str())
    }
}

/// The axes whose items an argument is made of.
fn read(arg: &Arg, into: &mut BTreeSet<AxisId>) {
    match arg {
        Arg::Item { axis, .. } => {
            into.insert(*axis);
        }
        Arg::Template(text) => parts(text, into),
        Arg::List(args) => args.iter().for_each(|arg| read(arg, into)),
        Arg::Constant(_) | Arg::Result { .. } => {}
    }
}

fn parts<'a>(parts: impl IntoIterator<Item = &'a ItemPart>, into: &mut BTreeSet<AxisId>) {
    let axes = parts.into_iter().filter_map(|part| match part {
        ItemPart::Item { axis, .. } => Some(*axis),
        ItemPart::Literal(_) => None,
    });
    into.extend(axes);
}
