//! Conditions: which are decided when compiling, and which by each shard.

use super::{BinaryOp, Expr, ExprKind, Program, TextPart};

/// Index into [`Program::conditions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConditionId(pub usize);

/// A branch of an `if`: what is inside exists if the condition holds, or if it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guard {
    pub condition: ConditionId,
    pub holds: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub name: String,
    pub condition: ConditionId,
    /// Whether it is that of another shard, by its key: the branches are that one's.
    pub picked: bool,
    pub then: Option<Expr>,
    pub otherwise: Option<Expr>,
}

impl Choice {
    pub fn branches(&self) -> impl Iterator<Item = &Expr> {
        self.then.iter().chain(&self.otherwise)
    }

    /// What one branch alone makes, and that it is taken.
    pub fn only(&self) -> Option<(&Expr, Guard)> {
        let (condition, holds) = (self.condition, self.then.is_some());
        match (&self.then, &self.otherwise) {
            (Some(only), None) | (None, Some(only)) => Some((only, Guard { condition, holds })),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }
}

/// One of the places where a value comes from that not always exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin<'e> {
    /// The branches in which it counts.
    pub when: Vec<Guard>,
    /// Those of another shard, which is picked by its key.
    of_picked: Vec<Guard>,
    pub value: &'e Expr,
    /// Whether it is that of other shards than the one which reads.
    pub gathered: bool,
}

impl Program {
    /// Where a value comes from: the first that exists counts.
    pub fn sources<'e>(&'e self, expr: &'e Expr) -> Vec<Origin<'e>> {
        let whole = Origin {
            when: Vec::new(),
            of_picked: Vec::new(),
            value: expr,
            gathered: false,
        };
        let mut found = Vec::new();
        self.add_sources(whole, &mut found);
        found
    }

    fn add_sources<'e>(&'e self, from: Origin<'e>, found: &mut Vec<Origin<'e>>) {
        let part = |value, more: &[Guard]| {
            let more = more.iter().filter(|it| !from.when.contains(it));
            Origin {
                when: from.when.iter().chain(more).copied().collect(),
                of_picked: from.of_picked.clone(),
                value,
                gathered: from.gathered,
            }
        };
        if !self.reads_results(from.value) {
            found.push(from);
            return;
        }
        match &from.value.kind {
            ExprKind::Choice(choice) if self.decided_by_shards(choice.condition) => {
                let guard = |holds| Guard {
                    condition: choice.condition,
                    holds,
                };
                for (branch, holds) in [(&choice.then, true), (&choice.otherwise, false)] {
                    let Some(branch) = branch else { continue };
                    let mut of = part(branch, &[]);
                    let guards = match choice.picked {
                        true => &mut of.of_picked,
                        false => &mut of.when,
                    };
                    if !guards.contains(&guard(holds)) {
                        guards.push(guard(holds));
                    }
                    self.add_sources(of, found);
                }
            }
            ExprKind::Binary(BinaryOp::Else, left, right) => {
                self.add_sources(part(left, &[]), found);
                self.add_sources(part(right, &[]), found);
            }
            ExprKind::Bound(id, _) => {
                let Some(bound) = self.values.get(id.0) else {
                    return;
                };
                let when: Vec<_> = self.by_shards(&bound.when).copied().collect();
                self.add_sources(part(&bound.expr, &when), found);
            }
            ExprKind::Gather { of, .. } if !matches!(of.kind, ExprKind::Result { .. }) => {
                let gathered = true;
                let of = Origin {
                    gathered,
                    ..part(of, &[])
                };
                self.add_sources(of, found);
            }
            ExprKind::Gather { .. }
            | ExprKind::Pick { .. }
            | ExprKind::Choice(_)
            | ExprKind::Result { .. }
            | ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::List(_)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => found.push(from),
        }
    }

    /// The branches of a source that neither those around its reader nor those around its call tell.
    pub fn untold(&self, source: &Origin, around: &[Guard]) -> Vec<Guard> {
        let kind = &source.value.kind;
        let own = if matches!(kind, ExprKind::Pick { .. }) && !source.gathered {
            // Another shard's branches are not those of the reader.
            &[]
        } else if let ExprKind::Gather { of, .. } | ExprKind::Pick { of, .. } = kind {
            self.branches_of(of)
        } else {
            self.branches_of(source.value)
        };
        let told = |guard: &&Guard| around.contains(guard) || own.contains(guard);
        source.when.iter().filter(|it| !told(it)).copied().collect()
    }

    /// Whether a shard that is picked counts only in branches of its own that its call does not stand in.
    pub fn hides_picked(&self, source: &Origin) -> bool {
        let own = if let ExprKind::Pick { of, .. } = &source.value.kind {
            self.branches_of(of)
        } else {
            &[]
        };
        source.of_picked.iter().any(|it| !own.contains(it))
    }

    /// Of branches those that must be tested: without what a later test tells, since it is absent, and
    /// so does not hold, where an earlier one does not.
    pub fn tested(&self, when: &[Guard]) -> Vec<Guard> {
        let tells = |later: &Guard, guard: &Guard| {
            let asked = self.conditions.get(later.condition.0);
            asked.is_some_and(|asked| self.only_under(asked, guard))
        };
        let mut tested = Vec::new();
        for (at, guard) in when.iter().enumerate() {
            let mut later = when.iter().skip(at + 1);
            if !later.any(|later| tells(later, guard)) {
                tested.push(*guard);
            }
        }
        tested
    }

    /// Whether a value is absent wherever a branch is not taken.
    fn only_under(&self, expr: &Expr, guard: &Guard) -> bool {
        match &expr.kind {
            ExprKind::Result { .. } => self.branches_of(expr).contains(guard),
            ExprKind::Bound(id, _) => {
                let bound = self.values.get(id.0);
                bound.is_some_and(|it| it.when.contains(guard) || self.only_under(&it.expr, guard))
            }
            ExprKind::Unary(_, of) => self.only_under(of, guard),
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or | BinaryOp::Else, left, right) => {
                self.only_under(left, guard) && self.only_under(right, guard)
            }
            ExprKind::Binary(_, left, right) => {
                self.only_under(left, guard) || self.only_under(right, guard)
            }
            // A list is always there.
            ExprKind::Gather { .. }
            | ExprKind::List(_)
            | ExprKind::Function(..)
            | ExprKind::Pick { .. }
            | ExprKind::Choice(_)
            | ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::Range(_) => false,
        }
    }

    /// The branches around the call that makes a result.
    pub fn branches_of(&self, expr: &Expr) -> &[Guard] {
        let ExprKind::Result { call, .. } = expr.kind else {
            return &[];
        };
        self.calls.get(call.0).map_or(&[], |call| &call.when)
    }

    /// Whether a condition reads results, or items of loops.
    pub fn decided_by_shards(&self, id: ConditionId) -> bool {
        let asked = self.conditions.get(id.0);
        asked.is_some_and(|asked| !self.axes_of(asked).is_empty() || self.reads_results(asked))
    }

    /// Of branches those that shards decide.
    pub fn by_shards<'a>(&self, when: &'a [Guard]) -> impl Iterator<Item = &'a Guard> {
        when.iter()
            .filter(|guard| self.decided_by_shards(guard.condition))
    }

    /// Whether a value is known only when the program runs.
    pub fn reads_results(&self, expr: &Expr) -> bool {
        let any = |parts: &[Expr]| parts.iter().any(|part| self.reads_results(part));
        match &expr.kind {
            ExprKind::Result { .. } => true,
            ExprKind::Bound(id, _) => {
                let bound = self.values.get(id.0);
                bound.is_some_and(|bound| {
                    self.by_shards(&bound.when).next().is_some() || self.reads_results(&bound.expr)
                })
            }
            ExprKind::Gather { of, .. }
            | ExprKind::Pick { of, .. }
            | ExprKind::Field { of, .. }
            | ExprKind::Unary(_, of) => self.reads_results(of),
            ExprKind::Record(_, parts) | ExprKind::List(parts) | ExprKind::Function(_, parts) => {
                any(parts)
            }
            ExprKind::Choice(choice) => {
                self.decided_by_shards(choice.condition)
                    || choice.branches().any(|it| self.reads_results(it))
            }
            ExprKind::Binary(_, left, right) => {
                self.reads_results(left) || self.reads_results(right)
            }
            ExprKind::Range(range) => {
                let mut parts = [&range.start, &range.end].into_iter().chain(&range.step);
                parts.any(|part| self.reads_results(part))
            }
            ExprKind::Template(parts) => {
                let mut holes = parts.iter().filter_map(TextPart::hole);
                holes.any(|hole| self.reads_results(hole))
            }
            ExprKind::Item(axis, _) => self.is_made(*axis),
            ExprKind::Constant(_) | ExprKind::Param(..) | ExprKind::Input(_) => false,
        }
    }
}
