//! Each `cases/NAME.flow` against `../snapshots/NAME.snap`: all that is emitted for it but for what
//! every workflow has alike.

use flowc::emit::File;
use flowc::pipeline::Compiled;

use crate::support;

#[test]
fn cases() {
    insta::glob!("cases/*.flow", |path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = match support::compile(path) {
            Ok(compiled) => emitted(compiled),
            Err(diagnostics) => diagnostics,
        };
        support::snapshot("snapshots", name, &text);
    });
}

fn emitted(mut compiled: Compiled) -> String {
    let is_own = |path: &str| {
        ["jobs/", "shards/"]
            .iter()
            .any(|folder| path.starts_with(folder))
            || path == "plan.tsv"
    };
    compiled.manifest.files.retain(|path| is_own(path));
    let own = compiled.files.iter().filter(|file| is_own(&file.path));
    let mut text: String = own.map(section).collect();
    text.push_str(&format!(
        "==> manifest.json <==\n{}",
        compiled.manifest.to_json()
    ));
    text
}

fn section(file: &File) -> String {
    let text = String::from_utf8(file.content.clone()).unwrap();
    format!("==> {} <==\n{text}\n", file.path)
}
