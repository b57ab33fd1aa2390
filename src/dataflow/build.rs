//! From the typed program to [`Dataflow`].

use indexmap::{IndexMap, IndexSet};

use super::argument::Arguments;
use super::axes::Computed;
use super::evaluate::Evaluator;
use super::publish::Names;
use super::sources::Outside;
use super::{AxisId, Call, CallAxis, CallId, Dataflow, DataflowError, ProcessId};
use crate::diagnostics::{Located, Warnings};
use crate::hir::{self, Program};
use crate::source::{Files, Sources};

/// Evaluates a program: reads its sources, finds the items of its axes, and says for each call
/// where its inputs come from. `name` is the stem of the program's file; `texts` gets the files
/// that errors point into.
pub fn build(
    program: &Program,
    name: &str,
    files: &dyn Files,
    texts: &mut Sources,
    warnings: &mut Warnings,
) -> Result<Dataflow, Vec<DataflowError>> {
    let mut outside = Outside::new(files, texts);
    let mut deciding = Evaluator::new(program, outside);
    deciding.imports();
    let taken = deciding.taken();
    let mut undecided = std::mem::take(&mut deciding.errors);
    if !undecided.is_empty() {
        undecided.sort_by_key(|error| (error.span().source, error.span().start));
        return Err(undecided);
    }
    outside = deciding.outside;
    let program = taken.as_ref().unwrap_or(program);
    let mut evaluator = Evaluator::new(program, outside);
    evaluator.axes(warnings);
    let called: IndexSet<hir::ProcessId> = program.calls.iter().map(|it| it.process).collect();
    let used = called.iter().filter_map(|id| program.processes.get(id.0));
    let processes: Vec<_> = used.map(|process| evaluator.process(process)).collect();
    let mut arguments = Arguments {
        evaluator: &mut evaluator,
        computed: Computed::default(),
        when: Vec::new(),
        asked: IndexMap::new(),
    };
    let calls: Vec<_> = program
        .calls
        .iter()
        .map(|call| arguments.call(call, &called, &processes))
        .collect();
    let publishes = program.publishes.iter();
    let publishes = publishes.flat_map(|it| arguments.publish(it)).collect();
    let computed = arguments.computed;
    let axes = evaluator.finished(&computed);
    let mut errors = std::mem::take(&mut evaluator.errors);
    if let (Some(axes), true) = (axes, errors.is_empty()) {
        let dataflow = Dataflow {
            name: name.to_owned(),
            axes,
            processes,
            calls: calls.into_iter().flatten().collect(),
            publishes,
            sources: evaluator.outside.into_tracked(),
        };
        errors = names(&dataflow);
        if errors.is_empty() {
            return Ok(dataflow);
        }
    }
    errors.sort_by_key(|error| (error.span().source, error.span().start));
    Err(errors)
}

fn names(dataflow: &Dataflow) -> Vec<DataflowError> {
    let names = Names { dataflow };
    names.check(&dataflow.publishes)
}

impl Arguments<'_, '_> {
    fn call(
        &mut self,
        call: &hir::Call,
        called: &IndexSet<hir::ProcessId>,
        processes: &[super::Process],
    ) -> Option<Call> {
        let process = self.evaluator.program.processes.get(call.process.0)?;
        self.when.clone_from(&call.when);
        let when = self.tests(&call.when, &call.loops);
        let args: Vec<_> = call
            .args
            .iter()
            .map(|arg| self.arg(arg, &call.loops))
            .collect();
        let asked = std::mem::take(&mut self.asked);
        let args: Vec<_> = args.into_iter().collect::<Option<_>>()?;
        let inputs = process.inputs.iter().map(|input| input.name.node.clone());
        let axes = call.loops.iter().filter_map(|each| {
            Some(CallAxis {
                axis: AxisId(u32::try_from(each.axis.0).ok()?),
                label: each.variable.node.clone(),
            })
        });
        let at = called.get_index_of(&call.process)?;
        let base = &processes.get(at)?.resources;
        let (own, costs) = self.asked(process, call, base);
        for producer in &call.after {
            self.whole_pairs(*producer, &call.loops, call.span)?;
        }
        let after = call.after.iter().filter_map(|id| u32::try_from(id.0).ok());
        Some(Call {
            name: call.name.clone(),
            around: call.around.clone(),
            process: ProcessId(u32::try_from(at).ok()?),
            axes: axes.collect(),
            args: inputs
                .zip(args)
                .chain(
                    asked
                        .iter()
                        .map(|(name, (_, arg))| (name.clone(), arg.clone())),
                )
                .collect(),
            asked: asked.into_values().map(|(input, _)| input).collect(),
            when: when?,
            branches: call.when.clone(),
            after: after.map(CallId).collect(),
            own,
            costs,
            span: call.span,
        })
    }
}
