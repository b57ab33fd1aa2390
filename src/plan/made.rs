//! Items of axes that other calls make.

use crate::dataflow::{AxisId, Made};

use super::feed::Context;
use super::{Feed, Origin};

/// The axes of what calls make of which no input is an item.
pub(super) fn unread(context: &Context<'_>, feeds: &[Feed]) -> Vec<Feed> {
    let is_read = |of: AxisId| {
        let mut inputs = feeds.iter().filter_map(Feed::input);
        inputs.any(|it| matches!(it.origin, Origin::Made { axis, .. } if axis == of))
    };
    let all = context.dataflow.made(&context.call.axes);
    let unread = all.filter(|(_, axis, _)| !is_read(*axis));
    unread.map(|(_, axis, _)| Feed::Unread(axis)).collect()
}

/// An item for an input.
pub(super) fn item(context: &Context<'_>, axis: AxisId, made: &Made) -> Origin {
    Origin::Made {
        axis,
        is_key: context.dataflow.label(&context.call.axes, axis).is_some(),
        producer: context.dataflow.call(made.call).name.clone(),
        output: made.output.clone(),
    }
}
