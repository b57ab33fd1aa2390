//! Calls of flowc's own, of processes that no program declares.

use super::Checker;
use crate::hir::{
    Call, CallId, Clauses, Expr, ExprKind, Guard, Input, Loop, Output, Process, ProcessId, Script,
};
use crate::source::{Span, Spanned};
use crate::types::{Type, Value};

/// What such a call costs.
const SECONDS: f64 = 0.1;

/// A process with one input and one output.
pub(super) struct Own<'o> {
    pub name: String,
    pub input: Port<'o>,
    pub output: Port<'o>,
    /// The file of the output.
    pub path: &'o str,
    pub script: &'o str,
}

/// What such a process takes or gives.
pub(super) struct Port<'o> {
    pub name: &'o str,
    pub ty: Type,
}

impl Checker<'_> {
    /// The result of a call with this argument, inside of these loops and under these branches.
    pub(super) fn own_call(
        &mut self,
        own: Own,
        arg: Expr,
        loops: &[Loop],
        when: &[Guard],
        written: String,
    ) -> Expr {
        let span = arg.span;
        let (output, ty) = (own.output.name.to_owned(), own.output.ty.clone());
        let process = self.own_process(own, span);
        let declared = self.program.processes.get(process.0);
        let name = declared.map_or_else(String::new, |it| it.name.node.clone());
        let call = CallId(self.program.calls.len());
        self.names.call(&name, span);
        self.program.calls.push(Call {
            name,
            around: Vec::new(),
            process,
            loops: self.program.carried(loops),
            when: when.to_vec(),
            args: vec![arg],
            after: Vec::new(),
            span,
        });
        let kind = ExprKind::Result {
            call,
            output,
            written,
        };
        Expr { kind, ty, span }
    }

    /// The process for this place of the program: one for all rounds, in each of which it is called once.
    fn own_process(&mut self, own: Own, span: Span) -> ProcessId {
        let is_called = |id: ProcessId| {
            let last = self.program.calls.iter().rposition(|it| it.process == id);
            last.is_some_and(|at| self.names.is_here(at))
        };
        let mut all = self.own.iter();
        let known = all.find(|(at, of, id)| *at == span && *of == own.name && !is_called(*id));
        if let Some((_, _, id)) = known {
            return *id;
        }
        let id = ProcessId(self.program.processes.len());
        let mut free = own.name.clone();
        let mut number = 1;
        while self.program.processes.iter().any(|it| it.name.node == free) {
            number += 1;
            free = format!("{}_{number}", own.name);
        }
        self.own.push((span, own.name.clone(), id));
        self.program.processes.push(process(own, free, span));
        id
    }
}

fn process(own: Own, name: String, span: Span) -> Process {
    let named = |name: &str| Spanned::new(name.to_owned(), span);
    let constant = |value, ty| Expr {
        kind: ExprKind::Constant(value),
        ty,
        span,
    };
    let input = Input {
        name: named(own.input.name),
        ty: own.input.ty,
        default: None,
    };
    let output = Output {
        name: named(own.output.name),
        ty: own.output.ty,
        path: constant(Value::String(own.path.to_owned()), Type::String),
        stdout: false,
        expect: None,
        temp: false,
    };
    let script = Script {
        interpreter: "bash".to_owned(),
        text: own.script.to_owned(),
    };
    Process {
        name: Spanned::new(name, span),
        inputs: vec![input],
        outputs: vec![output],
        clauses: Clauses {
            script: Some(script),
            cost: Some(constant(Value::Duration(SECONDS), Type::Duration)),
            ..Clauses::default()
        },
        doc: String::new(),
    }
}
