//! Mistakes that can be mended by a click: misspelt names, and units.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic, NumberOrString,
    TextEdit, WorkspaceEdit,
};

use super::text;
use crate::diagnostics::suggested;

/// The diagnostic of a number that is none.
const NUMBER: &str = "flow::parse::number";

/// For each of the diagnostics that names the likely spelling, or two.
pub(super) fn actions(text: &str, asked: CodeActionParams) -> Vec<CodeActionOrCommand> {
    let url = asked.text_document.uri;
    let mut actions = Vec::new();
    for mistake in &asked.context.diagnostics {
        let edits = edits(text, mistake);
        let is_only = edits.len() == 1;
        for edit in edits {
            let action = CodeAction {
                title: format!("Change to `{}`", edit.new_text),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![mistake.clone()]),
                edit: Some(WorkspaceEdit::new(HashMap::from([(
                    url.clone(),
                    vec![edit],
                )]))),
                is_preferred: Some(is_only),
                ..CodeAction::default()
            };
            actions.push(action.into());
        }
    }
    actions
}

fn edits(text: &str, diagnostic: &Diagnostic) -> Vec<TextEdit> {
    let range = diagnostic.range;
    let place = text::offset(text, range.start)..text::offset(text, range.end);
    let wrong = text.get(place).unwrap_or_default();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.');
    let quoted = wrong.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let bare = quoted.unwrap_or(wrong);
    if bare.is_empty() || quoted.is_none() && !bare.chars().all(is_part) {
        return Vec::new();
    }
    let spelled = proposals(diagnostic).into_iter();
    let edit = |near| TextEdit::new(range, wrong.replacen(bare, near, 1));
    spelled.map(edit).collect()
}

/// What its help would write instead.
fn proposals(diagnostic: &Diagnostic) -> Vec<&str> {
    let message = &diagnostic.message;
    let is_number =
        matches!(&diagnostic.code, Some(NumberOrString::String(code)) if code == NUMBER);
    match message.split_once("help: write `") {
        Some((_, behind)) if is_number => {
            let units = behind.split(';').next().unwrap_or_default();
            units
                .split('`')
                .step_by(2)
                .filter(|it| !it.is_empty())
                .collect()
        }
        Some(_) | None => suggested(message).into_iter().collect(),
    }
}
