//! The workflows of a program: the main one, and those that are called.

use std::collections::BTreeSet;

use super::declare::{Declaring, Inside};
use super::expr::{self, Uses};
use super::scope::{InWorkflow, Scope, filter, read};
use super::sight::{Sight, did_you_mean};
use super::{Definition, Items, Local, RegionId, ResolveError, Workflow, order};
use crate::ast;
use crate::source::Span;

/// All workflows with their names resolved, the uses apart.
#[derive(Default)]
pub(super) struct All<'a> {
    pub main: Workflow<'a>,
    pub named: Vec<Workflow<'a>>,
    pub locals: Vec<Local>,
}

/// Resolves the main workflow and the named ones.
pub(super) fn all<'a>(
    mains: &[&'a ast::Workflow],
    uses: &mut Uses<'_, 'a>,
    errors: &mut Vec<ResolveError>,
) -> All<'a> {
    let mut all = All::default();
    match mains.split_first() {
        None => errors.push(ResolveError::NoWorkflow {
            span: last_item(uses.items),
        }),
        Some((&main, more)) => {
            for second in more {
                errors.push(ResolveError::TwoWorkflows {
                    span: second.word,
                    first: main.word,
                });
            }
            let scope = one(main, Vec::new(), uses, errors);
            if errors.is_empty() && !calls_something(&scope.workflow, uses) {
                errors.push(ResolveError::NothingCalled { span: main.word });
            }
            (all.main, all.locals) = (scope.workflow, scope.locals);
        }
    }
    for &workflow in uses.items.workflows.values() {
        let scope = one(workflow, all.locals, uses, errors);
        all.locals = scope.locals;
        all.named.push(scope.workflow);
    }
    recursion(&all, uses, errors);
    all
}

/// Where the program ends.
fn last_item(items: &Items) -> Span {
    let main = items.modules.all().next();
    let last = main.and_then(|module| module.file.items.last());
    last.map_or(Span::default(), |item| Span {
        start: item.span.end.saturating_sub(1),
        ..item.span
    })
}

/// Resolves one workflow; its locals stand behind those given.
fn one<'a>(
    workflow: &'a ast::Workflow,
    locals: Vec<Local>,
    uses: &mut Uses<'_, 'a>,
    errors: &mut Vec<ResolveError>,
) -> Scope<'a> {
    let mut declaring = Declaring {
        scope: Scope::behind(locals),
        items: uses.items,
        errors: Vec::new(),
    };
    declaring.inputs(&workflow.inputs);
    declaring.block(&workflow.body, Inside::default());
    let Declaring {
        mut scope,
        errors: more,
        ..
    } = declaring;
    errors.extend(more);
    uses.inputs(&workflow.inputs, errors);
    let reads = scope.resolve(uses, errors);
    let end = scope.end();
    outputs(workflow, &scope, end, uses, errors);
    match order::sort(&reads) {
        Ok(order) => scope.workflow.order = order,
        Err(circle) => errors.push(scope.cycle(&circle)),
    }
    scope
}

/// The outputs of a named workflow: expressions, or values of their name, as they are at its end.
fn outputs<'a>(
    workflow: &'a ast::Workflow,
    scope: &Scope<'a>,
    end: RegionId,
    uses: &mut Uses<'_, 'a>,
    errors: &mut Vec<ResolveError>,
) {
    let inside = InWorkflow {
        scope,
        items: uses.items,
        parent: None,
        region: end,
    };
    for output in &workflow.outputs {
        uses.ty(&output.ty, errors);
        let name = &output.name;
        if let Some(value) = &output.value {
            uses.expr(value, &inside, errors);
        } else if let Some(found) = own(&inside, name) {
            uses.found.insert(name.span, found);
        } else {
            let bound = scope.bound_names();
            errors.push(ResolveError::MissingOutput {
                workflow: title(workflow).to_owned(),
                name: name.node.clone(),
                span: name.span,
                help: did_you_mean(&name.node, bound).unwrap_or_else(|| {
                    format!("say what it is: `{}: TYPE = call.output`", name.node)
                }),
            });
        }
    }
}

/// What a workflow itself calls by this name.
fn own(inside: &InWorkflow, name: &ast::Name) -> Option<Definition> {
    let found = inside.find(&name.node, name.span).ok()?;
    matches!(found, Definition::Local(_)).then_some(found)
}

/// Workflows that call themselves, directly or through others.
fn recursion(all: &All, uses: &Uses, errors: &mut Vec<ResolveError>) {
    let workflows = |it: Definition| match it {
        Definition::Workflow(at) => Some(at),
        Definition::Param(_)
        | Definition::Local(_)
        | Definition::Input(_)
        | Definition::Attempt
        | Definition::Function(_)
        | Definition::Process(_)
        | Definition::Record(_)
        | Definition::Container(_) => None,
    };
    let named = all.named.iter().zip(uses.items.workflows.values());
    let called = named.map(|(workflow, written)| {
        let outputs = written.outputs.iter().filter_map(|it| it.value.as_ref());
        let outputs = outputs.flat_map(|it| expr::called(it, &uses.found));
        let called = called(workflow, uses).into_iter().chain(outputs);
        called.filter_map(workflows).collect()
    });
    let called: Vec<BTreeSet<usize>> = called.collect();
    let Err(circle) = order::sort(&called) else {
        return;
    };
    let members: Vec<_> = circle
        .iter()
        .filter_map(|&at| name(uses.items, at))
        .collect();
    if let Some((first, others)) = members.split_first() {
        let names: Vec<_> = others.iter().map(|it| format!("`{}`", it.node)).collect();
        errors.push(ResolveError::Recursion {
            name: first.node.clone(),
            through: match names.as_slice() {
                [] => String::new(),
                names => format!(", by way of {}", names.join(", ")),
            },
            span: first.span,
        });
    }
}

/// What the statements of a workflow call.
fn called(workflow: &Workflow, uses: &Uses) -> Vec<Definition> {
    let steps = workflow.steps.iter().map(|it| it.statement);
    let exprs = steps.flat_map(|it| read(it).into_iter().chain(filter(it)));
    exprs.flat_map(|it| expr::called(it, &uses.found)).collect()
}

fn calls_something(workflow: &Workflow, uses: &Uses) -> bool {
    let is_work = |it: &Definition| matches!(it, Definition::Process(_) | Definition::Workflow(_));
    called(workflow, uses).iter().any(is_work)
}

fn name<'a>(items: &Items<'a>, at: usize) -> Option<&'a ast::Name> {
    let (_, workflow) = items.workflows.get_index(at)?;
    workflow.name.as_ref()
}

fn title(workflow: &ast::Workflow) -> &str {
    workflow.name.as_ref().map_or("", |name| &name.node)
}
