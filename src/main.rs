//! The `peerauth` command.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use peerauth::cli::{self, Env};

fn main() -> ExitCode {
    let run = || {
        cli::run(
            std::env::args_os(),
            &mut io::stdin().lock(),
            &mut io::stdout().lock(),
            &mut io::stderr().lock(),
            &Env::of_process(),
        )
    };
    // The panic itself was reported by the hook.
    let code = catch_unwind(AssertUnwindSafe(run)).unwrap_or(cli::FAILED);
    ExitCode::from(code)
}
