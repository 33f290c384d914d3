//! Who asks.

use app::{
    access::Actor,
    command::{self, Answer, Change, Command},
    configuration::networks,
    people::{
        keys::{self, NewKey},
        users,
    },
};
use model::{
    Currency, NetworkId, UserId,
    access::{Membership, Right, Role},
    calendar::Zone,
    parties::{Network, Status, UnknownConsent, User},
};
use serde_json::{Value, json};

use crate::world::{Ids, PASSWORD, World};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Persona {
    /// Nobody: no key.
    Anonymous,
    /// Runs the network, with every right.
    Operator,
    /// Acts for the advertiser, up to approving.
    Advertiser,
    /// Acts for the other advertiser.
    OtherAdvertiser,
    /// Acts for the publisher, up to proposing.
    Publisher,
    /// Acts for the publisher, up to approving.
    PublisherOwner,
    /// Acts for the other publisher.
    OtherPublisher,
    /// Runs the advertiser's programs, up to approving.
    Manager,
    /// Serves the advertiser and the publisher, up to proposing.
    Assistant,
    /// May only look, for the advertiser.
    Reader,
    /// Runs another network, with every right there.
    Foreigner,
}

/// The keys of the personas.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    secrets: Vec<(Persona, String)>,
}

impl Keys {
    /// The key of a persona.
    pub fn of(&self, who: Persona) -> Option<&str> {
        self.secrets.iter().find(|(persona, _)| *persona == who).map(|(_, secret)| secret.as_str())
    }
}

/// The body of a program of an advertiser.
pub fn program(advertiser: &str) -> Value {
    json!({
        "advertiser_id": advertiser, "name": "Flowers", "zone": "UTC",
        "actions": [{"name": "lead", "kind": "lead"}, {"name": "order", "kind": "order", "order_id_required": true}],
        "landing_pages": [{"url": "https://shop.example/?mcid={click_id}"}],
        "verified_hosts": ["shop.example", "*.shop.example"],
        "caps": [{"metric": "conversions", "period": "day", "limit": "1000"}],
    })
}

/// Terms that pay 10 % of an order and 20 % of that to the network.
pub fn terms() -> Value {
    json!({
        "currency": "USD", "fee": {"percent": "20"},
        "actions": [{"action": "order", "rates": [{"rule": "standard", "kind": "percent", "percent": "10"}]}],
    })
}

/// Creates everybody and everything, and gives the keys.
pub async fn settle(world: &mut World) -> Keys {
    let setup = json!({
        "network": {"name": "Partners", "currency": "USD", "zone": "UTC"},
        "operator": {"email": "operator@partners.example", "name": "Operator", "password": PASSWORD},
    });
    let done = world.post(Persona::Anonymous, "/api/v1/setup", setup).await.expect(201);
    let network: NetworkId = done["network"]["id"].as_str().unwrap().parse().unwrap();
    let operator: UserId = done["operator"]["id"].as_str().unwrap().parse().unwrap();
    world.ids.network = network.to_string();
    let mut made = Keys::default();
    let member = |role, advertisers: Vec<String>, publishers: Vec<String>, right| Membership {
        network_id: network,
        role,
        right,
        advertisers: advertisers.iter().map(|id| id.parse().unwrap()).collect(),
        publishers: publishers.iter().map(|id| id.parse().unwrap()).collect(),
    };
    let everything = member(Role::Operator, vec![], vec![], Right::Pay);
    made.secrets.push((Persona::Operator, key(world, operator, everything).await));
    let secrets = made.clone();
    world.set_keys(secrets);
    parties(world).await;

    let Ids { advertiser, other_advertiser, publisher, other_publisher, .. } = world.ids.clone();
    let (of_advertiser, of_publisher) = (vec![advertiser.clone()], vec![publisher.clone()]);
    let assistant = member(Role::Manager, of_advertiser, of_publisher, Right::Propose);
    let people = [
        (Persona::Advertiser, member(Role::Advertiser, vec![advertiser.clone()], vec![], Right::Approve)),
        (Persona::OtherAdvertiser, member(Role::Advertiser, vec![other_advertiser], vec![], Right::Approve)),
        (Persona::Publisher, member(Role::Publisher, vec![], vec![publisher.clone()], Right::Propose)),
        (Persona::PublisherOwner, member(Role::Publisher, vec![], vec![publisher], Right::Approve)),
        (Persona::OtherPublisher, member(Role::Publisher, vec![], vec![other_publisher], Right::Propose)),
        (Persona::Assistant, assistant),
        (Persona::Manager, member(Role::Manager, vec![advertiser.clone()], vec![], Right::Approve)),
        (Persona::Reader, member(Role::Advertiser, vec![advertiser], vec![], Right::Read)),
    ];
    for (who, membership) in people {
        let (user, secret) = person(world, &format!("{who:?}").to_lowercase(), membership).await;
        if who == Persona::Manager {
            world.ids.manager_user = user.to_string();
        }
        made.secrets.push((who, secret));
    }
    made.secrets.push((Persona::Foreigner, foreigner(world).await));
    made
}

async fn parties(world: &mut World) {
    let operator = Persona::Operator;
    let id_of = |body: Value| body["id"].as_str().unwrap().to_owned();
    for name in ["Shop", "Other Shop"] {
        let made =
            id_of(world.post(operator, "/api/v1/advertisers", json!({"name": name})).await.expect(201));
        let made_program = id_of(world.post(operator, "/api/v1/programs", program(&made)).await.expect(201));
        let contract = json!({"program_id": made_program, "terms": terms()});
        let contract = id_of(world.post(operator, "/api/v1/contracts", contract).await.expect(201));
        let publisher = json!({"name": format!("Publisher for {name}"), "external_id": format!("x-{made}")});
        let publisher = id_of(world.post(operator, "/api/v1/publishers", publisher).await.expect(201));
        let link = json!({"program_id": made_program, "publisher_id": publisher});
        let link = world.post(operator, "/api/v1/links", link).await.expect(201);
        let slug = link["slug"].as_str().unwrap().to_owned();
        let ids = &mut world.ids;
        if name == "Shop" {
            (ids.advertiser, ids.program, ids.contract, ids.publisher) =
                (made, made_program, contract, publisher);
            (ids.link, ids.slug) = (id_of(link), slug);
        } else {
            (ids.other_advertiser, ids.other_program, ids.other_publisher) = (made, made_program, publisher);
            ids.other_link = id_of(link);
        }
    }
}

/// A person with one membership and a key for all of it. He has no password: hashing one takes its time.
pub async fn person(world: &World, name: &str, membership: Membership) -> (UserId, String) {
    let email = format!("{name}@partners.example");
    let given = membership.clone();
    let command = Command::system("test.user", membership.network_id);
    let answer = command::run(
        &world.app,
        command,
        move |change| users::create(change, user(change, &email, given.clone())),
        |user| Answer::new(201, json!(user.id)),
    );
    let id = answer.await.unwrap().body.as_str().unwrap().parse().unwrap();
    (id, key(world, id, membership).await)
}

fn user(change: &Change<'_, '_>, email: &str, membership: Membership) -> User {
    User {
        id: UserId::new(change.now, change.entropy),
        email: email.to_owned(),
        name: email.to_owned(),
        password_hash: "nobody can sign in with this".to_owned(),
        status: Status::Active,
        memberships: vec![membership],
        created_at: change.now,
    }
}

/// A key of somebody, made by the system.
pub async fn key(world: &World, user: UserId, membership: Membership) -> String {
    let command = Command::system("test.key", membership.network_id);
    let answer = command::run(
        &world.app,
        command,
        move |change| {
            let owner = users::get(change.tx, change.actor, user)?;
            let new = NewKey { name: "test".to_owned(), membership: membership.clone(), expires_at: None };
            keys::create(change, &owner, new)
        },
        |(_, secret)| Answer::new(201, json!(secret.text())),
    );
    answer.await.unwrap().body.as_str().unwrap().to_owned()
}

/// A second network with an operator of its own.
async fn foreigner(world: &World) -> String {
    let network_id = NetworkId::new(world.app.clock.now(), &*world.app.entropy);
    let membership = Membership { network_id, ..Actor::system(network_id).membership };
    let given = membership.clone();
    let command = Command::system("test.network", network_id);
    let answer = command::run(
        &world.app,
        command,
        move |change| {
            let network = Network {
                id: network_id,
                name: "Elsewhere".to_owned(),
                currency: Currency::EUR,
                zone: Zone::utc(),
                fallback_url: None,
                unknown_consent: UnknownConsent::default(),
                exchange_days_max: 7,
                dispute_days: model::parties::DISPUTE_DAYS,
                touch_detail_days: None,
                created_at: change.now,
            };
            networks::create(change, network)?;
            let user = user(change, "operator@elsewhere.example", given.clone());
            users::create(change, user)
        },
        |user| Answer::new(201, json!(user.id)),
    );
    let user = answer.await.unwrap().body.as_str().unwrap().parse().unwrap();
    key(world, user, membership).await
}
