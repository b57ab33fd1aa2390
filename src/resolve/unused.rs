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
    imports(items, uses, warnings);
    let used = used(locals, uses);
    let mut check = |definition, name: &Name, warning| {
        // What a file offers to those that import it may be more than one of them uses.
        let own = name.span.source == SourceId::default();
        if own && !name.node.starts_with('_') && !used.contains(&definition) {
            warnings.push(warning);
        }
    };
    for (at, param) in items.params.values().enumerate() {
        let name = &param.name;
        check(Definition::Param(ParamId(at)), name, unused("param", name));
    }
    for (at, record) in items.records.values().enumerate() {
        let name = &record.name;
        check(Definition::Record(at), name, unused("record", name));
    }
    for (at, container) in items.containers.values().enumerate() {
        let name = &container.name;
        check(Definition::Container(at), name, unused("container", name));
    }
    for (at, declared) in items.processes.values().enumerate() {
        let (definition, name) = (Definition::Process(ProcessId(at)), &declared.process.name);
        check(definition, name, never_called("process", name));
    }
    for (at, workflow) in items.workflows.values().enumerate() {
        if let Some(name) = &workflow.name {
            check(
                Definition::Workflow(at),
                name,
                never_called("workflow", name),
            );
        }
    }
    for (at, local) in locals.iter().enumerate() {
        let (definition, name) = (Definition::Local(LocalId(at)), &local.name);
        match local.kind {
            LocalKind::Bound => check(definition, name, unread(name)),
            LocalKind::Input => check(definition, name, unused("input", name)),
            LocalKind::LoopVariable
            | LocalKind::Joined { .. }
            | LocalKind::Given { .. }
            | LocalKind::Rounds { .. } => {}
        }
    }
}

/// What uses stand for, and what is behind it.
fn used(locals: &[Local], uses: &IndexMap<Span, Definition>) -> BTreeSet<Definition> {
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
    used
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

fn unused(kind: &'static str, name: &Name) -> Warning {
    Warning::Unused {
        kind,
        name: name.node.clone(),
        span: name.span,
    }
}

fn never_called(kind: &'static str, name: &Name) -> Warning {
    Warning::NeverCalled {
        kind,
        name: name.node.clone(),
        span: name.span,
    }
}

fn unread(name: &Name) -> Warning {
    Warning::Unread {
        name: name.node.clone(),
        span: name.span,
    }
}
