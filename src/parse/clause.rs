//! Clauses of a process, from pest's trees to `ast`.

use super::build::Builder;
use super::rules::{Parts, Rule, Tree};
use crate::ast::{
    Clause, ClauseKind, Expr, ExprKind, MergeBy, Name, OnFailure, Resource, Retry, SplitBy,
};
use crate::source::{Span, Spanned};

impl<'t> Builder<'t> {
    pub fn clause(&mut self, tree: Tree<'t>) -> Clause {
        let ((kind, word), span, comments) = self.commented(tree, |this, tree| {
            let Some(clause) = Parts::of(tree).next() else {
                unreachable!("a clause is one of the clauses");
            };
            let rule = clause.as_rule();
            let mut parts = Parts::of(clause);
            let Some(word) = parts.next() else {
                unreachable!("a clause begins with its word");
            };
            let place = this.span(&word);
            (this.clause_kind(rule, word, parts), place)
        });
        Clause {
            kind,
            word,
            span,
            comments,
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rules are not an enum of ours"
    )]
    fn clause_kind(&mut self, rule: Rule, word: Tree<'t>, mut parts: Parts<'t>) -> ClauseKind {
        match rule {
            Rule::script_clause => ClauseKind::Script(self.script(parts)),
            Rule::stdin_clause => ClauseKind::Stdin(self.name(parts.must(Rule::name))),
            Rule::success_clause => {
                ClauseKind::Success(parts.map(|tree| self.expr(tree)).collect())
            }
            Rule::uses_clause => ClauseKind::Uses(self.fixed_texts(parts)),
            Rule::container_clause => ClauseKind::Container(self.name(parts.must(Rule::path))),
            Rule::module_clause => ClauseKind::Module(self.fixed_texts(parts)),
            Rule::env_clause => ClauseKind::Env {
                name: self.name(parts.must(Rule::name)),
                value: Some(self.value(&mut parts)).filter(|value| !is_secret(value)),
            },
            Rule::conda_clause => ClauseKind::Conda(self.fixed_text(parts.must(Rule::string))),
            Rule::bind_clause => ClauseKind::Bind(self.fixed_texts(parts)),
            Rule::cost_clause => ClauseKind::Cost(self.value(&mut parts)),
            Rule::resource_clause => ClauseKind::Resource {
                resource: resource(&word),
                value: self.value(&mut parts),
            },
            Rule::slurm_clause => ClauseKind::Slurm(self.fixed_texts(parts)),
            Rule::retry_clause => ClauseKind::Retry(self.retry(parts)),
            Rule::failure_clause => ClauseKind::OnFailure(self.on_failure(parts)),
            other => self.planning_clause(other, parts),
        }
    }

    /// The clauses by which a process is cut, joined, pinned and renamed.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rules are not an enum of ours"
    )]
    fn planning_clause(&mut self, rule: Rule, mut parts: Parts<'t>) -> ClauseKind {
        match rule {
            Rule::split_clause => self.split(parts),
            Rule::merge_clause => self.merge(parts),
            Rule::associative_clause => {
                parts.must(Rule::kw_by);
                ClauseKind::Associative {
                    arity: self.value(&mut parts),
                }
            }
            Rule::checkpoint_clause => {
                ClauseKind::Checkpoint(self.fixed_text(parts.must(Rule::string)))
            }
            Rule::again_clause => {
                let status = self.value(&mut parts);
                parts.must(Rule::up_to);
                let up_to = self.value(&mut parts);
                ClauseKind::Again { status, up_to }
            }
            Rule::pack_clause => ClauseKind::Pack(self.value(&mut parts)),
            Rule::never_clause if parts.eat(Rule::kw_pack) => ClauseKind::NeverPack,
            Rule::never_clause => ClauseKind::NeverFuse,
            Rule::at_most_clause => {
                parts.must(Rule::kw_most);
                ClauseKind::AtMost(self.value(&mut parts))
            }
            Rule::was_clause => ClauseKind::Was(self.fixed_text(parts.must(Rule::string))),
            Rule::service_clause => ClauseKind::Service(self.name(parts.must(Rule::path))),
            Rule::todo_clause => ClauseKind::Todo,
            other => unreachable!("{other:?} is no clause"),
        }
    }

    fn value(&mut self, parts: &mut Parts<'t>) -> Expr {
        self.expr(parts.must(Rule::expr))
    }

    fn fixed_texts(&mut self, parts: Parts<'t>) -> Vec<Spanned<String>> {
        parts.map(|tree| self.fixed_text(tree)).collect()
    }

    fn split(&mut self, mut parts: Parts<'t>) -> ClauseKind {
        let input = self.name(parts.must(Rule::name));
        parts.must(Rule::kw_by);
        let lines = parts.eat(Rule::kw_lines);
        if !lines {
            parts.must(Rule::kw_items);
        }
        parts.must(Rule::kw_in);
        let count = self.value(&mut parts);
        let by = if lines {
            SplitBy::Lines(count)
        } else {
            SplitBy::Items(count)
        };
        ClauseKind::Split { input, by }
    }

    fn merge(&mut self, mut parts: Parts<'t>) -> ClauseKind {
        let output = self.name(parts.must(Rule::name));
        parts.must(Rule::kw_by);
        let by = match parts.maybe(Rule::path) {
            Some(process) => MergeBy::Process(self.name(process)),
            None => MergeBy::Concat,
        };
        ClauseKind::Merge { output, by }
    }

    fn retry(&mut self, mut parts: Parts<'t>) -> Retry {
        let count = self.value(&mut parts);
        let causes = parts.maybe(Rule::retry_on).map(|tree| self.causes(tree));
        let with = parts.maybe(Rule::retry_with).map(|tree| self.raises(tree));
        Retry {
            count,
            causes: causes.unwrap_or_default(),
            with: with.unwrap_or_default(),
        }
    }

    fn causes(&mut self, tree: Tree<'t>) -> Vec<Name> {
        let mut parts = Parts::of(tree);
        parts.must(Rule::kw_on);
        parts.map(|tree| self.name(tree)).collect()
    }

    fn raises(&mut self, tree: Tree<'t>) -> Vec<(Spanned<Resource>, Expr)> {
        let mut parts = Parts::of(tree);
        parts.must(Rule::kw_with);
        parts.map(|tree| self.raise(tree)).collect()
    }

    /// `partition "long"`, or `memory * 2`, where the resource is the first word of the expression.
    fn raise(&mut self, tree: Tree<'t>) -> (Spanned<Resource>, Expr) {
        let word = tree
            .as_str()
            .split(|c: char| !c.is_ascii_alphabetic())
            .next();
        let word = word.unwrap_or_default();
        let place = self.span_within(&tree, 0, word.len());
        let mut parts = Parts::of(tree);
        parts.eat(Rule::resource);
        let value = self.value(&mut parts);
        (Spanned::new(named_resource(word), place), value)
    }

    fn on_failure(&mut self, mut parts: Parts<'t>) -> OnFailure {
        parts.must(Rule::kw_failure);
        if parts.eat(Rule::kw_stop) {
            return OnFailure::Stop;
        }
        parts.must(Rule::kw_ignore);
        if !parts.eat(Rule::up_to) {
            return OnFailure::Ignore;
        }
        let percent = parts.must(Rule::percent);
        let number = percent.as_str().trim_end_matches('%');
        let Ok(value) = number.parse() else {
            unreachable!("the grammar has a number before `%`");
        };
        let place: Span = self.span(&percent);
        OnFailure::IgnoreUpTo(Spanned::new(value, place))
    }
}

/// `env TOKEN = secret`
fn is_secret(value: &Expr) -> bool {
    matches!(&value.kind, ExprKind::Name(name) if name == "secret")
}

fn resource(word: &Tree<'_>) -> Resource {
    named_resource(word.as_str())
}

fn named_resource(word: &str) -> Resource {
    match word {
        "time" => Resource::Time,
        "memory" => Resource::Memory,
        "cpus" => Resource::Cpus,
        "gpus" => Resource::Gpus,
        "tasks" => Resource::Tasks,
        "nodes" => Resource::Nodes,
        "tmp" => Resource::Tmp,
        "partition" => Resource::Partition,
        "constraint" => Resource::Constraint,
        "account" => Resource::Account,
        other => unreachable!("the grammar has no resource `{other}`"),
    }
}
