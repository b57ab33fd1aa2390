//! Records and params.

use indexmap::IndexMap;

use super::{BranchError, Checker, Place, TypeError};
use crate::hir::{self, Expr, ExprKind};
use crate::source::{Span, Spanned};
use crate::types::{Type, Value};

impl Checker<'_> {
    pub(super) fn records(&mut self) {
        for (name, record) in &self.bindings.items.records {
            let mut fields: IndexMap<&str, hir::Field> = IndexMap::new();
            if record.fields.is_empty() {
                self.error(TypeError::EmptyRecord {
                    record: record.name.node.clone(),
                    span: record.name.span,
                });
            }
            for field in &record.fields {
                let ty = self.lower(&field.ty);
                if matches!(ty, Type::List(_) | Type::Record(_)) {
                    self.error(TypeError::FieldType {
                        name: field.name.node.clone(),
                        found: ty.to_string(),
                        span: field.ty.span,
                    });
                }
                if field.key && ty.is_optional() {
                    self.error(BranchError::OptionalKey {
                        name: field.name.node.clone(),
                        span: field.name.span,
                    });
                }
                let lowered = hir::Field {
                    name: field.name.clone(),
                    ty,
                    key: field.key,
                };
                if let Some(first) = fields.get(field.name.node.as_str()) {
                    let first = first.name.span;
                    self.error(TypeError::DuplicateField {
                        record: record.name.node.clone(),
                        name: field.name.node.clone(),
                        span: field.name.span,
                        first,
                    });
                } else {
                    fields.insert(&field.name.node, lowered);
                }
            }
            let lowered = hir::Record {
                name: Spanned::new(name.clone(), record.name.span),
                fields: fields.into_values().collect(),
            };
            self.program.records.insert(name.clone(), lowered);
        }
    }

    /// Types first: a default may read a param that stands below it.
    pub(super) fn params(&mut self) {
        for param in self.bindings.items.params.values() {
            let ty = self.lower(&param.ty);
            self.program.params.push(hir::Param {
                name: param.name.clone(),
                ty,
                value: None,
            });
        }
        for (at, param) in self.bindings.items.params.values().enumerate() {
            let ty = self.program.params.get(at).map(|it| it.ty.clone());
            let Some(ty) = ty else {
                continue;
            };
            let value = match &param.default {
                Some(default) => self.expect(default, Place::Default, &ty),
                None => absent(&ty, param.name.span),
            };
            if let Some(lowered) = self.program.params.get_mut(at) {
                lowered.value = value;
            }
        }
    }
}

/// What an optional has where nothing is said.
pub(super) fn absent(ty: &Type, span: Span) -> Option<Expr> {
    ty.is_optional().then(|| Expr {
        kind: ExprKind::Constant(Value::Absent),
        ty: ty.clone(),
        span,
    })
}
