//! The session of an apply: its lock, its journal, and the recovery of an interrupted run.

use super::super::console::Console;
use super::super::failure::Failure;
use super::super::history::days_ago;
use super::super::live::Connection;
use super::arguments::ApplyArgs;
use crate::apply::{Ending, ExpectedObject, Journal, Lock, LockError, Memory, Past, Renewals};
use crate::clock;
use crate::model::{Email, History, LONGEST_COMPLETION, Live, Mails};
use crate::plan::{Operation, Plan, Scope};
use crate::plan_file::Origin;
use crate::render::thousands;
use camino::{Utf8Path, Utf8PathBuf};
use etcetera::BaseStrategy as _;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

/// An apply with its lock.
pub(super) struct Session {
    /// The organization, read after all changes of an earlier run were visible.
    pub(super) live: Live,
    /// When it was read.
    pub(super) read: Instant,
    pub(super) origin: Origin,
    /// Invitations that an earlier run has deleted to renew them.
    pub(super) deleted: BTreeSet<Uuid>,
    /// What earlier runs have left.
    pub(super) history: History,
    /// `None` for an embedded sandbox.
    recording: Option<Recording>,
}

struct Recording {
    organization: String,
    journal: Utf8PathBuf,
    /// The journal of runs for some people, whose content this run's journal takes over.
    merged: Option<Utf8PathBuf>,
    /// An earlier run was interrupted.
    unfinished: bool,
    /// Renewals that earlier runs may not have completed.
    unsent: Renewals,
    _lock: Lock,
}

impl Session {
    /// Takes the lock and reads the organization.
    pub(super) async fn begin(
        args: &ApplyArgs,
        connection: &Connection,
        console: &mut Console,
    ) -> Result<Self, Failure> {
        let Some(api_url) = &connection.api_url else {
            let read = Instant::now();
            let (live, origin) = connection.read().await?;
            return Ok(Self {
                live,
                read,
                origin,
                deleted: BTreeSet::new(),
                history: History::default(),
                recording: None,
            });
        };
        // Only the identifier: before the lock is taken, another run may still change the organization.
        let organization_id = connection.client.read_organization_id().await?;
        // Sandboxes have the same identifier by default, so their port distinguishes them.
        let organization = match organization_id {
            Some(id) if connection.client.is_local() => format!("{id} at {api_url}"),
            Some(id) => id.to_string(),
            None => api_url.clone(),
        };
        let Files { journal, partial, lock } = files(args, &organization)?;
        let lock = Lock::take(&lock).map_err(|error| {
            let help = match error {
                LockError::Taken(_) => "wait until it ends, then run this again",
                LockError::Foreign => "move it away, or set XDG_STATE_HOME to another folder",
                LockError::Io(_) => "make its folder writable, or set XDG_STATE_HOME to another one",
            };
            Failure::failed(format!("the lock `{lock}` can't be taken: {error}"), help)
        })?;
        let (whole, part) =
            (past(&journal, &organization, console)?, past(&partial, &organization, console)?);
        report_interruption(&whole, args, console)?;
        report_interruption(&part, args, console)?;
        let scope = args.scope();
        let (journal, merged, mut past, mut other) = match scope.is_whole() {
            true => (journal, Some(partial), whole, part),
            false => (partial, None, part, whole),
        };
        // A run for some people leaves the journal of an interrupted run to the next whole run.
        let unfinished = past.ending.is_none() || scope.is_whole() && other.ending.is_none();
        let mut unsent = past.unsent();
        let others = other.unsent();
        let mut notes = past.notes().clone();
        notes.add(other.notes());
        let renewing = unsent.people.values().chain(others.people.values()).cloned().collect();
        if scope.is_whole() {
            unsent.deleted.extend(others.deleted);
            unsent.people.extend(others.people);
        }
        if let Some(people) = scope.people() {
            // Not of its own journal, which it replaces: nobody would wait for the others then.
            other.keep_people(people);
        }
        past.add(&other);
        let mut read = Instant::now();
        let (live, mut origin) = connection.read().await?;
        let read_again = async || {
            read = Instant::now();
            let live;
            (live, origin) = connection.read().await?;
            Ok::<_, Failure>(live)
        };
        let waiting = |left: std::time::Duration, missing: &[&ExpectedObject]| {
            let (seconds, missing) = (left.as_secs() + 1, some(missing));
            writeln!(
                console.err(),
                "Waiting at most {seconds} s until the organization shows what an earlier run created: {missing}."
            )?;
            Ok(())
        };
        let live = past.catch_up(args.settle, live, read_again, waiting).await?;
        let deleted = past.deleted().clone();
        let recording = Some(Recording { organization, journal, merged, unfinished, unsent, _lock: lock });
        Ok(Self {
            live,
            read,
            origin,
            deleted,
            history: History { renewing, notes, ..History::default() },
            recording,
        })
    }

    /// Starts the journal, if there is something to send or to note, or an interrupted run to complete. `completing` are
    /// the members who get what had to wait.
    pub(super) fn note(
        &self,
        plan: &Plan,
        digest: &str,
        completing: BTreeSet<Email>,
        connection: &Connection,
    ) -> Result<Option<Arc<Journal>>, Failure> {
        let notes_more = !completing.is_subset(&self.history.notes.completed);
        let begins = plan.most_changes() > 0 || notes_more;
        let Some(recording) = self.recording.as_ref().filter(|recording| begins || recording.unfinished)
        else {
            return Ok(None);
        };
        let mut notes = self.history.notes.clone();
        notes.forget_others(&self.live, days_ago(LONGEST_COMPLETION));
        if let Scope::Renew(people) = &plan.scope {
            // Somebody asked for it, so the count starts here.
            let (asked, departures) =
                (Some(clock::now_in_milliseconds()), self.history.departures(&self.live));
            notes.mails.extend(people.iter().map(|email| {
                let before = departures.mails(email).unwrap_or_default();
                (email.clone(), Mails { asked, before, sent: 0 })
            }));
        }
        let mut renewals = recording.unsent.clone();
        renewals.people.extend(plan.actions.iter().filter_map(|action| match &action.operation {
            Operation::InvitationRenew(op) => Some((op.invitation_id, op.email.clone())),
            _ => None,
        }));
        let memory = Memory { renewals, notes, completing };
        let begun = Journal::begin(&recording.journal, &recording.organization, digest, &memory);
        let journal = begun.map_err(|error| {
            Failure::failed(
                format!("the journal `{}` can't be written: {error}", recording.journal),
                "make its folder writable, or name another file with --journal",
            )
        })?;
        if let Some(merged) = &recording.merged {
            // If it stays, the next run only waits for objects that are there.
            let _ = std::fs::remove_file(merged);
        }
        let journal = Arc::new(journal);
        connection.client.observe_writes(Arc::clone(&journal) as Arc<dyn crate::api::WriteObserver>);
        Ok(Some(journal))
    }
}

/// Says that an earlier run was interrupted.
fn report_interruption(past: &Past, args: &ApplyArgs, console: &mut Console) -> std::io::Result<()> {
    if past.ending.is_some() || past.requests == 0 {
        return Ok(());
    }
    let requests = crate::render::count(past.requests, "request");
    let next = if args.scope().is_whole() { "This run" } else { "The next apply of the whole plan" };
    writeln!(
        console.err(),
        "An earlier run was interrupted after {requests}, {} of them without an answer. {next} completes its work.",
        past.unanswered
    )
}

/// The first of many objects, and the number of the others.
fn some(objects: &[&ExpectedObject]) -> String {
    const SHOWN: usize = 3;
    let first: Vec<_> = objects.iter().take(SHOWN).map(ToString::to_string).collect();
    match objects.len().saturating_sub(SHOWN) {
        0 => first.join(", "),
        others => format!("{}, and {} more", first.join(", "), thousands(others)),
    }
}

/// Ends the journal. If that fails, the next run only does unnecessary checks.
pub(super) fn end(journal: Option<&Journal>, ending: Ending, console: &mut Console) -> std::io::Result<()> {
    if let Some(Err(error)) = journal.map(|journal| journal.end(ending)) {
        console.warn(&format!("the end of the run can't be written to the journal: {error}"))?;
    }
    Ok(())
}

fn past(path: &Utf8Path, organization: &str, console: &mut Console) -> Result<Past, Failure> {
    let unreadable = |why: &dyn std::fmt::Display| {
        let help = "make it readable, or name another file with --journal";
        Failure::failed(format!("the journal `{path}` can't be read: {why}"), help)
    };
    match std::fs::metadata(path) {
        Ok(file) if file.is_file() => {}
        // A device or a pipe may never end, and would be replaced.
        Ok(_) => return Err(unreadable(&"it is not a regular file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Past::none()),
        Err(error) => return Err(unreadable(&error)),
    }
    let journal = std::fs::read(path).map_err(|error| unreadable(&error))?;
    if journal.is_empty() {
        // A journal is never empty, but the disk or a person may have emptied it.
        console.warn(&format!(
            "the journal `{}` is empty, so it does not say what an earlier run has sent. If an apply was \
             interrupted, the lists of the organization may not show all of its changes yet",
            crate::escape::line(path.as_str())
        ))?;
        return Ok(Past::none());
    }
    Past::read(&journal, organization).map_err(|error| {
        let help = "move it away if no apply was interrupted; otherwise wait a minute first, so that `orgsync plan` shows all changes";
        Failure::failed(format!("the journal `{path}` can't be used: {error}"), help)
    })
}

/// The files that an organization has on this machine.
struct Files {
    journal: Utf8PathBuf,
    /// The journal of runs for some people.
    partial: Utf8PathBuf,
    lock: Utf8PathBuf,
}

fn files(args: &ApplyArgs, organization: &str) -> Result<Files, Failure> {
    let name: String =
        organization.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    let state = state_folder();
    let beside = args.plan.as_deref().or(args.journal.as_deref()).and_then(Utf8Path::parent);
    let Some(folder) = state.as_deref().or(beside) else {
        let help = "name a file with --journal, or set HOME or XDG_STATE_HOME";
        return Err(Failure::failed("there is no directory for the journal of this run", help));
    };
    let journal = args.journal.clone().unwrap_or_else(|| folder.join(format!("{name}.journal")));
    let partial = Utf8PathBuf::from(format!("{journal}.partial"));
    Ok(Files { journal, partial, lock: folder.join(format!("{name}.lock")) })
}

/// The state directory of orgsync.
fn state_folder() -> Option<Utf8PathBuf> {
    let strategy = etcetera::choose_base_strategy().ok()?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Some(Utf8PathBuf::from_path_buf(folder).ok()?.join("orgsync"))
}
