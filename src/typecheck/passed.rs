//! What is passed into a named workflow, and out of it: in other loops it is seen as anything that is made there.

use super::axes::Made;
use super::branch::Joined;
use super::{Checker, Place};
use crate::hir::{Expr, ExprKind};
use crate::source::{Span, Spanned};

#[derive(Debug, Clone)]
pub(super) enum Passed {
    Made(Made),
    /// What the branches of an `if` make, and the name that they bind.
    Joined(String, Box<Joined<Passed>>),
}

impl Checker<'_> {
    /// What is passed as it is seen from a place.
    pub(super) fn passed(&self, seen: Expr, place: Place) -> Passed {
        if let ExprKind::Choice(choice) = &seen.kind
            && !choice.picked
        {
            let branch = |it: &Expr| self.passed(it.clone(), place);
            let joined = Joined {
                condition: choice.condition,
                then: choice.then.as_ref().map(branch),
                otherwise: choice.otherwise.as_ref().map(branch),
            };
            return Passed::Joined(choice.name.clone(), Box::new(joined));
        }
        Passed::Made(self.made(seen, place))
    }

    /// The same as it is seen from another place.
    pub(super) fn passed_to(&mut self, passed: Passed, span: Span, place: Place) -> Option<Expr> {
        match passed {
            Passed::Made(made) => {
                let seen = self.seen_from(made, place)?;
                Some(Expr { span, ..seen })
            }
            Passed::Joined(name, joined) => {
                let name = Spanned::new(name.as_str(), span);
                self.joined(*joined, name, |this, passed| {
                    this.passed_to(passed, span, place)
                })
            }
        }
    }
}
