//! Edits of random programs: what is in collections and what scripts say of their items, so that groups, branches and what is made change.

use proptest::prelude::*;

use super::program::{Axis, Program};

/// What becomes of a program.
#[derive(Debug, Clone)]
pub struct Edit {
    collections: Vec<Vec<i64>>,
    flag: bool,
    moved: bool,
    /// Which conditions turn over.
    conditions: [bool; 2],
    /// Of which units the scripts change.
    scripts: Vec<bool>,
}

pub fn edit() -> impl Strategy<Value = Edit> {
    let collection =
        |most| proptest::sample::subsequence(vec![4, 7, 9, 12, 31], 0..=most).prop_shuffle();
    let collections = [collection(3), collection(2), collection(2), collection(3)];
    let collections = collections.prop_map(Vec::from);
    let flag = proptest::bool::weighted(0.2);
    let scripts = proptest::collection::vec(proptest::bool::weighted(0.2), 6);
    let turns = proptest::bool::weighted(0.2);
    let choices = (flag, any::<bool>(), [turns, turns]);
    (collections, choices, scripts).prop_map(|(collections, (flag, moved, conditions), scripts)| {
        Edit {
            collections,
            flag,
            moved,
            conditions,
            scripts,
        }
    })
}

impl Program {
    /// The program behind an edit. Items that it picks stay.
    pub fn edited(&self, edit: &Edit) -> Self {
        let mut new = self.clone();
        for (items, have) in new.collections.iter_mut().zip(&edit.collections) {
            items.clone_from(have);
        }
        let reads = self.units.iter().flat_map(|unit| &unit.reads);
        for value in reads.map(|read| &read.value) {
            let Some((at, item)) = value.pick else {
                continue;
            };
            if let Axis::Static(axis) = self.units[value.unit].loops[at].axis
                && !new.collections[axis].contains(&item)
            {
                new.collections[axis].push(item);
            }
        }
        new.flag ^= edit.flag;
        new.moved ^= edit.moved;
        for (condition, turns) in new.around.conditions.iter_mut().zip(edit.conditions) {
            condition.holds ^= turns;
        }
        for (unit, changes) in new.units.iter_mut().zip(&edit.scripts) {
            unit.salt += i64::from(*changes);
        }
        new
    }
}
