//! The names under which a call's files go to `run/results/`, made from the values of its work line.

use crate::dataflow::{AxisId, Call, CallId, Dataflow, ItemPart, Items, Output, Publish, TextPart};

use crate::types::Type;

use super::{Feed, PlanError, Track};

/// Of a column that enters no input: it has no name of its own.
const UNNAMED: &str = "-";

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
        match feed {
            Feed::Value { name, text, .. }
            | Feed::File {
                name, path: text, ..
            } if *name == variable => {
                return Some(NamePart::Literal(text.clone()));
            }
            Feed::Item { name, .. } | Feed::Text { name, .. } if *name == variable => {
                return Some(NamePart::Value(before + 1));
            }
            Feed::Record { name, fields, .. } if name == input => {
                let position = fields
                    .iter()
                    .position(|it| Some(it.name.as_str()) == field)?;
                return Some(NamePart::Value(before + position + 1));
            }
            Feed::Value { .. }
            | Feed::Values { .. }
            | Feed::File { .. }
            | Feed::Item { .. }
            | Feed::Record { .. }
            | Feed::Text { .. }
            | Feed::Made { .. }
            | Feed::Result { .. }
            | Feed::List { .. }
            | Feed::Joined { .. }
            | Feed::After { .. }
            | Feed::When(_)
            | Feed::Source { .. }
            | Feed::Hidden { .. } => before += feed.width(),
        }
    }
    None
}

/// Which value of the work line holds a column, from 1.
fn value_of(feeds: &mut Vec<Feed>, axis: AxisId, column: usize) -> usize {
    let mut before = 0;
    for feed in feeds.iter() {
        if let Some(position) = feed.position((axis, column)) {
            return before + position + 1;
        }
        before += feed.width();
    }
    feeds.push(Feed::Hidden {
        name: UNNAMED.to_owned(),
        axis,
        column,
        track: Track::Key,
    });
    before + 1
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
