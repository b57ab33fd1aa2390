//! Texts that are made from items.

use super::{Context, Feed};
use crate::dataflow::{Input, ItemPart};
use crate::plan::Track;
use crate::types::Type;

/// The columns that a text is made of and that neither a key nor a file's content stands for.
pub(in crate::plan) fn hidden(context: &Context<'_>, feeds: &[Feed]) -> Vec<Feed> {
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
            let &ItemPart::Item { axis, column } = part else {
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

pub(super) fn template(context: &Context<'_>, input: &Input, parts: &[ItemPart]) -> Feed {
    let tracks = parts.iter().filter_map(|part| match part {
        ItemPart::Item { axis, column } => Some(context.track(*axis, *column, &Type::String)),
        ItemPart::Literal(_) => None,
    });
    let track = if input.ty.is_path() {
        Track::File
    } else if tracks.into_iter().any(|track| track == Track::Value) {
        Track::Value
    } else {
        Track::Key
    };
    Feed::Text {
        name: input.name.clone(),
        ty: input.ty.clone(),
        parts: parts.to_vec(),
        track,
    }
}
