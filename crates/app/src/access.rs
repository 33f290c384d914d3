//! Permissions: the only place that says who may do what.
//!
//! An [`Actor`] acts in one network with one [`Membership`]. Each use case names what it [`Need`]s (roles and a right),
//! asks with whose [`Eyes`] the actor looks at the object, and calls [`Need::check`]. An object that the actor
//! may not know of answers *not found*; one that he sees but may not change answers *right missing*. Everything
//! is checked before anything is written, against the object as stored, never against what the request says.

use std::collections::BTreeSet;

use model::{
    AdvertiserId, ApiKeyId, NetworkId, ProgramId, PublisherGroupId, PublisherId, SessionId, UserId,
    access::{Membership, Right, Role},
    contract::{Audience, ContractVersion},
    group::PublisherGroup,
    joining::Joining,
    link::Link,
    parties::{Status, User},
    program::Program,
};

use crate::errors::{ErrorCode, Refusal};

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The program itself: jobs and the commands of whoever runs the machine.
    System,
    /// A signed-in person.
    Person {
        /// The person.
        user_id: UserId,
        /// His session.
        session_id: SessionId,
    },
    /// A program with a key.
    Key {
        /// The key.
        key_id: ApiKeyId,
        /// Whose key it is.
        user_id: UserId,
    },
}

/// Somebody who acts in one network with one membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// As what, and for whom.
    pub membership: Membership,
}

impl Actor {
    /// The program itself, with every right in `network`.
    pub fn system(network_id: NetworkId) -> Self {
        let membership = Membership {
            network_id,
            role: Role::Operator,
            right: Right::Pay,
            advertisers: Vec::new(),
            publishers: Vec::new(),
        };
        Self { who: Who::System, membership }
    }

    /// The same somebody with the eyes of one publisher: for showing what that publisher is shown.
    pub fn as_publisher(&self, publisher: PublisherId) -> Self {
        let membership = Membership {
            network_id: self.network(),
            role: Role::Publisher,
            right: Right::Read,
            advertisers: Vec::new(),
            publishers: vec![publisher],
        };
        Self { who: self.who, membership }
    }

    /// The network the actor acts in.
    pub fn network(&self) -> NetworkId {
        self.membership.network_id
    }
    /// True for whoever runs the network.
    pub fn is_operator(&self) -> bool {
        self.membership.role == Role::Operator
    }
    /// The person behind a session or key.
    pub fn user_id(&self) -> Option<UserId> {
        match self.who {
            Who::System => None,
            Who::Person { user_id, .. } | Who::Key { user_id, .. } => Some(user_id),
        }
    }
    /// The word in the audit log: `user:usr_..`, `key:key_..` or `system`.
    pub fn word(&self) -> String {
        match self.who {
            Who::System => "system".to_owned(),
            Who::Person { user_id, .. } => format!("user:{user_id}"),
            Who::Key { key_id, .. } => format!("key:{key_id}"),
        }
    }

    /// The advertisers that the actor is limited to; `None` for everybody of the network.
    pub fn advertisers(&self) -> Option<&[AdvertiserId]> {
        (!self.is_operator()).then_some(self.membership.advertisers.as_slice())
    }
    /// The publishers that the actor is limited to; `None` for everybody of the network.
    pub fn publishers(&self) -> Option<&[PublisherId]> {
        (!self.is_operator()).then_some(self.membership.publishers.as_slice())
    }
    /// The publisher that is named, else the only one that the actor acts for.
    ///
    /// # Errors
    /// `field_missing`.
    pub fn publisher_named(&self, named: Option<PublisherId>) -> Result<PublisherId, Refusal> {
        match (named, self.publishers()) {
            (Some(named), _) => Ok(named),
            (None, Some([only])) => Ok(*only),
            (None, _) => Err(Refusal::missing("publisher_id", "name the publisher")),
        }
    }
    /// True when the actor works on the publishers' side.
    pub fn has_publishers(&self) -> bool {
        self.is_operator() || !self.membership.publishers.is_empty()
    }

    /// With whose eyes the actor looks at something between an advertiser and a publisher.
    pub fn eyes(
        &self,
        network: NetworkId,
        advertiser: Option<AdvertiserId>,
        publisher: Option<PublisherId>,
    ) -> Eyes {
        if network != self.network() {
            return Eyes::CLOSED;
        }
        Eyes {
            advertiser: self.is_operator()
                || advertiser.is_some_and(|it| self.membership.serves_advertiser(it)),
            publisher: self.is_operator() || publisher.is_some_and(|it| self.membership.serves_publisher(it)),
        }
    }

    /// On a program: an advertiser sees his own, a publisher every one that was ever opened, but of those by invitation
    /// only what is public or he has to do with (`known`).
    pub fn eyes_on_program(&self, program: &Program, known: &BTreeSet<ProgramId>) -> Eyes {
        let eyes = self.eyes(program.network_id, Some(program.advertiser_id), None);
        let opened = program.network_id == self.network() && program.status != Status::Pending;
        let shown =
            program.joining != Joining::Invitation || program.public_page || known.contains(&program.id);
        Eyes { publisher: eyes.publisher || (opened && shown && self.has_publishers()), ..eyes }
    }
    /// On a contract: a publisher sees his own, those of groups that he is or was in (`groups`), and the default of a
    /// program that he sees. `on_program` are his eyes on the program.
    pub fn eyes_on_contract(
        &self,
        version: &ContractVersion,
        on_program: Eyes,
        groups: &BTreeSet<PublisherGroupId>,
    ) -> Eyes {
        let own = self.eyes(version.network_id, None, version.publisher_id);
        let for_him = match version.audience() {
            Audience::Publisher(_) => false,
            Audience::Group(group) => version.network_id == self.network() && groups.contains(&group),
            Audience::Everybody => on_program.publisher,
        };
        Eyes { advertiser: on_program.advertiser, publisher: own.publisher || for_him }
    }
    /// On a group: whoever acts for an advertiser may agree on contracts with it, whoever acts for a publisher sees those
    /// that the publisher is or was in (`groups`).
    pub fn eyes_on_group(&self, group: &PublisherGroup, groups: &BTreeSet<PublisherGroupId>) -> Eyes {
        let here = group.network_id == self.network();
        Eyes {
            advertiser: here && (self.is_operator() || !self.membership.advertisers.is_empty()),
            publisher: here && (self.is_operator() || groups.contains(&group.id)),
        }
    }
    /// On a link.
    pub fn eyes_on_link(&self, link: &Link, program: &Program) -> Eyes {
        self.eyes(link.network_id, Some(program.advertiser_id), Some(link.publisher_id))
    }
    /// On a person: operators see those of their network, everybody himself.
    pub fn sees_person(&self, user: &User) -> bool {
        let member = user.memberships.iter().any(|membership| membership.network_id == self.network());
        self.user_id() == Some(user.id) || (self.is_operator() && member)
    }
}

/// From which sides of the deal somebody looks at an object; the operator looks from both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eyes {
    /// As the advertiser who pays.
    pub advertiser: bool,
    /// As the publisher who is paid.
    pub publisher: bool,
}

impl Eyes {
    /// The object does not exist for him.
    pub const CLOSED: Self = Self { advertiser: false, publisher: false };

    /// True when the object exists for him.
    pub const fn open(self) -> bool {
        self.advertiser || self.publisher
    }
}

/// Which side of an object somebody must stand on to change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Whoever sees it.
    Any,
    /// The advertiser's.
    Advertiser,
    /// The publisher's.
    Publisher,
}

/// What a use case asks of whoever wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// One of these roles.
    pub roles: &'static [Role],
    /// At least this right.
    pub right: Right,
    /// On this side of the object.
    pub side: Side,
}

const OPERATOR: &[Role] = &[Role::Operator];
const ADVERTISER_SIDE: &[Role] = &[Role::Operator, Role::Advertiser, Role::Manager];
const PUBLISHER_SIDE: &[Role] = &[Role::Operator, Role::Publisher, Role::Manager];
const ALL: &[Role] = &[Role::Operator, Role::Advertiser, Role::Publisher, Role::Manager];

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident = $roles:ident, $right:ident, $side:ident;)+) => {$(
        $(#[$doc])*
        pub const $name: Need = Need { roles: $roles, right: Right::$right, side: Side::$side };
    )+};
}

needs! {
    /// Look at what one sees.
    LOOK = ALL, Read, Any;
    /// Look at what only the operator sees: people, audit.
    OVERSEE = OPERATOR, Read, Any;
    /// Change the network's settings.
    NETWORK_CHANGE = OPERATOR, Approve, Any;
    /// Let people in and change what they may do.
    USER_CHANGE = OPERATOR, Approve, Any;
    /// Make a key with a person's session; never more than one has.
    KEY_MAKE = ALL, Read, Any;
    /// Make a key with a key.
    KEY_MAKE_BY_KEY = ALL, Approve, Any;
    /// Enter exchange rates: they move money.
    EXCHANGE_RATE_CREATE = OPERATOR, Approve, Any;
    /// Change a publisher's balance into another currency.
    EXCHANGE_CREATE = OPERATOR, Pay, Any;
    /// Give a publisher a bonus by hand.
    BONUS_GIVE = OPERATOR, Pay, Any;
    /// Say what the network pays for referrals.
    REFERRAL_TERMS_CREATE = OPERATOR, Approve, Any;
    /// Look at what the network pays for referrals.
    REFERRAL_TERMS_LOOK = PUBLISHER_SIDE, Read, Any;
    /// Take a bonus back.
    BONUS_TAKE_BACK = OPERATOR, Approve, Any;
    /// Register advertisers and publishers.
    PARTY_CREATE = OPERATOR, Propose, Any;
    /// Change an advertiser's record.
    ADVERTISER_CHANGE = ADVERTISER_SIDE, Propose, Advertiser;
    /// Give out new secrets for an advertiser's postbacks.
    ADVERTISER_SECRETS = ADVERTISER_SIDE, Approve, Advertiser;
    /// Note that a prepaid advertiser paid in.
    FUNDING_CREATE = OPERATOR, Pay, Any;
    /// Make groups of publishers and say who is in them: it decides what they are paid.
    GROUP_CHANGE = OPERATOR, Approve, Any;
    /// Change a publisher's record.
    PUBLISHER_CHANGE = PUBLISHER_SIDE, Propose, Publisher;
    /// Open and change programs.
    PROGRAM_CHANGE = ADVERTISER_SIDE, Propose, Advertiser;
    /// Look at an advertiser's campaigns and what they cost.
    CAMPAIGN_LOOK = ADVERTISER_SIDE, Read, Advertiser;
    /// Make campaigns and say what they cost.
    CAMPAIGN_CHANGE = ADVERTISER_SIDE, Propose, Advertiser;
    /// Make and change creatives.
    CREATIVE_CHANGE = ADVERTISER_SIDE, Propose, Advertiser;
    /// Agree on terms: they promise money.
    CONTRACT_CHANGE = ADVERTISER_SIDE, Approve, Advertiser;
    /// Look at a program's templates.
    TEMPLATE_LOOK = ADVERTISER_SIDE, Read, Advertiser;
    /// Accept a contract in the name of a publisher: it binds him.
    CONTRACT_ACCEPT = PUBLISHER_SIDE, Approve, Publisher;
    /// Apply to a program in the name of a publisher, and answer its invitations: it binds him to the terms.
    JOIN = PUBLISHER_SIDE, Approve, Publisher;
    /// Invite publishers to a program, and answer their applications: it promises money.
    ADMIT = ADVERTISER_SIDE, Approve, Advertiser;
    /// Look at where a publisher stands with programs.
    JOINING_LOOK = PUBLISHER_SIDE, Read, Publisher;
    /// End a publisher's membership in a program, from either side.
    MEMBERSHIP_END = ALL, Approve, Any;
    /// Make and change links.
    LINK_CHANGE = PUBLISHER_SIDE, Propose, Publisher;
    /// Report a conversion.
    CONVERSION_CREATE = ADVERTISER_SIDE, Propose, Advertiser;
    /// Decide a past period again, to see what other terms would have meant.
    REPLAY = ADVERTISER_SIDE, Read, Any;
    /// Look at whole journeys, and at what models say of them.
    ATTRIBUTE = ADVERTISER_SIDE, Read, Any;
    /// Approve, reject and reverse conversions.
    CONVERSION_JUDGE = ADVERTISER_SIDE, Approve, Advertiser;
    /// Look at a publisher's payment details and payouts.
    PAYOUT_LOOK = PUBLISHER_SIDE, Read, Publisher;
    /// Say where a publisher's money goes.
    PAYMENT_DETAILS_CHANGE = PUBLISHER_SIDE, Pay, Publisher;
    /// Ask to be paid.
    PAYOUT_ASK = PUBLISHER_SIDE, Propose, Publisher;
    /// Look at the account that the network pays from.
    PAYER_LOOK = OPERATOR, Read, Any;
    /// Say from which account the network pays.
    PAYER_CHANGE = OPERATOR, Pay, Any;
    /// Look at payout runs.
    PAYOUT_OVERSEE = OPERATOR, Read, Any;
    /// Propose payout runs.
    PAYOUT_PROPOSE = OPERATOR, Propose, Any;
    /// Approve payout runs, send them to the bank and say what it answered.
    PAYOUT_APPROVE = OPERATOR, Pay, Any;
    /// Open a dispute and reply in it.
    DISPUTE_OPEN = PUBLISHER_SIDE, Propose, Publisher;
    /// Answer a dispute.
    DISPUTE_ANSWER = ADVERTISER_SIDE, Approve, Advertiser;
    /// Look at what stands on an advertiser's invoices.
    BILLING_LOOK = ADVERTISER_SIDE, Read, Advertiser;
    /// Say who writes the network's invoices, and how they are numbered.
    ISSUER_CHANGE = OPERATOR, Approve, Any;
    /// Say to whom an advertiser's invoices are written.
    PAYER_PROFILE_CHANGE = ADVERTISER_SIDE, Approve, Advertiser;
    /// Say to whom a publisher's statements are written.
    PAYEE_CHANGE = PUBLISHER_SIDE, Approve, Publisher;
    /// Close a month: issue invoices, credit notes and statements.
    INVOICE_ISSUE = OPERATOR, Approve, Any;
    /// Save reports, have them sent, and say where to.
    OUTPUT_CHANGE = ALL, Propose, Any;
    /// Say where a publisher is told of decisions on his conversions.
    POSTBACK_CHANGE = PUBLISHER_SIDE, Propose, Publisher;
    /// Look at requests that could not be stored as events.
    QUARANTINE_LOOK = ADVERTISER_SIDE, Read, Any;
    /// Replay and dismiss requests in quarantine.
    QUARANTINE_SOLVE = ADVERTISER_SIDE, Propose, Any;
}

impl Need {
    /// Whether `actor`, who looks at the object with `eyes`, may do it.
    ///
    /// # Errors
    /// `not_found` (about `what`) when he does not see the object, `right_missing` when he sees it and may not.
    pub fn check(&self, actor: &Actor, eyes: Eyes, what: &dyn std::fmt::Display) -> Result<(), Refusal> {
        if !eyes.open() {
            return Err(Refusal::not_found(what));
        }
        let side = match self.side {
            Side::Any => true,
            Side::Advertiser => eyes.advertiser,
            Side::Publisher => eyes.publisher,
        };
        if side { self.check_role(actor) } else { Err(self.missing(actor)) }
    }

    /// Whether `actor` may do it at all, for use cases without an object.
    ///
    /// # Errors
    /// `right_missing`.
    pub fn check_role(&self, actor: &Actor) -> Result<(), Refusal> {
        let membership = &actor.membership;
        if self.roles.contains(&membership.role) && membership.right >= self.right {
            Ok(())
        } else {
            Err(self.missing(actor))
        }
    }

    fn missing(&self, actor: &Actor) -> Refusal {
        let roles: Vec<String> = self.roles.iter().map(|role| role_word(*role).to_owned()).collect();
        let side = match self.side {
            Side::Any => "",
            Side::Advertiser => ", acting for its advertiser",
            Side::Publisher => ", acting for its publisher",
        };
        Refusal::new(
            ErrorCode::RightMissing,
            format!(
                "this takes the right `{}` as {}{side}; you act as {} with the right `{}`",
                right_word(self.right),
                roles.join(", "),
                role_word(actor.membership.role),
                right_word(actor.membership.right),
            ),
        )
    }
}

/// The word of a role on the wire.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Operator => "operator",
        Role::Advertiser => "advertiser",
        Role::Publisher => "publisher",
        Role::Manager => "manager",
    }
}

/// The word of a right on the wire.
pub const fn right_word(right: Right) -> &'static str {
    match right {
        Right::Read => "read",
        Right::Propose => "propose",
        Right::Approve => "approve",
        Right::Pay => "pay",
    }
}

/// Checks that a membership makes sense: an advertiser or publisher acts for exactly one party, an operator for
/// none in particular, a manager for at least one.
///
/// # Errors
/// `field_invalid`.
pub fn check_membership(membership: &Membership) -> Result<(), Refusal> {
    const PARTIES_MAX: usize = 1000;
    let (advertisers, publishers) = (membership.advertisers.len(), membership.publishers.len());
    let refuse = |field: &str, message: &str| Err(Refusal::field(field, message));
    match membership.role {
        Role::Operator if advertisers + publishers > 0 => refuse(
            "role",
            "an operator acts for the whole network; leave `advertisers` and `publishers` empty",
        ),
        Role::Advertiser if advertisers != 1 || publishers > 0 => {
            refuse("advertisers", "an advertiser's member acts for exactly one advertiser and no publisher")
        }
        Role::Publisher if publishers != 1 || advertisers > 0 => {
            refuse("publishers", "a publisher's member acts for exactly one publisher and no advertiser")
        }
        Role::Manager if advertisers + publishers == 0 => {
            refuse("advertisers", "a manager serves at least one advertiser or publisher")
        }
        _ if advertisers + publishers > PARTIES_MAX => refuse("advertisers", "at most 1000 parties"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, right: Right, advertisers: &[u8], publishers: &[u8]) -> Actor {
        let membership = Membership {
            network_id: NetworkId::from_bytes([1; 16]),
            role,
            right,
            advertisers: advertisers.iter().map(|byte| AdvertiserId::from_bytes([*byte; 16])).collect(),
            publishers: publishers.iter().map(|byte| PublisherId::from_bytes([*byte; 16])).collect(),
        };
        Actor { who: Who::System, membership }
    }

    fn eyes(actor: &Actor, network: u8) -> Eyes {
        actor.eyes(
            NetworkId::from_bytes([network; 16]),
            Some(AdvertiserId::from_bytes([5; 16])),
            Some(PublisherId::from_bytes([6; 16])),
        )
    }

    #[test]
    fn an_operator_sees_his_network_and_no_other() {
        let operator = actor(Role::Operator, Right::Pay, &[], &[]);
        assert_eq!(eyes(&operator, 1), Eyes { advertiser: true, publisher: true });
        assert_eq!(eyes(&operator, 2), Eyes::CLOSED);
    }

    #[test]
    fn parties_see_their_side_and_strangers_nothing() {
        let manager =
            |advertisers: &[u8], publishers: &[u8]| actor(Role::Manager, Right::Pay, advertisers, publishers);
        assert_eq!(eyes(&manager(&[5], &[]), 1), Eyes { advertiser: true, publisher: false });
        assert_eq!(eyes(&manager(&[], &[6]), 1), Eyes { advertiser: false, publisher: true });
        assert_eq!(eyes(&manager(&[7], &[7]), 1), Eyes::CLOSED);
        assert_eq!(eyes(&manager(&[5], &[6]), 2), Eyes::CLOSED);
    }

    #[test]
    fn unseen_is_not_found_and_seen_without_right_is_forbidden() {
        let code = |actor: &Actor| {
            CONVERSION_JUDGE.check(actor, eyes(actor, 1), &"x").map_err(|refusal| refusal.code)
        };
        assert_eq!(code(&actor(Role::Advertiser, Right::Approve, &[5], &[])), Ok(()));
        assert_eq!(code(&actor(Role::Advertiser, Right::Propose, &[5], &[])), Err(ErrorCode::RightMissing));
        assert_eq!(code(&actor(Role::Publisher, Right::Pay, &[], &[6])), Err(ErrorCode::RightMissing));
        assert_eq!(code(&actor(Role::Manager, Right::Pay, &[], &[6])), Err(ErrorCode::RightMissing));
        assert_eq!(code(&actor(Role::Advertiser, Right::Pay, &[7], &[])), Err(ErrorCode::NotFound));
    }

    #[test]
    fn memberships_name_the_parties_that_their_role_acts_for() {
        let fits = |role, advertisers: &[u8], publishers: &[u8]| {
            check_membership(&actor(role, Right::Read, advertisers, publishers).membership).is_ok()
        };
        assert!(fits(Role::Operator, &[], &[]) && !fits(Role::Operator, &[1], &[]));
        assert!(fits(Role::Advertiser, &[1], &[]) && !fits(Role::Advertiser, &[1, 2], &[]));
        assert!(fits(Role::Publisher, &[], &[1]) && !fits(Role::Publisher, &[1], &[1]));
        assert!(fits(Role::Manager, &[1, 2], &[3]) && !fits(Role::Manager, &[], &[]));
    }
}
