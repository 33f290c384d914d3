//! Days with their Merkle roots: closed in time, proven to each party, and every change of the past found.

use app::{
    access::{Actor, Who},
    lifecycle::Extent,
    proof::{
        self, Proof, SignedRoot,
        check::{self, Against},
        days::GRACE_SECONDS,
    },
    verify::Invariant,
};
use model::{
    Clock, ConversionId, Day,
    access::{Membership, Right, Role},
    time::SECOND_US,
};
use serde_json::{Value, json};
use store::Store;

use crate::{
    both::on_both,
    world::{Plan, World, order_terms},
};

const DAY_SECONDS: i64 = 86_400;

impl World {
    async fn an_order(&self, order: &str) -> ConversionId {
        let click = self.click(0).await.click_id;
        self.decide(self.order(order, "100", &click)).await.conversion_id
    }

    /// Lets the clock stand this many seconds after the beginning of the next day.
    fn to_next_day(&self, seconds: i64) {
        let next = Day::of(self.clock.now()).next().start().plus_micros(seconds * SECOND_US);
        self.clock.advance_micros(next.micros_since(self.clock.now()));
    }

    async fn close(&self) -> u64 {
        proof::days::close_finished(&self.app).await.unwrap()
    }

    fn publisher_actor(&self, publisher: usize) -> Actor {
        let publishers = vec![self.links[publisher].publisher_id];
        let (role, right) = (Role::Publisher, Right::Read);
        let membership =
            Membership { network_id: self.network, role, right, advertisers: vec![], publishers };
        Actor { who: Who::System, membership }
    }

    async fn proof(&self, id: ConversionId, actor: Actor) -> Proof {
        let app = self.app.clone();
        self.write(move |tx| Ok(proof::proof_for(tx, &app, &actor, id).unwrap())).await
    }

    async fn roots(&self) -> Vec<SignedRoot> {
        let (app, actor) = (self.app.clone(), Actor::system(self.network));
        self.write(move |tx| Ok(proof::list_roots(tx, &app, &actor, None, 100).unwrap())).await
    }
}

async fn world(store: Store) -> World {
    let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
    World::build(store, Plan::publishers(2).default_terms(terms)).await
}

fn checked(proof: &Value, roots: &[SignedRoot]) -> check::Outcome {
    check::check(proof, &Against { public_key: None, roots: roots.to_vec() }).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_closed_an_hour_after_its_end() {
    on_both(closed_in_time).await;
}

async fn closed_in_time(store: Store) {
    let world = world(store).await;
    assert_eq!(world.close().await, 0, "nothing ever happened");
    let first = world.an_order("o-1").await;
    let first_day = Day::of(world.clock.now());
    world.to_next_day(GRACE_SECONDS - 1);
    assert_eq!(world.close().await, 0);
    // Written within the hour of grace, but on the next day.
    let second = world.an_order("o-2").await;
    assert_eq!(world.close().await, 1);
    assert_eq!(world.close().await, 0);

    // Two days pass in which nothing runs, and on the second nothing happens.
    world.approve(first).await.unwrap();
    world.to_next_day(0);
    world.to_next_day(GRACE_SECONDS);
    assert_eq!(world.close().await, 2);
    let roots = world.roots().await;
    let shown: Vec<(i64, u64)> =
        roots.iter().rev().map(|root| (root.record.day.days_since(first_day), root.record.leaves)).collect();
    assert_eq!(shown, [(0, 1), (1, 2), (2, 0)]);
    assert_eq!(roots[0].record.previous, roots[1].record_sha256);

    let proof = world.proof(first, Actor::system(world.network)).await;
    let days: Vec<i64> = proof.decisions.iter().map(|one| one.day.days_since(first_day)).collect();
    assert_eq!((days, proof.waiting.len()), (vec![0, 1], 0));
    world.reverse(second, Extent::Whole).await.unwrap();
    let proof = world.proof(second, Actor::system(world.network)).await;
    assert_eq!((proof.decisions.len(), proof.waiting), (1, vec![2]));
    world.assert_clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_party_can_prove_what_it_sees() {
    on_both(proven_to_each).await;
}

async fn proven_to_each(store: Store) {
    let world = world(store).await;
    let mut ids = Vec::new();
    for number in 0..9 {
        ids.push(world.an_order(&format!("o-{number}")).await);
    }
    world.approve(ids[4]).await.unwrap();
    world.to_next_day(GRACE_SECONDS);
    world.close().await;
    let roots = world.roots().await;
    for id in &ids {
        for actor in [Actor::system(world.network), world.publisher_actor(0)] {
            let proof = serde_json::to_value(world.proof(*id, actor).await).unwrap();
            let outcome = checked(&proof, &roots);
            assert_eq!((outcome.proven, outcome.problems), (true, vec![]), "{id}");
        }
    }
    // A publisher without a part in it is told nothing, and a proof shows him no more than his receipt.
    let (app, stranger, id) = (world.app.clone(), world.publisher_actor(1), ids[0]);
    let refused = world.write(move |tx| Ok(proof::proof_for(tx, &app, &stranger, id).err())).await;
    assert_eq!(refused.unwrap().code.word(), "not_found");
    let own = serde_json::to_string(&world.proof(ids[4], world.publisher_actor(0)).await).unwrap();
    assert!(!own.contains("texts") && !own.contains("\"order_id\""), "{own}");
    world.assert_clean().await;
}

/// What a forger does to a proof, and what the check says of it.
const FORGERIES: &[(&str, &str, &str)] = &[
    ("/receipt/document/conversion/reason", "\"other words\"", "the signature of the receipt is not good"),
    ("/receipt/document/decisions/0/state", "\"rejected\"", "does not say what the receipt says"),
    ("/receipt/signature/public_key", "\"AAAA\"", "its public key is none"),
    ("/decisions/0/leaf/state", "\"rejected\"", "does not say what the receipt says"),
    ("/decisions/0/place", "2", "its path does not lead to the root"),
    ("/decisions/0/path/0", "\"00\"", "something that is no hash"),
    ("/decisions/0/path", "[]", "its path does not lead to the root"),
    ("/decisions/0/day", "\"2020-01-01\"", "the record of its day is missing"),
    ("/roots/0/record/leaves", "4", "the signature of the record"),
    ("/roots/0/record/previous", "\"00\"", "has another hash"),
    ("/roots", "[]", "the record of its day is missing"),
    ("/decisions", "[]", "not once among the proven and the waiting"),
    ("/waiting", "[1]", "not once among the proven and the waiting"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_proof_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(store::Options::sqlite(folder.path().join("state.db"))).await.unwrap();
    store.migrate().await.unwrap();
    let world = world(store).await;
    for number in 0..5 {
        world.an_order(&format!("o-{number}")).await;
    }
    let id = world.an_order("o-9").await;
    world.to_next_day(GRACE_SECONDS);
    world.close().await;
    let (roots, good) = (world.roots().await, world.proof(id, Actor::system(world.network)).await);
    let good = serde_json::to_value(good).unwrap();
    assert!(checked(&good, &roots).proven);
    for (pointer, value, wanted) in FORGERIES {
        let mut forged = good.clone();
        *forged.pointer_mut(pointer).unwrap() = serde_json::from_str(value).unwrap();
        let outcome = checked(&forged, &[]);
        let said = outcome.problems.iter().any(|problem| problem.contains(wanted));
        assert!(!outcome.proven && said, "{pointer}: {:?}", outcome.problems);
    }
    // Good in itself, but neither by another key nor under other roots.
    let against = Against { public_key: Some("AAAA".to_owned()), roots: vec![] };
    assert!(!check::check(&good, &against).unwrap().proven);
    let mut rewritten = roots.clone();
    rewritten[0].record.leaves += 1;
    let outcome = checked(&good, &rewritten);
    assert!(outcome.problems.iter().any(|one| one.contains("is not the one that was kept")), "{outcome:?}");
    assert!(check::check(&json!({}), &Against::default()).is_err());
}

/// What an operator could do to the past, with everything that lies beside it made to fit.
const REWRITTEN: &[(&str, &str)] = &[
    (
        "a decision's hash",
        "UPDATE proof_leaves SET hash = (SELECT hash FROM proof_leaves ORDER BY hash DESC LIMIT 1)",
    ),
    ("a lost leaf", "DELETE FROM proof_leaves WHERE place = 1"),
    ("leaves that changed places", "UPDATE proof_leaves SET place = 10 - place"),
    ("a root", "UPDATE proof_roots SET root = previous WHERE leaves > 0"),
    ("a lost day", "DELETE FROM proof_roots WHERE leaves > 0"),
    ("a record's hash", "UPDATE proof_roots SET record_sha256 = root"),
    ("a decision's time", "UPDATE decisions SET at = at + 1 WHERE kind = 'approved'"),
];

#[tokio::test(flavor = "multi_thread")]
async fn whoever_rewrites_the_past_is_found() {
    on_both(rewritten).await;
}

async fn rewritten(store: Store) {
    let world = world(store).await;
    for number in 0..3 {
        let id = world.an_order(&format!("o-{number}")).await;
        world.approve(id).await.unwrap();
    }
    world.to_next_day(0);
    world.to_next_day(GRACE_SECONDS);
    assert_eq!(world.close().await, 2);
    world.assert_clean().await;
    for (what, sql) in REWRITTEN {
        let summary = world.damaged(sql).await;
        let named = summary.violations.iter().any(|one| one.invariant == Invariant::I9);
        assert!(named, "{what}: {:?}", summary.violations);
    }
    world.to_next_day(DAY_SECONDS / 2);
    world.assert_clean().await;
}
