//! Functions on values; the types were checked before.

use std::cmp::Ordering;

use super::operator::{number, order};
use super::{Evaluator, Point, written};
use crate::dataflow::DataflowError;
use crate::dataflow::sources::{self, SourceError};
use crate::hir::{Expr, Function, Range};
use crate::source::Span;
use crate::types::{Type, Value};

impl Evaluator<'_> {
    pub(super) fn function(
        &mut self,
        function: Function,
        args: &[Expr],
        whole: &Expr,
        point: &Point,
    ) -> Option<Value> {
        let span = whole.span;
        match function {
            Function::Csv | Function::Json | Function::Lines => {
                self.listed(function, (args, point), whole)
            }
            Function::Glob => self.globbed(args.first()?, whole, point),
            Function::Other => self.value(args.first()?, point),
            Function::Range => self.numbers(&range(args)?, point),
            Function::Exists => self.is_there(args.first()?, point).map(Value::Bool),
            Function::Size => self.size(args.first()?, span, point),
            Function::Unique => {
                let items = self.value(args.first()?, point)?.into_list()?;
                Some(Value::List(unique(items)))
            }
            Function::Batch | Function::Zip => {
                let instead = "loop over it: `for x, y in zip(xs, ys)`, `for part in batch(xs, 4)`";
                self.planned(&format!("`{function}` is"), instead, span)
            }
            Function::Name => self.path_part(args, point, |path| path.name),
            Function::Stem => self.path_part(args, point, |path| path.stem),
            Function::Ext => self.path_part(args, point, |path| path.ext),
            Function::Parent => self.path_part(args, point, |path| path.parent),
            Function::Len | Function::Sum | Function::Min | Function::Max => {
                let values = self.all(args, point)?;
                self.folded(function, values, span)
            }
            Function::Rem => {
                let values = self.all(args, point)?;
                self.rem(&values, span)
            }
            Function::Hash
            | Function::Join
            | Function::Match
            | Function::Pad
            | Function::Replace
            | Function::Split => {
                let values = self.all(args, point)?;
                of_text(function, &values)
            }
        }
    }

    /// Files, or records of what a pattern captures of their names.
    fn globbed(&mut self, pattern: &Expr, whole: &Expr, point: &Point) -> Option<Value> {
        let text = self.text(pattern, point)?;
        if let Some(record) = whole.ty.item().and_then(Type::record) {
            let record = self.program.records.get(record)?;
            let written = (text.as_str(), pattern.span);
            let rows = sources::captured(&mut self.outside, written, record);
            return self.kept(rows).map(Value::List);
        }
        let found = self.outside.glob(&text, whole.span);
        let found = self.kept(found.map_err(|error| vec![error]))?;
        Some(Value::List(found.into_iter().map(Value::File).collect()))
    }

    /// Of what may be absent whether it is there; of another path whether the file is.
    fn is_there(&mut self, arg: &Expr, point: &Point) -> Option<bool> {
        if arg.ty.is_optional() {
            return Some(self.value(arg, point)? != Value::Absent);
        }
        let path = self.text(arg, point)?;
        Some(self.outside.files.exists(&path))
    }

    fn path_part(
        &mut self,
        args: &[Expr],
        point: &Point,
        part: for<'t> fn(PathParts<'t>) -> &'t str,
    ) -> Option<Value> {
        let path = self.text(args.first()?, point)?;
        Some(Value::String(part(PathParts::of(&path)).to_owned()))
    }

    fn size(&mut self, path: &Expr, span: Span, point: &Point) -> Option<Value> {
        let path = self.text(path, point)?;
        let size = self.outside.files.size(&path).map_err(|error| {
            let reason = crate::dataflow::sources::reason(&error);
            vec![DataflowError::from(SourceError::Unreadable {
                path,
                reason,
                span,
            })]
        });
        self.kept(size).map(|bytes| Value::Size(bytes as f64))
    }

    fn rem(&mut self, values: &[Value], span: Span) -> Option<Value> {
        match values {
            [Value::Int(_), Value::Int(0)] => {
                self.errors.push(DataflowError::DivisionByZero { span });
                None
            }
            [Value::Int(left), Value::Int(right)] => {
                self.sound(left.checked_rem_euclid(*right), "rem", span)
            }
            _ => None,
        }
    }

    /// Functions of a list, or of several numbers.
    fn folded(&mut self, function: Function, values: Vec<Value>, span: Span) -> Option<Value> {
        if let [Value::String(text)] = values.as_slice() {
            return i64::try_from(text.chars().count()).ok().map(Value::Int);
        }
        let items = match <[Value; 1]>::try_from(values) {
            Ok([Value::List(items)]) => items,
            Ok(single) => single.into(),
            Err(several) => several,
        };
        if function == Function::Len {
            i64::try_from(items.len()).ok().map(Value::Int)
        } else if function == Function::Sum {
            self.sum(&items, span)
        } else {
            self.extreme(items, function, span)
        }
    }

    fn sum(&mut self, items: &[Value], span: Span) -> Option<Value> {
        let mut total: Option<Value> = None;
        for item in items {
            total = Some(match (total, item) {
                (None, item) => item.clone(),
                (Some(Value::Int(left)), Value::Int(right)) => {
                    self.sound(left.checked_add(*right), "sum", span)?
                }
                (Some(Value::Duration(left)), item) => Value::Duration(left + number(item)?),
                (Some(Value::Size(left)), item) => Value::Size(left + number(item)?),
                (Some(left), item) => Value::Float(number(&left)? + number(item)?),
            });
        }
        Some(total.unwrap_or(Value::Int(0)))
    }

    /// `min` or `max`.
    fn extreme(&mut self, items: Vec<Value>, function: Function, span: Span) -> Option<Value> {
        let better = if function == Function::Min {
            Ordering::Less
        } else {
            Ordering::Greater
        };
        let best = items.into_iter().reduce(|best, item| {
            let wins = order(&item, &best) == Some(better);
            if wins { item } else { best }
        });
        if best.is_none() {
            let function = function.word();
            self.errors
                .push(DataflowError::EmptyList { function, span });
        }
        best
    }
}

/// `range(start, end, step)` as the range that it means.
pub(in crate::dataflow) fn range(args: &[Expr]) -> Option<Range> {
    let mut args = args.iter().cloned();
    Some(Range {
        start: args.next()?,
        end: args.next()?,
        inclusive: false,
        step: args.next(),
    })
}

/// The parts of a path, as text.
struct PathParts<'p> {
    parent: &'p str,
    name: &'p str,
    stem: &'p str,
    ext: &'p str,
}

impl<'p> PathParts<'p> {
    fn of(path: &'p str) -> Self {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        // A leading dot hides a file; it does not begin an extension.
        let split = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
        let (stem, ext) = split.unwrap_or((name, ""));
        Self {
            parent,
            name,
            stem,
            ext,
        }
    }
}

/// Each item once, where it first stands.
fn unique(items: Vec<Value>) -> Vec<Value> {
    let mut seen = Vec::new();
    for item in items {
        if !seen.contains(&item) {
            seen.push(item);
        }
    }
    seen
}

fn of_text(function: Function, values: &[Value]) -> Option<Value> {
    match (function, values) {
        (Function::Hash, [value]) => {
            let digest = blake3::hash(written(value).as_bytes());
            Some(Value::String(digest.to_hex().chars().take(16).collect()))
        }
        (Function::Join, [Value::List(items), separator]) => {
            let texts: Vec<_> = items.iter().map(written).collect();
            Some(Value::String(texts.join(&written(separator))))
        }
        (Function::Match, [text, pattern]) => {
            let pattern = glob::Pattern::new(&written(pattern)).ok()?;
            Some(Value::Bool(pattern.matches(&written(text))))
        }
        (Function::Pad, [Value::Int(number), Value::Int(width)]) => {
            let width = usize::try_from(*width).unwrap_or(0);
            Some(Value::String(format!("{number:0width$}")))
        }
        (Function::Replace, [text, old, new]) => {
            let text = written(text).replace(&written(old), &written(new));
            Some(Value::String(text))
        }
        (Function::Split, [text, separator]) => {
            let (text, separator) = (written(text), written(separator));
            let parts = text.split(separator.as_str());
            Some(Value::List(
                parts.map(|it| Value::String(it.to_owned())).collect(),
            ))
        }
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        let parts = |path| {
            let PathParts {
                parent,
                name,
                stem,
                ext,
            } = PathParts::of(path);
            [parent, name, stem, ext]
        };
        assert_eq!(parts("raw/a.b.fq"), ["raw", "a.b.fq", "a.b", "fq"]);
        assert_eq!(parts(".hidden"), ["", ".hidden", ".hidden", ""]);
    }
}
