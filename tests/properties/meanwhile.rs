//! Somebody else changes the organization while a plan waits for its answer, or while it is carried out.

use crate::found::{member, person, world};
use crate::served::{HTTP, RUNTIME, Served};
use crate::world::{ADMIN, MEMBER, World};
use orgsync::apply::{Options, Report, Revalidation, apply};
use orgsync::check::check;
use orgsync::model::Allowance;
use orgsync::plan::plan;
use orgsync::plan_file::PlanContext;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Bob is to be no admin any more. When that has been planned, `who` loses the role by hand.
fn after_a_minute(who: &str) -> (Report, usize) {
    let (mut config, mut org) = world(vec![person("bob", MEMBER), person("cyd", ADMIN)]);
    config.min_admins = 2;
    org.members.extend([member("bob", ADMIN, 0), member("cyd", ADMIN, 0)]);
    let who = org.members.iter().find(|member| member.email.as_deref() == Some(who)).unwrap().id;
    let (desired, _) = config.load();
    RUNTIME.block_on(async {
        let served = Served::start(&World { org, config, luck: 0 }, BTreeMap::new()).await;
        let live = served.live().await;
        let approved = check(plan(&desired, &live), &desired, &Allowance::default()).approve().unwrap();
        let url = format!("{}/v1/admin/users/{who}", served.sandbox.url());
        let demotion = HTTP.patch(url).bearer_auth("sandbox-key").json(&json!({ "role_names": ["member"] }));
        demotion.send().await.unwrap().error_for_status().unwrap();

        let whole = PlanContext { actions: &approved.plan().actions, deleted: &BTreeSet::new() };
        let read = Instant::now().checked_sub(Duration::from_secs(61)).unwrap();
        let revalidation = Some(Revalidation { whole, read, always: false });
        let options = Options { watch: &|_| {}, settle: Duration::ZERO, revalidation };
        let report = apply(&approved, &served.client, &options).await;
        let moments: Vec<serde_json::Value> = HTTP
            .get(format!("{}/sandbox/moments", served.sandbox.url()))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        (report, moments.iter().map(|moment| moment["admins"].as_u64().unwrap()).min().unwrap() as usize)
    })
}

#[test]
fn nobody_is_demoted_when_another_admin_has_gone_since() {
    let (report, fewest) = after_a_minute("cyd@acme.example");
    let reason = report.outcomes[0].reason.as_deref().unwrap_or_default();
    assert!(reason.starts_with("too few admins would remain (1 of at least 2):"), "{reason}");
    assert_eq!(fewest, 2);
}

#[test]
fn what_has_been_done_since_is_not_done_again() {
    let (report, fewest) = after_a_minute("bob@acme.example");
    assert_eq!(report.outcomes[0].reason.as_deref(), Some("it was already as planned"));
    assert_eq!(fewest, 2);
}
