//! `v[K]`, `v[seed: K]`: one shard of a value, by the key of a loop that it was made in.

use miette::Diagnostic;
use thiserror::Error;

use super::axes::{Made, axes_of};
use super::branch::Joined;
use super::expr::listed;
use super::loops::{Reads, reads};
use super::{Checker, Place};
use crate::ast;
use crate::diagnostics::Located;
use crate::hir::{AxisId, BinaryOp, Choice, Expr, ExprKind, Guard, Loop, PickKey};
use crate::resolve::did_you_mean;
use crate::source::{Span, Spanned};
use crate::types::Type;

/// A key with the name of its loop, if there is one.
pub(super) type WrittenKey = (Option<ast::Name>, ast::Expr);

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum PickError {
    #[error("a shard is picked of what was made in no loop")]
    #[diagnostic(
        code(flow::typecheck::pick_of_one),
        help(
            "`v[K]` takes one of the values that a loop made, by its item; take the brackets away, or loop over the list"
        )
    )]
    OfOne {
        #[label("there is no loop to pick from")]
        span: Span,
    },
    #[error("no loop over `{name}` made this value")]
    #[diagnostic(code(flow::typecheck::unknown_pick))]
    UnknownLoop {
        name: String,
        #[label("no such loop variable")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("which loop is this the key of?")]
    #[diagnostic(code(flow::typecheck::ambiguous_pick), help("name it: `[{first}: …]`"))]
    Ambiguous {
        loops: String,
        first: String,
        #[label("the value was made in the loops of {loops}")]
        span: Span,
    },
    #[error("a key of `{name}` is given twice")]
    #[diagnostic(
        code(flow::typecheck::duplicate_pick),
        help("one shard has one key; take one of them away")
    )]
    Duplicate {
        name: String,
        #[label("again here")]
        span: Span,
    },
    #[error("a key of `{name}` alone is in each item of `{outer}`, and says no shard")]
    #[diagnostic(
        code(flow::typecheck::pick_within),
        help("pick both: `[{outer}: …, {name}: …]`, or move this into the loop over `{outer}`")
    )]
    Within {
        name: String,
        outer: String,
        #[label("its loop depends on `{outer}`")]
        span: Span,
    },
}

impl Located for PickError {
    fn span(&self) -> Span {
        match self {
            Self::OfOne { span }
            | Self::UnknownLoop { span, .. }
            | Self::Ambiguous { span, .. }
            | Self::Duplicate { span, .. }
            | Self::Within { span, .. } => *span,
        }
    }
}

impl Checker<'_> {
    pub(super) fn pick(
        &mut self,
        of: &ast::Expr,
        keys: &[WrittenKey],
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let around = std::mem::take(&mut self.when);
        let mut picked = self.pick_under(Vec::new(), of, keys, span, place);
        if let Some(found) = &picked {
            // What decides for the other shard, too, is known of it.
            let kept = around.iter().filter(|it| !self.differs(it, found));
            let kept: Vec<Guard> = kept.copied().collect();
            if !kept.is_empty() {
                picked = self.pick_under(kept, of, keys, span, place);
            }
        }
        self.when = around;
        picked
    }

    /// What is picked, as it is seen where these branches alone are known to be taken.
    fn pick_under(
        &mut self,
        when: Vec<Guard>,
        of: &ast::Expr,
        keys: &[WrittenKey],
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        self.when = when;
        let seen = self.expr(of, place, None)?;
        self.picked(seen, keys, span, place)
    }

    /// Whether a condition may be another one for the shard that is picked.
    fn differs(&self, guard: &Guard, picked: &Expr) -> bool {
        let axes = picked_axes(picked);
        let asked = self.program.conditions.get(guard.condition.0);
        let telling = asked.map(|it| self.program.axes_telling(it));
        let mut telling = telling.into_iter().flatten();
        let tells = |a, b| self.program.tells(a, b) || self.program.tells(b, a);
        telling.any(|asked| axes.iter().any(|axis| tells(asked, *axis)))
    }

    fn picked(
        &mut self,
        seen: Expr,
        keys: &[WrittenKey],
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let value = self.behind(seen)?;
        if let ExprKind::Choice(choice) = value.kind {
            return self.picked_branches(*choice, keys, span, place);
        }
        if let ExprKind::Binary(BinaryOp::Else, first, other) = value.kind {
            let first = self.picked(*first, keys, span, place)?;
            let other = self.picked(*other, keys, span, place)?;
            let ty = other.ty.clone();
            let kind = ExprKind::Binary(BinaryOp::Else, Box::new(first), Box::new(other));
            return Some(Expr { kind, ty, span });
        }
        let loops = self.loops_of(&value);
        if loops.is_empty() {
            self.error(PickError::OfOne { span });
            return None;
        }
        let mut picks: Vec<PickKey> = Vec::new();
        for key in keys {
            let each = self.loop_of(key, &loops, place)?;
            if picks.iter().any(|it| it.axis == each.axis) {
                let (name, span) = (each.variable.node, key.1.span);
                self.error(PickError::Duplicate { name, span });
                return None;
            }
            let key = self.key(&key.1, each.axis, place)?;
            let axis = each.axis;
            picks.push(PickKey { axis, key });
        }
        // Axes stand behind those that they depend on.
        picks.sort_by_key(|it| it.axis);
        self.one_of(&loops, &picks, place, span)?;
        let left = self.left(&loops, &picks);
        let value = Expr {
            ty: self.where_made(value.ty.clone(), self.program.branches_of(&value)),
            span,
            kind: ExprKind::Pick {
                of: Box::new(value),
                keys: picks,
            },
        };
        let axes = axes_of(&left);
        self.seen_from(Made { value, axes }, place)
    }

    fn picked_branches(
        &mut self,
        choice: Choice,
        keys: &[WrittenKey],
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let condition = choice.condition;
        let mut branch = |it: Option<Expr>, holds| match it {
            None => Some(None),
            Some(it) => {
                let guard = Guard { condition, holds };
                let picked = self.under([guard], |this| this.picked(it, keys, span, place));
                picked.map(Some)
            }
        };
        let made = Joined {
            condition,
            then: branch(choice.then, true)?,
            otherwise: branch(choice.otherwise, false)?,
        };
        let mut picked = self.one_or_both(Spanned::new(&choice.name, span), made)?;
        if let ExprKind::Choice(choice) = &mut picked.kind {
            choice.picked = true;
        }
        Some(picked)
    }

    /// The value that a list is of, or a name stands for.
    fn behind(&mut self, seen: Expr) -> Option<Expr> {
        if let ExprKind::Gather { of, .. } = seen.kind {
            return self.behind(*of);
        }
        let ExprKind::Bound(id, _) = seen.kind else {
            return Some(seen);
        };
        let bound = self.program.values.get(id.0)?;
        if !self.program.reads_results(&bound.expr) {
            return Some(seen);
        }
        let over = axes_of(&bound.loops);
        if self.is_result(&bound.expr) && !self.program.hides(&bound.expr, &over, &bound.when) {
            let expr = bound.expr.clone();
            return self.behind(expr);
        }
        self.handed_name(id, seen.span)
    }

    /// The loop that a key is of: the one that is named; else the only one that the place is outside
    /// of, or the only one.
    fn loop_of(&mut self, (name, key): &WrittenKey, loops: &[Loop], place: Place) -> Option<Loop> {
        if let Some(name) = name {
            let mut all = loops.iter();
            if let Some(found) = all.find(|it| it.variable.node == name.node) {
                return Some(found.clone());
            }
            let names = loops.iter().map(|it| it.variable.node.as_str());
            let help = did_you_mean(&name.node, names.clone())
                .unwrap_or_else(|| format!("it was made in the loops of {}", listed(names)));
            self.error(PickError::UnknownLoop {
                name: name.node.clone(),
                span: name.span,
                help,
            });
            return None;
        }
        let here = place.loops();
        let outside = |it: &&Loop| {
            !here
                .iter()
                .any(|each| self.program.tells(each.axis, it.axis))
        };
        let free: Vec<&Loop> = loops.iter().filter(outside).collect();
        match (free.as_slice(), loops) {
            ([only], _) => Some((*only).clone()),
            ([], [only]) => Some(only.clone()),
            (_, _) => {
                let names = || loops.iter().map(|it| it.variable.node.as_str());
                self.error(PickError::Ambiguous {
                    loops: listed(names()),
                    first: names().next().unwrap_or_default().to_owned(),
                    span: key.span,
                });
                None
            }
        }
    }

    /// A key of an axis: an item of it, or the field that a row is known by.
    fn key(&mut self, key: &ast::Expr, axis: AxisId, place: Place) -> Option<Expr> {
        let item = self.program.axes.get(axis.0)?.item.clone();
        let field = self.key_field(&item);
        let found = self.expr(key, place, Some(field.as_ref().unwrap_or(&item)))?;
        let wanted = match field {
            Some(field) if found.ty != item => field,
            Some(_) | None => item,
        };
        let found = self.fit(found, place, &wanted)?;
        if matches!(reads(&found), Some(Reads::Results)) || self.is_result(&found) {
            return self.planned(
                "picking by a key that is known only at run time is",
                "hand the list and the key to a process: `$NAME_keys` names the items",
                key.span,
            );
        }
        Some(found)
    }

    /// The type of the only field that rows of a record are known by.
    fn key_field(&self, item: &Type) -> Option<Type> {
        let record = self.program.records.get(item.record()?)?;
        match record.key().as_slice() {
            [only] => record.fields.get(*only).map(|field| field.ty.clone()),
            _ => None,
        }
    }

    /// Whether the keys say one item each: those of a loop that depends on another need that, too.
    fn one_of(
        &mut self,
        loops: &[Loop],
        picks: &[PickKey],
        place: Place,
        span: Span,
    ) -> Option<()> {
        let here = place.loops().iter().map(|it| it.axis);
        let known: Vec<_> = here.chain(picks.iter().map(|it| it.axis)).collect();
        for pick in picks {
            let within = &self.program.axes.get(pick.axis.0)?.within;
            let others = || known.iter().filter(|it| **it != pick.axis);
            let told = |it: &&AxisId| !others().any(|known| self.program.tells(*known, **it));
            let Some(outer) = within.iter().find(told) else {
                continue;
            };
            let variable = |axis: AxisId| {
                let each = loops.iter().find(|it| it.axis == axis);
                each.map_or_else(String::new, |it| it.variable.node.clone())
            };
            let error = PickError::Within {
                name: variable(pick.axis),
                outer: variable(*outer),
                span,
            };
            self.error(error);
            return None;
        }
        Some(())
    }

    /// The loops of a value of which no item is picked, or told by what is.
    pub(super) fn left(&self, loops: &[Loop], picks: &[PickKey]) -> Vec<Loop> {
        let told = |it: &&Loop| {
            let mut picks = picks.iter();
            !picks.any(|pick| self.program.tells(pick.axis, it.axis))
        };
        loops.iter().filter(told).cloned().collect()
    }
}

/// The axes of which an item is picked.
fn picked_axes(expr: &Expr) -> Vec<AxisId> {
    if let ExprKind::Pick { keys, .. } = &expr.kind {
        keys.iter().map(|it| it.axis).collect()
    } else if let ExprKind::Gather { of, .. } = &expr.kind {
        picked_axes(of)
    } else if let ExprKind::Choice(choice) = &expr.kind {
        choice.branches().flat_map(picked_axes).collect()
    } else if let ExprKind::Binary(_, first, other) = &expr.kind {
        [&**first, &**other]
            .into_iter()
            .flat_map(picked_axes)
            .collect()
    } else {
        Vec::new()
    }
}
