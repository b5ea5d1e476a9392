//! The key, in every command and every situation: it is in no output, no log and no file, and goes to no other host.
//!
//! [`COMMANDS`] and [`situations`] say what is covered. That nothing holds the key is asserted by the harness, of each
//! run in this whole suite: of what it says, of journals and locks, and at the end of each world of all its files.

use super::harness::{KEY, Server, World, member, run, seed};
use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const CONFIG: &str = "
version: 1
seats: { le_chat: { purchased: 9 } }
members:
  ada@acme.example: { roles: [admin] }
  new@acme.example: { seats: [le_chat] }
";

/// Every command that is given the key, in each of its forms.
const COMMANDS: [&[&str]; 17] = [
    &["validate"],
    &["plan"],
    &["plan", "--verbose", "--out", "plan.json"],
    &["plan", "--format", "json"],
    &["apply", "saved.json", "--yes"],
    &["apply", "--yes", "--journal", "journal"],
    &["apply", "--yes", "--format", "json"],
    &["members", "ada"],
    &["members", "--format", "csv"],
    &["seats"],
    &["seats", "--format", "json"],
    &["explain", "ada@acme.example"],
    &["explain", "ada@acme.example", "--format", "json"],
    &["export"],
    &["export", "--out", "exported/"],
    &["snapshot"],
    &["snapshot", "--out", "snapshot.json"],
];

/// A server that answers each request with what `answer` makes of its path and headers, and counts requests.
struct Fake {
    url: String,
    asked: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl Fake {
    fn serve(answer: impl Fn(&str, &HeaderMap) -> Response + Clone + Send + Sync + 'static) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let handle = move |uri: Uri, headers: HeaderMap| {
            count.fetch_add(1, Ordering::SeqCst);
            let response = answer(uri.path(), &headers);
            async move { response }
        };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/v1/admin", listener.local_addr().unwrap());
        runtime.spawn(async move { axum::serve(listener, Router::new().fallback(handle)).await });
        Self { url, asked, _runtime: runtime }
    }

    /// Answers with this status and a message that repeats the key as servers do.
    fn refusing(status: u16) -> Self {
        Self::serve(move |_, headers| {
            let key = headers["authorization"].to_str().unwrap();
            let body = match status {
                422 => json!({ "detail": [{ "loc": ["header", key], "msg": format!("no key: {key}") }] }),
                _ => json!({ "object": "error", "message": format!("no such key: {key}"), "key": key }),
            };
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// An organization in which everything is called as the key is.
fn called_as_the_key(path: &str) -> Response {
    let member = |number, email, name: &str| {
        let mut member = member(number, email, &["A"], &["CHAT"]);
        member["name"] = json!(name);
        member
    };
    let mut nameless = member(2, "x", KEY);
    nameless["email"] = Value::Null;
    let place = |extra: Value| {
        let mut place = json!({ "uuid": super::harness::uuid(7), "name": KEY, "description": KEY });
        place.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        place
    };
    let items = |items: Value| json!({ "items": items, "total": 1, "page": 1, "page_size": 100 });
    let body = match path.trim_start_matches("/v1/admin/") {
        "users" => json!({
            "members": [member(1, "ada@acme.example", KEY), nameless], "invites": [], "total": 2, "page": 1,
            "page_size": 100,
        }),
        "roles" => json!({ "workspace_roles": [], "organization_roles": [] }),
        "workspaces" => items(json!([place(json!({ "icon": null, "is_default": false }))])),
        "user-groups" => items(json!([place(json!({ "externally_managed": false }))])),
        "audit-logs" => json!([]),
        "api-keys" => json!({ "keys": [] }),
        "users-invite" => json!({
            "invalid_emails": ["new@acme.example", KEY], "already_members": [KEY], "invited_members_count": 0,
        }),
        _ => json!({ "items": [], "members": [], "total": 0, "page": 1, "page_size": 100 }),
    };
    axum::Json(body).into_response()
}

/// A base URL, the statuses with which commands may end there, and what their output must tell where they fail, to show
/// that they came that far.
struct Situation {
    name: &'static str,
    url: String,
    key: &'static str,
    statuses: &'static [i32],
    told: &'static str,
}

fn situations(
    server: &Server,
    fakes: &[(&'static str, Fake, &'static [i32], &'static str)],
) -> Vec<Situation> {
    let [(_, admin), _] = server.env();
    let base = server.url();
    let here =
        |name, url: &str, told| Situation { name, url: url.to_owned(), key: KEY, statuses: &[1], told };
    let never = |name, url: &str, told| Situation { statuses: &[64], ..here(name, url, told) };
    let mut all = vec![
        Situation { statuses: &[0], ..here("success", admin, "") },
        Situation { key: "test-key-9f3a6c1e-of-others", ..here("a wrong key", admin, "refused the key") },
        Situation {
            key: "test-key-9f3a6c1e \u{fc}",
            ..here("a key that is none", admin, "not visible ASCII")
        },
        here("a wrong base URL", base, "no Admin API at this address"),
        never("no encryption", "http://acme.example/v1/admin", "is sent unencrypted"),
        never("no encryption, and a name that looks local", "http://localhost.acme.example/", "unencrypted"),
        never("the key in the URL", &format!("https://{KEY}@acme.example/"), "user name or password"),
        never("the key in the query", &format!("{admin}?key={KEY}"), "no `?`"),
    ];
    let of = |(name, fake, statuses, told): &(&'static str, Fake, &'static [i32], &'static str)| Situation {
        statuses,
        ..here(name, &fake.url, told)
    };
    all.extend(fakes.iter().map(of));
    all
}

#[test]
fn no_command_shows_or_keeps_the_key_in_any_situation() {
    let seeded = seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]);
    let elsewhere = Fake::serve(|_, _| StatusCode::OK.into_response());
    let to = elsewhere.url.clone();
    let redirecting = |status: u16, to: String| {
        Fake::serve(move |path, _| {
            let to = format!("{to}{}?key={KEY}", path.trim_start_matches("/v1/admin"));
            (StatusCode::from_u16(status).unwrap(), [(header::LOCATION, to)]).into_response()
        })
    };
    let fakes = [
        ("refused with 400", Fake::refusing(400), &[1][..], "[key]"),
        ("refused with 401", Fake::refusing(401), &[1], "[key]"),
        ("refused with 403", Fake::refusing(403), &[1], "[key]"),
        ("refused with 404", Fake::refusing(404), &[1], "[key]"),
        ("refused with 422", Fake::refusing(422), &[1], "[key]"),
        (
            "a page that shows the key",
            Fake::serve(|_, headers| axum::response::Html(format!("<p>{headers:?} {KEY}")).into_response()),
            &[1],
            "text/html",
        ),
        (
            "the key where something else is expected",
            Fake::serve(|_, _| axum::Json(KEY).into_response()),
            &[1],
            "[key]",
        ),
        (
            "everything is called as the key is",
            Fake::serve(|path, _| called_as_the_key(path)),
            &[0, 1, 3],
            "",
        ),
        ("moved for good, to another host", redirecting(301, to.clone()), &[1], "does not follow"),
        ("moved, to another host", redirecting(302, to.clone()), &[1], "does not follow"),
        ("moved as it is, to another host", redirecting(307, to.clone()), &[1], "does not follow"),
        ("moved for good as it is, to another host", redirecting(308, to), &[1], "does not follow"),
        ("moved, here", redirecting(302, String::new()), &[1], "does not follow"),
    ];
    let server = Server::seeded(&seeded, &[]);
    // So that there is a plan to apply.
    let saved = World::new(CONFIG);
    assert_eq!(saved.run_on(&server, &["plan", "--out", "saved.json"]).status, 0);
    let plan = std::fs::read_to_string(saved.path().join("saved.json")).unwrap();
    for situation in situations(&server, &fakes) {
        let world = World::new(CONFIG);
        world.write("saved.json", &plan);
        for (number, args) in COMMANDS.iter().enumerate() {
            // Each level once in a while, the last one with everything that goes wrong.
            let level = ["trace", "debug", "error"][if situation.name == "success" { number % 3 } else { 0 }];
            let env = [
                ("ORGSYNC_API_URL", situation.url.as_str()),
                ("MISTRAL_ADMIN_API_KEY", situation.key),
                ("ORGSYNC_LOG", level),
            ];
            let run = run(world.path(), args, &env);
            let what = format!("{}: {args:?}: {}", situation.name, run.shown());
            assert!(!run.stdout.contains(situation.key) && !run.stderr.contains(situation.key), "{what}");
            assert!(!run.shown().contains("panicked"), "{what}");
            if args[0] == "validate" {
                assert_eq!(run.status, 0, "{what}");
                continue;
            }
            assert!(situation.statuses.contains(&run.status), "{what}");
            assert!(run.status == 0 || run.stderr.contains(situation.told), "{what}");
        }
    }
    assert_eq!(elsewhere.asked(), 0, "a redirect was followed");
    assert!(fakes.iter().all(|(_, fake, ..)| fake.asked() >= 10), "requests went elsewhere");
}

/// Trouble that may pass is waited out, which takes a while.
#[test]
fn trouble_that_may_pass_is_told_of_without_the_key() {
    let fakes = [429, 500, 503].map(Fake::refusing);
    let https = fakes[0].url.replace("http:", "https:");
    let urls = fakes.iter().map(|fake| fake.url.as_str()).chain(["http://127.0.0.1:1/v1/admin", &https]);
    for url in urls {
        let world = World::new(CONFIG);
        let env = [("ORGSYNC_API_URL", url), ("MISTRAL_ADMIN_API_KEY", KEY), ("ORGSYNC_LOG", "trace")];
        let run = run(world.path(), &["plan", "--timeout", "1s"], &env);
        assert_eq!(run.status, 1, "{}", run.shown());
    }
}

#[test]
fn a_key_that_is_given_where_something_else_is_asked_for_is_not_repeated() {
    let world = World::new(CONFIG);
    let variable = [("MISTRAL_ADMIN_API_KEY", KEY)];
    let with_value = format!("--format={KEY}");
    for (args, env, status) in [
        (&["plan", "--api-key-file", KEY][..], &[][..], 1),
        (&["plan", "--api-key-file", KEY], &variable, 1),
        (&["plan", KEY], &variable, 64),
        (&["plan", &with_value], &variable, 64),
        (&[KEY], &variable, 64),
        (&["apply", "--yes", KEY], &variable, 1),
        (&["explain", KEY], &variable, 64),
        (&["plan", "--config", KEY], &variable, 3),
        (&["plan", "--live", KEY], &variable, 1),
        (&["plan", "--sandbox", KEY], &variable, 1),
        (&["plan", "--api-url", KEY], &variable, 64),
        (&["snapshot", "--sandbox", KEY, "--out", KEY], &variable, 1),
        (&["sandbox", "--faults", KEY], &variable, 1),
    ] {
        let run = run(world.path(), args, env);
        assert_eq!(run.status, status, "{args:?}: {}", run.shown());
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}

/// Such as `<(vault read …)` gives: a pipe can be read once, and files are searched for the key, too.
#[cfg(unix)]
#[test]
fn the_key_can_come_through_a_pipe() {
    let world = World::new(CONFIG);
    let server = Server::seeded(&seed(&[member(1, "ada@acme.example", &["A"], &[])], &[]), &[]);
    let pipe = world.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (_, key) = server.env().into_iter().find(|(name, _)| *name == "MISTRAL_ADMIN_API_KEY").unwrap();
    let key = key.to_owned();
    let writer = {
        let pipe = pipe.clone();
        std::thread::spawn(move || std::fs::write(pipe, key).unwrap())
    };
    let env = server.env().into_iter().filter(|(name, _)| *name != "MISTRAL_ADMIN_API_KEY");
    let plan = run(world.path(), &["plan", "--api-key-file", "pipe"], &env.collect::<Vec<_>>());
    assert_eq!(plan.status, 0, "{}", plan.shown());
    writer.join().unwrap();
    std::fs::remove_file(pipe).unwrap();
}

/// It would stand in plans, in the names of journals and in logs.
#[test]
fn a_base_url_that_holds_the_key_is_wrong_usage() {
    let world = World::new(CONFIG);
    let url = format!("http://127.0.0.1:9/{KEY}/v1/admin");
    let plan = run(world.path(), &["plan", "--api-url", &url], &[("MISTRAL_ADMIN_API_KEY", KEY)]);
    assert_eq!(plan.status, 64, "{}", plan.shown());
    assert!(plan.stderr.starts_with("error: the base URL contains the Admin API key\n"), "{}", plan.stderr);
}
