//! A world over real HTTP: the sandbox, a client of it, and what only a test may see.

use crate::world::{Config, PRODUCTS, World};
use mistral_admin_sandbox::{Product, Sandbox, Seed, Settings};
use orgsync::api::{ApiKey, Client};
use orgsync::apply::{Options, OutcomeKind, Report, Step, apply};
use orgsync::check::Approved;
use orgsync::model::{self, Live};
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

/// One runtime for all cases.
pub(crate) static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());

/// One client beside the Admin API for all cases.
pub(crate) static HTTP: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
});

pub(crate) struct Served {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

pub(crate) fn client(url: &str) -> Client {
    Client::new(format!("{url}/v1/admin").parse().unwrap(), &ApiKey::new("sandbox-key").unwrap()).unwrap()
}

/// What has been bought, as the sandbox takes it.
pub(crate) fn purchased(config: &Config) -> BTreeMap<Product, u32> {
    let bought = PRODUCTS.iter().zip(config.budgets);
    let product = |product| match product {
        model::Product::LeChat => Product::LeChat,
        model::Product::MistralCode => Product::MistralCode,
    };
    bought.filter_map(|((_, of), budget)| Some((product(*of), budget?.purchased))).collect()
}

impl Served {
    pub(crate) async fn start(world: &World, purchased: BTreeMap<Product, u32>) -> Self {
        Self::start_with(Seed::parse("seed.json", &world.org.seed()).unwrap(), purchased).await
    }

    pub(crate) async fn start_with(seed: Seed, purchased: BTreeMap<Product, u32>) -> Self {
        LazyLock::force(&HTTP);
        let settings = Settings { seed: Some(seed), purchased, ..Settings::default() };
        let sandbox = Sandbox::start(settings).await.unwrap();
        let client = client(&sandbox.url());
        Self { sandbox, client }
    }

    pub(crate) async fn live(&self) -> Live {
        let mut live = self.client.read_live().await.unwrap();
        // Worlds don't say when people were invited.
        live.invitations.iter_mut().for_each(|one| one.created_at = None);
        live.members.iter_mut().for_each(|one| one.created_at = None);
        live
    }

    /// Requests that were refused so far.
    pub(crate) async fn refused(&self) -> Vec<String> {
        let url = format!("{}/sandbox/requests", self.sandbox.url());
        let requests: Vec<Value> = HTTP.get(url).send().await.unwrap().json().await.unwrap();
        let refused = requests.iter().filter(|request| request["status"].as_u64().unwrap() >= 400);
        refused.map(Value::to_string).collect()
    }

    /// Chooses one of the two readings of the vendor's document: whoever accepts gets the seats of the invitation, or
    /// none.
    pub(crate) async fn choose_invited_seats(&self, luck: u64) {
        let seats = if luck.is_multiple_of(2) { "granted" } else { "not" };
        let url = format!("{}/sandbox/settings", self.sandbox.url());
        let answer = HTTP.post(url).json(&json!({"invited_seats": seats})).send().await.unwrap();
        assert!(answer.status().is_success());
    }

    pub(crate) async fn everybody_accepts(&self) {
        let url = format!("{}/sandbox/accept", self.sandbox.url());
        let answer = HTTP.post(url).json(&json!({"emails": []})).send().await.unwrap();
        assert!(answer.status().is_success());
    }
}

/// Applies, and holds what the caller was told meanwhile against the report.
pub(crate) async fn carry_out(approved: &Approved, client: &Client) -> Result<Report, TestCaseError> {
    let told = std::cell::RefCell::new(Vec::new());
    let watch = |step: Step<'_>| {
        if let Step::Ended(outcome) = step {
            told.borrow_mut().push(outcome.clone());
        }
    };
    let options = Options { watch: &watch, settle: Duration::ZERO, revalidation: None };
    let report = apply(approved, client, &options).await;
    let mut told = told.into_inner();
    told.sort_by_key(|outcome| outcome.action);
    proptest::prop_assert_eq!(&told, &report.outcomes);
    let ids: Vec<_> = approved.plan().actions.iter().map(orgsync::plan::Action::id).collect();
    let (planned, looked): (Vec<_>, Vec<_>) =
        report.outcomes.iter().enumerate().partition(|(at, _)| *at < ids.len());
    let reported: Vec<_> = planned.iter().map(|(_, outcome)| outcome.id.clone()).collect();
    proptest::prop_assert_eq!(ids, reported, "each action has one outcome, in the order of the plan");
    let hidden = &approved.plan().hidden_roles;
    let is_announced = |id: &str| hidden.iter().any(|one| one.removal_id() == id);
    let announced = looked.iter().all(|(_, one)| one.kind != OutcomeKind::Planned && is_announced(&one.id));
    proptest::prop_assert!(announced, "the plan names whom the second look is about: {:?}", looked);
    Ok(report)
}

/// A live organization without ids, in one order: two of them are alike when people have the same.
pub(crate) fn faces(live: &Live) -> Vec<String> {
    let members =
        live.members.iter().map(|one| format!("{:?} {:?} {:?}", one.email, one.access, one.locked_roles));
    let invitations = live.invitations.iter().map(|one| {
        format!("{:?} {:?} {:?} expired: {}", one.email, one.roles, one.locked_roles, one.expired)
    });
    let mut faces: Vec<String> = members.chain(invitations).collect();
    faces.sort();
    faces
}
