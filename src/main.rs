//! The `peerauth` command.

use std::io;
use std::panic;
use std::process::{self, ExitCode};

use mimalloc::MiMalloc;
use peerauth::cli::{self, Env};

/// Objects are made and dropped by all threads at once.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    fail_on_panic();
    let code = cli::run(
        std::env::args_os(),
        &mut io::stdin(),
        &mut io::stdout(),
        &mut io::stderr(),
        &Env::of_process(),
    );
    ExitCode::from(code)
}

/// A panic of any thread, once reported, ends the process as every other failure does: the program is built
/// without unwinding, which would end in a signal.
fn fail_on_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        report(panic);
        process::exit(cli::FAILED.into());
    }));
}
