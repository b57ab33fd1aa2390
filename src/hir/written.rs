//! Expressions as text: for people, and as the identity of a collection.
//!
//! Two loops run over one axis if their collections have one identity: the same expression over the
//! same resolved names, wherever it stands.

use std::fmt::{self, Display, Write};

use super::{BinaryOp, Choice, Expr, ExprKind, PickKey, Range, TextPart, UnaryOp};
use crate::types::Value;

impl Expr {
    /// Equal for expressions that are equal in their resolved names.
    pub fn identity(&self) -> String {
        let by_id = Written {
            expr: self,
            names: Names::Ids,
        };
        by_id.to_string()
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let as_written = Written {
            expr: self,
            names: Names::AsWritten,
        };
        as_written.fmt(f)
    }
}

/// How names are told apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    AsWritten,
    Ids,
}

struct Written<'a> {
    expr: &'a Expr,
    names: Names,
}

impl<'a> Written<'a> {
    fn part(&self, expr: &'a Expr) -> Self {
        Self {
            expr,
            names: self.names,
        }
    }

    fn name(&self, f: &mut fmt::Formatter<'_>, name: &str, kind: char, id: usize) -> fmt::Result {
        match self.names {
            Names::AsWritten => f.write_str(name),
            Names::Ids => write!(f, "{kind}#{id}"),
        }
    }

    fn list(&self, f: &mut fmt::Formatter<'_>, items: &'a [Expr]) -> fmt::Result {
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            self.part(item).fmt(f)?;
        }
        Ok(())
    }

    fn keys(&self, f: &mut fmt::Formatter<'_>, keys: &'a [PickKey]) -> fmt::Result {
        f.write_char('[')?;
        for (at, key) in keys.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            if self.names == Names::Ids {
                write!(f, "i#{}: ", key.axis.0)?;
            }
            self.part(&key.key).fmt(f)?;
        }
        f.write_char(']')
    }

    fn range(&self, f: &mut fmt::Formatter<'_>, range: &'a Range) -> fmt::Result {
        self.operand(f, &range.start)?;
        f.write_str(if range.inclusive { "..=" } else { ".." })?;
        self.operand(f, &range.end)?;
        match &range.step {
            Some(step) => write!(f, " step {}", self.part(step)),
            None => Ok(()),
        }
    }

    /// What a name stands for is a part of its identity.
    fn choices(&self, f: &mut fmt::Formatter<'_>, choice: &'a Choice) -> fmt::Result {
        match self.names {
            Names::AsWritten => Ok(()),
            Names::Ids => choice
                .branches()
                .try_for_each(|branch| write!(f, "|{}", self.part(branch))),
        }
    }

    /// In parentheses where it is made of operands itself.
    fn operand(&self, f: &mut fmt::Formatter<'_>, expr: &'a Expr) -> fmt::Result {
        match &expr.kind {
            ExprKind::Binary(..) | ExprKind::Range(_) => write!(f, "({})", self.part(expr)),
            ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Bound(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Result { .. }
            | ExprKind::Gather { .. }
            | ExprKind::Pick { .. }
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::List(_)
            | ExprKind::Unary(..)
            | ExprKind::Choice(_)
            | ExprKind::Function(..) => self.part(expr).fmt(f),
        }
    }

    fn template(&self, f: &mut fmt::Formatter<'_>, parts: &'a [TextPart]) -> fmt::Result {
        f.write_char('"')?;
        for part in parts {
            match part {
                TextPart::Literal(text) => escaped(f, text)?,
                TextPart::Hole(expr) => write!(f, "{{{}}}", self.part(expr))?,
            }
        }
        f.write_char('"')
    }
}

impl Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expr.kind {
            ExprKind::Constant(value) => constant(f, value),
            ExprKind::Template(parts) => self.template(f, parts),
            ExprKind::Param(id, name) => self.name(f, name, 'p', id.0),
            ExprKind::Bound(id, name) => self.name(f, name, 'v', id.0),
            ExprKind::Item(id, name) => self.name(f, name, 'i', id.0),
            ExprKind::Input(name) => f.write_str(name),
            ExprKind::Result {
                call,
                output,
                written,
            } => match self.names {
                Names::AsWritten => f.write_str(written),
                Names::Ids => write!(f, "c#{}.{output}", call.0),
            },
            ExprKind::Gather { of, over } => {
                self.part(of).fmt(f)?;
                match self.names {
                    Names::AsWritten => Ok(()),
                    Names::Ids => over.iter().try_for_each(|axis| write!(f, "*{}", axis.0)),
                }
            }
            ExprKind::Pick { of, keys } => {
                self.operand(f, of)?;
                self.keys(f, keys)
            }
            ExprKind::Field { of, field, .. } => {
                self.operand(f, of)?;
                write!(f, ".{field}")
            }
            ExprKind::Record(name, values) => {
                write!(f, "{name}(")?;
                self.list(f, values)?;
                f.write_char(')')
            }
            ExprKind::List(items) => {
                f.write_char('[')?;
                self.list(f, items)?;
                f.write_char(']')
            }
            ExprKind::Range(range) => self.range(f, range),
            ExprKind::Unary(op, operand) => {
                f.write_str(op.symbol())?;
                self.operand(f, operand)
            }
            ExprKind::Binary(op, left, right) => {
                self.operand(f, left)?;
                write!(f, " {} ", op.symbol())?;
                self.operand(f, right)
            }
            ExprKind::Choice(choice) => {
                self.name(f, &choice.name, 'o', choice.condition.0)?;
                self.choices(f, choice)
            }
            ExprKind::Function(function, args) => {
                write!(f, "{function}")?;
                if self.names == Names::Ids {
                    write!(f, "<{}>", self.expr.ty)?;
                }
                f.write_char('(')?;
                self.list(f, args)?;
                f.write_char(')')
            }
        }
    }
}

impl UnaryOp {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Not => "!",
            Self::Minus => "-",
        }
    }
}

impl BinaryOp {
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Else => "??",
        }
    }
}

fn escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for letter in text.chars() {
        match letter {
            '{' => f.write_str("{{")?,
            '}' => f.write_str("}}")?,
            '"' | '\\' => write!(f, "\\{letter}")?,
            _ => f.write_char(letter)?,
        }
    }
    Ok(())
}

fn constant(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Int(number) => write!(f, "{number}"),
        Value::Float(number) => write!(f, "{number:?}"),
        Value::Bool(truth) => write!(f, "{truth}"),
        Value::String(text) | Value::File(text) | Value::Dir(text) => {
            f.write_char('"')?;
            escaped(f, text)?;
            f.write_char('"')
        }
        Value::Duration(seconds) => write!(f, "{seconds}s"),
        Value::Size(bytes) => write!(f, "{bytes}B"),
        Value::List(items) => {
            f.write_char('[')?;
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    f.write_str(", ")?;
                }
                constant(f, item)?;
            }
            f.write_char(']')
        }
        Value::Record(name, _) => write!(f, "{name}(…)"),
        Value::Absent => f.write_str("absent"),
    }
}
