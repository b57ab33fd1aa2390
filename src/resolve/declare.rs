//! The statements of a workflow, flat, and the names that they bind.

use indexmap::{IndexMap, IndexSet};

use super::region::Region;
use super::scope::Scope;
use super::{Items, Local, LocalId, LocalKind, RegionId, ResolveError, Step};
use crate::ast::{self, Block, Name, StatementKind};

/// The scope of a workflow while its statements are gone through.
pub(super) struct Declaring<'d, 'a> {
    pub scope: Scope<'a>,
    pub items: &'d Items<'a>,
    pub errors: Vec<ResolveError>,
}

/// Where statements stand.
#[derive(Clone, Copy)]
pub(super) struct Inside {
    /// The loop or `if` around them.
    pub parent: Option<usize>,
    pub branch: Option<bool>,
    pub region: RegionId,
}

impl Default for Inside {
    /// In a workflow itself.
    fn default() -> Self {
        Self {
            parent: None,
            branch: None,
            region: RegionId(0),
        }
    }
}

impl Inside {
    /// In the statement that stands there.
    fn of(self, at: usize) -> Self {
        Self {
            parent: Some(at),
            branch: None,
            ..self
        }
    }
}

type Names<'a> = IndexMap<&'a str, LocalId>;

impl<'a> Declaring<'_, 'a> {
    /// The inputs of a named workflow.
    pub fn inputs(&mut self, inputs: &'a [ast::Input]) {
        for input in inputs {
            let name = &input.name;
            // What a pass wrote has the names of a process's inputs, and reads nothing else.
            let source = name.span.source;
            let is_own = self.items.modules.home(source) == source;
            let param = self.items.param(&name.node, name.span);
            if let Some((_, param)) = param.filter(|_| is_own) {
                self.errors.push(ResolveError::ShadowedParam {
                    name: name.node.clone(),
                    span: name.span,
                    first: param.name.span,
                });
            }
            if let Some(first) = self.scope.binding(&name.node, RegionId(0)) {
                self.errors.push(ResolveError::DeclaredTwice {
                    kind: "input",
                    name: name.node.clone(),
                    span: name.span,
                    first: first.name.span,
                });
                continue;
            }
            let id = self.local(name, LocalKind::Input, Vec::new());
            self.scope.inputs.insert(&name.node, id);
            self.scope.workflow.inputs.push(id);
        }
    }

    /// Notes the statements of a block.
    pub fn block(&mut self, block: &'a Block, inside: Inside) {
        for statement in &block.statements {
            let at = self.scope.workflow.steps.len();
            self.scope.workflow.steps.push(Step {
                statement,
                parent: inside.parent,
                branch: inside.branch,
                binds: Vec::new(),
                rounds: Vec::new(),
                region: inside.region,
                until: None,
            });
            match &statement.kind {
                StatementKind::Bind { name, .. } => self.bind(name, at, inside.region),
                StatementKind::For(each) => {
                    self.body(&each.variables, &each.body, inside.of(at));
                }
                StatementKind::If(branches) => self.branches(branches, inside.of(at)),
                StatementKind::Repeat(repeat) => {
                    self.rounds(repeat, statement.span, inside.of(at));
                }
                StatementKind::Call { .. } | StatementKind::Publish { .. } => {}
            }
        }
    }

    /// The body of a loop, in which its variables are known.
    pub(super) fn body(&mut self, variables: &'a [Name], body: &'a Block, inside: Inside) {
        if let Some(at) = inside.parent {
            for name in variables {
                let id = self.variable(name, at);
                self.note(at, id);
            }
        }
        self.block(body, inside);
    }

    /// The branches of an `if`; what they bind is bound around it, too.
    fn branches(&mut self, branches: &'a ast::If, inside: Inside) {
        let then = self.branch(&branches.then, true, inside);
        let otherwise = branches.otherwise.as_ref();
        let otherwise = otherwise.map(|block| self.branch(block, false, inside));
        let otherwise = otherwise.unwrap_or_default();
        let names: IndexSet<&str> = then.keys().chain(otherwise.keys()).copied().collect();
        for name in names {
            let then = then.get(name).copied();
            self.join(name, then, otherwise.get(name).copied(), inside);
        }
    }

    fn branch(&mut self, block: &'a Block, first: bool, inside: Inside) -> Names<'a> {
        let region = RegionId(self.scope.regions.len());
        self.scope.regions.push(Region {
            around: Some(inside.region),
            ..Region::default()
        });
        let inside = Inside {
            branch: Some(first),
            region,
            ..inside
        };
        self.block(block, inside);
        let region = self.scope.regions.get(region.0);
        region.map(Region::at_end).unwrap_or_default()
    }

    /// A name that the branches of an `if` bind.
    fn join(
        &mut self,
        name: &'a str,
        then: Option<LocalId>,
        otherwise: Option<LocalId>,
        to: Inside,
    ) {
        let both = [then, otherwise].into_iter().flatten();
        let both: Vec<&Local> = both.filter_map(|id| self.scope.locals.get(id.0)).collect();
        let steps = both
            .iter()
            .flat_map(|it| it.steps.iter().copied())
            .collect();
        let Some(first) = both.first().map(|it| it.name.clone()) else {
            return;
        };
        let id = LocalId(self.scope.locals.len());
        self.scope.locals.push(Local {
            name: first,
            kind: LocalKind::Joined { then, otherwise },
            steps,
        });
        if let Some(region) = self.scope.regions.get_mut(to.region.0) {
            region.names.insert(name, id);
        }
        if let Some(at) = to.parent {
            self.note(at, id);
        }
    }

    pub(super) fn note(&mut self, at: usize, id: LocalId) {
        if let Some(step) = self.scope.workflow.steps.get_mut(at) {
            step.binds.push(id);
        }
    }

    fn bind(&mut self, name: &'a Name, at: usize, region: RegionId) {
        if let Some((_, param)) = self.items.param(&name.node, name.span) {
            self.errors.push(ResolveError::BoundParam {
                name: name.node.clone(),
                span: name.span,
                first: param.name.span,
            });
        }
        if self.carries(name, at, region) {
            return;
        }
        if let Some(first) = self.scope.binding(&name.node, region) {
            let error = ResolveError::BoundTwice {
                name: name.node.clone(),
                help: self.scope.instead_of_second(first, at),
                span: name.span,
                first: first.name.span,
            };
            self.errors.push(error);
            return;
        }
        let id = self.local(name, LocalKind::Bound, vec![at]);
        if let Some(region) = self.scope.regions.get_mut(region.0) {
            region.names.insert(&name.node, id);
        }
        self.note(at, id);
    }

    fn variable(&mut self, name: &'a Name, at: usize) -> LocalId {
        let parent = self.scope.workflow.steps.get(at).and_then(|it| it.parent);
        let param = self.items.param(&name.node, name.span);
        let around = self.scope.loop_around(&name.node, parent);
        let around = around.and_then(|id| self.scope.locals.get(id.0));
        let shadowed = param
            .map(|(_, param)| ("a param", param.name.span))
            .or(around.map(|outer| ("the variable of the loop around it", outer.name.span)));
        if let Some((what, first)) = shadowed {
            self.errors.push(ResolveError::ShadowedName {
                name: name.node.clone(),
                what,
                span: name.span,
                first,
            });
        }
        self.scope.variables.entry(&name.node).or_insert(at);
        self.local(name, LocalKind::LoopVariable, Vec::new())
    }

    pub(super) fn local(&mut self, name: &Name, kind: LocalKind, steps: Vec<usize>) -> LocalId {
        let id = LocalId(self.scope.locals.len());
        self.scope.locals.push(Local {
            name: name.clone(),
            kind,
            steps,
        });
        id
    }
}
