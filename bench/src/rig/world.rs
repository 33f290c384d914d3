//! A small network to measure on: one advertiser, one program, one publisher, one contract, one link.

use anyhow::Context;
use model::{
    AdvertiserId, Clock, ContractId, ContractVersionId, LinkId, NetworkId, ProgramId, PublisherId,
    contract::ContractVersion,
    link::{Link, LinkCode},
    parties::{Advertiser, Network, Publisher},
    program::Program,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{Store, configuration};

use super::{
    ambient::{self, SystemClock},
    database::Database,
};

/// The secret of the advertiser's postbacks.
pub const TOKEN: &str = "bench-token-of-the-advertiser";

/// What a benchmark needs to know of its network.
#[derive(Clone)]
pub struct World {
    /// The network.
    pub network_id: NetworkId,
    /// The advertiser.
    pub advertiser_id: AdvertiserId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// The program.
    pub program_id: ProgramId,
    /// The link.
    pub link_id: LinkId,
    /// Its slug.
    pub slug: LinkCode,
}

impl World {
    /// Stores a new network in an empty database.
    pub fn create(database: &Database) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = Store::open(database.options()).await.context("open the store")?;
            store.migrate().await?;
            let (world, records) = Records::draw()?;
            store.write("create world", move |tx| records.insert(tx)).await?;
            Ok(world)
        })
    }

    /// The path of the link.
    pub fn click_path(&self) -> String {
        format!("/c/{}", self.slug.slug())
    }
}

struct Records {
    network: Network,
    advertiser: Advertiser,
    publisher: Publisher,
    program: Program,
    version: ContractVersion,
    link: Link,
}

impl Records {
    fn draw() -> anyhow::Result<(World, Self)> {
        let (now, entropy) = (SystemClock.now(), ambient::entropy());
        let network = NetworkId::new(now, &entropy);
        let advertiser = AdvertiserId::new(now, &entropy);
        let publisher = PublisherId::new(now, &entropy);
        let program = ProgramId::new(now, &entropy);
        let link = LinkId::new(now, &entropy);
        let slug = LinkCode::new(&entropy);
        let token = engine::receipt::hex(&Sha256::digest(TOKEN.as_bytes()));
        let records = Self {
            network: serde_json::from_value(json!({
                "id": network, "name": "Bench", "currency": "USD", "zone": "UTC", "created_at": now,
            }))?,
            advertiser: serde_json::from_value(json!({
                "id": advertiser, "network_id": network, "name": "Shop", "postback": { "token_sha256": token },
                "created_at": now,
            }))?,
            publisher: serde_json::from_value(json!({
                "id": publisher, "network_id": network, "name": "Reviews", "created_at": now,
            }))?,
            program: serde_json::from_value(json!({
                "id": program, "network_id": network, "advertiser_id": advertiser, "name": "Shop", "zone": "UTC",
                "actions": [{ "name": "order", "kind": "order", "amount_required": true }],
                "landing_pages": [{ "url": "https://shop.example/landing?click={click_id}" }],
                "created_at": now,
            }))?,
            version: serde_json::from_value(json!({
                "id": ContractVersionId::new(now, &entropy), "contract_id": ContractId::new(now, &entropy),
                "network_id": network, "program_id": program, "publisher_id": null, "number": 1, "valid_from": now,
                "terms": {
                    "currency": "USD",
                    "actions": [{ "action": "order", "rates": [{ "rule": "sale", "kind": "percent", "percent": "7.5" }] }],
                    "fee": { "percent": "20" },
                },
                "created_at": now,
            }))?,
            link: serde_json::from_value(json!({
                "id": link, "slug": slug, "network_id": network, "program_id": program,
                "publisher_id": publisher, "created_at": now,
            }))?,
        };
        let world = World {
            network_id: network,
            advertiser_id: advertiser,
            publisher_id: publisher,
            program_id: program,
            link_id: link,
            slug,
        };
        Ok((world, records))
    }

    fn insert(&self, tx: &mut store::Tx<'_>) -> store::Result<()> {
        configuration::insert(tx, &self.network)?;
        configuration::insert(tx, &self.advertiser)?;
        configuration::insert(tx, &self.publisher)?;
        configuration::insert(tx, &self.program)?;
        configuration::insert(tx, &self.version)?;
        configuration::insert(tx, &self.link)
    }
}
