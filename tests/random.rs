//! Random well-typed workflows, run by bash and evaluated here: each shard holds what the rule of loops says.
//!
//! Loops over collections, over parts of them, over groups and over what calls make; lists that results filter; branches that
//! each shard decides; names, picks and alternatives; rounds. A case is some programs in one file, so that few processes run many of them. A failure names its
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
use program::{Program, program};
use write::Text;

mod evaluate;
mod filter;
mod groups;
mod program;
mod raw;
mod write;

/// Programs in a file.
const TOGETHER: usize = 10;

/// What some programs make, against what they should.
fn run(programs: &[Program]) -> Result<(), String> {
    let mut text = Text::default();
    let mut expected = BTreeMap::new();
    for (p, program) in programs.iter().enumerate() {
        program.write(p, &mut text);
        expected.extend(evaluate::expected(program, p));
    }
    let Text { items, workflow } = text;
    let text = format!("{items}workflow {{\n{workflow}}}\n");
    let folder = tempfile::tempdir().unwrap();
    let outcome = support::outcome_of("random", &text, folder.path());
    let Some(compiled) = outcome.compiled else {
        return Err(format!("{text}\n{}", outcome.said));
    };
    let out = folder.path().join("out");
    for file in &compiled.files {
        let path = out.join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.content).unwrap();
    }
    let mut bash = Command::new("bash");
    let ended = bash
        .arg(out.join("submit.sh"))
        .args(["--local", "-j", "4"])
        .output()
        .unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if !ended.status.success() {
        return Err(format!("{text}\n{said}"));
    }
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
    let wanted = number("FLOWC_RANDOM").unwrap_or(300);
    let seed = number("FLOWC_SEED").unwrap_or(SEED);
    let config = Config {
        cases: u32::try_from(wanted.div_ceil(TOGETHER as u64)).unwrap(),
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let programs = proptest::collection::vec(program(), 1..=2 * TOGETHER - 1);
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
