//! `flowc fmt`: a program back as text, in one layout.
//!
//! Takes an `ast::File` and the text that it was read from; gives the text as it should be. Literals,
//! parentheses, blank lines (at most one) and all comments stay; spaces, line breaks and the columns
//! of clauses, bindings and comments are set. What it gives it gives back unchanged. Knows nothing of
//! what a program means.

mod clause;
mod expr;
mod item;
mod page;
mod statement;

use crate::ast::{Comment, File, ItemKind};
use crate::source::Span;
use page::Page;

/// The program in its one layout; `text` is what `file` was read from.
pub fn format(file: &File, text: &str) -> String {
    let mut printer = Printer {
        text,
        page: Page::default(),
    };
    for item in &file.items {
        printer.item(item);
    }
    printer.comments(&file.trailing);
    printer.page.finish()
}

/// What is written so far, beside what it is written from.
struct Printer<'t> {
    text: &'t str,
    page: Page,
}

impl<'t> Printer<'t> {
    /// The text of a place, as it was written.
    fn written(&self, span: Span) -> &'t str {
        let place = span.start as usize..span.end as usize;
        self.text.get(place).unwrap_or_default()
    }

    /// Writes what stands before a thing: its comments, and a blank line where there was one.
    fn leading(&mut self, span: Span, comments: &[Comment]) {
        for comment in comments
            .iter()
            .filter(|comment| comment.span.start < span.start)
        {
            self.comment(comment);
        }
        self.blank_line(span);
    }

    /// The same for a thing that is written on one line: comments on lines within it go before it.
    fn before(&mut self, span: Span, comments: &[Comment]) {
        self.leading(span, comments);
        for comment in comments
            .iter()
            .filter(|comment| is_inside(comment, span) && !comment.trailing)
        {
            self.comment(comment);
        }
    }

    /// Writes the comments that `before` left.
    fn behind(&mut self, span: Span, comments: &[Comment]) {
        let is_left = |comment: &&Comment| {
            comment.span.start >= span.end || is_inside(comment, span) && comment.trailing
        };
        for comment in comments.iter().filter(is_left) {
            self.comment(comment);
        }
    }

    fn comments(&mut self, comments: &[Comment]) {
        for comment in comments {
            self.comment(comment);
        }
    }

    fn comment(&mut self, comment: &Comment) {
        let slashes = if comment.doc { "///" } else { "//" };
        let text = format!("{slashes}{}", comment.text);
        if comment.trailing {
            self.page.trailing(text);
        } else {
            self.blank_line(comment.span);
            self.page.line(text);
        }
    }

    /// Keeps one blank line where at least one was written before a place.
    fn blank_line(&mut self, span: Span) {
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        let space = before.get(before.trim_end().len()..).unwrap_or_default();
        if space.matches('\n').count() > 1 {
            self.page.blank();
        }
    }
}

fn is_inside(comment: &Comment, span: Span) -> bool {
    (span.start..span.end).contains(&comment.span.start)
}

/// Whether items of this kind stand apart from others even where no blank line was written.
fn stands_apart(kind: &ItemKind) -> bool {
    match kind {
        ItemKind::Process(_) | ItemKind::Workflow(_) => true,
        ItemKind::Import(_) | ItemKind::Param(_) | ItemKind::Record(_) | ItemKind::Container(_) => {
            false
        }
    }
}

#[cfg(test)]
mod tests;
