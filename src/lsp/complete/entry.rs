//! What is shown of each thing that is offered.

use lsp_types::{CompletionItem, CompletionItemKind, Documentation};

use crate::ast::doc;
use crate::hir::Function;
use crate::lsp::declare::{Declaration, Kind};
use crate::lsp::index::Index;
use crate::lsp::words;
use crate::typecheck;

/// A declaration under a name.
pub(super) fn declared(index: &Index<'_>, it: &Declaration<'_>, label: &str) -> CompletionItem {
    let kind = match it.kind {
        Kind::Param => CompletionItemKind::CONSTANT,
        Kind::Record => CompletionItemKind::STRUCT,
        Kind::Field | Kind::Output => CompletionItemKind::FIELD,
        Kind::Container => CompletionItemKind::VALUE,
        Kind::Process => CompletionItemKind::FUNCTION,
        Kind::Workflow => CompletionItemKind::MODULE,
        Kind::Input | Kind::Value | Kind::LoopVariable | Kind::Round => {
            CompletionItemKind::VARIABLE
        }
    };
    let shown = index.program.slice(it.shown);
    let doc = doc(it.comments);
    CompletionItem {
        documentation: (!doc.is_empty()).then_some(Documentation::String(doc)),
        ..entry(label, kind, shown.lines().next().unwrap_or_default())
    }
}

/// The functions of the language.
pub(super) fn functions() -> impl Iterator<Item = CompletionItem> {
    Function::ALL.into_iter().map(|it| CompletionItem {
        documentation: Some(Documentation::String(words::function(it).to_owned())),
        ..entry(it.word(), CompletionItemKind::FUNCTION, typecheck::form(it))
    })
}

/// Words with what they mean.
pub(super) fn keywords(words: &[(&str, &str)]) -> Vec<CompletionItem> {
    let words = words.iter();
    words
        .map(|(word, meaning)| entry(word, CompletionItemKind::KEYWORD, meaning))
        .collect()
}

/// Anything else.
pub(super) fn entry(label: &str, kind: CompletionItemKind, detail: &str) -> CompletionItem {
    CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        detail: Some(detail.to_owned()),
        ..CompletionItem::default()
    }
}
