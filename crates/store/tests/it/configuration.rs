//! Configuration records, the audit log, idempotency keys, sessions and secrets, on both databases.

use model::{
    AuditId, NetworkId, PublisherId, SessionId, Timestamp, UserId,
    parties::{Network, Publisher, PublisherKind, Status, UnknownConsent},
};
use store::{
    Error, Tx,
    audit::{self, AuditFilter, AuditRow},
    configuration::{self, Filter},
    idempotency, secrets,
    sessions::{self, Session},
};
use testkit::SeededEntropy;

use crate::both::{Place, count, on_both};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_768_478_400 + seconds)
}

fn network_id() -> NetworkId {
    NetworkId::from_bytes([1; 16])
}

fn publisher(number: u8, external_id: Option<&str>) -> Publisher {
    Publisher {
        id: PublisherId::from_bytes([number; 16]),
        network_id: network_id(),
        name: format!("P{number} '; DROP TABLE publishers; --"),
        status: Status::Active,
        kind: PublisherKind::Content,
        external_id: external_id.map(str::to_owned),
        own_customers_sha256: Vec::new(),
        currency: None,
        referred_by: None,
        created_at: at(0),
    }
}

async fn write<T: Send + 'static>(
    place: &Place,
    mut work: impl FnMut(&mut Tx<'_>) -> store::Result<T> + Send + 'static,
) -> T {
    place.store.write("test", move |tx| work(tx)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_comes_back_as_it_was_stored() {
    on_both(async |place| {
        let stored = publisher(7, Some("x-7"));
        let wanted = stored.clone();
        write(&place, move |tx| configuration::insert(tx, &stored)).await;
        let changed = Publisher { name: "خبر".to_owned(), external_id: None, ..wanted.clone() };
        let after = changed.clone();
        let found = write(&place, move |tx| {
            let before: Option<Publisher> = configuration::get(tx, changed.id)?;
            configuration::update(tx, &changed)?;
            Ok((before, configuration::get(tx, changed.id)?))
        })
        .await;
        assert_eq!(found, (Some(wanted), Some(after)));
        let none: Option<Publisher> =
            write(&place, |tx| configuration::get(tx, PublisherId::from_bytes([9; 16]))).await;
        assert_eq!(none, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_value_is_refused_and_an_update_needs_its_row() {
    on_both(async |place| {
        write(&place, |tx| configuration::insert(tx, &publisher(1, Some("x")))).await;
        let twice = place.store.write("test", |tx| configuration::insert(tx, &publisher(2, Some("x")))).await;
        let Err(Error::Unique { table, columns }) = twice else { panic!("{twice:?}") };
        assert_eq!((table.as_str(), columns.as_str()), ("publishers", "network_id, external_id"));
        let missing = place.store.write("test", |tx| configuration::update(tx, &publisher(3, None))).await;
        assert!(matches!(missing, Err(Error::Damaged(_))), "{missing:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_found_by_their_revision() {
    on_both(async |place| {
        for number in 1..=3 {
            write(&place, move |tx| configuration::insert(tx, &publisher(number, None))).await;
        }
        let (all, seen) = write(&place, |tx| configuration::changed_since::<Publisher>(tx, 0)).await;
        assert_eq!((all.len(), seen), (3, write(&place, configuration::revision).await));
        write(&place, |tx| {
            configuration::update(tx, &Publisher { status: Status::Paused, ..publisher(2, None) })
        })
        .await;
        let (changed, newer) =
            write(&place, move |tx| configuration::changed_since::<Publisher>(tx, seen)).await;
        assert_eq!((changed.len(), changed[0].id, newer), (1, publisher(2, None).id, seen + 1));
        let nothing = write(&place, move |tx| configuration::changed_since::<Publisher>(tx, newer)).await;
        assert_eq!(nothing, (Vec::new(), newer));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_newest_first_filtered_and_paged() {
    on_both(async |place| {
        let network = Network {
            id: network_id(),
            name: "N".to_owned(),
            currency: model::Currency::USD,
            zone: model::calendar::Zone::utc(),
            fallback_url: None,
            unknown_consent: UnknownConsent::Permit,
            exchange_days_max: 7,
            dispute_days: model::parties::DISPUTE_DAYS,
            touch_detail_days: None,
            created_at: at(0),
        };
        write(&place, move |tx| configuration::insert(tx, &network)).await;
        for number in 1..=5 {
            write(&place, move |tx| configuration::insert(tx, &publisher(number, None))).await;
        }
        let ids = |found: Vec<Publisher>| found.iter().map(|one| one.id.bytes()[0]).collect::<Vec<_>>();
        let found = write(&place, |tx| {
            let network = network_id();
            let filters = [Filter::id("network_id", network.bytes())];
            let odd = |one: &Publisher| one.id.bytes()[0] % 2 == 1;
            let before = Some(PublisherId::from_bytes([5; 16]));
            let none = [Filter { column: "id", values: Vec::new() }];
            Ok([
                configuration::list(tx, &filters, None, 2, |_| true)?,
                configuration::list(tx, &filters, before, 10, odd)?,
                configuration::list(tx, &none, None, 10, |_| true)?,
                configuration::list(tx, &filters, None, 0, |_| true)?,
            ])
        })
        .await;
        let [first, odd, none, zero] = found.map(ids);
        assert_eq!((first, odd, none, zero), (vec![5, 4], vec![3, 1], vec![], vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_reserved_once_and_free_after_a_rollback() {
    on_both(async |place| {
        const KEY: [u8; 32] = [7; 32];
        let undone = place
            .store
            .write("test", |tx| -> store::Result<()> {
                assert_eq!(idempotency::reserve(tx, &KEY, &[1; 32], at(0))?, None);
                Err(Error::Usage("refused".to_owned()))
            })
            .await;
        assert!(undone.is_err());
        write(&place, |tx| {
            assert_eq!(idempotency::reserve(tx, &KEY, &[2; 32], at(0))?, None);
            idempotency::keep(tx, &KEY, 201, r#"{"id":"x"}"#)
        })
        .await;
        let kept = write(&place, |tx| idempotency::reserve(tx, &KEY, &[3; 32], at(1))).await.unwrap();
        assert_eq!(
            (kept.input_mark, kept.status, kept.response.as_str()),
            (vec![2; 32], 201, r#"{"id":"x"}"#)
        );
        assert_eq!(write(&place, |tx| idempotency::forget(tx, at(1))).await, 1);
        assert_eq!(place.count("idempotency").await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end() {
    on_both(async |place| {
        let session = |number: u8| Session {
            id: SessionId::from_bytes([number; 16]),
            user_id: UserId::from_bytes([number / 2; 16]),
            token_sha256: format!("token {number}"),
            csrf_sha256: "csrf".to_owned(),
            created_at: at(0),
            expires_at: at(i64::from(number)),
            user_agent: (number == 4).then(|| "Firefox".to_owned()),
        };
        write(&place, move |tx| (2..=6).try_for_each(|number| sessions::insert(tx, &session(number)))).await;
        let found = write(&place, |tx| {
            Ok((sessions::by_token(tx, "token 4", at(3))?, sessions::by_token(tx, "token 4", at(4))?))
        });
        assert_eq!(found.await, (Some(session(4)), None));
        assert_eq!(write(&place, |tx| sessions::end(tx, SessionId::from_bytes([6; 16]))).await, 1);
        assert_eq!(write(&place, |tx| sessions::end_all_of(tx, UserId::from_bytes([2; 16]))).await, 2);
        assert_eq!(write(&place, |tx| sessions::forget(tx, at(2))).await, 1);
        assert_eq!(place.count("sessions").await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_secret_is_in_use_and_older_ones_stay() {
    on_both(async |place| {
        let drawn = write(&place, |tx| {
            let entropy = SeededEntropy::new(1);
            let first = secrets::all_or_first(tx, "click", at(0), &entropy)?;
            let again = secrets::all_or_first(tx, "click", at(0), &entropy)?;
            secrets::rotate(tx, "click", at(1), &entropy)?;
            Ok((first, again, secrets::all(tx, "click")?, secrets::all(tx, "other")?, count(tx, "secrets")?))
        })
        .await;
        let (first, again, all, other, rows) = drawn;
        assert_eq!(first, again);
        assert_eq!(all.iter().map(|secret| secret.number).collect::<Vec<_>>(), [2, 1]);
        assert!(all[1] == first[0] && all[0].value != all[1].value && other.is_empty());
        assert_eq!(rows, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_filtered_by_network_first() {
    on_both(async |place| {
        let row = |number: u8, network: u8, object: &str| AuditRow {
            id: AuditId::from_bytes([number; 16]),
            network_id: Some(NetworkId::from_bytes([network; 16])),
            at: at(0),
            actor: "system".to_owned(),
            action: "program.create".to_owned(),
            object: object.to_owned(),
            change: "{}".to_owned(),
        };
        let rows = [row(1, 1, "a"), row(2, 1, "b"), row(3, 2, "a"), row(4, 1, "a")];
        let stored = rows.clone();
        write(&place, move |tx| stored.iter().try_for_each(|row| audit::insert(tx, row))).await;
        let found = write(&place, |tx| {
            let of_a = AuditFilter { object: Some("a".to_owned()), ..AuditFilter::default() };
            let before = Some(AuditId::from_bytes([4; 16]));
            Ok([
                audit::list(tx, network_id(), &AuditFilter::default(), None, 2)?,
                audit::list(tx, network_id(), &of_a, before, 10)?,
            ])
        })
        .await;
        let [first, _, foreign, last] = &rows;
        assert_eq!(found[0], [last.clone(), rows[1].clone()]);
        assert_eq!(found[1], std::slice::from_ref(first));
        assert!(!found.concat().contains(foreign));
    })
    .await;
}
