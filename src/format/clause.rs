//! Clauses of a process.

use super::Printer;
use super::expr::joined;
use super::page::Column;
use crate::ast::{Clause, ClauseKind, Expr, MergeBy, OnFailure, Retry, Script, SplitBy};
use crate::source::Spanned;

impl Printer<'_> {
    pub fn clause(&mut self, clause: &Clause) {
        self.before(clause.span, &clause.comments);
        match &clause.kind {
            ClauseKind::Script(script) => self.script(script),
            ClauseKind::Env { name, value } => {
                let head = format!("env {} = ", name.node);
                match value {
                    Some(value) => self.put(&head, value, "", Some((Column::Clause, 4))),
                    None => self
                        .page
                        .aligned(format!("{head}secret"), Column::Clause, 4),
                }
            }
            ClauseKind::Cost(value) => self.valued("cost", value),
            ClauseKind::Pack(value) => self.valued("pack", value),
            ClauseKind::Resource { resource, value } => self.valued(resource.word(), value),
            ClauseKind::Success(values) => {
                let values = joined(values.iter().map(|value| self.expr(value)));
                self.worded("success", &values);
            }
            ClauseKind::Stdin(name) => self.worded("stdin", &name.node),
            ClauseKind::Container(name) => self.worded("container", &name.node),
            ClauseKind::Service(name) => self.worded("service", &name.node),
            ClauseKind::Uses(texts) => self.texts("uses", texts),
            ClauseKind::Module(texts) => self.texts("module", texts),
            ClauseKind::Bind(texts) => self.texts("bind", texts),
            ClauseKind::Slurm(texts) => self.texts("slurm", texts),
            ClauseKind::Conda(text) => self.worded("conda", self.written(text.span)),
            ClauseKind::Checkpoint(text) => self.worded("checkpoint", self.written(text.span)),
            ClauseKind::Was(text) => self.worded("was", self.written(text.span)),
            ClauseKind::Retry(retry) => self.retry(retry),
            ClauseKind::OnFailure(_)
            | ClauseKind::Split { .. }
            | ClauseKind::Merge { .. }
            | ClauseKind::Associative { .. }
            | ClauseKind::Again { .. }
            | ClauseKind::NeverPack
            | ClauseKind::NeverFuse
            | ClauseKind::AtMost(_)
            | ClauseKind::Todo => {
                let phrase = self.phrase(&clause.kind);
                self.page.line(phrase);
            }
        }
        self.behind(clause.span, &clause.comments);
    }

    /// The clauses that read as phrases rather than as a word with its value.
    fn phrase(&self, kind: &ClauseKind) -> String {
        match kind {
            ClauseKind::OnFailure(OnFailure::Stop) => "on failure stop".to_owned(),
            ClauseKind::OnFailure(OnFailure::Ignore) => "on failure ignore".to_owned(),
            ClauseKind::OnFailure(OnFailure::IgnoreUpTo(share)) => {
                format!("on failure ignore up to {}", self.written(share.span))
            }
            ClauseKind::Split { input, by } => {
                let (unit, count) = match by {
                    SplitBy::Lines(count) => ("lines", count),
                    SplitBy::Items(count) => ("items", count),
                };
                format!("split {} by {unit} in {}", input.node, self.expr(count))
            }
            ClauseKind::Merge { output, by } => match by {
                MergeBy::Concat => format!("merge {} by concat", output.node),
                MergeBy::Process(process) => format!("merge {} by {}", output.node, process.node),
            },
            ClauseKind::Associative { arity } => format!("associative by {}", self.expr(arity)),
            ClauseKind::Again { status, up_to } => {
                format!("again {} up to {}", self.expr(status), self.expr(up_to))
            }
            ClauseKind::NeverPack => "never pack".to_owned(),
            ClauseKind::NeverFuse => "never fuse".to_owned(),
            ClauseKind::AtMost(count) => format!("at most {} at once", self.expr(count)),
            ClauseKind::Todo => "todo".to_owned(),
            ClauseKind::Script(_)
            | ClauseKind::Stdin(_)
            | ClauseKind::Success(_)
            | ClauseKind::Uses(_)
            | ClauseKind::Container(_)
            | ClauseKind::Module(_)
            | ClauseKind::Env { .. }
            | ClauseKind::Conda(_)
            | ClauseKind::Bind(_)
            | ClauseKind::Cost(_)
            | ClauseKind::Resource { .. }
            | ClauseKind::Slurm(_)
            | ClauseKind::Retry(_)
            | ClauseKind::Checkpoint(_)
            | ClauseKind::Pack(_)
            | ClauseKind::Was(_)
            | ClauseKind::Service(_) => unreachable!("written as a word with its value"),
        }
    }

    fn worded(&mut self, word: &str, value: &str) {
        let text = format!("{word} {value}");
        self.page.aligned(text, Column::Clause, word.len() + 1);
    }

    fn valued(&mut self, word: &str, value: &Expr) {
        let at = word.len() + 1;
        self.put(&format!("{word} "), value, "", Some((Column::Clause, at)));
    }

    fn texts(&mut self, word: &str, texts: &[Spanned<String>]) {
        let texts: Vec<_> = texts.iter().map(|text| self.written(text.span)).collect();
        self.worded(word, &texts.join(", "));
    }

    fn retry(&mut self, retry: &Retry) {
        let mut text = self.expr(&retry.count);
        if !retry.causes.is_empty() {
            let causes = joined(retry.causes.iter().map(|cause| cause.node.clone()));
            text.push_str(&format!(" on {causes}"));
        }
        if !retry.with.is_empty() {
            let raises = retry.with.iter().map(|(resource, value)| {
                let written = self.expr(value);
                // `memory * 2` holds the word, `partition "long"` does not.
                if value.span.start == resource.span.start {
                    written
                } else {
                    format!("{} {written}", resource.node.word())
                }
            });
            text.push_str(&format!(" with {}", joined(raises)));
        }
        self.worded("retry", &text);
    }

    fn script(&mut self, script: &Script) {
        let quotes = "\"".repeat(quotes_for(&script.text));
        let interpreter = script.interpreter.as_ref();
        let interpreter = interpreter.map_or_else(String::new, |name| format!("{} ", name.node));
        self.page.line(format!("script {interpreter}{quotes}"));
        self.page.indent();
        for line in script.text.lines() {
            self.page.raw(line);
        }
        self.page.outdent();
        self.page.line(quotes);
    }
}

/// As many quotes as the script does not hold in a row, and at least three.
fn quotes_for(script: &str) -> usize {
    let runs = script.split(|c| c != '"').map(str::len);
    runs.max().map_or(3, |longest| (longest + 1).max(3))
}
