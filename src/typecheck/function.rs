//! The types of functions and sources.

use super::call::CallSite;
use super::operator::is_number;
use super::{Checker, Place, TypeError};
use crate::ast;
use crate::hir::{Expr, ExprKind, Function};
use crate::resolve::Definition;
use crate::source::Span;
use crate::types::{Type, Value};

impl Checker<'_> {
    /// `name(…)`: a function, a record, or a call where only a value may stand.
    pub(super) fn called(
        &mut self,
        site: CallSite,
        place: Place,
        wanted: Option<&Type>,
    ) -> Option<Expr> {
        match self.bindings.definition(site.callee.span)? {
            Definition::Function(Function::Glob) if !site.types.is_empty() => {
                self.rows_of_glob(site, place)
            }
            Definition::Function(function) => self.function(function, site, place, wanted),
            Definition::Record(_) => self.record_value(site, place),
            Definition::Process(_) | Definition::Workflow(_) => {
                let call = self.call_of(site, place)?;
                let outputs = self.output_names(&call);
                let output = outputs.first().map_or("output", String::as_str);
                let name = &site.callee.node;
                self.error(TypeError::CallAsValue {
                    name: name.clone(),
                    span: site.span,
                    help: format!("name the output: `{name}(…).{output}`"),
                });
                None
            }
            Definition::Param(_)
            | Definition::Local(_)
            | Definition::Input(_)
            | Definition::Attempt
            | Definition::Container(_) => None,
        }
    }

    fn function(
        &mut self,
        function: Function,
        site: CallSite,
        place: Place,
        wanted: Option<&Type>,
    ) -> Option<Expr> {
        for arg in site.args {
            if let Some(name) = &arg.name {
                self.error(TypeError::NamedArgument {
                    form: form(function),
                    function: function.to_string(),
                    span: name.span,
                });
                return None;
            }
        }
        self.count(function, site)?;
        let same_type = matches!(function, Function::Other | Function::Max | Function::Min);
        let arg_hint = wanted.filter(|_| same_type);
        let found: Vec<_> = site
            .args
            .iter()
            .map(|arg| self.expr(&arg.value, place, arg_hint))
            .collect();
        let found: Vec<Expr> = found.into_iter().collect::<Option<_>>()?;
        let found = self.parameters(function, found, place)?;
        let ty = self.returned(function, site, &found, wanted)?;
        Some(Expr {
            kind: ExprKind::Function(function, found),
            ty,
            span: site.span,
        })
    }

    /// Whether a function is given as many arguments as it takes.
    pub(super) fn count(&mut self, function: Function, site: CallSite) -> Option<()> {
        let Shape { least, most, form } = shape(function);
        let found = site.args.len();
        if (least..=most).contains(&found) {
            return Some(());
        }
        let wanted = match (least, most) {
            (1, 1) => "one argument".to_owned(),
            (least, usize::MAX) => format!("at least {least} arguments"),
            (least, most) if least == most => format!("{least} arguments"),
            (least, most) => format!("{least} to {most} arguments"),
        };
        self.error(TypeError::ArgumentCount {
            function: function.to_string(),
            wanted,
            found,
            span: site.span,
            help: format!("write `{form}`"),
        });
        None
    }

    /// Checks the arguments of a function one by one.
    fn parameters(
        &mut self,
        function: Function,
        found: Vec<Expr>,
        place: Place,
    ) -> Option<Vec<Expr>> {
        let mut all = Vec::with_capacity(found.len());
        for (at, arg) in found.into_iter().enumerate() {
            let wanted = parameter(function, at);
            all.push(match wanted {
                Wanted::Type(ty) => self.fit(arg, place, &ty)?,
                Wanted::Kind(_, fits) if !fits(&arg.ty) && fits(arg.ty.present()) => {
                    self.present(arg)?
                }
                Wanted::Kind(kind, fits) if !fits(&arg.ty) => {
                    self.error(TypeError::WrongType {
                        wanted: kind.to_owned(),
                        found: format!("`{}`", arg.ty),
                        span: arg.span,
                        declared: None,
                        help: None,
                    });
                    return None;
                }
                Wanted::Kind(..) => arg,
            });
        }
        Some(all)
    }

    fn returned(
        &mut self,
        function: Function,
        site: CallSite,
        args: &[Expr],
        wanted: Option<&Type>,
    ) -> Option<Type> {
        let CallSite { types, span, .. } = site;
        let list = |item| Some(Type::List(Box::new(item)));
        match function {
            Function::Name | Function::Stem | Function::Ext | Function::Parent => {
                Some(Type::String)
            }
            Function::Hash | Function::Join | Function::Pad | Function::Replace => {
                Some(Type::String)
            }
            Function::Exists | Function::Match => Some(Type::Bool),
            Function::Len | Function::Rem => Some(Type::Int),
            Function::Size => Some(Type::Size),
            Function::Range => list(Type::Int),
            Function::Split => list(Type::String),
            Function::Glob => list(Type::File),
            Function::Lines => {
                let item = wanted.and_then(Type::item).filter(|item| is_cell(item));
                list(item.unwrap_or(&Type::String).clone())
            }
            Function::Csv => {
                let hint = wanted.and_then(Type::item).cloned();
                match types.first().map(|ty| self.lower(ty)).or(hint) {
                    Some(row @ Type::Record(_)) => list(row),
                    Some(_) | None => self.no_type(function, span),
                }
            }
            Function::Json => match types.first().map(|ty| self.lower(ty)).or(wanted.cloned()) {
                Some(ty) => Some(ty),
                None => self.no_type(function, span),
            },
            Function::Other => args.first().map(|arg| arg.ty.clone()),
            Function::Sum | Function::Min | Function::Max => {
                args.first().map(|arg| numeric(args, arg))
            }
            Function::Unique => args.first().map(|arg| arg.ty.clone()),
            Function::Batch | Function::Zip => {
                let what = format!("`{function}` elsewhere than behind `in` of a loop is");
                let instead = "loop over it: `for x, y in zip(xs, ys)`, `for part in batch(xs, 4)`";
                self.planned(&what, instead, span)
            }
        }
    }

    /// `glob<Row>("raw/{id}_{1,2}.fq")`: the pattern as text, with its braces, for `dataflow` to match.
    fn rows_of_glob(&mut self, site: CallSite, place: Place) -> Option<Expr> {
        self.count(Function::Glob, site)?;
        let CallSite {
            types, args, span, ..
        } = site;
        let pattern = &args.first()?.value;
        let row = self.lower(types.first()?);
        if row.record().is_none() {
            self.no_type(Function::Glob, span);
            return None;
        }
        let pattern = if let ast::ExprKind::Text(parts) = &pattern.kind {
            Expr {
                kind: ExprKind::Constant(Value::String(self.captures(parts)?)),
                ty: Type::String,
                span: pattern.span,
            }
        } else {
            self.expect(pattern, place, &Type::String)?
        };
        Some(Expr {
            kind: ExprKind::Function(Function::Glob, vec![pattern]),
            ty: Type::List(Box::new(row)),
            span,
        })
    }

    fn captures(&mut self, parts: &[ast::TextPart]) -> Option<String> {
        let mut pattern = String::new();
        for part in parts {
            match part {
                ast::TextPart::Literal(text) => {
                    pattern.push_str(&text.replace('{', "{{").replace('}', "}}"));
                }
                ast::TextPart::Alternatives(ways) => {
                    pattern.push_str(&format!("{{{}}}", ways.join(",")));
                }
                ast::TextPart::Hole(hole) => {
                    let ast::ExprKind::Name(name) = &hole.kind else {
                        self.error(TypeError::WrongType {
                            wanted: "the name of a field".to_owned(),
                            found: "an expression".to_owned(),
                            span: hole.span,
                            declared: None,
                            help: Some("in a pattern `{field}` captures a part of the name".into()),
                        });
                        return None;
                    };
                    pattern.push_str(&format!("{{{name}}}"));
                }
            }
        }
        Some(pattern)
    }

    fn no_type(&mut self, function: Function, span: Span) -> Option<Type> {
        self.error(TypeError::TypeArgument {
            function: function.to_string(),
            span,
        });
        None
    }
}

/// The type of `sum`, `min` and `max`: of the items, a `Float` where one of several is.
fn numeric(args: &[Expr], first: &Expr) -> Type {
    if let Some(item) = first.ty.item() {
        return item.clone();
    }
    if args.iter().any(|arg| arg.ty == Type::Float) {
        return Type::Float;
    }
    first.ty.clone()
}

/// How a function is called.
struct Shape {
    /// Fewest and most arguments.
    least: usize,
    most: usize,
    form: &'static str,
}

fn shape(function: Function) -> Shape {
    let (least, most, form) = match function {
        Function::Batch => (2, 2, "batch(xs, 4)"),
        Function::Csv => (1, 1, "csv<Row>(\"rows.csv\")"),
        Function::Exists => (1, 1, "exists(\"file.txt\")"),
        Function::Ext => (1, 1, "ext(file)"),
        Function::Glob => (1, 1, "glob(\"raw/*.fits\")"),
        Function::Hash => (1, 1, "hash(x)"),
        Function::Join => (2, 2, "join(xs, \",\")"),
        Function::Json => (1, 1, "json<[Int]>(\"x.json\")"),
        Function::Len => (1, 1, "len(xs)"),
        Function::Lines => (1, 1, "lines(\"ids.txt\")"),
        Function::Match => (2, 2, "match(text, \"pattern*\")"),
        Function::Max => (1, usize::MAX, "max(a, b)"),
        Function::Min => (1, usize::MAX, "min(a, b)"),
        Function::Name => (1, 1, "name(file)"),
        Function::Other => (1, 1, "other(xs)"),
        Function::Pad => (2, 2, "pad(number, 4)"),
        Function::Parent => (1, 1, "parent(file)"),
        Function::Range => (2, 3, "range(0, 100, 5)"),
        Function::Rem => (2, 2, "rem(a, b)"),
        Function::Replace => (3, 3, "replace(text, \"old\", \"new\")"),
        Function::Size => (1, 1, "size(file)"),
        Function::Split => (2, 2, "split(text, \",\")"),
        Function::Stem => (1, 1, "stem(file)"),
        Function::Sum => (1, 1, "sum(xs)"),
        Function::Unique => (1, 1, "unique(xs)"),
        Function::Zip => (2, 2, "zip(xs, ys)"),
    };
    Shape { least, most, form }
}

/// How a call of it looks.
pub fn form(function: Function) -> &'static str {
    shape(function).form
}

/// What an argument must be.
enum Wanted {
    Type(Type),
    /// Any type of a kind, with its name.
    Kind(&'static str, fn(&Type) -> bool),
}

fn parameter(function: Function, at: usize) -> Wanted {
    match function {
        Function::Name | Function::Stem | Function::Ext | Function::Parent => {
            Wanted::Kind("a path", is_path)
        }
        Function::Csv | Function::Glob | Function::Json | Function::Lines => {
            Wanted::Kind("a path", is_path)
        }
        Function::Exists => Wanted::Kind("a path, or what may be absent", |ty| {
            is_path(ty) || ty.is_optional()
        }),
        Function::Size => Wanted::Kind("a path", is_path),
        Function::Match | Function::Replace => Wanted::Kind("a text", is_text),
        Function::Split => Wanted::Kind("a text", is_text),
        Function::Join if at == 0 => Wanted::Kind("a list", is_list),
        Function::Join => Wanted::Type(Type::String),
        Function::Pad | Function::Range | Function::Rem => Wanted::Type(Type::Int),
        Function::Len => Wanted::Kind("a list or a text", |ty| is_list(ty) || is_text(ty)),
        Function::Sum => Wanted::Kind("a list of numbers", |ty| is_list_of(ty, is_summable)),
        Function::Min | Function::Max => Wanted::Kind("numbers, or a list of them", |ty| {
            is_summable(ty) || is_list_of(ty, is_summable)
        }),
        Function::Hash => Wanted::Kind("one value", is_cell),
        Function::Batch if at == 1 => Wanted::Type(Type::Int),
        Function::Batch | Function::Other | Function::Unique | Function::Zip => {
            Wanted::Kind("a list", is_list)
        }
    }
}

fn is_path(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::File | Type::Dir)
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::String | Type::Enum(_))
}

fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::List(_))
}

fn is_list_of(ty: &Type, fits: fn(&Type) -> bool) -> bool {
    matches!(ty, Type::List(item) if fits(item))
}

fn is_summable(ty: &Type) -> bool {
    is_number(ty) || matches!(ty, Type::Duration | Type::Size)
}

/// What one line or cell of a file can hold.
fn is_cell(ty: &Type) -> bool {
    is_path(ty) || is_number(ty) || matches!(ty, Type::Bool | Type::Enum(_))
}
