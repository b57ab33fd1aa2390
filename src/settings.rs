//! Params that are set from outside: `--set NAME=TEXT` and `--params FILE`.
//!
//! Takes a program as written and [`Settings`]; gives the program with the defaults of those params
//! replaced by what was set, as if the user had written it there. The passes that follow know
//! nothing of settings, and their errors point into what was set.

use crate::ast::{self, ItemKind};
use crate::source::{Source, Sources, Span};
use indexmap::IndexMap;

mod error;
mod params;
mod value;

pub use error::SettingError;
use params::{Node, Value};

/// What the user sets, by the name of the param; the last of one name counts.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    given: IndexMap<String, Setting>,
}

#[derive(Debug, Clone)]
struct Setting {
    given: Given,
    /// The place of the name that it is given to.
    name: Span,
    /// Its own place.
    value: Span,
}

#[derive(Debug, Clone)]
enum Given {
    /// `--set`: text for a `String` or `File`, else an expression or a path.
    Text(String),
    /// `--params`
    Node(Node),
}

impl Settings {
    /// `--set NAME=TEXT`
    pub fn set(&mut self, assignment: &str, texts: &mut Sources) -> Result<(), SettingError> {
        let id = texts.add(Source {
            name: "--set".to_owned(),
            text: assignment.to_owned(),
        });
        let Some((name, text)) = assignment.split_once('=') else {
            return Err(SettingError::NoAssignment {
                span: Span::new(id, 0, assignment.len()),
            });
        };
        let setting = Setting {
            given: Given::Text(text.to_owned()),
            name: Span::new(id, 0, name.len()),
            value: Span::new(id, name.len() + 1, assignment.len()),
        };
        self.given.insert(name.trim().to_owned(), setting);
        Ok(())
    }

    /// What a `--params` file gives, in JSON, TOML (`.toml`) or YAML (`.yaml`, `.yml`); `name` is its path.
    pub fn params(
        &mut self,
        name: &str,
        text: &str,
        texts: &mut Sources,
    ) -> Result<(), SettingError> {
        let id = texts.add(Source {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        for (param, node) in params::read(name, text, id)? {
            let setting = Setting {
                name: param.span,
                value: node.span,
                given: Given::Node(node),
            };
            self.given.insert(param.node, setting);
        }
        Ok(())
    }
}

/// Puts what was set into the program.
pub fn apply(
    mut file: ast::File,
    settings: &Settings,
    texts: &Sources,
) -> Result<ast::File, Vec<SettingError>> {
    let mut errors = Vec::new();
    let given = settings.given.iter();
    let mut left: IndexMap<&str, &Setting> = given
        .map(|(name, setting)| (name.as_str(), setting))
        .collect();
    let mut known = Vec::new();
    for item in &mut file.items {
        let ItemKind::Param(param) = &mut item.kind else {
            continue;
        };
        let name = param.name.node.as_str();
        known.push(name);
        let Some(Setting { given, value, .. }) = left.swap_remove(name) else {
            continue;
        };
        let read = match given {
            Given::Text(text) => value::of_text(text, &param.ty, *value, texts).map(Some),
            Given::Node(node) if node.node == Value::Null && is_optional(&param.ty) => Ok(None),
            Given::Node(node) => value::of_node(node, &param.ty).map(Some),
        };
        match read {
            Ok(default) => param.default = default,
            Err(more) => errors.extend(more),
        }
    }
    for (name, setting) in left {
        errors.push(SettingError::unknown(name, setting.name, &known));
    }
    if errors.is_empty() {
        Ok(file)
    } else {
        Err(errors)
    }
}

fn is_optional(ty: &ast::TypeExpr) -> bool {
    matches!(ty.kind, ast::TypeExprKind::Optional(_))
}
