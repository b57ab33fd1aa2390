//! `flowc new NAME`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::failure::{Failure, folder};
use super::paths::write;
use super::{Outcome, print};

/// What `NAME` stands for in the templates: the name of the project.
const NAME: &str = "NAME";

/// The files of a new project. They are written as they are, but for the name.
const FILES: [(&str, &str); 6] = [
    (
        "NAME.flow",
        include_str!("../../templates/new/program.flow"),
    ),
    (
        "resample.py",
        include_str!("../../templates/new/resample.py"),
    ),
    (
        "summarise.py",
        include_str!("../../templates/new/summarise.py"),
    ),
    (
        "data/measurements.txt",
        include_str!("../../templates/new/data/measurements.txt"),
    ),
    ("README.md", include_str!("../../templates/new/README.md")),
    (".gitignore", include_str!("../../templates/new/gitignore")),
];

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder to make; the last part of its path is the name of the program
    #[arg(value_name = "NAME", value_hint = clap::ValueHint::DirPath)]
    path: PathBuf,
}

pub(super) fn run(args: &Args) -> Outcome {
    let path = args.path.as_path();
    let name = name(path)?;
    if let Some(what) = obstacle(path)? {
        return Err(Failure::Io(format!(
            "`{}` {what}\n  help: choose another name",
            path.display()
        )));
    }
    for (file, text) in FILES {
        write(
            &path.join(file.replace(NAME, name)),
            text.replace(NAME, name),
        )?;
    }
    print(format_args!(
        "{made}: a workflow that runs; its README.md tells more\n\
         next: cd {path} && flowc run {name}.flow\n",
        made = folder(path),
        path = path.display(),
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The name of the program: that of the folder. It becomes part of names of files and jobs, and of commands to type.
fn name(path: &Path) -> Result<&str, Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    let is_plain = |name: &&str| {
        name.starts_with(|it: char| it.is_ascii_alphabetic())
            && name
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))
    };
    name.filter(is_plain).ok_or_else(|| {
        Failure::Io(format!(
            "`{}` cannot be the name of a workflow\n  help: a letter, then letters, digits, `-` and `_`",
            path.display()
        ))
    })
}

/// What is there already and would be written over.
fn obstacle(path: &Path) -> Result<Option<&'static str>, Failure> {
    if !path.try_exists().map_err(Failure::io("read", path))? {
        return Ok(None);
    }
    if !path.is_dir() {
        return Ok(Some("is a file"));
    }
    let mut entries = fs::read_dir(path).map_err(Failure::io("read", path))?;
    let taken = entries.next().is_some();
    Ok(taken.then_some("is there already, and is not empty"))
}
