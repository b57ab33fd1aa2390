//! Types and axes.
//!
//! Takes a program as written and what its names mean; gives [`hir::Program`], in which every
//! expression has a type, every value knows the loops that it was made in, and loops over one
//! collection share an axis. Knows no value: what a param holds does not matter here.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::ast;
use crate::diagnostics::{Located, Warnings};
use crate::hir::{self, AxisId, CallId, Guard, Loop, ValueId};
use crate::resolve::{Bindings, Definition, LocalId};
use crate::source::Span;
use crate::types::Type;
use passed::Passed;
use workflow::InstanceId;

mod axes;
mod branch;
mod call;
mod clause;
mod error;
mod expr;
mod failure;
mod filter;
mod fit;
mod flow;
mod function;
mod hand;
mod items;
mod list;
mod loops;
mod name;
mod operator;
mod own;
mod passed;
mod pick;
mod process;
mod publish;
mod warning;
mod workflow;

pub use branch::BranchError;
pub use error::TypeError;
pub use failure::FailureError;
pub use flow::RoundError;
pub use function::form;
pub use pick::PickError;
pub use process::ProcessError;
pub use warning::Warning;

/// Checks a program.
pub fn check(bindings: &Bindings, warnings: &mut Warnings) -> Result<hir::Program, Vec<TypeError>> {
    let mut checker = Checker {
        bindings,
        program: hir::Program {
            param_order: bindings.param_order.clone(),
            imports: bindings
                .items
                .modules
                .imported()
                .map(str::to_owned)
                .collect(),
            ..hir::Program::default()
        },
        meanings: vec![None; bindings.locals.len()],
        axis_of: IndexMap::new(),
        condition_of: IndexMap::new(),
        told_groups: Vec::new(),
        instances: Vec::new(),
        own: Vec::new(),
        handed: IndexMap::new(),
        names: name::Names::default(),
        its: Vec::new(),
        when: Vec::new(),
        errors: Vec::new(),
    };
    checker.records();
    checker.params();
    checker.processes(warnings);
    checker.workflow();
    let Checker {
        program,
        mut errors,
        ..
    } = checker;
    if errors.is_empty() {
        return Ok(program);
    }
    errors.sort_by_key(|error| (error.span().source, error.span().start));
    // A workflow is checked wherever it is called.
    errors.dedup();
    Err(errors)
}

/// The program as far as it is checked. A part with an error is left out, and what reads it is
/// passed over in silence.
struct Checker<'a> {
    bindings: &'a Bindings<'a>,
    program: hir::Program,
    /// What the names of the workflow stand for, by [`LocalId`]; none yet, or none for an error.
    meanings: Vec<Option<Meaning>>,
    /// By the identity of the collection.
    axis_of: IndexMap<String, AxisId>,
    /// By the identity of what is asked.
    condition_of: IndexMap<String, hir::ConditionId>,
    /// Groups that only a run tells.
    told_groups: Vec<loops::ToldGroups>,
    /// The calls of named workflows.
    instances: Vec<workflow::Instance>,
    /// The processes of flowc's own, with the places that they stand for.
    own: Vec<(Span, String, hir::ProcessId)>,
    /// What stands for names of parts of loops, and for results of which a list has some.
    handed: IndexMap<String, hir::Expr>,
    names: name::Names,
    /// What `it` is, in filters of lists.
    its: Vec<hir::Expr>,
    /// The branches around the statement at hand.
    when: Vec<Guard>,
    errors: Vec<TypeError>,
}

/// What a name of a workflow stands for.
#[derive(Debug, Clone)]
enum Meaning {
    Call(CallId),
    Workflow(InstanceId),
    Value(ValueId),
    Item(AxisId),
    /// An input of a named workflow, in one call of it.
    Argument(Passed),
    /// What the branches of an `if` bind.
    Joined(branch::Joined),
    /// What a `repeat` leaves behind.
    Rounds(Rc<flow::Rounds>),
}

/// Where an expression stands, and so what it may read.
#[derive(Clone, Copy)]
enum Place<'p> {
    /// Defaults of params and inputs: params alone.
    Default,
    /// The file name of an output: inputs as well.
    Output(&'p [hir::Input]),
    /// A clause of a process: what it asks for and costs may read inputs.
    Clause(&'p [hir::Input]),
    /// Inside of these loops.
    Workflow(&'p [Loop]),
}

impl<'p> Place<'p> {
    fn loops(self) -> &'p [Loop] {
        match self {
            Self::Workflow(loops) => loops,
            Self::Default | Self::Output(_) | Self::Clause(_) => &[],
        }
    }
}

impl Checker<'_> {
    fn error(&mut self, error: impl Into<TypeError>) {
        self.errors.push(error.into());
    }

    fn meaning(&self, id: LocalId) -> Option<&Meaning> {
        self.meanings.get(id.0).and_then(Option::as_ref)
    }

    /// The name of a record in the whole program.
    fn record_name(&self, ty: &ast::TypeExpr) -> String {
        let Some(Definition::Record(at)) = self.bindings.definition(ty.span) else {
            return String::new();
        };
        let record = self.bindings.items.records.get_index(at);
        record.map_or_else(String::new, |(name, _)| name.clone())
    }

    /// A type as written; names are known to exist.
    fn lower(&mut self, ty: &ast::TypeExpr) -> Type {
        match &ty.kind {
            ast::TypeExprKind::Named(name) => match name.as_str() {
                "Int" => Type::Int,
                "Float" => Type::Float,
                "Bool" => Type::Bool,
                "String" => Type::String,
                "File" => Type::File,
                "Dir" => Type::Dir,
                _ => Type::Record(self.record_name(ty)),
            },
            ast::TypeExprKind::List(item) => {
                let item_type = self.lower(item);
                if matches!(item_type, Type::List(_)) {
                    self.error(TypeError::not_yet(
                        "a list of lists is",
                        "lists are flat: give each of them a name of its own",
                        item.span,
                    ));
                }
                if item_type.is_optional() {
                    self.error(BranchError::OptionalItems {
                        item: item_type.present().to_string(),
                        span: item.span,
                    });
                }
                Type::List(Box::new(item_type))
            }
            ast::TypeExprKind::Optional(inner) => {
                let found = self.lower(inner);
                if matches!(found, Type::List(_) | Type::Record(_)) {
                    let what = "an optional list or record is";
                    self.error(TypeError::not_yet(
                        what,
                        "an empty list says the same; of a record make the fields optional",
                        ty.span,
                    ));
                }
                found.optional()
            }
            ast::TypeExprKind::Enum(words) => {
                Type::Enum(words.iter().map(|word| word.node.clone()).collect())
            }
        }
    }
}
