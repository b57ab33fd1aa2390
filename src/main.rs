use std::process::ExitCode;

fn main() -> ExitCode {
    flowc::commands::main()
}
