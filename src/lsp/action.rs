//! Mistakes that can be mended by a click: misspelt names.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, TextEdit,
    WorkspaceEdit,
};

use super::text;
use crate::diagnostics::suggested;

/// For each of the diagnostics that names the likely spelling.
pub(super) fn actions(text: &str, asked: CodeActionParams) -> Vec<CodeActionOrCommand> {
    let url = asked.text_document.uri;
    let edits = asked.context.diagnostics.into_iter();
    let edits = edits.filter_map(|it| Some((edit(text, &it)?, it)));
    let action = |(edit, diagnostic): (TextEdit, Diagnostic)| CodeAction {
        title: format!("Change to `{}`", edit.new_text),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic]),
        edit: Some(WorkspaceEdit::new(HashMap::from([(
            url.clone(),
            vec![edit],
        )]))),
        is_preferred: Some(true),
        ..CodeAction::default()
    };
    edits.map(action).map(CodeActionOrCommand::from).collect()
}

fn edit(text: &str, diagnostic: &Diagnostic) -> Option<TextEdit> {
    let near = suggested(&diagnostic.message)?;
    let range = diagnostic.range;
    let place = text::offset(text, range.start)..text::offset(text, range.end);
    let wrong = text.get(place)?;
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let bare = wrong.trim_matches('"');
    if bare.is_empty() || !bare.chars().all(is_part) {
        return None;
    }
    Some(TextEdit::new(range, wrong.replace(bare, near)))
}
