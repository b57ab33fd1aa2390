//! The items of a file, with what is declared in each.

use lsp_types::{DocumentSymbol, SymbolKind};

use super::declare::{Declaration, Kind};
use super::index::Index;
use crate::ast::{Item, ItemKind};
use crate::source::{SourceId, Span};

/// In the order of the text.
pub(super) fn outline(index: &Index<'_>) -> Vec<DocumentSymbol> {
    let own = index.program.modules.all().next();
    let items = own.into_iter().flat_map(|it| &it.file.items);
    items.filter_map(|it| symbol(index, it)).collect()
}

fn symbol(index: &Index<'_>, item: &Item) -> Option<DocumentSymbol> {
    let inside = |it: &&Declaration<'_>| {
        let place = it.name.span;
        place.source == SourceId::default()
            && (item.span.start..item.span.end).contains(&place.start)
    };
    let mut declared = index.declarations.iter().filter(inside).peekable();
    let (name, kind, place) = match &item.kind {
        ItemKind::Import(_) => return None,
        ItemKind::Workflow(workflow) if workflow.name.is_none() => {
            ("workflow", SymbolKind::MODULE, workflow.word)
        }
        ItemKind::Param(_)
        | ItemKind::Record(_)
        | ItemKind::Container(_)
        | ItemKind::Process(_)
        | ItemKind::Workflow(_) => {
            let own = declared.next()?;
            (own.name.node.as_str(), symbol_kind(own.kind), own.name.span)
        }
    };
    let children: Vec<_> = declared.map(|it| leaf(index, it)).collect();
    let mut symbol = new(index, name, kind, item.span, place);
    symbol.children = (!children.is_empty()).then_some(children);
    Some(symbol)
}

fn leaf(index: &Index<'_>, it: &Declaration<'_>) -> DocumentSymbol {
    let whole = it.name.span.to(Span {
        end: it.shown.end.max(it.name.span.end),
        ..it.name.span
    });
    new(
        index,
        &it.name.node,
        symbol_kind(it.kind),
        whole,
        it.name.span,
    )
}

#[expect(deprecated, reason = "the field is there all the same")]
fn new(
    index: &Index<'_>,
    name: &str,
    kind: SymbolKind,
    whole: Span,
    place: Span,
) -> DocumentSymbol {
    DocumentSymbol {
        name: name.to_owned(),
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: index.program.range(whole),
        selection_range: index.program.range(place),
        children: None,
    }
}

fn symbol_kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Param => SymbolKind::CONSTANT,
        Kind::Record => SymbolKind::STRUCT,
        Kind::Field | Kind::Output => SymbolKind::FIELD,
        Kind::Container => SymbolKind::OBJECT,
        Kind::Process => SymbolKind::FUNCTION,
        Kind::Workflow => SymbolKind::MODULE,
        Kind::Input | Kind::Value | Kind::LoopVariable | Kind::Round => SymbolKind::VARIABLE,
    }
}
