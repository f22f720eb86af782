//! The `peerauth` command.

fn main() {}
