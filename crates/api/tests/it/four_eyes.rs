//! One person with many accounts is not two: every way to get hold of a second account, and of a payout run through it.

use model::access::{Membership, Right, Role};
use serde_json::{Value, json};

use crate::{
    payouts::{post_as, proposed, run_path},
    personas::{self, Persona::Operator},
    world::{PASSWORD, World},
};

/// An account of a payer, made by an operator over the API with this key: its id.
async fn made_by(world: &World, key: &str, name: &str, right: &str) -> String {
    let membership = json!({"role": "operator", "right": right});
    let email = format!("{name}@partners.example");
    let body = json!({"email": email, "name": name, "password": PASSWORD, "membership": membership});
    let made = post_as(world, key, "/api/v1/users", &body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// A key for an account, as its holder would make one after signing in.
async fn key_of(world: &World, user: &str) -> String {
    personas::key(world, user.parse().unwrap(), payer(world)).await
}

/// A key that somebody makes for himself with another.
async fn own_key(world: &World, key: &str) -> String {
    let made = post_as(world, key, "/api/v1/api_keys", &json!({"name": "own"})).await.expect(201);
    made["secret"].as_str().unwrap().to_owned()
}

fn payer(world: &World) -> Membership {
    Membership {
        network_id: world.ids.network.parse().unwrap(),
        role: Role::Operator,
        right: Right::Pay,
        advertisers: vec![],
        publishers: vec![],
    }
}

/// An account that whoever runs the machine made: its id and its key.
async fn independent(world: &World, name: &str) -> (String, String) {
    let (id, key) = personas::person(world, name, payer(world)).await;
    (id.to_string(), key)
}

async fn patch_as(world: &World, key: &str, user: &str, body: Value) {
    let request = world.request(Operator, "PATCH", &format!("/api/v1/users/{user}"), Some(&body));
    let (mut parts, body) = request.into_parts();
    parts.headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
    world.send(http::Request::from_parts(parts, body)).await.expect(200);
}

/// Whoever runs the machine gives the account to its person.
async fn handed_over(world: &World, user: &str) {
    let id = user.parse().unwrap();
    let command = app::command::Command::system("user.reset_password", payer(world).network_id);
    let done = app::command::run(
        &world.app,
        command,
        move |change| {
            let hash = format!("drawn at {}", change.now);
            app::people::users::update(change, id, &mut |user| {
                Ok(model::parties::User { password_hash: hash.clone(), ..user })
            })
        },
        |user| app::command::Answer::new(200, json!(user.id)),
    );
    done.await.unwrap();
    world.clock.advance_micros(1_000);
}

/// Whether this key approves the run, looked at without doing it.
async fn approves(world: &World, key: &str, run: &Value) -> bool {
    let path = format!("{}?dry_run=true", run_path(run, "approve"));
    let reply = post_as(world, key, &path, &json!({})).await;
    if reply.status == 200 {
        return true;
    }
    assert_eq!(reply.refused(409), "second_person_needed");
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_one_person_are_not_two_people() {
    for world in World::on_both().await {
        let run = proposed(&world).await;
        let operator = world.key(Operator).to_owned();
        let (_, second) = independent(&world, "second").await;
        assert!(approves(&world, &second, &run).await, "somebody whom nobody held");

        // The proposer makes an account, and that one another.
        let b = made_by(&world, &operator, "b", "pay").await;
        let b_key = key_of(&world, &b).await;
        let c = made_by(&world, &b_key, "c", "pay").await;
        let c_key = key_of(&world, &c).await;
        assert!(!approves(&world, &b_key, &run).await, "the proposer knows its password");
        assert!(!approves(&world, &c_key, &run).await, "through another account");

        // Two accounts of a third one: one proposes, the other approves, and their maker as well.
        let body = json!({"method": "other", "currency": "USD"});
        let of_b = post_as(&world, &b_key, "/api/v1/payout_runs", &body).await.expect(201);
        assert!(!approves(&world, &c_key, &of_b).await && !approves(&world, &operator, &of_b).await);
        let d = made_by(&world, &operator, "d", "pay").await;
        assert!(!approves(&world, &key_of(&world, &d).await, &of_b).await, "both are of the operator");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sets_a_password_an_address_or_rights_holds_the_account() {
    let world = World::new().await;
    let run = proposed(&world).await;
    let operator = world.key(Operator).to_owned();
    let pay = json!({"role": "operator", "right": "pay"});
    let changes = [
        ("password", json!({"password": PASSWORD}), false),
        ("email", json!({"email": "mine@partners.example"}), false),
        ("name", json!({"name": "Other"}), true),
        ("status", json!({"status": "active"}), true),
        ("rights that it had", json!({"membership": pay}), true),
    ];
    for (number, (what, change, approves_still)) in changes.into_iter().enumerate() {
        let (id, key) = independent(&world, &format!("person-{number}")).await;
        patch_as(&world, &operator, &id, change).await;
        assert_eq!(approves(&world, &key, &run).await, approves_still, "{what}");
    }
    // A link that sets the password is as good as a password, also before anybody used it.
    let (id, key) = independent(&world, "forgetful").await;
    assert!(approves(&world, &key, &run).await);
    world.post(Operator, &format!("/api/v1/users/{id}/reset_password"), json!({})).await.expect(201);
    assert!(!approves(&world, &key, &run).await, "a link");
    // Somebody who could only look is made the second person.
    let reader = Membership { right: Right::Read, ..payer(&world) };
    let (id, _) = personas::person(&world, "looker", reader).await;
    patch_as(&world, &operator, &id.to_string(), json!({"membership": pay})).await;
    assert!(!approves(&world, &key_of(&world, &id.to_string()).await, &run).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_runs_the_machine_sets_an_account_free_and_old_keys_bind_it() {
    let world = World::new().await;
    let run = proposed(&world).await;
    let operator = world.key(Operator).to_owned();
    let b = made_by(&world, &operator, "b", "pay").await;
    let old = own_key(&world, &key_of(&world, &b).await).await;
    // A new password of his own proves nothing: the first one may have set it.
    let b_key = key_of(&world, &b).await;
    handed_over(&world, &b).await;
    let fresh = key_of(&world, &b).await;
    assert!(!approves(&world, &fresh, &run).await, "keys from before still work");
    let keys = world.get(Operator, "/api/v1/api_keys?limit=100").await.expect(200);
    for id in all_but_newest(&keys, &b) {
        world.post(Operator, &format!("/api/v1/api_keys/{id}/revoke"), json!({})).await.expect(200);
    }
    assert!(approves(&world, &fresh, &run).await, "it is its person's now");
    for key in [&b_key, &old] {
        assert_eq!(post_as(&world, key, &run_path(&run, "approve"), &json!({})).await.status, 401);
    }
    // Held again, by a key of the same person this time.
    patch_as(&world, &own_key(&world, &operator).await, &b, json!({"password": PASSWORD})).await;
    assert!(!approves(&world, &fresh, &run).await);
}

/// The keys of an account except the newest, which was made after it was handed over.
fn all_but_newest(keys: &Value, user: &str) -> Vec<String> {
    let own = keys["items"].as_array().unwrap().iter().filter(|key| key["user_id"] == user);
    own.skip(1).map(|key| key["id"].as_str().unwrap().to_owned()).collect()
}

/// The statements of the migration that take over what the audit log knows.
fn backfill() -> Vec<&'static str> {
    let migration = include_str!("../../../store/migrations/0010_hands.sql");
    migration.split(';').filter_map(|statement| Some(&statement[statement.find("INSERT INTO")?..])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_from_before_are_known_from_the_audit_log() {
    for world in World::on_both().await {
        let run = proposed(&world).await;
        let operator = world.key(Operator).to_owned();
        let made = made_by(&world, &operator, "made", "pay").await;
        let (changed, changed_key) = independent(&world, "changed").await;
        patch_as(&world, &operator, &changed, json!({"password": PASSWORD})).await;
        let (renamed, renamed_key) = independent(&world, "renamed").await;
        patch_as(&world, &operator, &renamed, json!({"name": "Other"})).await;
        let freed = made_by(&world, &operator, "freed", "pay").await;
        handed_over(&world, &freed).await;
        // As it was before there was a table.
        let again = world.app.store.write("forget", move |tx| -> Result<(), app::errors::Refusal> {
            tx.execute("DELETE FROM user_hands", &[])?;
            backfill().into_iter().try_for_each(|sql| Ok(tx.execute(sql, &[]).map(drop)?))
        });
        again.await.unwrap();
        assert!(!approves(&world, &key_of(&world, &made).await, &run).await);
        assert!(!approves(&world, &changed_key, &run).await);
        assert!(approves(&world, &renamed_key, &run).await);
        assert!(approves(&world, &key_of(&world, &freed).await, &run).await);
    }
}
