//! Outputs: their types, and where a script leaves them.

use super::super::{Checker, Place};
use super::ProcessError;
use crate::ast::{self, ExprKind as Written};
use crate::hir::{Expr, ExprKind, Input, Output, TextPart};
use crate::source::Span;
use crate::types::{Type, Value};

impl Checker<'_> {
    pub(super) fn output_of(&mut self, output: &ast::Output, inputs: &[Input]) -> Output {
        let ty = self.lower(&output.ty);
        let name = output.name.clone();
        if !is_output(&ty) {
            self.error(ProcessError::OutputType {
                name: name.node.clone(),
                found: ty.to_string(),
                span: output.ty.span,
            });
        }
        let expect = output.expect.as_ref();
        if let (Some(expect), None) = (expect, ty.item()) {
            self.error(ProcessError::ExpectOne {
                name: name.node.clone(),
                found: ty.to_string(),
                span: expect.span,
            });
        }
        let expect = expect.and_then(|it| self.expect(it, Place::Clause(&[]), &Type::Int));
        let temp = output.temp.is_some_and(|span| self.temp(&name, &ty, span));
        let own_name = Expr {
            kind: ExprKind::Constant(Value::String(name.node.clone())),
            ty: Type::String,
            span: name.span,
        };
        let path = self.output_source(output, &ty, inputs);
        Output {
            name,
            ty,
            path: path.unwrap_or(own_name),
            stdout: output.stdout.is_some(),
            expect,
            temp,
        }
    }

    /// A file can go; a value is in the record.
    fn temp(&mut self, name: &ast::Name, ty: &Type, span: Span) -> bool {
        match ty.present() {
            Type::File | Type::Dir => return true,
            Type::List(item) if item.is_path() => return true,
            Type::Int
            | Type::Float
            | Type::Bool
            | Type::String
            | Type::Enum(_)
            | Type::Duration
            | Type::Size
            | Type::Record(_)
            | Type::Optional(_)
            | Type::List(_) => self.error(ProcessError::TempValue {
                name: name.node.clone(),
                ty: ty.to_string(),
                span,
            }),
        }
        false
    }

    /// Where the output is found: a file, a pattern of files, or the lines of a file.
    fn output_source(&mut self, output: &ast::Output, ty: &Type, inputs: &[Input]) -> Option<Expr> {
        let name = &output.name;
        let Some(item) = ty.item() else {
            return self.output_path(name, output.source.as_ref()?, inputs);
        };
        let span = output.stdout.unwrap_or(name.span);
        let Some(source) = &output.source else {
            if item == &Type::File {
                self.no_pattern(name, span);
            }
            return None;
        };
        if item == &Type::File {
            let path = self.output_path(name, source, inputs)?;
            if !is_pattern(&path) {
                self.no_pattern(name, source.span);
            }
            return Some(path);
        }
        if let Written::Call { callee, args, .. } = &source.kind
            && callee.node == "lines"
            && let [path] = args.as_slice()
        {
            return self.output_path(name, &path.value, inputs);
        }
        self.error(ProcessError::OutputLines {
            name: name.node.clone(),
            ty: ty.to_string(),
            span: source.span,
        });
        None
    }

    fn no_pattern(&mut self, name: &ast::Name, span: Span) {
        self.error(ProcessError::OutputPattern {
            name: name.node.clone(),
            span,
        });
    }

    /// The file name of an output: a text whose holes are inputs and their fields.
    fn output_path(
        &mut self,
        name: &ast::Name,
        source: &ast::Expr,
        inputs: &[Input],
    ) -> Option<Expr> {
        let path = self.expr(source, Place::Output(inputs), None)?;
        let simple = if let ExprKind::Template(parts) = &path.kind {
            parts.iter().all(is_simple)
        } else {
            matches!(&path.kind, ExprKind::Constant(Value::String(text)) if !text.is_empty())
        };
        if !simple {
            self.error(ProcessError::OutputSource {
                name: name.node.clone(),
                span: source.span,
            });
            return None;
        }
        let text = path.to_string();
        let text = text.trim_matches('"');
        if text.starts_with('/') || text.split('/').any(|part| part == "..") {
            self.error(ProcessError::OutputPath {
                name: name.node.clone(),
                span: source.span,
            });
        }
        Some(path)
    }
}

/// Whether a script can hand it on. A list is of files that a pattern matches, or of lines.
fn is_output(ty: &Type) -> bool {
    match ty {
        Type::List(item) => matches!(**item, Type::File | Type::Int | Type::Float | Type::String),
        Type::Record(_) | Type::Duration | Type::Size => false,
        Type::Int | Type::Float | Type::Bool | Type::String => true,
        Type::File | Type::Dir | Type::Optional(_) | Type::Enum(_) => true,
    }
}

/// Whether it can match several names: `*`, `?` or `[…]`, in one folder each.
fn is_pattern(path: &Expr) -> bool {
    let wild = |text: &str| text.contains(['*', '?', '[']) && !text.contains("**");
    if let ExprKind::Template(parts) = &path.kind {
        return parts.iter().any(|part| match part {
            TextPart::Literal(text) => wild(text),
            TextPart::Hole(_) => false,
        });
    }
    matches!(&path.kind, ExprKind::Constant(Value::String(text)) if wild(text))
}

/// Literal text, an input, or a field of an input.
fn is_simple(part: &TextPart) -> bool {
    let TextPart::Hole(hole) = part else {
        return true;
    };
    if let ExprKind::Field { of, .. } = &hole.kind {
        return matches!(of.kind, ExprKind::Input(_));
    }
    matches!(hole.kind, ExprKind::Input(_))
}
