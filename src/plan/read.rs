//! Inputs that are results of other calls.

use super::feed::{Context, not_yet};
use super::{Origin, PlanError, Reading};
use crate::dataflow::{Arg, AxisId, CallId, Input, Pick};

pub(super) fn result(
    context: &Context<'_>,
    producer: CallId,
    output: &str,
    picks: &[Pick],
) -> Origin {
    let dataflow = context.dataflow;
    let told = |axis: AxisId| {
        let mut picked = picks.iter().map(|it| it.axis);
        dataflow.tells(&context.call.axes, axis)
            || picked.any(|it| it == axis || dataflow.axis(it).knows(axis))
    };
    let reading = reading(context, producer, output, picks);
    let mut axes = dataflow.call(producer).axes.iter();
    match !reading.many && axes.all(|axis| told(axis.axis)) {
        true => Origin::Result(reading),
        false => Origin::List(reading),
    }
}

/// A written list of results.
pub(super) fn joined(
    context: &Context<'_>,
    input: &Input,
    args: &[Arg],
) -> Result<Origin, PlanError> {
    let readings = args.iter().map(|arg| match arg {
        Arg::Result {
            call,
            output,
            picks,
        } => Ok(reading(context, *call, output, picks)),
        Arg::Constant(_) | Arg::Item { .. } | Arg::Template(_) | Arg::List(_) | Arg::First(_) => {
            let what = "a written list of results and of other values";
            Err(not_yet(context, &input.name, what))
        }
    });
    readings.collect::<Result<_, _>>().map(Origin::Joined)
}

fn reading(context: &Context<'_>, producer: CallId, output: &str, picks: &[Pick]) -> Reading {
    let outputs = &context.dataflow.process_of(producer).outputs;
    Reading {
        producer: context.dataflow.call(producer).name.clone(),
        job: context.names.of_call(producer).to_owned(),
        output: output.to_owned(),
        many: outputs.iter().any(|it| it.name == output && it.is_list()),
        picks: picks.to_vec(),
    }
}
