//! What orgsync and the sandbox read from each other.

#![allow(clippy::unwrap_used, reason = "tests state their expectations by panicking")]

use jiff::Timestamp;
use mistral_admin_sandbox::Seed;
use orgsync::api::Snapshot;
use orgsync::model::Live;
use std::path::Path;

#[test]
fn the_state_file_of_a_sandbox_serves_as_a_snapshot() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme/sandbox.json");
    let text = fs_err::read_to_string(example).unwrap();
    let state = Seed::parse("sandbox.json", &text).unwrap().into_state(Timestamp::UNIX_EPOCH).unwrap();
    let before = Snapshot::read_live(text.as_bytes()).unwrap().live;
    let after = Snapshot::read_live(&state[..]).unwrap().live;
    let names = |live: &Live| live.members.iter().map(|member| member.label.clone()).collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after));
}
