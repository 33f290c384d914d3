//! Joining a program: who may, who asked, and who is in since when.
//!
//! An [`Application`] is a question of one side that the other one answers: a publisher applies, or the program's side
//! invites him. Of a program and a publisher one at most is open. What comes of a yes is a [`ProgramMember`]: one stay
//! with its beginning and perhaps its end. A stay is never removed, so that it can be said of any past moment whether
//! a publisher was in.

use serde::{Deserialize, Serialize};

use crate::{contract::OfTemplate, ids::*, parties::PublisherKind, time::Timestamp};

/// Who may bring visitors to a program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Joining {
    /// Every publisher of the network.
    #[default]
    Open,
    /// Whose application was accepted, or who accepted an invitation.
    Application,
    /// Who accepted an invitation.
    Invitation,
}

impl Joining {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Application => "application",
            Self::Invitation => "invitation",
        }
    }
}

/// Which side asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationKind {
    /// The publisher wants to join.
    Application,
    /// The program's side wants him to.
    Invitation,
}

impl ApplicationKind {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Invitation => "invitation",
        }
    }
}

/// Where an application stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationState {
    /// Waits for the answer of the side that did not ask.
    Open,
    /// The program's side answered an application with other terms: waits for the publisher.
    Offered,
    /// The publisher joined.
    Accepted,
    /// The other side does not want it.
    Declined,
    /// Whoever asked took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
}

impl ApplicationState {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
    /// True until it is answered for good.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Offered)
    }
}

/// The terms that the publisher is shown, a contract's or a template's: his yes is to these and no others.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OfferedTerms {
    /// The contract that holds for whoever joins as things stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_version_id: Option<ContractVersionId>,
    /// The template that a contract of his own begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<OfTemplate>,
    /// SHA-256, in hex, of the JSON of the terms as publishers read them: without the fee.
    pub terms_sha256: String,
}

/// The question whether a publisher joins a program.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Application {
    /// Id.
    pub id: ApplicationId,
    /// Its network.
    pub network_id: NetworkId,
    /// The program's advertiser.
    pub advertiser_id: AdvertiserId,
    /// The program.
    pub program_id: ProgramId,
    /// Who would join.
    pub publisher_id: PublisherId,
    /// Which side asked.
    pub kind: ApplicationKind,
    /// Where it stands; one that is past `expires_at` may still say `open`: see [`Self::state_at`].
    pub state: ApplicationState,
    /// What whoever asked says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// How the publisher promotes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promotion_methods: Vec<PublisherKind>,
    /// The terms that come with a yes; none while nothing is agreed for him.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<OfferedTerms>,
    /// Until when it can be answered; none for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Which person or key made it, as in the audit log.
    pub created_by: String,
    /// What was answered, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// When it was accepted, declined or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// From when on whoever was declined may ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<Timestamp>,
}

impl Application {
    /// Where it stands at `now`.
    pub fn state_at(&self, now: Timestamp) -> ApplicationState {
        let late = self.expires_at.is_some_and(|expires| expires <= now);
        if self.state.is_open() && late { ApplicationState::Expired } else { self.state }
    }
}

/// One stay of a publisher in a program.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProgramMember {
    /// Id of the stay.
    pub id: ProgramMemberId,
    /// The network of both.
    pub network_id: NetworkId,
    /// The program.
    pub program_id: ProgramId,
    /// The publisher.
    pub publisher_id: PublisherId,
    /// What was accepted; none for whoever was in already when the program stopped being open to everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    /// First moment of the stay.
    pub joined_at: Timestamp,
    /// First moment after it; none while no end is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
    /// Why it ends, in the words of whoever ended it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub end_reason: String,
}

impl ProgramMember {
    /// Whether the publisher is in the program at `at`.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.joined_at <= at && self.left_at.is_none_or(|left| at < left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stay_covers_its_beginning_and_not_its_end() {
        let at = Timestamp::from_micros;
        let stay = ProgramMember {
            id: ProgramMemberId::from_bytes([0; 16]),
            network_id: NetworkId::from_bytes([0; 16]),
            program_id: ProgramId::from_bytes([0; 16]),
            publisher_id: PublisherId::from_bytes([0; 16]),
            application_id: None,
            joined_at: at(10),
            left_at: Some(at(20)),
            end_reason: String::new(),
        };
        assert_eq!([9, 10, 19, 20].map(|moment| stay.covers(at(moment))), [false, true, true, false]);
        let lasting = ProgramMember { left_at: None, ..stay };
        assert!(lasting.covers(at(i64::MAX)));
    }
}
