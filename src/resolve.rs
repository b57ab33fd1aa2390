//! Names to what they mean.
//!
//! Takes a program as written, gives [`Bindings`]: the items by name, what each use of a name stands
//! for, and the statements of each workflow in an order in which all that one reads stands before
//! it. Knows nothing of types.

use indexmap::IndexMap;

use crate::ast;
use crate::diagnostics::{Located, Warnings};
use crate::hir::{Function, ParamId, ProcessId};
use crate::import::Modules;
use crate::source::Span;

mod declare;
mod error;
mod expr;
mod foreign;
mod items;
mod order;
mod region;
mod rounds;
mod scope;
mod sight;
mod twice;
mod unused;
mod warning;
mod workflow;

pub use error::ResolveError;
pub use items::TYPES;
pub(crate) use sight::did_you_mean;
pub use warning::Warning;

/// What the names of a program mean; the program itself stays as it is.
#[derive(Debug)]
pub struct Bindings<'a> {
    pub items: Items<'a>,
    /// Params, each behind those that its default reads.
    pub param_order: Vec<ParamId>,
    /// What the workflows bind: statements, loop variables and inputs.
    pub locals: Vec<Local>,
    pub main: Workflow<'a>,
    /// The named ones, in the order of [`Items::workflows`].
    pub workflows: Vec<Workflow<'a>>,
    uses: IndexMap<Span, Definition>,
}

impl Bindings<'_> {
    /// What the name at this place stands for.
    pub fn definition(&self, name: Span) -> Option<Definition> {
        self.uses.get(&name).copied()
    }

    /// All places where names are used, and what they stand for.
    pub fn uses(&self) -> impl Iterator<Item = (Span, Definition)> {
        self.uses.iter().map(|(place, it)| (*place, *it))
    }
}

/// The items of a program by name, in the order of the files. Those of a file that is imported under
/// an alias begin with it: `tools.align`.
#[derive(Debug)]
pub struct Items<'a> {
    pub modules: &'a Modules,
    pub params: IndexMap<&'a str, &'a ast::Param>,
    pub records: IndexMap<String, &'a ast::Record>,
    pub containers: IndexMap<String, &'a ast::Container>,
    pub processes: IndexMap<String, Declared<'a>>,
    pub workflows: IndexMap<String, &'a ast::Workflow>,
}

/// A process with what documents it.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    pub process: &'a ast::Process,
    pub item: &'a ast::Item,
}

/// What a use of a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Definition {
    Param(ParamId),
    Local(LocalId),
    /// An input of the process around, by its position.
    Input(usize),
    /// Which try this is: only in resource clauses.
    Attempt,
    Function(Function),
    Process(ProcessId),
    Workflow(usize),
    Record(usize),
    Container(usize),
}

/// Where names are bound: a workflow, or one branch of an `if`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RegionId(usize);

/// Index into [`Bindings::locals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub usize);

/// A name that a workflow binds.
#[derive(Debug, Clone)]
pub struct Local {
    pub name: ast::Name,
    pub kind: LocalKind,
    /// The statements that bind it.
    steps: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalKind {
    Bound,
    LoopVariable,
    /// Of a named workflow.
    Input,
    /// What an `if` leaves behind: the names that its branches bind.
    Joined {
        then: Option<LocalId>,
        otherwise: Option<LocalId>,
    },
    /// What a carried name is in a round: what it was before, or what the round before set.
    Given {
        before: LocalId,
        set: LocalId,
    },
    /// What a `repeat` leaves behind of a name that is bound in it.
    Rounds {
        inner: LocalId,
    },
}

/// A name that is bound in the body of a `repeat`.
#[derive(Debug, Clone, Copy)]
pub struct RoundName {
    pub inner: LocalId,
    /// What it is behind the loop.
    pub after: LocalId,
    /// What it was before, and what it is in a round.
    pub carried: Option<(LocalId, LocalId)>,
}

/// The statements of one workflow, flat.
#[derive(Debug, Default)]
pub struct Workflow<'a> {
    /// What a named one is called with.
    pub inputs: Vec<LocalId>,
    /// In the order of the file.
    pub steps: Vec<Step<'a>>,
    /// Indices into `steps`, each behind all that it reads and the loop around it.
    pub order: Vec<usize>,
}

#[derive(Debug)]
pub struct Step<'a> {
    pub statement: &'a ast::Statement,
    /// The loop or `if` around it: an index into [`Workflow::steps`].
    pub parent: Option<usize>,
    /// Which branch of the `if` around it; true: the first.
    pub branch: Option<bool>,
    /// The name that it binds, the variables of the loop that it is, or what its branches bind.
    pub binds: Vec<LocalId>,
    /// Of a `repeat`: the names of its rounds.
    pub rounds: Vec<RoundName>,
    region: RegionId,
    /// Of a `repeat`: where its `until` stands.
    until: Option<RegionId>,
}

impl Workflow<'_> {
    /// The innermost `repeat` around a step.
    pub fn repeat_around(&self, step: &Step) -> Option<usize> {
        let mut next = step.parent;
        while let Some(at) = next {
            let around = self.steps.get(at)?;
            if matches!(around.statement.kind, ast::StatementKind::Repeat(_)) {
                return Some(at);
            }
            next = around.parent;
        }
        None
    }
}

/// Resolves every name of a program.
pub fn resolve<'a>(
    modules: &'a Modules,
    warnings: &mut Warnings,
) -> Result<Bindings<'a>, Vec<ResolveError>> {
    let (bindings, errors) = partial(modules);
    if !errors.is_empty() {
        return Err(errors);
    }
    unused::warn(&bindings.items, &bindings.locals, &bindings.uses, warnings);
    Ok(bindings)
}

/// Resolves what can be resolved; gives what is wrong with the rest.
pub fn partial(modules: &Modules) -> (Bindings<'_>, Vec<ResolveError>) {
    let mut errors = Vec::new();
    let (items, mains) = items::collect(modules, &mut errors);
    let mut uses = expr::Uses::new(&items);
    uses.items(&mut errors);
    let param_order = order::params(&items, &uses.found, &mut errors);
    let workflows = workflow::all(&mains, &mut uses, &mut errors);
    let uses = uses.found;
    errors.sort_by_key(|error| (error.span().source, error.span().start));
    let workflow::All {
        main,
        named,
        locals,
    } = workflows;
    let bindings = Bindings {
        items,
        param_order,
        locals,
        main,
        workflows: named,
        uses,
    };
    (bindings, errors)
}
