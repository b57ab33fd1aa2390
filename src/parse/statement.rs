//! Statements of a workflow, from pest's trees to `ast`.

use super::build::Builder;
use super::error::LexicalError;
use super::rules::{Parts, Rule, Tree};
use super::scan::MAX_NESTING;
use crate::ast::{Block, Expr, For, If, Name, Repeat, Statement, StatementKind};
use crate::source::Span;

impl<'t> Builder<'t> {
    pub fn block(&mut self, tree: Tree<'t>) -> Block {
        let end = self.span(&tree).end;
        let statements = Parts::of(tree).map(|tree| self.statement(tree)).collect();
        Block {
            statements,
            trailing: self.comments_before(end),
        }
    }

    fn statement(&mut self, tree: Tree<'t>) -> Statement {
        let (kind, span, comments) = self.commented(tree, |this, tree| {
            let Some(statement) = Parts::of(tree).next() else {
                unreachable!("a statement is one of the statements");
            };
            this.statement_kind(statement)
        });
        Statement {
            kind,
            span,
            comments,
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rules are not an enum of ours"
    )]
    fn statement_kind(&mut self, tree: Tree<'t>) -> StatementKind {
        let rule = tree.as_rule();
        let mut parts = Parts::of(tree);
        match rule {
            Rule::for_loop => StatementKind::For(self.for_loop(parts)),
            Rule::conditional => self.conditional(parts),
            Rule::repetition => StatementKind::Repeat(self.repetition(parts)),
            Rule::publish => {
                parts.must(Rule::kw_publish);
                let value = self.expr(parts.must(Rule::expr));
                let template = parts
                    .eat(Rule::kw_as)
                    .then(|| self.text(parts.must(Rule::string)));
                StatementKind::Publish { value, template }
            }
            Rule::bind => StatementKind::Bind {
                name: self.name(parts.must(Rule::name)),
                value: self.expr(parts.must(Rule::expr)),
                after: self.after(&mut parts),
            },
            Rule::command => StatementKind::Call {
                call: self.lone_call(parts.must(Rule::call)),
                after: self.after(&mut parts),
            },
            other => unreachable!("{other:?} is no statement"),
        }
    }

    fn after(&mut self, parts: &mut Parts<'t>) -> Vec<Name> {
        let Some(tree) = parts.maybe(Rule::after) else {
            return Vec::new();
        };
        let mut parts = Parts::of(tree);
        parts.must(Rule::kw_after);
        parts.map(|tree| self.name(tree)).collect()
    }

    fn for_loop(&mut self, mut parts: Parts<'t>) -> For {
        parts.must(Rule::kw_for);
        let mut variables = Vec::new();
        while let Some(variable) = parts.maybe(Rule::name) {
            variables.push(self.name(variable));
        }
        parts.must(Rule::kw_in);
        let collection = self.expr(parts.must(Rule::collection));
        let filter = parts
            .eat(Rule::kw_where)
            .then(|| self.expr(parts.must(Rule::expr)));
        For {
            variables,
            collection,
            filter,
            body: self.block(parts.must(Rule::block)),
        }
    }

    fn repetition(&mut self, mut parts: Parts<'t>) -> Repeat {
        parts.must(Rule::kw_repeat);
        let count = self.expr(parts.must(Rule::expr));
        let variable = parts
            .eat(Rule::kw_as)
            .then(|| self.name(parts.must(Rule::name)));
        let body = self.block(parts.must(Rule::block));
        let until = parts
            .eat(Rule::kw_until)
            .then(|| self.expr(parts.must(Rule::expr)));
        Repeat {
            count,
            variable,
            body,
            until,
        }
    }

    /// A chain of `else if` is a list in the text and nests in the tree.
    fn conditional(&mut self, mut parts: Parts<'t>) -> StatementKind {
        let branch = parts.must(Rule::branch);
        let mut branches = vec![self.branch(branch)];
        let mut otherwise = None;
        while let Some(word) = parts.next() {
            if word.as_rule() == Rule::else_if {
                let Some(word) = Parts::of(word).last() else {
                    unreachable!("`else if` ends with `if`");
                };
                let place = self.span(&word);
                branches.push(self.branch_behind(place, &mut parts));
            } else {
                otherwise = Some(self.block(parts.must(Rule::block)));
            }
        }
        if let Some((place, ..)) = branches.get(MAX_NESTING) {
            let span = *place;
            self.report(LexicalError::TooDeep {
                limit: MAX_NESTING,
                span,
            });
            branches.truncate(MAX_NESTING);
        }
        let chain = branches.into_iter().rev().fold(otherwise, nest);
        match chain.and_then(|block| block.statements.into_iter().next()) {
            Some(first) => first.kind,
            None => unreachable!("a conditional has a branch"),
        }
    }

    fn branch(&mut self, tree: Tree<'t>) -> Branch {
        let mut parts = Parts::of(tree);
        let place = self.span(&parts.must(Rule::kw_if));
        self.branch_behind(place, &mut parts)
    }

    fn branch_behind(&mut self, place: Span, parts: &mut Parts<'t>) -> Branch {
        let condition = self.expr(parts.must(Rule::expr));
        let block = parts.must(Rule::block);
        let span = place.to(self.span(&block));
        (span, condition, self.block(block))
    }
}

/// Its place from `if` to `}`, its condition, what it holds.
type Branch = (Span, Expr, Block);

/// Puts what comes `otherwise` below a branch, and the whole alone into a block.
fn nest(otherwise: Option<Block>, (place, condition, then): Branch) -> Option<Block> {
    let last = otherwise.as_ref().and_then(|block| block.statements.last());
    let span = last.map_or(place, |statement| place.to(statement.span));
    let kind = StatementKind::If(If {
        condition,
        then,
        otherwise,
    });
    Some(Block {
        statements: vec![Statement {
            kind,
            span,
            comments: Vec::new(),
        }],
        trailing: Vec::new(),
    })
}
