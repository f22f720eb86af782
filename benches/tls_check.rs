//! What `list`, `check` and `tls-check` cost on trees made to be hard: time, peak memory, and how both grow.
//!
//! `cargo bench --bench tls_check [-- [--write DIRECTORY] [COMMAND|SHAPE|SIZE]...]`. Every run is a process of its
//! own, so that its processor time and its peak memory are its own too. Each shape is measured at once, twice, four and
//! eight times its size; the exponent tells how the time grows: 1 is in step with the input, 2 with its square.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

mod process;
mod shapes;

use std::path::Path;

use process::{in_turns, peerauth};
use shapes::{SHAPES, Shape};

const RUNS: u32 = 3;
const FACTORS: [usize; 4] = [1, 2, 4, 8];

const COMMANDS: [(&str, &[&str]); 3] = [
    ("list", &["list", "--quiet"]),
    ("check", &["check", "--quiet", "-o", "json"]),
    ("tls-check", &["tls-check", "--quiet", "-f"]),
];

/// What the command line asks for; nothing named is everything.
struct Wanted {
    names: Vec<String>,
    write: Option<String>,
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let mut wanted = Wanted {
        names: Vec::new(),
        write: None,
    };
    while let Some(argument) = arguments.next() {
        if argument == "--write" {
            wanted.write = arguments.next();
        } else {
            wanted.names.push(argument);
        }
    }
    let shapes = SHAPES
        .iter()
        .filter(|shape| wanted.asks_for(shape.name, is_shape));
    if let Some(directory) = &wanted.write {
        for shape in shapes {
            let size = wanted.names.iter().find_map(|name| name.parse().ok());
            (shape.write)(Path::new(directory), size.unwrap_or(shape.size));
        }
        return;
    }
    println!(
        "{:22} {:10} {:>9} {:>9} {:>9} {:>8} {:>8}",
        "shape", "command", "size", "cpu", "wall", "peak", "exponent"
    );
    for shape in shapes {
        measure(shape, &wanted);
    }
}

fn is_shape(name: &str) -> bool {
    SHAPES.iter().any(|shape| shape.name == name)
}

fn is_command(name: &str) -> bool {
    COMMANDS.iter().any(|(command, _)| *command == name)
}

impl Wanted {
    /// Whether a name is asked for, or no name of its kind is.
    fn asks_for(&self, name: &str, is_kind: impl Fn(&str) -> bool) -> bool {
        let mut named = self.names.iter().filter(|name| is_kind(name)).peekable();
        named.peek().is_none() || named.any(|named| named == name)
    }
}

fn measure(shape: &Shape, wanted: &Wanted) {
    let mut before: [Option<f64>; COMMANDS.len()] = [None; COMMANDS.len()];
    for factor in FACTORS {
        let size = factor * shape.size;
        let directory = tempfile::tempdir().unwrap();
        (shape.write)(directory.path(), size);
        for ((name, arguments), before) in COMMANDS.iter().zip(&mut before) {
            if !wanted.asks_for(name, is_command) {
                continue;
            }
            let start = || {
                let mut command = peerauth();
                command.args(*arguments).arg(directory.path());
                command
            };
            let cost = &in_turns(RUNS, &[&start])[0];
            // Each size is twice the one before.
            let exponent = before.map_or(String::new(), |before| {
                format!("{:.2}", (cost.cpu / before).log2())
            });
            *before = Some(cost.cpu);
            println!(
                "{:22} {name:10} {size:>9} {:>6.0} ms {:>6.0} ms {:>5} MB {exponent:>8}",
                shape.name,
                cost.cpu * 1e3,
                cost.wall.as_secs_f64() * 1e3,
                cost.peak >> 10,
            );
        }
    }
}
