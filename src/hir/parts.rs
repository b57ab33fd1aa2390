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

fn hole(part: &mut TextPart) -> Option<&mut Expr> {
    match part {
        TextPart::Literal(_) => None,
        TextPart::Hole(hole) => Some(hole),
    }
}
