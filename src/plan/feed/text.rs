//! Texts that are made from items.

use super::{Context, Feed, Item, Origin};
use crate::dataflow::ItemPart;
use crate::plan::Track;
use crate::types::Type;

/// The columns that a text is made of and that neither a key nor a file's content stands for.
pub(in crate::plan) fn hidden(context: &Context<'_>, feeds: &[Feed]) -> Vec<Feed> {
    let mut found = Vec::new();
    for (variable, nth) in feeds.iter().filter_map(Feed::source) {
        let Origin::Text(parts) = &variable.origin else {
            continue;
        };
        for part in parts.iter().filter(|_| !variable.ty.is_path()) {
            let &ItemPart::Item { axis, column } = part else {
                continue;
            };
            let track = context.track(axis, column, &Type::String);
            if track == Track::Value {
                let text = Some(variable.source_name(nth));
                let item = Item {
                    axis,
                    column,
                    track,
                };
                found.push(Feed::Hidden { text, item });
            }
        }
    }
    found
}
