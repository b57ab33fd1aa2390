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

/// What a call reads or waits for, as `plan.tsv` and the job script declare it.
#[derive(Debug, Clone, PartialEq)]
pub enum Feed {
    Input(Variable),
    /// One of several sources of an input, which stand one behind the other: the first counts that
    /// there is. `nth` is from 1.
    Source {
        nth: usize,
        only: Option<Test>,
        variable: Variable,
    },
    /// The shards that must have ended done, chosen as for a list.
    After {
        producer: String,
        job: String,
    },
    /// What must hold for the shard to run.
    When(Test),
    /// A column that no variable of the script is: the name of a published file needs it, or the
    /// text that is this input is made of it, and it enters the inputs. These stand behind all others.
    Hidden {
        text: Option<String>,
        item: Item,
    },
    /// An axis of what another call makes, where no variable is its item: the shard is known by who
    /// made it, too.
    Unread(AxisId),
}

/// A variable of the script.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub name: String,
    pub ty: Type,
    pub origin: Origin,
}

/// Where the value of a variable comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// A constant in the script.
    Constant(String),
    /// A constant list in the script; files in it are tracked.
    Constants(Vec<String>),
    /// One tracked path for all shards.
    File(String),
    Item(Item),
    /// All fields of an axis' item.
    Record {
        axis: AxisId,
        fields: Vec<Field>,
    },
    /// A text, or the path of a tracked file, made from items.
    Text(Vec<ItemPart>),
    /// One item of an axis of what another call makes.
    Made {
        axis: AxisId,
        /// Whether it stands in the directory: of a zip the second does not.
        is_key: bool,
        producer: String,
        output: String,
    },
    /// One value.
    Result(Reading),
    /// The list over those axes of the producer that the call has not.
    List(Reading),
    /// Several lists, one behind the other; of one value where a call has but that.
    Joined(Vec<Reading>),
}

/// A column of an axis' item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub axis: AxisId,
    pub column: usize,
    pub track: Track,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub column: usize,
    pub track: Track,
}

/// An output of another call.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub producer: String,
    pub job: String,
    pub output: String,
    /// Whether it is a list itself.
    pub many: bool,
    pub picks: Vec<Pick>,
}

impl Feed {
    /// The variable that may get its value from it, and as which of its sources, from 1.
    pub fn source(&self) -> Option<(&Variable, usize)> {
        match self {
            Self::Input(variable) => Some((variable, 1)),
            Self::Source { nth, variable, .. } => Some((variable, *nth)),
            Self::After { .. } | Self::When(_) | Self::Hidden { .. } | Self::Unread(_) => None,
        }
    }

    /// The variable of an input that has but one source.
    pub fn input(&self) -> Option<&Variable> {
        if let Self::Input(variable) = self {
            Some(variable)
        } else {
            None
        }
    }

    /// What it takes of a work line: a value each; of which column of an item, where it is the text
    /// of one.
    pub(super) fn values(&self) -> Vec<Option<(AxisId, usize)>> {
        match self {
            Self::Input(variable) | Self::Source { variable, .. } => variable.origin.values(),
            Self::After { .. } => vec![None],
            Self::Hidden { item, .. } => vec![Some((item.axis, item.column))],
            Self::When(_) | Self::Unread(_) => Vec::new(),
        }
    }
}

impl Variable {
    /// What a source of it is called among the inputs of the call: `stats`, `stats.2`.
    pub fn source_name(&self, nth: usize) -> String {
        match nth {
            1 => self.name.clone(),
            nth => format!("{}.{nth}", self.name),
        }
    }
}

impl Origin {
    fn values(&self) -> Vec<Option<(AxisId, usize)>> {
        match self {
            Self::Constant(_) | Self::Constants(_) | Self::File(_) => Vec::new(),
            Self::Item(item) => vec![Some((item.axis, item.column))],
            Self::Record { axis, fields } => {
                let columns = fields.iter().map(|field| Some((*axis, field.column)));
                columns.collect()
            }
            Self::Text(_) | Self::Result(_) | Self::List(_) => vec![None],
            // The item, and who made it.
            Self::Made { .. } => vec![None; 2],
            Self::Joined(lists) => vec![None; lists.len()],
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

/// The feeds of one input: one, but for the fields of a constant record and for several sources.
pub(super) fn lower(
    context: &Context<'_>,
    input: &Input,
    arg: &Arg,
) -> Result<Vec<Feed>, PlanError> {
    let origin = match arg {
        Arg::Constant(value) => return constant(context, &input.name, &input.ty, value),
        Arg::Item { axis, column } => item(context, input, *axis, *column),
        Arg::Template(parts) => Origin::Text(parts.clone()),
        Arg::Result {
            call,
            output,
            picks,
        } => result(context, *call, output, picks),
        Arg::List(args) => joined(context, input, args)?,
        Arg::First(sources) => return source::first(context, input, sources),
    };
    Ok(vec![Feed::Input(Variable {
        name: input.name.clone(),
        ty: input.ty.clone(),
        origin,
    })])
}

fn constant(
    context: &Context<'_>,
    name: &str,
    ty: &Type,
    value: &Value,
) -> Result<Vec<Feed>, PlanError> {
    let origin = match value {
        Value::Record(_, fields) => {
            let each = fields.iter().map(|(field, value)| {
                constant(context, &format!("{name}_{field}"), &type_of(value), value)
            });
            let each: Result<Vec<_>, _> = each.collect();
            return each.map(|feeds| feeds.into_iter().flatten().collect());
        }
        Value::List(items) => {
            let records = |it: &Value| matches!(it, Value::List(_) | Value::Record(..));
            if items.iter().any(records) {
                return Err(not_yet(context, name, "a list of lists or records"));
            }
            Origin::Constants(items.iter().map(Value::text).collect())
        }
        Value::File(path) | Value::Dir(path) => Origin::File(path.clone()),
        Value::Int(_)
        | Value::Float(_)
        | Value::Bool(_)
        | Value::String(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Absent => Origin::Constant(value.text()),
    };
    Ok(vec![Feed::Input(Variable {
        name: name.to_owned(),
        ty: ty.clone(),
        origin,
    })])
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

fn item(context: &Context<'_>, input: &Input, axis: AxisId, column: Option<usize>) -> Origin {
    if let Items::Made(made) = &context.dataflow.axis(axis).items {
        return made::item(context, axis, made);
    }
    if column.is_none() && !input.fields.is_empty() {
        let fields = input.fields.iter();
        return Origin::Record {
            axis,
            fields: fields
                .map(|field| record_field(context, axis, field))
                .collect(),
        };
    }
    let column = column.unwrap_or(0);
    Origin::Item(Item {
        axis,
        column,
        track: context.track(axis, column, &input.ty),
    })
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
