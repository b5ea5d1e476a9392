//! One world, the faults that it meets, and the runs of apply that it goes through.

use super::rules::{lag, rules};
use crate::generate::worlds;
use crate::resources::generate::cases;
use crate::resources::shown;
use crate::resources::world::{Case, Wanted, Workspace};
use crate::served::{HTTP, Served, client, purchased};
use crate::world::World;
use camino::Utf8Path;
use jiff::SignedDuration;
use orgsync::api::{Cancellation, Client, ClientOptions, WriteObserver};
use orgsync::apply::{Ending, Journal, Memory, Options, Past, Report, apply};
use orgsync::check::{Approved, check};
use orgsync::model::{Allowance, Desired, Live};
use orgsync::plan::plan;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// The name under which the journal keeps the organization.
const ORGANIZATION: &str = "acme";

/// How a run ends before its time.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cut {
    /// Nothing new is sent.
    Cancel,
    /// The process is gone, before a request goes out or when it has been answered.
    Kill { answered: bool },
}

#[derive(Debug, Clone)]
pub(super) struct Course {
    pub(super) case: Case,
    pub(super) rules: Vec<Value>,
    pub(super) seed: u64,
    /// The vendor sells no more seats than the files say. Otherwise orgsync alone sees to that.
    pub(super) limited: bool,
    /// The next run knows the journal of the one before. Otherwise it comes when lists show everything.
    pub(super) journal: bool,
    /// The first run ends at so many changes.
    pub(super) cut: Option<(u32, Cut)>,
}

/// What came of a run.
pub(super) enum Ran {
    /// The organization could not be read.
    Unread,
    /// It was cut off.
    Killed,
    Refused,
    Reported(Box<(Approved, Report)>),
}

pub(super) fn courses() -> impl Strategy<Value = Course> {
    let people = worlds().prop_map(of_people);
    let case = prop_oneof![1 => people, 1 => cases(0.9)];
    let cut = prop_oneof![
        1 => Just(Cut::Cancel), 2 => any::<bool>().prop_map(|answered| Cut::Kill { answered })
    ];
    let cut = prop::option::weighted(0.3, (1..12_u32, cut));
    (case, rules(), any::<u32>(), any::<bool>(), any::<bool>(), cut).prop_map(
        |(case, rules, seed, limited, journal, cut)| Course {
            case,
            rules,
            seed: seed.into(),
            limited,
            journal,
            cut,
        },
    )
}

/// A world of people alone.
pub(super) fn of_people(people: World) -> Case {
    let default = Workspace {
        id: uuid::Uuid::from_u128(0xd0),
        name: "Default".to_owned(),
        description: String::new(),
        icon: String::new(),
        is_default: true,
        direct: BTreeMap::new(),
    };
    Case {
        people,
        workspaces: vec![default],
        groups: Some(Vec::new()),
        wanted: Wanted::default(),
        apart: true,
    }
}

impl Course {
    pub(super) fn shown(&self) -> String {
        let Self { rules, seed, limited, journal, cut, .. } = self;
        let rules = json!({"seed": seed, "rules": rules});
        format!("{}\n{rules}\nlimited: {limited}, journal: {journal}, cut: {cut:?}", shown(&self.case))
    }

    /// How long lists may take to show a change: a bit longer than they do.
    pub(super) fn settle(&self) -> Duration {
        Duration::from_millis(match lag(&self.rules) {
            0 => 40,
            lag => lag + 150,
        })
    }

    pub(super) async fn serve(&self) -> Served {
        let bought = if self.limited { purchased(&self.case.people.config) } else { BTreeMap::new() };
        let served = Served::start_with(self.case.seed(), bought).await;
        self.clear(&served).await;
        served
    }

    /// Nothing more fails. What lists lag behind with is kept for the next run.
    pub(super) async fn clear(&self, served: &Served) {
        let none = json!({"kind": "stale_reads", "ms": lag(&self.rules), "probability": 0});
        set(served, &json!({"rules": [none]})).await;
    }

    /// A run of apply that meets faults.
    pub(super) async fn run(
        &self,
        number: u32,
        desired: &Desired,
        served: &Served,
        journal: &Utf8Path,
    ) -> Ran {
        // Each run meets others.
        set(served, &json!({"seed": self.seed + u64::from(number), "rules": self.rules})).await;
        let cut = self.cut.filter(|_| number == 0);
        let ran = self.apply(cut, desired, served, journal).await;
        self.clear(served).await;
        if !self.journal {
            tokio::time::sleep(self.settle()).await;
        }
        ran
    }

    async fn apply(
        &self,
        cut: Option<(u32, Cut)>,
        desired: &Desired,
        served: &Served,
        journal: &Utf8Path,
    ) -> Ran {
        let cancellation = Cancellation::default();
        let client = impatient(served, &cancellation);
        let Some((live, memory)) = self.read(&client, journal).await else { return Ran::Unread };
        let allowance = Allowance { irreversible: true, ..Allowance::default() };
        let checked = check(plan(desired, &live), desired, &allowance);
        let Some(approved) = checked.approve() else { return Ran::Refused };
        let notes = self.journal.then(|| Journal::begin(journal, ORGANIZATION, "plan", &memory).unwrap());
        let (after, cut) = cut.map_or((u32::MAX, None), |(after, cut)| (after, Some(cut)));
        let left = AtomicU32::new(after);
        let observer = Arc::new(Observer { notes, left, cut, cancellation, killed: Notify::new() });
        client.observe_writes(Arc::clone(&observer) as Arc<dyn WriteObserver>);
        let options = Options { watch: &|_| {}, settle: self.settle(), revalidation: None };
        let report = tokio::select! {
            biased;
            () = observer.killed.notified() => return Ran::Killed,
            report = apply(&approved, &client, &options) => report,
        };
        let ending = if report.is_success() { Ending::Done } else { Ending::Failed };
        observer.notes.as_ref().map_or(Ok(()), |notes| notes.end(ending)).unwrap();
        Ran::Reported(Box::new((approved, report)))
    }

    /// The organization, when everything is visible that the run before may have made.
    async fn read(&self, client: &Client, journal: &Utf8Path) -> Option<(Live, Memory)> {
        let first = client.read_live().await.ok()?;
        let past = match fs_err::read(journal) {
            Ok(text) => Past::read(&text, ORGANIZATION).unwrap(),
            Err(_) => Past::none(),
        };
        let settle = SignedDuration::try_from(self.settle()).unwrap();
        let live =
            past.catch_up(settle, first, async || client.read_live().await, |_, _| Ok(())).await.ok()?;
        let memory = Memory { renewals: past.unsent(), notes: past.notes().clone(), ..Memory::default() };
        Some((live, memory))
    }
}

/// A client that tries again soon.
fn impatient(served: &Served, cancellation: &Cancellation) -> Client {
    let options = ClientOptions {
        // Half of it, and half of that, are enough.
        per_second: Some(400.0),
        first_wait: Duration::from_millis(1),
        cancellation: cancellation.clone(),
        ..ClientOptions::default()
    };
    client(&served.sandbox.url()).with_options(options)
}

async fn set(served: &Served, faults: &Value) {
    let url = format!("{}/sandbox/faults", served.sandbox.url());
    let answer = HTTP.post(url).json(faults).send().await.unwrap();
    let status = answer.status();
    assert!(status.is_success(), "{}", answer.text().await.unwrap());
}

/// Writes the journal, and ends the run when it is time.
#[derive(Debug)]
struct Observer {
    notes: Option<Journal>,
    left: AtomicU32,
    cut: Option<Cut>,
    cancellation: Cancellation,
    killed: Notify,
}

impl Observer {
    fn count(&self, is_answer: bool) {
        let Some(cut) = self.cut.filter(|cut| is_answer == matches!(cut, Cut::Kill { answered: true }))
        else {
            return;
        };
        if self.left.fetch_sub(1, Ordering::Relaxed) != 1 {
            return;
        }
        match cut {
            Cut::Cancel => self.cancellation.cancel("it is time"),
            Cut::Kill { .. } => self.killed.notify_one(),
        }
    }
}

impl WriteObserver for Observer {
    fn sending(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<u64> {
        let number = self.notes.as_ref().map_or(Ok(0), |notes| notes.sending(method, path, body))?;
        self.count(false);
        Ok(number)
    }

    fn answered(&self, number: u64, outcome: Result<(u16, &[u8]), &str>) {
        if let Some(notes) = &self.notes {
            notes.answered(number, outcome);
        }
        self.count(true);
    }
}
