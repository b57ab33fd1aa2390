//! What is set, as the expression that a user would have written.

use super::SettingError;
use super::params::{Node, Value};
use crate::ast::{Arg, Expr, ExprKind, TextPart, TypeExpr, TypeExprKind, UnaryOp};
use crate::parse;
use crate::source::{Sources, Span, Spanned};

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
pub(super) fn of_node(node: &Node, ty: &TypeExpr) -> Result<Expr, Vec<SettingError>> {
    if let (TypeExprKind::List(item), Value::Text(path)) = (&ty.kind, &node.node) {
        return Ok(read_from(path, ty, item, node.span));
    }
    value(node, ty).map_err(|error| vec![error])
}

fn value(node: &Node, ty: &TypeExpr) -> Result<Expr, SettingError> {
    let span = node.span;
    let refused = |found| Err(SettingError::JsonValue { found, span });
    let kind = match &node.node {
        Value::Null => return refused("`null`"),
        Value::Bool(truth) => ExprKind::Bool(*truth),
        Value::Text(text) => return Ok(literal(text, span)),
        Value::Int(whole) => return Ok(signed(*whole, span)),
        Value::Float(number) => ExprKind::Float(*number),
        Value::Other(found) => return refused(found),
        Value::List(items) => {
            let item = if let TypeExprKind::List(item) = &ty.kind {
                item
            } else {
                ty
            };
            let items = items.iter().map(|it| value(it, item));
            ExprKind::List(items.collect::<Result<_, _>>()?)
        }
        Value::Table(fields) => {
            let TypeExprKind::Named(record) = &ty.kind else {
                return refused("an object");
            };
            // What is `null` is left out: an optional is absent, anything else is missed.
            let fields = fields.iter().filter(|(_, field)| field.node != Value::Null);
            let args = fields.map(|(name, field)| {
                let name = Some(name.clone());
                value(field, ty).map(|value| Arg { name, value })
            });
            ExprKind::Call {
                callee: Spanned::new(record.clone(), span),
                types: Vec::new(),
                args: args.collect::<Result<_, _>>()?,
            }
        }
    };
    Ok(Expr { kind, span })
}

/// A whole number, with a sign where it is negative.
fn signed(whole: i64, span: Span) -> Expr {
    let number = Expr {
        kind: ExprKind::Int(whole.checked_abs().unwrap_or(i64::MAX)),
        span,
    };
    if whole >= 0 {
        return number;
    }
    let kind = ExprKind::Unary {
        op: UnaryOp::Minus,
        operand: Box::new(number),
    };
    Expr { kind, span }
}
