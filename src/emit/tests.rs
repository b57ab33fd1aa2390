//! The ANNz program as a dataflow made by hand, and what is emitted for it.

use indexmap::IndexMap;

use super::{File, Input, emit};
use crate::code::{Code, CodeFile};
use crate::dataflow::{
    Arg, Axis, AxisId, Call, CallAxis, CallId, Dataflow, Input as ProcessInput, Items, Output,
    Process, ProcessId, Publish, Script, TextPart,
};
use crate::site::Site;
use crate::source::{Span, Spanned};
use crate::types::{Type, Value};
use crate::{cost, optimise, plan, version};

fn process(name: &str, inputs: &[(&str, Type)], output: (&str, &str), script: &str) -> Process {
    let input = |(name, ty): &(&str, Type)| ProcessInput {
        name: (*name).to_owned(),
        ty: ty.clone(),
        fields: Vec::new(),
    };
    Process {
        name: name.to_owned(),
        inputs: inputs.iter().map(input).collect(),
        outputs: vec![Output {
            name: output.0.to_owned(),
            ty: Type::File,
            path: vec![TextPart::Literal(output.1.to_owned())],
            stdout: false,
            expect: None,
            temp: false,
        }],
        script: Some(Script {
            interpreter: "bash".to_owned(),
            text: script.to_owned(),
        }),
        success: vec![0],
        ..Process::default()
    }
}

fn call(process: u32, name: &str, axes: &[CallAxis], args: Vec<(&str, Arg)>) -> Call {
    let args = args.into_iter().map(|(name, arg)| (name.to_owned(), arg));
    Call {
        name: name.to_owned(),
        around: Vec::new(),
        process: ProcessId(process),
        axes: axes.to_vec(),
        args: IndexMap::from_iter(args),
        asked: Vec::new(),
        when: Vec::new(),
        branches: Vec::new(),
        after: Vec::new(),
        own: None,
        costs: None,
        span: Span::default(),
    }
}

fn annz() -> Dataflow {
    let seed = CallAxis {
        axis: AxisId(0),
        label: "seed".to_owned(),
    };
    let mut classify = process(
        "classify",
        &[("seed", Type::Int), ("catalog", Type::File)],
        ("stats", "stats.csv"),
        "python annz_class.py --seed \"$seed\" --catalog \"$catalog\" --out \"$stats\"\n",
    );
    classify.uses = vec![Spanned::new("annz_class.py".to_owned(), Span::default())];
    classify.container = Some("annz_latest.sif".to_owned());
    classify.resources.cost = Some(129_600.0);
    classify.resources.time = Some(172_800.0);
    classify.resources.memory = Some(4_294_967_296.0);
    let mut summarise = process(
        "summarise",
        &[("stats", Type::List(Box::new(Type::File)))],
        ("summary", "summary.csv"),
        "python summarise.py --out \"$summary\" \"${stats[@]}\"\n",
    );
    summarise.resources.cost = Some(30.0);
    Dataflow {
        name: "annz".to_owned(),
        axes: vec![Axis {
            tells: Vec::new(),
            keyed_like: Vec::new(),
            name: "seeds".to_owned(),
            collection: "seeds".to_owned(),
            items: Items::Range {
                start: 0,
                step: 1,
                len: 100,
            },
            span: Span::default(),
        }],
        processes: vec![classify, summarise],
        calls: vec![
            call(
                0,
                "classify",
                &[seed],
                vec![
                    (
                        "seed",
                        Arg::Item {
                            axis: AxisId(0),
                            column: None,
                        },
                    ),
                    (
                        "catalog",
                        Arg::Constant(Value::File("data/galaxies.csv".to_owned())),
                    ),
                ],
            ),
            call(
                1,
                "summarise",
                &[],
                vec![(
                    "stats",
                    Arg::Result {
                        call: CallId(0),
                        output: "stats".to_owned(),
                        picks: Vec::new(),
                    },
                )],
            ),
        ],
        publishes: vec![Publish {
            call: CallId(1),
            output: "summary".to_owned(),
            template: None,
            told_apart: None,
            span: Span::default(),
        }],
        sources: Vec::new(),
    }
}

fn code() -> Code {
    let file = CodeFile {
        content: b"print()\n".to_vec(),
        sha256: "0123".to_owned(),
        executable: false,
    };
    Code {
        files: [("annz_class.py".to_owned(), file)].into(),
    }
}

fn emitted(dataflow: &Dataflow, site: &Site) -> Vec<File> {
    let code = code();
    let estimates = cost::estimate(dataflow, &Default::default(), site);
    let workload = optimise::Workload::new(dataflow, &estimates, site);
    let stages = optimise::optimise(&workload, optimise::Level::All);
    let plan = plan::plan(&stages, &workload).unwrap();
    let versions = version::versions(dataflow, &code);
    emit(Input {
        plan: &plan,
        versions: &versions,
        code: &code,
        project: "..",
    })
}

fn text(files: &[File], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path).unwrap();
    String::from_utf8(file.content.clone()).unwrap()
}

#[test]
fn annz_is_two_jobs() {
    let files = emitted(&annz(), &Site::generic());
    let paths = files.iter().map(|file| file.path.as_str());
    let paths: Vec<_> = paths.filter(|path| !path.starts_with("lib/")).collect();
    insta::assert_snapshot!(paths.join("\n"), @r"
    .gitignore
    README.md
    code/annz_class.py
    jobs/01-classify.sbatch
    jobs/02-summarise.sbatch
    plan.tsv
    submit.sh
    ");
    insta::assert_snapshot!(text(&files, "plan.tsv").replace('\t', "  "), @r"
    flow  1  annz  ..
    uses  annz_class.py  0123
    axis  seeds  range  0  1  100
    call  classify  classify  778b5476d695fc8a4e70f2ee5e002a84  seeds:seed  01-classify
    input  classify  seed  item  seeds  1  k
    input  classify  catalog  file  data/galaxies.csv
    call  summarise  summarise  1c8f28870714c17de3d60dd3446d8fe9  -  02-summarise
    input  summarise  stats  result  classify  stats
    publish  summarise  summary  =summary.csv
    job  01-classify  classify  1  0
    job  02-summarise  summarise  1  0
    ");
    insta::assert_snapshot!(text(&files, "jobs/01-classify.sbatch"), @r#"
    #!/usr/bin/env bash
    # classify: a shard for each seed in seeds
    # 100 shards, one an array task
    #SBATCH --job-name=annz.classify
    #SBATCH --array=0-99
    #SBATCH --time=2-00:00:00
    #SBATCH --mem=4096M
    #SBATCH --signal=B:TERM@60
    #SBATCH --requeue
    #SBATCH --open-mode=append
    set -euo pipefail
    # shellcheck source=../lib/flow.sh
    source "$1/lib/flow.sh"

    flow_walltime 172800

    flow_call classify
    flow_item seed Int
    flow_file catalog File 'data/galaxies.csv'
    flow_output stats File 'stats.csv'
    flow_uses 'annz_class.py'
    flow_image apptainer 'annz_latest.sif'
    flow_time 172800
    flow_script bash <<'FLOW'
    python annz_class.py --seed "$seed" --catalog "$catalog" --out "$stats"
    FLOW

    flow_task "$@"
    "#);
    insta::assert_snapshot!(text(&files, "jobs/02-summarise.sbatch"), @r#"
    #!/usr/bin/env bash
    # summarise: runs once
    # after 01-classify, when all of it has ended
    #SBATCH --job-name=annz.summarise
    #SBATCH --array=0
    #SBATCH --time=00:11:30
    #SBATCH --signal=B:TERM@60
    #SBATCH --requeue
    #SBATCH --open-mode=append
    set -euo pipefail
    # shellcheck source=../lib/flow.sh
    source "$1/lib/flow.sh"

    flow_walltime 690

    flow_call summarise
    flow_list stats File classify stats 01-classify
    flow_output summary File 'summary.csv'
    flow_publish summary =summary.csv
    flow_time 690
    flow_script bash <<'FLOW'
    python summarise.py --out "$summary" "${stats[@]}"
    FLOW

    flow_task "$@"
    "#);
}

#[test]
fn a_program_gets_the_parts_of_the_library_that_it_uses() {
    let parts = |dataflow: &Dataflow| -> Vec<String> {
        let files = emitted(dataflow, &Site::generic()).into_iter();
        let parts = files.filter(|file| {
            let part = file.path.strip_prefix("lib/");
            part.is_some_and(|part| {
                matches!(part, "lists.sh" | "python.sh" | "rung.sh" | "temp.sh")
            })
        });
        parts.map(|file| file.path).collect()
    };
    let mut dataflow = annz();
    assert_eq!(parts(&dataflow), ["lib/lists.sh"]);
    let process = dataflow.processes.first_mut().unwrap();
    process.script.as_mut().unwrap().interpreter = "python".to_owned();
    process.outputs.first_mut().unwrap().temp = true;
    assert_eq!(
        parts(&dataflow),
        ["lib/lists.sh", "lib/python.sh", "lib/temp.sh"]
    );
}

#[test]
fn a_million_shards_are_packed_below_the_array_limit() {
    let mut dataflow = annz();
    dataflow.axes[0].items = Items::Range {
        start: 0,
        step: 1,
        len: 1_000_000,
    };
    let files = emitted(&dataflow, &Site::generic());
    let script = text(&files, "jobs/01-classify.sbatch");
    assert!(script.contains("#SBATCH --array=0-999\n"), "{script}");
    assert!(
        script.contains(
            "# packed 1000 shards a task: 1000000 shards, an array has at most 1001 tasks"
        )
    );
    let size: usize = files.iter().map(|file| file.content.len()).sum();
    let library: usize = files
        .iter()
        .filter(|file| file.path.starts_with("lib/"))
        .map(|file| file.content.len())
        .sum();
    assert!(size - library < 30_000);
}

#[test]
fn a_submit_limit_packs_the_widest_only() {
    let site = Site {
        submit_limit: Some(51),
        ..Site::generic()
    };
    let files = emitted(&annz(), &site);
    assert!(text(&files, "plan.tsv").contains("job\t01-classify\tclassify\t2\t0\n"));
    assert!(text(&files, "plan.tsv").contains("job\t02-summarise\tsummarise\t1\t0\n"));
}
