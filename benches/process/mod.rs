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

/// A way to start a program, again and again.
pub type Start<'c> = &'c dyn Fn() -> Command;

/// Runs programs to their ends, each so many times: they take turns, so that an hour in which the machine is slow is one
/// for all of them, and each round begins with another one, as a machine slows down while it has much to do. The result is
/// the least that each has cost.
pub fn in_turns(times: u32, programs: &[Start<'_>]) -> Vec<Cost> {
    // To watch a program for its peak is to disturb it, so that no time is taken while one is watched.
    let watched = programs.iter().map(|start| Cost {
        cpu: f64::INFINITY,
        wall: Duration::MAX,
        peak: peak(&mut start()),
    });
    let mut costs: Vec<Cost> = watched.collect();
    for round in 0..times as usize {
        for turn in 0..programs.len() {
            let index = (round + turn) % programs.len();
            let (cpu, wall) = time(1, programs[index]);
            let cost = &mut costs[index];
            cost.cpu = cost.cpu.min(cpu);
            cost.wall = cost.wall.min(wall);
        }
    }
    costs
}

/// Runs a program that takes milliseconds often enough to tell how many; the result is the mean.
#[allow(dead_code, reason = "not every bench has such runs")]
pub fn run_often(times: u32, start: Start<'_>) -> Cost {
    let peak = peak(&mut start());
    let (cpu, wall) = time(times, start);
    Cost {
        wall: wall / times,
        cpu: cpu / f64::from(times),
        peak,
    }
}

/// The time of the processor and of the clock that so many runs take, one after the other; what they write is dropped.
fn time(times: u32, start: Start<'_>) -> (f64, Duration) {
    let before = processor_time().unwrap_or_default();
    let now = Instant::now();
    for _ in 0..times {
        let mut command = start();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Its exit code tells what it found.
        command.status().unwrap();
    }
    (processor_time().unwrap_or_default() - before, now.elapsed())
}

/// The most memory that a program has while it runs.
fn peak(command: &mut Command) -> u64 {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_of(&status).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
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
