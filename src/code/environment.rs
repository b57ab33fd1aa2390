//! What an environment is made from: a file of conda, which must say all of it.

use std::{fs, io, path::Path};

use super::CodeError;
use crate::dataflow::{Conda, Process};
use crate::yaml;

/// Options of `pip` that read what lies elsewhere.
const ELSEWHERE: [&str; 6] = [
    "-r",
    "-c",
    "-e",
    "--requirement",
    "--constraint",
    "--editable",
];

/// What is wrong, and a way out.
type Fault = (String, &'static str);

/// What is wrong with the file of a process; that it is missing was said before.
pub(super) fn check(process: &Process, folder: &Path) -> Option<CodeError> {
    let file = process.conda.as_ref().and_then(Conda::file)?;
    let (path, span, process) = (file.node.clone(), file.span, process.name.clone());
    let text = match fs::read_to_string(folder.join(&path)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(reason) => {
            return Some(CodeError::Unreadable {
                path,
                reason,
                span,
                process,
            });
        }
    };
    let fault = if path.ends_with(".txt") {
        explicit(&text)
    } else {
        dependencies(&text)
    };
    fault.map(|(reason, help)| CodeError::Environment {
        path,
        reason,
        help,
        span,
        process,
    })
}

fn explicit(text: &str) -> Option<Fault> {
    let marked = text.lines().any(|line| line.trim() == "@EXPLICIT");
    (!marked).then(|| {
        (
            "it has no line `@EXPLICIT`".to_owned(),
            "write it with `conda list --explicit`, or name the packages in a `.yml`",
        )
    })
}

fn dependencies(text: &str) -> Option<Fault> {
    let documents = match yaml::documents(text) {
        Ok(documents) => documents,
        Err(error) => return Some((format!("it is not YAML: {error}"), "correct it there")),
    };
    let file = documents.first();
    let packages = file.and_then(|it| it.data.as_mapping_get("dependencies")?.data.as_sequence());
    let Some(packages) = packages else {
        return Some((
            "it has no list `dependencies`".to_owned(),
            "write the packages below `dependencies:`, each behind a `-`",
        ));
    };
    let pip = packages
        .iter()
        .filter_map(|it| it.data.as_mapping_get("pip")?.data.as_sequence());
    let mut lines = pip.flatten().filter_map(|it| it.data.as_str());
    lines.find(|line| is_elsewhere(line)).map(|line| {
        (
            format!("`{line}` reads what is not in it"),
            "what it is made from must stand in this one file, since that alone is tracked",
        )
    })
}

/// Does a line for `pip` name a file or folder?
fn is_elsewhere(line: &str) -> bool {
    ELSEWHERE.iter().any(|option| line.starts_with(option)) || line.starts_with(['.', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_all_that_is_made() {
        let fault = |text: &str| dependencies(text).map(|(reason, _)| reason);
        assert_eq!(fault("dependencies: [numpy=1.26, {pip: [emcee]}]"), None);
        assert_eq!(
            fault("variables: {A: 1}\ndependencies:\n  - r-base\n"),
            None
        );
        let missing = Some("it has no list `dependencies`".to_owned());
        assert_eq!(fault("dependencies: numpy"), missing);
        assert_eq!(fault("# nothing"), missing);
        assert!(fault("a: [").is_some_and(|it| it.starts_with("it is not YAML")));
        for line in [
            "-r requirements.txt",
            "-e .",
            "./package",
            "--requirement=a",
        ] {
            let text = format!("dependencies:\n  - pip:\n    - emcee\n    - {line}\n");
            assert_eq!(
                fault(&text),
                Some(format!("`{line}` reads what is not in it"))
            );
        }
        assert!(explicit("# platform: linux-64\n@EXPLICIT\nhttps://x/a.conda\n").is_none());
        assert!(explicit("numpy\n").is_some());
    }
}
