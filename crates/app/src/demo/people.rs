//! Who is there: the network, its parties, who can sign in, and the links.

use std::sync::Arc;

use data_encoding::BASE32;
use model::{
    AdvertiserId, ApiKeyId, Currency, Entropy, LinkId, NetworkId, ProgramId, PublisherId, Timestamp, UserId,
    access::{Membership, Right, Role},
    calendar::Zone,
    contract::Audience,
    link::{CouponPolicy, Link, LinkCode},
    parties::{Advertiser, ApiKey, Billing, Network, PostbackAuth, Publisher, Status, UnknownConsent, User},
};
use store::configuration;

use super::{
    DemoKeys, DemoLink, DemoOptions, DemoSignIn, DemoSummary,
    draw::Draw,
    joining,
    terms::{self, COUPON, PARTIES, ZONE},
};
use crate::{
    App,
    access::{Actor, role_word},
    command::Change,
    configuration::{
        advertisers,
        contracts::{self, NewContract, NewVersion},
        links, networks, programs, publishers,
    },
    errors::{ErrorCode, Refusal},
    people::{keys, passwords, users},
    secrets_shown::{self, Shown},
};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// The roles that get a key and a person each, with the person's name.
const PEOPLE: [(Role, Right, &str); 4] = [
    (Role::Operator, Right::Pay, "Olivia Operator"),
    (Role::Advertiser, Right::Approve, "Arman Advertiser"),
    (Role::Publisher, Right::Propose, "Phuong Publisher"),
    (Role::Manager, Right::Approve, "Mehdi Manager"),
];

/// A person on the way in.
struct Person {
    role: Role,
    right: Right,
    name: &'static str,
    email: String,
    password: Shown,
    password_hash: String,
    key: Shown,
}

/// What was created.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) network_id: NetworkId,
    pub(super) advertiser_id: AdvertiserId,
    pub(super) program_id: ProgramId,
    /// Three links for each party, in their order.
    pub(super) links: Vec<Link>,
    token: Shown,
    people: Arc<Vec<Person>>,
}

impl Scene {
    pub(super) fn summary(&self) -> DemoSummary {
        let key = |role: Role| {
            let person = self.people.iter().find(|person| person.role == role);
            person.map(|person| person.key.text().to_owned()).unwrap_or_default()
        };
        DemoSummary {
            network_id: self.network_id,
            advertiser_id: self.advertiser_id,
            program_id: self.program_id,
            postback_token: self.token.text().to_owned(),
            keys: DemoKeys {
                operator: key(Role::Operator),
                advertiser: key(Role::Advertiser),
                publisher: key(Role::Publisher),
                manager: key(Role::Manager),
            },
            sign_in: self.people.iter().map(sign_in).collect(),
            links: self.links.iter().map(shown_link).collect(),
        }
    }
}

fn sign_in(person: &Person) -> DemoSignIn {
    DemoSignIn {
        role: role_word(person.role).to_owned(),
        email: person.email.clone(),
        password: person.password.text().to_owned(),
    }
}

fn shown_link(link: &Link) -> DemoLink {
    DemoLink {
        path: format!("/c/{}", link.slug.slug()),
        publisher_id: link.publisher_id,
        program_id: link.program_id,
    }
}

/// Creates everything in one transaction, as of the beginning of the past.
pub(super) async fn create(app: &App, options: DemoOptions) -> Result<Scene, Refusal> {
    let mut people = Vec::new();
    for (role, right, name) in PEOPLE {
        let password = password(app.entropy.as_ref());
        let password_hash = passwords::hash(password.text().to_owned(), app.entropy.as_ref()).await?;
        let email = format!("{}@demo.example", role_word(role));
        let key = secrets_shown::draw(keys::PREFIX, app.entropy.as_ref());
        people.push(Person { role, right, name, email, password, password_hash, key });
    }
    let people = Arc::new(people);
    let token = secrets_shown::draw("mt_", app.entropy.as_ref());
    app.store
        .write("demo.create", move |tx| {
            if !configuration::is_empty(tx)? {
                let message = "there is somebody already; a demo needs an empty data directory";
                return Err(Refusal::new(ErrorCode::SetupDone, message));
            }
            // Drawn anew at each attempt, so that a repeated transaction draws the same.
            let draw = Draw::new(options.seed, 0);
            let begin = options.until.plus_seconds(-(i64::from(options.days) + 1) * DAY);
            let network_id = NetworkId::new(begin, &draw);
            let actor = Actor::system(network_id);
            let mut change = Change::new(tx, &actor, "demo.create", begin, &draw);
            Builder { change: &mut change, options, begin, network_id }.build(&people, &token)
        })
        .await
}

/// A password that can be typed: 60 bits in three groups.
fn password(entropy: &dyn Entropy) -> Shown {
    let mut bytes = [0_u8; 8];
    entropy.fill(&mut bytes);
    let letters = BASE32.encode(&bytes).to_lowercase();
    Shown::from_text(format!("{}-{}-{}", &letters[..4], &letters[4..8], &letters[8..12]))
}

struct Builder<'b, 't, 'c> {
    change: &'b mut Change<'t, 'c>,
    options: DemoOptions,
    begin: Timestamp,
    network_id: NetworkId,
}

impl Builder<'_, '_, '_> {
    fn build(mut self, people: &Arc<Vec<Person>>, token: &Shown) -> Result<Scene, Refusal> {
        let (network_id, created_at) = (self.network_id, self.begin);
        let zone: Zone = ZONE.parse().map_err(|error| Refusal::field("zone", format!("{error}")))?;
        let network = Network {
            id: network_id,
            name: "Demo Network".to_owned(),
            currency: Currency::USD,
            zone: zone.clone(),
            fallback_url: None,
            unknown_consent: UnknownConsent::default(),
            exchange_days_max: 7,
            dispute_days: model::parties::DISPUTE_DAYS,
            touch_detail_days: None,
            created_at,
        };
        networks::create(self.change, network)?;
        let advertiser_id = AdvertiserId::new(created_at, self.change.entropy);
        let advertiser = Advertiser {
            id: advertiser_id,
            network_id,
            name: "Aurora Outdoor".to_owned(),
            status: Status::Active,
            billing: Billing::Postpaid,
            postback: PostbackAuth { token_sha256: Some(token.sha256_hex()), ..PostbackAuth::default() },
            alert_below: Vec::new(),
            created_at,
        };
        advertisers::create(self.change, advertiser)?;
        let program_id = ProgramId::new(created_at, self.change.entropy);
        let program = terms::program(program_id, network_id, advertiser_id, zone, created_at);
        programs::create(self.change, program.clone())?;
        self.contract(program_id, None, vec![terms::default_terms()])?;
        let mut scene_links = Vec::new();
        let mut publisher_ids = Vec::new();
        for (number, party) in PARTIES.iter().enumerate() {
            let id = self.publisher(number, party)?;
            self.contract(program_id, Some(id), terms::own_terms(party.terms))?;
            scene_links.extend(self.links(program_id, id, party)?);
            publisher_ids.push(id);
        }
        for person in people.iter() {
            self.person(person, advertiser_id, &publisher_ids)?;
        }
        let kinds = PARTIES.iter().map(|party| party.kind);
        let publishers: Vec<_> = publisher_ids.iter().copied().zip(kinds).collect();
        joining::create(self.change, program, &publishers)?;
        let (token, people) = (token.clone(), Arc::clone(people));
        Ok(Scene { network_id, advertiser_id, program_id, links: scene_links, token, people })
    }

    fn publisher(&mut self, number: usize, party: &terms::Party) -> Result<PublisherId, Refusal> {
        let id = PublisherId::new(self.begin, self.change.entropy);
        let publisher = Publisher {
            id,
            network_id: self.network_id,
            name: party.name.to_owned(),
            status: Status::Active,
            kind: party.kind,
            external_id: Some(format!("P-{}", 1001 + number)),
            own_customers_sha256: Vec::new(),
            currency: None,
            referred_by: None,
            created_at: self.begin,
        };
        publishers::create(self.change, publisher)?;
        Ok(id)
    }

    /// A contract whose first version holds from the beginning and whose second from the middle of the past.
    fn contract(
        &mut self,
        program_id: ProgramId,
        publisher_id: Option<PublisherId>,
        versions: Vec<model::contract::Terms>,
    ) -> Result<(), Refusal> {
        let mut contract = None;
        for terms in versions {
            match contract {
                None => {
                    let version = NewVersion { valid_from: None, terms };
                    let audience = publisher_id.map_or(Audience::Everybody, Audience::Publisher);
                    let made = contracts::create(self.change, NewContract { program_id, audience, version })?;
                    contract = Some(made.version.contract_id);
                }
                Some(id) => {
                    let middle = self.options.until.plus_seconds(-i64::from(self.options.days) * DAY / 2);
                    contracts::add_version(self.change, id, NewVersion { valid_from: Some(middle), terms })?;
                }
            }
        }
        Ok(())
    }

    fn links(
        &mut self,
        program_id: ProgramId,
        publisher_id: PublisherId,
        party: &terms::Party,
    ) -> Result<Vec<Link>, Refusal> {
        let mut made = Vec::new();
        for name in party.links {
            let link = Link {
                id: LinkId::new(self.begin, self.change.entropy),
                slug: LinkCode::new(self.change.entropy),
                network_id: self.network_id,
                program_id,
                publisher_id,
                name: name.to_owned(),
                status: Status::Active,
                landing_pages: Vec::new(),
                coupon_code: name.ends_with(COUPON).then(|| COUPON.to_owned()),
                coupon_policy: CouponPolicy::default(),
                created_at: self.begin,
            };
            links::create(self.change, link.clone())?;
            made.push(link);
        }
        Ok(made)
    }

    fn person(
        &mut self,
        person: &Person,
        advertiser: AdvertiserId,
        publishers: &[PublisherId],
    ) -> Result<(), Refusal> {
        let (advertisers, publishers) = match person.role {
            Role::Operator => (vec![], vec![]),
            Role::Advertiser => (vec![advertiser], vec![]),
            Role::Publisher => (vec![], publishers[..1].to_vec()),
            Role::Manager => (vec![advertiser], publishers[..3].to_vec()),
        };
        let membership = Membership {
            network_id: self.network_id,
            role: person.role,
            right: person.right,
            advertisers,
            publishers,
        };
        let user = User {
            id: UserId::new(self.begin, self.change.entropy),
            email: person.email.clone(),
            name: person.name.to_owned(),
            password_hash: person.password_hash.clone(),
            status: Status::Active,
            memberships: vec![membership.clone()],
            created_at: self.begin,
        };
        let user = users::create(self.change, user)?;
        // Not by the use case of keys, which draws the secret together with the id: the id comes from the seed.
        let key = ApiKey {
            id: ApiKeyId::new(self.begin, self.change.entropy),
            user_id: user.id,
            name: "Demo".to_owned(),
            secret_sha256: person.key.sha256_hex(),
            membership,
            status: Status::Active,
            expires_at: None,
            created_at: self.begin,
        };
        self.change.insert(&key, &key.id)
    }
}
