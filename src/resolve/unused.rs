//! Warnings about names that nothing uses.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Definition, Items, Local, LocalId, LocalKind, Warning};
use crate::ast::Name;
use crate::diagnostics::Warnings;
use crate::hir::{ParamId, ProcessId};
use crate::source::Span;

/// Warns of items and bindings that no use stands for; a leading `_` asks for silence.
pub(super) fn warn(
    items: &Items,
    locals: &[Local],
    uses: &IndexMap<Span, Definition>,
    warnings: &mut Warnings,
) {
    let used: BTreeSet<Definition> = uses.values().copied().collect();
    let unused =
        |name: &Name, definition| !name.node.starts_with('_') && !used.contains(&definition);
    for (at, param) in items.params.values().enumerate() {
        if unused(&param.name, Definition::Param(ParamId(at))) {
            warnings.push(warning("param", &param.name));
        }
    }
    for (at, record) in items.records.values().enumerate() {
        if unused(&record.name, Definition::Record(at)) {
            warnings.push(warning("record", &record.name));
        }
    }
    for (at, container) in items.containers.values().enumerate() {
        if unused(&container.name, Definition::Container(at)) {
            warnings.push(warning("container", &container.name));
        }
    }
    for (at, declared) in items.processes.values().enumerate() {
        let name = &declared.process.name;
        if unused(name, Definition::Process(ProcessId(at))) {
            warnings.push(Warning::NeverCalled {
                kind: "process",
                name: name.node.clone(),
                span: name.span,
            });
        }
    }
    for (at, workflow) in items.workflows.values().enumerate() {
        if let Some(name) = &workflow.name
            && unused(name, Definition::Workflow(at))
        {
            warnings.push(Warning::NeverCalled {
                kind: "workflow",
                name: name.node.clone(),
                span: name.span,
            });
        }
    }
    for (at, local) in locals.iter().enumerate() {
        let quiet = !unused(&local.name, Definition::Local(LocalId(at)));
        match local.kind {
            LocalKind::Bound if !quiet => warnings.push(Warning::Unread {
                name: local.name.node.clone(),
                span: local.name.span,
            }),
            LocalKind::Input if !quiet => warnings.push(warning("input", &local.name)),
            LocalKind::Bound | LocalKind::LoopVariable | LocalKind::Input => {}
        }
    }
}

fn warning(kind: &'static str, name: &Name) -> Warning {
    Warning::Unused {
        kind,
        name: name.node.clone(),
        span: name.span,
    }
}
