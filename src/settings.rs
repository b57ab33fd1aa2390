//! Params that are set from outside: `--set NAME=TEXT` and `--params FILE`.
//!
//! Takes a program as written and [`Settings`]; gives the program with the defaults of those params
//! replaced by what was set, as if the user had written it there. The passes that follow know
//! nothing of settings, and their errors point into what was set.

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::ast::{self, ItemKind};
use crate::source::{Source, Sources, Span};

mod error;
mod value;

pub use error::SettingError;

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
    Json(Json),
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

    /// The object of a `--params` file; `name` is its path, `json` its text, or of another format what that says as JSON.
    pub fn params(
        &mut self,
        name: &str,
        text: &str,
        json: &str,
        texts: &mut Sources,
    ) -> Result<(), SettingError> {
        let id = texts.add(Source {
            name: name.to_owned(),
            text: text.to_owned(),
        });
        let object: IndexMap<String, Json> =
            serde_json::from_str(json).map_err(|error| value::no_object(text, json, &error, id))?;
        for (param, value) in object {
            let place = value::place(text, &param, id);
            let setting = Setting {
                given: Given::Json(value),
                name: place,
                value: place,
            };
            self.given.insert(param, setting);
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
            Given::Json(Json::Null) if is_optional(&param.ty) => Ok(None),
            Given::Json(json) => value::of_json(json, &param.ty, *value).map(Some),
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
