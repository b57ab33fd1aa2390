//! `plan.tsv`: what `submit.sh` decides from.

use std::borrow::Cow;

use crate::dataflow::{
    Axis, AxisId, Conda, Dataflow, ItemPart, Items, OnFailure, Pick, SourceKind,
};
use crate::plan::{ArrayJob, Feed, NamePart, Step, Track};
use crate::site::DependencyStyle;

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
    if plan.site.dependency == DependencyStyle::Any {
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
    let is_list = |feed: &&Feed| matches!(feed, Feed::Values { .. });
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

/// The `input` lines of a feed, from the third field on. Constants are in the script and in the
/// version, so they have none; a list of files has one a file.
fn inputs<'a>(dataflow: &'a Dataflow, feed: &'a Feed) -> Vec<Vec<Field<'a>>> {
    match feed {
        Feed::Value { .. } | Feed::After { .. } | Feed::When(_) => Vec::new(),
        Feed::Source { nth, feed, .. } => {
            let mut lines = inputs(dataflow, feed);
            let names = lines.iter_mut().filter_map(|fields| fields.first_mut());
            names.for_each(|name| *name = source_name(name, *nth));
            lines
        }
        Feed::Values { name, item, texts } => match item.is_path() {
            true => texts.iter().map(|path| file(name, path)).collect(),
            false => Vec::new(),
        },
        Feed::File { name, path, .. } => vec![file(name, path)],
        Feed::Joined { parts, .. } => {
            let parts = parts.iter().flat_map(|part| inputs(dataflow, part));
            parts.collect()
        }
        Feed::Item {
            name,
            axis,
            column,
            track,
            ..
        }
        | Feed::Hidden {
            name,
            axis,
            column,
            track,
        } => {
            vec![item(dataflow, name, *axis, &[(*column, *track)])]
        }
        Feed::Record { name, axis, fields } => {
            let columns: Vec<_> = fields
                .iter()
                .map(|field| (field.column, field.track))
                .collect();
            vec![item(dataflow, name, *axis, &columns)]
        }
        Feed::Text {
            name, parts, track, ..
        } => {
            // The values that it is made of have lines of their own.
            let track = match track {
                Track::File => Track::File,
                Track::Key | Track::Value | Track::Files => Track::Key,
            };
            let mut fields = vec![name.into(), "text".into(), letter(track).into()];
            fields.extend(parts.iter().map(|part| text_part(dataflow, part)));
            vec![fields]
        }
        Feed::Made { name, axis, .. } => vec![vec![
            name.as_deref().unwrap_or(tsv::NONE).into(),
            "made".into(),
            tsv::field(&dataflow.axis(*axis).name),
        ]],
        Feed::Result {
            name,
            producer,
            output,
            picks,
            ..
        }
        | Feed::List {
            name,
            producer,
            output,
            picks,
            ..
        } => {
            let head = [
                name.into(),
                "result".into(),
                tsv::field(producer),
                tsv::field(output),
            ];
            let picks = picks.iter().map(|it| pick(dataflow, it));
            vec![head.into_iter().chain(picks).collect()]
        }
    }
}

/// What a source of an input is called among those of the call: `stats`, `stats.2`.
fn source_name<'a>(name: &str, nth: usize) -> Field<'a> {
    match nth {
        1 => name.to_owned().into(),
        nth => format!("{name}.{nth}").into(),
    }
}

fn file<'a>(name: &'a str, path: &'a str) -> Vec<Field<'a>> {
    vec![name.into(), "file".into(), tsv::field(path)]
}

fn item<'a>(
    dataflow: &'a Dataflow,
    name: &'a str,
    axis: AxisId,
    columns: &[(usize, Track)],
) -> Vec<Field<'a>> {
    let places: Vec<_> = columns
        .iter()
        .map(|(column, _)| (column + 1).to_string())
        .collect();
    let tracks: Vec<_> = columns.iter().map(|(_, track)| letter(*track)).collect();
    vec![
        name.into(),
        "item".into(),
        tsv::field(&dataflow.axis(axis).name),
        places.join(",").into(),
        tracks.join(",").into(),
    ]
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
