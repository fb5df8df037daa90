//! The `turnaround` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    turnaround::cli::main()
}
