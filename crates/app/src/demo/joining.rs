//! A second program, which publishers apply to, with applications that wait for an answer.

use model::{
    ProgramId, PublisherId,
    contract::Audience,
    joining::Joining,
    program::{Fallbacks, Program},
};

use super::terms;
use crate::{
    command::Change,
    configuration::{
        applications::{self, NewApplication},
        contracts::{self, NewContract, NewVersion},
        programs,
        templates::{self, NewTemplate},
    },
    errors::Refusal,
    snapshot::Snapshot,
};

/// What the publishers with these places say.
const APPLICATIONS: [(usize, &str); 3] = [
    (0, "We test tents and sleeping bags for a year before we write about them."),
    (2, "Our members get half of what we earn back; we do not use your name in search."),
    (5, "A weekly letter to 12 000 hikers in Vietnam."),
];

/// Makes the program after the model of the first one.
pub(super) fn create(
    change: &mut Change<'_, '_>,
    first: Program,
    publishers: &[(PublisherId, model::parties::PublisherKind)],
) -> Result<(), Refusal> {
    let program_id = ProgramId::new(change.now, change.entropy);
    let program = Program {
        id: program_id,
        name: "Aurora Club".to_owned(),
        joining: Joining::Application,
        public_terms: "For publishers who know the mountains. Tell us how you promote.".to_owned(),
        caps: Vec::new(),
        fallbacks: Fallbacks::default(),
        ..first
    };
    programs::create(change, program)?;
    let version = NewVersion { valid_from: None, terms: terms::default_terms() };
    contracts::create(change, NewContract { program_id, audience: Audience::Everybody, version })?;
    for terms in terms::own_terms(terms::OwnTerms::Raised).into_iter().take(1) {
        let name = "Reviewers".to_owned();
        templates::create(change, NewTemplate { program_id, name, terms, retired: false })?;
    }
    let snapshot = Snapshot::read(change.tx)?;
    for (place, message) in APPLICATIONS {
        let Some((publisher, kind)) = publishers.get(place) else { continue };
        let new = NewApplication {
            program_id,
            publisher_id: Some(*publisher),
            message: message.to_owned(),
            promotion_methods: vec![*kind],
        };
        applications::apply(change, &snapshot, new)?;
    }
    Ok(())
}
