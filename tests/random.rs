//! Random well-typed workflows, run by bash and evaluated here: each shard holds what the rule of loops says. Then they are
//! edited, and run again on what is there.
//!
//! Loops over collections, over parts of them, over groups and over what calls make; lists that results filter; branches that
//! each shard decides; names, picks and alternatives; rounds; conditions, a loop and a named workflow around it all. A case is some programs in one file, so that few processes run many of them. A failure names its
//! seed and the smallest programs that still fail. The programs are those of `FLOWC_SEED`, without it the same each time, so
//! that a change is what makes the test fail, and not luck. A long run, with others:
//!
//! ```text
//! FLOWC_SEED=$RANDOM FLOWC_RANDOM=5000 nice -n 19 cargo test --test all random:: -- --nocapture
//! ```

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};

use crate::main_job::project::tree;
use crate::support;
use edit::{Edit, edit};
use program::{Program, program};
use write::Text;

mod around;
mod edit;
mod evaluate;
mod filter;
mod groups;
mod program;
mod raw;
mod rounds;
mod write;

/// Programs in a file.
const TOGETHER: usize = 10;

/// What some programs make, against what they should; and then what they make behind an edit, of what is there.
fn run(programs: &[(Program, Edit)]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let first = programs.iter().map(|(program, _)| program.clone());
    makes(&first.collect::<Vec<_>>(), folder.path())?;
    let edited = programs.iter().map(|(program, edit)| program.edited(edit));
    let edited: Vec<_> = edited.collect();
    makes(&edited, folder.path()).map_err(|why| format!("behind an edit: {why}"))?;
    let said = submit(folder.path(), &["--local"])?;
    match said.contains("Nothing to do") {
        true => Ok(()),
        false => Err(format!("run again, there was something to do:\n{said}")),
    }
}

/// Compiles programs into a folder and runs them there; all that is in it is to be what they make.
fn makes(programs: &[Program], folder: &Path) -> Result<(), String> {
    let mut text = Text::default();
    let mut expected = BTreeMap::new();
    for (p, program) in programs.iter().enumerate() {
        program.write(p, &mut text);
        expected.extend(evaluate::expected(program, p));
    }
    let Text { items, workflow } = text;
    let text = format!("{items}workflow {{\n{workflow}}}\n");
    let outcome = support::outcome_of("random", &text, folder);
    let Some(compiled) = outcome.compiled else {
        return Err(format!("{text}\n{}", outcome.said));
    };
    let out = folder.join("out");
    for file in &compiled.files {
        let path = out.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.content).unwrap();
    }
    let said = submit(folder, &["--local", "-j", "4"]);
    let said = said.map_err(|said| format!("{text}\n{said}"))?;
    submit(folder, &["--prune"])?;
    let made = made(&out.join("run/work"));
    match made == expected {
        true => Ok(()),
        false => {
            let both: BTreeSet<_> = made.iter().collect();
            let wanted: BTreeSet<_> = expected.iter().collect();
            let [more, less] = [&both - &wanted, &wanted - &both];
            Err(format!("{text}\n{said}\nmade {more:#?}\nnot {less:#?}"))
        }
    }
}

/// What `submit.sh` says; an error where it fails.
fn submit(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut bash = Command::new("bash");
    bash.arg(folder.join("out/submit.sh")).args(arguments);
    let ended = bash.output().unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    match ended.status.success() {
        true => Ok(said),
        false => Err(said),
    }
}

fn made(work: &Path) -> BTreeMap<String, String> {
    if !work.exists() {
        return BTreeMap::new();
    }
    let files = tree(work).into_iter().map(|(path, bytes)| {
        let path = path.to_str().unwrap().to_owned();
        (path, String::from_utf8(bytes).unwrap())
    });
    // What hands results on for others, or tells groups, is seen in what those make of them.
    let others = ["as.", "unique."];
    let own = |path: &str| !path.contains("/.") && !others.iter().any(|it| path.starts_with(it));
    files.filter(|(path, _)| own(path)).collect()
}

/// Of the programs that are always tried.
const SEED: u64 = 11;

#[test]
fn random_programs_make_what_the_rule_says() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let wanted = number("FLOWC_RANDOM").unwrap_or(200);
    let seed = number("FLOWC_SEED").unwrap_or(SEED);
    let config = Config {
        cases: u32::try_from(wanted.div_ceil(TOGETHER as u64)).unwrap(),
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let programs = proptest::collection::vec((program(), edit()), 1..=2 * TOGETHER - 1);
    let tried = Cell::new(0);
    let outcome = TestRunner::new(config).run(&programs, |programs| {
        tried.set(tried.get() + programs.len());
        let outcome = run(&programs);
        let shown = outcome
            .as_ref()
            .err()
            .map_or("as evaluated", String::as_str);
        eprintln!("FLOWC_SEED={seed}: {} programs: {shown}", tried.get());
        outcome.map_err(TestCaseError::fail)
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(why, programs)) => panic!("FLOWC_SEED={seed}\n{programs:#?}\n{why}"),
        Err(TestError::Abort(why)) => panic!("FLOWC_SEED={seed}: {why}"),
    }
}
