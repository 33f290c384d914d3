//! What can be worked out about a conversion before it reaches the decider: on the thread of its request.

use model::{
    AdvertiserId, ConversionId, DisputeId, TouchId,
    conversion::{ConversionReport, Intake},
};
use sha2::{Digest, Sha256};

use super::{ConversionDraft, DeliveryKeys};
use crate::click_id::{ClickIdError, ClickIdKeys};

/// What the click id of a report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClickReference {
    /// There is none.
    None,
    /// It is genuine.
    Genuine {
        /// The touch.
        touch_id: TouchId,
        /// Number of the link's slug.
        link_code: u64,
    },
    /// It is none of ours.
    Unknown,
    /// It looks like ours, but its signature is wrong.
    Forged,
}

impl ClickReference {
    /// Reads and verifies a click id.
    pub fn read(keys: &ClickIdKeys, text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::None };
        match keys.verify(text.trim()) {
            Ok(id) => Self::Genuine { touch_id: id.touch_id, link_code: id.link_code },
            Err(ClickIdError::Forged) => Self::Forged,
            Err(_) => Self::Unknown,
        }
    }
}

/// A key of 16 bytes over labelled parts; the lengths are part of it, so parts cannot run into each other.
pub(super) fn key(label: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(label.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut key = [0; 16];
    key.copy_from_slice(&hash.finalize()[..16]);
    key
}

/// The key of a delivery by its idempotency key.
pub fn delivery_key(advertiser: AdvertiserId, idempotency_key: &str) -> [u8; 16] {
    key("idempotency", &[advertiser.bytes(), idempotency_key.as_bytes()])
}

/// The key of what an accepted dispute reports: one of its own kind, which no key that comes over the wire can equal. In the
/// advertiser's own key space he could take it first, and the conversion would never be made.
fn dispute_key(dispute: DisputeId) -> [u8; 16] {
    key("dispute", &[dispute.bytes()])
}

/// The key under which an advertiser's customer is remembered; `kind` is `customer` or `email`.
pub fn identity_key(advertiser: AdvertiserId, kind: &str, value: &str) -> [u8; 16] {
    key(kind, &[advertiser.bytes(), value.as_bytes()])
}

/// The key under which it is remembered by which conversion of an action an advertiser's customer came first.
pub(crate) fn customer_key(report: &ConversionReport) -> Option<[u8; 16]> {
    let customer = report.customer_id.as_ref()?;
    Some(key("came_first", &[report.advertiser_id.bytes(), report.action.as_bytes(), customer.as_bytes()]))
}

/// The key of a business event: an action on an order, or on a touch.
pub(crate) fn business_key(advertiser: AdvertiserId, action: &str, order: Result<&str, TouchId>) -> [u8; 16] {
    match order {
        Ok(order) => key("order", &[advertiser.bytes(), action.as_bytes(), order.as_bytes()]),
        Err(touch) => key("touch", &[advertiser.bytes(), action.as_bytes(), touch.bytes()]),
    }
}

impl ConversionDraft {
    /// Prepares a report. Texts are freed of NUL characters, which no database text can hold.
    pub fn new(id: ConversionId, mut report: ConversionReport, click_ids: &ClickIdKeys) -> Self {
        let click = ClickReference::read(click_ids, report.click_id.as_deref());
        let idempotency = match (&report.idempotency_key, report.dispute_id) {
            (Some(key), _) => Some(delivery_key(report.advertiser_id, key)),
            (None, Some(dispute)) => Some(dispute_key(dispute)),
            (None, None) => None,
        };
        let content = content_key(&mut report);
        let report_json = store::conversions::report_json(&report);
        Self { id, report, report_json, click, delivery: DeliveryKeys { content, idempotency } }
    }
}

/// Hash of everything that was sent, so that an identical delivery is known again. When it came and by which way is
/// not part of it, and neither is the idempotency key, which has a hash of its own.
///
/// The key of a report of an order begins like that of its [`business_key`]: both are claimed together, and so they
/// lie on one page of their table instead of two, which is a page less to log for every conversion.
pub(crate) fn content_key(report: &mut ConversionReport) -> [u8; 16] {
    let received_at = std::mem::take(&mut report.received_at);
    let intake = std::mem::replace(&mut report.intake, Intake::Postback);
    let idempotency_key = report.idempotency_key.take();
    let text = store::conversions::report_json(report);
    report.received_at = received_at;
    report.intake = intake;
    report.idempotency_key = idempotency_key;
    let mut content = key("delivery", &[text.as_bytes()]);
    if let Some(order) = &report.order_id {
        let business = business_key(report.advertiser_id, &report.action, Ok(order));
        content[..8].copy_from_slice(&business[..8]);
    }
    content
}
