//! Calls as nodes, what passes between them as edges.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use super::files::{self, Inputs};
use super::groups::{Group, GroupId, Groups};
use super::text::{few, short};
use super::{Edge, EdgeKind, Graph, Node, NodeKind};
use crate::dataflow::{Arg, AxisId, Call, CallAxis, CallId, Dataflow, ItemPart, Pick};
use crate::units::counted;

/// Between which nodes, and how; with what passes.
type Edges = BTreeMap<(usize, usize, EdgeKind), IndexSet<String>>;

/// The calls of a program, with the files that they read and publish.
pub fn calls(dataflow: &Dataflow) -> Graph {
    let groups = Groups::new(dataflow);
    let inputs = Inputs::new(dataflow, &groups);
    // Behind those of the files that are read, a node a group.
    let first = inputs.nodes.len();
    let node_of = |GroupId(at)| first + at;
    let mut nodes = inputs.nodes;
    let mut edges = Edges::new();
    for (id, group) in (0..).map(GroupId).zip(&groups.all) {
        let mut node = node(dataflow, &groups, group);
        let read = inputs.read_by_many.get(&id).into_iter().flatten();
        node.lines.extend(few_read(read));
        nodes.push(node);
        let calls = group.calls.iter();
        for reading in calls.flat_map(|call| readings(dataflow, &groups, *call)) {
            let from = groups.of(reading.producer);
            // What a round reads of the one before stays in the node.
            if from != id {
                let between = (node_of(from), node_of(id), reading.kind);
                let values = edges.entry(between).or_default();
                values.insert(reading.value + &reading.how);
            }
        }
    }
    without_detours(&mut edges);
    for (from, to, label) in inputs.edges {
        edges.insert((from, node_of(to), EdgeKind::Each), label);
    }
    for (from, output) in files::outputs(dataflow, &groups) {
        let between = (node_of(from), nodes.len(), EdgeKind::Each);
        edges.insert(between, IndexSet::new());
        nodes.push(output);
    }
    Graph {
        name: dataflow.name.clone(),
        clusters: groups.clusters,
        nodes,
        edges: edges.into_iter().map(edge).collect(),
    }
}

/// Takes away the order of two calls that follows from other edges.
fn without_detours(edges: &mut Edges) {
    let orders = edges.keys().filter(|(_, _, kind)| *kind == EdgeKind::Order);
    for order in orders.copied().collect::<Vec<_>>() {
        let (from, to, _) = order;
        let others = edges.keys().filter(|it| **it != order);
        let mut reached = BTreeSet::from([from]);
        let mut left: Vec<_> = others.map(|(from, to, _)| (*from, *to)).collect();
        let mut before = usize::MAX;
        while left.len() < before {
            before = left.len();
            left.retain(|(from, to)| {
                let is_open = !reached.contains(from);
                if !is_open {
                    reached.insert(*to);
                }
                is_open
            });
        }
        if reached.contains(&to) {
            edges.remove(&order);
        }
    }
}

fn edge(((from, to, kind), values): ((usize, usize, EdgeKind), IndexSet<String>)) -> Edge {
    let values = few(values.into_iter()).join(", ");
    Edge {
        from,
        to,
        kind,
        label: match kind {
            EdgeKind::Asked => format!("if {values}"),
            EdgeKind::Each | EdgeKind::Gather | EdgeKind::Maybe | EdgeKind::Order => values,
        },
    }
}

fn few_read<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let names: Vec<_> = names.map(|it| format!("reads {it}")).collect();
    few(names.into_iter())
}

fn node(dataflow: &Dataflow, groups: &Groups, group: &Group) -> Node {
    let id = group.first();
    let (call, process) = (dataflow.call(id), dataflow.process_of(id));
    let mut lines = Vec::new();
    if !call.axes.is_empty() {
        let loops = call.axes.iter().map(|own| a_loop(dataflow, own));
        lines.extend(few(loops.collect::<Vec<_>>().into_iter()));
        lines.push(shards(dataflow, call, id));
    }
    if group.calls.len() > 1 {
        // Those that follow the last are skipped.
        let mut calls = group.calls.iter().map(|id| dataflow.call(*id));
        let most = match call.when.is_empty() && calls.any(|it| !it.when.is_empty()) {
            true => "up to ",
            false => "",
        };
        lines.push(format!("{most}{} rounds", group.calls.len()));
    }
    if process.script.is_none() {
        lines.push("todo".to_owned());
    }
    let last = group.calls.last().map(|id| &dataflow.call(*id).name);
    let names = match last.filter(|last| **last != call.name) {
        Some(last) => format!("{} … {last}", call.name),
        None => call.name.clone(),
    };
    Node {
        kind: NodeKind::Step,
        name: short(&groups.title(dataflow, group)),
        lines,
        tip: match process.doc.trim() {
            "" => names,
            doc => format!("{names}: {doc}"),
        },
        cluster: group.cluster,
        conditional: !call.when.is_empty(),
    }
}

/// `seed: 100`
fn a_loop(dataflow: &Dataflow, own: &CallAxis) -> String {
    let axis = dataflow.axis(own.axis);
    match axis.is_made() {
        true => format!("{}: known at run time", own.label),
        false => format!("{}: {}", own.label, axis.items.len()),
    }
}

fn shards(dataflow: &Dataflow, call: &Call, id: CallId) -> String {
    let about = match dataflow.made(&call.axes).next() {
        Some(_) => "about ",
        None => "",
    };
    about.to_owned() + &counted(dataflow.shards(id), "shard")
}

/// What a call reads, or waits for, of another.
struct Reading {
    producer: CallId,
    kind: EdgeKind,
    value: String,
    /// Of which shards, and for which: ` [seed]` for the list over seeds, ` to each seed`.
    how: String,
}

fn readings(dataflow: &Dataflow, groups: &Groups, id: CallId) -> Vec<Reading> {
    let call = dataflow.call(id);
    let reader = Reader {
        dataflow,
        groups,
        call,
    };
    let mut found = Vec::new();
    for (name, arg) in &call.args {
        let mut read = Vec::new();
        reader.results(arg, &mut read);
        if call.asked.iter().any(|it| it.name == *name) {
            read.iter_mut().for_each(|it| {
                it.kind = EdgeKind::Asked;
                it.how = String::new();
            });
        }
        found.append(&mut read);
    }
    found.extend(opened(dataflow, call, &found));
    found.extend(call.after.iter().map(|producer| Reading {
        producer: *producer,
        kind: EdgeKind::Order,
        value: "after".to_owned(),
        how: String::new(),
    }));
    found
}

/// Lists of results whose items a call loops over: where it reads the items, or nothing else over them.
fn opened(dataflow: &Dataflow, call: &Call, found: &[Reading]) -> Vec<Reading> {
    let over = |axis: AxisId, of: CallId| {
        let mut axes = dataflow.call(of).axes.iter();
        axes.any(|own| own.axis == axis)
    };
    let made = dataflow.made(&call.axes).filter(|(own, axis, _)| {
        call.args.values().any(|arg| reads_item(arg, *axis))
            || !found.iter().any(|it| over(own.axis, it.producer))
    });
    let opened = made.map(|(own, _, made)| Reading {
        producer: made.call,
        kind: EdgeKind::Each,
        value: made.output.clone(),
        how: format!(" to each {}", own.label),
    });
    opened.collect()
}

/// The call that reads.
#[derive(Clone, Copy)]
struct Reader<'a> {
    dataflow: &'a Dataflow,
    groups: &'a Groups,
    call: &'a Call,
}

impl Reader<'_> {
    /// The results that an argument is made of.
    fn results(self, arg: &Arg, found: &mut Vec<Reading>) {
        let mut read = Vec::new();
        match arg {
            Arg::Result {
                call,
                output,
                picks,
            } => read.push(self.result(*call, output, picks)),
            Arg::List(args) => {
                args.iter().for_each(|it| self.results(it, &mut read));
                self.join_rounds(&mut read);
            }
            Arg::First(sources) => {
                let args = sources.iter().map(|it| &it.arg);
                args.for_each(|it| self.results(it, &mut read));
                let mut of = read.iter().map(|it| self.groups.of(it.producer));
                // The last of several rounds is no choice between calls.
                if of.next().is_some_and(|first| of.any(|it| it != first)) {
                    read.iter_mut().for_each(|it| it.kind = EdgeKind::Maybe);
                }
            }
            Arg::Constant(_) | Arg::Item { .. } | Arg::Template(_) => {}
        }
        found.append(&mut read);
    }

    /// What each round has made, in one list.
    fn join_rounds(self, read: &mut [Reading]) {
        let of: Vec<_> = read.iter().map(|it| self.groups.of(it.producer)).collect();
        for (at, it) in of.iter().zip(read) {
            if of.iter().filter(|other| *other == at).count() > 1 {
                it.kind = it.kind.max(EdgeKind::Gather);
                it.how = format!(" [rounds]{}", it.how);
            }
        }
    }

    fn result(self, producer: CallId, output: &str, picks: &[Pick]) -> Reading {
        let (dataflow, made) = (self.dataflow, self.dataflow.call(producer));
        let is_picked = |axis: AxisId| {
            let mut picked = picks.iter().map(|it| it.axis);
            picked.any(|it| it == axis || dataflow.axis(it).knows(axis))
        };
        let is_told = |axis| dataflow.tells(&self.call.axes, axis) || is_picked(axis);
        let gathered = made.axes.iter().filter(|own| !is_told(own.axis));
        let mut outputs = dataflow.process_of(producer).outputs.iter();
        let is_list = outputs.any(|it| it.name == output && it.is_list());
        let gathered: Vec<_> = labels(gathered).chain(is_list.then_some("…")).collect();
        let own = self.call.axes.iter();
        let more: Vec<_> =
            labels(own.filter(|own| !dataflow.tells(&made.axes, own.axis))).collect();
        let mut how = String::new();
        if !gathered.is_empty() {
            how += &format!(" [{}]", gathered.join(", "));
        }
        if !more.is_empty() {
            how += &format!(" to each {}", more.join(", "));
        }
        Reading {
            producer,
            kind: match gathered.is_empty() {
                true => EdgeKind::Each,
                false => EdgeKind::Gather,
            },
            value: output.to_owned(),
            how,
        }
    }
}

fn labels<'a>(axes: impl Iterator<Item = &'a CallAxis>) -> impl Iterator<Item = &'a str> {
    axes.map(|own| own.label.as_str())
}

/// Whether an argument is made from items of an axis.
fn reads_item(arg: &Arg, of: AxisId) -> bool {
    let is_item = |part: &ItemPart| matches!(part, ItemPart::Item { axis, .. } if *axis == of);
    match arg {
        Arg::Item { axis, .. } => *axis == of,
        Arg::Template(parts) => parts.iter().any(is_item),
        Arg::List(args) => args.iter().any(|it| reads_item(it, of)),
        Arg::First(sources) => sources.iter().any(|it| reads_item(&it.arg, of)),
        Arg::Constant(_) | Arg::Result { .. } => false,
    }
}
