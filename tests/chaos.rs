//! The short form of `tests/chaos/run`: a workflow on a real SLURM, disturbed at random moments.

use std::fs::{self, File};
use std::process::Command;

use crate::{slurm, support};

/// Seconds after which `timeout` asks it to say what it is at, and to end; it bounds itself before that.
const LIMIT: &str = "2400";

#[test]
fn sixty_faults_change_nothing_on_slurm() {
    if slurm::left_out() {
        return;
    }
    let top = tempfile::tempdir().unwrap();
    // Into a file: the end of a pipe would come only with the last process that inherited it.
    let said = top.path().join("said");
    let file = File::create(&said).unwrap();
    let status = Command::new("timeout")
        .args(["--kill-after=120", LIMIT])
        .arg(support::root("tests/chaos/run"))
        .args(["--faults", "60", "--minutes", "20"])
        .env("FLOWC", env!("CARGO_BIN_EXE_flowc"))
        .stdout(file.try_clone().unwrap())
        .stderr(file)
        .status()
        .unwrap();
    let said = fs::read(said).unwrap();
    let said = String::from_utf8_lossy(&said);
    assert!(status.success() && said.contains("ok: "), "{said}");
    println!("{said}");
}
