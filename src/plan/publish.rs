//! The names under which a call's files go to `run/results/`, made from the values of its work line.

use crate::dataflow::{AxisId, Call, CallId, Dataflow, ItemPart, Items, Output, Publish, TextPart};

use crate::types::Type;

use super::{Feed, Item, Origin, PlanError, Track, Variable};

/// A file that goes to `run/results/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub output: String,
    pub parts: Vec<NamePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePart {
    Literal(String),
    /// A value of the work line, from 1.
    Value(usize),
    /// Of a list of files: each one's own name. It stands last.
    Items,
}

/// The call's published outputs; columns that their names need and no input reads are added.
pub(super) fn published(
    dataflow: &Dataflow,
    call: CallId,
    feeds: &mut Vec<Feed>,
) -> Result<Vec<Published>, PlanError> {
    let own = dataflow
        .publishes
        .iter()
        .filter(|publish| publish.call == call);
    let named = own.map(|publish| {
        let many = is_file_list(dataflow, publish);
        let mut parts: Vec<_> = match &publish.template {
            Some(template) => template.iter().map(|part| item_part(part, feeds)).collect(),
            None => default_name(dataflow, publish, feeds)?,
        };
        if many && publish.template.is_some() {
            parts.push(NamePart::Literal("/".to_owned()));
        }
        if many {
            parts.push(NamePart::Items);
        }
        Ok(Published {
            output: publish.output.clone(),
            parts: joined(parts),
        })
    });
    named.collect()
}

fn item_part(part: &ItemPart, feeds: &mut Vec<Feed>) -> NamePart {
    match part {
        ItemPart::Literal(text) => NamePart::Literal(text.clone()),
        ItemPart::Item { axis, column } => NamePart::Value(value_of(feeds, *axis, *column)),
    }
}

/// The output's own file name, below the shard's directory: `seed=42/stats.csv`.
fn default_name(
    dataflow: &Dataflow,
    publish: &Publish,
    feeds: &mut Vec<Feed>,
) -> Result<Vec<NamePart>, PlanError> {
    let call = dataflow.call(publish.call);
    let mut parts = Vec::new();
    for own in &call.axes {
        parts.push(NamePart::Literal(format!("{}=", own.label)));
        for (at, column) in key(dataflow, own.axis).into_iter().enumerate() {
            if at > 0 {
                parts.push(NamePart::Literal(",".to_owned()));
            }
            parts.push(NamePart::Value(value_of(feeds, own.axis, column)));
        }
        parts.push(NamePart::Literal("/".to_owned()));
    }
    if !is_file_list(dataflow, publish) {
        parts.extend(file_name(call, output(dataflow, publish), feeds)?);
    }
    Ok(parts)
}

fn output<'a>(dataflow: &'a Dataflow, publish: &Publish) -> &'a Output {
    let outputs = &dataflow.process_of(publish.call).outputs;
    let output = outputs.iter().find(|output| output.name == publish.output);
    output.unwrap_or_else(|| unreachable!("what is published is an output"))
}

fn is_file_list(dataflow: &Dataflow, publish: &Publish) -> bool {
    output(dataflow, publish).ty.item() == Some(&Type::File)
}

fn key(dataflow: &Dataflow, axis: AxisId) -> Vec<usize> {
    match &dataflow.axis(axis).items {
        Items::Range { .. } | Items::Made(_) => vec![0],
        Items::Table(table) => table.key.clone(),
    }
}

fn file_name(call: &Call, output: &Output, feeds: &[Feed]) -> Result<Vec<NamePart>, PlanError> {
    let parts = output.path.iter().map(|part| match part {
        TextPart::Literal(text) => Ok(NamePart::Literal(text.clone())),
        TextPart::Input { input, field } => {
            input_part(feeds, input, field.as_deref()).ok_or_else(|| PlanError::NotYet {
                call: call.name.clone(),
                input: input.clone(),
                what: "part of a published file's name, and known at run time only",
                help: "publish it under a name of its own: `publish … as \"…\"`",
                span: call.span,
            })
        }
    });
    parts.collect()
}

/// The text of an input: a constant, or a value of the work line.
fn input_part(feeds: &[Feed], input: &str, field: Option<&str>) -> Option<NamePart> {
    let variable = match field {
        Some(field) => format!("{input}_{field}"),
        None => input.to_owned(),
    };
    let mut before = 0;
    for feed in feeds {
        if let Some(Variable { name, origin, .. }) = feed.input() {
            let position = match origin {
                Origin::Constant(text) | Origin::File(text) if *name == variable => {
                    return Some(NamePart::Literal(text.clone()));
                }
                Origin::Item(_) | Origin::Text(_) if *name == variable => Some(0),
                Origin::Record { fields, .. } if name == input => {
                    let mut names = fields.iter().map(|it| Some(it.name.as_str()));
                    names.position(|name| name == field)
                }
                Origin::Constant(_)
                | Origin::Constants(_)
                | Origin::File(_)
                | Origin::Item(_)
                | Origin::Record { .. }
                | Origin::Text(_)
                | Origin::Made { .. }
                | Origin::Result(_)
                | Origin::List(_)
                | Origin::Joined(_) => None,
            };
            if let Some(position) = position {
                return Some(NamePart::Value(before + position + 1));
            }
        }
        before += feed.values().len();
    }
    None
}

/// Which value of the work line holds a column, from 1.
fn value_of(feeds: &mut Vec<Feed>, axis: AxisId, column: usize) -> usize {
    let values: Vec<_> = feeds.iter().flat_map(Feed::values).collect();
    let found = values.iter().position(|it| *it == Some((axis, column)));
    let position = found.unwrap_or_else(|| {
        let track = Track::Key;
        let item = Item {
            axis,
            column,
            track,
        };
        feeds.push(Feed::Hidden { text: None, item });
        values.len()
    });
    position + 1
}

/// Neighbouring literals as one.
fn joined(parts: Vec<NamePart>) -> Vec<NamePart> {
    let mut joined: Vec<NamePart> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(NamePart::Literal(text)), NamePart::Literal(more)) => text.push_str(&more),
            (_, part) => joined.push(part),
        }
    }
    joined
}
