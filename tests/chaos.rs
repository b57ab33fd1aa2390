//! The short form of `tests/chaos/run`: a workflow on a real SLURM, disturbed at random moments.

use std::path::Path;
use std::process::Command;

use crate::slurm;

/// Asked for by `FLOWC_CHAOS=1`: its end was not seen each time when run from here (see CHANGELOG); `tests/chaos/run` by hand is.
#[test]
fn sixty_faults_change_nothing_on_slurm() {
    if std::env::var_os("FLOWC_CHAOS").is_none() || slurm::left_out() {
        return;
    }
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/chaos/run"))
        .args(["--faults", "60", "--minutes", "20"])
        .env("FLOWC", env!("CARGO_BIN_EXE_flowc"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.contains("ok: "), "{said}");
    println!("{said}");
}
