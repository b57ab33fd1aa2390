//! The items of a file by name.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::{Declared, Items, ResolveError};
use crate::ast::{self, ItemKind};
use crate::hir::Function;
use crate::source::Span;

/// Types that need no declaration.
pub(super) const TYPES: [&str; 6] = ["Int", "Float", "Bool", "String", "File", "Dir"];

/// Files the items under their names, and the workflows without one apart.
pub(super) fn collect<'a>(
    file: &'a ast::File,
    errors: &mut Vec<ResolveError>,
) -> (Items<'a>, Vec<&'a ast::Workflow>) {
    let mut items = Items::default();
    let mut mains = Vec::new();
    for item in &file.items {
        match &item.kind {
            ItemKind::Import(import) => errors.push(ResolveError::NotYet {
                what: "`import` is",
                span: import.path.span,
                help: Some("copy the processes that are needed into this file".into()),
            }),
            ItemKind::Param(param) => {
                let first = insert(&mut items.params, &param.name, param, |it| it.name.span);
                twice(errors, "param", &param.name, first);
            }
            ItemKind::Record(record) => {
                let first = insert(&mut items.records, &record.name, record, |it| it.name.span);
                twice(errors, "record", &record.name, first);
                if TYPES.contains(&record.name.node.as_str()) {
                    errors.push(ResolveError::TypeName {
                        name: record.name.node.clone(),
                        span: record.name.span,
                    });
                }
            }
            ItemKind::Container(image) => {
                let first = insert(&mut items.containers, &image.name, image, |it| it.name.span);
                twice(errors, "container", &image.name, first);
            }
            ItemKind::Process(process) => {
                let declared = Declared { process, item };
                let first = insert(&mut items.processes, &process.name, declared, |it| {
                    it.process.name.span
                });
                twice(errors, "process", &process.name, first);
                function_name(errors, "process", &process.name);
            }
            ItemKind::Workflow(workflow) => match &workflow.name {
                None => mains.push(workflow),
                Some(name) => {
                    let first = insert(&mut items.workflows, name, workflow, |it| it.word);
                    twice(errors, "workflow", name, first);
                    function_name(errors, "workflow", name);
                }
            },
        }
    }
    clashes(&items, errors);
    (items, mains)
}

/// Puts a thing under its name; gives the place of the one that is there already.
fn insert<'a, T>(
    table: &mut IndexMap<&'a str, T>,
    name: &'a ast::Name,
    thing: T,
    place: impl Fn(&T) -> Span,
) -> Option<Span> {
    match table.entry(name.node.as_str()) {
        Entry::Occupied(entry) => Some(place(entry.get())),
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
                name: (*name).to_owned(),
                span: declared.process.name.span,
                first: record.name.span,
            });
        }
        if let Some(workflow) = items.workflows.get(name) {
            errors.push(ResolveError::DeclaredTwice {
                kind: "process or workflow",
                name: (*name).to_owned(),
                span: workflow.name.as_ref().map_or(workflow.word, |it| it.span),
                first: declared.process.name.span,
            });
        }
    }
}
