//! Items of axes that other calls make.

use crate::dataflow::{AxisId, Made};
use crate::types::Type;

use super::Feed;
use super::feed::Context;

/// The axes of what calls make of which no input is an item: a shard is known by who made it, too.
pub(super) fn unread(context: &Context<'_>, feeds: &[Feed]) -> Vec<Feed> {
    let is_read = |of: AxisId| {
        let mut feeds = feeds.iter();
        feeds.any(|feed| matches!(feed, Feed::Made { axis, .. } if *axis == of))
    };
    let all = context.dataflow.made(&context.call.axes);
    let unread = all.filter(|(_, axis, _)| !is_read(*axis));
    unread
        .map(|(_, axis, made)| item(context, None, &Type::String, axis, made))
        .collect()
}

/// An item for an input, or for none.
pub(super) fn item(
    context: &Context<'_>,
    name: Option<&str>,
    ty: &Type,
    axis: AxisId,
    made: &Made,
) -> Feed {
    Feed::Made {
        name: name.map(str::to_owned),
        ty: ty.clone(),
        axis,
        is_key: context.dataflow.label(&context.call.axes, axis).is_some(),
        producer: context.dataflow.call(made.call).name.clone(),
        output: made.output.clone(),
    }
}
