//! What names are declared in a program, and what is to be shown of each.

use super::program::Program;
use super::walk::{self, Placed};
use crate::ast::{
    Comment, Expr, For, Input, Item, ItemKind, Name, Process, Record, Repeat, StatementKind,
    TypeExpr, Workflow,
};
use crate::source::Span;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Param,
    Record,
    Field,
    Container,
    Process,
    Workflow,
    Input,
    Output,
    /// What a statement binds.
    Value,
    LoopVariable,
    /// The number of a round.
    Round,
}

#[derive(Debug, Clone)]
pub(super) struct Declaration<'a> {
    pub name: &'a Name,
    pub kind: Kind,
    /// Its text, without a body.
    pub shown: Span,
    pub comments: &'a [Comment],
    pub means: Means<'a>,
    pub loops: Vec<&'a For>,
    /// Of a value the workflow that binds it, so that branches and rounds bind the same.
    pub workflow: Option<Span>,
}

/// What is known of the value that a name stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Means<'a> {
    /// No value.
    Nothing,
    Type(&'a TypeExpr),
    Value(&'a Expr),
    /// An item of a collection, or the n-th of several.
    Item(&'a Expr, usize),
}

/// The declarations of a program, in the order of its files.
pub(super) fn declarations<'a>(program: &'a Program<'a>) -> Vec<Declaration<'a>> {
    let mut declaring = Declaring {
        program,
        found: Vec::new(),
    };
    for item in program.modules.all().flat_map(|it| &it.file.items) {
        declaring.item(item);
    }
    declaring.found
}

struct Declaring<'a> {
    program: &'a Program<'a>,
    found: Vec<Declaration<'a>>,
}

impl<'a> Declaring<'a> {
    fn add(&mut self, name: &'a Name, kind: Kind, shown: Span) -> &mut Declaration<'a> {
        let at = self.found.len();
        self.found.push(Declaration {
            name,
            kind,
            shown,
            comments: &[],
            means: Means::Nothing,
            loops: Vec::new(),
            workflow: None,
        });
        match self.found.get_mut(at) {
            Some(added) => added,
            None => unreachable!("it was added right here"),
        }
    }

    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Import(_) => {}
            ItemKind::Param(param) => {
                let added = self.add(&param.name, Kind::Param, item.span);
                added.means = Means::Type(&param.ty);
                added.comments = &item.comments;
            }
            ItemKind::Record(record) => self.record(item, record),
            ItemKind::Container(image) => {
                let added = self.add(&image.name, Kind::Container, item.span);
                added.comments = &item.comments;
            }
            ItemKind::Process(process) => self.process(item, process),
            ItemKind::Workflow(workflow) => self.workflow(item, workflow),
        }
    }

    fn record(&mut self, item: &'a Item, record: &'a Record) {
        let added = self.add(&record.name, Kind::Record, item.span);
        added.comments = &item.comments;
        for field in &record.fields {
            let shown = field.name.span.to(field.ty.span);
            let added = self.add(&field.name, Kind::Field, shown);
            added.means = Means::Type(&field.ty);
            added.comments = &field.comments;
        }
    }

    fn process(&mut self, item: &'a Item, process: &'a Process) {
        let last = process.inputs.last().map(|it| it.ty.span.end);
        let last = process.outputs.last().map(|it| it.span.end).or(last);
        let head = self.head(item, last.unwrap_or(process.name.span.end));
        let added = self.add(&process.name, Kind::Process, head);
        added.comments = &item.comments;
        self.inputs(&process.inputs);
        for output in &process.outputs {
            let added = self.add(&output.name, Kind::Output, output.span);
            added.means = Means::Type(&output.ty);
            added.comments = &output.comments;
        }
    }

    fn workflow(&mut self, item: &'a Item, workflow: &'a Workflow) {
        if let Some(name) = &workflow.name {
            let last = workflow.inputs.last().map(|it| it.ty.span.end);
            let last = workflow.outputs.last().map(|it| it.ty.span.end).or(last);
            let head = self.head(item, last.unwrap_or(name.span.end));
            let added = self.add(name, Kind::Workflow, head);
            added.comments = &item.comments;
        }
        self.inputs(&workflow.inputs);
        for output in &workflow.outputs {
            let end = output.value.as_ref().map_or(output.ty.span, |it| it.span);
            let added = self.add(&output.name, Kind::Output, output.name.span.to(end));
            added.means = match &output.value {
                Some(value) => Means::Value(value),
                None => Means::Type(&output.ty),
            };
        }
        for placed in walk::statements(&workflow.body, &[]) {
            self.statement(placed, item.span);
        }
    }

    fn inputs(&mut self, inputs: &'a [Input]) {
        for input in inputs {
            let end = input.default.as_ref().map_or(input.ty.span, |it| it.span);
            let added = self.add(&input.name, Kind::Input, input.name.span.to(end));
            added.means = Means::Type(&input.ty);
            added.comments = &input.comments;
        }
    }

    fn statement(&mut self, placed: Placed<'a>, workflow: Span) {
        let Placed { statement, loops } = placed;
        match &statement.kind {
            StatementKind::Bind { name, value, .. } => {
                let added = self.add(name, Kind::Value, statement.span);
                added.means = Means::Value(value);
                added.comments = &statement.comments;
                added.loops = loops;
                added.workflow = Some(workflow);
            }
            StatementKind::For(each) => {
                let end = each
                    .filter
                    .as_ref()
                    .map_or(each.collection.span, |it| it.span);
                let head = Span {
                    end: end.end,
                    ..statement.span
                };
                for (at, name) in each.variables.iter().enumerate() {
                    let added = self.add(name, Kind::LoopVariable, head);
                    added.means = Means::Item(&each.collection, at);
                    added.comments = &statement.comments;
                }
            }
            StatementKind::Repeat(Repeat {
                variable: Some(name),
                ..
            }) => {
                let head = Span {
                    end: name.span.end,
                    ..statement.span
                };
                self.add(name, Kind::Round, head);
            }
            StatementKind::Call { .. }
            | StatementKind::If(_)
            | StatementKind::Repeat(_)
            | StatementKind::Publish { .. } => {}
        }
    }

    /// An item up to the brace that opens its body, which stands behind a place.
    fn head(&self, item: &Item, behind: u32) -> Span {
        let text = self.program.text(item.span.source);
        let rest = text.get(behind as usize..item.span.end as usize);
        let rest = rest.unwrap_or_default();
        let head = rest.split('{').next().unwrap_or_default().trim_end();
        Span::new(
            item.span.source,
            item.span.start as usize,
            behind as usize + head.len(),
        )
    }
}
