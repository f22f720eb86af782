//! What `list`, `check` and `tls-check` cost on trees made to be hard: time, peak memory, and how both grow.
//!
//! `cargo bench --bench tls_check [-- [--write DIRECTORY] [COMMAND|SHAPE|SIZE]...]`. Every run is a process of its
//! own, so that its processor time and its peak memory are its own too. Each shape is measured at once, twice, four and
//! eight times its size; the exponent tells how the time grows: 1 is in step with the input, 2 with its square.

#![expect(clippy::unwrap_used, reason = "a measurement that fails measures nothing")]

mod shapes;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use shapes::{SHAPES, Shape};

const RUNS: usize = 3;
const FACTORS: [usize; 4] = [1, 2, 4, 8];

/// Ticks per second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

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
            let costs = (0..RUNS).map(|_| run(arguments, directory.path()));
            let cost = costs.min_by(|one, other| one.cpu.total_cmp(&other.cpu)).unwrap();
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

struct Cost {
    /// Processor seconds of all threads; 0 where the system does not tell.
    cpu: f64,
    wall: Duration,
    /// KiB; 0 where the system does not tell.
    peak: u64,
}

fn run(command: &[&str], directory: &Path) -> Cost {
    let before = processor_time().unwrap_or_default();
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_peerauth"))
        .args(command)
        .arg(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_of(&status).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    Cost {
        wall: start.elapsed(),
        cpu: processor_time().unwrap_or_default() - before,
        peak,
    }
}

/// The seconds that children have taken which are over, from `/proc/self/stat`.
fn processor_time() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    // The name may hold spaces; the fields behind it do not.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(13);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / TICKS)
}

/// `VmHWM`, the highest amount of memory so far.
fn peak_of(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
