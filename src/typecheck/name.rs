//! What calls are named: in folders, records and messages.

use indexmap::{IndexMap, IndexSet};

use super::{Checker, TypeError};
use crate::ast::{self, ExprKind as Written};
use crate::hir::{Around, ProcessId};
use crate::source::Span;

/// The names that calls are bound to, with those of the workflow calls around them.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By call: the workflow calls around it from the outermost, and itself.
    calls: Vec<Vec<Place>>,
    /// The calls of named workflows around.
    around: Vec<Place>,
    /// The call that the statement at hand names.
    bound: Option<Bound>,
}

/// What a statement gives a name.
#[derive(Debug)]
struct Bound {
    /// The call.
    span: Span,
    name: String,
    /// The name is that of an output of it.
    is_output: bool,
}

/// A place where a process or a workflow is called.
#[derive(Debug, Clone)]
pub(super) struct Place {
    callee: String,
    name: Option<String>,
    kind: Kind,
    span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Call,
    /// The name is that of an output of the call.
    Output,
    /// With its variable.
    Round(Option<String>),
}

impl Names {
    /// A statement `NAME = EXPR` begins: its name is that of the call that the expression is, or
    /// whose output it is.
    pub fn begin(&mut self, name: &ast::Name, value: &ast::Expr) {
        let mut called = value;
        while let Written::Field { of, .. } = &called.kind {
            called = of;
        }
        self.bound = Some(Bound {
            span: called.span,
            name: name.node.clone(),
            is_output: called.span != value.span,
        });
    }

    /// A statement ended: if the expression was no call, the last one in it has its name.
    pub fn end(&mut self, first: usize) {
        let made = self.calls.get_mut(first..).unwrap_or_default();
        let depth = self.around.len() + 1;
        if let (Some(bound), Some(last)) = (self.bound.take(), made.last_mut())
            && last.len() == depth
            && let Some(own) = last.last_mut()
        {
            own.name = Some(bound.name);
        }
    }

    /// A process is called at this place.
    pub fn call(&mut self, callee: &str, span: Span) {
        let place = self.place(callee, span);
        let mut places = self.around.clone();
        places.push(place);
        self.calls.push(places);
    }

    /// The calls that follow are those of a workflow that is called at this place.
    pub fn enter(&mut self, place: Place) {
        self.around.push(place);
    }

    pub fn leave(&mut self) {
        self.around.pop();
    }

    /// A place where something is called, with the name if the statement is about it.
    pub fn place(&mut self, callee: &str, span: Span) -> Place {
        let named = self.bound.take_if(|it| it.span == span);
        Place {
            callee: callee.to_owned(),
            kind: match &named {
                Some(bound) if bound.is_output => Kind::Output,
                Some(_) | None => Kind::Call,
            },
            name: named.map(|it| it.name),
            span,
        }
    }

    /// A round: what is called in it has its number in the name.
    pub fn round(number: i64, variable: Option<&ast::Name>, span: Span) -> Place {
        Place {
            callee: "repeat".to_owned(),
            name: Some(number.to_string()),
            kind: Kind::Round(variable.map(|it| it.node.clone())),
            span,
        }
    }

    /// An output of a call as the program names it: `cut.chunks`.
    pub fn output(&self, call: usize, output: &str) -> String {
        match self.of(call).last() {
            None => output.to_owned(),
            Some(place) => match &place.name {
                Some(name) if place.kind == Kind::Output => name.clone(),
                name => format!("{}.{output}", name.as_ref().unwrap_or(&place.callee)),
            },
        }
    }

    /// What tells apart the files that a statement publishes each time that it is written out: in each
    /// round, or for each call of the workflow that it stands in.
    pub fn told_apart(&self) -> Option<String> {
        let place = self.around.last()?;
        Some(match &place.kind {
            Kind::Round(Some(variable)) => {
                format!("put the round into the name: `as \"…{{{variable}}}…\"`, or publish what the last round makes behind the `repeat`")
            }
            Kind::Round(None) => "put the round into the name: `repeat … as i`, `as \"…{i}…\"`, or publish what the last round makes behind the `repeat`".to_owned(),
            Kind::Call | Kind::Output => format!(
                "`{}` is called several times: put one of its inputs into the name, or make this an output of it, and publish that where it is called",
                place.callee
            ),
        })
    }

    /// Whether a call stands in the rounds and workflow calls that are around now.
    pub fn is_here(&self, call: usize) -> bool {
        let told = |places: &[Place]| -> Vec<_> {
            places.iter().map(|it| (it.span, it.name.clone())).collect()
        };
        let own = self.of(call).split_last();
        own.is_some_and(|(_, around)| told(around) == told(&self.around))
    }

    /// The calls of named workflows, and the rounds, in which a call stands.
    fn around(&self, call: usize) -> Vec<Around> {
        let (_, around) = self.of(call).split_last().unzip();
        let around = around.unwrap_or_default().iter().map(|place| {
            let name = place.name.clone();
            let name = name.unwrap_or_else(|| place.callee.clone());
            match place.kind {
                Kind::Round(_) => Around::Round(name),
                Kind::Call | Kind::Output => Around::Workflow {
                    name,
                    workflow: place.callee.clone(),
                    span: place.span,
                },
            }
        });
        around.collect()
    }

    fn of(&self, call: usize) -> &[Place] {
        self.calls.get(call).map_or(&[], Vec::as_slice)
    }
}

impl Checker<'_> {
    /// Gives each call the name that folders and records use.
    pub(super) fn name_calls(&mut self) {
        let mut calls: IndexMap<ProcessId, Vec<usize>> = IndexMap::new();
        for (at, call) in self.program.calls.iter().enumerate() {
            calls.entry(call.process).or_default().push(at);
        }
        for (at, call) in self.program.calls.iter_mut().enumerate() {
            call.around = self.names.around(at);
        }
        for calls in calls.values().filter(|calls| calls.len() > 1) {
            let mut taken = IndexSet::new();
            for &at in calls {
                self.name_call(at, calls, &mut taken);
            }
        }
    }

    /// Names one of the calls of a process that is called in several places. Only the branches of an
    /// `if` bind one name twice.
    fn name_call(&mut self, at: usize, calls: &[usize], taken: &mut IndexSet<String>) {
        let places = self.names.of(at);
        // What only the rounds around tell apart needs no name.
        let told = |at: usize| {
            let here = places.get(at).map(|it| it.span);
            let mut others = calls.iter().filter_map(|it| self.names.of(*it).get(at));
            others.all(|it| Some(it.span) == here)
        };
        let names = places.iter().enumerate().filter_map(|(at, place)| {
            let name = place.name.as_deref().map(Some);
            name.or_else(|| (!told(at)).then_some(None))
        });
        let names: Option<Vec<_>> = names.collect();
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            let mut name = names.join(".");
            while !taken.insert(name.clone()) {
                name.push_str(".else");
            }
            if let Some(call) = self.program.calls.get_mut(at) {
                call.name = format!("{}.{name}", call.name);
            }
            return;
        }
        let mut unnamed = places.iter().enumerate();
        let Some((depth, place)) = unnamed.find(|(_, place)| place.name.is_none()) else {
            return;
        };
        let others = calls.iter().filter(|other| **other != at);
        let mut others = others.filter_map(|other| {
            let places = self.names.of(*other);
            places.get(depth).or(places.last())
        });
        let other = others.find(|other| other.span != place.span);
        let error = TypeError::UnnamedCall {
            process: place.callee.clone(),
            span: place.span,
            first: other.map_or(place.span, |other| other.span),
        };
        self.error(error);
    }
}
