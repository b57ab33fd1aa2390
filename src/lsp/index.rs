//! What stands at a place of a program, and where else it is named.

use std::collections::BTreeMap;

use super::declare::{Declaration, Kind, declarations};
use super::program::Program;
use super::walk;
use crate::ast::{ClauseKind, Expr, ExprKind, Input, Item, ItemKind, Name, Process};
use crate::hir::Function;
use crate::resolve::{self, Bindings, Definition};
use crate::source::{SourceId, Span};

/// What a script has beside an input, under its name with one of these behind it.
const BESIDE: [&str; 3] = ["_list", "_keys", "_missing"];

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    /// A place among the declarations.
    Declared(usize),
    Function(Function),
    /// Which try this is.
    Attempt,
    /// A place among the modules.
    File(usize),
}

/// The names of a program.
pub(super) struct Index<'a> {
    pub program: &'a Program<'a>,
    pub bindings: Bindings<'a>,
    pub declarations: Vec<Declaration<'a>>,
    /// Where they are declared.
    places: BTreeMap<Span, usize>,
    /// Where they are named, declarations included.
    mentions: BTreeMap<Span, Thing>,
    /// What the filters of lists ask, and of which list.
    pub filters: Vec<(Span, &'a Expr)>,
}

impl<'a> Index<'a> {
    pub fn new(program: &'a Program<'a>) -> Self {
        let (bindings, _) = resolve::partial(&program.modules);
        let mut index = Self {
            program,
            bindings,
            declarations: declarations(program),
            places: BTreeMap::new(),
            mentions: BTreeMap::new(),
            filters: Vec::new(),
        };
        index.declared();
        index.used();
        index.imported();
        for item in program.modules.all().flat_map(|it| &it.file.items) {
            index.members(item);
            if let ItemKind::Process(process) = &item.kind {
                index.clauses(process);
            }
        }
        index
    }

    /// The name at a byte of a text: it may end right before it.
    pub fn at(&self, source: SourceId, offset: usize) -> Option<(Span, Thing)> {
        let here = Span::new(source, offset, usize::MAX);
        let (span, thing) = self.mentions.range(..=here).next_back()?;
        let inside = span.source == source && span.end as usize >= offset;
        inside.then_some((*span, *thing))
    }

    pub fn declaration(&self, thing: Thing) -> Option<&Declaration<'a>> {
        match thing {
            Thing::Declared(at) => self.declarations.get(at),
            Thing::Function(_) | Thing::Attempt | Thing::File(_) => None,
        }
    }

    /// Where a thing is declared: branches and rounds may bind one name in several places.
    pub fn places(&self, thing: Thing) -> Vec<Span> {
        let places = self.places.iter();
        let own = places.filter(|(_, at)| Thing::Declared(**at) == thing);
        own.map(|(span, _)| *span).collect()
    }

    /// Where the name at a byte of the program itself is declared.
    pub fn declared_at(&self, offset: usize) -> Vec<Span> {
        match self.at(SourceId::default(), offset) {
            Some((_, Thing::File(at))) => {
                let module = self.program.modules.all().nth(at);
                let start = module.map(|it| Span::new(it.source, 0, 0));
                start.into_iter().collect()
            }
            Some((_, thing)) => self.places(thing),
            None => Vec::new(),
        }
    }

    /// Where a thing is named, its declaration included.
    pub fn mentions(&self, thing: Thing) -> impl Iterator<Item = Span> {
        let mentions = self.mentions.iter();
        mentions.filter_map(move |(span, it)| (*it == thing).then_some(*span))
    }

    /// What is declared at a place.
    pub fn thing(&self, place: Span) -> Option<Thing> {
        self.places.get(&place).copied().map(Thing::Declared)
    }

    /// What a name at a place stands for.
    pub fn mention(&self, place: Span) -> Option<Thing> {
        self.mentions.get(&place).copied()
    }

    fn declared(&mut self) {
        let mut bound: BTreeMap<(Span, &str), usize> = BTreeMap::new();
        for (at, it) in self.declarations.iter().enumerate() {
            let at = match it.workflow {
                Some(workflow) if it.kind == Kind::Value => {
                    *bound.entry((workflow, it.name.node.as_str())).or_insert(at)
                }
                Some(_) | None => at,
            };
            self.places.insert(it.name.span, at);
            self.mentions.insert(it.name.span, Thing::Declared(at));
        }
    }

    /// What `resolve` found.
    fn used(&mut self) {
        let uses: Vec<_> = self.bindings.uses().collect();
        for (span, definition) in uses {
            if let Some(thing) = self.meaning(definition, span) {
                self.mentions.entry(span).or_insert(thing);
            }
        }
    }

    fn meaning(&self, definition: Definition, used: Span) -> Option<Thing> {
        let items = &self.bindings.items;
        match definition {
            Definition::Param(id) => {
                let (_, param) = items.params.get_index(id.0)?;
                self.thing(param.name.span)
            }
            Definition::Local(id) => self.thing(self.bindings.locals.get(id.0)?.name.span),
            Definition::Input(at) => self.thing(self.around(used)?.inputs.get(at)?.name.span),
            Definition::Attempt => Some(Thing::Attempt),
            Definition::Function(function) => Some(Thing::Function(function)),
            Definition::Process(_)
            | Definition::Workflow(_)
            | Definition::Record(_)
            | Definition::Container(_) => self.thing(items.place(definition)?),
        }
    }

    /// The process around a place.
    fn around(&self, place: Span) -> Option<&'a Process> {
        let item = self.item(place.source, place.start as usize)?;
        if let ItemKind::Process(process) = &item.kind {
            Some(process)
        } else {
            None
        }
    }

    /// The item around a byte of a text.
    pub fn item(&self, source: SourceId, offset: usize) -> Option<&'a Item> {
        let mut modules = self.program.modules.all();
        let module = modules.find(|it| it.source == source)?;
        let inside =
            |item: &&Item| (item.span.start as usize..=item.span.end as usize).contains(&offset);
        module.file.items.iter().find(inside)
    }

    fn imported(&mut self) {
        for module in self.program.modules.all() {
            for import in &module.imports {
                self.mentions
                    .insert(import.span, Thing::File(import.module));
            }
        }
    }

    /// What stands behind a `.`, and the names of arguments.
    fn members(&mut self, item: &'a Item) {
        let exprs = walk::exprs(item);
        for expr in &exprs {
            if let ExprKind::Where { list, filter } = &expr.kind {
                self.filters.push((filter.span, list));
            }
        }
        for expr in exprs {
            if let ExprKind::Field { of, field } = &expr.kind {
                let shape = self.shape(of);
                let members = shape.map(|it| self.members_of(it));
                self.note(field, &members.unwrap_or_default());
            } else if let ExprKind::Call { callee, args, .. } = &expr.kind {
                let called = self.bindings.definition(callee.span);
                let inputs = called.map(|it| self.inputs(it)).unwrap_or_default();
                for name in args.iter().filter_map(|arg| arg.name.as_ref()) {
                    self.note(name, &inputs);
                }
            }
        }
    }

    /// A name that is one of those.
    fn note(&mut self, name: &Name, candidates: &[&Name]) {
        let found = candidates.iter().find(|it| it.node == name.node);
        if let Some(thing) = found.and_then(|it| self.thing(it.span)) {
            self.mentions.insert(name.span, thing);
        }
    }

    /// Clauses that name inputs or outputs, and the variables of scripts.
    fn clauses(&mut self, process: &Process) {
        let inputs: Vec<_> = process.inputs.iter().map(|it| &it.name).collect();
        let outputs: Vec<_> = process.outputs.iter().map(|it| &it.name).collect();
        for clause in &process.clauses {
            if let ClauseKind::Stdin(name) | ClauseKind::Split { input: name, .. } = &clause.kind {
                self.note(name, &inputs);
            } else if let ClauseKind::Merge { output, .. } = &clause.kind {
                self.note(output, &outputs);
            } else if let ClauseKind::Script(script) = &clause.kind {
                for name in &script.reads {
                    self.variable(name, &inputs);
                    self.variable(name, &outputs);
                    self.field_variable(name, &process.inputs);
                }
            }
        }
    }

    /// A variable of a script: one of those, or what is beside it.
    fn variable(&mut self, written: &Name, candidates: &[&Name]) {
        let mut name = written.clone();
        if let Some(of) = BESIDE.iter().find_map(|it| written.node.strip_suffix(it)) {
            name.node = of.to_owned();
        }
        self.note(&name, candidates);
    }

    /// `$row_id`: a field of the input `row`.
    fn field_variable(&mut self, written: &Name, inputs: &[Input]) {
        for input in inputs {
            let rest = written.node.strip_prefix(&input.name.node);
            let field = rest.and_then(|it| it.strip_prefix('_'));
            if let (Some(field), Some(shape)) = (field, self.of_type(&input.ty)) {
                let name = Name::new(field.to_owned(), written.span);
                self.note(&name, &self.members_of(shape));
            }
        }
    }
}
