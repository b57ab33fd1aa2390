//! Statements of a workflow.

use super::Printer;
use super::page::Column;
use crate::ast::{Block, For, If, Name, Repeat, Statement, StatementKind};

impl Printer<'_> {
    fn statement(&mut self, statement: &Statement) {
        self.before(statement.span, &statement.comments);
        match &statement.kind {
            StatementKind::Bind { name, value, after } => {
                let head = format!("{} = ", name.node);
                let column = Some((Column::Binding, name.node.len() + 1));
                self.put(&head, value, &after_text(after), column);
            }
            StatementKind::Call { call, after } => self.put("", call, &after_text(after), None),
            StatementKind::Publish { value, template } => {
                let template = template
                    .as_ref()
                    .map(|text| format!(" as {}", self.expr(text)));
                self.put("publish ", value, &template.unwrap_or_default(), None);
            }
            StatementKind::For(for_loop) => self.for_loop(for_loop),
            StatementKind::If(conditional) => self.conditional(conditional),
            StatementKind::Repeat(repeat) => self.repeat(repeat),
        }
        self.behind(statement.span, &statement.comments);
    }

    /// `HEAD { … }BEHIND`
    pub fn block(&mut self, head: &str, block: &Block, behind: &str) {
        if block.statements.is_empty() && block.trailing.is_empty() {
            self.page.line(format!("{head} {{}}{behind}"));
            return;
        }
        self.page.line(format!("{head} {{"));
        self.block_body(block);
        self.page.line(format!("}}{behind}"));
    }

    /// What stands between the braces.
    pub fn block_body(&mut self, block: &Block) {
        self.page.indent();
        for statement in &block.statements {
            self.statement(statement);
        }
        self.comments(&block.trailing);
        self.page.outdent();
    }

    fn for_loop(&mut self, for_loop: &For) {
        let names: Vec<_> = for_loop
            .variables
            .iter()
            .map(|name| name.node.as_str())
            .collect();
        let collection = self.expr(&for_loop.collection);
        let filter = for_loop
            .filter
            .as_ref()
            .map(|filter| format!(" where {}", self.expr(filter)));
        let filter = filter.unwrap_or_default();
        let head = format!("for {} in {collection}{filter}", names.join(", "));
        self.block(&head, &for_loop.body, "");
    }

    fn conditional(&mut self, first: &If) {
        let mut branch = first;
        let mut word = "if";
        loop {
            self.page
                .line(format!("{word} {} {{", self.expr(&branch.condition)));
            self.block_body(&branch.then);
            let Some(otherwise) = &branch.otherwise else {
                break;
            };
            if let Some(next) = self.else_if(otherwise) {
                branch = next;
                word = "} else if";
            } else {
                self.page.line("} else {");
                self.block_body(otherwise);
                break;
            }
        }
        self.page.line("}");
    }

    /// The branch of an `else if`, as against an `if` alone in the braces of an `else`.
    fn else_if<'a>(&self, otherwise: &'a Block) -> Option<&'a If> {
        let [statement] = otherwise.statements.as_slice() else {
            return None;
        };
        let before = self.text.get(..statement.span.start as usize)?;
        let StatementKind::If(next) = &statement.kind else {
            return None;
        };
        before.trim_end().ends_with("else").then_some(next)
    }

    fn repeat(&mut self, repeat: &Repeat) {
        let variable = repeat
            .variable
            .as_ref()
            .map(|name| format!(" as {}", name.node));
        let count = self.expr(&repeat.count);
        let head = format!("repeat {count}{}", variable.unwrap_or_default());
        let until = repeat
            .until
            .as_ref()
            .map(|until| format!(" until {}", self.expr(until)));
        self.block(&head, &repeat.body, &until.unwrap_or_default());
    }
}

fn after_text(after: &[Name]) -> String {
    if after.is_empty() {
        return String::new();
    }
    let names: Vec<_> = after.iter().map(|name| name.node.as_str()).collect();
    format!(" after {}", names.join(", "))
}
