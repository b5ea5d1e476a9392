//! `orgsync sandbox --faults`.

use super::harness::{Server, World};

const CONFIG: &str = "version: 1\nmembers:\n  admin@sandbox.example: { roles: [admin] }\n";

const FAULTS: &str =
    r#"{"rules": [{"kind": "server_error", "status": 503, "first": 1, "paths": ["/users"]}]}"#;

#[test]
fn faults_come_from_a_file_or_from_the_argument_itself() {
    let world = World::new(CONFIG);
    world.write("faults.json", FAULTS);
    let file = world.path().join("faults.json");
    for faults in [FAULTS, file.to_str().unwrap()] {
        let server = Server::start(&["--faults", faults]);
        let run = world.run_on(&server, &["plan"]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        let requests = server.requests();
        let failed = requests.iter().filter(|request| request.ends_with(" 503")).count();
        assert_eq!(failed, 1, "{requests:?}");
    }
}

#[test]
fn faults_that_cannot_be_used_are_refused_at_the_start() {
    let world = World::new(CONFIG);
    world.write("faults.json", r#"{"rules": [{"kind": "reset", "when": "now"}, {"kind": "latency"}]}"#);
    let cases = [
        ("absent.json", "the faults `absent.json` can't be read: No such file"),
        (".", "the faults `.` can't be read: it is not a regular file"),
        ("faults.json", "rules.0.when: Input should be one of 'before', 'after'; rules.1.ms: Field required"),
        ("{", "these are not valid fault rules: EOF while parsing"),
    ];
    for (faults, expected) in cases {
        let run = world.run(&["sandbox", "--faults", faults]);
        assert_eq!((run.status, run.stdout.as_str()), (1, ""), "{faults}");
        let told = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(expected), "{faults}: {told}");
    }
}
