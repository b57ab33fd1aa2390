//! What is set, as the expression that a user would have written.

use serde_json::Value as Json;

use super::SettingError;
use crate::ast::{Arg, Expr, ExprKind, Name, TextPart, TypeExpr, TypeExprKind, UnaryOp};
use crate::parse;
use crate::source::{SourceId, Sources, Span, Spanned};

/// The expression for `--set NAME=TEXT`.
pub(super) fn of_text(
    text: &str,
    ty: &TypeExpr,
    span: Span,
    texts: &Sources,
) -> Result<Expr, Vec<SettingError>> {
    match &ty.kind {
        TypeExprKind::Optional(inner) => of_text(text, inner, span, texts),
        TypeExprKind::Enum(_) => Ok(literal(text, span)),
        TypeExprKind::Named(name) if matches!(name.as_str(), "String" | "File" | "Dir") => {
            Ok(literal(text, span))
        }
        TypeExprKind::List(item) if is_path(text) => Ok(read_from(text, ty, item, span)),
        TypeExprKind::List(item) => expression(span, texts).map_err(|errors| {
            let bare = text.contains(',') && !text.contains(['[', '(']);
            if bare {
                let list = in_brackets(text, item);
                vec![SettingError::BareList { list, span }]
            } else {
                errors
            }
        }),
        TypeExprKind::Named(_) => expression(span, texts),
    }
}

/// `1,2` as the list that was meant.
fn in_brackets(text: &str, item: &TypeExpr) -> String {
    let quotes = match &item.kind {
        TypeExprKind::Enum(_) => true,
        TypeExprKind::Named(name) => matches!(name.as_str(), "String" | "File" | "Dir"),
        TypeExprKind::List(_) | TypeExprKind::Optional(_) => false,
    };
    let items = text.split(',').map(str::trim);
    let items = items.map(|it| {
        if quotes {
            format!("\"{it}\"")
        } else {
            it.to_owned()
        }
    });
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

/// The part of the setting behind `=`, read so that its places are those of the whole.
fn expression(span: Span, texts: &Sources) -> Result<Expr, Vec<SettingError>> {
    let source = texts.all().get(usize::from(span.source.0));
    let whole = source.map_or("", |source| source.text.as_str());
    let value = whole.get(span.start as usize..).unwrap_or("");
    let padded = " ".repeat(span.start as usize) + value;
    parse::expression(&padded, span.source)
        .map_err(|errors| errors.into_iter().map(SettingError::from).collect())
}

/// A name with an extension, and nothing that an expression is made of; only what is clearly a file may hold blanks.
fn is_path(text: &str) -> bool {
    let name = text.rsplit('/').next().unwrap_or(text);
    let ext = name
        .rsplit_once('.')
        .filter(|(stem, _)| !stem.ends_with('.'));
    let ext = ext.map_or("", |(_, ext)| ext);
    let marks = match ext {
        "csv" | "json" | "txt" => "\"()[]<>,",
        _ => "\"()[]<>*+, ",
    };
    !text.contains(|letter| marks.contains(letter))
        && ext.starts_with(|letter: char| letter.is_ascii_alphabetic())
}

/// `csv<Row>(…)`, `json<[T]>(…)` or `lines(…)` of a path.
fn read_from(path: &str, list: &TypeExpr, item: &TypeExpr, span: Span) -> Expr {
    let (function, types) = match path.rsplit_once('.').map(|(_, ext)| ext) {
        Some("csv") => ("csv", vec![item.clone()]),
        Some("json") => ("json", vec![list.clone()]),
        Some(_) | None => ("lines", Vec::new()),
    };
    let kind = ExprKind::Call {
        callee: Spanned::new(function.to_owned(), span),
        types,
        args: vec![Arg {
            name: None,
            value: literal(path, span),
        }],
    };
    Expr { kind, span }
}

fn literal(text: &str, span: Span) -> Expr {
    let kind = ExprKind::Text(vec![TextPart::Literal(text.to_owned())]);
    Expr { kind, span }
}

/// The expression for a value of a `--params` file.
pub(super) fn of_json(json: &Json, ty: &TypeExpr, span: Span) -> Result<Expr, Vec<SettingError>> {
    if let (TypeExprKind::List(item), Json::String(path)) = (&ty.kind, json) {
        return Ok(read_from(path, ty, item, span));
    }
    value(json, ty, span).map_err(|error| vec![error])
}

fn value(json: &Json, ty: &TypeExpr, span: Span) -> Result<Expr, SettingError> {
    let refused = |found| Err(SettingError::JsonValue { found, span });
    let kind = match json {
        Json::Null => return refused("`null`"),
        Json::Bool(truth) => ExprKind::Bool(*truth),
        Json::String(text) => return Ok(literal(text, span)),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => return Ok(signed(whole.checked_abs(), whole < 0, span)),
            (None, Some(number)) => ExprKind::Float(number),
            (None, None) => return refused("a number of this size"),
        },
        Json::Array(items) => {
            let item = if let TypeExprKind::List(item) = &ty.kind {
                item
            } else {
                ty
            };
            let items = items.iter().map(|it| value(it, item, span));
            ExprKind::List(items.collect::<Result<_, _>>()?)
        }
        Json::Object(fields) => {
            let TypeExprKind::Named(record) = &ty.kind else {
                return refused("an object");
            };
            let arg = |(name, field): (&String, &Json)| {
                let name = Some(Name::new(name.clone(), span));
                value(field, ty, span).map(|value| Arg { name, value })
            };
            ExprKind::Call {
                callee: Spanned::new(record.clone(), span),
                types: Vec::new(),
                // What is `null` is left out: an optional is absent, anything else is missed.
                args: fields
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(arg)
                    .collect::<Result<_, _>>()?,
            }
        }
    };
    Ok(Expr { kind, span })
}

/// A whole number, written with a sign where it is negative.
fn signed(amount: Option<i64>, negative: bool, span: Span) -> Expr {
    let number = Expr {
        kind: ExprKind::Int(amount.unwrap_or(i64::MAX)),
        span,
    };
    if !negative {
        return number;
    }
    let kind = ExprKind::Unary {
        op: UnaryOp::Minus,
        operand: Box::new(number),
    };
    Expr { kind, span }
}

/// A `--params` file that is not JSON, or something else than an object.
pub(super) fn no_object(
    text: &str,
    json: &str,
    error: &serde_json::Error,
    id: SourceId,
) -> SettingError {
    let found = match serde_json::from_str(json) {
        Ok(Json::Array(_)) => "it holds a list",
        Ok(Json::Object(_)) => "a name occurs twice",
        Ok(_) => "it holds a single value",
        Err(_) => "",
    };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    // Of YAML and TOML the reader of JSON knows no places.
    let start = match text == json {
        true => offset(text, error),
        false => 0,
    };
    SettingError::NoObject {
        reason: match found {
            "" => said.to_owned(),
            found => found.to_owned(),
        },
        span: Span::new(id, start, (start + 1).min(text.len())),
    }
}

/// Where an error of the JSON reader lies.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1)
}

/// Where a param is named in a `--params` file of any format: as a key, the one that is indented least.
pub(super) fn place(text: &str, param: &str, id: SourceId) -> Span {
    let is_key = |start: usize| {
        let (before, behind) = text.split_at(start);
        let behind = behind.get(param.len()..).unwrap_or_default();
        let behind = behind.trim_start_matches(['"', '\'', ' ', '\t']);
        !before.ends_with(|letter: char| letter.is_alphanumeric() || "_-.".contains(letter))
            && behind.starts_with([':', '=', ']'])
    };
    let indent = |start: usize| {
        let line = text.split_at(start).0.rsplit('\n').next();
        line.map_or(0, str::len)
    };
    let found = text.match_indices(param).map(|(start, _)| start);
    let start = found
        .filter(|start| is_key(*start))
        .min_by_key(|start| indent(*start));
    let start = start.unwrap_or(0);
    Span::new(id, start, (start + param.len()).min(text.len()))
}
