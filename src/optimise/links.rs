//! What each call waits for, found once for all trials.

use crate::dataflow::{Arg, Call, CallId, Dataflow};

use super::ByCall;

/// By call: the calls that it waits for, each once and in their order.
#[derive(Debug)]
pub(super) struct Links(ByCall<Vec<Link>>);

/// An earlier call that a call reads, or that it is told to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub producer: CallId,
    /// A shard waits for the producer's shard at its own point alone.
    pub by_shard: bool,
    /// Some reading is of single shards, whatever its own.
    pub picks: bool,
}

impl Links {
    pub fn new(dataflow: &Dataflow) -> Self {
        let calls = dataflow.call_ids();
        Self(calls.map(|call| links(dataflow, call)).collect())
    }

    pub fn of(&self, call: CallId) -> &[Link] {
        &self.0[call]
    }

    /// The calls that a call waits for.
    pub fn producers(&self, call: CallId) -> impl Iterator<Item = CallId> {
        self.of(call).iter().map(|link| link.producer)
    }
}

fn links(dataflow: &Dataflow, id: CallId) -> Vec<Link> {
    let call = dataflow.call(id);
    let mut all = waits(dataflow, call);
    for arg in call.args.values() {
        readings(arg, &mut all);
    }
    all.sort_unstable_by_key(|link| link.producer);
    all.dedup_by(|link, kept| {
        let same = link.producer == kept.producer;
        if same {
            kept.by_shard &= link.by_shard;
            kept.picks |= link.picks;
        }
        same
    });
    for link in &mut all {
        link.by_shard = link.by_shard && !dataflow.does_without(id, link.producer);
    }
    all
}

/// What it is told to follow, and what makes its axes.
fn waits(dataflow: &Dataflow, call: &Call) -> Vec<Link> {
    let after = call.after.iter().copied();
    let made = dataflow.made(&call.axes).map(|(_, _, made)| made.call);
    let all = after.chain(made).map(|producer| Link {
        producer,
        by_shard: false,
        picks: false,
    });
    all.collect()
}

fn readings(arg: &Arg, found: &mut Vec<Link>) {
    match arg {
        Arg::Result { call, picks, .. } => found.push(Link {
            producer: *call,
            by_shard: picks.is_empty(),
            picks: !picks.is_empty(),
        }),
        Arg::List(args) => args.iter().for_each(|arg| readings(arg, found)),
        Arg::First(sources) => sources.iter().for_each(|it| readings(&it.arg, found)),
        Arg::Constant(_) | Arg::Item { .. } | Arg::Template(_) => {}
    }
}
