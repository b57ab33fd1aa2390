//! A folder in which flowc is called as a user calls it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

pub struct Folder(TempDir);

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Ended {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    pub fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and makes the folders that it is to be in.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        super::read(&self.path(name))
    }

    pub fn flowc(&self, args: &[&str]) -> Ended {
        self.run(Command::new(env!("CARGO_BIN_EXE_flowc")).args(args))
    }

    pub fn run(&self, command: &mut Command) -> Ended {
        Ended::of(command.current_dir(self.0.path()))
    }
}

impl Ended {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it printed; it had nothing to complain of.
    #[track_caller]
    pub fn fine(self) -> String {
        assert_eq!((self.status, self.stderr.as_str()), (0, ""), "{self:?}");
        self.stdout
    }

    #[track_caller]
    pub fn shows(&self, words: &str) {
        assert!(self.stdout.contains(words), "without `{words}`: {self:#?}");
    }

    /// It failed, and said why.
    #[track_caller]
    pub fn fails(&self, status: i32, words: &str) {
        assert_eq!(self.status, status, "{self:#?}");
        assert!(self.stderr.contains(words), "without `{words}`: {self:#?}");
    }
}
