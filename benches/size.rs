//! How time and memory grow with an organization: `cargo bench --bench size [-- MEMBERS…]`.
//!
//! For each size a configuration and a snapshot are made up, and a process of its own validates, or plans, on one
//! thread. Printed is the fastest of several runs: seconds in all, in reading events of YAML alone (the floor: nothing
//! can be faster that looks at the whole text), in reading the configuration, in reading the snapshot, in planning and
//! checking, and in writing the plan; and the most memory that the process held.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark prints, and stops at whatever is wrong"
)]

use camino::{Utf8Path, Utf8PathBuf};
use orgsync::api::Snapshot;
use orgsync::check::check;
use orgsync::config;
use orgsync::model::{Allowance, Live};
use orgsync::plan::plan;
use orgsync::plan_file::{Origin, PlanDocument};
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::process::Command;
use std::time::Instant;

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];
const STEPS: [&str; 5] = ["events", "configuration", "snapshot", "plan", "document"];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [step, folder] = words.as_slice()
        && step == "measure"
    {
        return measure(Utf8Path::new(folder));
    }
    let sizes: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    println!(
        "{:>9} {:>9} {} {:>9} {:>9}",
        "members",
        "MB yaml",
        STEPS.map(|step| format!("{step:>14}")).concat(),
        "all s",
        "peak MB"
    );
    for members in sizes {
        let folder = generate(members);
        let runs = if members > 100_000 { 1 } else { 5 };
        let best = (0..runs).map(|_| run(&folder)).min_by(|a, b| a[5].total_cmp(&b[5])).unwrap();
        let size = std::fs::metadata(folder.join("orgsync.yaml")).unwrap().len() as f64 / 1e6;
        let steps: String = best[..5].iter().map(|seconds| format!("{seconds:>14.3}")).collect();
        println!("{members:>9} {size:>9.1} {steps} {:>9.3} {:>9.0}", best[5], best[6]);
    }
}

/// Half of the people in block style, half in flow style; a tenth is not live yet and a quarter is to change.
fn generate(members: usize) -> Utf8PathBuf {
    let folder = Utf8Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("size-{members}"));
    std::fs::create_dir_all(&folder).unwrap();
    let mut yaml = "version: 1\nseats: { le_chat: { purchased: 4000000000 }, mistral_code: { purchased: 4000000000 } }\n\
        policy: { max_removals: 100% }\ndefaults: { seats: [le_chat] }\nmembers:\n  admin@acme.example: { roles: [admin] }\n"
        .to_owned();
    let mut live = "{\"format_version\":\"1.0\",\"members\":[".to_owned();
    let mut add = |number: usize, email: &str, role: &str, seats: &str| {
        let comma = if number == 0 { "" } else { ",\n" };
        write!(live, "{comma}{{\"uuid\":\"00000000-0000-4000-8000-{number:012}\",\"oid_id\":null,\"name\":\"Person Number {number}\",\"email\":\"{email}\",\"workspaces\":[],\"subscriptions\":[{{\"type\":\"CHAT\",\"plan\":\"TEAM\",\"status\":\"A\",\"member_has_access\":true}}],\"raw_roles\":[\"{role}\"],\"raw_role\":\"{role}\",\"subscription_types\":[{seats}],\"created_at\":\"2026-01-01T00:00:00Z\"}}").unwrap();
    };
    add(0, "admin@acme.example", "A", "\"CHAT\"");
    for number in 1..members {
        let email = format!("person{number:07}@acme.example");
        if number % 2 == 0 {
            writeln!(yaml, "  {email}: {{ name: Person Number {number}, seats: [le_chat] }}").unwrap();
        } else {
            writeln!(yaml, "  {email}:\n    name: Person Number {number}\n    roles: [member]\n    seats:\n      - le_chat\n      - mistral_code").unwrap();
        }
        match number % 20 {
            0 | 1 => {}
            3 | 5 | 7 | 9 | 11 => add(number, &email, "M", "\"CHAT\""),
            n if n % 2 == 0 => add(number, &email, "M", "\"CHAT\""),
            _ => add(number, &email, "M", "\"CHAT\",\"MISTRAL_CODE\""),
        }
    }
    live.push_str("],\"invitations\":[]}");
    std::fs::write(folder.join("orgsync.yaml"), yaml).unwrap();
    std::fs::write(folder.join("live.json"), live).unwrap();
    folder
}

/// Seconds of each step, of all, and peak memory in MB, of a process of its own.
fn run(folder: &Utf8Path) -> [f64; 7] {
    let output =
        Command::new(std::env::current_exe().unwrap()).args(["measure", folder.as_str()]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().map(|word| word.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

fn measure(folder: &Utf8Path) {
    let path = folder.join("orgsync.yaml");
    // Beside the others, because it is a part of reading the configuration.
    let started = Instant::now();
    let text = std::fs::read_to_string(&path).unwrap();
    let events = granit_parser::Parser::new_from_str(&text).filter(Result::is_ok).count();
    let events_seconds = started.elapsed().as_secs_f64();
    assert!(events > 0);
    drop(text);

    let began = Instant::now();
    let mut seconds = vec![events_seconds];
    let mut lap = Instant::now();
    let mut step = || {
        seconds.push(lap.elapsed().as_secs_f64());
        lap = Instant::now();
    };
    let today = "2026-11-24".parse().unwrap();
    let loaded = config::load(&path, today, &|_| false);
    let desired = loaded.desired.unwrap();
    step();
    let live: Live =
        Snapshot::read_live(BufReader::new(File::open(folder.join("live.json")).unwrap())).unwrap().live;
    step();
    let checked = check(plan(&desired, &live), &desired, &Allowance::default());
    assert!(checked.refusals().is_empty());
    step();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let document =
        PlanDocument::new(checked.plan(), &[], &desired, &loaded.sources, Origin::default(), today, now);
    let written = serde_json::to_vec(&document).unwrap().len();
    assert!(written > 0);
    step();
    seconds.push(began.elapsed().as_secs_f64());
    let numbers: Vec<_> = seconds.iter().map(ToString::to_string).collect();
    println!("{} {}", numbers.join(" "), peak_megabytes());
}

/// The most memory that this process held, where the system tells it.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(f64::NAN) / 1024.0
}
