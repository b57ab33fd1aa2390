//! What expressions are made of.

use super::{Expr, ExprKind, TextPart};

impl Expr {
    /// The expressions directly inside of this one, to change them.
    pub fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            ExprKind::Constant(_)
            | ExprKind::Param(..)
            | ExprKind::Bound(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Result { .. } => Vec::new(),
            ExprKind::Template(parts) => parts.iter_mut().filter_map(hole).collect(),
            ExprKind::Gather { of, .. } | ExprKind::Field { of, .. } => vec![of],
            ExprKind::Pick { of, keys } => {
                let keys = keys.iter_mut().map(|it| &mut it.key);
                std::iter::once(&mut **of).chain(keys).collect()
            }
            ExprKind::Unary(_, operand) => vec![operand],
            ExprKind::Binary(_, left, right) => vec![left, right],
            ExprKind::Record(_, parts) | ExprKind::List(parts) | ExprKind::Function(_, parts) => {
                parts.iter_mut().collect()
            }
            ExprKind::Range(range) => {
                let ends = [&mut range.start, &mut range.end].into_iter();
                ends.chain(&mut range.step).collect()
            }
            ExprKind::Choice(choice) => choice
                .then
                .iter_mut()
                .chain(&mut choice.otherwise)
                .collect(),
        }
    }
}

impl Expr {
    /// Whether it reads an input of the process whose clause it is.
    pub fn reads_input(&self) -> bool {
        match &self.kind {
            ExprKind::Input(_) => true,
            ExprKind::Constant(_)
            | ExprKind::Param(..)
            | ExprKind::Bound(..)
            | ExprKind::Item(..)
            | ExprKind::Result { .. } => false,
            ExprKind::Template(parts) => parts
                .iter()
                .filter_map(TextPart::hole)
                .any(Self::reads_input),
            ExprKind::Gather { of, .. } | ExprKind::Field { of, .. } | ExprKind::Unary(_, of) => {
                of.reads_input()
            }
            ExprKind::Pick { of, keys } => {
                of.reads_input() || keys.iter().any(|it| it.key.reads_input())
            }
            ExprKind::Binary(_, left, right) => left.reads_input() || right.reads_input(),
            ExprKind::Record(_, parts) | ExprKind::List(parts) | ExprKind::Function(_, parts) => {
                parts.iter().any(Self::reads_input)
            }
            ExprKind::Range(range) => {
                let mut ends = [&range.start, &range.end].into_iter().chain(&range.step);
                ends.any(Self::reads_input)
            }
            ExprKind::Choice(choice) => choice.branches().any(Self::reads_input),
        }
    }
}

fn hole(part: &mut TextPart) -> Option<&mut Expr> {
    match part {
        TextPart::Literal(_) => None,
        TextPart::Hole(hole) => Some(hole),
    }
}
