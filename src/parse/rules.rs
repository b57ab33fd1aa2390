//! The grammar as pest reads it, and its trees as the rest of the room walks them.

use std::iter::Peekable;

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/flow.pest"]
struct Grammar;

pub(super) type Tree<'t> = Pair<'t, Rule>;

/// How far pest came, and what it tried there.
pub(super) struct Stop {
    pub at: usize,
    pub tried: Vec<Rule>,
}

/// Reads all of the text as one rule.
pub(super) fn read(rule: Rule, text: &str) -> Result<Tree<'_>, Stop> {
    match Grammar::parse(rule, text) {
        Ok(mut pairs) => match pairs.next() {
            Some(tree) => Ok(tree),
            None => unreachable!("the entry rules hold one tree"),
        },
        Err(error) => Err(stop(error)),
    }
}

fn stop(error: pest::error::Error<Rule>) -> Stop {
    let at = match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    };
    let tried = match error.variant {
        pest::error::ErrorVariant::ParsingError { positives, .. } => positives,
        pest::error::ErrorVariant::CustomError { .. } => Vec::new(),
    };
    Stop { at, tried }
}

/// The parts of a tree in order, without its marks.
pub(super) struct Parts<'t> {
    pairs: Peekable<Pairs<'t, Rule>>,
}

impl<'t> Parts<'t> {
    pub fn of(tree: Tree<'t>) -> Self {
        Self {
            pairs: tree.into_inner().peekable(),
        }
    }

    /// The rule of the next part.
    pub fn peek(&mut self) -> Option<Rule> {
        while self.pairs.next_if(|pair| is_mark(pair.as_rule())).is_some() {}
        self.pairs.peek().map(Pair::as_rule)
    }

    /// The next part if it is of that rule.
    pub fn maybe(&mut self, rule: Rule) -> Option<Tree<'t>> {
        if self.peek() == Some(rule) {
            self.pairs.next()
        } else {
            None
        }
    }

    /// The next part, which the grammar says is of that rule.
    pub fn must(&mut self, rule: Rule) -> Tree<'t> {
        match self.maybe(rule) {
            Some(tree) => tree,
            None => unreachable!("the grammar has {rule:?} here, not {:?}", self.peek()),
        }
    }

    /// Whether the next part is of that rule; if so it is passed over.
    pub fn eat(&mut self, rule: Rule) -> bool {
        self.maybe(rule).is_some()
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Tree<'t>;

    fn next(&mut self) -> Option<Tree<'t>> {
        self.peek()?;
        self.pairs.next()
    }
}

/// Marks that carry no meaning once a text is read.
fn is_mark(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::colon
            | Rule::equals
            | Rule::arrow
            | Rule::dot
            | Rule::bar
            | Rule::paren_open
            | Rule::paren_close
            | Rule::bracket_open
            | Rule::bracket_close
            | Rule::brace_open
            | Rule::brace_close
            | Rule::angle_open
            | Rule::angle_close
            | Rule::EOI
    )
}
