//! Files that calls read, and those that they publish.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};

use super::groups::{GroupId, Groups};
use super::text::few;
use super::{Node, NodeKind};
use crate::dataflow::{
    Arg, Axis, AxisId, Call, Dataflow, Input, ItemPart, Items, Output, Publish, TextPart,
};
use crate::types::{Type, Value};

/// What more calls read than these is named in each of them, instead of many edges.
const MANY: usize = 6;

/// So many names at length are told to readers who point at a node.
const NAMED: usize = 20;

/// Tracked files that calls read: one node for all that the same calls read.
#[derive(Default)]
pub(super) struct Inputs {
    pub nodes: Vec<Node>,
    /// From a node to a group, and what the files are called there.
    pub edges: Vec<(usize, GroupId, IndexSet<String>)>,
    /// By group.
    pub read_by_many: BTreeMap<GroupId, Vec<String>>,
}

/// By group that reads it: the names of the inputs.
type Readers = BTreeMap<GroupId, IndexSet<String>>;

impl Inputs {
    pub fn new(dataflow: &Dataflow, groups: &Groups) -> Self {
        let mut alike: IndexMap<BTreeSet<GroupId>, Vec<(String, Readers)>> = IndexMap::new();
        for (file, readers) in read(dataflow, groups) {
            let by = readers.keys().copied().collect();
            alike.entry(by).or_default().push((file, readers));
        }
        let mut inputs = Self::default();
        for (by, files) in alike {
            if by.len() > MANY {
                for reader in by {
                    let names = files.iter().map(|(file, _)| file.clone());
                    inputs.read_by_many.entry(reader).or_default().extend(names);
                }
                continue;
            }
            let at = inputs.nodes.len();
            for reader in &by {
                let named = files.iter().filter_map(|(_, readers)| readers.get(reader));
                let names = named.flatten().cloned().collect();
                inputs.edges.push((at, *reader, names));
            }
            let within = by.iter().map(|it| groups.all.get(it.0)?.cluster);
            let within: BTreeSet<_> = within.collect();
            let cluster = within.first().copied().flatten();
            let files = files.into_iter().map(|(file, _)| file);
            let cluster = cluster.filter(|_| within.len() == 1);
            inputs.nodes.push(node("read", files.collect(), cluster));
        }
        inputs
    }
}

fn node(what: &str, files: Vec<String>, cluster: Option<usize>) -> Node {
    let named: Vec<_> = files.iter().take(NAMED).map(String::as_str).collect();
    let more = match files.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let tip = format!("{what}: {}{more}", named.join(", "));
    let mut shown = few(files.into_iter()).into_iter();
    Node {
        kind: NodeKind::Files,
        name: shown.next().unwrap_or_default(),
        lines: shown.collect(),
        tip,
        cluster,
        conditional: false,
    }
}

/// The files that calls read, by the name for people.
fn read(dataflow: &Dataflow, groups: &Groups) -> IndexMap<String, Readers> {
    let mut found: IndexMap<String, Readers> = IndexMap::new();
    for id in dataflow.call_ids() {
        let (call, process) = (dataflow.call(id), dataflow.process_of(id));
        for input in process.inputs.iter().filter(|it| names_files(it)) {
            let arg = call.args.get(&input.name);
            let mut files = Vec::new();
            let reader = Reader { dataflow, call };
            arg.into_iter().for_each(|it| reader.files(it, &mut files));
            for file in files {
                let readers = found.entry(file).or_default();
                let names = readers.entry(groups.of(id)).or_default();
                names.insert(input.name.clone());
            }
        }
    }
    found
}

/// Whether its type is that of files, or of records with some.
fn names_files(input: &Input) -> bool {
    let is_path = |ty: &Type| ty.innermost().is_path();
    is_path(&input.ty) || input.fields.iter().any(|it| is_path(&it.ty))
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    dataflow: &'a Dataflow,
    call: &'a Call,
}

impl Reader<'_> {
    /// The files that an argument names: by their paths, by the collection that they are from, or by
    /// how their paths are made.
    fn files(self, arg: &Arg, found: &mut Vec<String>) {
        match arg {
            Arg::Constant(value) => constant(value, found),
            Arg::Item { axis, column } => found.extend(self.collection(*axis, *column)),
            Arg::Template(parts) => {
                found.push(parts.iter().map(|part| self.part(part)).collect());
            }
            Arg::List(args) => args.iter().for_each(|it| self.files(it, found)),
            Arg::First(sources) => {
                let args = sources.iter().map(|it| &it.arg);
                args.for_each(|it| self.files(it, found));
            }
            Arg::Result { .. } => {}
        }
    }

    /// The collection of an item that names files, or of which a column does. Those of a group are from
    /// what it is a group of.
    fn collection(self, axis: AxisId, column: Option<usize>) -> Option<String> {
        let of = self.dataflow.axis(axis);
        if !has_files(of, column) {
            return None;
        }
        let mut axes = self.dataflow.axes.iter();
        let grouped = axes.find(|it| it.knows(axis) && has_files(it, None));
        let collection = &grouped.unwrap_or(of).collection;
        // A pattern stands there as a template would be written.
        Some(collection.replace("{{", "{").replace("}}", "}"))
    }

    /// A part of a name, with what is filled in between braces.
    fn part(self, part: &ItemPart) -> String {
        let (axis, column) = match part {
            ItemPart::Literal(text) => return text.clone(),
            ItemPart::Item { axis, column } => (*axis, *column),
        };
        let of = self.dataflow.axis(axis);
        let label = self.dataflow.label(&self.call.axes, axis);
        let label = label.unwrap_or(&of.name);
        let field = match &of.items {
            Items::Table(table) => table.columns.get(column),
            Items::Range { .. } | Items::Made(_) => None,
        };
        match field.filter(|it| it.name != label) {
            Some(field) => format!("{{{label}.{}}}", field.name),
            None => format!("{{{label}}}"),
        }
    }
}

fn has_files(axis: &Axis, column: Option<usize>) -> bool {
    let Items::Table(table) = &axis.items else {
        return false;
    };
    let columns = table.columns.iter().enumerate();
    let mut own = columns.filter(|(at, _)| column.is_none_or(|it| it == *at));
    own.any(|(_, it)| it.ty.innermost().is_path())
}

fn constant(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::File(path) | Value::Dir(path) => found.push(path.clone()),
        Value::List(items) => items.iter().for_each(|it| constant(it, found)),
        Value::Record(_, fields) => fields.iter().for_each(|(_, it)| constant(it, found)),
        Value::Int(_)
        | Value::Float(_)
        | Value::Bool(_)
        | Value::String(_)
        | Value::Duration(_)
        | Value::Size(_)
        | Value::Absent => {}
    }
}

/// For each group that publishes something a node with the names.
pub(super) fn outputs(dataflow: &Dataflow, groups: &Groups) -> Vec<(GroupId, Node)> {
    let mut names: BTreeMap<GroupId, IndexSet<String>> = BTreeMap::new();
    for publish in &dataflow.publishes {
        let own = names.entry(groups.of(publish.call)).or_default();
        own.insert(published(dataflow, publish));
    }
    let nodes = names.into_iter().map(|(at, names)| {
        let cluster = groups.all.get(at.0).and_then(|it| it.cluster);
        (at, node("published", names.into_iter().collect(), cluster))
    });
    nodes.collect()
}

fn published(dataflow: &Dataflow, publish: &Publish) -> String {
    let call = dataflow.call(publish.call);
    let outputs = &dataflow.process_of(publish.call).outputs;
    let output = outputs.iter().find(|it| it.name == publish.output);
    let Some(template) = &publish.template else {
        let folders = call
            .axes
            .iter()
            .map(|own| format!("{0}={{{0}}}/", own.label));
        let file = output.into_iter().flat_map(|it| &it.path).map(file_part);
        return folders.chain(file).collect();
    };
    let reader = Reader { dataflow, call };
    let name: String = template.iter().map(|part| reader.part(part)).collect();
    match output.is_some_and(Output::is_list) {
        true => name + "/…",
        false => name,
    }
}

fn file_part(part: &TextPart) -> String {
    match part {
        TextPart::Literal(text) => text.clone(),
        TextPart::Input { input, field } => match field {
            Some(field) => format!("{{{input}.{field}}}"),
            None => format!("{{{input}}}"),
        },
    }
}
