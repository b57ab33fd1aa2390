//! Written lists.

use super::fit::can_become;
use super::{Checker, Place, TypeError};
use crate::ast;
use crate::hir::{Expr, ExprKind};
use crate::source::Span;
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn list(
        &mut self,
        items: &[ast::Expr],
        span: Span,
        place: Place,
        wanted: Option<&Type>,
    ) -> Option<Expr> {
        let hint = wanted.and_then(Type::item);
        let found: Vec<_> = items
            .iter()
            .map(|item| self.listed_item(item, place, hint))
            .collect();
        let found: Vec<Expr> = found.into_iter().collect::<Option<_>>()?;
        let has_results = found.iter().any(|it| self.is_result(it));
        let found = found
            .into_iter()
            .map(|it| self.one_maker(it, place.loops(), has_results));
        let found: Vec<Expr> = found.collect();
        let Some(ty) = hint
            .cloned()
            .or_else(|| found.first().map(|it| self.spread(it).clone()))
        else {
            self.error(TypeError::EmptyList { span });
            return None;
        };
        let other = found.iter().find(|it| !can_become(self.spread(it), &ty));
        if let (Some(other), Some(first)) = (other, found.first()) {
            self.errors.push(TypeError::MixedList {
                found: format!("`{}`", other.ty),
                wanted: format!("`{}`", first.ty),
                span: other.span,
                first: first.span,
            });
            return None;
        }
        if matches!(ty, Type::List(_)) {
            return self.planned(
                "a list of lists is",
                "lists are flat: give each of them a name of its own",
                span,
            );
        }
        Some(Expr {
            kind: ExprKind::List(found),
            ty: Type::List(Box::new(ty)),
            span,
        })
    }

    /// What stands in a written list: an item, or a list of results, whose items these are. Lists are
    /// flat. What may not be made is left out of a list.
    fn listed_item(&mut self, item: &ast::Expr, place: Place, hint: Option<&Type>) -> Option<Expr> {
        let found = self.expr(item, place, hint)?;
        match hint {
            Some(ty) if !self.is_result(&found) => self.fit(found, place, ty),
            Some(ty) if !can_become(self.spread(&found), ty) => self.fit(found, place, ty),
            Some(_) | None => Some(found),
        }
    }

    /// The type of what something gives to a written list.
    fn spread<'e>(&self, found: &'e Expr) -> &'e Type {
        match found.ty.item() {
            Some(item) if self.is_result(found) => item,
            None if self.is_result(found) => found.ty.present(),
            Some(_) | None => &found.ty,
        }
    }
}
