//! The items of all files by name.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::{Declared, Definition, Items, ResolveError};
use crate::ast::{self, ItemKind};
use crate::hir::{Function, ParamId};
use crate::import::Modules;
use crate::source::{SourceId, Span};

/// Types that need no declaration.
pub const TYPES: [&str; 6] = ["Int", "Float", "Bool", "String", "File", "Dir"];

/// Files the items of all modules under their names; gives the workflows without one apart.
pub(super) fn collect<'a>(
    modules: &'a Modules,
    errors: &mut Vec<ResolveError>,
) -> (Items<'a>, Vec<&'a ast::Workflow>) {
    let mut items = Items {
        modules,
        params: IndexMap::new(),
        records: IndexMap::new(),
        containers: IndexMap::new(),
        processes: IndexMap::new(),
        workflows: IndexMap::new(),
    };
    let mut mains = Vec::new();
    for module in modules.all() {
        for item in &module.file.items {
            items.insert(item, &module.prefix, errors);
            let own = module.source == SourceId::default();
            if let (ItemKind::Workflow(it @ ast::Workflow { name: None, .. }), true) =
                (&item.kind, own)
            {
                mains.push(it);
            }
        }
    }
    clashes(&items, errors);
    (items, mains)
}

impl<'a> Items<'a> {
    fn insert(&mut self, item: &'a ast::Item, prefix: &str, errors: &mut Vec<ResolveError>) {
        match &item.kind {
            ItemKind::Import(_) => {}
            ItemKind::Param(param) => match self.params.get(param.name.node.as_str()) {
                Some(first) => twice(errors, "param", &param.name, Some(first.name.span)),
                None => {
                    self.params.insert(&param.name.node, param);
                }
            },
            ItemKind::Record(record) => {
                let first = insert(&mut self.records, prefix, &record.name, record);
                twice(errors, "record", &record.name, first);
                if TYPES.contains(&record.name.node.as_str()) {
                    errors.push(ResolveError::TypeName {
                        name: record.name.node.clone(),
                        span: record.name.span,
                    });
                }
            }
            ItemKind::Container(image) => {
                let first = insert(&mut self.containers, prefix, &image.name, image);
                twice(errors, "container", &image.name, first);
            }
            ItemKind::Process(process) => {
                let declared = Declared { process, item };
                let first = insert(&mut self.processes, prefix, &process.name, declared);
                twice(errors, "process", &process.name, first);
                function_name(errors, "process", &process.name);
            }
            ItemKind::Workflow(workflow) => {
                if let Some(name) = &workflow.name {
                    let first = insert(&mut self.workflows, prefix, name, workflow);
                    twice(errors, "workflow", name, first);
                    function_name(errors, "workflow", name);
                }
            }
        }
    }

    /// The param of that name; the other files of a program see none.
    pub(super) fn param(&self, name: &str, place: Span) -> Option<(ParamId, &'a ast::Param)> {
        if self.modules.path(place.source).is_some() {
            return None;
        }
        let (at, _, param) = self.params.get_full(name)?;
        Some((ParamId(at), param))
    }

    /// Where an item is declared.
    pub fn place(&self, definition: Definition) -> Option<Span> {
        match definition {
            Definition::Process(id) => self.processes.get_index(id.0).map(|(_, it)| it.place()),
            Definition::Workflow(at) => self.workflows.get_index(at).map(|(_, it)| it.place()),
            Definition::Record(at) => self.records.get_index(at).map(|(_, it)| it.place()),
            Definition::Container(at) => self.containers.get_index(at).map(|(_, it)| it.place()),
            Definition::Param(_)
            | Definition::Local(_)
            | Definition::Input(_)
            | Definition::Attempt
            | Definition::Function(_) => None,
        }
    }

    /// The item that a name stands for where it is written.
    pub(super) fn find<T: Placed>(
        &self,
        table: &IndexMap<String, T>,
        name: &str,
        place: Span,
    ) -> Option<usize> {
        let meanings = self.modules.meanings(name, place.source);
        let mut found = meanings.iter().filter_map(|(name, source)| {
            let (at, _, item) = table.get_full(name)?;
            (self.modules.home(item.place().source) == *source).then_some(at)
        });
        found.next()
    }
}

/// A thing that is declared somewhere.
pub(super) trait Placed {
    fn place(&self) -> Span;
}

impl Placed for &ast::Record {
    fn place(&self) -> Span {
        self.name.span
    }
}

impl Placed for &ast::Container {
    fn place(&self) -> Span {
        self.name.span
    }
}

impl Placed for Declared<'_> {
    fn place(&self) -> Span {
        self.process.name.span
    }
}

impl Placed for &ast::Workflow {
    fn place(&self) -> Span {
        self.name.as_ref().map_or(self.word, |name| name.span)
    }
}

/// Puts a thing under its name; gives the place of the one that is there already.
fn insert<T: Placed>(
    table: &mut IndexMap<String, T>,
    prefix: &str,
    name: &ast::Name,
    thing: T,
) -> Option<Span> {
    match table.entry(format!("{prefix}{}", name.node)) {
        Entry::Occupied(entry) => Some(entry.get().place()),
        Entry::Vacant(entry) => {
            entry.insert(thing);
            None
        }
    }
}

fn twice(
    errors: &mut Vec<ResolveError>,
    kind: &'static str,
    name: &ast::Name,
    first: Option<Span>,
) {
    if let Some(first) = first {
        errors.push(ResolveError::DeclaredTwice {
            kind,
            name: name.node.clone(),
            span: name.span,
            first,
        });
    }
}

fn function_name(errors: &mut Vec<ResolveError>, kind: &'static str, name: &ast::Name) {
    if Function::named(&name.node).is_some() {
        errors.push(ResolveError::FunctionName {
            kind,
            name: name.node.clone(),
            span: name.span,
        });
    }
}

/// What is called with the same words must differ in name.
fn clashes(items: &Items, errors: &mut Vec<ResolveError>) {
    for (name, declared) in &items.processes {
        if let Some(record) = items.records.get(name) {
            errors.push(ResolveError::RecordAndProcess {
                name: name.clone(),
                span: declared.process.name.span,
                first: record.name.span,
            });
        }
        if let Some(workflow) = items.workflows.get(name) {
            errors.push(ResolveError::DeclaredTwice {
                kind: "process or workflow",
                name: name.clone(),
                span: workflow.name.as_ref().map_or(workflow.word, |it| it.span),
                first: declared.process.name.span,
            });
        }
    }
}
