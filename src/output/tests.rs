//! Folders as compiles find and leave them.

use super::*;
use crate::manifest::FORMAT;

fn file(path: &str, content: &str) -> File {
    File {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
        executable: path == "submit.sh",
    }
}

fn write_all(out: &Path, files: &[File]) -> Result<Summary, OutputError> {
    let paths = files.iter().map(|file| file.path.clone());
    let manifest = Manifest {
        format: FORMAT,
        name: "x".to_owned(),
        site: "generic".to_owned(),
        processes: Vec::new(),
        axes: Vec::new(),
        calls: Vec::new(),
        jobs: Vec::new(),
        published: Vec::new(),
        sources: Vec::new(),
        files: paths.chain([MANIFEST.to_owned()]).collect(),
    };
    write(out, files, &manifest)
}

fn listing(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_second_compile_changes_what_changed_and_removes_what_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("deep/out");
    write_all(
        &out,
        &[file("submit.sh", "1"), file("jobs/01-a.sbatch", "1")],
    )
    .unwrap();
    fs::create_dir_all(out.join("run/work")).unwrap();
    fs::write(out.join("run/work/x"), "kept").unwrap();
    let before = fs::metadata(out.join("submit.sh")).unwrap();
    assert_eq!(before.permissions().mode() & 0o777, 0o755);

    let summary = write_all(&out, &[file("submit.sh", "1"), file("b/01-b", "1")]).unwrap();
    assert_eq!(
        listing(&out),
        ["b/01-b", "manifest.json", "run/work/x", "submit.sh"]
    );
    assert_eq!((summary.changed, summary.removed), (2, 1));
    assert!(!out.join("jobs").exists());
    let after = fs::metadata(out.join("submit.sh")).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());

    let summary = write_all(&out, &[file("submit.sh", "1"), file("b/01-b", "1")]).unwrap();
    assert_eq!((summary.changed, summary.removed), (0, 0));
    assert_eq!(
        listing(&folder.path().join("deep")).len(),
        4,
        "nothing is left beside"
    );
}

#[test]
fn a_file_may_become_a_folder_and_back() {
    let folder = tempfile::tempdir().unwrap();
    write_all(folder.path(), &[file("code/lib", "1")]).unwrap();
    write_all(folder.path(), &[file("code/lib/a.py", "1")]).unwrap();
    write_all(folder.path(), &[file("code/lib", "2")]).unwrap();
    assert_eq!(listing(folder.path()), ["code/lib", "manifest.json"]);
}

#[test]
fn what_others_wrote_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.tex"), "").unwrap();
    let error = write_all(folder.path(), &[file("submit.sh", "1")]).unwrap_err();
    assert!(matches!(error, OutputError::Foreign { path } if path.ends_with("thesis.tex")));
    assert_eq!(listing(folder.path()), ["thesis.tex"]);
}

#[test]
fn a_file_in_the_way_is_refused_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    write_all(out, &[file("submit.sh", "1")]).unwrap();
    fs::write(out.join("notes.md"), "mine").unwrap();
    write_all(out, &[file("submit.sh", "2")]).unwrap();
    let error = write_all(out, &[file("submit.sh", "3"), file("notes.md", "x")]).unwrap_err();
    assert!(matches!(error, OutputError::Foreign { path } if path.ends_with("notes.md")));
    assert_eq!(fs::read_to_string(out.join("submit.sh")).unwrap(), "2");
    assert_eq!(fs::read_to_string(out.join("notes.md")).unwrap(), "mine");
}

#[test]
fn a_compile_that_was_cut_short_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    write_all(out, &[file("a", "1")]).unwrap();
    // The second compile placed the manifest of both, and one file, and was killed.
    let earlier = earlier(out).unwrap();
    let text = fs::read_to_string(out.join(MANIFEST)).unwrap();
    let mut manifest: Manifest = serde_json::from_str(&text).unwrap();
    manifest.files.push("b".to_owned());
    fs::write(out.join(MANIFEST), owning_both(&manifest, &earlier)).unwrap();
    fs::write(out.join("b"), "half").unwrap();

    write_all(out, &[file("c", "1")]).unwrap();
    assert_eq!(listing(out), ["c", "manifest.json"]);
}

#[test]
fn a_broken_manifest_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(MANIFEST), "{\n  nonsense").unwrap();
    let error = write_all(folder.path(), &[file("a", "1")]).unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("manifest.json` cannot be used: line 2, column 3:"),
        "{message}"
    );
}

#[test]
fn a_path_that_is_no_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::write(&out, "").unwrap();
    let error = write_all(&out, &[file("a", "1")]).unwrap_err();
    assert!(matches!(error, OutputError::NotAFolder { .. }), "{error}");
}
