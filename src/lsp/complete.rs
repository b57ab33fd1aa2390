//! What may be written at a place.
//!
//! The name that is being written is taken out, and a name of ours put in its place: with it the
//! program can often be read, and then tells what the name stands for.

mod entry;

use std::collections::BTreeSet;

use lsp_types::{CompletionItem, CompletionItemKind};

use super::OpenFile;
use super::cursor::{Cursor, Within, cursor};
use super::declare::{Declaration, Kind};
use super::index::Index;
use super::program::Program;
use super::shape::Shape;
use super::{text, walk, words};
use crate::ast::{
    Arg, ClauseKind, Expr, ExprKind, Item, ItemKind, Name, StatementKind, TypeExpr, TypeExprKind,
};
use crate::hir::ProcessId;
use crate::resolve;
use crate::source::{SourceId, Span};
use entry::{entry, functions, keywords};

/// No program has this name.
const HERE: &str = "flowc_completes_this";

/// What may stand at a byte of a file.
pub(super) fn complete(file: OpenFile<'_>, offset: usize) -> Vec<CompletionItem> {
    let written = &file.document.text;
    let (start, end) = text::word(written, offset);
    let before = written.get(..start).unwrap_or_default();
    let behind = written.get(end..).unwrap_or_default();
    let cursor = cursor(before);
    let here = match (cursor.within, cursor.item) {
        (Within::Words, _) => return Vec::new(),
        (Within::File, _) => return keywords(&words::ITEMS),
        (Within::Body, "process") => return keywords(&words::CLAUSES),
        // A new name is whatever its author likes.
        (Within::Body, "workflow") if is_bound(behind) => return Vec::new(),
        // Alone it is no statement, but a call is.
        (Within::Body, "workflow") => format!("{HERE}()"),
        (Within::Script, _) if !before.ends_with(['$', '{']) => return Vec::new(),
        (Within::Body | Within::Code | Within::Script, _) => HERE.to_owned(),
    };
    let text = format!("{before}{here}{behind}");
    let program = Program::read(file, &text);
    let index = Index::new(&program);
    let completing = Completing {
        index: &index,
        cursor,
        start,
        member: before.trim_end().ends_with('.'),
    };
    let mut found = completing.items(before);
    let mut known = BTreeSet::new();
    found.retain(|item| known.insert(item.label.clone()));
    found
}

struct Completing<'a> {
    index: &'a Index<'a>,
    cursor: Cursor<'a>,
    /// Where the name begins.
    start: usize,
    /// It stands behind a `.`.
    member: bool,
}

impl<'a> Completing<'a> {
    fn items(&self, before: &str) -> Vec<CompletionItem> {
        let Some(item) = self.index.item(SourceId::default(), self.start) else {
            return self.in_broken(before);
        };
        let mut declared = self.index.declarations.iter();
        if declared.any(|it| it.name.node == HERE) {
            return Vec::new();
        }
        if self.cursor.within == Within::Script {
            return self.inside(item, &[Kind::Input, Kind::Output]);
        }
        let exprs = walk::exprs(item);
        let field = exprs.iter().find_map(|it| {
            let ExprKind::Field { of, field } = &it.kind else {
                return None;
            };
            (field.node == HERE).then_some(of)
        });
        if let Some(of) = field {
            return self.members(of);
        }
        let prefix = exprs.iter().find_map(|it| {
            let ExprKind::Call { callee, .. } = &it.kind else {
                return None;
            };
            callee.node.strip_suffix(HERE)
        });
        if let Some(prefix) = prefix.filter(|it| !it.is_empty()) {
            return self.imported(prefix);
        }
        if let Some(found) = self.in_clause(item) {
            return found;
        }
        let is_here =
            |ty: &&TypeExpr| matches!(&ty.kind, TypeExprKind::Named(name) if name == HERE);
        if walk::types(item).iter().any(is_here) {
            return self.types();
        }
        let mut found = self.arguments(&exprs);
        if self.is_filter() {
            found.push(entry("it", CompletionItemKind::VARIABLE, words::IT));
        }
        if self.cursor.within == Within::Body {
            found.extend(keywords(&words::STATEMENTS));
        }
        found.extend(self.values(item));
        found.extend(match &item.kind {
            ItemKind::Workflow(_) => self.callables(),
            ItemKind::Import(_)
            | ItemKind::Param(_)
            | ItemKind::Record(_)
            | ItemKind::Container(_)
            | ItemKind::Process(_) => functions().collect(),
        });
        found
    }

    /// What stands behind `.` of a value, or of an import.
    fn members(&self, of: &Expr) -> Vec<CompletionItem> {
        if let Some(shape) = self.index.shape(of) {
            return self.named(self.index.members_of(shape));
        }
        if let ExprKind::Name(alias) = &of.kind {
            return self.imported(&format!("{alias}."));
        }
        Vec::new()
    }

    /// What an import under a name has.
    fn imported(&self, prefix: &str) -> Vec<CompletionItem> {
        let mut found = self.callables();
        found.retain(|it| it.label.starts_with(prefix));
        for item in &mut found {
            item.label = item.label.split_off(prefix.len());
        }
        found
    }

    /// Clauses that name something.
    fn in_clause(&self, item: &Item) -> Option<Vec<CompletionItem>> {
        let ItemKind::Process(process) = &item.kind else {
            return None;
        };
        let is_here = |name: &Name| name.node == HERE;
        process.clauses.iter().find_map(|clause| {
            if let ClauseKind::Container(name) = &clause.kind {
                is_here(name).then(|| self.kinds(&[Kind::Container]))
            } else if let ClauseKind::Stdin(name) | ClauseKind::Split { input: name, .. } =
                &clause.kind
            {
                is_here(name).then(|| self.inside(item, &[Kind::Input]))
            } else if let ClauseKind::Merge { output, .. } = &clause.kind {
                is_here(output).then(|| self.inside(item, &[Kind::Output]))
            } else {
                None
            }
        })
    }

    /// Inputs that the call around has no argument for yet.
    fn arguments(&self, exprs: &[&Expr]) -> Vec<CompletionItem> {
        let is_here = |arg: &Arg| {
            let own = matches!(&arg.value.kind, ExprKind::Name(name) if name == HERE);
            own && arg.name.is_none()
        };
        let call = exprs.iter().find_map(|it| {
            let ExprKind::Call { callee, args, .. } = &it.kind else {
                return None;
            };
            args.iter().any(is_here).then_some((callee, args))
        });
        let Some((callee, args)) = call else {
            return Vec::new();
        };
        let Some(called) = self.index.bindings.definition(callee.span) else {
            return Vec::new();
        };
        let given = |name: &&Name| {
            let mut args = args.iter();
            !args.any(|it| it.name.as_ref().is_some_and(|own| own.node == name.node))
        };
        let inputs = self.index.inputs(called).into_iter().filter(given);
        let mut found = self.named(inputs.collect());
        for item in &mut found {
            item.label.push(':');
            item.insert_text = Some(format!("{} ", item.label));
        }
        found
    }

    /// Whether this is what the filter of a list asks.
    fn is_filter(&self) -> bool {
        let place = Span::new(SourceId::default(), self.start, self.start);
        self.index.filtered(place).is_some()
    }

    /// Values in sight.
    fn values(&self, item: &Item) -> Vec<CompletionItem> {
        let mut found = match &item.kind {
            ItemKind::Workflow(_) => self.bound(item),
            ItemKind::Process(_) => {
                let mut found = self.inside(item, &[Kind::Input]);
                found.push(entry(
                    "attempt",
                    CompletionItemKind::VARIABLE,
                    words::ATTEMPT,
                ));
                found
            }
            ItemKind::Import(_)
            | ItemKind::Param(_)
            | ItemKind::Record(_)
            | ItemKind::Container(_) => Vec::new(),
        };
        found.extend(self.kinds(&[Kind::Param]));
        found
    }

    /// What a workflow binds: results anywhere, variables in their loops.
    fn bound(&self, item: &Item) -> Vec<CompletionItem> {
        let mut found = self.inside(item, &[Kind::Input, Kind::Value]);
        let ItemKind::Workflow(workflow) = &item.kind else {
            return found;
        };
        let around = |span: Span| (span.start as usize..=span.end as usize).contains(&self.start);
        let statements = walk::statements(&workflow.body, &[]);
        let around = statements.iter().filter(|it| around(it.statement.span));
        let variables = around.flat_map(|it| match &it.statement.kind {
            StatementKind::For(each) => each.variables.iter().collect(),
            StatementKind::Repeat(repeat) => repeat.variable.iter().collect(),
            StatementKind::Bind { .. }
            | StatementKind::Call { .. }
            | StatementKind::If(_)
            | StatementKind::Publish { .. } => Vec::new(),
        });
        found.extend(self.named(variables.collect()));
        found
    }

    /// Declarations of some kinds in one item.
    fn inside(&self, item: &Item, kinds: &[Kind]) -> Vec<CompletionItem> {
        let here = self.start;
        let inside = |it: &&Declaration<'_>| {
            let place = it.name.span;
            let own = it.shown.start as usize..=it.shown.end as usize;
            kinds.contains(&it.kind)
                && !own.contains(&here)
                && place.source == item.span.source
                && (item.span.start..item.span.end).contains(&place.start)
        };
        let declared = self.index.declarations.iter().filter(inside);
        declared
            .map(|it| entry::declared(self.index, it, &it.name.node))
            .collect()
    }

    /// Declarations of some kinds in the file.
    fn kinds(&self, kinds: &[Kind]) -> Vec<CompletionItem> {
        let declared = self.index.declarations.iter();
        let own = declared
            .filter(|it| kinds.contains(&it.kind) && it.name.span.source == SourceId::default());
        own.map(|it| entry::declared(self.index, it, &it.name.node))
            .collect()
    }

    fn types(&self) -> Vec<CompletionItem> {
        let own = resolve::TYPES.iter();
        let own = own.map(|it| {
            entry(
                it,
                CompletionItemKind::TYPE_PARAMETER,
                "a type of the language",
            )
        });
        let records = self.index.bindings.items.records.iter();
        let records = records.filter_map(|(name, it)| self.at(it.name.span, name));
        own.chain(records).collect()
    }

    /// What can be called, by its name in the whole program.
    fn callables(&self) -> Vec<CompletionItem> {
        let items = &self.index.bindings.items;
        let processes = items
            .processes
            .iter()
            .map(|(name, it)| (name, it.process.name.span));
        let workflows = items.workflows.iter();
        let workflows = workflows.filter_map(|(name, it)| Some((name, it.name.as_ref()?.span)));
        let records = items.records.iter().map(|(name, it)| (name, it.name.span));
        let all = processes.chain(workflows).chain(records);
        let mut found: Vec<_> = all.filter_map(|(name, span)| self.at(span, name)).collect();
        found.extend(functions());
        found
    }

    /// In an item that cannot be read: what the file declares.
    fn in_broken(&self, before: &str) -> Vec<CompletionItem> {
        let item = before.get(self.cursor.start..).unwrap_or_default();
        if self.member {
            return self.members_in_broken(item);
        }
        let mut found: Vec<_> = bound_names(item)
            .map(|name| entry(name, CompletionItemKind::VARIABLE, "of this item"))
            .collect();
        if self.cursor.item == "workflow" && self.cursor.within == Within::Body {
            found.extend(keywords(&words::STATEMENTS));
        }
        found.extend(self.kinds(&[Kind::Param]));
        found.extend(self.callables());
        found
    }

    /// The outputs of what is called by the line that binds the name before the `.`.
    fn members_in_broken(&self, item: &str) -> Vec<CompletionItem> {
        let before = item.trim_end().trim_end_matches('.');
        let (start, end) = text::word(before, before.len());
        let name = before.get(start..end).unwrap_or_default();
        let callee = item.lines().find_map(|line| {
            let value = line.trim_start().strip_prefix(name)?.trim_start();
            let (callee, _) = value.strip_prefix('=')?.split_once('(')?;
            Some(callee.trim())
        });
        let items = &self.index.bindings.items;
        let process = callee.and_then(|it| items.processes.get_index_of(it));
        let workflow = callee.and_then(|it| items.workflows.get_index_of(it));
        let shape = process
            .map(|at| Shape::Process(ProcessId(at)))
            .or(workflow.map(Shape::Workflow));
        self.named(
            shape
                .map(|it| self.index.members_of(it))
                .unwrap_or_default(),
        )
    }

    fn named(&self, names: Vec<&Name>) -> Vec<CompletionItem> {
        let entry = |it: &Name| self.at(it.span, &it.node);
        names.into_iter().filter_map(entry).collect()
    }

    fn at(&self, place: Span, label: &str) -> Option<CompletionItem> {
        let declaration = self.index.declaration(self.index.thing(place)?)?;
        Some(entry::declared(self.index, declaration, label))
    }
}

/// Whether what stands behind a name gives it a value.
fn is_bound(behind: &str) -> bool {
    let behind = behind.trim_start();
    behind.starts_with('=') && !behind.starts_with("==")
}

/// Names that a text sets or loops over, in its order.
fn bound_names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("for ").unwrap_or(line);
        let (_, end) = text::word(line, 0);
        let (name, behind) = line.split_at_checked(end)?;
        let behind = behind.trim_start();
        let binds = behind.starts_with('=') || behind.starts_with("in ");
        (binds && !name.is_empty()).then_some(name)
    })
}
