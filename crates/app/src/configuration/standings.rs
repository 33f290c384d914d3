//! Where a publisher stands with the programs that he may know of: what he can join, what he asked, where he is in.

use std::collections::HashMap;

use model::{
    ProgramId, PublisherId, Timestamp,
    contract::Terms,
    joining::{Application, ApplicationKind, ApplicationState, Joining, OfferedTerms, ProgramMember},
    parties::Status,
    program::Program,
};
use serde::{Deserialize, Serialize};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{
    applications, members,
    programs::{self, ProgramFilter},
    publishers,
};
use crate::{
    access::{Actor, Eyes, JOINING_LOOK},
    errors::Refusal,
    snapshot::Snapshot,
};

/// Where a publisher stands with a program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nothing is between them but perhaps links.
    None,
    /// His application is open.
    Applied,
    /// He is invited, or his application was answered with other terms: it is his turn.
    Invited,
    /// He is in.
    Member,
    /// His last application was declined.
    Declined,
    /// He was in.
    Ended,
}

/// A program, and where a publisher stands with it.
#[derive(Debug, Clone)]
pub struct ProgramStanding {
    /// The program.
    pub program: Program,
    /// The publisher's eyes on it.
    pub eyes: Eyes,
    /// Whether he sees the whole of it.
    pub whole: bool,
    /// Where he stands.
    pub standing: Standing,
    /// His newest application, or the newest invitation.
    pub application: Option<Application>,
    /// His newest stay.
    pub stay: Option<ProgramMember>,
    /// Whether he may make links.
    pub may_link: bool,
    /// Whether he may apply.
    pub may_apply: bool,
    /// The terms of the open application, else those that he has or would get.
    pub terms: Option<(OfferedTerms, Terms)>,
}

/// What a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct StandingFilter {
    /// The program.
    pub program_id: Option<ProgramId>,
    /// Where the publisher stands.
    pub standing: Option<Standing>,
}

/// What is between the publisher and programs, newest first for each.
struct Between {
    stays: HashMap<ProgramId, Vec<ProgramMember>>,
    applications: HashMap<ProgramId, Vec<Application>>,
    now: Timestamp,
}

impl Between {
    fn read(tx: &mut Tx<'_>, publisher: PublisherId, now: Timestamp) -> Result<Self, Refusal> {
        let filters = [Filter::id("publisher_id", publisher.bytes())];
        let mut between = Self { stays: HashMap::new(), applications: HashMap::new(), now };
        let stays: Vec<ProgramMember> = configuration::list(tx, &filters, None, usize::MAX, |_| true)?;
        for stay in stays {
            between.stays.entry(stay.program_id).or_default().push(stay);
        }
        let asked: Vec<Application> = configuration::list(tx, &filters, None, usize::MAX, |_| true)?;
        for one in asked {
            between.applications.entry(one.program_id).or_default().push(one);
        }
        Ok(between)
    }

    fn applications(&self, program: ProgramId) -> &[Application] {
        self.applications.get(&program).map_or(&[], Vec::as_slice)
    }

    fn stays(&self, program: ProgramId) -> &[ProgramMember] {
        self.stays.get(&program).map_or(&[], Vec::as_slice)
    }

    fn standing(&self, program: ProgramId) -> Standing {
        let (stays, asked) = (self.stays(program), self.applications(program));
        if stays.iter().any(|stay| stay.covers(self.now)) {
            return Standing::Member;
        }
        let open = asked.iter().find(|one| one.state_at(self.now).is_open());
        if let Some(open) = open {
            return match (open.kind, open.state) {
                (ApplicationKind::Application, ApplicationState::Open) => Standing::Applied,
                _ => Standing::Invited,
            };
        }
        let own = asked.iter().find(|one| one.kind == ApplicationKind::Application);
        let declined =
            own.filter(|one| one.state == ApplicationState::Declined).and_then(|one| one.answered_at);
        let left = stays.iter().filter_map(|stay| stay.left_at).max();
        match (declined, left) {
            (Some(declined), left) if left.is_none_or(|left| left < declined) => Standing::Declined,
            (_, Some(_)) => Standing::Ended,
            _ => Standing::None,
        }
    }
}

/// A page of the programs that the publisher sees, with where he stands, newest first. Closed ones are left out where
/// nothing is between them.
///
/// # Errors
/// `not_found`, `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    snapshot: &Snapshot,
    (publisher_id, now): (PublisherId, Timestamp),
    filter: StandingFilter,
    before: Option<ProgramId>,
    limit: usize,
) -> Result<Vec<ProgramStanding>, Refusal> {
    let (_, eyes) = publishers::get(tx, actor, publisher_id)?;
    JOINING_LOOK.check(actor, eyes, &format!("publisher {publisher_id}"))?;
    let publisher = actor.as_publisher(publisher_id);
    let between = Between::read(tx, publisher_id, now)?;
    let wanted = |program: &Program| {
        let standing = between.standing(program.id);
        (filter.program_id.is_none_or(|id| id == program.id))
            && filter.standing.is_none_or(|wanted| wanted == standing)
            && (program.status != Status::Closed || standing != Standing::None)
    };
    let found = programs::list_such(tx, &publisher, ProgramFilter::default(), before, limit, wanted)?;
    let whole = members::Whole::of(tx, &publisher, now)?;
    let mut shown = Vec::with_capacity(found.len());
    for (program, eyes) in found {
        let standing = between.standing(program.id);
        let runs = matches!(program.status, Status::Active | Status::Paused);
        let joins = program.joining == Joining::Application
            && matches!(standing, Standing::None | Standing::Declined | Standing::Ended);
        let earlier = between.applications(program.id);
        let waits = applications::waits_until(earlier, ApplicationKind::Application, now);
        let application = earlier.first().cloned();
        let asked = matches!(standing, Standing::Applied | Standing::Invited);
        let offered = match application.as_ref().filter(|_| asked) {
            Some(open) => open.terms.clone(),
            None if standing == Standing::Member => {
                applications::terms_in_force(snapshot, program.id, publisher_id, now)?
            }
            None => applications::terms_now(tx, snapshot, &program, publisher_id, now)?,
        };
        let terms = match offered {
            Some(offered) => applications::read_terms(tx, &offered)?.map(|terms| (offered, terms)),
            None => None,
        };
        shown.push(ProgramStanding {
            eyes,
            whole: whole.shows(&program, eyes),
            standing,
            stay: between.stays(program.id).first().cloned(),
            may_link: program.status != Status::Closed
                && (program.joining == Joining::Open || standing == Standing::Member),
            may_apply: runs && joins && waits.is_none(),
            application,
            terms,
            program,
        });
    }
    Ok(shown)
}
