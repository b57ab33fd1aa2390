//! Whether a value can stand where a type is wanted, and what to say where it cannot.

use super::{BranchError, Checker, Place, TypeError};
use crate::ast;
use crate::hir::{AxisId, Expr, ExprKind, Loop};
use crate::resolve::did_you_mean;
use crate::source::Span;
use crate::types::{Type, Value};

impl Checker<'_> {
    /// Checks an expression that must be of a type.
    pub(super) fn expect(&mut self, expr: &ast::Expr, place: Place, wanted: &Type) -> Option<Expr> {
        let found = self.expr(expr, place, Some(wanted))?;
        self.fit(found, place, wanted)
    }

    pub(super) fn fit(&mut self, found: Expr, place: Place, wanted: &Type) -> Option<Expr> {
        if let (Type::Enum(words), ExprKind::Constant(Value::String(text))) = (wanted, &found.kind)
            && !words.contains(text)
        {
            let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            self.error(TypeError::NotInEnumeration {
                text: text.clone(),
                words: quoted.join(", "),
                span: found.span,
                help: did_you_mean(text, words.iter().map(String::as_str)),
            });
            return None;
        }
        if fits(&found, wanted) {
            return Some(Expr {
                ty: wanted.clone(),
                ..found
            });
        }
        let error = self.misfit(&found, place, wanted);
        self.error(error);
        None
    }

    fn misfit(&self, found: &Expr, place: Place, wanted: &Type) -> TypeError {
        if found.ty.is_optional() && can_become(found.ty.present(), wanted) {
            let instead = format!("declare what takes it as `{wanted}?`");
            return super::branch::unhandled(found, wanted, &instead).into();
        }
        if let (Type::List(item), ExprKind::Gather { of, over }) = (&found.ty, &found.kind)
            && can_become(item, wanted)
        {
            return self.list_for_one(found.span, of, over, wanted);
        }
        if let Type::List(item) = wanted
            && can_become(&found.ty, item)
        {
            return self.one_for_list(found, place, wanted);
        }
        let in_words = if wanted == &Type::Duration {
            "a duration".to_owned()
        } else if wanted == &Type::Size {
            "a size".to_owned()
        } else {
            format!("`{wanted}`")
        };
        TypeError::WrongType {
            wanted: in_words,
            found: self.described(found),
            span: found.span,
            declared: None,
            help: hint(&found.ty, wanted),
        }
    }

    fn list_for_one(&self, span: Span, of: &Expr, over: &[AxisId], wanted: &Type) -> TypeError {
        let axes: Vec<_> = over.iter().map(|id| self.collection(*id)).collect();
        let made = over
            .first()
            .and_then(|id| self.program.axes.get(id.0))
            .map_or(span, |axis| axis.variable.span);
        TypeError::ListForOne {
            wanted: wanted.to_string(),
            found: format!("`{} over {}`", of.ty, axes.join(" × ")),
            span,
            made,
            loops: plural_loops(&axes),
            help: format!(
                "move this into {} for one value each, or declare what takes it as `[{wanted}]` for the list",
                plural_loops(&axes)
            ),
        }
    }

    fn one_for_list(&self, found: &Expr, place: Place, wanted: &Type) -> TypeError {
        let inner: Vec<_> = self.shared_loops(found, place.loops());
        let help = match inner.last() {
            Some(each) => format!(
                "move this out of `for {} in {}` to take the list over it, or write `[…]` for a list of this one",
                each.variable.node,
                self.collection(each.axis)
            ),
            None => "write `[…]` for a list of this one, or declare the type without the brackets"
                .to_owned(),
        };
        TypeError::OneForList {
            wanted: wanted.to_string(),
            found: self.described(found).trim_matches('`').to_owned(),
            span: found.span,
            declared: None,
            help,
        }
    }

    /// The loops that a value was made in and is used in.
    fn shared_loops(&self, found: &Expr, loops: &[Loop]) -> Vec<Loop> {
        let made = self.loops_of(found);
        let shared = loops
            .iter()
            .filter(|each| made.iter().any(|it| it.axis == each.axis));
        shared.cloned().collect()
    }

    /// A type with its article of axes: `File over seeds × models`.
    fn described(&self, found: &Expr) -> String {
        let ExprKind::Gather { of, over } = &found.kind else {
            return format!("`{}`", found.ty);
        };
        let axes: Vec<_> = over.iter().map(|id| self.collection(*id)).collect();
        format!("`{} over {}`", of.ty, axes.join(" × "))
    }

    /// The collection of an axis as written.
    pub(super) fn collection(&self, id: AxisId) -> String {
        let axis = self.program.axes.get(id.0);
        axis.map_or_else(String::new, |axis| axis.collection.to_string())
    }
}

fn plural_loops(axes: &[String]) -> String {
    match axes {
        [one] => format!("the loop over `{one}`"),
        _ => format!("the loops over `{}`", axes.join("` and `")),
    }
}

/// Whether a value can stand where this type is wanted.
fn fits(found: &Expr, wanted: &Type) -> bool {
    let text = matches!(
        found.kind,
        ExprKind::Constant(Value::String(_)) | ExprKind::Template(_)
    );
    match wanted {
        Type::File | Type::Dir | Type::Enum(_) if text && found.ty == Type::String => {
            // Words were compared before; a template may give any.
            !matches!(
                (wanted, &found.kind),
                (Type::Enum(_), ExprKind::Template(_))
            )
        }
        Type::Optional(inner) => {
            found.ty.is_optional() && can_become(found.ty.present(), inner) || fits(found, inner)
        }
        Type::Int
        | Type::Float
        | Type::Bool
        | Type::String
        | Type::File
        | Type::Dir
        | Type::Duration
        | Type::Size
        | Type::List(_)
        | Type::Record(_)
        | Type::Enum(_) => {
            // What needs an optional output does not run where that is absent.
            let ty = if is_output(found) {
                found.ty.present()
            } else {
                &found.ty
            };
            can_become(ty, wanted)
        }
    }
}

/// Whether it is what a call gives, whichever.
fn is_output(found: &Expr) -> bool {
    if let ExprKind::Choice(choice) = &found.kind {
        return choice.branches().all(is_output);
    }
    matches!(found.kind, ExprKind::Result { .. })
}

/// Whether every value of a type is one of the other, too.
pub(super) fn can_become(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Int, Type::Float) | (Type::Enum(_), Type::String) => true,
        (Type::List(found), Type::List(wanted)) => can_become(found, wanted),
        (Type::Enum(found), Type::Enum(wanted)) => found.iter().all(|word| wanted.contains(word)),
        (found, Type::Optional(wanted)) => can_become(found.present(), wanted),
        (found, wanted) => found == wanted,
    }
}

/// What to write instead, where that is clear.
fn hint(found: &Type, wanted: &Type) -> Option<String> {
    let text = match (found, wanted) {
        (Type::String, Type::File | Type::Dir) => {
            "a text that is a path is written as a template: `\"{name}\"`"
        }
        (Type::File | Type::Dir | Type::Int | Type::Float | Type::Bool, Type::String) => {
            "write it in quotes, and a name as a template: `\"{name}\"`"
        }
        (Type::Int | Type::Float, Type::Duration) => {
            "a duration has a unit: `30s`, `10m`, `2h`, `1d`"
        }
        (Type::Int | Type::Float, Type::Size) => "a size has a unit: `512MB`, `4GB`, `1TB`",
        (Type::String, Type::Bool) => "write `true` or `false`, without quotes",
        (Type::String, Type::Int | Type::Float) => "write a number, without quotes",
        (Type::String, Type::Duration) => {
            "a duration has units and no quotes: `30m`, `1h30m`, `2d12h`"
        }
        (Type::String, Type::Size) => "a size has no quotes: `512MB`, `4GB`, `1TB`",
        (Type::Float, Type::Int) => "write a whole number",
        (Type::List(item), one) if can_become(item, one) => {
            return Some(format!(
                "loop over the list for one value each, or declare this as `[{one}]` to take the list"
            ));
        }
        (Type::List(_), _) => "one value is never a list; loop over the list to take its items",
        _ => return None,
    };
    Some(text.to_owned())
}

impl TypeError {
    /// Points at what wants the type, too, where that is in the same text.
    pub(super) fn wanted_by(&mut self, name: Span) {
        if let Self::WrongType { span, declared, .. }
        | Self::OneForList { span, declared, .. }
        | Self::Branch(BranchError::UnhandledOptional { span, declared, .. }) = self
            && span.source == name.source
        {
            *declared = Some(name);
        }
    }

    /// A feature of the language that is planned, and what to write instead.
    pub(super) fn not_yet(what: impl Into<String>, help: impl Into<String>, span: Span) -> Self {
        Self::NotYet {
            what: what.into(),
            span,
            help: help.into(),
        }
    }
}
