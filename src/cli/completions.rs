//! `completions`.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Args;
use super::{Failure, OK, Streams, written};

pub(super) fn run(shell: Shell, streams: &mut Streams<'_>) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "peerauth", &mut script);
    written(streams.stdout.write_all(&script))?;
    Ok(OK)
}
