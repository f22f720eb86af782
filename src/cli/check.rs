//! `check`.

use super::args::{CheckArgs, Global};
use super::session::Session;
use super::{Env, Failure, Streams};

pub(super) fn run(
    args: &CheckArgs,
    global: &Global,
    streams: &mut Streams<'_>,
    env: &Env,
) -> Result<u8, Failure> {
    let session = Session::open(&args.paths, &args.source, global, streams, env)?;
    Ok(session.exit_code(&args.source))
}
