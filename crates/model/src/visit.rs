//! Visits of an advertiser's pages that no publisher's link brought.

use crate::{
    arrival::Arrival,
    codes::Code,
    ids::*,
    time::Timestamp,
    touch::{ConsentState, Facts},
};

/// A landing on the advertiser's own pages: he paid for it, or it cost him nothing, but no publisher has a part in it. It is a touch of
/// journeys, and nothing is ever paid for it.
#[derive(Clone, PartialEq, Debug)]
pub struct OwnVisit {
    /// Id, of the same kind as that of other touches.
    pub id: TouchId,
    /// Network.
    pub network_id: NetworkId,
    /// Advertiser.
    pub advertiser_id: AdvertiserId,
    /// Program that the page's script is set up for.
    pub program_id: ProgramId,
    /// When it reached us.
    pub received_at: Timestamp,
    /// The verdict; only `ok` counts.
    pub code: Code,
    /// The browser, when it may be remembered.
    pub visitor_id: Option<VisitorId>,
    /// Consent at that moment.
    pub consent: ConsentState,
    /// Where the consent was read from.
    pub consent_source: String,
    /// What tells channel and campaign; none when nobody sent the visitor.
    pub arrival: Option<Arrival>,
    /// Device, place and request.
    pub facts: Facts,
}
