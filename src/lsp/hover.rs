//! What is shown of a name where the pointer rests on it.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Range};

use super::declare::{Declaration, Kind, Means};
use super::index::{Index, Thing};
use super::shape::Shape;
use super::words;
use crate::ast::{ExprKind, For, ItemKind, doc};
use crate::source::SourceId;
use crate::typecheck;

/// What stands at a byte of the program itself.
pub(super) fn hover(index: &Index<'_>, offset: usize) -> Option<Hover> {
    let source = SourceId::default();
    let (range, text) = match index.at(source, offset) {
        Some((span, thing)) => (index.program.range(span), thing_text(index, thing)?),
        None => clause(index, offset)?,
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent {
            kind: MarkupKind::Markdown,
            value: text,
        }),
        range: Some(range),
    })
}

/// The word that begins a clause.
fn clause(index: &Index<'_>, offset: usize) -> Option<(Range, String)> {
    let item = index.item(SourceId::default(), offset)?;
    let ItemKind::Process(process) = &item.kind else {
        return None;
    };
    let clause = words::at(&process.clauses, offset)?;
    let meaning = words::clause(index.program.slice(clause.word))?;
    Some((index.program.range(clause.word), meaning.to_owned()))
}

fn thing_text(index: &Index<'_>, thing: Thing) -> Option<String> {
    match thing {
        Thing::Declared(at) => Some(declared(index, index.declarations.get(at)?)),
        Thing::Function(function) => {
            let form = code(typecheck::form(function));
            Some(format!("{form}\n\n{}", words::function(function)))
        }
        Thing::Attempt => Some(format!("{}\n\n{}", code("attempt: Int"), words::ATTEMPT)),
        Thing::File(at) => {
            let file = index.program.modules.all().nth(at)?;
            let comments = file.file.items.first().map(|it| it.comments.as_slice());
            let head = comments.unwrap_or_default().iter();
            let lines: Vec<_> = head.map(|it| it.text.trim()).collect();
            Some(lines.join("\n"))
        }
    }
}

fn declared(index: &Index<'_>, it: &Declaration<'_>) -> String {
    let shown = outdented(index.program.slice(it.shown));
    let mut parts = vec![code(&format!("{}{shown}", head(it.kind)))];
    parts.extend(callee(index, it).map(|it| code(&it)));
    parts.push(doc(it.comments));
    parts.extend(loops(index, it));
    if let Some(file) = index.program.imported(it.name.span.source) {
        parts.push(format!("in `{file}`"));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// What says in front of a name what it is, where its own text does not.
fn head(kind: Kind) -> &'static str {
    match kind {
        Kind::Input => "(input) ",
        Kind::Output => "(output) ",
        Kind::Field => "(field) ",
        Kind::Param
        | Kind::Record
        | Kind::Container
        | Kind::Process
        | Kind::Workflow
        | Kind::Value
        | Kind::LoopVariable
        | Kind::Round => "",
    }
}

/// Of a result what was called.
fn callee(index: &Index<'_>, it: &Declaration<'_>) -> Option<String> {
    let Means::Value(value) = it.means else {
        return None;
    };
    let shape = index.shape(value)?;
    let is_call = matches!(value.kind, ExprKind::Call { .. });
    if !is_call || matches!(shape, Shape::Record(_)) {
        return None;
    }
    let place = index.bindings.items.place(shape.definition())?;
    let called = index.declaration(index.thing(place)?)?;
    Some(outdented(index.program.slice(called.shown)))
}

/// For which items of which loops there is one.
fn loops(index: &Index<'_>, it: &Declaration<'_>) -> Option<String> {
    let each = |it: &&For| {
        let names: Vec<_> = it.variables.iter().map(|name| name.node.as_str()).collect();
        let collection = index.program.slice(it.collection.span);
        format!("`{} in {collection}`", names.join(", "))
    };
    let loops: Vec<_> = it.loops.iter().map(each).collect();
    let around = match loops.len() {
        0 => return None,
        1 => "outside of the loop it is the list over it",
        _ => "outside of these loops it is the list over them",
    };
    Some(format!("one for each {}; {around}", loops.join(", ")))
}

fn code(text: &str) -> String {
    format!("```flow\n{text}\n```")
}

/// A text of several lines without the indentation that all but the first have in common.
fn outdented(text: &str) -> String {
    let rest = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    let indent = rest.map(|line| line.len() - line.trim_start().len()).min();
    let indent = indent.unwrap_or_default();
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |shown, line| {
        shown + "\n" + line.get(indent..).unwrap_or_default()
    })
}
