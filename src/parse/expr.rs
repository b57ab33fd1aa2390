//! Expressions: the grammar gives them flat, here they get their precedence.
//!
//! From weak to strong: `where`, `||`, `&&`, comparisons, `??`, `step`, `..`, `+ -`, `* /`, `- !`,
//! `.field` and `[key]`. Comparisons and ranges do not chain.

use super::build::Builder;
use super::error::{LexicalError, SyntaxError};
use super::rules::{Parts, Rule, Tree};
use crate::ast::{Arg, BinaryOp, Expr, ExprKind, UnaryOp};
use crate::source::{Span, Spanned};
use crate::units::{self, Literal, LiteralError};

/// How many operations may lie within each other: later passes recurse over them.
const MAX_HEIGHT: usize = 500;

/// An expression with what is needed to join it to others.
struct Operand {
    expr: Expr,
    height: usize,
    /// In parentheses; its span has them, unless it is a literal or a name.
    grouped: bool,
}

#[derive(Clone, Copy)]
enum Infix {
    Where,
    Binary(BinaryOp),
    Range { inclusive: bool },
    Step,
}

impl<'t> Builder<'t> {
    pub fn expr(&mut self, tree: Tree<'t>) -> Expr {
        self.operand(tree).expr
    }

    /// A call that is a statement of its own.
    pub fn lone_call(&mut self, tree: Tree<'t>) -> Expr {
        self.call(tree).expr
    }

    fn operand(&mut self, tree: Tree<'t>) -> Operand {
        self.joined(&mut Parts::of(tree), 0)
    }

    /// Reads operators of a level or stronger.
    fn joined(&mut self, tokens: &mut Parts<'t>, weakest: u8) -> Operand {
        let mut left = self.unary(tokens);
        while let Some((infix, level)) = tokens.peek().and_then(infix)
            && level >= weakest
        {
            let span = tokens.next().map(|token| self.span(&token));
            let operator = Spanned::new(infix, span.unwrap_or(left.expr.span));
            let right = self.joined(tokens, level + 1);
            left = self.join(left, operator, right);
        }
        left
    }

    fn join(&mut self, left: Operand, operator: Spanned<Infix>, right: Operand) -> Operand {
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height) + 1;
        self.refuse_chain(&left, operator);
        let kind = match operator.node {
            Infix::Where => ExprKind::Where {
                list: Box::new(left.expr),
                filter: Box::new(right.expr),
            },
            Infix::Binary(op) => ExprKind::Binary {
                op,
                left: Box::new(left.expr),
                right: Box::new(right.expr),
            },
            Infix::Range { inclusive } => ExprKind::Range {
                start: Box::new(left.expr),
                end: Box::new(right.expr),
                inclusive,
                step: None,
            },
            Infix::Step => self.stepped(left, right.expr, operator.span),
        };
        self.grown(kind, span, height)
    }

    /// Reports a comparison of a comparison and a range of a range.
    fn refuse_chain(&mut self, left: &Operand, operator: Spanned<Infix>) {
        if left.grouped {
            return;
        }
        let span = operator.span;
        match (&left.expr.kind, operator.node) {
            (ExprKind::Binary { op, .. }, Infix::Binary(next))
                if compares(*op) && compares(next) =>
            {
                self.report(SyntaxError::ChainedComparison { span });
            }
            (ExprKind::Range { .. }, Infix::Range { .. }) => {
                self.report(SyntaxError::ChainedRange { span });
            }
            (_, Infix::Where | Infix::Binary(_) | Infix::Range { .. } | Infix::Step) => {}
        }
    }

    fn stepped(&mut self, left: Operand, by: Expr, span: Span) -> ExprKind {
        if let ExprKind::Range {
            start,
            end,
            inclusive,
            step: None,
        } = left.expr.kind
            && !left.grouped
        {
            let step = Some(Box::new(by));
            return ExprKind::Range {
                start,
                end,
                inclusive,
                step,
            };
        }
        self.report(SyntaxError::StepWithoutRange { span });
        by.kind
    }

    /// A new expression over others, unless it grows too deep.
    fn grown(&mut self, kind: ExprKind, span: Span, height: usize) -> Operand {
        if height > MAX_HEIGHT {
            self.report_once(SyntaxError::TooLong {
                limit: MAX_HEIGHT,
                span,
            });
            return leaf(ExprKind::Bool(false), span);
        }
        Operand {
            expr: Expr { kind, span },
            height,
            grouped: false,
        }
    }

    fn unary(&mut self, tokens: &mut Parts<'t>) -> Operand {
        let mut prefixes = Vec::new();
        while let Some(prefix) = tokens
            .maybe(Rule::not)
            .or_else(|| tokens.maybe(Rule::minus))
        {
            prefixes.push(prefix);
        }
        let mut operand = self.postfixed(tokens);
        for prefix in prefixes.into_iter().rev() {
            let op = if prefix.as_rule() == Rule::not {
                UnaryOp::Not
            } else {
                UnaryOp::Minus
            };
            let span = self.span(&prefix).to(operand.expr.span);
            let height = operand.height + 1;
            let operand_expr = Box::new(operand.expr);
            let kind = ExprKind::Unary {
                op,
                operand: operand_expr,
            };
            operand = self.grown(kind, span, height);
        }
        operand
    }

    fn postfixed(&mut self, tokens: &mut Parts<'t>) -> Operand {
        let mut operand = self.primary(tokens);
        loop {
            let (tree, is_member) = match tokens.maybe(Rule::member) {
                Some(tree) => (tree, true),
                None => match tokens.maybe(Rule::pick) {
                    Some(tree) => (tree, false),
                    None => return operand,
                },
            };
            let span = operand.expr.span.to(self.span(&tree));
            let of = Box::new(operand.expr);
            let (kind, height) = if is_member {
                let field = self.name(Parts::of(tree).must(Rule::name));
                (ExprKind::Field { of, field }, operand.height)
            } else {
                let (keys, height) = self.args(Parts::of(tree));
                let keys = keys.into_iter().map(|key| (key.name, key.value)).collect();
                (ExprKind::Pick { of, keys }, operand.height.max(height))
            };
            operand = self.grown(kind, span, height + 1);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rules are not an enum of ours"
    )]
    fn primary(&mut self, tokens: &mut Parts<'t>) -> Operand {
        let Some(tree) = tokens.next() else {
            unreachable!("the grammar has an operand behind each operator");
        };
        let span = self.span(&tree);
        match tree.as_rule() {
            Rule::number => leaf(self.number(tree.as_str(), span), span),
            Rule::string => self.template(tree),
            Rule::call => self.call(tree),
            Rule::name => leaf(ExprKind::Name(tree.as_str().to_owned()), span),
            Rule::list => self.list(tree),
            Rule::group => {
                let inner = self.operand(Parts::of(tree).must(Rule::expr));
                // Around what stands alone parentheses say nothing.
                let span = if inner.height == 0 {
                    inner.expr.span
                } else {
                    span
                };
                Operand {
                    expr: Expr { span, ..inner.expr },
                    height: inner.height,
                    grouped: true,
                }
            }
            Rule::kw_it => leaf(ExprKind::It, span),
            Rule::kw_true => leaf(ExprKind::Bool(true), span),
            Rule::kw_false => leaf(ExprKind::Bool(false), span),
            other => unreachable!("{other:?} is no operand"),
        }
    }

    fn list(&mut self, tree: Tree<'t>) -> Operand {
        let span = self.span(&tree);
        let mut height = 0;
        let item = |tree| {
            let item = self.operand(tree);
            height = height.max(item.height);
            item.expr
        };
        let items = Parts::of(tree).map(item).collect();
        self.grown(ExprKind::List(items), span, height + 1)
    }

    fn call(&mut self, tree: Tree<'t>) -> Operand {
        let span = self.span(&tree);
        let mut parts = Parts::of(tree);
        let callee = self.name(parts.must(Rule::path));
        let types = parts.maybe(Rule::types);
        let types = types.map(|tree| Parts::of(tree).map(|tree| self.ty(tree)).collect());
        let (args, height) = self.args(parts);
        let kind = ExprKind::Call {
            callee,
            types: types.unwrap_or_default(),
            args,
        };
        self.grown(kind, span, height + 1)
    }

    fn args(&mut self, parts: Parts<'t>) -> (Vec<Arg>, usize) {
        let mut height = 0;
        let arg = |tree| {
            let mut parts = Parts::of(tree);
            let name = parts.maybe(Rule::name).map(|tree| self.name(tree));
            let value = self.operand(parts.must(Rule::expr));
            height = height.max(value.height);
            Arg {
                name,
                value: value.expr,
            }
        };
        (parts.map(arg).collect(), height)
    }

    fn template(&mut self, tree: Tree<'t>) -> Operand {
        let expr = self.text(tree);
        leaf(expr.kind, expr.span)
    }

    fn number(&mut self, text: &str, span: Span) -> ExprKind {
        match units::literal(text) {
            Ok(Literal::Int(value)) => ExprKind::Int(value),
            Ok(Literal::Float(value)) => ExprKind::Float(value),
            Ok(Literal::Duration(duration)) => ExprKind::Duration(duration.0),
            Ok(Literal::Size(size)) => ExprKind::Size(size.0),
            Err(problem) => {
                self.report(LexicalError::Number {
                    text: text.to_owned(),
                    help: number_help(&problem),
                    problem: problem.to_string(),
                    span,
                });
                ExprKind::Int(0)
            }
        }
    }
}

fn leaf(kind: ExprKind, span: Span) -> Operand {
    Operand {
        expr: Expr { kind, span },
        height: 0,
        grouped: false,
    }
}

/// The operator of a rule, and how strongly it binds.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the rules are not an enum of ours"
)]
fn infix(rule: Rule) -> Option<(Infix, u8)> {
    let (infix, level) = match rule {
        Rule::kw_where => (Infix::Where, 0),
        Rule::or => (Infix::Binary(BinaryOp::Or), 1),
        Rule::and => (Infix::Binary(BinaryOp::And), 2),
        Rule::equal => (Infix::Binary(BinaryOp::Equal), 3),
        Rule::not_equal => (Infix::Binary(BinaryOp::NotEqual), 3),
        Rule::less => (Infix::Binary(BinaryOp::Less), 3),
        Rule::less_equal => (Infix::Binary(BinaryOp::LessEqual), 3),
        Rule::greater => (Infix::Binary(BinaryOp::Greater), 3),
        Rule::greater_equal => (Infix::Binary(BinaryOp::GreaterEqual), 3),
        Rule::coalesce => (Infix::Binary(BinaryOp::Else), 4),
        Rule::step => (Infix::Step, 5),
        Rule::range => (Infix::Range { inclusive: false }, 6),
        Rule::range_inclusive => (Infix::Range { inclusive: true }, 6),
        Rule::add => (Infix::Binary(BinaryOp::Add), 7),
        Rule::subtract => (Infix::Binary(BinaryOp::Subtract), 7),
        Rule::multiply => (Infix::Binary(BinaryOp::Multiply), 8),
        Rule::divide => (Infix::Binary(BinaryOp::Divide), 8),
        _ => return None,
    };
    Some((infix, level))
}

fn compares(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual => true,
        BinaryOp::Else
        | BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply
        | BinaryOp::Divide => false,
    }
}

fn number_help(problem: &LiteralError) -> String {
    let units =
        "durations are in `s`, `m`, `h` and `d` (`1h30m`), sizes in `KB`, `MB`, `GB` and `TB`";
    match problem {
        LiteralError::Unit { suggestions, .. } => match suggestions.as_slice() {
            [] => units.to_owned(),
            [one] => format!("write `{one}`; {units}"),
            [first, rest @ ..] => {
                let rest = rest.iter().map(|text| format!(" or `{text}` (a size)"));
                format!("write `{first}` (a duration){}", rest.collect::<String>())
            }
        },
        LiteralError::TooLarge => "the largest integer is 9223372036854775807".to_owned(),
        LiteralError::Underscore => "remove the `_`".to_owned(),
        LiteralError::Order => "write it as `1d12h30m15s`".to_owned(),
        LiteralError::Malformed => format!("a number may end with its unit: {units}"),
    }
}
