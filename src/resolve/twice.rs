//! What to write instead of a second binding of a name: by the loops and rounds that it stands in.

use super::scope::Scope;
use super::{Local, Step};
use crate::ast::StatementKind;

impl Scope<'_> {
    /// The ways out for a name that the step at a place binds though it is bound already.
    pub(super) fn instead_of_second(&self, first: &Local, at: usize) -> String {
        let name = &first.name.node;
        let seen = self.around(first.steps.first().copied());
        let around = self.around(Some(at));
        if seen.iter().any(|it| !around.contains(it)) {
            return own_name();
        }
        let between = around.iter().filter(|it| !seen.contains(it));
        let steps: Vec<&Step<'_>> = between
            .filter_map(|it| self.workflow.steps.get(*it))
            .collect();
        let is_repeat = |step: &&&Step<'_>| matches!(step.statement.kind, StatementKind::Repeat(_));
        let loops = |step: &&Step<'_>| matches!(step.statement.kind, StatementKind::For(_));
        let repeats = steps.iter().filter(is_repeat).count();
        match (repeats, steps.iter().any(loops)) {
            (0, false) => own_name(),
            (0, true) => format!(
                "shards of a `for` do not see each other: give this one a name of its own; or, where each goes on from the one before, write rounds: `repeat 10 as i {{ {name} = … }}`"
            ),
            (_, true) | (1, false) => format!(
                "a round sets what it hands to the next once, at the top level of the `repeat`: give this one a name of its own, and set `{name}` from that"
            ),
            (_, false) => format!(
                "each `repeat` carries names of its own: around the inner one write `inner = {name}` before and `{name} = inner` behind it, and let its rounds set `inner`"
            ),
        }
    }

    /// The statements around one, the innermost first.
    fn around(&self, step: Option<usize>) -> Vec<usize> {
        let parent = |at: &usize| self.workflow.steps.get(*at)?.parent;
        std::iter::successors(step.as_ref().and_then(parent), parent).collect()
    }
}

fn own_name() -> String {
    "a name is bound once in a workflow; give this one a name of its own".to_owned()
}
