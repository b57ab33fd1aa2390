//! Random programs: well-typed by what they are made of.

use proptest::prelude::*;
use proptest::sample::Index;

use super::around::{Around, around};
use super::filter::{Filter, SIZES, filter};
use super::groups::{Group, sides, tells};
use super::raw::{Raw, RawRead, unit};

/// Static collections that a program may loop over; their loop variables. The last one is a sheet.
pub const LOOPS: [&str; 4] = ["x", "y", "z", "w"];

pub const SHEET: Axis = Axis::Static(3);

/// Items above this are what `where` leaves.
pub const LEAST: i64 = 6;

/// What a script adds to the items of its two lists is below these.
pub const FIRSTS: i64 = 5;
pub const SECONDS: i64 = 3;

/// Collections of a program, and units that read units before them.
#[derive(Debug, Clone)]
pub struct Program {
    /// Items of each collection, each once; there may be none. Of the sheet the keys.
    pub collections: Vec<Vec<i64>>,
    /// That a run tells.
    pub groups: Vec<Group>,
    /// What its static `if`s ask for.
    pub flag: bool,
    /// Rows above [`LEAST`] are of the other kind.
    pub moved: bool,
    pub units: Vec<Unit>,
    pub around: Around,
}

/// A call, a name for a result, or rounds; inside of loops, and with a text at each point of them.
#[derive(Debug, Clone)]
pub struct Unit {
    pub kind: Kind,
    /// Outermost first.
    pub loops: Vec<Loop>,
    pub branch: Branch,
    pub reads: Vec<Read>,
    /// A number in its scripts: what they say of an item depends on it.
    pub salt: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A call; one that makes items has as many as its point tells, and two lists of another length.
    Call {
        makes: bool,
    },
    /// A name for the one thing that it reads.
    Name,
    Rounds(Rounds),
}

/// `repeat`, with a state that is carried from round to round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    pub count: i64,
    /// Ends when a score is above this.
    pub until: Option<i64>,
    /// A loop over a collection in each round.
    pub inner: Option<usize>,
    /// How many rounds of another kind go on from there; there may be none.
    pub more: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loop {
    pub axis: Axis,
    /// `where` the item is above [`LEAST`].
    pub part: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Axis {
    Static(usize),
    /// What a unit makes.
    Made(usize),
    /// The first, and the second, of two lists of one length that a unit makes.
    First(usize),
    Second(usize),
    /// `zip` of the first list of a unit and the second of one over the same loops.
    Pairs(usize, usize),
    /// The groups of the sheet: `unique(ws.kind)`.
    Kinds,
    /// Groups that a run tells.
    Told(usize),
}

/// Whether a unit stands under a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    None,
    /// In both branches of an `if` on a param, with a process for each.
    Static,
    /// In both branches of an `if` that each shard decides, by what a call of its own says.
    Each,
    /// In the first branch of such an `if` alone.
    Only,
}

/// What a unit reads: a value of an earlier one, or of the first of two that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub value: Value,
    pub other: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    pub unit: usize,
    /// The item of one of its loops that is picked.
    pub pick: Option<(usize, i64)>,
    /// Of rounds: what each of them made, and not what the last one did.
    pub rounds: bool,
    /// Of a list over calls: which of them it has, by what they say.
    pub filter: Option<Filter>,
}

pub fn program() -> impl Strategy<Value = Program> {
    let collection =
        |most| proptest::sample::subsequence(vec![4, 7, 12, 31], 0..=most).prop_shuffle();
    let collections = [collection(3), collection(2), collection(2), collection(3)];
    let collections = collections.prop_map(Vec::from);
    let units = proptest::collection::vec(unit(), 1..=6);
    (collections, any::<bool>(), units, around()).prop_map(|(collections, flag, units, around)| {
        let mut program = Program {
            collections,
            flag,
            moved: false,
            groups: Vec::new(),
            units: Vec::new(),
            around: Around::default(),
        };
        units.into_iter().for_each(|raw| program.add(raw));
        program.around = around.fitted(&program);
        program
    })
}

impl Program {
    /// Whether there is a list over the rounds of a unit. Under a condition flowc cannot hand it on yet.
    fn has_rounds(&self, unit: usize) -> bool {
        let unit = &self.units[unit];
        matches!(unit.kind, Kind::Rounds(_)) && unit.branch == Branch::None
    }

    /// Adds a unit, as far as it is well-typed behind those before.
    fn add(&mut self, raw: Raw) {
        let mut kind = raw.kind;
        let loops = self.loops(&raw);
        let branch = match kind {
            Kind::Call { makes: false } => raw.branch,
            Kind::Name | Kind::Rounds(_) if raw.branch == Branch::Only => raw.branch,
            Kind::Call { makes: true } | Kind::Name | Kind::Rounds(_) => Branch::None,
        };
        let reads = raw.reads.iter().filter_map(|it| self.read(it, &loops));
        let mut reads: Vec<Read> = reads.collect();
        if let Kind::Rounds(Rounds { inner, .. }) = &mut kind {
            *inner = inner.filter(|axis| self.can_be_in(Axis::Static(*axis), &loops));
            reads.truncate(1);
        }
        if kind == Kind::Name {
            reads.retain(|it| self.is_one(&it.value, &loops));
            reads.truncate(1);
            if reads.is_empty() {
                kind = Kind::Call { makes: false };
            }
        }
        let salt = self.units.len() as i64;
        self.units.push(Unit {
            salt,
            kind,
            loops,
            branch,
            reads,
        });
    }

    fn loops(&mut self, raw: &Raw) -> Vec<Loop> {
        let mut outside = 0;
        let mut behind = Vec::new();
        if let Some(raw) = &raw.inner
            && let Some((axis, mut around)) = self.inner(raw)
        {
            if raw.turned && around.iter().all(|it| self.needed(it.axis).is_empty()) {
                around.reverse();
            }
            // It stands directly behind the loops that it depends on.
            behind = [around, vec![Loop::over(axis)]].concat();
            outside = raw.outside;
        }
        let mut loops: Vec<Loop> = Vec::new();
        for &each in &raw.loops {
            if self.can_be_in(each.axis, &[&loops[..], &behind].concat()) {
                loops.push(each);
            }
        }
        let inside = loops.split_off(outside.min(loops.len()));
        [loops, behind, inside].concat()
    }

    fn read(&self, raw: &RawRead, here: &[Loop]) -> Option<Read> {
        let grouped = self.told(here).next().filter(|_| raw.grouped);
        let unit = match grouped {
            Some((_, group)) => group.unit,
            None => (!self.units.is_empty()).then(|| raw.unit.index(self.units.len()))?,
        };
        let mut value = Value {
            unit,
            pick: None,
            rounds: raw.rounds && self.has_rounds(unit),
            filter: None,
        };
        value.pick = raw
            .pick
            .filter(|_| !value.rounds && self.parting(&value, here).next().is_none())
            .and_then(|it| self.pick(it, unit, here));
        self.can_be_read(&value, here).then_some(())?;
        let listed = matches!(self.units[unit].kind, Kind::Call { .. })
            && value.pick.is_none()
            && !self.is_one(&value, here)
            && !self.shares(&value, here);
        value.filter = raw.filter.filter(|_| listed).map(|it| filter(it, here));
        let other = raw
            .other
            .filter(|_| self.may_lack(&value) && self.is_one(&value, here));
        let other = other.map(|it| Value::of(it.index(self.units.len())));
        let other = other.filter(|it| self.can_be_read(it, here) && self.is_one(it, here));
        Some(Read { value, other })
    }

    /// A loop of a unit, and an item of it.
    fn pick(&self, which: Index, unit: usize, here: &[Loop]) -> Option<(usize, i64)> {
        let loops = self.units[unit].loops.iter().enumerate();
        // Of the sheet in a group of it: there it has the rows of the group.
        let is_part = |it: &Loop| {
            it.part
                || here
                    .iter()
                    .any(|each| each.axis != it.axis && tells(it.axis, each.axis))
        };
        let all = loops
            .filter(|(_, it)| !is_part(it))
            .filter_map(|(at, it)| match it.axis {
                Axis::Static(axis) => Some((at, &self.collections[axis])),
                Axis::Made(_)
                | Axis::First(_)
                | Axis::Second(_)
                | Axis::Pairs(..)
                | Axis::Kinds
                | Axis::Told(_) => None,
            });
        let items: Vec<_> = all
            .flat_map(|(at, items)| items.iter().map(move |item| (at, *item)))
            .collect();
        // Items of what a call makes have the keys of its loops, too.
        let made = |it: &Loop| !matches!(it.axis, Axis::Static(_) | Axis::Kinds);
        if items.is_empty() || self.units[unit].loops.iter().any(made) {
            return None;
        }
        Some(items[which.index(items.len())])
    }

    /// Under `where` there is not one value for each item of the whole; and what belongs to a loop around is not
    /// parted once more by what a run tells. A list over pairs is not read inside of a loop over one of their lists.
    fn can_be_read(&self, value: &Value, here: &[Loop]) -> bool {
        let is_parted = self.parting(value, here).next().is_some();
        let mut loops = self.units[value.unit].loops.iter();
        let all = loops.all(|of| {
            let whole = |it: &Loop| it.axis == of.axis && !it.part;
            let side = |it: &Loop| sides(of.axis).iter().any(|side| tells(it.axis, *side));
            let is_one = here.iter().any(|it| it.axis == of.axis);
            !(of.part && here.iter().any(whole)) && (is_one || !here.iter().any(side))
        });
        all && !(is_parted && self.shares(value, here))
    }

    /// The loops of a value that a place does not stand in.
    pub fn free<'a>(&'a self, value: &'a Value, here: &'a [Loop]) -> impl Iterator<Item = Loop> {
        let loops = self.units[value.unit].loops.iter().enumerate();
        let picked = value.pick.map(|(at, _)| at);
        let told = |of: &Loop| here.iter().any(|it| tells(it.axis, of.axis));
        loops
            .filter(move |(at, of)| Some(*at) != picked && !told(of))
            .map(|(_, of)| *of)
    }

    /// Whether what a list is over, and a loop around, both belong to the same loop; or that is a part of it.
    fn shares(&self, value: &Value, here: &[Loop]) -> bool {
        self.free(value, here).any(|free| {
            self.around(free.axis).iter().any(|it| {
                here.iter().any(|each| {
                    let is_part = each.part && !it.part && each.axis == it.axis;
                    let mut around = self.around(each.axis).into_iter();
                    is_part || around.any(|other| other.axis == it.axis)
                })
            })
        })
    }

    /// Whether there is one value at a place, and no list.
    pub fn is_one(&self, value: &Value, here: &[Loop]) -> bool {
        !value.rounds && self.free(value, here).next().is_none()
    }

    /// Whether the type of a value says that it may be absent.
    pub fn may_lack(&self, value: &Value) -> bool {
        let unit = &self.units[value.unit];
        unit.branch == Branch::Only
            || unit.kind == Kind::Name && unit.reads.iter().all(|it| self.lacks(it))
    }

    pub fn lacks(&self, read: &Read) -> bool {
        self.may_lack(&read.value) && read.other.as_ref().is_none_or(|it| self.may_lack(it))
    }

    /// Whether an input must be declared as optional: what reads an output itself is skipped without it.
    pub fn is_optional(&self, read: &Read) -> bool {
        let unit = &self.units[read.value.unit];
        let is_call = matches!(unit.kind, Kind::Call { .. });
        let is_output = is_call && read.other.is_none() && read.value.pick.is_none();
        self.lacks(read) && !is_output
    }
}

impl Value {
    pub fn of(unit: usize) -> Self {
        Self {
            unit,
            pick: None,
            rounds: false,
            filter: None,
        }
    }
}

impl Loop {
    pub fn over(axis: Axis) -> Self {
        Self { axis, part: false }
    }
}

impl Branch {
    pub fn letters(self) -> &'static str {
        match self {
            Self::None | Self::Only => "a",
            Self::Static | Self::Each => "ab",
        }
    }

    pub fn is_each(self) -> bool {
        matches!(self, Self::Each | Self::Only)
    }
}

impl Unit {
    /// What decides about a shard; how many items it makes is two more at most.
    pub fn score(&self, point: &[i64]) -> i64 {
        self.said(point) % 2
    }

    pub fn many(&self, point: &[i64]) -> i64 {
        self.said(point) % 4
    }

    /// The two lists of one length.
    pub fn pairs(&self, point: &[i64]) -> impl Iterator<Item = (i64, i64)> + use<> {
        let (first, second) = (self.salt % FIRSTS, self.salt % SECONDS);
        (1..=point.iter().sum::<i64>() % 4)
            .map(move |it| (it * FIRSTS + first, it * SECONDS + second))
    }

    /// What lists are filtered and grouped by.
    pub fn size(&self, point: &[i64]) -> i64 {
        self.said(point) % SIZES
    }

    fn said(&self, point: &[i64]) -> i64 {
        self.salt + point.iter().sum::<i64>()
    }
}
