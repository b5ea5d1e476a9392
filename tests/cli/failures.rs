//! What goes wrong outside: each failure has its message, its way on and its exit status, and no output holds the key.

use super::breaker::end;
use super::harness::{KEY, Run, Server, World, member, run, seed};
use serde_json::json;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};

const CONFIG: &str =
    "version: 1\nmembers:\n  admin@sandbox.example: { roles: [admin] }\n  new@acme.example:\n";

/// Status and output, without the sandbox's port and without which of the first requests failed first.
fn shown(run: &Run, server: &Server) -> String {
    let port = server.url().rsplit(':').next().unwrap();
    let first = ["/users", "/roles", "/workspaces", "/user-groups", "/audit-logs", "/api-keys"];
    let stderr = first.iter().fold(run.stderr.replace(port, "PORT"), |text, path| text.replace(path, "/ONE"));
    format!("exit status {}\n{}{stderr}", run.status, run.stdout)
}

#[test]
fn every_failure_says_what_to_do() {
    let (world, server) = (World::new(CONFIG), Server::start(&[]));
    let admin = format!("{}/v1/admin", server.url());
    let https = admin.replace("http:", "https:");
    let plan = |env: &[(&str, &str)]| shown(&run(world.path(), &["plan"], env), &server);
    let key = ("MISTRAL_ADMIN_API_KEY", KEY);
    let cases = [
        ("no key", plan(&[("ORGSYNC_API_URL", &admin)])),
        ("an empty key", plan(&[("ORGSYNC_API_URL", &admin), ("MISTRAL_ADMIN_API_KEY", "")])),
        ("a short key", plan(&[("ORGSYNC_API_URL", &admin), ("MISTRAL_ADMIN_API_KEY", "abc")])),
        ("a refused key", plan(&[("ORGSYNC_API_URL", &admin), ("MISTRAL_ADMIN_API_KEY", "wrong-key-1234")])),
        ("a wrong base", plan(&[("ORGSYNC_API_URL", server.url()), key])),
        ("no encryption", plan(&[("ORGSYNC_API_URL", "http://acme.example/v1/admin"), key])),
        ("a password in the URL", plan(&[("ORGSYNC_API_URL", "https://me:hunter2@acme.example"), key])),
        ("nobody listens", plan(&[("ORGSYNC_API_URL", "http://127.0.0.1:1/v1/admin"), key])),
        ("no TLS there", plan(&[("ORGSYNC_API_URL", &https), key])),
    ];
    let text: Vec<_> = cases.iter().map(|(name, shown)| format!("## {name}\n{shown}")).collect();
    insta::assert_snapshot!("failures", text.join("\n"));
}

#[test]
fn wrong_usage_is_64_and_suggests_what_was_meant() {
    let world = World::new(CONFIG);
    let cases = [
        &["plna"][..],
        &["plan", "--formt", "json"],
        &["plan", "--format", "jsn"],
        &["apply", "-x"],
        &["validate", "--stdin-filename", "orgsync.yaml"],
        &["plan", "--config", "-"],
        &["validate", "--config", ""],
        &["snapshot", "--out", "-"],
        &["plan", "--allow-removals", "member=1"],
        &["sandbox", "--purchased", "le_chta=1"],
        &["plan", "--api-url", "https://acme.example/v1/admin", "--sandbox", "seed.json"],
        &["plan", "--api-url", "https://acme.example/v1/admin", "--live", "live.json"],
    ];
    insta::assert_snapshot!("usage", usage(&world, &cases));
}

/// What wrong command lines are told. Each ends with what to do.
fn usage(world: &World, cases: &[&[&str]]) -> String {
    let told = |args: &&[&str]| {
        let run = world.run(args);
        let last = run.stderr.lines().last().unwrap_or_default();
        let way_on = last.contains("'--help'") || last.starts_with("  help: ");
        assert!(run.status == 64 && run.stdout.is_empty() && way_on, "{args:?}: {run:?}");
        format!(
            "## {}\n{}",
            args.join(" "),
            run.stderr.replace("\n\nFor more information, try '--help'.", "")
        )
    };
    cases.iter().map(told).collect::<Vec<_>>().join("\n")
}

#[test]
fn words_of_other_tools_lead_to_what_is_meant() {
    let world = World::new(CONFIG);
    world.write("live.json", "{}");
    let cases = [
        &["dry-run"][..],
        &["diff"],
        &["preview"],
        &["lint"],
        &["check"],
        &["import"],
        &["sync"],
        &["serve"],
        &["version"],
        &["help", "diff"],
        &["plan", "--dry-run"],
        &["apply", "--dry-run"],
        &["apply", "--auto-approve"],
        &["apply", "--plan", "plan.json"],
        &["plan", "--yes"],
        &["plan", "--auto-approve"],
        &["plan", "--json"],
        &["--json", "plan"],
        &["list"],
        &["login"],
        &["invite"],
        &["destroy"],
        &["fmt"],
        &["refresh"],
        &["plan", "--target", "ada@acme.example"],
        &["plan", "-input=false"],
        &["plan", "-config=acme"],
        &["plan", "-chdir=acme"],
        &["plan", "-var", "a=b"],
        &["apply", "-yes"],
        &["apply", "--prune"],
        &["--verbose", "plan"],
        &["plan", "--version"],
        &["apply", "--output", "json"],
        &["plan", "-o", "plan.json"],
        &["export", "-o", "acme"],
        &["schema", "-o", "schema.json"],
        &["plan", "-f", "orgsync.yaml"],
        &["plan", "--api-key", "key"],
        &["plan", "--url", "http://127.0.0.1:1"],
        &["plan", "--no-color"],
        &["plan", "--parallelism", "3"],
        &["validate", "--live", "live.json"],
        &["sandbox", "--port", "4242"],
        &["apply", "-auto-approve"],
        &["plan", "-detailed-exitcode"],
        &["plan", "-out=plan.json"],
        &["plan", "-refresh-only"],
        &["apply", "--doit"],
        &["apply", "--allow-destroy"],
        &["plan", "--against", "main"],
        &["plan", "--since", "main"],
        &["plan", "--min-admins", "2"],
    ];
    insta::assert_snapshot!("words_of_others", usage(&world, &cases));
}

#[test]
fn a_file_in_the_wrong_place_leads_to_its_option() {
    let world = World::new(CONFIG);
    std::fs::create_dir(world.path().join("acme")).unwrap();
    world.write("live.json", "{}");
    let cases = [
        &["plan", "orgsync.yaml"][..],
        &["plan", "acme"],
        &["plan", "live.json"],
        &["validate", "orgsync.yaml"],
        &["export", "acme/"],
        &["sandbox", "live.json"],
        &["apply", "--yes", "orgsync.yaml"],
        &["apply", "--yes", "acme"],
        &["plan", "somewhere"],
    ];
    insta::assert_snapshot!("files_in_wrong_places", usage(&world, &cases));
}

#[test]
fn every_failure_on_this_machine_says_what_to_do() {
    let world = World::new(CONFIG);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    world.write("not.json", "{");
    world.write("future.json", r#"{"format_version": "2.0", "members": []}"#);
    world.write("key", "two words");
    world.write("short", "abc\n");
    let cases = [
        &["plan", "--api-key-file", "absent"][..],
        &["plan", "--api-key-file", "."],
        &["plan", "--api-key-file", "key"],
        &["plan", "--api-key-file", "short"],
        &["plan", "--live", "absent.json"],
        &["plan", "--live", "not.json"],
        &["plan", "--live", "future.json"],
        &["plan", "--sandbox", "absent.json"],
        &["plan", "--sandbox", "not.json"],
        &["plan", "--sandbox", "future.json"],
        &["sandbox", "--listen", taken.as_str()],
        &["sandbox", "--listen", "192.0.2.1:4242"],
        &["sandbox", "--listen", "4242"],
        &["sandbox", "--api-key", "abc"],
        &["sandbox", "--state", "not.json"],
        &["sandbox", "--state", "absent/state.json"],
        &["sandbox", "--faults", "{"],
        &["sandbox", "--faults", "absent.json"],
        &["apply", "--yes", "absent.json"],
        &["apply", "--yes", "not.json"],
        &["apply"],
        &["export", "--live", "not.json", "--out", "not.json"],
        &["man", "--out", "not.json"],
        &["explain", "ada"],
    ];
    let told = |args: &&[&str]| {
        let run = world.run(args);
        let last = run.stderr.lines().last().unwrap_or_default();
        assert!(run.stdout.is_empty(), "{args:?}: {run:?}");
        assert!(last.starts_with("  help: ") || last.contains("'--help'"), "{args:?}: {run:?}");
        let text = format!("## {}\nexit status {}\n{}", args.join(" "), run.status, run.stderr);
        // The name of a file beside is made up by each run.
        let text = match text.split_once(" at path \"") {
            Some((before, after)) => {
                let after = after.split_once('"').map_or("", |(_, after)| after);
                format!("{before}{after}")
            }
            None => text,
        };
        text.replace(&taken, "ADDRESS")
    };
    insta::assert_snapshot!("failures_here", cases.iter().map(told).collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_variable_for_the_address_may_be_set_where_an_embedded_sandbox_is_used() {
    let world = World::new(CONFIG);
    let admin = super::harness::member(1, "admin@sandbox.example", &["A"], &[]);
    world.write("seed.json", &super::harness::seed(&[admin], &[]).to_string());
    let plan = ["plan", "--sandbox", "seed.json"];
    let run = run(world.path(), &plan, &[("ORGSYNC_API_URL", "http://127.0.0.1:1/v1/admin")]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
}

#[test]
fn the_key_is_in_no_output_at_any_log_level() {
    let (world, server) = (World::new(CONFIG), Server::start(&[]));
    let [url, (_, key)] = server.env();
    world.write("key", key);
    for level in ["error", "info", "debug", "trace"] {
        for args in [
            &["plan"][..],
            &["plan", "--format", "json"],
            &["apply", "--yes"],
            &["plan", "--api-key-file", "key"],
        ] {
            let run = run(world.path(), args, &[url, ("MISTRAL_ADMIN_API_KEY", key), ("ORGSYNC_LOG", level)]);
            assert_eq!(run.status, 0, "{}", run.stderr);
            assert!(
                !run.stdout.contains(key) && !run.stderr.contains(key),
                "{level} {args:?}: {}",
                run.stderr
            );
            assert_eq!(
                run.stderr.contains("status=200"),
                matches!(level, "debug" | "trace"),
                "the log is on"
            );
        }
    }
}

#[test]
fn the_key_is_not_shown_either_where_a_configuration_file_holds_it() {
    let world =
        World::new("version: 1\ninclude: [key.txt]\nmembers:\n  ada@acme.example: { roles: [admin] }\n");
    world.write("key.txt", KEY);
    let variable = [("MISTRAL_ADMIN_API_KEY", KEY)];
    let mut shown = String::new();
    for (args, env) in [
        (&["validate"][..], &variable[..]),
        (&["plan"], &variable),
        (&["plan", "--api-key-file", "key.txt"], &[]),
        (&["validate", "--config", "/proc/self/environ"], &variable),
    ] {
        let run = run(world.path(), args, env);
        assert_eq!(run.status, 3, "{args:?}: {}", run.stderr);
        assert!(
            !run.stdout.contains(KEY) && !run.stderr.contains(KEY),
            "{args:?}: {}{}",
            run.stdout,
            run.stderr
        );
        shown = format!("{}{}", run.stdout, run.stderr);
    }
    // Refused as what it is, also where a variable holds something else that is secret.
    assert!(!cfg!(target_os = "linux") || shown.contains("it is a system file"), "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_nobody_could_read_is_a_failure_and_no_change() {
    let world = World::new(CONFIG);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    world.write(
        "seed.json",
        &super::harness::seed(&[super::harness::member(1, "admin@sandbox.example", &["A"], &[])], &[])
            .to_string(),
    );
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_orgsync"))
        .current_dir(world.path())
        .args(["plan", "--detailed-exitcode", "--sandbox", "seed.json"])
        .env_clear()
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @r"
    error: the result can't be written: No space left on device (os error 28)
      help: free disk space, or redirect the output, and run it again
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    let world = World::new(CONFIG);
    let admin = super::harness::member(1, "admin@sandbox.example", &["A"], &[]);
    world.write("seed.json", &super::harness::seed(&[admin], &[]).to_string());
    let run = world.run(&["snapshot", "--sandbox", "seed.json", "--out", "/dev/full"]);
    assert!(std::fs::metadata("/dev/full").unwrap().file_type().is_char_device());
    assert_eq!(run.status, 1);
    insta::assert_snapshot!(run.stderr, @r"
    error: `/dev/full` can't be written: No space left on device (os error 28)
      help: free disk space, or name a file in a writable folder
    ");
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_warned_about() {
    use std::os::unix::fs::PermissionsExt as _;

    let (world, server) = (World::new(CONFIG), Server::start(&[]));
    world.write("key", &format!("{KEY}\n"));
    let stderr = |mode| {
        let file = world.path().join("key");
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
        let [url, _] = server.env();
        let run = run(world.path(), &["plan", "--api-key-file", "key"], &[url]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stderr
    };
    assert_eq!(stderr(0o600), "");
    insta::assert_snapshot!(stderr(0o644), @"warning: the key file `key` can be read or changed by other users (mode 644); run `chmod 600` on it");
}

/// Runs a command with a limit of file descriptors.
#[cfg(unix)]
fn limited(limit: usize, world: &World, env: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", r#"ulimit -n "$0"; exec "$@""#, &limit.to_string(), env!("CARGO_BIN_EXE_orgsync")]);
    command.args(args).current_dir(world.path()).env_clear();
    command.env("XDG_STATE_HOME", world.path().join("state")).envs(env.iter().copied());
    let run =
        end(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    assert!(!run.stderr.contains("panicked"), "{limit}: {}", run.shown());
    run
}

/// Libraries panic where they get no file descriptor.
#[cfg(unix)]
#[test]
fn too_few_file_descriptors_are_told() {
    let (world, server) = (World::new(CONFIG), Server::start(&[]));
    world.write("seed.json", &seed(&[member(1, "admin@sandbox.example", &["A"], &[])], &[]).to_string());
    let mut told = BTreeSet::new();
    for limit in [4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 40, 60] {
        for args in [&["plan"][..], &["apply", "--yes", "--sandbox", "seed.json"], &["sandbox"]] {
            let run = limited(limit, &world, &server.env(), args);
            assert_eq!(run.status, 1, "{limit}: {}", run.shown());
            told.insert(run.stderr);
        }
        let run = limited(limit, &world, &[], &["validate"]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{limit}");
    }
    insta::assert_snapshot!(told.into_iter().collect::<String>(), @r"
    error: orgsync needs 64 free file descriptors: Too many open files (os error 24)
      help: raise the limit, as in `ulimit -n 1024`, and run it again
    ");
}

/// More connections at a time than the system allows, all of them slow.
#[cfg(unix)]
#[test]
fn a_connection_without_a_file_descriptor_is_told() {
    let address = |number: u32| format!("p{number}@acme.example");
    let admin = member(1, "admin@sandbox.example", &["A"], &[]);
    let members: Vec<_> =
        std::iter::once(admin).chain((2..150).map(|n| member(n, &address(n), &["M"], &[]))).collect();
    let removed: Vec<_> = (2..150).map(address).collect();
    let world = World::new(&format!(
        "version: 1\npolicy: {{ max_removals: 100% }}\nmembers:\n  admin@sandbox.example: {{ roles: [admin] }}\nremoved: [{}]\n",
        removed.join(", ")
    ));
    let server = Server::seeded(&seed(&members, &[]), &[]);
    let slow = json!({ "kind": "latency", "ms": 9000, "methods": ["DELETE"] });
    server.post("/sandbox/faults", json!({ "rules": [slow] }));
    let run = limited(80, &world, &server.env(), &["apply", "--yes", "--concurrency", "256"]);
    assert_eq!(run.status, 1, "{}", run.shown());
    let told = run.stdout.lines().find(|line| line.contains("too many files are open"));
    assert!(told.is_some(), "{}", run.shown());
}
