//! What shards decide: conditions, and inputs that have several sources.

use super::{Context, Feed, Origin, lower, not_yet};
use crate::dataflow::{Arg, AxisId, Input, Source};
use crate::plan::PlanError;

/// The branches around a call, and what they and the tests of sources read: each just before it is
/// needed, since behind a condition that does not hold nothing is looked at.
pub(in crate::plan) fn conditions(context: &Context<'_>) -> Result<Vec<Feed>, PlanError> {
    let call = context.call;
    let mut left: Vec<&Input> = call.asked.iter().collect();
    let mut feeds = Vec::new();
    let declare = |feeds: &mut Vec<Feed>, input: &Input| {
        let arg = call.args.get(&input.name);
        let arg = arg.unwrap_or_else(|| unreachable!("what is asked has an argument"));
        feeds.extend(lower(context, input, arg)?);
        Ok(())
    };
    for test in &call.when {
        // What a test reads may be told by tests itself: all that was asked up to there.
        let read = test.asked();
        let last = left.iter().rposition(|it| read.contains(&it.name.as_str()));
        for input in left.drain(..last.map_or(0, |at| at + 1)) {
            declare(&mut feeds, input)?;
        }
        feeds.push(Feed::When(test.clone()));
    }
    for input in left {
        declare(&mut feeds, input)?;
    }
    Ok(feeds)
}

/// The sources of an input. Lists of several are one, shard by shard: they have the same shards.
pub(super) fn first(
    context: &Context<'_>,
    input: &Input,
    sources: &[Source],
) -> Result<Vec<Feed>, PlanError> {
    let refused = |what| Err(not_yet(context, &input.name, what));
    let mut feeds = Vec::new();
    let mut all_over = None;
    for (source, nth) in sources.iter().zip(1..) {
        let found = lower(context, input, &source.arg)?;
        let Ok([Feed::Input(variable)]) = <[Feed; 1]>::try_from(found) else {
            return refused("a record that is chosen at run time");
        };
        if let Origin::Joined(_) = variable.origin {
            return refused("a written list of results as one of several sources");
        }
        let over = list_over(context, &variable.origin, &source.arg);
        let before = all_over.get_or_insert_with(|| over.clone());
        if *before != over {
            return refused(match before.is_some() && over.is_some() {
                true => "a choice between lists over different loops",
                false => "a choice between a list of results and another list",
            });
        }
        feeds.push(Feed::Source {
            nth,
            only: source.only.clone(),
            variable,
        });
    }
    Ok(feeds)
}

/// Of a list of results the axes of what makes them.
fn list_over(context: &Context<'_>, origin: &Origin, arg: &Arg) -> Option<Vec<AxisId>> {
    match (origin, arg) {
        (Origin::List(_), Arg::Result { call, .. }) => {
            let axes = context.dataflow.call(*call).axes.iter();
            Some(axes.map(|it| it.axis).collect())
        }
        (_, _) => None,
    }
}
