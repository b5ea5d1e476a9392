//! What goes wrong outside: each failure has its message, its way on and its exit status, and no output holds the key.

use super::harness::{KEY, Run, Server, World, run};

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
        &["plan", "--allow-removals", "member=1"],
        &["sandbox", "--purchased", "le_chta=1"],
        &["plan", "--api-url", "https://acme.example/v1/admin", "--sandbox", "seed.json"],
        &["plan", "--api-url", "https://acme.example/v1/admin", "--live", "live.json"],
    ];
    let text: Vec<_> = cases
        .iter()
        .map(|args| {
            let run = world.run(args);
            format!("## {}\nexit status {}\n{}", args.join(" "), run.status, run.stderr)
        })
        .collect();
    insta::assert_snapshot!("usage", text.join("\n"));
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
    assert!(!cfg!(target_os = "linux") || shown.contains("it is a file of the system"), "{shown}");
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
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_orgsync"))
        .current_dir(world.path())
        .args(["plan", "--detailed-exitcode", "--sandbox", "seed.json"])
        .env_clear()
        .stdout(full)
        .stderr(std::process::Stdio::null())
        .status();
    assert_eq!(status.unwrap().code(), Some(1));
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
    insta::assert_snapshot!(stderr(0o644), @"warning: the key file `key` can be read by others than its owner (mode 644); `chmod 600` closes it");
}
