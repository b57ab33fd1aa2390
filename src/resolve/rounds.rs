//! The names of rounds: what a `repeat` carries, and what it leaves behind.

use std::collections::BTreeSet;

use super::declare::{Declaring, Inside};
use super::region::{Later, Region};
use super::scope::Scope;
use super::{LocalKind, RegionId, RoundName};
use crate::ast::{self, Name, StatementKind};
use crate::source::Span;

impl<'a> Declaring<'_, 'a> {
    /// The body of a `repeat`. Behind it a carried name is what the last round set; any other has a
    /// value for each round.
    pub(super) fn rounds(&mut self, repeat: &'a ast::Repeat, span: Span, inside: Inside) {
        let Some(at) = inside.parent else {
            return;
        };
        let region = self.region(inside.region);
        let body = Inside { region, ..inside };
        self.body(repeat.variable.as_slice(), &repeat.body, body);
        let until = self.region(region);
        let names = self.scope.regions.get(region.0).map(Region::at_end);
        let mut rounds = Vec::new();
        for (name, id) in names.unwrap_or_default() {
            let given = self.scope.locals.get(id.0).map(|local| local.kind);
            let (inner, carried) = match given {
                Some(LocalKind::Given { before, set }) => (set, Some((before, id))),
                _ => (id, None),
            };
            let Some(written) = self.scope.locals.get(inner.0).map(|it| it.name.clone()) else {
                continue;
            };
            let steps = (at..self.scope.workflow.steps.len()).collect();
            let after = self.local(&written, LocalKind::Rounds { inner }, steps);
            if let Some(around) = self.scope.regions.get_mut(inside.region.0) {
                match carried {
                    Some(_) => around.later.push(Later {
                        name,
                        from: span.end,
                        id: after,
                    }),
                    None => drop(around.names.insert(name, after)),
                }
            }
            if let (Some(_), Some(last)) = (carried, self.scope.regions.get_mut(until.0)) {
                last.names.insert(name, inner);
            }
            rounds.push(RoundName {
                inner,
                after,
                carried,
            });
        }
        if let Some(step) = self.scope.workflow.steps.get_mut(at) {
            step.rounds = rounds;
            step.until = Some(until);
        }
    }

    fn region(&mut self, around: RegionId) -> RegionId {
        self.scope.regions.push(Region {
            around: Some(around),
            ..Region::default()
        });
        RegionId(self.scope.regions.len() - 1)
    }

    /// Whether a name that is set at the top level of a `repeat` was set right before it: then it is
    /// carried. What the `repeat` around carries, no other does.
    pub(super) fn carries(&mut self, name: &'a Name, at: usize, region: RegionId) -> bool {
        let scope = &self.scope;
        let steps = &scope.workflow.steps;
        let step = steps.get(at);
        let parent = step.and_then(|it| steps.get(it.parent?));
        let (Some(step), Some(repeat)) = (step, parent) else {
            return false;
        };
        let own = scope.regions.get(region.0);
        let around = scope.regions.get(repeat.region.0);
        let known = around.and_then(|it| it.latest(&name.node));
        let known = known.filter(|id| {
            let inside = matches!(repeat.statement.kind, StatementKind::Repeat(_));
            let is_new = own.is_some_and(|it| !it.names.contains_key(name.node.as_str()));
            let kind = scope.locals.get(id.0).map(|it| it.kind);
            inside && is_new && !matches!(kind, Some(LocalKind::Given { .. }))
        });
        let Some(before) = known else {
            return false;
        };
        let span = step.statement.span;
        let steps = scope.locals.get(before.0).map(|it| it.steps.clone());
        let set = self.local(name, LocalKind::Bound, vec![at]);
        let kind = LocalKind::Given { before, set };
        let given = self.local(name, kind, steps.unwrap_or_default());
        if let Some(region) = self.scope.regions.get_mut(region.0) {
            region.names.insert(&name.node, given);
            region.carried.push((given, span));
        }
        self.note(at, set);
        true
    }
}

impl Scope<'_> {
    /// Rounds follow one another: a `repeat` as a whole stands behind all that its body reads.
    pub(super) fn rounds_are_one(&self, reads: &mut [BTreeSet<usize>]) {
        let steps = &self.workflow.steps;
        for (at, _) in steps
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, step)| step.until.is_some())
        {
            let inside = |step: &usize| {
                let mut next = Some(*step);
                while let Some(around) = next.and_then(|it| steps.get(it)) {
                    if around.parent == Some(at) {
                        return true;
                    }
                    next = around.parent;
                }
                false
            };
            let members = (at + 1..steps.len()).filter(inside);
            let mut all: BTreeSet<usize> = members
                .flat_map(|it| reads.get(it).cloned().unwrap_or_default())
                .collect();
            all.extend(reads.get(at).into_iter().flatten());
            all.retain(|it| *it != at && !inside(it));
            if let Some(own) = reads.get_mut(at) {
                *own = all;
            }
        }
    }
}
