//! Values in JSON files: `json<[Int]>("x.json")`.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::csv::folder;
use super::{Outside, SourceError, article};
use crate::dataflow::DataflowError;
use crate::hir::Record;
use crate::source::Span;
use crate::types::{Type, Value};

/// The value of a file, of a type.
pub(in crate::dataflow) fn json(
    outside: &mut Outside,
    path: &str,
    (ty, records): (&Type, &IndexMap<String, Record>),
    span: Span,
) -> Result<Value, DataflowError> {
    let mut text = outside.read_text(path, span)?;
    let body = text.text.strip_prefix('\u{feff}').unwrap_or(&text.text);
    let parsed: Json = match serde_json::from_str(body) {
        Ok(parsed) => parsed,
        Err(error) => {
            let skipped = text.text.len() - body.len();
            let start = skipped + line_start(body, error.line()) + error.column().saturating_sub(1);
            let reason = error.to_string();
            let reason = reason
                .split(" at line")
                .next()
                .unwrap_or(&reason)
                .to_owned();
            return Err(SourceError::JsonSyntax {
                path: path.to_owned(),
                reason,
                span: text.span(outside.texts, start, start + 1),
            }
            .into());
        }
    };
    let reading = Reading {
        records,
        folder: folder(path),
    };
    reading.value(&parsed, ty, "$").map_err(|wrong| {
        SourceError::JsonType {
            path: path.to_owned(),
            at: wrong.at,
            wanted: wrong.wanted,
            found: wrong.found,
            span,
        }
        .into()
    })
}

fn line_start(text: &str, line: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    before.map(str::len).sum()
}

struct Wrong {
    at: String,
    wanted: String,
    found: String,
}

struct Reading<'r> {
    records: &'r IndexMap<String, Record>,
    folder: &'r str,
}

impl Reading<'_> {
    fn value(&self, json: &Json, ty: &Type, at: &str) -> Result<Value, Wrong> {
        let wrong = || Wrong {
            at: at.to_owned(),
            wanted: article(ty),
            found: kind(json),
        };
        match (ty, json) {
            (Type::Int, Json::Number(number)) => number.as_i64().map(Value::Int).ok_or_else(wrong),
            (Type::Float, Json::Number(number)) => {
                number.as_f64().map(Value::Float).ok_or_else(wrong)
            }
            (Type::Bool, Json::Bool(truth)) => Ok(Value::Bool(*truth)),
            (Type::String, Json::String(text)) => Ok(Value::String(text.clone())),
            (Type::File, Json::String(text)) => Ok(Value::File(self.path(text))),
            (Type::Dir, Json::String(text)) => Ok(Value::Dir(self.path(text))),
            (Type::Enum(words), Json::String(text)) if words.contains(text) => {
                Ok(Value::String(text.clone()))
            }
            (Type::Optional(_), Json::Null) => Ok(Value::Absent),
            (Type::Optional(inner), _) => self.value(json, inner, at),
            (Type::List(item), Json::Array(all)) => {
                let values = all.iter().enumerate();
                let values = values.map(|(n, it)| self.value(it, item, &format!("{at}[{n}]")));
                Ok(Value::List(values.collect::<Result<_, _>>()?))
            }
            (Type::Record(name), Json::Object(object)) => {
                let record = self.records.get(name).ok_or_else(wrong)?;
                let fields = record.fields.iter().map(|field| {
                    let name = &field.name.node;
                    let cell = object.get(name).unwrap_or(&Json::Null);
                    let value = self.value(cell, &field.ty, &format!("{at}.{name}"))?;
                    Ok((name.clone(), value))
                });
                Ok(Value::Record(
                    name.clone(),
                    fields.collect::<Result<_, _>>()?,
                ))
            }
            (_, _) => Err(wrong()),
        }
    }

    fn path(&self, text: &str) -> String {
        if self.folder.is_empty() || text.starts_with('/') {
            text.to_owned()
        } else {
            format!("{}/{text}", self.folder)
        }
    }
}

fn kind(json: &Json) -> String {
    match json {
        Json::Null => "nothing".to_owned(),
        Json::Bool(_) => "a truth value".to_owned(),
        Json::Number(number) => format!("the number {number}"),
        Json::String(text) => format!("the text `{text}`"),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}
