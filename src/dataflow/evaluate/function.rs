//! Functions on values; the types were checked before.

use super::operator::{number, order};
use super::{Evaluator, Point, written};
use crate::dataflow::DataflowError;
use crate::dataflow::sources::SourceError;
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
            Function::Csv | Function::Json | Function::Lines => self.listed(function, args, whole),
            Function::Glob => {
                let pattern = self.text(args.first()?, point)?;
                let found = self
                    .outside
                    .glob(&pattern, span)
                    .map_err(|error| vec![error]);
                let found = self.kept(found)?;
                Some(Value::List(found.into_iter().map(Value::File).collect()))
            }
            Function::Other => self.value(args.first()?, point),
            Function::Range => self.numbers(&range(args)?, point),
            Function::Exists => {
                let path = self.text(args.first()?, point)?;
                Some(Value::Bool(self.outside.files.exists(&path)))
            }
            Function::Size => self.size(args.first()?, span, point),
            Function::Batch | Function::Unique | Function::Zip => {
                self.planned(&format!("`{function}` is"), span)
            }
            Function::Name | Function::Stem | Function::Ext | Function::Parent => {
                let path = self.text(args.first()?, point)?;
                Some(Value::String(path_part(function, &path).to_owned()))
            }
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
        #[expect(clippy::cast_precision_loss, reason = "sizes are computed with")]
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
        let items = match values.as_slice() {
            [Value::List(_)] => match values.into_iter().next() {
                Some(Value::List(items)) => items,
                _ => return None,
            },
            [Value::String(text)] if function == Function::Len => {
                return i64::try_from(text.chars().count()).ok().map(Value::Int);
            }
            _ => values,
        };
        match function {
            Function::Len => i64::try_from(items.len()).ok().map(Value::Int),
            Function::Sum => self.sum(&items, span),
            Function::Min => self.extreme(items, "min", span, std::cmp::Ordering::is_lt),
            _ => self.extreme(items, "max", span, std::cmp::Ordering::is_gt),
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

    fn extreme(
        &mut self,
        items: Vec<Value>,
        function: &'static str,
        span: Span,
        better: fn(std::cmp::Ordering) -> bool,
    ) -> Option<Value> {
        let best = items.into_iter().reduce(|best, item| {
            let wins = order(&item, &best).is_some_and(better);
            if wins { item } else { best }
        });
        if best.is_none() {
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

/// A part of a path, as text.
fn path_part(function: Function, path: &str) -> &str {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let dot = name.rfind('.').filter(|at| *at > 0);
    match function {
        Function::Name => name,
        Function::Stem => dot.and_then(|at| name.get(..at)).unwrap_or(name),
        Function::Ext => dot.and_then(|at| name.get(at + 1..)).unwrap_or(""),
        _ => parent,
    }
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

/// The type of the items of a list.
pub(in crate::dataflow) fn item_type(list: &Type) -> Type {
    match list {
        Type::List(item) => (**item).clone(),
        single => single.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path() {
        let parts = |path| {
            [
                Function::Parent,
                Function::Name,
                Function::Stem,
                Function::Ext,
            ]
            .map(|function| path_part(function, path))
        };
        assert_eq!(parts("raw/a.b.fq"), ["raw", "a.b.fq", "a.b", "fq"]);
        assert_eq!(parts(".hidden"), ["", ".hidden", ".hidden", ""]);
    }
}
