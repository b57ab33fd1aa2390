//! Items and the signatures of processes and workflows.

use super::expr::joined;
use super::page::Column;
use super::{Printer, is_inside, stands_apart};
use crate::ast::{
    Comment, Field, Input, Item, ItemKind, Output, Process, Record, Workflow, WorkflowOutput,
};
use crate::source::Span;

/// One part of a signature or record: its text, its place and its comments.
struct Part<'a> {
    text: String,
    span: Span,
    comments: &'a [Comment],
}

impl Printer<'_> {
    pub fn item(&mut self, item: &Item) {
        if stands_apart(&item.kind) {
            self.page.blank();
        }
        match &item.kind {
            ItemKind::Import(_) | ItemKind::Param(_) | ItemKind::Container(_) => {
                self.before(item.span, &item.comments);
            }
            // Comments within these have a line of their own.
            ItemKind::Record(_) | ItemKind::Process(_) | ItemKind::Workflow(_) => {
                self.leading(item.span, &item.comments);
            }
        }
        match &item.kind {
            ItemKind::Import(import) => {
                let path = self.written(import.path.span);
                let alias = import
                    .alias
                    .as_ref()
                    .map(|name| format!(" as {}", name.node));
                self.page
                    .line(format!("import {path}{}", alias.unwrap_or_default()));
            }
            ItemKind::Param(param) => {
                let head = format!("param {}: {}", param.name.node, self.ty(&param.ty));
                match &param.default {
                    Some(default) => self.put(&format!("{head} = "), default, "", None),
                    None => self.page.line(head),
                }
            }
            ItemKind::Container(container) => {
                let head = format!("container {} ", container.name.node);
                let text = format!("{head}= {}", self.written(container.image.span));
                self.page.aligned(text, Column::Container, head.len());
            }
            ItemKind::Record(record) => return self.record(record, item),
            ItemKind::Process(process) => return self.process(process, item),
            ItemKind::Workflow(workflow) => self.workflow(workflow),
        }
        self.behind(item.span, &item.comments);
        self.end_item(item);
    }

    fn end_item(&mut self, item: &Item) {
        if stands_apart(&item.kind) {
            self.page.blank();
        }
    }

    fn record(&mut self, record: &Record, item: &Item) {
        let fields: Vec<_> = record
            .fields
            .iter()
            .map(|field| self.field(field))
            .collect();
        let head = format!("record {} {{", record.name.node);
        let flat = format!(
            "{head} {} }}",
            joined(fields.iter().map(|part| part.text.clone()))
        );
        let first_line = self.written(item.span).lines().next().unwrap_or_default();
        let broken = first_line.trim_end().len() < self.written(item.span).len();
        let inner = item
            .comments
            .iter()
            .any(|comment| is_inside(comment, item.span));
        let plain = !inner && fields.iter().all(|part| part.comments.is_empty());
        if fields.is_empty() && plain {
            self.page.line(format!("{head}}}"));
        } else if plain && !broken && flat.chars().count() <= self.page.room() {
            self.page.line(flat);
        } else {
            self.page.line(head);
            self.parts(&fields);
            self.inner_comments(item);
            self.page.line("}");
        }
        self.outer_comments(item);
    }

    fn process(&mut self, process: &Process, item: &Item) {
        let inputs = self.inputs(&process.inputs);
        let outputs: Vec<_> = process
            .outputs
            .iter()
            .map(|output| self.output(output))
            .collect();
        let head = format!("process {}(", process.name.node);
        self.signature(&head, &inputs, &outputs);
        self.page.indent();
        for clause in &process.clauses {
            self.clause(clause);
        }
        self.page.outdent();
        self.inner_comments(item);
        self.page.line("}");
        self.outer_comments(item);
        self.end_item(item);
    }

    fn workflow(&mut self, workflow: &Workflow) {
        let Some(name) = &workflow.name else {
            self.block("workflow", &workflow.body, "");
            return;
        };
        let inputs = self.inputs(&workflow.inputs);
        let outputs: Vec<_> = workflow
            .outputs
            .iter()
            .map(|output| self.result(output))
            .collect();
        let head = format!("workflow {}(", name.node);
        self.signature(&head, &inputs, &outputs);
        self.block_body(&workflow.body);
        self.page.line("}");
    }

    /// Comments of an item that stand before its closing brace.
    fn inner_comments(&mut self, item: &Item) {
        self.page.indent();
        let inside = |comment: &&Comment| is_inside(comment, item.span);
        for comment in item.comments.iter().filter(inside) {
            self.comment(comment);
        }
        self.page.outdent();
    }

    /// Comments of an item that stand behind its closing brace.
    fn outer_comments(&mut self, item: &Item) {
        let outside = |comment: &&Comment| comment.span.start >= item.span.end;
        for comment in item.comments.iter().filter(outside) {
            self.comment(comment);
        }
    }

    // ---- signatures ----

    /// `HEAD inputs) -> (outputs) {`; where it does not fit the longer side is broken into lines,
    /// then the other.
    fn signature(&mut self, head: &str, inputs: &[Part<'_>], outputs: &[Part<'_>]) {
        let plain = |parts: &[Part<'_>]| parts.iter().all(|part| part.comments.is_empty());
        let flat = |parts: &[Part<'_>]| joined(parts.iter().map(|part| part.text.clone()));
        let fits = |text: &String, room: usize| text.chars().count() <= room;
        let (taken, given) = (flat(inputs), flat(outputs));
        let whole = format!("{head}{taken}) -> ({given}) {{");
        if plain(inputs) && plain(outputs) && fits(&whole, self.page.room()) {
            self.page.line(whole);
            return;
        }
        let start = format!("{head}{taken}) -> (");
        let outputs_first = taken.len() < given.len();
        let mut before = head.to_owned();
        if outputs_first && plain(inputs) && fits(&start, self.page.room()) {
            before.push_str(&taken);
        } else if !inputs.is_empty() {
            self.page.line(before);
            self.parts(inputs);
            before = String::new();
        }
        let rest = format!("{before}) -> ({given}) {{");
        if plain(outputs) && fits(&rest, self.page.room()) {
            self.page.line(rest);
            return;
        }
        self.page.line(format!("{before}) -> ("));
        self.parts(outputs);
        self.page.line(") {");
    }

    /// One part a line.
    fn parts(&mut self, parts: &[Part<'_>]) {
        self.page.indent();
        for part in parts {
            self.before(part.span, part.comments);
            self.page.line(format!("{},", part.text));
            self.behind(part.span, part.comments);
        }
        self.page.outdent();
    }

    fn inputs<'a>(&self, inputs: &'a [Input]) -> Vec<Part<'a>> {
        let part = |input: &'a Input| {
            let head = format!("{}: {}", input.name.node, self.ty(&input.ty));
            let default = input
                .default
                .as_ref()
                .map(|value| format!(" = {}", self.expr(value)));
            Part {
                text: head + &default.unwrap_or_default(),
                span: input
                    .default
                    .as_ref()
                    .map_or(input.ty.span, |value| value.span)
                    .to(input.name.span),
                comments: &input.comments,
            }
        };
        inputs.iter().map(part).collect()
    }

    fn output<'a>(&self, output: &'a Output) -> Part<'a> {
        let mut text = format!("{}: {}", output.name.node, self.ty(&output.ty));
        if output.stdout.is_some() {
            text.push_str(" = stdout");
        }
        if let Some(source) = &output.source {
            text.push_str(&format!(" = {}", self.expr(source)));
        }
        if let Some(expect) = &output.expect {
            text.push_str(&format!(" expect {}", self.expr(expect)));
        }
        if output.temp.is_some() {
            text.push_str(" temp");
        }
        Part {
            text,
            span: output.span,
            comments: &output.comments,
        }
    }

    fn result<'a>(&self, result: &'a WorkflowOutput) -> Part<'a> {
        let head = format!("{}: {}", result.name.node, self.ty(&result.ty));
        let value = result
            .value
            .as_ref()
            .map(|value| format!(" = {}", self.expr(value)));
        Part {
            text: head + &value.unwrap_or_default(),
            span: result.name.span,
            comments: &[],
        }
    }

    fn field<'a>(&self, field: &'a Field) -> Part<'a> {
        let key = if field.key { "key " } else { "" };
        Part {
            text: format!("{key}{}: {}", field.name.node, self.ty(&field.ty)),
            span: field.name.span.to(field.ty.span),
            comments: &field.comments,
        }
    }
}
