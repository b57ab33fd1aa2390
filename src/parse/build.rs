//! Items, from pest's trees to `ast`, with the comments that belong to them.

use super::error::{ParseError, SyntaxError};
use super::rules::{Parts, Rule, Tree};
use crate::ast::{
    Comment, Container, Field, Import, Input, Item, ItemKind, Name, Output, Param, Process, Record,
    TypeExpr, TypeExprKind, Workflow, WorkflowOutput,
};
use crate::source::{SourceId, Span, Spanned};

/// What all of the building shares. Trees are built in the order of the text, so that one cursor
/// over the comments gives each to the innermost thing that it stands before, in or behind.
pub(super) struct Builder<'t> {
    text: &'t str,
    id: SourceId,
    /// Where the chunk that pest read begins.
    base: usize,
    comments: Vec<Comment>,
    next_comment: usize,
    errors: Vec<ParseError>,
}

impl<'t> Builder<'t> {
    pub fn new(text: &'t str, id: SourceId, comments: Vec<Comment>) -> Self {
        Self {
            text,
            id,
            base: 0,
            comments,
            next_comment: 0,
            errors: Vec::new(),
        }
    }

    /// Says where in the text the next trees' chunk begins.
    pub fn enter(&mut self, base: usize) {
        self.base = base;
    }

    /// The comments not given to anything, and the mistakes found while building.
    pub fn finish(mut self) -> (Vec<Comment>, Vec<ParseError>) {
        (self.comments.split_off(self.next_comment), self.errors)
    }

    pub fn report(&mut self, error: impl Into<ParseError>) {
        self.errors.push(error.into());
    }

    /// Reports a mistake that is likely found again and again on the way up.
    pub fn report_once(&mut self, error: SyntaxError) {
        let kind = std::mem::discriminant(&error);
        if let Some(ParseError::Syntax(last)) = self.errors.last()
            && std::mem::discriminant(last) == kind
        {
            return;
        }
        self.report(error);
    }

    // ---- places and comments ----

    /// The place of a tree, without the space and the comments that pest takes along behind.
    pub fn span(&self, tree: &Tree<'_>) -> Span {
        let start = self.base + tree.as_span().start();
        let mut end = self.base + tree.as_span().end();
        loop {
            let text = self.text.get(start..end).unwrap_or_default();
            end = start + text.trim_end().len();
            let ends = |comment: &Comment| (comment.span.end as usize).cmp(&end);
            let Ok(found) = self.comments.binary_search_by(ends) else {
                return Span::new(self.id, start, end);
            };
            let comment = self.comments.get(found);
            end = comment.map_or(start, |comment| comment.span.start as usize);
        }
    }

    /// The place of `length` bytes, `offset` into a tree.
    pub fn span_within(&self, tree: &Tree<'_>, offset: usize, length: usize) -> Span {
        let start = self.base + tree.as_span().start() + offset;
        Span::new(self.id, start, start + length)
    }

    /// The comments not yet given away that begin before a place.
    pub fn comments_before(&mut self, place: u32) -> Vec<Comment> {
        let from = self.next_comment;
        let pending = self.comments.get(from..).unwrap_or_default();
        let count = pending
            .iter()
            .take_while(|comment| comment.span.start < place)
            .count();
        self.next_comment += count;
        pending.iter().take(count).cloned().collect()
    }

    /// What is left of the comments within a thing, and those behind it on its last line.
    pub fn comments_until(&mut self, end: u32) -> Vec<Comment> {
        let mut found = self.comments_before(end);
        if let Some(comment) = self.comments.get(self.next_comment)
            && comment.trailing
            && let between = self.text.get(end as usize..comment.span.start as usize)
            && between.is_some_and(|text| text.chars().all(|c| matches!(c, ' ' | '\t' | ',')))
        {
            found.push(comment.clone());
            self.next_comment += 1;
        }
        found
    }

    /// Builds a thing that keeps comments: those before it, then what `build` makes, then the rest.
    pub fn commented<T>(
        &mut self,
        tree: Tree<'t>,
        build: impl FnOnce(&mut Self, Tree<'t>) -> T,
    ) -> (T, Span, Vec<Comment>) {
        let span = self.span(&tree);
        let mut comments = self.comments_before(span.start);
        let built = build(self, tree);
        comments.extend(self.comments_until(span.end));
        (built, span, comments)
    }

    // ---- items ----

    pub fn item(&mut self, tree: Tree<'t>) -> Item {
        let (kind, span, comments) = self.commented(tree, Self::item_kind);
        Item {
            kind,
            span,
            comments,
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rules are not an enum of ours"
    )]
    fn item_kind(&mut self, tree: Tree<'t>) -> ItemKind {
        let rule = tree.as_rule();
        let parts = Parts::of(tree);
        match rule {
            Rule::import => ItemKind::Import(self.import(parts)),
            Rule::param => ItemKind::Param(self.param(parts)),
            Rule::record => ItemKind::Record(self.record(parts)),
            Rule::container => ItemKind::Container(self.container(parts)),
            Rule::process => ItemKind::Process(Box::new(self.process(parts))),
            Rule::workflow => ItemKind::Workflow(self.workflow(parts)),
            other => unreachable!("{other:?} is no item"),
        }
    }

    fn import(&mut self, mut parts: Parts<'t>) -> Import {
        parts.must(Rule::kw_import);
        let path = self.fixed_text(parts.must(Rule::string));
        let alias = parts
            .eat(Rule::kw_as)
            .then(|| self.name(parts.must(Rule::name)));
        Import { path, alias }
    }

    fn param(&mut self, mut parts: Parts<'t>) -> Param {
        parts.must(Rule::kw_param);
        Param {
            name: self.name(parts.must(Rule::name)),
            ty: self.ty(parts.must(Rule::ty)),
            default: parts.maybe(Rule::expr).map(|tree| self.expr(tree)),
        }
    }

    fn record(&mut self, mut parts: Parts<'t>) -> Record {
        parts.must(Rule::kw_record);
        Record {
            name: self.name(parts.must(Rule::name)),
            fields: parts.map(|tree| self.field(tree)).collect(),
        }
    }

    fn field(&mut self, tree: Tree<'t>) -> Field {
        let (field, _, comments) = self.commented(tree, |this, tree| {
            let mut parts = Parts::of(tree);
            Field {
                key: parts.eat(Rule::kw_key),
                name: this.name(parts.must(Rule::name)),
                ty: this.ty(parts.must(Rule::ty)),
                comments: Vec::new(),
            }
        });
        Field { comments, ..field }
    }

    fn container(&mut self, mut parts: Parts<'t>) -> Container {
        parts.must(Rule::kw_container);
        Container {
            name: self.name(parts.must(Rule::name)),
            image: self.fixed_text(parts.must(Rule::string)),
        }
    }

    fn process(&mut self, mut parts: Parts<'t>) -> Process {
        parts.must(Rule::kw_process);
        Process {
            name: self.name(parts.must(Rule::name)),
            inputs: self.inputs(parts.must(Rule::inputs)),
            outputs: self.outputs(parts.must(Rule::outputs)),
            clauses: parts.map(|tree| self.clause(tree)).collect(),
        }
    }

    fn workflow(&mut self, mut parts: Parts<'t>) -> Workflow {
        let word = self.span(&parts.must(Rule::kw_workflow));
        let name = parts.maybe(Rule::name).map(|tree| self.name(tree));
        let inputs = parts.maybe(Rule::inputs).map(|tree| self.inputs(tree));
        let outputs = parts.maybe(Rule::results).map(|tree| self.results(tree));
        Workflow {
            name,
            inputs: inputs.unwrap_or_default(),
            outputs: outputs.unwrap_or_default(),
            body: self.block(parts.must(Rule::block)),
            word,
        }
    }

    // ---- signatures ----

    fn inputs(&mut self, tree: Tree<'t>) -> Vec<Input> {
        let end = self.span(&tree).end;
        let mut inputs: Vec<_> = Parts::of(tree).map(|tree| self.input(tree)).collect();
        if let Some(last) = inputs.last_mut() {
            last.comments.extend(self.comments_before(end));
        }
        inputs
    }

    fn outputs(&mut self, tree: Tree<'t>) -> Vec<Output> {
        let end = self.span(&tree).end;
        let mut outputs: Vec<_> = Parts::of(tree).map(|tree| self.output(tree)).collect();
        if let Some(last) = outputs.last_mut() {
            last.comments.extend(self.comments_before(end));
        }
        outputs
    }

    fn input(&mut self, tree: Tree<'t>) -> Input {
        let (input, _, comments) = self.commented(tree, |this, tree| {
            let mut parts = Parts::of(tree);
            Input {
                name: this.name(parts.must(Rule::name)),
                ty: this.ty(parts.must(Rule::ty)),
                default: parts.maybe(Rule::expr).map(|tree| this.expr(tree)),
                comments: Vec::new(),
            }
        });
        Input { comments, ..input }
    }

    fn output(&mut self, tree: Tree<'t>) -> Output {
        let (output, span, comments) = self.commented(tree, |this, tree| {
            let mut parts = Parts::of(tree);
            let mut output = Output {
                name: this.name(parts.must(Rule::name)),
                ty: this.ty(parts.must(Rule::ty)),
                source: parts.maybe(Rule::expr).map(|tree| this.expr(tree)),
                stdout: parts.maybe(Rule::kw_stdout).map(|tree| this.span(&tree)),
                expect: None,
                temp: None,
                span: Span::default(),
                comments: Vec::new(),
            };
            for part in parts {
                if part.as_rule() == Rule::expect {
                    let mut parts = Parts::of(part);
                    parts.must(Rule::kw_expect);
                    output.expect = Some(this.expr(parts.must(Rule::expr)));
                } else {
                    output.temp = Some(this.span(&part));
                }
            }
            output
        });
        Output {
            span,
            comments,
            ..output
        }
    }

    fn results(&mut self, tree: Tree<'t>) -> Vec<WorkflowOutput> {
        let result = |tree| {
            let mut parts = Parts::of(tree);
            WorkflowOutput {
                name: self.name(parts.must(Rule::name)),
                ty: self.ty(parts.must(Rule::ty)),
                value: parts.maybe(Rule::expr).map(|tree| self.expr(tree)),
            }
        };
        Parts::of(tree).map(result).collect()
    }

    // ---- names and types ----

    pub fn name(&self, tree: Tree<'t>) -> Name {
        Spanned::new(tree.as_str().to_owned(), self.span(&tree))
    }

    pub fn ty(&mut self, tree: Tree<'t>) -> TypeExpr {
        let span = self.span(&tree);
        let mut parts = Parts::of(tree);
        let kind = if let Some(list) = parts.maybe(Rule::ty_list) {
            let item = self.ty(Parts::of(list).must(Rule::ty));
            TypeExprKind::List(Box::new(item))
        } else if let Some(words) = parts.maybe(Rule::ty_enum) {
            TypeExprKind::Enum(Parts::of(words).map(|tree| self.fixed_text(tree)).collect())
        } else {
            TypeExprKind::Named(parts.must(Rule::ty_name).as_str().trim_end().to_owned())
        };
        let Some(mark) = parts.maybe(Rule::optional) else {
            return TypeExpr { kind, span };
        };
        let inner = Span::new(
            self.id,
            span.start as usize,
            self.span(&mark).start as usize,
        );
        let inner = TypeExpr { kind, span: inner };
        TypeExpr {
            kind: TypeExprKind::Optional(Box::new(inner)),
            span,
        }
    }
}
