//! Which item of an axis a key picks.

use std::rc::Rc;

use indexmap::IndexMap;

use super::argument::Arguments;
use super::axes::Derived;
use super::evaluate::{Evaluator, Point, written};
use super::{Arg, AxisId, DataflowError, ItemPart, Items, Pick};
use crate::diagnostics::closest;
use crate::hir::{self, Expr, Loop, PickKey};
use crate::types::Value;

/// The items of an axis by the texts of their keys; several only where keys are not unique.
pub(super) type Places = IndexMap<Vec<String>, Vec<u64>>;

impl Evaluator<'_> {
    /// The point at which the items stand that keys pick, seen from another point. Keys of loops
    /// that others depend on come first.
    pub fn picked(&mut self, keys: &[PickKey], point: &Point) -> Option<Point> {
        let mut at = point.clone();
        for key in keys {
            let row = self.row_of(key, point, &at)?;
            self.stand(&mut at, key.axis, row);
        }
        Some(at)
    }

    /// The item that has a key: of an axis whose keys are not unique, among those of this point.
    fn row_of(&mut self, key: &PickKey, point: &Point, at: &Point) -> Option<u64> {
        let value = self.value(&key.key, point)?;
        let texts = self.key_texts(&value)?;
        let found = match self.items.get(key.axis.0)?.as_ref()? {
            Items::Range { start, step, len } => range_row(&value, (*start, *step, *len)),
            Items::Table(_) => {
                let within = &self.program.axes.get(key.axis.0)?.within;
                let places = self.places(key.axis)?;
                let rows = places.get(&texts).map_or(&[][..], Vec::as_slice);
                let belongs = |row: &&u64| {
                    let mut all = within.iter();
                    all.all(|it| self.tell(key.axis, **row, *it) == at.get(it).copied())
                };
                rows.iter().find(belongs).copied()
            }
            // Refused before.
            Items::Made(_) => return None,
        };
        if found.is_none() {
            let error = self.no_such_item(key, &texts)?;
            if !self.errors.contains(&error) {
                self.errors.push(error);
            }
        }
        found
    }

    /// What a row is known by: the texts of its key fields, or the only one.
    fn key_texts(&self, value: &Value) -> Option<Vec<String>> {
        let Value::Record(name, fields) = value else {
            return Some(vec![written(value)]);
        };
        let key = self.program.records.get(name)?.key().into_iter();
        let texts = key.filter_map(|at| fields.get(at).map(|(_, value)| written(value)));
        Some(texts.collect())
    }

    fn places(&mut self, axis: hir::AxisId) -> Option<Rc<Places>> {
        if let Some(known) = self.places.get(&axis) {
            return Some(known.clone());
        }
        let table = self.table(axis)?;
        let mut places = Places::new();
        for row in 0..table.len() {
            let key = table.key.iter();
            let texts = key.map(|&column| table.cell(row, column).to_owned());
            places.entry(texts.collect()).or_default().push(row as u64);
        }
        let places = Rc::new(places);
        self.places.insert(axis, places.clone());
        Some(places)
    }

    fn no_such_item(&mut self, key: &PickKey, texts: &[String]) -> Option<DataflowError> {
        let item = texts.join(", ");
        let axis = self.program.axes.get(key.axis.0)?;
        let collection = self.titled(axis);
        let help = match self.items.get(key.axis.0)?.as_ref()? {
            Items::Made(_) => return None,
            Items::Range { len: 0, .. } => "it has no items".to_owned(),
            Items::Range { start, step, len } => {
                let last = start + step * i64::try_from(len - 1).ok()?;
                let by = if *step == 1 {
                    String::new()
                } else {
                    format!(" by {step}")
                };
                format!("it has {start} to {last}{by}")
            }
            Items::Table(table) => {
                let keys = (0..table.len()).map(|row| {
                    let key = table.key.iter().map(|&column| table.cell(row, column));
                    key.collect::<Vec<_>>().join(", ")
                });
                let keys: Vec<String> = keys.collect();
                match (
                    closest(&item, keys.iter().map(String::as_str)),
                    keys.first(),
                ) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, Some(first)) => {
                        format!("it has {} items, the first is `{first}`", keys.len())
                    }
                    (None, None) => "it has no items".to_owned(),
                }
            }
        };
        Some(DataflowError::NoSuchItem {
            item,
            collection,
            span: key.key.span,
            help,
        })
    }
}

/// The place of a number in a range.
fn range_row(value: &Value, (start, step, len): (i64, i64, u64)) -> Option<u64> {
    let steps = value.as_int()?.checked_sub(start)?;
    let row = u64::try_from(steps.checked_div(step)?).ok()?;
    (steps % step == 0 && row < len).then_some(row)
}

impl Arguments<'_, '_> {
    /// A result of which single items are read, whatever those of the loops around.
    pub(super) fn picked(&mut self, of: &Expr, keys: &[PickKey], loops: &[Loop]) -> Option<Arg> {
        let mut result = self.result(of, loops)?;
        let Arg::Result { picks, .. } = &mut result else {
            unreachable!("what is picked of is a result");
        };
        for count in 1..=keys.len() {
            let keys = keys.get(..count)?;
            picks.push(self.pick(keys, loops)?);
        }
        Some(result)
    }

    /// Where the number of the last item that keys pick stands: it is the same everywhere, or a column
    /// of what the keys read.
    fn pick(&mut self, keys: &[PickKey], loops: &[Loop]) -> Option<Pick> {
        let program = self.evaluator.program;
        let last = keys.last()?;
        let axis = u32::try_from(last.axis.0).ok().map(AxisId)?;
        let mut read = program.axes_of(&last.key);
        if program.is_made(last.axis) || read.iter().any(|it| program.is_made(*it)) {
            let what = "picking by, or from, what a call makes is";
            return self.evaluator.planned(
                what,
                "hand the list to a process: `$NAME_keys` names the items",
                last.key.span,
            );
        }
        let within = &program.axes.get(last.axis.0)?.within;
        let before = keys.split_last().map_or(&[][..], |(_, before)| before);
        let picked = |it: &&hir::AxisId| before.iter().any(|key| program.tells(key.axis, **it));
        read.extend(within.iter().filter(|it| !picked(it)));
        keys.iter()
            .for_each(|key| read.extend(program.axes_of(&key.key)));
        if read.is_empty() {
            let point = self.evaluator.picked(keys, &Point::new())?;
            let row = point.get(&last.axis)?.to_string();
            let item = ItemPart::Literal(row);
            return Some(Pick { axis, item });
        }
        let read: Vec<_> = read.into_iter().collect();
        let Some(by) = self.teller(&read, loops) else {
            let what = "picking by the items of two loops, or of one that is not around, is";
            return self.evaluator.planned(
                what,
                "pick by the item of one loop around, or by a constant",
                last.key.span,
            );
        };
        let column = self.behind(by, Derived::Place(keys.to_vec()));
        let by = u32::try_from(by.0).ok().map(AxisId)?;
        let item = ItemPart::Item { axis: by, column };
        Some(Pick { axis, item })
    }
}
