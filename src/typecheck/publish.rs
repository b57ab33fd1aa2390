//! What is published.

use super::{Checker, Place, TypeError};
use crate::ast;
use crate::hir::{Expr, ExprKind, Loop, Origin, Publish};
use crate::source::Span;
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn publish(
        &mut self,
        value: &ast::Expr,
        template: Option<&ast::Expr>,
        loops: &[Loop],
        span: Span,
    ) {
        let place = Place::Workflow(loops);
        let template = template.map(|it| self.expect(it, place, &Type::String));
        let Some(value) = self.expr(value, place, None) else {
            return;
        };
        let is_given = |it: &Origin| self.is_result(it.value);
        if !self.program.reads_results(&value) || !self.program.sources(&value).iter().all(is_given)
        {
            self.error(TypeError::PublishValue { span: value.span });
            return;
        }
        for value in self.publish_handed(value, loops).unwrap_or_default() {
            self.program.publishes.push(Publish {
                value,
                template: template.clone().flatten(),
                loops: self.program.carried(loops),
                when: self.when.clone(),
                told_apart: self.names.told_apart(),
                span,
            });
        }
    }

    /// An output of a call, however it is reached.
    pub(super) fn is_result(&self, value: &Expr) -> bool {
        match &value.kind {
            ExprKind::Result { .. } => true,
            ExprKind::Gather { of, .. } | ExprKind::Pick { of, .. } => self.is_result(of),
            ExprKind::List(items) => items.iter().all(|item| self.is_result(item)),
            ExprKind::Bound(id, _) => {
                let bound = self.program.values.get(id.0);
                bound.is_some_and(|bound| self.is_result(&bound.expr))
            }
            ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => false,
            ExprKind::Choice(choice) => choice.branches().all(|it| self.is_result(it)),
        }
    }
}
