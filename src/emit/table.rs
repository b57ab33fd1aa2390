//! `plan.tsv`: what `submit.sh` decides from.

use std::borrow::Cow;

use crate::dataflow::{
    Axis, AxisId, Conda, Dataflow, ItemPart, Items, OnFailure, Pick, SourceKind,
};
use crate::plan::{
    ArrayJob, DependencyKind, Feed, Item, NamePart, Origin, Reading, Step, Track, Variable,
};

use super::{Input, shards, tsv};

/// The form of this table; the reader refuses another.
const FORMAT: &str = "1";

type Field<'a> = Cow<'a, str>;

pub(super) fn plan(input: Input<'_>) -> String {
    let plan = input.plan;
    let dataflow = plan.dataflow;
    let mut table = String::new();
    tsv::line(
        &mut table,
        [
            "flow".into(),
            FORMAT.into(),
            tsv::field(&dataflow.name),
            tsv::field(input.project),
        ],
    );
    if plan.site.dependency == DependencyKind::Any {
        tsv::line(
            &mut table,
            ["site".into(), "dependency".into(), "any".into()],
        );
    }
    for source in &dataflow.sources {
        let kind = match source.kind {
            SourceKind::File => "file",
            SourceKind::Glob => "glob",
        };
        tsv::line(
            &mut table,
            [
                "source".into(),
                kind.into(),
                tsv::field(&source.path),
                source.sha256.as_str().into(),
            ],
        );
    }
    for (path, file) in &input.code.files {
        tsv::line(
            &mut table,
            ["uses".into(), tsv::field(path), file.sha256.as_str().into()],
        );
    }
    for axis in shards::used(dataflow) {
        tsv::line(&mut table, axis_line(dataflow, axis));
    }
    for job in &plan.jobs {
        for step in &job.steps {
            call(&mut table, input, job, step);
        }
    }
    for job in &plan.jobs {
        tsv::line(&mut table, job_line(job));
        if job.abreast > 1 {
            let abreast = number(&job.abreast);
            tsv::line(
                &mut table,
                ["abreast".into(), tsv::field(&job.name), abreast],
            );
        }
        for rung in &job.rungs {
            tsv::line(
                &mut table,
                [
                    "rung".into(),
                    tsv::field(&job.name),
                    tsv::field(&rung.name),
                    number(&rung.width),
                ],
            );
        }
    }
    table
}

fn axis_line<'a>(dataflow: &'a Dataflow, axis: &'a Axis) -> Vec<Field<'a>> {
    let mut fields = vec!["axis".into(), tsv::field(&axis.name)];
    match &axis.items {
        Items::Range { start, step, len } => {
            fields.extend(["range".into(), number(start), number(step), number(len)])
        }
        Items::Table(table) => {
            fields.extend(["table".into(), number(&table.len())]);
            fields.extend(table.columns.iter().map(|column| tsv::field(&column.name)));
        }
        Items::Made(made) => {
            fields.extend([
                "made".into(),
                tsv::field(&dataflow.call(made.call).name),
                tsv::field(&made.output),
                number(&made.expected),
            ]);
            let pairs = axis.pairs().into_iter().flatten();
            fields.extend(pairs.map(|axis| format!("+{}", dataflow.axis(axis).name).into()));
        }
    }
    let told = dataflow.told(axis).into_iter();
    fields.extend(told.map(|told| format!("@{}", dataflow.axis(told.axis).name).into()));
    fields
}

fn job_line<'a>(job: &'a ArrayJob<'_>) -> Vec<Field<'a>> {
    let mut steps = job.steps.iter().map(|step| step.call.name.as_str());
    let lots = job.lots.iter().map(|&calls| {
        let lot: Vec<_> = steps.by_ref().take(calls).collect();
        lot.join(",")
    });
    let calls = lots.collect::<Vec<_>>().join(";");
    let mut fields = vec![
        "job".into(),
        tsv::field(&job.name),
        calls.into(),
        number(&job.pack),
        number(&job.throttle.unwrap_or(0)),
    ];
    let load = job.loads.as_ref().map(|loads| loads.of_task(job.tasks));
    fields.extend(load.map(|seconds| number(&seconds)));
    fields
}

/// The lines of one call.
fn call(table: &mut String, input: Input<'_>, job: &ArrayJob<'_>, step: &Step<'_>) {
    let dataflow = input.plan.dataflow;
    let name = || tsv::field(&step.call.name);
    let axes = step
        .call
        .axes
        .iter()
        .map(|own| format!("{}:{}", dataflow.axis(own.axis).name, own.label));
    let axes: Vec<_> = axes.collect();
    let axes = if axes.is_empty() {
        tsv::NONE.to_owned()
    } else {
        axes.join(",")
    };
    tsv::line(
        table,
        [
            "call".into(),
            name(),
            tsv::field(&step.process.name),
            input.versions.of(step.id).into(),
            axes.into(),
            tsv::field(&job.name),
        ],
    );
    // Files of a constant list stand last: a task compares sizes and times in the order of its own
    // declarations, and knows the files of lists as texts alone.
    let is_list = |feed: &&Feed| {
        let source = feed.source();
        source.is_some_and(|(it, _)| matches!(it.origin, Origin::Constants(_)))
    };
    let lists = step.feeds.iter().filter(is_list);
    for feed in step.feeds.iter().filter(|feed| !is_list(feed)).chain(lists) {
        if let Feed::After { producer, .. } = feed {
            tsv::line(table, ["after".into(), name(), tsv::field(producer)]);
        }
        for fields in inputs(dataflow, feed) {
            tsv::line(table, ["input".into(), name()].into_iter().chain(fields));
        }
    }
    if let OnFailure::Ignore(percent) = step.process.on_failure {
        tsv::line(table, ["ignore".into(), name(), number(&percent)]);
    }
    if let Some(conda) = &step.process.conda {
        let head = ["conda".into(), name()];
        tsv::line(table, head.into_iter().chain(environment(input, conda)));
    }
    for (secret, _) in step.process.env.iter().filter(|(_, value)| value.is_none()) {
        tsv::line(table, ["secret".into(), name(), tsv::field(secret)]);
    }
    if let Some(was) = &step.process.was {
        tsv::line(table, ["was".into(), name(), tsv::field(was)]);
    }
    for output in step.process.outputs.iter().filter(|output| output.temp) {
        tsv::line(table, ["temp".into(), name(), tsv::field(&output.name)]);
    }
    for published in &step.published {
        let parts = published.parts.iter().map(name_part);
        let head = ["publish".into(), name(), tsv::field(&published.output)];
        tsv::line(table, head.into_iter().chain(parts));
    }
}

/// What kind of environment it is, and which; of one that is made the digest of its file.
fn environment<'a>(input: Input<'a>, conda: &'a Conda) -> Vec<Field<'a>> {
    let kind = match conda {
        Conda::File(_) => "file",
        Conda::Prefix(_) => "prefix",
        Conda::Name(_) => "name",
    };
    let file = conda.file().and_then(|path| input.code.file(&path.node));
    let digest = file.map(|file| file.sha256.as_str().into());
    let fields = [kind.into(), tsv::field(conda.text())];
    fields.into_iter().chain(digest).collect()
}

/// As in the job script.
fn name_part(part: &NamePart) -> Field<'_> {
    match part {
        NamePart::Literal(text) => literal_part(text),
        NamePart::Value(at) => format!("+{at}").into(),
        NamePart::Items => "*".into(),
    }
}

fn literal_part(text: &str) -> Field<'_> {
    match text {
        "" => "=".into(),
        text => format!("={}", tsv::field(text)).into(),
    }
}

/// The `input` lines of a feed, from the third field on.
fn inputs<'a>(dataflow: &'a Dataflow, feed: &'a Feed) -> Vec<Vec<Field<'a>>> {
    match feed {
        Feed::Input(variable) => values(dataflow, variable, variable.source_name(1).into()),
        Feed::Source { nth, variable, .. } => {
            values(dataflow, variable, variable.source_name(*nth).into())
        }
        Feed::Hidden { text, item } => {
            let name = text.as_deref().unwrap_or(tsv::NONE).into();
            vec![column(dataflow, name, item)]
        }
        Feed::Unread(axis) => vec![made(dataflow, tsv::NONE.into(), *axis)],
        Feed::After { .. } | Feed::When(_) => Vec::new(),
    }
}

/// Constants are in the script and in the version, so they have none; a list of files has one a file.
fn values<'a>(
    dataflow: &'a Dataflow,
    variable: &'a Variable,
    name: Field<'a>,
) -> Vec<Vec<Field<'a>>> {
    let file = |path: &'a String| vec![name.clone(), "file".into(), tsv::field(path)];
    match &variable.origin {
        Origin::Constant(_) => Vec::new(),
        Origin::Constants(paths) if variable.ty.innermost().is_path() => {
            paths.iter().map(file).collect()
        }
        Origin::Constants(_) => Vec::new(),
        Origin::File(path) => vec![file(path)],
        Origin::Item(item) => vec![column(dataflow, name, item)],
        Origin::Record { axis, fields } => {
            let tracked: Vec<_> = fields.iter().map(|it| (it.column, it.track)).collect();
            vec![columns(dataflow, name, *axis, &tracked)]
        }
        Origin::Text(parts) => {
            // The values that it is made of have lines of their own.
            let track = match variable.ty.is_path() {
                true => Track::File,
                false => Track::Key,
            };
            let head = [name, "text".into(), letter(track).into()];
            let parts = parts.iter().map(|part| text_part(dataflow, part));
            vec![head.into_iter().chain(parts).collect()]
        }
        Origin::Made { axis, .. } => vec![made(dataflow, name, *axis)],
        Origin::Result(of) | Origin::List(of) => vec![result(dataflow, name, of)],
        Origin::Joined(lists) => {
            let parts = lists.iter().zip(1..);
            let lines = parts.map(|(of, nth)| result(dataflow, format!("{name}.{nth}").into(), of));
            lines.collect()
        }
    }
}

fn column<'a>(dataflow: &'a Dataflow, name: Field<'a>, item: &Item) -> Vec<Field<'a>> {
    columns(dataflow, name, item.axis, &[(item.column, item.track)])
}

fn columns<'a>(
    dataflow: &'a Dataflow,
    name: Field<'a>,
    axis: AxisId,
    columns: &[(usize, Track)],
) -> Vec<Field<'a>> {
    let places = columns.iter().map(|(column, _)| (column + 1).to_string());
    let places: Vec<_> = places.collect();
    let tracks: Vec<_> = columns.iter().map(|(_, track)| letter(*track)).collect();
    vec![
        name,
        "item".into(),
        tsv::field(&dataflow.axis(axis).name),
        places.join(",").into(),
        tracks.join(",").into(),
    ]
}

fn made<'a>(dataflow: &'a Dataflow, name: Field<'a>, axis: AxisId) -> Vec<Field<'a>> {
    vec![name, "made".into(), tsv::field(&dataflow.axis(axis).name)]
}

fn result<'a>(dataflow: &'a Dataflow, name: Field<'a>, of: &'a Reading) -> Vec<Field<'a>> {
    let head = [
        name,
        "result".into(),
        tsv::field(&of.producer),
        tsv::field(&of.output),
    ];
    let picks = of.picks.iter().map(|it| pick(dataflow, it));
    head.into_iter().chain(picks).collect()
}

fn text_part<'a>(dataflow: &'a Dataflow, part: &'a ItemPart) -> Field<'a> {
    match part {
        ItemPart::Literal(text) => literal_part(text),
        ItemPart::Item { axis, column } => {
            format!("{}.{}", dataflow.axis(*axis).name, column + 1).into()
        }
    }
}

/// `images:=3` or `images:pairs.4`: the number of an item, or where it stands.
fn pick<'a>(dataflow: &'a Dataflow, pick: &'a Pick) -> Field<'a> {
    let axis = &dataflow.axis(pick.axis).name;
    format!("{axis}:{}", text_part(dataflow, &pick.item)).into()
}

fn letter(track: Track) -> &'static str {
    match track {
        Track::Key => "k",
        Track::Value => "v",
        Track::File => "f",
        Track::Files => "l",
    }
}

fn number(value: &impl ToString) -> Field<'static> {
    Cow::Owned(value.to_string())
}
