//! A local organization that behaves as the vendor documents the Admin API.
//!
//! Takes a [`Seed`] (a snapshot document) or starts with one admin; serves `/v1/admin` on loopback, with a key, and
//! beside it, without one, `/sandbox`: what only people and time can do, and faults on demand. Nothing leaves the machine.
//!
//! Guarantees: every answer has a shape of the vendor's OpenAPI document; no request makes the server fail; requests
//! are carried out one after the other, each as a whole or not at all where the vendor documents no partial success;
//! a state file holds the old state or the new one, and never a mixture.
//!
//! The layers, each of which can be read alone: `organization` is the state and what may happen to it, without HTTP
//! and clock; `faults` says which request meets which fault; `wire` checks requests and shapes answers; `server` joins the two; `document`, `seed` and `store` read
//! and write the organization. A new resource gets one file in each of the first three.
//!
//! # Decisions where the vendor is silent
//!
//! 1. A seat that is not free: 400, and nothing changes. A product that `purchased` does not name has no limit.
//!    Holding more seats than purchased is possible in a seed, and whoever holds one keeps it.
//! 2. Removing or demoting the last admin: 400. An id that nobody has: 404.
//! 3. Inviting an address with a listed invitation, pending or expired: `invalid_emails`. `POST /users` puts there who
//!    is invited, is a member, is repeated in the call (the first one counts), or whose seats are not all free.
//! 4. Of several spellings of roles in one body, `role_names` and `roles` count before `role_name` and `role`. Roles
//!    that are not given are `member`. A list of roles is all letters or all UUIDs.
//! 5. An invitation remembers the seats of `subscription_types` and `subscription_type` together, and takes none. On
//!    acceptance each remembered seat is taken that is free then; without it the person joins all the same.
//! 6. An invitation is accepted once: other invitations of the address go too. That of a member can't be accepted.
//!    An expired one stays listed, and one that a seed calls expired is, whatever its age.
//! 7. A workspace in `workspace_uuids` that does not exist: 404, and nobody is invited.
//! 8. Address filter: exact, without letter case; an empty one counts as absent. Addresses that
//!    are not ASCII, are longer than mail permits, or have a quoted local part are malformed.
//! 9. A page behind the last one is empty. Of a parameter that is given twice, the last counts. No largest number is
//!    documented: what exceeds 63 bits counts and is answered as the largest that fits, up to 4300 digits.
//! 10. Roles that are written are answered as letters, in the order A, B, M. A seeded spelling stays until then.
//! 11. A role UUID of a seed that its `roles` don't list, or list as custom, gives no rights.
//! 12. A subscription that comes with a seat has the plan TEAM (CHAT) or ENTERPRISE (MISTRAL_CODE) and the status A.
//! 13. A body of more than 16 MiB or more than a million values: 413. One that breaks off or pauses for half a minute:
//!     400. A wrong path: 404. A wrong method: 405, but `HEAD` is answered where `GET` is. No or a wrong key: 401, also
//!     where there is nothing. All in the general error shape. What is no HTTP gets a bare 400, 414 or 431.
//! 14. Faults are typed and placed as FastAPI does, without `input` and `ctx`, and 100 of them are told at most.
//!     Values are never converted: `"true"` and `1` are no booleans, as the document says and FastAPI does not. `null`
//!     counts as absent where the document permits it, and nowhere else. Unknown fields are ignored; of a key that is
//!     given twice, the last counts. Lone surrogates, numbers beyond 64-bit floats and more than 127 levels: not JSON.
//! 15. The vendor's document lists role UUIDs without their names: they are paired in the order of its lists, the
//!     organization's as admin, billing, member. A seed with `roles` says it better, and its list is used.
//! 16. Of requests, the latest million are remembered, and of a path and a method the first 256 characters.
//! 17. Of 500 active workspaces, one is the default one: made where the seed marks none. Everybody is a contributor in
//!     it who is given no roles there directly, nobody can be taken out, and archiving it is a 400. Archiving another
//!     one ends all access to it and frees its name; then it is a 404, and listed among all with `is_archived=true`.
//! 18. Names of active workspaces and of groups are unique, letter for letter: 400 `name_taken`. Searches are for a part
//!     of a name, without letter case and accents.
//! 19. `workspaces` of a member joins what is direct, the default one, and what groups give. `raw_roles` are letters
//!     where all roles have one, and UUIDs otherwise. A `null` of a seed stays while there is no access but to the
//!     default one. `members_count` counts who has access, in whatever way.
//! 20. People without a role are given `workspace_contributor`. `add-users` changes nobody who is in the workspace,
//!     as everybody is in the default one. Of unknown people, one is enough for a 404, and nothing happens; when people
//!     are removed, unknown ones are among `not_deleted_members`.
//! 21. What a group gives, members of groups nested in it get too, in all depths. A circle is a 400. Nesting is the
//!     child's: an externally managed group (400 for every write on it) can be a parent, and its parents can't change.
//! 22. A second assignment of a group to a workspace is a 400, and a change of none a 404; without roles it changes
//!     nothing. `provision-workspace` does whichever is needed.
//! 23. Admin through a group counts for the last-admin rule; `raw_roles` tell direct roles alone.
//! 24. An organization with `"groups": null` has no groups: each path of theirs is a 403.
//! 25. Who accepts an invitation is a contributor in those of its workspaces that are still active.
//! 26. The audit log holds the latest 10,000 events of this run, from the organization's creation on: requests are done
//!     by an API key, acceptance by the person. `after` and `before` are exclusive. Where no bounds of a number are
//!     documented, what is too small counts as the smallest that makes sense.
//! 27. In a seed, direct access is what a member's list tells and groups do not explain, unless
//!     `sandbox.workspace_members` tells it. Without `workspaces`, they are those that members list.
//!
//! # Decisions on faults
//!
//! 28. Faults meet requests to the Admin API that have the key, and no others. Each rule looks at each request in the
//!     order of arrival, with a generator of its own, so that the same requests meet the same faults. A rule counts
//!     those requests alone that its kind can do something to: `partial` three of them, `stale_reads` `GET`s of lists.
//! 29. Waits add up, and each seat is taken. A request ends once: of several rules that say how, the first counts; so
//!     do the last share of `partial` and the longest time of `stale_reads`.
//! 30. A request that fails `before` is noted with the status of that; with a reset it has no status, and is not noted.
//!     One that fails `after` is carried out, written and noted with the status that would have been answered.
//! 31. Of what a partial request names, the share is rounded up, and the dice say which. What is named twice is one.
//! 32. A stale list is as the organization was so long ago, whoever changed it since. At most 64 states are kept:
//!     changes within a 64th of the time (the longest, of several rules) show together. The clock is that of the state.
//! 33. A body that is not longer than `bytes` is not truncated. A slow body comes in at most 16 pieces.
//! 34. A seat that somebody else takes goes to a new member, `stranger-UUID@elsewhere.example`. Without a limit, there is
//!     always a free one. It counts as a change of its own.
//! 35. There are at most 1000 rules; nothing lasts longer than ten minutes. Unknown keys are faults here.

mod faults;
mod instant;
mod organization;
mod seed;
mod server;
mod state_file;
mod text;
mod validation;

pub use faults::{FaultRules, FaultRulesError};
pub use organization::Product;
pub use seed::{Seed, SeedError};

use camino::Utf8PathBuf;
use jiff::Timestamp;
use server::{AppState, ConnectionCloser, Connections};
use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// What to serve, and where. It can't be printed: it holds the key.
#[derive(Clone)]
pub struct Settings {
    /// A loopback address; port 0 means any free one.
    pub listen: SocketAddr,
    /// The key that the Admin API demands.
    pub api_key: String,
    /// What the organization starts from; nothing means one admin, `admin@sandbox.example`.
    pub seed: Option<Seed>,
    /// Seats bought, per product; overrides what the seed or the state says.
    pub purchased: BTreeMap<Product, u32>,
    /// Where the organization lives between runs. An existing file counts before the seed.
    pub state: Option<Utf8PathBuf>,
    /// The faults that requests meet from the start.
    pub faults: FaultRules,
}

impl Default for Settings {
    /// Any free port, the key `sandbox`, one admin, unlimited seats, no state file and no injected faults.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            api_key: "sandbox".to_owned(),
            seed: None,
            purchased: BTreeMap::new(),
            state: None,
            faults: FaultRules::default(),
        }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Other machines could reach the address.
    #[error("a sandbox listens on loopback alone, and {0} is not")]
    NotLoopback(SocketAddr),
    /// The address is in use, or not ours.
    #[error("the sandbox can't listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The state file is there and holds no state.
    #[error("the state file is not usable")]
    State(#[source] SeedError),
    /// The state file can't be read, or not be written.
    #[error("the state file `{0}` can't be read and written")]
    StateIo(Utf8PathBuf, #[source] io::Error),
}

/// A running sandbox. It stops when this is dropped; requests under way are still answered.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
    stop: oneshot::Sender<()>,
}

impl Sandbox {
    /// Starts to serve; when this returns, requests can be sent.
    ///
    /// # Errors
    ///
    /// The address is not a loopback one or can't be listened on, or the state file can't be read or written.
    pub async fn start(settings: Settings) -> Result<Self, SandboxError> {
        let Settings { listen, api_key, seed, purchased, state, faults } = settings;
        if !listen.ip().to_canonical().is_loopback() {
            return Err(SandboxError::NotLoopback(listen));
        }
        let stored = state.as_deref().map(state_file::read).transpose().map_err(|error| match error {
            state_file::ReadError::Io(error) => {
                SandboxError::StateIo(state.clone().unwrap_or_default(), error)
            }
            state_file::ReadError::Seed(error) => SandboxError::State(error),
        })?;
        let now = Timestamp::now();
        let seed = stored.flatten().or(seed).unwrap_or_else(|| Seed::default_at(now));
        let organization = seed.start(purchased, now);
        // A file that can't be written is better known now than after the first change.
        if let Some(path) = &state {
            let text = seed::write(&organization, organization.now(now)).map_err(io::Error::from);
            let written = text.and_then(|text| state_file::write(path, &text));
            written.map_err(|error| SandboxError::StateIo(path.clone(), error))?;
        }
        let listener =
            TcpListener::bind(listen).await.map_err(|error| SandboxError::Listen(listen, error))?;
        let address = listener.local_addr().map_err(|error| SandboxError::Listen(listen, error))?;
        let app = Arc::new(AppState::new(api_key, state, organization));
        app.set_faults(faults);
        let router = server::router(app).into_make_service_with_connect_info::<ConnectionCloser>();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = axum::serve(Connections(listener), router).with_graceful_shutdown(async {
            let _ = stopped.await;
        });
        Ok(Self { address, task: tokio::spawn(serving.into_future()), stop })
    }

    /// The base URL, such as `http://127.0.0.1:4000`; the Admin API stands under `/v1/admin` there.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Serves until this future is dropped.
    pub async fn run_until_stopped(self) {
        let Self { task, stop, .. } = self;
        if let Err(error) = task.await {
            tracing::error!(%error, "the sandbox stopped");
        }
        drop(stop);
    }
}
