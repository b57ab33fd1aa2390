//! Expressions and types on one line, or a call or list broken into several.

use super::Printer;
use super::page::Column;
use crate::ast::{Arg, BinaryOp, Expr, ExprKind, Name, TypeExpr, TypeExprKind, UnaryOp};

/// Where a line stands in a column, if it does.
pub(super) type Alignment = Option<(Column, usize)>;

impl Printer<'_> {
    /// Writes `before EXPR behind`, on one line where it fits.
    pub fn put(&mut self, before: &str, expr: &Expr, behind: &str, alignment: Alignment) {
        let flat = format!("{before}{}{behind}", self.expr(expr));
        let fits = flat.chars().count() <= self.page.room();
        if !fits && !self.is_grouped(expr) && self.put_broken(before, expr, behind) {
            return;
        }
        match alignment {
            Some((column, at)) => self.page.aligned(flat, column, at),
            None => self.page.line(flat),
        }
    }

    /// Writes a call an argument a line, or a list in lines that are filled; else says that it cannot.
    fn put_broken(&mut self, before: &str, expr: &Expr, behind: &str) -> bool {
        if let ExprKind::Call { args, .. } = &expr.kind
            && !args.is_empty()
        {
            let head = self.call_head(expr);
            self.page.line(format!("{before}{head}("));
            self.page.indent();
            for arg in args {
                self.put(&label(arg.name.as_ref()), &arg.value, ",", None);
            }
            self.page.outdent();
            self.page.line(format!("){behind}"));
            return true;
        }
        if let ExprKind::List(items) = &expr.kind
            && !items.is_empty()
        {
            self.page.line(format!("{before}["));
            self.page.indent();
            self.fill(items);
            self.page.outdent();
            self.page.line(format!("]{behind}"));
            return true;
        }
        false
    }

    /// As many items a line as fit.
    fn fill(&mut self, items: &[Expr]) {
        let mut line = String::new();
        for item in items {
            let text = format!("{},", self.expr(item));
            if !line.is_empty()
                && line.chars().count() + 1 + text.chars().count() > self.page.room()
            {
                self.page.line(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&text);
        }
        self.page.line(line);
    }

    pub fn expr(&self, expr: &Expr) -> String {
        let bare = self.bare(expr);
        if self.is_grouped(expr) {
            format!("({bare})")
        } else {
            bare
        }
    }

    /// Without the parentheses around it.
    fn bare(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_) => self.written(expr.span).to_owned(),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Name(name) => name.clone(),
            ExprKind::It => "it".to_owned(),
            ExprKind::Field { of, field } => format!("{}.{}", self.expr(of), field.node),
            ExprKind::Pick { of, keys } => {
                let keys = keys
                    .iter()
                    .map(|(name, key)| self.labelled(name.as_ref(), key));
                format!("{}[{}]", self.expr(of), joined(keys))
            }
            ExprKind::Call { args, .. } => format!("{}({})", self.call_head(expr), self.args(args)),
            ExprKind::List(items) => {
                format!("[{}]", joined(items.iter().map(|item| self.expr(item))))
            }
            ExprKind::Range {
                start,
                end,
                inclusive,
                step,
            } => {
                let dots = if *inclusive { "..=" } else { ".." };
                let range = format!("{}{dots}{}", self.expr(start), self.expr(end));
                match step {
                    Some(step) => format!("{range} step {}", self.expr(step)),
                    None => range,
                }
            }
            ExprKind::Where { list, filter } => {
                format!("{} where {}", self.expr(list), self.expr(filter))
            }
            ExprKind::Unary { op, operand } => format!("{}{}", unary(*op), self.expr(operand)),
            ExprKind::Binary { op, left, right } => {
                format!("{} {} {}", self.expr(left), binary(*op), self.expr(right))
            }
        }
    }

    fn args(&self, args: &[Arg]) -> String {
        joined(
            args.iter()
                .map(|arg| self.labelled(arg.name.as_ref(), &arg.value)),
        )
    }

    fn labelled(&self, name: Option<&Name>, value: &Expr) -> String {
        format!("{}{}", label(name), self.expr(value))
    }

    /// What stands before the parenthesis of a call.
    fn call_head(&self, expr: &Expr) -> String {
        let ExprKind::Call { callee, types, .. } = &expr.kind else {
            return String::new();
        };
        if types.is_empty() {
            return callee.node.clone();
        }
        format!(
            "{}<{}>",
            callee.node,
            joined(types.iter().map(|ty| self.ty(ty)))
        )
    }

    /// Whether it stands in parentheses of its own: then its place begins before all that is in it.
    fn is_grouped(&self, expr: &Expr) -> bool {
        let first = match &expr.kind {
            ExprKind::Field { of, .. } | ExprKind::Pick { of, .. } => Some(of),
            ExprKind::Range { start, .. } => Some(start),
            ExprKind::Where { list, .. } => Some(list),
            ExprKind::Binary { left, .. } => Some(left),
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Text(_)
            | ExprKind::Duration(_)
            | ExprKind::Size(_)
            | ExprKind::Name(_)
            | ExprKind::It
            | ExprKind::Call { .. }
            | ExprKind::List(_)
            | ExprKind::Unary { .. } => None,
        };
        let opens = self.written(expr.span).starts_with('(');
        opens && first.is_none_or(|first| first.span.start > expr.span.start)
    }

    pub fn ty(&self, ty: &TypeExpr) -> String {
        match &ty.kind {
            TypeExprKind::Named(name) => name.clone(),
            TypeExprKind::List(item) => format!("[{}]", self.ty(item)),
            TypeExprKind::Optional(inner) => format!("{}?", self.ty(inner)),
            TypeExprKind::Enum(words) => {
                let words: Vec<_> = words.iter().map(|word| self.written(word.span)).collect();
                words.join(" | ")
            }
        }
    }
}

fn label(name: Option<&Name>) -> String {
    name.map_or_else(String::new, |name| format!("{}: ", name.node))
}

pub(super) fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "!",
        UnaryOp::Minus => "-",
    }
}

fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Else => "??",
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}
