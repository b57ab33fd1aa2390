//! What items of axes tell of others: the points of a call.

use std::collections::{BTreeMap, BTreeSet};

use super::{Arg, Axis, AxisId, CallAxis, Dataflow, ItemPart, Told};

impl Axis {
    /// Whether each of its items has one of the other axis.
    pub fn knows(&self, other: AxisId) -> bool {
        self.tells.iter().any(|told| told.axis == other)
    }
}

impl Dataflow {
    /// The axes that calls run over, and those whose items they read.
    pub fn used(&self) -> BTreeSet<AxisId> {
        let mut used = BTreeSet::new();
        for call in &self.calls {
            used.extend(call.axes.iter().map(|own| own.axis));
            call.args.values().for_each(|arg| read(arg, &mut used));
        }
        let names = self.publishes.iter().flat_map(|it| &it.template);
        parts(names.flatten(), &mut used);
        let pairs = used.iter().filter_map(|axis| self.axis(*axis).pairs());
        let pairs: Vec<_> = pairs.flatten().collect();
        used.extend(pairs);
        used
    }

    /// What the items of an axis tell of the others that are used.
    pub fn told<'a>(&self, axis: &'a Axis) -> Vec<&'a Told> {
        if axis.tells.is_empty() {
            return Vec::new();
        }
        let used = self.used();
        let told = axis.tells.iter();
        told.filter(|told| used.contains(&told.axis)).collect()
    }

    /// The axes of a call that no other of them tells: their lengths multiply.
    pub fn free<'a>(&'a self, axes: &'a [CallAxis]) -> impl Iterator<Item = &'a CallAxis> {
        let told = |own: &CallAxis| axes.iter().any(|it| self.axis(it.axis).knows(own.axis));
        axes.iter().filter(move |own| !told(own))
    }

    /// How many points these axes have together.
    pub fn points(&self, axes: &[CallAxis]) -> u64 {
        self.free(axes).fold(1, |product: u64, own| {
            product.saturating_mul(self.axis(own.axis).items.len())
        })
    }

    /// The items at one of these points, by axis; the last loop turns fastest.
    pub fn items_at(&self, axes: &[CallAxis], point: u64) -> BTreeMap<AxisId, u64> {
        let mut at = BTreeMap::new();
        let mut left = point;
        let free: Vec<_> = self.free(axes).collect();
        for own in free.into_iter().rev() {
            let axis = self.axis(own.axis);
            let len = axis.items.len().max(1);
            let row = left % len;
            left /= len;
            at.insert(own.axis, row);
            for told in &axis.tells {
                let item = usize::try_from(row)
                    .ok()
                    .and_then(|row| told.items.get(row));
                at.insert(told.axis, item.copied().map_or(0, u64::from));
            }
        }
        at
    }

    /// Whether an item of one of these axes says which of the other it belongs to.
    pub fn tells(&self, axes: &[CallAxis], axis: AxisId) -> bool {
        let mut axes = axes.iter();
        axes.any(|own| own.axis == axis || self.axis(own.axis).knows(axis))
    }

    /// Whether the points of these axes are just all combinations of their items.
    pub fn is_product(&self, axes: &[CallAxis]) -> bool {
        let is_plain = |axis: &Axis| axis.tells.is_empty() && !axis.is_made();
        axes.iter().all(|own| is_plain(self.axis(own.axis)))
    }

    /// The label under which the key of an axis stands in the directories of a call.
    pub fn label<'a>(&self, axes: &'a [CallAxis], axis: AxisId) -> Option<&'a str> {
        let like = |own: &&CallAxis| self.axis(own.axis).keyed_like.contains(&axis);
        let own = axes.iter().find(|own| own.axis == axis);
        let own = own.or_else(|| axes.iter().find(like));
        own.map(|own| own.label.as_str())
    }
}

/// The axes whose items an argument is made of.
fn read(arg: &Arg, into: &mut BTreeSet<AxisId>) {
    match arg {
        Arg::Item { axis, .. } => {
            into.insert(*axis);
        }
        Arg::Template(text) => parts(text, into),
        Arg::List(args) => args.iter().for_each(|arg| read(arg, into)),
        Arg::First(sources) => sources.iter().for_each(|it| read(&it.arg, into)),
        Arg::Result { picks, .. } => parts(picks.iter().map(|it| &it.item), into),
        Arg::Constant(_) => {}
    }
}

fn parts<'a>(parts: impl IntoIterator<Item = &'a ItemPart>, into: &mut BTreeSet<AxisId>) {
    let axes = parts.into_iter().filter_map(|part| match part {
        ItemPart::Item { axis, .. } => Some(*axis),
        ItemPart::Literal(_) => None,
    });
    into.extend(axes);
}
