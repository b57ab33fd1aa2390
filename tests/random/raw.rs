//! What programs are built from: choices that mean something whatever stands before them.

use proptest::prelude::*;
use proptest::sample::Index;

use super::program::{Branch, Kind, LOOPS};

/// What a unit is built from.
#[derive(Debug, Clone)]
pub struct Raw {
    pub kind: Kind,
    pub loops: Vec<usize>,
    pub parts: Vec<bool>,
    pub made: Option<RawMade>,
    pub branch: Branch,
    pub reads: Vec<RawRead>,
}

/// The loop over what one of the makers before makes.
#[derive(Debug, Clone)]
pub struct RawMade {
    pub maker: Index,
    /// How many of the own loops stand outside of those of the maker; the others are inside of it.
    pub outside: usize,
    /// The loops of the maker stand the other way round here.
    pub turned: bool,
}

#[derive(Debug, Clone)]
pub struct RawRead {
    pub unit: Index,
    pub pick: Option<Index>,
    pub rounds: bool,
    pub other: Option<Index>,
    pub filter: Option<(Index, bool)>,
}

pub fn unit() -> impl Strategy<Value = Raw> {
    let loops = proptest::sample::subsequence(vec![0, 1, 2], 0..=2).prop_shuffle();
    let parts = proptest::collection::vec(proptest::bool::weighted(0.25), LOOPS.len());
    let made = (any::<Index>(), 0..=2usize, any::<bool>());
    let made = made.prop_map(|(maker, outside, turned)| RawMade {
        maker,
        outside,
        turned,
    });
    let made = proptest::option::weighted(0.4, made);
    let branch = prop_oneof![
        6 => Just(Branch::None),
        1 => Just(Branch::Static),
        2 => Just(Branch::Each),
        2 => Just(Branch::Only),
    ];
    let reads = proptest::collection::vec(read(), 0..=2);
    (kind(), loops, parts, made, branch, reads).prop_map(
        |(kind, loops, parts, made, branch, reads)| Raw {
            kind,
            loops,
            parts,
            made,
            branch,
            reads,
        },
    )
}

fn kind() -> impl Strategy<Value = Kind> {
    let until = proptest::option::of(0..2i64);
    let inner = proptest::option::weighted(0.3, 0..LOOPS.len());
    let rounds = (1..=3i64, until, inner);
    prop_oneof![
        5 => Just(Kind::Call { makes: false }),
        2 => Just(Kind::Call { makes: true }),
        2 => Just(Kind::Name),
        1 => rounds.prop_map(|(count, until, inner)| Kind::Rounds { count, until, inner }),
    ]
}

fn read() -> impl Strategy<Value = RawRead> {
    let some = |weight| proptest::option::weighted(weight, any::<Index>());
    let filter = proptest::option::weighted(0.7, any::<(Index, bool)>());
    (any::<Index>(), some(0.2), any::<bool>(), some(0.3), filter).prop_map(
        |(unit, pick, rounds, other, filter)| RawRead {
            unit,
            pick,
            rounds,
            other,
            filter,
        },
    )
}
