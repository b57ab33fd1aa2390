//! The version of each call: a digest of all that its results follow from, but its inputs.
//!
//! Takes the dataflow and the code; gives [`Versions`]. All that enters is one serialised struct,
//! [`Ingredients`], so that a change can be explained with the text that the digest is made of.
//! Resources, costs, retries, comments, layout and flowc's own version are not in it: asking for
//! more memory re-runs nothing.

use serde::Serialize;

use crate::code::Code;
use crate::dataflow::{
    Arg, Call, CallId, Conda, Dataflow, ItemPart, Items, Process, Test, TextPart,
};
use crate::types::Value;

/// Hex digits of a version: enough that two never meet by chance.
const DIGITS: usize = 32;

/// A version for each call.
#[derive(Debug, Clone, PartialEq)]
pub struct Versions {
    calls: Vec<String>,
}

impl Versions {
    pub fn of(&self, call: CallId) -> &str {
        self.calls.get(call.0 as usize).map_or("", String::as_str)
    }
}

/// What a version is made of. A change of this struct changes every version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ingredients<'a> {
    interpreter: Option<&'a str>,
    script: Option<&'a str>,
    inputs: Vec<Named<'a>>,
    outputs: Vec<OutputOf<'a>>,
    stdin: Option<&'a str>,
    success: &'a [u8],
    container: Option<&'a str>,
    modules: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    conda: Option<&'a str>,
    env: Vec<(&'a str, Option<String>)>,
    /// Path and SHA-256.
    uses: Vec<(&'a str, &'a str)>,
    args: Vec<(&'a str, Argument)>,
    /// The words of what must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Named<'a> {
    name: &'a str,
    r#type: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct OutputOf<'a> {
    name: &'a str,
    r#type: String,
    path: String,
    stdout: bool,
}

/// An argument without the names that the program gives to things: what is renamed stays done.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Argument {
    Constant(Constant),
    /// Label of the axis, name of the column.
    Item(String, Option<String>),
    Template(Vec<Argument>),
    /// The output; which call made it is known by the identity of the input.
    Result(String),
    List(Vec<Argument>),
    /// Each with the words of its test.
    First(Vec<(Option<Vec<String>>, Argument)>),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Constant {
    Text(String),
    List(Vec<Constant>),
    Record(Vec<(String, Constant)>),
    Absent,
}

impl<'a> Ingredients<'a> {
    pub fn new(dataflow: &'a Dataflow, code: &'a Code, call: &'a Call) -> Self {
        let process = dataflow.process(call.process);
        Self {
            interpreter: process
                .script
                .as_ref()
                .map(|script| script.interpreter.as_str()),
            script: process.script.as_ref().map(|script| script.text.as_str()),
            inputs: process
                .inputs
                .iter()
                .map(|input| Named {
                    name: &input.name,
                    r#type: input.ty.to_string(),
                })
                .collect(),
            outputs: outputs(process),
            stdin: process.stdin.as_deref(),
            success: &process.success,
            container: process.container.as_deref(),
            modules: &process.modules,
            conda: process.conda.as_ref().map(|it| environment(it, code)),
            env: process
                .env
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_ref().map(Value::text)))
                .collect(),
            uses: uses(process, code),
            args: call
                .args
                .iter()
                .map(|(name, arg)| (name.as_str(), argument(dataflow, call, arg)))
                .chain(made(dataflow, call))
                .collect(),
            when: call.when.iter().map(Test::words).collect(),
        }
    }

    /// For `--explain`: the text that the digest is made of, on many lines.
    pub fn explain(&self) -> String {
        serde_json::to_string_pretty(self)
            .unwrap_or_else(|error| unreachable!("plain data: {error}"))
    }

    fn digest(&self) -> String {
        let text = serde_json::to_vec(self);
        let text = text.unwrap_or_else(|error| unreachable!("plain data: {error}"));
        let mut digits = blake3::hash(&text).to_hex().to_string();
        digits.truncate(DIGITS);
        digits
    }
}

/// Digests every call.
pub fn versions(dataflow: &Dataflow, code: &Code) -> Versions {
    let each = dataflow.calls.iter();
    let calls = each.map(|call| Ingredients::new(dataflow, code, call).digest());
    Versions {
        calls: calls.collect(),
    }
}

fn outputs(process: &Process) -> Vec<OutputOf<'_>> {
    let each = process.outputs.iter().map(|output| OutputOf {
        name: &output.name,
        r#type: output.ty.to_string(),
        path: output.path.iter().map(path_part).collect(),
        stdout: output.stdout,
    });
    each.collect()
}

fn path_part(part: &TextPart) -> String {
    match part {
        TextPart::Literal(text) => text.clone(),
        TextPart::Input { input, field: None } => format!("{{{input}}}"),
        TextPart::Input {
            input,
            field: Some(field),
        } => format!("{{{input}.{field}}}"),
    }
}

fn uses<'a>(process: &'a Process, code: &'a Code) -> Vec<(&'a str, &'a str)> {
    let files = process.uses.iter().flat_map(|path| code.below(&path.node));
    let mut files: Vec<_> = files
        .map(|(path, file)| (path, file.sha256.as_str()))
        .collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// What is made counts, whatever its file is called; of what is there already, how it is called.
fn environment<'a>(conda: &'a Conda, code: &'a Code) -> &'a str {
    let file = conda.file().and_then(|path| code.file(&path.node));
    file.map_or(conda.text(), |file| file.sha256.as_str())
}

/// Of what outputs the items are that it runs for.
fn made<'a>(dataflow: &'a Dataflow, call: &'a Call) -> impl Iterator<Item = (&'a str, Argument)> {
    let made = dataflow.made(&call.axes);
    made.map(|(own, _, made)| (own.label.as_str(), Argument::Result(made.output.clone())))
}

fn argument(dataflow: &Dataflow, call: &Call, arg: &Arg) -> Argument {
    let item = |axis, column: Option<usize>| {
        let label = dataflow.label(&call.axes, axis);
        let label = label.unwrap_or(&dataflow.axis(axis).name).to_owned();
        let column = column.and_then(|at| match &dataflow.axis(axis).items {
            Items::Table(table) => table.columns.get(at).map(|column| column.name.clone()),
            Items::Made(made) => made.column(at).map(str::to_owned),
            Items::Range { .. } => None,
        });
        Argument::Item(label, column)
    };
    match arg {
        Arg::Constant(value) => Argument::Constant(constant(value)),
        Arg::Item { axis, column } => item(*axis, *column),
        Arg::Template(parts) => Argument::Template(
            parts
                .iter()
                .map(|part| match part {
                    ItemPart::Literal(text) => Argument::Constant(Constant::Text(text.clone())),
                    ItemPart::Item { axis, column } => item(*axis, Some(*column)),
                })
                .collect(),
        ),
        Arg::Result { output, .. } => Argument::Result(output.clone()),
        Arg::List(args) => Argument::List(
            args.iter()
                .map(|arg| argument(dataflow, call, arg))
                .collect(),
        ),
        Arg::First(sources) => {
            let each = sources.iter().map(|source| {
                let only = source.only.as_ref().map(Test::words);
                (only, argument(dataflow, call, &source.arg))
            });
            Argument::First(each.collect())
        }
    }
}

fn constant(value: &Value) -> Constant {
    match value {
        Value::List(items) => Constant::List(items.iter().map(constant).collect()),
        Value::Record(_, fields) => {
            let each = fields
                .iter()
                .map(|(name, value)| (name.clone(), constant(value)));
            Constant::Record(each.collect())
        }
        Value::Absent => Constant::Absent,
        Value::Int(_)
        | Value::Float(_)
        | Value::Bool(_)
        | Value::String(_)
        | Value::File(_)
        | Value::Dir(_)
        | Value::Duration(_)
        | Value::Size(_) => Constant::Text(value.text()),
    }
}
