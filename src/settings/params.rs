//! A `--params` file, in one of three languages: values that know where they were written.

mod json;
mod toml;
mod yaml;

use std::collections::BTreeSet;

use super::SettingError;
use crate::ast::Name;
use crate::source::{SourceId, Span, Spanned};

pub(super) type Table = Vec<(Name, Node)>;
pub(super) type Node = Spanned<Value>;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Table(Table),
    /// What no param can be, as a message names it.
    Other(&'static str),
}

impl Value {
    /// A number as it is written in decimal digits; one that is too large for an `Int` is a `Float`.
    fn number(text: &str) -> Self {
        let whole = text.parse().map(Self::Int);
        whole.unwrap_or_else(|_| text.parse().map_or(Self::Other("this number"), Self::float))
    }

    fn float(number: f64) -> Self {
        if number.is_finite() {
            Self::Float(number)
        } else {
            Self::Other("a number that is not finite")
        }
    }
}

/// Reads a file; `name` is its path, whose ending tells the language.
pub(super) fn read(name: &str, text: &str, id: SourceId) -> Result<Table, SettingError> {
    let language = Language::of(name);
    let read = match language {
        Language::Json => json::read(text, id),
        Language::Toml => toml::read(text, id),
        Language::Yaml => yaml::read(text, id),
    };
    let table = read.and_then(|node| match node.node {
        Value::Table(table) => unique(table),
        Value::List(_) => Err(Fault::new("it holds a list", node.span)),
        Value::Null if node.span.is_empty() => Err(Fault::new("it is empty", node.span)),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::Text(_)
        | Value::Other(_) => Err(Fault::new("it holds a single value", node.span)),
    });
    table.map_err(|fault| SettingError::NoObject {
        wanted: language.wanted(),
        example: language.example(),
        reason: fault.reason,
        span: fault.span,
    })
}

/// Of JSON, the only one whose reader lets it pass.
fn unique(table: Table) -> Result<Table, Fault> {
    let mut names = BTreeSet::new();
    match table.iter().find(|(name, _)| !names.insert(&name.node)) {
        Some((name, _)) => Err(Fault::new("a name occurs twice", name.span)),
        None => Ok(table),
    }
}

#[derive(Debug, Clone, Copy)]
enum Language {
    Json,
    Toml,
    Yaml,
}

impl Language {
    fn of(name: &str) -> Self {
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("toml") => Self::Toml,
            Some("yaml" | "yml") => Self::Yaml,
            Some(_) | None => Self::Json,
        }
    }

    fn wanted(self) -> &'static str {
        match self {
            Self::Json => "a JSON object",
            Self::Toml => "a TOML table",
            Self::Yaml => "a YAML mapping",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Json => r#"{ "seeds": [1, 2], "catalog": "x.csv" }"#,
            Self::Toml => "seeds = [1, 2]",
            Self::Yaml => "seeds: [1, 2]",
        }
    }
}

/// Why a file cannot be read.
struct Fault {
    reason: String,
    span: Span,
}

impl Fault {
    fn new(reason: impl Into<String>, span: Span) -> Self {
        let reason = reason.into();
        Self { reason, span }
    }
}
