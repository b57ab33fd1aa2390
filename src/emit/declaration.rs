//! The lines of a job script that declare a call: what it reads, makes and runs.

use crate::dataflow::{Cause, OnFailure, Output, Process, Script, Test, TextPart};
use crate::plan::{Feed, NamePart, Origin, Published, Reading, RungFor, Step, Variable};
use crate::site::Runtime;
use crate::types::Type;

use super::quote::{delimiter, literal, word};

/// A call's declarations, each a line but for the script.
pub(super) fn declarations(step: &Step<'_>, runtime: Runtime) -> Vec<String> {
    let process = step.process;
    let mut lines = vec![format!("flow_call {}", word(&step.call.name))];
    lines.extend(step.feeds.iter().filter_map(feed));
    lines.extend(process.outputs.iter().map(output));
    lines.extend(streams(process));
    lines.extend(step.published.iter().map(publish));
    lines.extend(environment(process, runtime));
    lines.extend(
        step.limit
            .map(|limit| format!("flow_time {}", limit.seconds())),
    );
    lines.extend(step.cost.map(|cost| format!("flow_cost {}", cost.ceil())));
    if step.tries > 0 {
        lines.push(format!("flow_retry {}{}", step.tries, causes(process)));
    }
    if let OnFailure::Ignore(_) = process.on_failure {
        lines.push("flow_ignore".to_owned());
    }
    lines.extend(rung(step));
    lines.extend(checkpoint(process));
    lines.push(
        process
            .script
            .as_ref()
            .map_or_else(|| "flow_todo".to_owned(), script),
    );
    lines
}

/// What a rung is for.
fn rung(step: &Step<'_>) -> Vec<String> {
    let raise = || format!("flow_raise{}", causes(step.process));
    let raises = !step.process.retry.raises.is_empty();
    match step.rung {
        None => Vec::new(),
        Some(RungFor::Retry) => vec![raise()],
        Some(RungFor::Chain) => {
            let link = format!("flow_link{CUT_OFF}");
            [link].into_iter().chain(raises.then(raise)).collect()
        }
    }
}

/// The causes with which an attempt leaves a checkpoint to the next; results that are not there yet are
/// one of them.
const CUT_OFF: &str = " timeout signal node killed missing-output";

fn checkpoint(process: &Process) -> Vec<String> {
    let folder = process.checkpoint.iter();
    let folder = folder.map(|folder| format!("flow_checkpoint {}", literal(folder)));
    let again = process.again.iter();
    let again = again.map(|again| format!("flow_again {} {}", again.status, again.up_to));
    folder.chain(again).collect()
}

/// The words of records.
fn causes(process: &Process) -> String {
    let words = process.retry.causes.iter().map(|cause| match cause {
        Cause::Exit => " exit",
        Cause::Signal => " signal",
        Cause::Memory => " memory",
        Cause::Timeout => " timeout",
        Cause::Node => " node",
        Cause::Output => " missing-output",
        Cause::Value => " bad-value",
        Cause::System => " system",
    });
    words.collect()
}

/// None for what the script does not see.
fn feed(feed: &Feed) -> Option<String> {
    Some(match feed {
        Feed::Input(variable) => declared(variable),
        Feed::Source {
            nth,
            only,
            variable,
        } => source(*nth, only.as_ref(), &declared(variable)),
        Feed::After { producer, job } => format!("flow_after {} {}", word(producer), word(job)),
        Feed::When(test) => format!("flow_when{}", words_of(test)),
        Feed::Hidden { .. } | Feed::Unread(_) => return None,
    })
}

fn declared(Variable { name, ty, origin }: &Variable) -> String {
    let (own, item) = (type_word(ty), type_word(ty.innermost()));
    match origin {
        Origin::Constant(text) => format!("flow_value {name} {own} {}", literal(text)),
        Origin::Constants(texts) => {
            let texts = texts.iter().map(|text| format!(" {}", literal(text)));
            format!("flow_values {name} {item}{}", texts.collect::<String>())
        }
        Origin::File(path) => format!("flow_file {name} {own} {}", literal(path)),
        Origin::Item(_) if ty.item().is_some() => format!("flow_items {name} {item}"),
        Origin::Item(_) => format!("flow_item {name} {own}"),
        Origin::Record { fields, .. } => {
            let fields = fields.iter().map(|field| {
                let field = format!("{}:{}", field.name, plain_type(&field.ty));
                format!(" {}", word(&field))
            });
            format!("flow_record {name}{}", fields.collect::<String>())
        }
        Origin::Text(_) => format!("flow_text {name} {own}"),
        Origin::Made {
            is_key,
            producer,
            output,
            ..
        } => {
            let of = match is_key {
                true => "flow_item_of",
                false => "flow_item_beside",
            };
            format!("{of} {name} {own} {} {output}", word(producer))
        }
        Origin::Result(of) => {
            format!(
                "flow_result {name} {own} {} {}",
                word(&of.producer),
                of.output
            )
        }
        Origin::List(of) => list("flow_list", name, ty, of),
        Origin::Joined(lists) => {
            let parts = lists.iter().map(|of| list("flow_list_part", name, ty, of));
            let parts: Vec<_> = parts.collect();
            format!("{}\nflow_joined {name} {item}", parts.join("\n"))
        }
    }
}

/// A declaration with what is said of one of several sources before it.
fn source(nth: usize, only: Option<&Test>, declaration: &str) -> String {
    let other = if nth > 1 { "flow_or " } else { "" };
    match only {
        Some(test) => format!("{other}flow_only{} -- {declaration}", words_of(test)),
        None => format!("{other}{declaration}"),
    }
}

fn words_of(test: &Test) -> String {
    let words = test.words().into_iter();
    words.map(|it| format!(" {}", word(&it))).collect()
}

/// A list that is read, or a part of one.
fn list(declaration: &str, name: &str, ty: &Type, of: &Reading) -> String {
    let item = ty.innermost();
    let read = match of.many {
        true => type_word(&Type::List(Box::new(item.clone()))),
        false => type_word(item),
    };
    let (producer, job) = (word(&of.producer), word(&of.job));
    format!("{declaration} {name} {read} {producer} {} {job}", of.output)
}

/// The name of a type as a word of bash.
fn type_word(ty: &Type) -> String {
    word(&plain_type(ty)).into_owned()
}

/// Scripts know words of an enumeration as text.
fn plain_type(ty: &Type) -> String {
    match ty {
        Type::Enum(_) => Type::String.to_string(),
        Type::Optional(inner) => format!("{}?", plain_type(inner)),
        Type::List(item) => format!("[{}]", plain_type(item)),
        Type::Int
        | Type::Float
        | Type::Bool
        | Type::String
        | Type::File
        | Type::Dir
        | Type::Duration
        | Type::Size
        | Type::Record(_) => ty.to_string(),
    }
}

fn output(output: &Output) -> String {
    let (name, ty) = (&output.name, type_word(&output.ty));
    let literals: Option<String> = output
        .path
        .iter()
        .map(|part| match part {
            TextPart::Literal(text) => Some(text.as_str()),
            TextPart::Input { .. } => None,
        })
        .collect();
    if let Some(path) = literals {
        return format!("flow_output {name} {ty} {}", literal(&path));
    }
    let parts = output.path.iter().map(|part| match part {
        TextPart::Literal(text) => literal_part(text),
        TextPart::Input { input, field: None } => format!(" +{input}"),
        TextPart::Input {
            input,
            field: Some(field),
        } => format!(" +{input}_{field}"),
    });
    format!("flow_output_text {name} {ty}{}", parts.collect::<String>())
}

fn literal_part(text: &str) -> String {
    format!(" {}", word(&format!("={text}")))
}

fn publish(published: &Published) -> String {
    let parts = published.parts.iter().map(|part| match part {
        NamePart::Literal(text) => literal_part(text),
        NamePart::Value(at) => format!(" +{at}"),
        NamePart::Items => " '*'".to_owned(),
    });
    format!(
        "flow_publish {}{}",
        published.output,
        parts.collect::<String>()
    )
}

fn streams(process: &Process) -> Vec<String> {
    let mut lines = Vec::new();
    let printed = process.outputs.iter().find(|output| output.stdout);
    lines.extend(printed.map(|output| format!("flow_stdout {}", output.name)));
    lines.extend(
        process
            .stdin
            .iter()
            .map(|input| format!("flow_stdin {input}")),
    );
    if process.success != [0] {
        let statuses = process.success.iter().map(|status| format!(" {status}"));
        lines.push(format!("flow_success{}", statuses.collect::<String>()));
    }
    lines
}

fn environment(process: &Process, runtime: Runtime) -> Vec<String> {
    let mut lines = Vec::new();
    let uses: Vec<_> = process.uses.iter().map(|path| path.node.clone()).collect();
    lines.extend(words("flow_uses", &uses));
    lines.extend(process.env.iter().map(|(name, value)| match value {
        Some(value) => format!("flow_env {name} {}", literal(&value.text())),
        None => format!("flow_secret {name}"),
    }));
    lines.extend(words("flow_module", &process.modules));
    let conda = process.conda.iter();
    lines.extend(conda.map(|it| format!("flow_conda {}", literal(it.text()))));
    let image = process.container.iter();
    let image = image.filter(|_| runtime != Runtime::None);
    lines.extend(image.map(|it| format!("flow_image {} {}", runtime.name(), literal(it))));
    lines.extend(words("flow_bind", &process.bind));
    lines
}

/// A declaration of several texts; none where there are none.
fn words(declaration: &str, texts: &[String]) -> Option<String> {
    let words = texts.iter().map(|text| format!(" {}", literal(text)));
    (!texts.is_empty()).then(|| format!("{declaration}{}", words.collect::<String>()))
}

fn script(script: &Script) -> String {
    let end = delimiter(&script.text);
    let newline = if script.text.is_empty() || script.text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!(
        "flow_script {} <<'{end}'\n{}{newline}{end}",
        word(&script.interpreter),
        script.text
    )
}
