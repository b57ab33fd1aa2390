//! `flowc completions SHELL`

use std::process::ExitCode;

use clap::Subcommand;
use clap_complete::Shell;

use super::{Command, Outcome, arguments, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell that is to complete
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut words(), "flowc", &mut script);
    print(with_programs(args.shell, &String::from_utf8_lossy(&script)))?;
    Ok(ExitCode::SUCCESS)
}

/// The command line without the program: `clap_complete` takes the commands to stand behind it.
fn words() -> clap::Command {
    let whole = arguments();
    let options = whole.get_arguments().filter(|it| !it.is_positional());
    let command = clap::Command::new("flowc").args(options.cloned());
    Command::augment_subcommands(command).disable_help_subcommand(true)
}

/// A script that also offers programs where a command may stand; as it is for the shells that offer files anyway.
fn with_programs(shell: Shell, script: &str) -> String {
    match (shell, script.split_once('\n')) {
        (Shell::Bash, _) => format!(
            "{script}{}",
            include_str!("../../templates/completions/flowc.bash")
        ),
        (Shell::Fish, _) => format!(
            "{script}{}",
            include_str!("../../templates/completions/flowc.fish")
        ),
        // What clap defines below, it defines only where it is not there yet; the first line is zsh's own.
        (Shell::Zsh, Some((head, rest))) => {
            let ours = include_str!("../../templates/completions/flowc.zsh");
            format!("{head}\n{}{rest}", ours.replace("COMMANDS", &described()))
        }
        _ => script.to_owned(),
    }
}

/// `'check:Say what is wrong'`, a line a command, as zsh wants it.
fn described() -> String {
    let command = words();
    let lines = command.get_subcommands().map(|command| {
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_default().replace('\'', "'\\''");
        format!("'{}:{about}'", command.get_name())
    });
    lines.collect::<Vec<_>>().join("\n")
}
