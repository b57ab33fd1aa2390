//! What a program makes, by the rule of loops: inside the same loops it is one value, outside of some of them the list
//! over those. What reads one that does not exist does not exist; a list holds what exists.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::groups::{Group, distinct, sides};
use super::program::{Axis, Branch, Kind, LEAST, Loop, Program, Read, SHEET, Unit, Value};

/// What each shard of a unit holds, by the items of its loops.
pub(super) type Shards = BTreeMap<Vec<i64>, String>;

/// The items of loops.
pub(super) type Point = BTreeMap<Axis, i64>;

#[derive(Default)]
pub(super) struct Evaluated {
    pub text: Shards,
    /// Of rounds: what each of them made.
    pub rounds: Vec<Shards>,
    /// The files of its calls.
    pub files: BTreeMap<String, String>,
}

/// A program as far as it is evaluated, and its number.
pub(super) struct Evaluator<'p> {
    pub program: &'p Program,
    pub p: usize,
    units: Vec<Evaluated>,
}

/// Where the shards of a program lie, and what they hold.
pub fn expected(program: &Program, p: usize) -> BTreeMap<String, String> {
    let mut evaluator = Evaluator {
        program,
        p,
        units: Vec::new(),
    };
    let mut is_there = true;
    for (number, unit) in program.units.iter().enumerate() {
        let mut said = BTreeMap::new();
        for (at, condition) in program.conditions_at(number) {
            if is_there && condition.told {
                let score = i64::from(condition.holds).to_string();
                said.insert(format!("p{p}_e{at}/score"), score);
            }
            is_there &= condition.holds;
        }
        let mut made = match unit.kind {
            _ if !is_there => Evaluated::default(),
            Kind::Call { .. } => evaluator.call(number, unit),
            Kind::Name => evaluator.name(number, unit),
            Kind::Rounds(rounds) => evaluator.rounds(number, unit, rounds),
        };
        made.files.extend(said);
        evaluator.units.push(made);
    }
    let files = evaluator.units.into_iter().flat_map(|it| it.files);
    match &program.around.items {
        None => files.collect(),
        Some(items) => files
            .flat_map(|(path, text)| {
                items
                    .iter()
                    .map(move |item| (within(&path, *item), text.clone()))
            })
            .collect(),
    }
}

/// Where a file lies in the loop around a program.
fn within(path: &str, item: i64) -> String {
    let (call, rest) = path.split_once('/').unwrap();
    format!("{call}/v={item}/{rest}")
}

impl Evaluator<'_> {
    fn call(&self, number: usize, unit: &Unit) -> Evaluated {
        let mut made = self.judged(number, unit);
        for at in self.points(&unit.loops) {
            let items = items(&unit.loops, &at);
            let Some(letter) = Self::letter(self.program.flag, unit, &items) else {
                continue;
            };
            let Some(read) = self.read(&unit.reads, &unit.loops, &at) else {
                continue;
            };
            let text = format!("({letter}{number}{}{read})", spaced(&items));
            let folder = format!("p{}_{letter}{number}/{}", self.p, folders(&unit.loops, &at));
            made.files.insert(format!("{folder}text"), text.clone());
            let size = unit.size(&items).to_string();
            made.files.insert(format!("{folder}size"), size);
            if unit.kind == (Kind::Call { makes: true }) {
                let lines = (1..=unit.many(&items)).map(|it| format!("{it}\n"));
                made.files
                    .insert(format!("{folder}made.txt"), lines.collect());
                let (first, second): (Vec<_>, Vec<_>) = unit.pairs(&items).unzip();
                for (name, list) in [("first", first), ("second", second)] {
                    let lines = list.iter().map(|it| format!("{it}\n"));
                    made.files
                        .insert(format!("{folder}{name}.txt"), lines.collect());
                }
            }
            made.text.insert(items, text);
        }
        made
    }

    fn name(&self, number: usize, unit: &Unit) -> Evaluated {
        let mut made = self.judged(number, unit);
        for at in self.points(&unit.loops) {
            let items = items(&unit.loops, &at);
            let found = Self::letter(self.program.flag, unit, &items);
            let text = found.and_then(|_| self.one(&unit.reads[0], &unit.loops, &at));
            made.text.extend(text.map(|text| (items, text)));
        }
        made
    }

    /// The calls that decide about shards.
    pub fn judged(&self, number: usize, unit: &Unit) -> Evaluated {
        let mut made = Evaluated::default();
        for at in self
            .points(&unit.loops)
            .iter()
            .filter(|_| unit.branch.is_each())
        {
            let folder = format!("p{}_j{number}/{}", self.p, folders(&unit.loops, at));
            let score = unit.score(&items(&unit.loops, at));
            made.files
                .insert(format!("{folder}score"), score.to_string());
        }
        made
    }

    /// Which process makes a shard, if one does.
    pub fn letter(flag: bool, unit: &Unit, items: &[i64]) -> Option<char> {
        let other = |holds: bool| if holds { 'a' } else { 'b' };
        match unit.branch {
            Branch::None => Some('a'),
            Branch::Static => Some(other(flag)),
            Branch::Each => Some(other(unit.score(items) > 0)),
            Branch::Only => (unit.score(items) > 0).then_some('a'),
        }
    }

    /// What a script prints of its inputs; none if one of them keeps the shard from running.
    pub fn read(&self, reads: &[Read], loops: &[Loop], at: &Point) -> Option<String> {
        let mut text = String::new();
        for read in reads {
            if self.program.is_one(&read.value, loops) {
                let one = self.one(read, loops, at);
                let one = one.or_else(|| self.program.is_optional(read).then(String::new))?;
                write!(text, " {one}").unwrap();
            } else {
                write!(text, " [{}]", self.values(&read.value, loops, at).join(" ")).unwrap();
            }
        }
        Some(text)
    }

    fn one(&self, read: &Read, loops: &[Loop], at: &Point) -> Option<String> {
        let first = |value: &Value| self.values(value, loops, at).into_iter().next();
        first(&read.value).or_else(|| read.other.as_ref().and_then(first))
    }

    /// All that a value is at a place, in the order of its loops; of rounds one after the other.
    fn values(&self, value: &Value, loops: &[Loop], at: &Point) -> Vec<String> {
        let (unit, made) = (&self.program.units[value.unit], &self.units[value.unit]);
        let belongs = |point: &&Point| {
            unit.loops
                .iter()
                .enumerate()
                .all(|(place, of)| match value.pick {
                    Some((picked, item)) if picked == place => point[&of.axis] == item,
                    _ => self
                        .told(at, of.axis)
                        .is_none_or(|item| point[&of.axis] == item),
                })
        };
        let parting: Vec<_> = self.program.parting(value, loops).collect();
        // Of the group around, by the sheet and by what a run tells.
        let is_of_group = |point: &&Point| {
            let here = |point: &Point, axis| self.told(at, axis).or_else(|| self.told(point, axis));
            let kinds = self
                .told(point, Axis::Kinds)
                .zip(at.get(&Axis::Kinds).copied());
            kinds.is_none_or(|(own, here)| own == here)
                && parting.iter().all(|&(number, group)| {
                    let loops = self.program.units[group.unit].loops.iter();
                    let items: Vec<i64> = loops.map(|it| here(point, it.axis).unwrap()).collect();
                    self.program.units[group.unit].size(&items) == at[&Axis::Told(number)]
                        && self.units[group.unit].text.contains_key(&items)
                })
        };
        let points = self.points(&unit.loops);
        let points: Vec<_> = points
            .iter()
            .filter(belongs)
            .filter(is_of_group)
            .map(|it| items(&unit.loops, it))
            .filter(|it| {
                let size = unit.size(it);
                let filter = value.filter.as_ref();
                filter.is_none_or(|filter| filter.holds(size, |axis| at[&axis]))
            })
            .collect();
        let of = |shards: &Shards| {
            points
                .iter()
                .filter_map(|it| shards.get(it).cloned())
                .collect()
        };
        match value.rounds {
            true => made
                .rounds
                .iter()
                .flat_map(|it| -> Vec<String> { of(it) })
                .collect(),
            false => of(&made.text),
        }
    }

    /// The item of an axis at a point, if it is known there.
    fn told(&self, at: &Point, axis: Axis) -> Option<i64> {
        let row = at.get(&SHEET).filter(|_| axis == Axis::Kinds);
        at.get(&axis)
            .copied()
            .or(row.map(|row| self.program.kind(*row)))
    }

    /// All points of loops, the last one turning fastest.
    pub fn points(&self, loops: &[Loop]) -> Vec<Point> {
        loops.iter().fold(vec![Point::new()], |points, each| {
            let longer = |point: Point| {
                let items = self.items(each, &point).into_iter();
                items.map(move |item| {
                    let mut point = point.clone();
                    point.insert(each.axis, item);
                    if let [first, second] = sides(each.axis)[..] {
                        let beside = self.beside(each.axis, &point);
                        point.extend([(first, item), (second, beside)]);
                    }
                    point
                })
            };
            points.into_iter().flat_map(longer).collect()
        })
    }

    /// What makes items, where there is a shard of it, and the items of its loops.
    fn maker(&self, unit: usize, at: &Point) -> Option<(&Unit, Vec<i64>)> {
        let maker = &self.program.units[unit];
        let by = items(&maker.loops, at);
        let is_there = self.units[unit].text.contains_key(&by);
        is_there.then_some((maker, by))
    }

    /// The items of the two lists of one length, side by side.
    fn pairs(&self, unit: usize, at: &Point) -> impl Iterator<Item = (i64, i64)> {
        let made = self.maker(unit, at).into_iter();
        made.flat_map(|(maker, by)| maker.pairs(&by))
    }

    /// The second item of the pair at a point.
    fn beside(&self, axis: Axis, at: &Point) -> i64 {
        let Axis::Pairs(first, second) = axis else {
            unreachable!("asked for pairs only");
        };
        let mut both = self.pairs(first, at).zip(self.pairs(second, at));
        let here = both.find(|((item, _), _)| *item == at[&axis]);
        here.unwrap().1.1
    }

    fn items(&self, each: &Loop, at: &Point) -> Vec<i64> {
        match each.axis {
            Axis::Static(axis) => {
                let items = self.program.collections[axis].iter().copied();
                items.filter(|it| !each.part || *it > LEAST).collect()
            }
            Axis::Made(unit) => match self.maker(unit, at) {
                Some((maker, by)) => (1..=maker.many(&by)).collect(),
                None => Vec::new(),
            },
            Axis::First(unit) => self.pairs(unit, at).map(|it| it.0).collect(),
            Axis::Second(unit) => self.pairs(unit, at).map(|it| it.1).collect(),
            Axis::Pairs(first, second) => {
                let both = self.pairs(first, at).zip(self.pairs(second, at));
                both.map(|((first, _), _)| first).collect()
            }
            Axis::Kinds => {
                let Axis::Static(sheet) = SHEET else {
                    unreachable!("the sheet is a collection")
                };
                let rows = self.program.collections[sheet].iter();
                distinct(rows.map(|row| self.program.kind(*row)))
            }
            Axis::Told(group) => {
                let Group { unit, around } = &self.program.groups[group];
                let teller = &self.program.units[*unit];
                let loops = &teller.loops;
                let mut points = self.points(loops);
                points.retain(|it| around.iter().all(|of| it[&of.axis] == at[&of.axis]));
                let points = points.iter().map(|it| items(loops, it));
                let made = points.filter(|it| self.units[*unit].text.contains_key(it));
                distinct(made.map(|it| teller.size(&it)))
            }
        }
    }
}

/// The items that the variables of loops have.
pub(super) fn items(loops: &[Loop], at: &Point) -> Vec<i64> {
    let of = |axis| match sides(axis) {
        sides if sides.is_empty() => vec![axis],
        sides => sides,
    };
    let axes = loops.iter().flat_map(|it| of(it.axis));
    axes.map(|axis| at[&axis]).collect()
}

pub(super) fn spaced(items: &[i64]) -> String {
    items.iter().map(|it| format!(" {it}")).collect()
}

pub(super) fn folders(loops: &[Loop], at: &Point) -> String {
    let all = loops
        .iter()
        .map(|it| format!("{}={}/", it.variable(), at[&it.axis]));
    all.collect()
}
