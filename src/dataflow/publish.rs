//! What is published under which names, and that no name is given twice.

use indexmap::IndexMap;

use super::argument::Arguments;
use super::evaluate::written;
use super::{Arg, Call, CallId, Dataflow, DataflowError, ItemPart, Items, Publish, TextPart};
use crate::diagnostics::Located;
use crate::hir::{self, Expr, ExprKind};
use crate::source::Span;
use crate::types::Value;

/// Up to so many names are compared one by one; above, only which loops they tell apart.
const COMPARED: u64 = 300_000;
/// File systems take names of so many bytes.
const LONGEST: usize = 255;

impl Arguments<'_, '_> {
    /// The results that a `publish` names, each under the template.
    pub fn publish(&mut self, publish: &hir::Publish) -> Vec<Publish> {
        let template = match &publish.template {
            None => None,
            Some(template) => match self.published_name(template, &publish.loops) {
                None => return Vec::new(),
                name => name,
            },
        };
        let program = self.evaluator.program;
        let mut results = Vec::new();
        collect(program, &publish.value, &mut results);
        let mut temporary = results.iter().filter_map(|it| temporary(program, *it));
        if let Some(name) = temporary.next() {
            let span = publish.value.span;
            self.evaluator
                .errors
                .push(DataflowError::PublishTemp { name, span });
            return Vec::new();
        }
        let results = results.into_iter().filter_map(|(call, output)| {
            Some(Publish {
                call: CallId(u32::try_from(call.0).ok()?),
                output: output.to_owned(),
                template: template.clone(),
                told_apart: publish.told_apart.clone(),
                span: publish.span,
            })
        });
        results.collect()
    }

    fn published_name(&mut self, template: &Expr, loops: &[hir::Loop]) -> Option<Vec<ItemPart>> {
        let parts = if let ExprKind::Template(parts) = &template.kind {
            self.template(parts, loops)?
        } else {
            self.template(&[hir::TextPart::Hole(template.clone())], loops)?
        };
        let text = template.to_string();
        let text = text.trim_matches('"');
        if text.starts_with('/') || text.is_empty() || text.split('/').any(|part| part == "..") {
            self.evaluator.errors.push(DataflowError::PublishPath {
                name: text.to_owned(),
                span: template.span,
            });
            return None;
        }
        Some(parts)
    }
}

/// The name of an output that goes when all that reads it is done.
fn temporary(program: &hir::Program, (call, output): (hir::CallId, &str)) -> Option<String> {
    let process = program.calls.get(call.0)?.process;
    let mut outputs = program.processes.get(process.0)?.outputs.iter();
    let found = outputs.find(|it| it.temp && it.name.node == output)?;
    Some(found.name.node.clone())
}

/// The outputs that an expression stands for: of calls that are under the same conditions.
fn collect<'p>(program: &'p hir::Program, value: &'p Expr, into: &mut Vec<(hir::CallId, &'p str)>) {
    for source in program.sources(value) {
        match &source.value.kind {
            ExprKind::Result { call, output, .. } => into.push((*call, output)),
            ExprKind::Gather { of, .. } => collect(program, of, into),
            ExprKind::List(items) => items.iter().for_each(|it| collect(program, it, into)),
            ExprKind::Pick { .. }
            | ExprKind::Bound(..)
            | ExprKind::Choice(_)
            | ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => {}
        }
    }
}

/// The names so far, with the calls that give them.
#[derive(Default)]
struct Seen {
    first: IndexMap<String, (CallId, Span)>,
    /// Those that give a name which another has.
    again: IndexMap<String, Vec<(CallId, Span)>>,
}

/// Finds names that two shards, or two `publish`, would give.
pub(super) struct Names<'d> {
    pub dataflow: &'d Dataflow,
}

impl Names<'_> {
    pub fn check(&self, publishes: &[Publish]) -> Vec<DataflowError> {
        let mut errors: Vec<DataflowError> = Vec::new();
        let mut seen = Seen::default();
        for publish in publishes {
            let Some(call) = self.dataflow.calls.get(publish.call.0 as usize) else {
                continue;
            };
            let parts = self.parts(publish, call);
            let wrong = self
                .foreign(publish, &parts, call)
                .or_else(|| self.not_told_apart(publish, &parts, call))
                .or_else(|| self.compared(publish, &parts, call, &mut seen));
            // A statement that is written out several times is wrong once.
            let known = |it: &DataflowError| errors.iter().any(|known| known.span() == it.span());
            errors.extend(wrong.filter(|it| !known(it)));
        }
        if errors.is_empty() {
            errors.extend(below_another(&seen.first));
        }
        errors
    }

    /// The name of what is published, spelled out: the default one, too.
    fn parts(&self, publish: &Publish, call: &Call) -> Vec<ItemPart> {
        if let Some(template) = &publish.template {
            return template.clone();
        }
        let mut parts = Vec::new();
        for each in &call.axes {
            parts.push(ItemPart::Literal(format!("{}=", each.label)));
            for &column in self.key(each.axis) {
                parts.push(ItemPart::Item {
                    axis: each.axis,
                    column,
                });
            }
            parts.push(ItemPart::Literal("/".to_owned()));
        }
        let process = self.dataflow.processes.get(call.process.0 as usize);
        let outputs = process.map_or(&[][..], |it| &it.outputs);
        let output = outputs.iter().find(|it| it.name == publish.output);
        for part in output.into_iter().flat_map(|it| &it.path) {
            parts.push(file_part(part, call));
        }
        parts
    }

    fn key(&self, axis: super::AxisId) -> &[usize] {
        match &self.dataflow.axis(axis).items {
            Items::Table(table) => &table.key,
            Items::Range { .. } | Items::Made(_) => &[0],
        }
    }

    /// A name over a loop that what is published is not made in.
    fn foreign(&self, publish: &Publish, parts: &[ItemPart], call: &Call) -> Option<DataflowError> {
        let mut items = parts.iter().filter_map(item);
        let axis = items.find(|axis| !self.dataflow.tells(&call.axes, *axis))?;
        Some(DataflowError::PublishAxis {
            variable: self.dataflow.axis(axis).collection.clone(),
            span: publish.span,
        })
    }

    /// A name that leaves out a loop which has several items.
    fn not_told_apart(
        &self,
        publish: &Publish,
        parts: &[ItemPart],
        call: &Call,
    ) -> Option<DataflowError> {
        let is_known = self.dataflow.made(&call.axes).next().is_none();
        let few = self.dataflow.points(&call.axes) <= COMPARED;
        if is_known && few && !self.dataflow.is_product(&call.axes) {
            // What some items tell of others says more than which loops are named.
            return None;
        }
        let several = |axis: super::AxisId| self.dataflow.axis(axis).items.len() > 1;
        let named = |axis| {
            let like = &self.dataflow.axis(axis).keyed_like;
            let pairs = self.dataflow.axis(axis).pairs();
            let mut items = parts
                .iter()
                .filter(|it| self.tells_apart(it))
                .filter_map(item);
            items.any(|it| {
                it == axis || like.contains(&it) || pairs.iter().flatten().any(|of| *of == it)
            })
        };
        let each = call
            .axes
            .iter()
            .find(|each| several(each.axis) && !named(each.axis))?;
        let axis = self.dataflow.axis(each.axis);
        Some(DataflowError::PublishCollision {
            name: shown(parts),
            span: publish.span,
            shards: match parts.iter().filter_map(item).any(|it| it == each.axis) {
                true => format!("two items of `{}` may have one name", axis.collection),
                false => format!("the same name for every item of `{}`", axis.collection),
            },
            first: None,
            help: format!(
                "publish inside of the loop with the item in the name: `as \"…{{{}}}…\"`, or leave `as …` out",
                each.label
            ),
        })
    }

    /// Whether a part of a name differs from item to item, as far as that is known.
    fn tells_apart(&self, part: &ItemPart) -> bool {
        let ItemPart::Item { axis, column } = part else {
            return false;
        };
        match &self.dataflow.axis(*axis).items {
            Items::Made(made) => made.tells_apart(*column),
            Items::Range { .. } | Items::Table(_) => true,
        }
    }

    /// Compares the names of all shards.
    fn compared(
        &self,
        publish: &Publish,
        parts: &[ItemPart],
        call: &Call,
        seen: &mut Seen,
    ) -> Option<DataflowError> {
        let is_known = self.dataflow.made(&call.axes).next().is_none();
        let names: Vec<String> = match self.dataflow.points(&call.axes) {
            shards if is_known && shards <= COMPARED => (0..shards)
                .map(|shard| self.name(parts, call, shard))
                .collect(),
            _ => vec![shown(parts)],
        };
        names.into_iter().find_map(|name| {
            if let Some(long) = name.split('/').find(|part| part.len() > LONGEST) {
                return Some(DataflowError::PublishLong {
                    start: long.chars().take(20).collect(),
                    bytes: long.len(),
                    span: publish.span,
                });
            }
            let (maker, first) = self.taken(&name, publish, seen)?;
            let own = "give each a name of its own: `publish … as \"NAME\"`".to_owned();
            let (shards, help) = match &publish.told_apart {
                _ if first != publish.span => ("the same name again", own),
                Some(told) if maker != publish.call => ("the same name each time", told.clone()),
                Some(_) | None => ("two of these have one name", own),
            };
            Some(DataflowError::PublishCollision {
                name,
                span: publish.span,
                shards: shards.to_owned(),
                first: (first != publish.span).then_some(first),
                help,
            })
        })
    }

    /// Whose name this was before. The two branches of an `if` may have one: only one of them is made.
    fn taken(&self, name: &str, publish: &Publish, seen: &mut Seen) -> Option<(CallId, Span)> {
        let Some(&first) = seen.first.get(name) else {
            seen.first
                .insert(name.to_owned(), (publish.call, publish.span));
            return None;
        };
        let again = seen.again.entry(name.to_owned()).or_default();
        let mut before = std::iter::once(&first).chain(again.iter());
        let other = before.find(|(call, _)| !self.exclusive(*call, publish.call));
        let other = other.copied();
        again.push((publish.call, publish.span));
        other
    }

    /// Whether two calls stand in the two branches of one condition.
    fn exclusive(&self, one: CallId, other: CallId) -> bool {
        let guards = |call| &self.dataflow.call(call).branches;
        guards(one).iter().any(|guard| {
            let not = hir::Guard {
                holds: !guard.holds,
                ..*guard
            };
            guards(other).contains(&not)
        })
    }

    /// The name for one shard, as its task makes it; the last loop turns fastest.
    fn name(&self, parts: &[ItemPart], call: &Call, shard: u64) -> String {
        let at = self.dataflow.items_at(&call.axes, shard);
        let mut name = String::new();
        for part in parts {
            match part {
                ItemPart::Literal(text) => name.push_str(text),
                ItemPart::Item { axis, column } => {
                    let index = at.get(axis).copied().unwrap_or(0);
                    match &self.dataflow.axis(*axis).items {
                        Items::Range { start, step, .. } => {
                            let steps = i64::try_from(index).unwrap_or(0);
                            name.push_str(&(start + step * steps).to_string());
                        }
                        Items::Table(table) => {
                            let row = usize::try_from(index).unwrap_or(0);
                            name.push_str(&table.cell(row, *column).replace('/', "%2F"));
                        }
                        Items::Made(_) => name.push('*'),
                    }
                }
            }
        }
        name
    }
}

/// A name that is a file for one `publish` and a folder for another.
fn below_another(seen: &IndexMap<String, (CallId, Span)>) -> Option<DataflowError> {
    seen.iter().find_map(|(name, (_, span))| {
        let mut folders = name.match_indices('/').filter_map(|(at, _)| name.get(..at));
        let (folder, first) = folders.find_map(|folder| seen.get_key_value(folder))?;
        Some(DataflowError::PublishCollision {
            name: folder.clone(),
            span: *span,
            shards: format!("`{folder}` is a folder here"),
            first: Some(first.1),
            help: "give each a name of its own: `publish … as \"NAME\"`".to_owned(),
        })
    })
}

fn item(part: &ItemPart) -> Option<super::AxisId> {
    match part {
        ItemPart::Item { axis, .. } => Some(*axis),
        ItemPart::Literal(_) => None,
    }
}

/// A name for messages, with a star for each item.
fn shown(parts: &[ItemPart]) -> String {
    let text = parts.iter().map(|part| match part {
        ItemPart::Literal(text) => text.as_str(),
        ItemPart::Item { .. } => "*",
    });
    text.collect()
}

/// A part of an output's file name, as far as it is known; else one that nothing else has.
fn file_part(part: &TextPart, call: &Call) -> ItemPart {
    match part {
        TextPart::Literal(text) => ItemPart::Literal(text.clone()),
        TextPart::Input { input, field } => match (call.args.get(input), field) {
            (Some(Arg::Constant(value)), None) => ItemPart::Literal(written(value)),
            (Some(Arg::Constant(Value::Record(_, fields))), Some(field)) => {
                let value = fields.iter().find(|(name, _)| name == field);
                ItemPart::Literal(value.map_or_else(String::new, |(_, value)| written(value)))
            }
            (_, _) => ItemPart::Literal(format!("<{} {input}>", call.name)),
        },
    }
}
