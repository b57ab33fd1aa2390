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

/// A value, the place of the name that it is given to, and its own.
type Setting = (Given, Span, Span);

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
        let key = Span::new(id, 0, name.len());
        let span = Span::new(id, name.len() + 1, assignment.len());
        let given = Given::Text(text.to_owned());
        self.given
            .insert(name.trim().to_owned(), (given, key, span));
        Ok(())
    }

    /// The object of a `--params` file; `name` is its path.
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
        let object: IndexMap<String, Json> =
            serde_json::from_str(text).map_err(|error| value::no_object(text, &error, id))?;
        for (param, value) in object {
            let span = value::place(text, &param, id);
            self.given.insert(param, (Given::Json(value), span, span));
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
    let mut left: IndexMap<&str, &Setting> = IndexMap::new();
    left.extend(
        settings
            .given
            .iter()
            .map(|(name, given)| (name.as_str(), given)),
    );
    let mut known = Vec::new();
    for item in &mut file.items {
        let ItemKind::Param(param) = &mut item.kind else {
            continue;
        };
        if let Some((given, _, span)) = left.swap_remove(param.name.node.as_str()) {
            if matches!(given, Given::Json(Json::Null)) && is_optional(&param.ty) {
                param.default = None;
                known.push(param.name.node.as_str());
                continue;
            }
            let read = match given {
                Given::Text(text) => value::of_text(text, &param.ty, *span, texts),
                Given::Json(json) => value::of_json(json, &param.ty, *span),
            };
            match read {
                Ok(expr) => param.default = Some(expr),
                Err(more) => errors.extend(more),
            }
        }
        known.push(param.name.node.as_str());
    }
    for (name, (_, span, _)) in left {
        errors.push(SettingError::unknown(name, *span, &known));
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
