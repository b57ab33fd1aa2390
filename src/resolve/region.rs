//! The names of a workflow, of a branch or of the body of a `repeat`; behind rounds a name may stand for another value.

use indexmap::IndexMap;

use super::{LocalId, RegionId};
use crate::source::Span;

/// The names that are bound in a workflow or in one branch of an `if`, loops in it included.
#[derive(Default)]
pub(super) struct Region<'a> {
    pub around: Option<RegionId>,
    pub names: IndexMap<&'a str, LocalId>,
    /// What a `repeat` that carries names leaves of them.
    pub later: Vec<Later<'a>>,
    /// What is carried by the `repeat` of which this is the body, and where it is set.
    pub carried: Vec<(LocalId, Span)>,
}

/// What a name stands for from a place on.
pub(super) struct Later<'a> {
    pub name: &'a str,
    pub from: u32,
    pub id: LocalId,
}

impl<'a> Region<'a> {
    /// What a name that is bound here stands for, behind all that was noted so far.
    pub fn latest(&self, name: &str) -> Option<LocalId> {
        let later = self.later.iter().rfind(|it| it.name == name);
        let later = later.map(|it| it.id);
        later.or_else(|| self.names.get(name).copied())
    }

    /// What its names stand for at its end.
    pub fn at_end(&self) -> IndexMap<&'a str, LocalId> {
        let names = self.names.keys();
        names
            .filter_map(|name| Some((*name, self.latest(name)?)))
            .collect()
    }
}
