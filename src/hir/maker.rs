//! Who makes a value, what that is called, and whether what is seen of it is all that they make.

use super::{AxisId, AxisKind, Call, Choice, Expr, ExprKind, Guard, Loop, Program};

/// What is called so has no name in the program.
pub const UNNAMED: &str = "value";

impl Expr {
    /// What a value is called for people: its own name, or that of the output that it is from; of what
    /// branches make, by the caller.
    pub fn called<'a>(&'a self, of_choice: &impl Fn(&'a Choice) -> &'a str) -> &'a str {
        match &self.kind {
            ExprKind::Bound(_, name) | ExprKind::Result { output: name, .. } => name,
            ExprKind::Choice(choice) => of_choice(choice),
            ExprKind::Gather { of, .. }
            | ExprKind::Pick { of, .. }
            | ExprKind::Binary(_, of, _) => of.called(of_choice),
            ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::List(_)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Function(..) => UNNAMED,
        }
    }
}

impl Program {
    /// The call that a source is a result of, or a list of results.
    pub fn maker(&self, value: &Expr) -> Option<&Call> {
        if let ExprKind::Gather { of, .. } = &value.kind {
            return self.maker(of);
        }
        let ExprKind::Result { call, .. } = value.kind else {
            return None;
        };
        self.calls.get(call.0)
    }

    /// Whether the list of a value over some axes, in these branches, is another one than that of all that
    /// its makers make: then it cannot be told from their axes alone.
    pub fn hides(&self, value: &Expr, over: &[AxisId], when: &[Guard]) -> bool {
        self.sources(value).iter().any(|source| {
            let Some(maker) = self.maker(source.value) else {
                return true;
            };
            let when = self.by_shards(when).chain(&source.when);
            let axes: Vec<_> = maker.loops.iter().map(|it| it.axis).collect();
            when.into_iter().any(|it| !maker.when.contains(it))
                || over.iter().any(|axis| !self.spans(&axes, *axis))
        })
    }

    /// Whether there is something over these axes for each item of another, and of that for each of theirs.
    fn spans(&self, axes: &[AxisId], other: AxisId) -> bool {
        if axes.iter().any(|axis| self.tells(*axis, other)) {
            return true;
        }
        let Some(axis) = self.axes.get(other.0) else {
            return false;
        };
        match axis.kind {
            AxisKind::Zipped(left, right) => self.spans(axes, left) || self.spans(axes, right),
            AxisKind::Narrowed { of } => {
                self.spans(axes, of) && axis.around.iter().all(|it| self.spans(axes, *it))
            }
            AxisKind::Listed
            | AxisKind::Made
            | AxisKind::Filtered { .. }
            | AxisKind::Unique { .. }
            | AxisKind::Batch { .. } => false,
        }
    }

    /// Whether a loop over an axis has a part of what is made in these loops: by `where`.
    pub fn narrows(&self, axis: AxisId, loops: &[Loop]) -> bool {
        let is_part = |axis: AxisId| {
            let filtered = self.axes.get(axis.0);
            filtered.is_some_and(|it| matches!(it.kind, AxisKind::Filtered { .. }))
                && loops.iter().any(|it| self.tells(axis, it.axis))
                && !loops.iter().any(|it| self.tells(it.axis, axis))
        };
        std::iter::once(axis)
            .chain(self.determines(axis).iter().copied())
            .any(is_part)
    }
}
