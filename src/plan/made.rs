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
    let unread = all.filter(|(own, _)| !is_read(own.axis));
    unread
        .map(|(own, it)| item(context, None, &Type::String, own.axis, it))
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
        producer: context.dataflow.call(made.call).name.clone(),
        output: made.output.clone(),
    }
}
