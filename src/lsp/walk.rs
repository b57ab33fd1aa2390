//! All statements, expressions and types of an item, wherever they stand in it.

use crate::ast::{
    Block, Clause, ClauseKind, Expr, ExprKind, For, Item, ItemKind, Retry, SplitBy, Statement,
    StatementKind, TypeExpr, TypeExprKind,
};

/// A statement with the loops around it, outermost first.
#[derive(Clone)]
pub(super) struct Placed<'a> {
    pub statement: &'a Statement,
    pub loops: Vec<&'a For>,
}

/// The statements of a block and those inside of them, in the order of the text.
pub(super) fn statements<'a>(block: &'a Block, loops: &[&'a For]) -> Vec<Placed<'a>> {
    let mut found = Vec::new();
    for statement in &block.statements {
        found.push(Placed {
            statement,
            loops: loops.to_vec(),
        });
        match &statement.kind {
            StatementKind::For(each) => {
                let inside: Vec<_> = loops.iter().copied().chain([each]).collect();
                found.extend(statements(&each.body, &inside));
            }
            StatementKind::If(branches) => {
                let blocks = [Some(&branches.then), branches.otherwise.as_ref()];
                for block in blocks.into_iter().flatten() {
                    found.extend(statements(block, loops));
                }
            }
            StatementKind::Repeat(repeat) => found.extend(statements(&repeat.body, loops)),
            StatementKind::Bind { .. }
            | StatementKind::Call { .. }
            | StatementKind::Publish { .. } => {}
        }
    }
    found
}

/// The expressions of an item, those inside of others too.
pub(super) fn exprs(item: &Item) -> Vec<&Expr> {
    let mut found: Vec<&Expr> = Vec::new();
    match &item.kind {
        ItemKind::Import(_) | ItemKind::Record(_) | ItemKind::Container(_) => {}
        ItemKind::Param(param) => found.extend(&param.default),
        ItemKind::Process(process) => {
            found.extend(process.inputs.iter().filter_map(|it| it.default.as_ref()));
            for output in &process.outputs {
                found.extend(output.source.iter().chain(&output.expect));
            }
            found.extend(process.clauses.iter().flat_map(of_clause));
        }
        ItemKind::Workflow(workflow) => {
            found.extend(workflow.inputs.iter().filter_map(|it| it.default.as_ref()));
            found.extend(workflow.outputs.iter().filter_map(|it| it.value.as_ref()));
            let statements = statements(&workflow.body, &[]);
            found.extend(statements.iter().flat_map(|it| of_statement(it.statement)));
        }
    }
    found.into_iter().flat_map(Expr::all).collect()
}

/// The types of an item, those inside of others too.
pub(super) fn types(item: &Item) -> Vec<&TypeExpr> {
    let mut found: Vec<&TypeExpr> = Vec::new();
    match &item.kind {
        ItemKind::Import(_) | ItemKind::Container(_) => {}
        ItemKind::Param(param) => found.push(&param.ty),
        ItemKind::Record(record) => found.extend(record.fields.iter().map(|it| &it.ty)),
        ItemKind::Process(process) => {
            found.extend(process.inputs.iter().map(|it| &it.ty));
            found.extend(process.outputs.iter().map(|it| &it.ty));
        }
        ItemKind::Workflow(workflow) => {
            found.extend(workflow.inputs.iter().map(|it| &it.ty));
            found.extend(workflow.outputs.iter().map(|it| &it.ty));
        }
    }
    for expr in exprs(item) {
        if let ExprKind::Call { types, .. } = &expr.kind {
            found.extend(types);
        }
    }
    let mut next = 0;
    while let Some(ty) = found.get(next).copied() {
        if let TypeExprKind::List(inner) | TypeExprKind::Optional(inner) = &ty.kind {
            found.push(inner);
        }
        next += 1;
    }
    found
}

fn of_clause(clause: &Clause) -> Vec<&Expr> {
    match &clause.kind {
        ClauseKind::Success(statuses) => statuses.iter().collect(),
        ClauseKind::Env { value, .. } => value.iter().collect(),
        ClauseKind::Resource { value, .. }
        | ClauseKind::Cost(value)
        | ClauseKind::Pack(value)
        | ClauseKind::AtMost(value)
        | ClauseKind::Associative { arity: value } => vec![value],
        ClauseKind::Again { status, up_to } => vec![status, up_to],
        ClauseKind::Retry(Retry { count, with, .. }) => {
            let raised = with.iter().map(|(_, value)| value);
            std::iter::once(count).chain(raised).collect()
        }
        ClauseKind::Split { by, .. } => {
            let (SplitBy::Lines(count) | SplitBy::Items(count)) = by;
            vec![count]
        }
        ClauseKind::Stdin(_)
        | ClauseKind::Merge { .. }
        | ClauseKind::Container(_)
        | ClauseKind::Script(_)
        | ClauseKind::Uses(_)
        | ClauseKind::Module(_)
        | ClauseKind::Conda(_)
        | ClauseKind::Bind(_)
        | ClauseKind::Slurm(_)
        | ClauseKind::OnFailure(_)
        | ClauseKind::Checkpoint(_)
        | ClauseKind::NeverPack
        | ClauseKind::NeverFuse
        | ClauseKind::Was(_)
        | ClauseKind::Service(_)
        | ClauseKind::Todo => Vec::new(),
    }
}

/// Those of its body are of statements of their own.
fn of_statement(statement: &Statement) -> Vec<&Expr> {
    match &statement.kind {
        StatementKind::Bind { value, .. } => vec![value],
        StatementKind::Call { call, .. } => vec![call],
        StatementKind::For(each) => {
            let filter = each.filter.as_ref();
            std::iter::once(&each.collection).chain(filter).collect()
        }
        StatementKind::If(branches) => vec![&branches.condition],
        StatementKind::Repeat(repeat) => {
            let until = repeat.until.as_ref();
            std::iter::once(&repeat.count).chain(until).collect()
        }
        StatementKind::Publish { value, template } => {
            std::iter::once(value).chain(template).collect()
        }
    }
}
