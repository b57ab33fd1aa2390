//! What shards decide: whether they run, and which of several sources an input has.

use super::argument::Arguments;
use super::{Arg, CallId, Dataflow, Input};
use crate::hir::{BinaryOp, Expr, ExprKind, Function, Guard, Loop, UNNAMED, UnaryOp};
use crate::types::{Type, Value};

/// A source of an input; with a test it counts only where that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub only: Option<Test>,
    pub arg: Arg,
}

/// A small expression that a task computes.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    Value(Value),
    /// An input of [`super::Call::asked`]; of a list, how many items it has.
    Asked(String),
    Not(Box<Test>),
    Binary(BinaryOp, Box<Test>, Box<Test>),
}

impl Test {
    /// The inputs that it reads.
    pub fn asked(&self) -> Vec<&str> {
        match self {
            Self::Value(_) => Vec::new(),
            Self::Asked(name) => vec![name],
            Self::Not(inner) => inner.asked(),
            Self::Binary(_, left, right) => [left.asked(), right.asked()].concat(),
        }
    }

    /// As job scripts have it: `(`, `.score`, `>`, `0.5`, `)`.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Value(Value::String(text)) => vec![format!("={text}")],
            Self::Value(value) => vec![value.text()],
            Self::Asked(name) => vec![name.clone()],
            Self::Not(inner) => [vec!["!".to_owned()], inner.words()].concat(),
            Self::Binary(op, left, right) => [
                vec!["(".to_owned()],
                left.words(),
                vec![op.symbol().to_owned()],
                right.words(),
                vec![")".to_owned()],
            ]
            .concat(),
        }
    }

    fn and(self, other: Self) -> Self {
        Self::Binary(BinaryOp::And, Box::new(self), Box::new(other))
    }
}

impl Arg {
    fn is_result(&self) -> bool {
        matches!(self, Self::Result { .. })
    }

    fn reads(&self, of: CallId) -> bool {
        match self {
            Self::Result { call, .. } => *call == of,
            Self::List(args) => args.iter().any(|it| it.reads(of)),
            Self::First(sources) => sources.iter().any(|it| it.arg.reads(of)),
            Self::Constant(_) | Self::Item { .. } | Self::Template(_) => false,
        }
    }
}

impl Dataflow {
    /// Whether a shard may end well though what it reads of another call failed: that is one of several
    /// sources, or a condition, which reads other calls, may keep the shard from it.
    pub fn does_without(&self, call: CallId, of: CallId) -> bool {
        let call = self.call(call);
        let several = |arg: &Arg| {
            let Arg::First(sources) = arg else {
                return false;
            };
            let results = sources.iter().filter(|it| it.arg.is_result());
            results.count() > 1
        };
        let mut asked = call.asked.iter().filter_map(|it| call.args.get(&it.name));
        call.args.values().any(several) || !call.asked.is_empty() && !asked.any(|arg| arg.reads(of))
    }
}

impl Arguments<'_, '_> {
    /// What the shards of a call test, as far as one does not tell the other.
    pub fn tests(&mut self, when: &[Guard], loops: &[Loop]) -> Option<Vec<Test>> {
        let tested = self.evaluator.program.tested(when);
        let tests: Vec<_> = tested.into_iter().map(|it| self.guard(it, loops)).collect();
        tests.into_iter().collect()
    }

    /// A source that counts only in these branches.
    pub fn source(&mut self, only: &[Guard], expr: &Expr, loops: &[Loop]) -> Option<Source> {
        let tests: Vec<_> = only.iter().map(|it| self.guard(*it, loops)).collect();
        let tests: Vec<Test> = tests.into_iter().collect::<Option<_>>()?;
        Some(Source {
            only: tests.into_iter().reduce(Test::and),
            arg: self.arg(expr, loops)?,
        })
    }

    fn guard(&mut self, guard: Guard, loops: &[Loop]) -> Option<Test> {
        let asked = self.evaluator.program.conditions.get(guard.condition.0)?;
        let test = self.test(asked, loops)?;
        Some(match guard.holds {
            true => test,
            false => Test::Not(Box::new(test)),
        })
    }

    fn test(&mut self, expr: &Expr, loops: &[Loop]) -> Option<Test> {
        let program = self.evaluator.program;
        if !program.reads_results(expr) {
            let arg = self.arg(expr, loops)?;
            return Some(if let Arg::Constant(value) = arg {
                Test::Value(value)
            } else {
                self.ask("item", &expr.ty, arg)
            });
        }
        if let Some(part) = self.named_of_made(expr) {
            return Some(self.ask("item", &expr.ty, Arg::Template(vec![part])));
        }
        match &expr.kind {
            ExprKind::Unary(UnaryOp::Not, of) => Some(Test::Not(Box::new(self.test(of, loops)?))),
            ExprKind::Unary(UnaryOp::Minus, of) => {
                let none = Test::Value(Value::Int(0));
                let of = self.test(of, loops)?;
                Some(Test::Binary(
                    BinaryOp::Subtract,
                    Box::new(none),
                    Box::new(of),
                ))
            }
            ExprKind::Binary(op, left, right) if computes(*op) => {
                let (left, right) = (self.test(left, loops), self.test(right, loops));
                Some(Test::Binary(*op, Box::new(left?), Box::new(right?)))
            }
            ExprKind::Function(Function::Len, of) if of.iter().all(is_list) => {
                let of = of.first()?;
                let arg = self.arg(of, loops)?;
                Some(self.ask(output(of), &of.ty, arg))
            }
            ExprKind::Result { .. }
            | ExprKind::Pick { .. }
            | ExprKind::Choice(_)
            | ExprKind::Bound(..)
            | ExprKind::Binary(BinaryOp::Else, ..) => {
                let arg = self.arg(expr, loops)?;
                Some(self.ask(output(expr), &expr.ty, arg))
            }
            ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Gather { .. }
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::List(_)
            | ExprKind::Range(_)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => {
                let what = "anything but comparisons, `&& || !`, `+ - *`, `len`, `??`, and `name` and `stem` of an item, on what is known only at run time is";
                self.evaluator.planned(
                    what,
                    "let a process compute it, and ask for its output",
                    expr.span,
                )
            }
        }
    }

    /// An input that conditions read: it may be absent, and then they do not hold.
    fn ask(&mut self, name: &str, ty: &Type, arg: Arg) -> Test {
        if let Some((known, _)) = self.asked.iter().find(|(_, (_, known))| *known == arg) {
            return Test::Asked(known.clone());
        }
        let mut number = 1;
        let mut free = format!(".{name}");
        while self.asked.contains_key(&free) {
            number += 1;
            free = format!(".{name}{number}");
        }
        let input = Input {
            name: free.clone(),
            ty: match ty.item() {
                Some(_) => ty.clone(),
                None => ty.clone().optional(),
            },
            fields: Vec::new(),
        };
        self.asked.insert(free.clone(), (input, arg));
        Test::Asked(free)
    }
}

fn computes(op: BinaryOp) -> bool {
    match op {
        BinaryOp::Or
        | BinaryOp::And
        | BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::Add
        | BinaryOp::Subtract
        | BinaryOp::Multiply => true,
        BinaryOp::Divide | BinaryOp::Else => false,
    }
}

fn is_list(expr: &Expr) -> bool {
    expr.ty.item().is_some()
}

/// A name for what is asked: that of the output, where it is one.
fn output(expr: &Expr) -> &str {
    expr.called(&|choice| choice.branches().next().map_or(UNNAMED, output))
}
