//! What programs are built from: choices that mean something whatever stands before them.

use proptest::prelude::*;
use proptest::sample::Index;

use super::program::{Axis, Branch, Kind, LOOPS, Loop, Rounds};

/// Loops of a call that may be around its groups; more are not.
const MOST: usize = 8;

/// What a unit is built from.
#[derive(Debug, Clone)]
pub struct Raw {
    pub kind: Kind,
    pub loops: Vec<Loop>,
    pub inner: Option<RawInner>,
    pub branch: Branch,
    pub reads: Vec<RawRead>,
}

/// The loop over what one of the calls before makes, or over groups of its shards.
#[derive(Debug, Clone)]
pub struct RawInner {
    pub grouped: bool,
    pub unit: Index,
    /// Which list of it, and whose stands beside it.
    pub list: u8,
    pub other: Index,
    /// In which of the loops of the call the groups stand.
    pub around: Vec<bool>,
    /// How many of the own loops stand outside of those of the call; the others are inside of it.
    pub outside: usize,
    /// The loops of the call stand the other way round here.
    pub turned: bool,
}

#[derive(Debug, Clone)]
pub struct RawRead {
    pub unit: Index,
    /// In groups: what is grouped, and no other unit.
    pub grouped: bool,
    pub pick: Option<Index>,
    pub rounds: bool,
    pub other: Option<Index>,
    pub filter: Option<(Index, bool)>,
}

pub fn unit() -> impl Strategy<Value = Raw> {
    let axes = (0..LOOPS.len()).map(Axis::Static).chain([Axis::Kinds]);
    let axes = proptest::sample::subsequence(axes.collect::<Vec<_>>(), 0..=2).prop_shuffle();
    let parts = proptest::collection::vec(proptest::bool::weighted(0.25), 2);
    let loops = (axes, parts).prop_map(|(axes, parts)| {
        let part = |(axis, part)| Loop {
            axis,
            part: part && axis != Axis::Kinds,
        };
        axes.into_iter().zip(parts).map(part).collect()
    });
    let around = proptest::collection::vec(any::<bool>(), MOST);
    let list = (0..6u8, any::<Index>());
    let inner = (
        any::<bool>(),
        any::<Index>(),
        list,
        around,
        0..=2usize,
        any::<bool>(),
    );
    let inner =
        inner.prop_map(
            |(grouped, unit, (list, other), around, outside, turned)| RawInner {
                grouped,
                unit,
                list,
                other,
                around,
                outside,
                turned,
            },
        );
    let inner = proptest::option::weighted(0.6, inner);
    let branch = prop_oneof![
        6 => Just(Branch::None),
        1 => Just(Branch::Static),
        2 => Just(Branch::Each),
        2 => Just(Branch::Only),
    ];
    let reads = proptest::collection::vec(read(), 0..=2);
    (kind(), loops, inner, branch, reads).prop_map(|(kind, loops, inner, branch, reads)| Raw {
        kind,
        loops,
        inner,
        branch,
        reads,
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    let until = proptest::option::of(0..2i64);
    let inner = proptest::option::weighted(0.3, 0..LOOPS.len());
    let rounds = (1..=3i64, until, inner, 0..=2i64);
    prop_oneof![
        5 => Just(Kind::Call { makes: false }),
        2 => Just(Kind::Call { makes: true }),
        2 => Just(Kind::Name),
        1 => rounds.prop_map(|(count, until, inner, more)| Kind::Rounds(Rounds { count, until, inner, more })),
    ]
}

fn read() -> impl Strategy<Value = RawRead> {
    let some = |weight| proptest::option::weighted(weight, any::<Index>());
    let filter = proptest::option::weighted(0.7, any::<(Index, bool)>());
    let unit = (any::<Index>(), any::<bool>());
    (unit, some(0.2), any::<bool>(), some(0.3), filter).prop_map(
        |((unit, grouped), pick, rounds, other, filter)| RawRead {
            unit,
            grouped,
            pick,
            rounds,
            other,
            filter,
        },
    )
}
