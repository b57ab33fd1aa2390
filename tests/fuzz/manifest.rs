//! What an earlier compile left, changed by anybody.

use std::fs;
use std::path::{Component, Path};

use flowc::manifest;
use flowc::pipeline::Compiled;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Runs, edited, edits, fuzz, programs, usually};
use crate::support;

/// The files that a manifest names may be removed: all lie below `out/`, and none below `out/run/`.
#[test]
fn a_changed_manifest_names_no_file_elsewhere() {
    let (manifest, outside) = (compiled().manifest.to_json(), outside("/tmp/x"));
    fuzz(usually(1500), (edits(), outside), |(edits, outside)| {
        let text = edited(&manifest, &edits).replacen("lib/flow.sh", &outside, 1);
        for file in manifest::written(&text).map_or(Vec::new(), |written| written.files) {
            let path = Path::new(&file);
            let named = path
                .components()
                .all(|it| matches!(it, Component::Normal(_)));
            prop_assert!(
                !file.is_empty() && named && !path.starts_with("run"),
                "{}",
                file
            );
        }
        Ok(())
    });
}

fn compiled() -> Compiled {
    let first = support::outcome_of("x", &programs()[0], &support::root("tests/cases"));
    first.compiled.unwrap()
}

/// Names of files that are none below `out/`.
fn outside(absolute: &str) -> impl Strategy<Value = String> + use<> {
    select(
        [
            "../witness",
            "jobs/../../witness",
            absolute,
            "run",
            "run/x",
            "",
        ]
        .map(str::to_owned)
        .to_vec(),
    )
}

/// No panic, and no file outside of `out/` is touched.
#[test]
fn a_changed_manifest_harms_nothing() {
    let top = tempfile::tempdir().unwrap();
    let out = top.path().join("out");
    let first = compiled();
    flowc::output::write(&out, &first.files, &first.manifest).unwrap();
    let manifest = support::read(&out.join("manifest.json"));
    let witness = top.path().join("witness");
    fs::write(&witness, "").unwrap();
    let outside = outside(&witness.display().to_string());
    let runs = Runs {
        usually: 150,
        inputs: 1000,
    };
    fuzz(runs, (edits(), outside), |(edits, outside)| {
        let text = edited(&manifest, &edits).replacen("lib/flow.sh", &outside, 1);
        fs::write(out.join("manifest.json"), text).unwrap();
        flowc::output::write(&out, &first.files, &first.manifest).ok();
        prop_assert!(witness.exists());
        fs::remove_file(out.join("manifest.json")).ok();
        fs::remove_dir_all(&out).ok();
        flowc::output::write(&out, &first.files, &first.manifest).unwrap();
        Ok(())
    });
}
