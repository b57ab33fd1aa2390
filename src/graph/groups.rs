//! Which calls are one node.

use indexmap::IndexMap;

use super::Cluster;
use crate::dataflow::{Around, Call, CallId, Dataflow, ProcessId};
use crate::source::Span;

/// The calls of a program as they are written: what `repeat` writes out in each round is one.
pub(super) struct Groups {
    pub all: Vec<Group>,
    pub clusters: Vec<Cluster>,
    /// By call: its group.
    of: Vec<GroupId>,
}

/// Index into [`Groups::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct GroupId(pub usize);

pub(super) struct Group {
    pub calls: Vec<CallId>,
    pub cluster: Option<usize>,
}

impl Group {
    pub fn first(&self) -> CallId {
        let first = self.calls.first().copied();
        first.unwrap_or_else(|| unreachable!("a group is made with its first call"))
    }
}

impl Groups {
    pub fn new(dataflow: &Dataflow) -> Self {
        let mut clusters = Clusters::default();
        let mut groups: IndexMap<(ProcessId, Span, Option<usize>), Vec<CallId>> = IndexMap::new();
        let mut of = Vec::new();
        for id in dataflow.call_ids() {
            let call = dataflow.call(id);
            let cluster = clusters.of(call);
            let group = groups.entry((call.process, call.span, cluster));
            of.push(GroupId(group.index()));
            group.or_default().push(id);
        }
        let all = groups.into_iter();
        Self {
            all: all
                .map(|((_, _, cluster), calls)| Group { calls, cluster })
                .collect(),
            clusters: clusters.named(),
            of,
        }
    }

    pub fn of(&self, call: CallId) -> GroupId {
        let group = self.of.get(call.0 as usize).copied();
        group.unwrap_or_else(|| unreachable!("{call:?} comes from this dataflow"))
    }
}

/// Calls of named workflows, each by the one around and by what is written there.
#[derive(Default)]
struct Clusters(IndexMap<(Option<usize>, Around), ()>);

impl Clusters {
    /// That of a call; rounds have none.
    fn of(&mut self, call: &Call) -> Option<usize> {
        let workflows = call.around.iter();
        let workflows = workflows.filter(|it| matches!(it, Around::Workflow { .. }));
        workflows.fold(None, |within, around| {
            let entry = self.0.entry((within, around.clone()));
            let at = entry.index();
            entry.or_default();
            Some(at)
        })
    }

    fn named(self) -> Vec<Cluster> {
        let clusters = self.0.into_keys();
        let named = clusters.map(|(within, around)| Cluster {
            name: match around {
                Around::Workflow { name, workflow, .. } if name != workflow => {
                    format!("{name}: {workflow}")
                }
                Around::Workflow { name, .. } | Around::Round(name) => name,
            },
            within,
        });
        named.collect()
    }
}

impl Groups {
    /// What a group is called in its cluster: by the process, and by the name that the call is bound to
    /// where the process is called several times there.
    pub fn title(&self, dataflow: &Dataflow, group: &Group) -> String {
        let id = group.first();
        let (call, process) = (dataflow.call(id), &dataflow.process_of(id).name);
        let beside = self.all.iter().filter(|it| it.cluster == group.cluster);
        let alike = beside.filter(|it| dataflow.call(it.first()).process == call.process);
        if alike.count() == 1 {
            return process.clone();
        }
        let bound = call.name.strip_prefix(process.as_str()).unwrap_or("");
        let is_around = |part: &str| call.around.iter().any(|it| it.name() == part);
        let own = bound.split('.');
        let own = own.filter(|part| !part.is_empty() && !is_around(part));
        let parts: Vec<_> = std::iter::once(process.as_str()).chain(own).collect();
        parts.join(".")
    }
}
