//! Warnings about names that nothing uses.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Definition, Items, Local, LocalId, LocalKind, Warning};
use crate::ast::Name;
use crate::diagnostics::Warnings;
use crate::hir::{ParamId, ProcessId};
use crate::source::{SourceId, Span};

/// Warns of items and bindings that no use stands for; a leading `_` asks for silence.
pub(super) fn warn(
    items: &Items,
    locals: &[Local],
    uses: &IndexMap<Span, Definition>,
    warnings: &mut Warnings,
) {
    let mut used: BTreeSet<Definition> = uses.values().copied().collect();
    // From the last: what an `if` leaves behind stands behind what its branches bind.
    for (at, local) in locals.iter().enumerate().rev() {
        if used.contains(&Definition::Local(LocalId(at))) {
            let behind = match local.kind {
                LocalKind::Joined { then, otherwise } => [then, otherwise],
                LocalKind::Given { before, set } => [Some(before), Some(set)],
                LocalKind::Rounds { inner } => [Some(inner), None],
                LocalKind::Bound | LocalKind::LoopVariable | LocalKind::Input => [None, None],
            };
            used.extend(behind.into_iter().flatten().map(Definition::Local));
        }
    }
    // What a file offers to those that import it may be more than one of them uses.
    let own = |name: &Name| name.span.source == SourceId::default();
    let unused = |name: &Name, definition| {
        own(name) && !name.node.starts_with('_') && !used.contains(&definition)
    };
    imports(items, uses, warnings);
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
            LocalKind::Bound
            | LocalKind::LoopVariable
            | LocalKind::Input
            | LocalKind::Joined { .. }
            | LocalKind::Given { .. }
            | LocalKind::Rounds { .. } => {}
        }
    }
}

/// Warns of imports of which a file uses nothing.
fn imports(items: &Items, uses: &IndexMap<Span, Definition>, warnings: &mut Warnings) {
    let declared = uses.iter().filter_map(|(place, definition)| {
        let declared = items.place(*definition)?;
        Some((place.source, declared.source))
    });
    let used: BTreeSet<(SourceId, SourceId)> = declared.collect();
    for module in items.modules.all() {
        for import in &module.imports {
            let imported = items.modules.all().nth(import.module);
            if imported.is_some_and(|it| !used.contains(&(module.source, it.source))) {
                warnings.push(Warning::UnusedImport { span: import.span });
            }
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
