//! Runs the built binary with nothing of the surrounding environment, and serves sandboxes with it.

use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use tempfile::TempDir;

/// The key of every sandbox here. Long enough to be found in any output that holds it.
pub(crate) const KEY: &str = "test-key-9f3a6c1e";

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Exit status, stdout and stderr, as one text.
    pub(crate) fn shown(&self) -> String {
        format!("exit status {}\n{}{}", self.status, self.stdout, self.stderr)
    }
}

/// A folder with a configuration, in which commands run. At its end, no file in it holds the key that a test has not
/// put there itself.
pub(crate) struct World {
    dir: TempDir,
    with_key: RefCell<BTreeSet<PathBuf>>,
}

impl World {
    pub(crate) fn new(config: &str) -> Self {
        let world = Self { dir: TempDir::new().unwrap(), with_key: RefCell::default() };
        world.write("orgsync.yaml", config);
        world
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        if text.contains(KEY) {
            self.with_key.borrow_mut().insert(path);
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs a command without key and network.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run(self.path(), args, &[])
    }

    /// Applies on a sandbox without asking, and expects the next plan to be empty.
    pub(crate) fn settle(&self, server: &Server, args: &[&str]) -> Run {
        let run = self.run_on(server, &[&["apply", "--yes"], args].concat());
        assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
        let second = self.run_on(server, &["plan", "--detailed-exitcode"]);
        assert_eq!(second.status, 0, "the second plan is not empty:\n{}{}", second.stdout, second.stderr);
        run
    }

    /// Plans for a seed, in an embedded sandbox.
    pub(crate) fn plan(&self, seed: &Value, args: &[&str]) -> Run {
        self.write("seed.json", &seed.to_string());
        self.run(&[&["plan", "--sandbox", "seed.json"], args].concat())
    }

    /// Runs a command against a sandbox.
    pub(crate) fn run_on(&self, server: &Server, args: &[&str]) -> Run {
        run(self.path(), args, &server.env())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let holding = files_with_key(self.path());
            let with_key = self.with_key.borrow();
            let leaked: Vec<_> = holding.iter().filter(|path| !with_key.contains(*path)).collect();
            assert!(leaked.is_empty(), "these hold the key: {leaked:?}");
        }
    }
}

/// The files below a folder that hold the key. What vanishes meanwhile holds nothing.
fn files_with_key(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let with_key =
        |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(KEY));
    entries
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files_with_key(&path) } else { vec![path] })
        .filter(with_key)
        .collect()
}

/// Where the runs in a folder keep journals and locks.
fn state(dir: &Path) -> PathBuf {
    let states = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("state-{}", std::process::id()));
    states.join(dir.file_name().unwrap())
}

/// Runs a command in a folder, with just these variables. Whatever it says and notes, the key is not in it.
pub(crate) fn run(dir: &Path, args: &[&str], env: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orgsync"));
    command.current_dir(dir).args(args).env_clear().stdin(Stdio::null());
    command.env("XDG_STATE_HOME", state(dir)).envs(env.iter().copied());
    let output = command.output().unwrap();
    let run = Run {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!run.stdout.contains(KEY) && !run.stderr.contains(KEY), "{args:?} shows the key: {run:?}");
    assert_eq!(files_with_key(&state(dir)), Vec::<PathBuf>::new(), "journals hold the key");
    run
}

/// What is wrong with each of these cases, if anything is. Cases mostly wait, so several run at a time.
pub(crate) fn side_by_side<T: Send>(
    cases: Vec<T>,
    fault: impl Fn(&T) -> Option<String> + Sync,
) -> Vec<String> {
    let waiting = Mutex::new(cases.into_iter());
    let faults = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let Some(case) = waiting.lock().unwrap().next() else { return };
                    let fault = fault(&case);
                    faults.lock().unwrap().extend(fault);
                }
            });
        }
    });
    faults.into_inner().unwrap()
}

/// A served sandbox; it ends with this value.
pub(crate) struct Server {
    child: Child,
    url: String,
    admin_url: String,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    /// Serves a seed.
    pub(crate) fn seeded(seed: &Value, args: &[&str]) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), seed.to_string()).unwrap();
        let seed = file.path().to_str().unwrap();
        Self::start(&[&["--seed", seed], args].concat())
    }

    /// Serves what the options say.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_orgsync"))
            .args(["sandbox", "--api-key", KEY])
            .args(args)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { child, admin_url: format!("{url}/v1/admin"), url, runtime }
    }

    pub(crate) fn env(&self) -> [(&str, &str); 2] {
        [("ORGSYNC_API_URL", &self.admin_url), ("MISTRAL_ADMIN_API_KEY", KEY)]
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Does what only people can do.
    pub(crate) fn post(&self, path: &str, body: Value) -> Value {
        self.runtime.block_on(async {
            let request = reqwest::Client::new().post(format!("{}{path}", self.url)).json(&body);
            request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
        })
    }

    /// Changes the organization behind the program's back.
    pub(crate) fn call(&self, method: &str, path: &str, body: &Value) {
        self.runtime.block_on(async {
            let method = method.parse().unwrap();
            let request = reqwest::Client::new().request(method, format!("{}/v1/admin{path}", self.url));
            let answer = request.bearer_auth(KEY).json(body).send().await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
        });
    }

    /// Posts beside the Admin API, and expects success, maybe without content.
    pub(crate) fn send(&self, path: &str, body: &Value) {
        self.runtime.block_on(async {
            let answer = reqwest::Client::new().post(format!("{}{path}", self.url)).json(body).send();
            let answer = answer.await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.status());
        });
    }

    /// Everybody accepts.
    pub(crate) fn accept_all(&self) {
        self.post("/sandbox/accept", json!({}));
    }

    /// The audit log, the newest entries first.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.runtime.block_on(async {
            let request = reqwest::Client::new().get(format!("{}/v1/admin/audit-logs?limit=1000", self.url));
            request.bearer_auth(KEY).send().await.unwrap().json().await.unwrap()
        })
    }

    /// What stands beside the API.
    pub(crate) fn get(&self, path: &str) -> Value {
        self.runtime.block_on(async {
            let request = reqwest::Client::new().get(format!("{}{path}", self.url));
            request.send().await.unwrap().json().await.unwrap()
        })
    }

    /// Each request so far as `METHOD path status`, with identifiers left out.
    pub(crate) fn requests(&self) -> Vec<String> {
        let listed = self.get("/sandbox/requests");
        let line = |request: &Value| {
            let path = request["path"].as_str().unwrap().trim_start_matches("/v1/admin");
            let path: Vec<_> =
                path.split('/').map(|part| if part.len() == 36 { "ID" } else { part }).collect();
            format!("{} {} {}", request["method"].as_str().unwrap(), path.join("/"), request["status"])
        };
        listed.as_array().unwrap().iter().map(line).collect()
    }

    /// The requests that change something.
    pub(crate) fn writes(&self) -> Vec<String> {
        self.requests().into_iter().filter(|request| !request.starts_with("GET")).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A seed with these members and invitations.
pub(crate) fn seed(members: &[Value], invitations: &[Value]) -> Value {
    json!({
        "format_version": "1.0", "taken_at": "2026-01-01T00:00:00Z", "members": members, "invitations": invitations,
        "roles": null, "workspaces": [], "groups": [],
    })
}

/// A snapshot that doesn't say when it was taken: what is said of its age changes from day to day.
pub(crate) fn undated(seed: &Value) -> String {
    with(seed.clone(), json!({ "taken_at": null })).to_string()
}

/// A live member: number for the identifier, address, letters of roles, seats.
pub(crate) fn member(number: u32, email: &str, roles: &[&str], seats: &[&str]) -> Value {
    json!({
        "uuid": uuid(number), "oid_id": null, "name": null, "email": email, "raw_roles": roles, "raw_role": roles[0],
        "subscription_types": seats, "created_at": "2026-01-01T00:00:00Z",
    })
}

/// A live invitation.
pub(crate) fn invitation(number: u32, email: &str, roles: &[&str], expired: bool) -> Value {
    let created_at = if expired { "2020-01-01T00:00:00Z" } else { "2999-01-01T00:00:00Z" };
    json!({
        "uuid": uuid(number), "email": email, "raw_roles": roles, "raw_role": roles[0], "expired": expired,
        "created_at": created_at, "workspace_uuids": [],
    })
}

/// The default workspace, and others of these names, numbered from 101 on.
pub(crate) fn workspaces(names: &[&str]) -> Value {
    let workspace = |number, name: &str, is_default| json!({ "uuid": uuid(number), "name": name, "description": null, "icon": null, "is_default": is_default });
    let others = (101..).zip(names).map(|(number, name)| workspace(number, name, false));
    std::iter::once(workspace(100, "General", true)).chain(others).collect()
}

/// A role in a workspace as seeds spell it.
pub(crate) fn spelled(role: &str) -> &str {
    match role {
        "workspace_admin" => "A",
        "workspace_contributor" => "M",
        "user" => "48436751-ee56-44bd-8a2d-712233977821",
        "dev" => "578584f1-4319-4c88-9948-38a5184483b6",
        custom => custom,
    }
}

/// Puts a member into workspaces, each a number and roles.
pub(crate) fn inside(mut member: Value, workspaces: &[(u32, &[&str])]) -> Value {
    let workspace = |(number, roles): &(u32, &[&str])| {
        let (name, is_default) = (format!("workspace {number}"), *number == 100);
        let roles: Vec<&str> = roles.iter().copied().map(spelled).collect();
        json!({ "uuid": uuid(*number), "name": name, "is_default": is_default, "raw_roles": roles, "raw_role": roles[0] })
    };
    member["workspaces"] = workspaces.iter().map(workspace).collect();
    member
}

/// A live group: number for the identifier, name, members.
pub(crate) fn group(number: u32, name: &str, members: &[u32]) -> Value {
    json!({
        "uuid": uuid(number), "name": name, "description": null, "externally_managed": false, "target_type": null,
        "organization_role": null, "parent_group_ids": [], "workspaces": [],
        "members": members.iter().copied().map(uuid).collect::<Vec<_>>(),
    })
}

/// An object with other fields.
pub(crate) fn with(mut object: Value, fields: Value) -> Value {
    object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    object
}

/// What a group gives in a workspace, as a seed lists it.
pub(crate) fn gives(workspace: u32, role: &str) -> Value {
    json!({ "workspace_uuid": uuid(workspace), "roles": [{ "name": role }] })
}

pub(crate) fn uuid(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}
