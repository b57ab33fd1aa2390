//! What stands around the units of a program: conditions, a loop, a workflow with a name.

use proptest::prelude::*;
use proptest::sample::Index;

use super::program::{Axis, Program};

#[derive(Debug, Clone, Default)]
pub struct Around {
    pub conditions: Vec<Condition>,
    /// Items of a loop around all of it.
    pub items: Option<Vec<i64>>,
    /// The unit from which on all is in a workflow with a name, which is given what it reads of those before.
    pub named: Option<usize>,
}

/// An `if` around all units from one on.
#[derive(Debug, Clone)]
pub struct Condition {
    pub from: usize,
    pub holds: bool,
    /// Whether a call says so, and not a param.
    pub told: bool,
}

/// What programs are given, if they can have it.
#[derive(Debug)]
pub struct RawAround {
    conditions: Vec<(Index, bool, bool)>,
    items: Option<Vec<i64>>,
    named: Option<Index>,
}

pub fn around() -> impl Strategy<Value = RawAround> {
    let holds = proptest::bool::weighted(0.8);
    let condition = (any::<Index>(), holds, any::<bool>());
    let conditions = proptest::collection::vec(condition, 0..=2);
    let items = proptest::sample::subsequence(vec![5, 8], 0..=2);
    let items = proptest::option::weighted(0.3, items);
    let named = proptest::option::weighted(0.3, any::<Index>());
    (conditions, items, named).prop_map(|(conditions, items, named)| RawAround {
        conditions,
        items,
        named,
    })
}

impl RawAround {
    /// As far as it is well-typed around the units of a program.
    pub fn fitted(self, program: &Program) -> Around {
        let place = |at: Index| at.index(program.units.len());
        let conditions = self.conditions.into_iter();
        let conditions = conditions.map(|(at, holds, told)| Condition {
            from: place(at),
            holds,
            told,
        });
        let named = self.named.map(place);
        Around {
            conditions: conditions.collect(),
            items: self.items.filter(|_| program.can_be_in_a_loop()),
            named: named.filter(|from| program.can_be_given(*from)),
        }
    }
}

impl Program {
    /// The conditions that begin at a unit, the outermost first, and their numbers.
    pub fn conditions_at(&self, unit: usize) -> impl Iterator<Item = (usize, &Condition)> {
        let conditions = self.around.conditions.iter().enumerate();
        conditions.filter(move |(_, it)| it.from == unit)
    }

    /// What a workflow is given is read as it was: of lists over rounds flowc cannot do that yet.
    fn can_be_given(&self, from: usize) -> bool {
        let reads = self.units[from..].iter().flat_map(|unit| &unit.reads);
        let mut values = reads.flat_map(|read| [Some(&read.value), read.other.as_ref()]);
        !values.any(|it| it.is_some_and(|value| value.rounds && value.unit < from))
    }

    /// What calls make, and groups that runs tell, stand directly in the loop that they depend on; here others may be between.
    fn can_be_in_a_loop(&self) -> bool {
        let mut loops = self.units.iter().flat_map(|it| &it.loops);
        loops.all(|it| matches!(it.axis, Axis::Static(_) | Axis::Kinds))
    }

    /// Whether a unit is in the workflow with a name.
    pub fn is_named(&self, unit: usize) -> bool {
        self.around.named.is_some_and(|from| unit >= from)
    }
}
