//! The hostile policies of `tests/hostile/`: each says in its first line how it must end.
//!
//! `// expect: error: limit memory` is how the verdict's words begin; `// expect: refused: ..` is how the compiler's do.
//! `// limits: wall_time=100ms memory_bytes=16MiB` are limits of its own, for speed.

use std::{
    fs,
    path::Path,
    sync::Mutex,
    time::{Duration, Instant},
};

use assize_policy::Limits;

use crate::sample::{SERVERS, judge_all, policy, snapshot, whole, words};

/// Beyond its wall time, what a busy machine and one call of a native function may take.
const SLACK: Duration = Duration::from_secs(8);
/// The stack of a thread where nobody asked for more.
const STACK_BYTES: usize = 2 << 20;
/// The most that the process may ever hold: several policies at a time, each with its memory limit, and the overshoot of
/// one call.
const MOST_KILOBYTES: u64 = 400 << 10;

/// A policy and how it must end.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) expected: String,
    pub(crate) limits: Limits,
}

#[test]
fn each_hostile_policy_ends_as_it_says_and_harms_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut cases: Vec<Case> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| read(&entry.unwrap().path()))
        .collect();
    assert!(cases.len() >= 100, "only {} hostile policies", cases.len());
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    run(&cases);
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let line = |mark: &str| {
        let mut lines = text.lines().take(2);
        lines.find_map(|line| line.strip_prefix(mark).map(str::to_owned))
    };
    let expected =
        line("// expect: ").unwrap_or_else(|| panic!("{}: no expectation", path.display()));
    let mut limits = Limits::default();
    for setting in line("// limits: ")
        .unwrap_or_default()
        .split(' ')
        .filter(|word| !word.is_empty())
    {
        set(&mut limits, setting);
    }
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    Case {
        name,
        text,
        expected,
        limits,
    }
}

fn set(limits: &mut Limits, setting: &str) {
    let (name, value) = setting.split_once('=').unwrap();
    let digits = value.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    let number: usize = digits.parse().unwrap();
    let number = match &value[digits.len()..] {
        "" | "ms" => number,
        "s" => number * 1_000,
        "MiB" => number << 20,
        unit => panic!("`{unit}` is no unit"),
    };
    match name {
        "wall_time" => limits.wall_time = Duration::from_millis(number as u64),
        "total_time" => limits.total_time = Duration::from_millis(number as u64),
        "operations" => limits.operations = number as u64,
        "memory_bytes" => limits.memory_bytes = number,
        "array_elements" => limits.array_elements = number,
        "map_members" => limits.map_members = number,
        "selected" => limits.selected = number,
        _ => panic!("`{name}` is no limit"),
    }
}

/// Runs cases on small stacks, two at a time, and reports all that went wrong.
pub(crate) fn run(cases: &[Case]) {
    let wrong = Mutex::new(Vec::new());
    let next = Mutex::new(cases.iter());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let worker = || {
                loop {
                    let Some(case) = next.lock().unwrap().next() else {
                        return;
                    };
                    if let Err(message) = try_case(case) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{}: {message}", case.name));
                    }
                }
            };
            std::thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, worker)
                .unwrap();
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
    if let Some(most) = peak_kilobytes() {
        assert!(most < MOST_KILOBYTES, "the process held {most} KiB");
    }
}

fn try_case(case: &Case) -> Result<(), String> {
    let start = Instant::now();
    let found = end_of(case);
    let passed = start.elapsed();
    if !found.starts_with(&case.expected) {
        let found: String = found.chars().take(200).collect();
        return Err(format!("expected `{}`, found `{found}`", case.expected));
    }
    if found.len() > 2_000_000 || passed > case.limits.wall_time + SLACK {
        return Err(format!("took {passed:?} and said {} bytes", found.len()));
    }
    Ok(())
}

/// How a case ends; a good policy in the same set must still give its verdict.
fn end_of(case: &Case) -> String {
    let hostile = match policy(&case.text, &case.limits) {
        Ok(hostile) => hostile,
        Err(error) => return format!("refused: {}", error.message),
    };
    let good = whole("", "fail(x.Server[1].Enabled, \"beta is off\");");
    let good = policy(&good, &case.limits).unwrap();
    let snapshot = snapshot(SERVERS);
    let verdicts = judge_all(vec![hostile, good], &snapshot, &case.limits);
    let after = words(&snapshot, &verdicts[1][0]);
    if after != "fail: Server[beta].Enabled: beta is off" {
        return format!("the policy after it ended as `{after}`");
    }
    words(&snapshot, &verdicts[0][0])
}

/// The most memory that this process ever held, where the system says.
fn peak_kilobytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
