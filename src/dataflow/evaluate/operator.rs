//! Operators on values; the types were checked before.

use std::cmp::Ordering;

use super::{Evaluator, Point};
use crate::dataflow::DataflowError;
use crate::hir::{BinaryOp, Expr, UnaryOp};
use crate::source::Span;
use crate::types::Value;

impl Evaluator<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Expr, point: &Point) -> Option<Value> {
        match (op, self.value(operand, point)?) {
            (UnaryOp::Not, Value::Bool(truth)) => Some(Value::Bool(!truth)),
            (UnaryOp::Minus, Value::Float(number)) => Some(Value::Float(-number)),
            (UnaryOp::Minus, Value::Int(number)) => {
                self.sound(number.checked_neg(), "-", operand.span)
            }
            (_, _) => None,
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        (left, right): (&Expr, &Expr),
        span: Span,
        point: &Point,
    ) -> Option<Value> {
        let left = self.value(left, point)?;
        // The right side may only make sense where the left one does not decide.
        match (op, &left) {
            (BinaryOp::And, Value::Bool(false)) | (BinaryOp::Or, Value::Bool(true)) => {
                return Some(left);
            }
            (BinaryOp::Else, left) if *left != Value::Absent => return Some(left.clone()),
            (_, _) => {}
        }
        let right = self.value(right, point)?;
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Else => Some(right),
            BinaryOp::Equal => Some(Value::Bool(order(&left, &right) == Some(Ordering::Equal))),
            BinaryOp::NotEqual => Some(Value::Bool(order(&left, &right) != Some(Ordering::Equal))),
            BinaryOp::Less => compared(&left, &right, Ordering::is_lt),
            BinaryOp::LessEqual => compared(&left, &right, Ordering::is_le),
            BinaryOp::Greater => compared(&left, &right, Ordering::is_gt),
            BinaryOp::GreaterEqual => compared(&left, &right, Ordering::is_ge),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                self.arithmetic(op, (&left, &right), span)
            }
        }
    }

    fn arithmetic(
        &mut self,
        op: BinaryOp,
        (left, right): (&Value, &Value),
        span: Span,
    ) -> Option<Value> {
        if let (Value::Int(left), Value::Int(right)) = (left, right)
            && let Some(exact) = whole(op, *left, *right)
        {
            return self.sound(exact, op.symbol(), span);
        }
        let (amount, divisor) = (number(left)?, number(right)?);
        if op == BinaryOp::Divide && divisor == 0.0 {
            self.errors.push(DataflowError::DivisionByZero { span });
            return None;
        }
        let result = fractional(op, amount, divisor)?;
        Some(match (op, left, right) {
            (BinaryOp::Divide, Value::Duration(_), Value::Duration(_))
            | (BinaryOp::Divide, Value::Size(_), Value::Size(_)) => Value::Float(result),
            (_, Value::Duration(_), _) | (_, _, Value::Duration(_)) => Value::Duration(result),
            (_, Value::Size(_), _) | (_, _, Value::Size(_)) => Value::Size(result),
            (_, _, _) => Value::Float(result),
        })
    }

    /// A whole number, if it fits.
    pub(super) fn sound(
        &mut self,
        exact: Option<i64>,
        operator: &'static str,
        span: Span,
    ) -> Option<Value> {
        if exact.is_none() {
            self.errors.push(DataflowError::Overflow { operator, span });
        }
        exact.map(Value::Int)
    }
}

/// An operation on whole numbers that gives one, if it fits; None for others.
fn whole(op: BinaryOp, left: i64, right: i64) -> Option<Option<i64>> {
    match op {
        BinaryOp::Add => Some(left.checked_add(right)),
        BinaryOp::Subtract => Some(left.checked_sub(right)),
        BinaryOp::Multiply => Some(left.checked_mul(right)),
        BinaryOp::Divide
        | BinaryOp::Else
        | BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => None,
    }
}

fn fractional(op: BinaryOp, left: f64, right: f64) -> Option<f64> {
    match op {
        BinaryOp::Add => Some(left + right),
        BinaryOp::Subtract => Some(left - right),
        BinaryOp::Multiply => Some(left * right),
        BinaryOp::Divide => Some(left / right),
        BinaryOp::Or
        | BinaryOp::Else
        | BinaryOp::And
        | BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => None,
    }
}

/// The amount of a number, of a duration in seconds, of a size in bytes.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) | Value::Duration(number) | Value::Size(number) => Some(*number),
        Value::Bool(_)
        | Value::String(_)
        | Value::File(_)
        | Value::Dir(_)
        | Value::List(_)
        | Value::Record(..)
        | Value::Absent => None,
    }
}

pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (left, right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => left.partial_cmp(&right),
            (_, _) => (left == right).then_some(Ordering::Equal),
        },
    }
}

fn compared(left: &Value, right: &Value, holds: fn(Ordering) -> bool) -> Option<Value> {
    Some(Value::Bool(order(left, right).is_some_and(holds)))
}
