//! What a shard is known by though no variable of its script is: columns, and who made its items.

use crate::dataflow::{AxisId, Made};
use crate::types::Type;

use super::feed::Context;
use super::track::Track;
use super::{Feed, Part};

/// The axes of what calls make of which no input is an item: a shard is known by who made it, too.
pub(super) fn makers(context: &Context<'_>, feeds: &[Feed]) -> Vec<Feed> {
    let is_read = |of: AxisId| {
        let mut feeds = feeds.iter();
        feeds.any(|feed| matches!(feed, Feed::Made { axis, .. } if *axis == of))
    };
    let all = context.dataflow.made(&context.call.axes);
    let unread = all.filter(|(own, _)| !is_read(own.axis));
    unread
        .map(|(own, it)| made(context, None, &Type::String, (own.axis, it)))
        .collect()
}

/// An item for an input, or for none.
pub(super) fn made(
    context: &Context<'_>,
    name: Option<&str>,
    ty: &Type,
    (axis, made): (AxisId, &Made),
) -> Feed {
    Feed::Made {
        name: name.map(str::to_owned),
        ty: ty.clone(),
        axis,
        producer: context.dataflow.call(made.call).name.clone(),
        output: made.output.clone(),
    }
}

/// The columns that a text is made of and that neither a key nor a file's content stands for.
pub(super) fn columns(context: &Context<'_>, feeds: &[Feed]) -> Vec<Feed> {
    let mut found = Vec::new();
    for feed in feeds {
        let Feed::Text {
            name,
            parts,
            track: Track::Value,
            ..
        } = feed
        else {
            continue;
        };
        for part in parts {
            let &Part::Column { axis, column } = part else {
                continue;
            };
            let track = context.track(axis, column, &Type::String);
            if track == Track::Value {
                found.push(Feed::Hidden {
                    name: name.clone(),
                    axis,
                    column,
                    track,
                });
            }
        }
    }
    found
}
