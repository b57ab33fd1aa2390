//! An order in which everything stands behind what it reads.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{Definition, Items, ResolveError, expr};
use crate::hir::ParamId;
use crate::source::Span;

/// The numbers `0..reads.len()`, each behind those that it reads, else in their own order; or the
/// members of one circle.
pub(super) fn sort(reads: &[BTreeSet<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waiting: Vec<usize> = reads.iter().map(BTreeSet::len).collect();
    let mut readers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (reader, read) in reads.iter().enumerate() {
        for &source in read {
            readers.entry(source).or_default().push(reader);
        }
    }
    let none_left = waiting.iter().enumerate().filter(|(_, left)| **left == 0);
    let mut ready: BTreeSet<usize> = none_left.map(|(at, _)| at).collect();
    let mut order = Vec::with_capacity(reads.len());
    while let Some(next) = ready.pop_first() {
        order.push(next);
        for &reader in readers.get(&next).into_iter().flatten() {
            if let Some(left) = waiting.get_mut(reader) {
                *left -= 1;
                if *left == 0 {
                    ready.insert(reader);
                }
            }
        }
    }
    if order.len() == reads.len() {
        Ok(order)
    } else {
        Err(circle(reads, &order))
    }
}

/// One circle among what could not be ordered: following the reads must come back.
fn circle(reads: &[BTreeSet<usize>], ordered: &[usize]) -> Vec<usize> {
    let ordered: BTreeSet<usize> = ordered.iter().copied().collect();
    let stuck = |at: &usize| !ordered.contains(at);
    let mut path = Vec::new();
    let mut seen = BTreeMap::new();
    let mut next = (0..reads.len()).find(stuck);
    while let Some(at) = next {
        if let Some(&begin) = seen.get(&at) {
            return path.split_off(begin);
        }
        seen.insert(at, path.len());
        path.push(at);
        next = reads
            .get(at)
            .and_then(|read| read.iter().copied().find(stuck));
    }
    path
}

/// The params, each behind those that its default reads.
pub(super) fn params(
    items: &Items,
    uses: &IndexMap<Span, Definition>,
    errors: &mut Vec<ResolveError>,
) -> Vec<ParamId> {
    let reads: Vec<BTreeSet<usize>> = items
        .params
        .values()
        .map(|param| {
            let names = param.default.as_ref().map(expr::names).unwrap_or_default();
            let definitions = names.iter().filter_map(|span| uses.get(span));
            definitions.filter_map(|it| it.param()).collect()
        })
        .collect();
    match sort(&reads) {
        Ok(order) => order.into_iter().map(ParamId).collect(),
        Err(circle) => {
            let members = circle.iter().filter_map(|&at| items.params.get_index(at));
            let names: Vec<_> = members.map(|(name, _)| format!("`{name}`")).collect();
            if let Some((_, first)) = circle.first().and_then(|&at| items.params.get_index(at)) {
                errors.push(ResolveError::ParamCycle {
                    what: match names.as_slice() {
                        [one] => format!("param {one} reads its own default"),
                        _ => format!("params read each other's defaults: {}", names.join(", ")),
                    },
                    span: first.name.span,
                });
            }
            Vec::new()
        }
    }
}

impl Definition {
    fn param(self) -> Option<usize> {
        match self {
            Self::Param(id) => Some(id.0),
            Self::Local(_)
            | Self::Input(_)
            | Self::Attempt
            | Self::Function(_)
            | Self::Process(_)
            | Self::Workflow(_)
            | Self::Record(_)
            | Self::Container(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(lists: &[&[usize]]) -> Vec<BTreeSet<usize>> {
        lists
            .iter()
            .map(|list| list.iter().copied().collect())
            .collect()
    }

    #[test]
    fn keeps_the_written_order_where_it_can() {
        assert_eq!(sort(&reads(&[&[], &[3], &[], &[]])), Ok(vec![0, 2, 3, 1]));
    }

    #[test]
    fn names_a_circle() {
        assert_eq!(sort(&reads(&[&[], &[2], &[1, 0]])), Err(vec![1, 2]));
    }
}
