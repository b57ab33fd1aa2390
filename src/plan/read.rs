//! Inputs that are results of other calls.

use super::feed::{Context, not_yet};
use super::{Feed, PlanError};
use crate::dataflow::{Arg, AxisId, CallId, Input, Pick};
use crate::types::Type;

pub(super) fn result(
    context: &Context<'_>,
    input: &Input,
    producer: CallId,
    output: &str,
    picks: &[Pick],
) -> Feed {
    let dataflow = context.dataflow;
    let made = dataflow.call(producer);
    let told = |axis: AxisId| {
        let mut picked = picks.iter().map(|it| it.axis);
        dataflow.tells(&context.call.axes, axis)
            || picked.any(|it| it == axis || dataflow.axis(it).knows(axis))
    };
    let picks = picks.to_vec();
    let outputs = &context.dataflow.process_of(producer).outputs;
    let many = outputs.iter().any(|it| it.name == output && it.is_list());
    let (name, output) = (input.name.clone(), output.to_owned());
    if !many && made.axes.iter().all(|axis| told(axis.axis)) {
        return Feed::Result {
            name,
            ty: input.ty.clone(),
            producer: made.name.clone(),
            output,
            picks,
        };
    }
    Feed::List {
        name,
        item: input.ty.innermost().clone(),
        producer: made.name.clone(),
        output,
        job: context.names.of_call(producer).to_owned(),
        many,
        picks,
    }
}

/// A written list of results.
pub(super) fn joined(
    context: &Context<'_>,
    input: &Input,
    args: &[Arg],
) -> Result<Feed, PlanError> {
    let item = input.ty.innermost().clone();
    let parts = args.iter().zip(1..).map(|(arg, number)| {
        let part = Input {
            name: format!("{}.{number}", input.name),
            ..input.clone()
        };
        let Arg::Result {
            call,
            output,
            picks,
        } = arg
        else {
            let what = "a written list of results and of other values";
            return Err(not_yet(context, &input.name, what));
        };
        let one = result(context, &part, *call, output, picks);
        Ok(one.into_list(&item, context.names.of_call(*call)))
    });
    let parts = parts.collect::<Result<_, _>>()?;
    Ok(Feed::Joined {
        name: input.name.clone(),
        item,
        parts,
    })
}

impl Feed {
    /// One result as a list of it.
    fn into_list(self, item: &Type, job: &str) -> Self {
        let Self::Result {
            name,
            producer,
            output,
            picks,
            ..
        } = self
        else {
            return self;
        };
        Self::List {
            name,
            item: item.clone(),
            producer,
            output,
            job: job.to_owned(),
            many: false,
            picks,
        }
    }
}
