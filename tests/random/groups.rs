//! Loops over groups, and over what calls make: what they stand in, and what of a list belongs to them.

use super::program::{Axis, Kind, LEAST, Loop, Program, SHEET, Value};
use super::raw::RawInner;

/// Kinds of rows of the sheet are below this.
const KINDS: i64 = 2;

/// `unique(c.size)`, where `c` is a call: the sizes of those of its shards that are over the loops in which it does
/// not stand.
#[derive(Debug, Clone)]
pub struct Group {
    pub unit: usize,
    /// The loops of the unit in which it stands.
    pub around: Vec<Loop>,
}

impl Program {
    /// What the sheet says of a row.
    pub fn kind(&self, row: i64) -> i64 {
        let moved = self.moved && row > LEAST;
        (row + i64::from(moved)) % KINDS
    }

    /// A loop over what a call makes, or over groups that calls tell, with the loops that it depends on.
    pub fn inner(&mut self, raw: &RawInner) -> Option<(Axis, Vec<Loop>)> {
        let can_be = |unit: &usize| match self.units[*unit].kind {
            Kind::Call { .. } if raw.grouped => !self.units[*unit].loops.is_empty(),
            Kind::Call { makes } => makes,
            Kind::Name | Kind::Rounds(_) => false,
        };
        let units: Vec<usize> = (0..self.units.len()).filter(can_be).collect();
        let unit = *units.get(raw.unit.index(units.len().max(1)))?;
        let loops = &self.units[unit].loops;
        if !raw.grouped {
            return Some((self.list(unit, raw), loops.clone()));
        }
        let mut around: Vec<Loop> = Vec::new();
        for (each, is_around) in loops.iter().zip(&raw.around) {
            let mut needed = self.needed(each.axis).iter();
            if *is_around && needed.all(|it| around.contains(it)) {
                around.push(*each);
            }
        }
        if around.len() == loops.len() {
            return None;
        }
        let is_same = |it: &Group| {
            let mut all = it.around.iter();
            it.unit == unit && it.around.len() == around.len() && all.all(|it| around.contains(it))
        };
        let known = self.groups.iter().position(is_same);
        let number = known.unwrap_or(self.groups.len());
        if known.is_none() {
            let around = around.clone();
            self.groups.push(Group { unit, around });
        }
        Some((Axis::Told(number), around))
    }

    /// One of the lists that a unit makes, or two side by side.
    fn list(&self, unit: usize, raw: &RawInner) -> Axis {
        let is_like = |other: &usize| {
            let (one, other) = (&self.units[unit], &self.units[*other]);
            other.kind == one.kind
                && other.loops.len() == one.loops.len()
                && other.loops.iter().all(|it| one.loops.contains(it))
        };
        let others: Vec<usize> = (0..self.units.len()).filter(is_like).collect();
        match raw.list {
            0 => Axis::Made(unit),
            1 => Axis::First(unit),
            2 => Axis::Second(unit),
            _ => Axis::Pairs(unit, *raw.other.get(&others)),
        }
    }

    /// The loops that one over this axis stands in.
    pub fn needed(&self, axis: Axis) -> &[Loop] {
        match axis {
            Axis::Static(_) | Axis::Kinds => &[],
            Axis::Made(unit) | Axis::First(unit) | Axis::Second(unit) | Axis::Pairs(unit, _) => {
                &self.units[unit].loops
            }
            Axis::Told(group) => &self.groups[group].around,
        }
    }

    /// The loops to whose items those of an axis belong.
    pub fn around(&self, axis: Axis) -> Vec<Loop> {
        match axis {
            SHEET => vec![Loop::over(Axis::Kinds)],
            _ => self.needed(axis).to_vec(),
        }
    }

    /// Whether a loop over an axis can stand in, or around, some loops: not over what is grouped there.
    pub fn can_be_in(&self, axis: Axis, loops: &[Loop]) -> bool {
        let same = |it: &Loop| tells(it.axis, axis) || tells(axis, it.axis);
        let grouped = self
            .told(loops)
            .flat_map(|(_, it)| &self.units[it.unit].loops);
        !loops.iter().chain(grouped).any(same)
    }

    /// The loops over groups that a run tells.
    pub fn told<'a>(&'a self, loops: &'a [Loop]) -> impl Iterator<Item = (usize, &'a Group)> {
        loops.iter().filter_map(|it| match it.axis {
            Axis::Told(group) => Some((group, &self.groups[group])),
            Axis::Static(_)
            | Axis::Made(_)
            | Axis::First(_)
            | Axis::Second(_)
            | Axis::Pairs(..)
            | Axis::Kinds => None,
        })
    }

    /// The groups around a place of which a list there is a part: it is over all that is grouped.
    pub fn parting<'a>(
        &'a self,
        value: &'a Value,
        here: &'a [Loop],
    ) -> impl Iterator<Item = (usize, &'a Group)> {
        let free: Vec<Loop> = self.free(value, here).collect();
        self.told(here).filter(move |(_, group)| {
            let grouped = self.units[group.unit].loops.iter();
            let mut grouped = grouped.filter(|it| !group.around.contains(it));
            grouped.all(|of| {
                let is_over = |it: &Loop| tells(it.axis, of.axis) && (it.part || !of.part);
                free.iter().any(is_over)
            })
        })
    }
}

/// Whether an item of one axis tells that of another.
pub fn tells(axis: Axis, other: Axis) -> bool {
    axis == other || (axis, other) == (SHEET, Axis::Kinds) || sides(axis).contains(&other)
}

/// The two axes whose items stand side by side.
pub fn sides(axis: Axis) -> Vec<Axis> {
    match axis {
        Axis::Pairs(first, second) => vec![Axis::First(first), Axis::Second(second)],
        _ => Vec::new(),
    }
}

/// Each once, in the order of the first.
pub fn distinct(items: impl Iterator<Item = i64>) -> Vec<i64> {
    items.fold(Vec::new(), |mut found, item| {
        if !found.contains(&item) {
            found.push(item);
        }
        found
    })
}
