//! `checkpoint`: the folder that one attempt leaves to the next.

use super::super::Checker;
use super::ProcessError;
use crate::hir::{Clauses, Output};
use crate::source::{Span, Spanned};

impl Checker<'_> {
    /// The folder without a slash at its end, below that of the shard.
    pub(in super::super) fn checkpoint(
        &mut self,
        written: &Spanned<String>,
    ) -> Option<Spanned<String>> {
        let folder = written.node.trim_end_matches('/');
        let is_name = |part: &str| !matches!(part, "" | "." | "..");
        if !folder.split('/').all(is_name) || folder.chars().any(char::is_control) {
            self.error(ProcessError::CheckpointPath { span: written.span });
            return None;
        }
        Some(Spanned::new(folder.to_owned(), written.span))
    }

    /// What is kept, or linked, does not lie where the next attempt, and in the end nobody, finds it.
    pub(super) fn beside_checkpoint(&mut self, clauses: &Clauses, outputs: &[Output]) {
        let Some(folder) = &clauses.checkpoint else {
            return;
        };
        let outputs = outputs.iter().map(|output| {
            let path = output.path.to_string();
            let name = format!("output `{}`", output.name.node);
            (name, path.trim_matches('"').to_owned(), output.path.span)
        });
        let uses = clauses.uses.iter();
        let uses = uses.map(|path| (format!("`{}`", path.node), path.node.clone(), path.span));
        let inside: Vec<(String, Span)> = outputs
            .chain(uses)
            .filter(|(_, path, _)| is_below(path, &folder.node))
            .map(|(what, _, span)| (what, span))
            .collect();
        for (what, span) in inside {
            self.error(ProcessError::InCheckpoint {
                what,
                span,
                folder: folder.span,
            });
        }
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    let rest = path.trim_start_matches("./").strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
