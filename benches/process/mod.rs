//! What a process costs: time, processor time and memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Ticks per second in `/proc`, the same on every Linux.
const TICKS: f64 = 100.0;

/// What a process has cost.
pub struct Cost {
    /// Processor seconds of all threads; 0 where the system does not tell.
    pub cpu: f64,
    /// How long it took by the clock.
    pub wall: Duration,
    /// The most memory that it had, in KiB; 0 where the system does not tell.
    pub peak: u64,
}

/// The program that is measured: this build, or the one that `PEERAUTH` names, to compare two.
pub fn peerauth() -> Command {
    Command::new(std::env::var_os("PEERAUTH").unwrap_or_else(|| env!("CARGO_BIN_EXE_peerauth").into()))
}

/// Runs a program to its end; what it writes is dropped.
pub fn run(command: &mut Command) -> Cost {
    let before = processor_time().unwrap_or_default();
    let start = Instant::now();
    let mut child = command
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

/// Runs a program that takes milliseconds often enough to tell how many; the result is the mean.
#[allow(dead_code, reason = "not every bench has such runs")]
pub fn run_often(times: u32, command: &dyn Fn() -> Command) -> Cost {
    let peak = run(&mut command()).peak;
    let before = processor_time().unwrap_or_default();
    let start = Instant::now();
    for _ in 0..times {
        let mut command = command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Its exit code tells what it found.
        command.status().unwrap();
    }
    Cost {
        wall: start.elapsed() / times,
        cpu: (processor_time().unwrap_or_default() - before) / f64::from(times),
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
