//! The types of operators.

use super::{Checker, Place, TypeError};
use crate::ast;
use crate::hir::{BinaryOp, Expr, ExprKind, UnaryOp};
use crate::source::Span;
use crate::types::{Type, Value};

impl Checker<'_> {
    pub(super) fn unary(
        &mut self,
        op: ast::UnaryOp,
        operand: &ast::Expr,
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let found = self.expr(operand, place, None)?;
        let found = self.present(found)?;
        let (op, fits) = match op {
            ast::UnaryOp::Not => (UnaryOp::Not, found.ty == Type::Bool),
            ast::UnaryOp::Minus => (UnaryOp::Minus, is_number(&found.ty)),
        };
        if !fits {
            self.error(TypeError::Operands {
                operator: op.symbol(),
                operands: format!("`{}`", found.ty),
                span: operand.span,
                help: None,
            });
            return None;
        }
        let ty = found.ty.clone();
        // A negative number is a constant, so that it reads as one in messages.
        if let (UnaryOp::Minus, ExprKind::Constant(Value::Int(number))) = (op, &found.kind)
            && let Some(negative) = number.checked_neg()
        {
            let kind = ExprKind::Constant(Value::Int(negative));
            return Some(Expr { kind, ty, span });
        }
        let kind = ExprKind::Unary(op, Box::new(found));
        Some(Expr { kind, ty, span })
    }

    pub(super) fn binary(
        &mut self,
        op: ast::BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let Some(op) = lower(op) else {
            return self.or_else(left, right, span, place);
        };
        let left = self.expr(left, place, None);
        let right = self.expr(right, place, None);
        let (left, right) = (self.present(left?), self.present(right?));
        let (left, right) = (left?, right?);
        let Some(ty) = result(op, &left.ty, &right.ty) else {
            self.error(TypeError::Operands {
                operator: op.symbol(),
                operands: format!("`{}` and `{}`", left.ty, right.ty),
                span,
                help: hint(op, &left.ty, &right.ty),
            });
            return None;
        };
        let kind = ExprKind::Binary(op, Box::new(left), Box::new(right));
        Some(Expr { kind, ty, span })
    }
}

/// None: `??`.
fn lower(op: ast::BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        ast::BinaryOp::Else => return None,
        ast::BinaryOp::Or => BinaryOp::Or,
        ast::BinaryOp::And => BinaryOp::And,
        ast::BinaryOp::Equal => BinaryOp::Equal,
        ast::BinaryOp::NotEqual => BinaryOp::NotEqual,
        ast::BinaryOp::Less => BinaryOp::Less,
        ast::BinaryOp::LessEqual => BinaryOp::LessEqual,
        ast::BinaryOp::Greater => BinaryOp::Greater,
        ast::BinaryOp::GreaterEqual => BinaryOp::GreaterEqual,
        ast::BinaryOp::Add => BinaryOp::Add,
        ast::BinaryOp::Subtract => BinaryOp::Subtract,
        ast::BinaryOp::Multiply => BinaryOp::Multiply,
        ast::BinaryOp::Divide => BinaryOp::Divide,
    })
}

pub(super) fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Float)
}

/// Durations and sizes: numbers with a unit.
fn is_quantity(ty: &Type) -> bool {
    matches!(ty, Type::Duration | Type::Size)
}

/// The type of the result, if the operator takes these.
fn result(op: BinaryOp, left: &Type, right: &Type) -> Option<Type> {
    let numbers = is_number(left) && is_number(right);
    let number = if left == &Type::Int && right == &Type::Int {
        Type::Int
    } else {
        Type::Float
    };
    let alike = left == right;
    match op {
        BinaryOp::Or | BinaryOp::And => (alike && left == &Type::Bool).then_some(Type::Bool),
        BinaryOp::Equal | BinaryOp::NotEqual => {
            let words = |ty: &Type| matches!(ty, Type::String | Type::Enum(_));
            let fits = alike || numbers || (words(left) && words(right));
            fits.then_some(Type::Bool)
        }
        BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
            let ordered = is_quantity(left) || left == &Type::String;
            (numbers || alike && ordered).then_some(Type::Bool)
        }
        BinaryOp::Add | BinaryOp::Subtract if numbers => Some(number),
        BinaryOp::Add | BinaryOp::Subtract => (alike && is_quantity(left)).then(|| left.clone()),
        BinaryOp::Multiply if numbers => Some(number),
        BinaryOp::Multiply if is_quantity(left) && is_number(right) => Some(left.clone()),
        BinaryOp::Multiply => (is_number(left) && is_quantity(right)).then(|| right.clone()),
        BinaryOp::Divide if numbers || alike && is_quantity(left) => Some(Type::Float),
        BinaryOp::Divide => (is_quantity(left) && is_number(right)).then(|| left.clone()),
        BinaryOp::Else => unreachable!("`or_else` has the types of `??`"),
    }
}

fn hint(op: BinaryOp, left: &Type, right: &Type) -> Option<String> {
    let texts =
        matches!(left, Type::String | Type::File) || matches!(right, Type::String | Type::File);
    if op == BinaryOp::Add && texts {
        return Some("join texts in a template: `\"{a}{b}\"`".to_owned());
    }
    let mixed = is_quantity(left) && is_number(right) || is_number(left) && is_quantity(right);
    mixed.then(|| "give the number a unit: `30s`, `2h`, `512MB`, `4GB`".to_owned())
}
