//! How each input of a call gets its value: from the script itself, or from columns of the work
//! line of a shard.

use crate::dataflow::{Arg, AxisId, Call, Column, Dataflow, Input, ItemPart, Items, Pick, Test};
use crate::types::{Type, Value};

use super::made;
use super::read::{joined, result};
use super::track::Track;
use super::{JobNames, PlanError};

mod source;
mod text;

pub(super) use source::conditions;
pub(super) use text::hidden;

/// One input, as `plan.tsv` and the job script declare it.
#[derive(Debug, Clone, PartialEq)]
pub enum Feed {
    /// A constant in the script.
    Value {
        name: String,
        ty: Type,
        text: String,
    },
    /// A constant list in the script; files in it are tracked.
    Values {
        name: String,
        item: Type,
        texts: Vec<String>,
    },
    /// One tracked path for all shards.
    File {
        name: String,
        ty: Type,
        path: String,
    },
    /// A column of an axis' item.
    Item {
        name: String,
        ty: Type,
        axis: AxisId,
        column: usize,
        track: Track,
    },
    /// All fields of an axis' item.
    Record {
        name: String,
        axis: AxisId,
        fields: Vec<Field>,
    },
    /// A text, or the path of a tracked file, made from items.
    Text {
        name: String,
        ty: Type,
        parts: Vec<ItemPart>,
        track: Track,
    },
    /// One item of an axis of what another call makes; without a name nothing but that it is made of
    /// it.
    Made {
        name: Option<String>,
        ty: Type,
        axis: AxisId,
        /// Whether it stands in the directory: of a zip the second does not.
        is_key: bool,
        producer: String,
        output: String,
    },
    /// One value of another call.
    Result {
        name: String,
        ty: Type,
        producer: String,
        output: String,
        picks: Vec<Pick>,
    },
    /// The list over those axes of the producer that the call has not; where the output is a list
    /// itself (`many`), of all their items.
    List {
        name: String,
        item: Type,
        producer: String,
        output: String,
        job: String,
        many: bool,
        picks: Vec<Pick>,
    },
    /// Several lists, one behind the other; of one value where a call has but that.
    Joined {
        name: String,
        item: Type,
        /// `List`s that have no variable of their own.
        parts: Vec<Feed>,
    },
    /// No value: the shards that must have ended done, chosen as for a list.
    After { producer: String, job: String },
    /// No value: what must hold for the shard to run.
    When(Test),
    /// One of several sources of an input, which stand one behind the other: the first counts that
    /// there is. `nth` is from 1.
    Source {
        nth: usize,
        only: Option<Test>,
        feed: Box<Feed>,
    },
    /// A column that no variable of the script is: the name of a published file needs it, or the
    /// text that is made of it enters the inputs. These stand behind all others.
    Hidden {
        name: String,
        axis: AxisId,
        column: usize,
        track: Track,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub column: usize,
    pub track: Track,
}

impl Feed {
    /// Columns that it takes of a work line.
    pub fn width(&self) -> usize {
        match self {
            Self::Value { .. }
            | Self::Values { .. }
            | Self::File { .. }
            | Self::When(_)
            | Self::Made { name: None, .. } => 0,
            Self::Made { .. } => 2,
            Self::Source { feed, .. } => feed.width(),
            Self::Item { .. }
            | Self::Text { .. }
            | Self::Result { .. }
            | Self::List { .. }
            | Self::After { .. }
            | Self::Hidden { .. } => 1,
            Self::Record { fields, .. } => fields.len(),
            Self::Joined { parts, .. } => parts.iter().map(Self::width).sum(),
        }
    }

    /// Where among its columns the text of an item's column stands.
    pub fn position(&self, of: (AxisId, usize)) -> Option<usize> {
        match self {
            Self::Item { axis, column, .. } | Self::Hidden { axis, column, .. } => {
                (of == (*axis, *column)).then_some(0)
            }
            Self::Record { axis, fields, .. } => {
                fields.iter().position(|field| of == (*axis, field.column))
            }
            Self::Source { feed, .. } => feed.position(of),
            Self::Value { .. }
            | Self::Values { .. }
            | Self::File { .. }
            | Self::Text { .. }
            | Self::Made { .. }
            | Self::Result { .. }
            | Self::List { .. }
            | Self::When(_)
            | Self::Joined { .. }
            | Self::After { .. } => None,
        }
    }
}

/// The calls that a call is told to follow.
pub(super) fn after(context: &Context<'_>) -> Vec<Feed> {
    let producers = context.call.after.iter().map(|&producer| Feed::After {
        producer: context.dataflow.call(producer).name.clone(),
        job: context.names.of_call(producer).to_owned(),
    });
    producers.collect()
}

/// What lowering an argument looks at.
pub(super) struct Context<'a> {
    pub dataflow: &'a Dataflow,
    pub names: &'a JobNames,
    pub call: &'a Call,
}

/// The feeds of one input: one, but for the fields of a constant record.
pub(super) fn lower(
    context: &Context<'_>,
    input: &Input,
    arg: &Arg,
) -> Result<Vec<Feed>, PlanError> {
    let one = |feed| Ok(vec![feed]);
    match arg {
        Arg::Constant(value) => constant(context, &input.name, &input.ty, value),
        Arg::Item { axis, column } => one(item(context, input, *axis, *column)),
        Arg::Template(parts) => one(text::template(context, input, parts)),
        Arg::Result {
            call,
            output,
            picks,
        } => one(result(context, input, *call, output, picks)),
        Arg::List(args) => joined(context, input, args).map(|feed| vec![feed]),
        Arg::First(sources) => source::first(context, input, sources),
    }
}

fn constant(
    context: &Context<'_>,
    name: &str,
    ty: &Type,
    value: &Value,
) -> Result<Vec<Feed>, PlanError> {
    let name = name.to_owned();
    match value {
        Value::Record(_, fields) => {
            let each = fields.iter().map(|(field, value)| {
                constant(context, &format!("{name}_{field}"), &type_of(value), value)
            });
            let each: Result<Vec<_>, _> = each.collect();
            each.map(|feeds| feeds.into_iter().flatten().collect())
        }
        Value::List(items) => {
            let records = |it: &Value| matches!(it, Value::List(_) | Value::Record(..));
            if items.iter().any(records) {
                return Err(not_yet(context, &name, "a list of lists or records"));
            }
            Ok(vec![Feed::Values {
                name,
                item: ty.innermost().clone(),
                texts: items.iter().map(Value::text).collect(),
            }])
        }
        Value::File(path) | Value::Dir(path) => Ok(vec![Feed::File {
            name,
            ty: ty.clone(),
            path: path.clone(),
        }]),
        Value::Int(_)
        | Value::Float(_)
        | Value::Bool(_)
        | Value::String(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Absent => Ok(vec![Feed::Value {
            name,
            ty: ty.clone(),
            text: value.text(),
        }]),
    }
}

/// The type of a field of a constant, as far as scripts see it.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Int(_) => Type::Int,
        Value::Float(_) => Type::Float,
        Value::Bool(_) => Type::Bool,
        Value::File(_) => Type::File,
        Value::Dir(_) => Type::Dir,
        Value::Duration(_) => Type::Duration,
        Value::Size(_) => Type::Size,
        Value::List(items) => Type::List(Box::new(items.first().map_or(Type::String, type_of))),
        Value::String(_) | Value::Record(..) | Value::Absent => Type::String,
    }
}

fn item(context: &Context<'_>, input: &Input, axis: AxisId, column: Option<usize>) -> Feed {
    if let Items::Made(made) = &context.dataflow.axis(axis).items {
        return made::item(context, Some(&input.name), &input.ty, axis, made);
    }
    if column.is_none() && !input.fields.is_empty() {
        return Feed::Record {
            name: input.name.clone(),
            axis,
            fields: input
                .fields
                .iter()
                .map(|field| record_field(context, axis, field))
                .collect(),
        };
    }
    let column = column.unwrap_or(0);
    Feed::Item {
        name: input.name.clone(),
        ty: input.ty.clone(),
        axis,
        column,
        track: context.track(axis, column, &input.ty),
    }
}

fn record_field(context: &Context<'_>, axis: AxisId, field: &Column) -> Field {
    let column = match &context.dataflow.axis(axis).items {
        Items::Table(table) => table
            .columns
            .iter()
            .position(|column| column.name == field.name),
        Items::Range { .. } | Items::Made(_) => None,
    };
    let column = column.unwrap_or_else(|| unreachable!("a record's axis has its fields"));
    Field {
        name: field.name.clone(),
        ty: field.ty.clone(),
        column,
        track: context.track(axis, column, &field.ty),
    }
}

pub(super) fn not_yet(context: &Context<'_>, input: &str, what: &'static str) -> PlanError {
    PlanError::NotYet {
        call: context.call.name.clone(),
        input: input.to_owned(),
        what,
        help: "give each of them an input of its own",
        span: context.call.span,
    }
}
