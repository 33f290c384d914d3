//! Receipts as each party reads them.

use app::{
    access::{Actor, Who},
    lifecycle::Extent,
    receipts::{self, Document, Signed, Viewer},
};
use model::{
    AdvertiserId, ConversionId, PublisherId, Share,
    access::{Membership, Right, Role},
    conversion::{ConversionReport, Item},
};
use serde_json::{Value, json};

use crate::{
    both::on_both,
    world::{Plan, World, merged, order_terms, usd},
};

/// Two publishers who share every order by halves; the fee is a fifth.
async fn shared_order(store: store::Store) -> (World, ConversionId) {
    let terms = merged(
        order_terms(json!({"kind": "percent", "percent": "10"}), json!({})),
        json!({"payout_model": "linear", "fee": {"percent": "20"}, "caps": [{"metric": "conversions", "period": "total", "limit": "9"}]}),
    );
    let world = World::build(store, Plan::publishers(3).default_terms(terms)).await;
    let visitor = Some(world.visitor());
    world.click_by(0, visitor).await;
    let last = world.click_by(1, visitor).await;
    let report = ConversionReport {
        customer_id: Some("secret customer".to_owned()),
        email_sha256: Some("secret hash".to_owned()),
        idempotency_key: Some("secret key".to_owned()),
        items: vec![Item {
            sku: "secret sku".to_owned(),
            category: None,
            quantity: 1,
            price: "100".to_owned(),
        }],
        adv: [("adv1".to_owned(), "secret adv".to_owned())].into(),
        ..world.order("secret order", "100", &last.click_id)
    };
    let answer = world.decide(report).await;
    world.approve(answer.conversion_id).await.unwrap();
    world.reverse(answer.conversion_id, Extent::Share(Share::new(1, 4).unwrap())).await.unwrap();
    (world, answer.conversion_id)
}

async fn read(world: &World, id: ConversionId, viewer: Viewer) -> Option<Document> {
    let snapshot = world.app.snapshot.get();
    world.write(move |tx| receipts::document(tx, &snapshot, id, viewer)).await
}

fn text(document: &Document) -> String {
    serde_json::to_string(document).unwrap()
}

#[tokio::test]
async fn operator_and_advertiser_read_the_whole_deal() {
    on_both(|store| async move {
        let (world, id) = shared_order(store).await;
        let operator = read(&world, id, Viewer::Operator(world.network)).await.unwrap();
        let advertiser = read(&world, id, Viewer::Advertiser(world.advertiser)).await.unwrap();
        for document in [&operator, &advertiser] {
            let stands = document.conversion.stands.unwrap();
            let units = |money: Option<model::Money>| money.map(model::Money::units);
            assert_eq!(stands.commission.units(), usd("7.5"));
            assert_eq!((units(stands.fee), units(stands.charge)), (Some(usd("1.5")), Some(usd("9"))));
            assert_eq!(document.lines.len(), 2);
            assert_eq!(document.lines[0].rule_words.as_deref(), Some("10 % of the amount"));
            assert_eq!(document.contracts[0].number, 1);
            assert_eq!(document.journey.len(), 2);
            assert!(
                document.journey.iter().all(|touch| touch.outcome == "kept" && touch.particulars.is_some())
            );
            assert!(
                document
                    .journey
                    .iter()
                    .all(|touch| !touch.verdict.vi.is_empty() && !touch.verdict.fa.is_empty())
            );
            let kinds: Vec<_> = document.decisions.iter().map(|decision| decision.kind.as_str()).collect();
            assert_eq!(kinds, ["decided", "approved", "reversed"]);
            assert_eq!(units(document.decisions[2].delta.unwrap().charge), Some(usd("-3")));
            assert_eq!(document.decisions[2].actor, "user:usr_1");
            assert_eq!(document.decisions[2].note.as_deref(), Some("as agreed"));
            assert_eq!(document.caps.len(), 2, "one cap for each publisher");
            assert!(text(document).contains("secret order"));
        }
        assert!(text(&operator).contains("\"ref_id\":\"r-1\"") && operator.texts.is_some());
        assert!(!text(&advertiser).contains("ref_id") && !text(&advertiser).contains("\"sub1\""));
        assert!(advertiser.texts.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_publisher_reads_his_part_and_nobody_elses() {
    on_both(|store| async move {
        let (world, id) = shared_order(store).await;
        let own = world.links[0].publisher_id;
        let other = world.links[1].publisher_id;
        let document = read(&world, id, Viewer::Publisher(own)).await.unwrap();
        let shown = text(&document);
        for hidden in [
            "secret",
            &other.to_string(),
            &world.links[1].id.to_string(),
            "Publisher 1",
            "\"fee\"",
            "\"charge\"",
            "usr_1",
            "\"texts\"",
        ] {
            assert!(!shown.contains(hidden), "{hidden} is shown in {shown}");
        }
        assert!(shown.contains("\"ref_id\":\"r-1\""), "his own click id is his to read");
        assert_eq!(document.conversion.stands.unwrap().commission.units(), usd("3.75"));
        assert_eq!(document.lines.iter().map(|line| line.publisher_id).collect::<Vec<_>>(), [own]);
        let publishers: Vec<_> = document.journey.iter().map(|touch| touch.publisher.as_str()).collect();
        assert_eq!(publishers, ["Publisher 0", "another publisher"]);
        assert!(document.journey[1].particulars.is_none() && document.journey[1].credit.is_none());
        assert_eq!(document.decisions[2].delta.unwrap().commission.units(), usd("-1.25"));
        assert!(document.transfers.iter().all(|transfer| transfer.leg == "commission" && transfer.line == 0));
        assert_eq!(document.caps.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_publisher_whose_touch_did_not_win_reads_why() {
    on_both(|store| async move {
        let terms = order_terms(json!({"kind": "percent", "percent": "10"}), json!({}));
        let world = World::build(store, Plan::publishers(2).default_terms(terms)).await;
        let visitor = Some(world.visitor());
        world.click_by(0, visitor).await;
        let last = world.click_by(1, visitor).await;
        let id = world.decide(world.order("o-1", "100", &last.click_id)).await.conversion_id;
        let document = read(&world, id, Viewer::Publisher(world.links[0].publisher_id)).await.unwrap();
        assert_eq!(document.journey[0].verdict.code, model::Code::TouchLaterWon);
        assert_eq!(document.journey[0].outcome, "dropped");
        assert!(document.lines.is_empty() && document.transfers.is_empty());
        assert_eq!(document.conversion.stands.unwrap().commission.units(), 0);
    })
    .await;
}

#[tokio::test]
async fn strangers_read_nothing() {
    on_both(|store| async move {
        let (world, id) = shared_order(store).await;
        let stranger = Viewer::Advertiser(AdvertiserId::from_bytes([9; 16]));
        assert!(read(&world, id, stranger).await.is_none());
        let uninvolved = world.links[2].publisher_id;
        assert!(read(&world, id, Viewer::Publisher(uninvolved)).await.is_none());
        assert!(read(&world, id, Viewer::Operator(model::NetworkId::from_bytes([9; 16]))).await.is_none());
        let unknown = ConversionId::from_bytes([9; 16]);
        assert!(read(&world, unknown, Viewer::Operator(world.network)).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn who_acts_reads_with_the_widest_eyes_he_has() {
    on_both(|store| async move {
        let (world, id) = shared_order(store).await;
        let publishers = [0, 1, 2].map(|place: usize| world.links[place].publisher_id);
        let as_viewer = |role, advertisers: Vec<AdvertiserId>, publishers: Vec<PublisherId>| {
            let membership =
                Membership { network_id: world.network, role, right: Right::Read, advertisers, publishers };
            let actor = Actor { who: Who::System, membership };
            let (snapshot, world) = (world.app.snapshot.get(), &world);
            async move {
                let document = world.write(move |tx| receipts::document_for(tx, &snapshot, id, &actor)).await;
                document.map(|document| (document.viewer, document.lines.len()))
            }
        };
        let shown = |viewer: &str, lines| Some((viewer.to_owned(), lines));
        assert_eq!(as_viewer(Role::Operator, vec![], vec![]).await, shown("operator", 2));
        assert_eq!(
            as_viewer(Role::Manager, vec![world.advertiser], vec![publishers[0]]).await,
            shown("advertiser", 2)
        );
        assert_eq!(
            as_viewer(Role::Manager, vec![], vec![publishers[2], publishers[1]]).await,
            shown("publisher", 1)
        );
        assert_eq!(as_viewer(Role::Publisher, vec![], vec![publishers[2]]).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_signature_holds_for_the_document_as_sent_and_for_no_other() {
    on_both(|store| async move {
        let (world, id) = shared_order(store).await;
        let document = read(&world, id, Viewer::Advertiser(world.advertiser)).await.unwrap();
        let key = &world.app.receipt_key;
        let signed = Signed::new(document, key);
        let sent: Value = serde_json::from_str(&serde_json::to_string_pretty(&signed).unwrap()).unwrap();
        let read_back: Signed = serde_json::from_value(sent.clone()).unwrap();
        assert_eq!(read_back, signed);
        assert!(receipts::verifies(&sent["document"], &signed.signature, &key.verifying_key()));
        let mut changed = sent["document"].clone();
        changed["conversion"]["stands"]["commission"]["amount"] = json!("7.51");
        assert!(!receipts::verifies(&changed, &signed.signature, &key.verifying_key()));
        let stranger = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
        assert!(!receipts::verifies(&sent["document"], &signed.signature, &stranger.verifying_key()));
    })
    .await;
}
