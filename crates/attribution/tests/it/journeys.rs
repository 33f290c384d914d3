//! Journeys for the tests: any journey at all, and short ones to write by hand.

use attribution::candidates::{Candidate, ConversionTime, Windows};
use model::time::SECOND_US;
use model::touch::TouchKind;
use model::{Code, ProgramId, PublisherId, Timestamp, TouchId};
use proptest::prelude::*;

pub const PROGRAM: ProgramId = ProgramId::from_bytes([1; 16]);
pub const OTHER_PROGRAM: ProgramId = ProgramId::from_bytes([2; 16]);

/// When the conversions of all tests happen.
pub const CONVERTED_AT: Timestamp = Timestamp::from_seconds(1_770_000_000);

pub const WINDOWS: Windows = Windows {
    click_seconds: 30 * 86_400,
    view_seconds: 86_400,
    delay_seconds_min: 10,
    reject_too_fast: false,
};

pub fn converted() -> ConversionTime {
    ConversionTime::new(None, CONVERTED_AT)
}

pub fn touch_id(number: u8) -> TouchId {
    TouchId::from_bytes([number; 16])
}

pub fn publisher_id(number: u8) -> PublisherId {
    PublisherId::from_bytes([number; 16])
}

/// A click that nothing speaks against, `seconds` before the conversion.
pub fn click(number: u8, publisher: u8, seconds: i64) -> Candidate {
    Candidate {
        touch_id: touch_id(number),
        publisher_id: publisher_id(publisher),
        program_id: PROGRAM,
        kind: TouchKind::Click,
        received_at: CONVERTED_AT.plus_seconds(-seconds),
        code: Code::Ok,
        windows: WINDOWS,
        barred: None,
        weight: None,
    }
}

/// Up to twelve touches with distinct ids, of few publishers and often at equal times.
pub fn any_journey() -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(any_candidate(), 0..12).prop_map(|mut journey| {
        for (number, one) in (0..).zip(&mut journey) {
            one.touch_id = touch_id(number);
        }
        journey
    })
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    let kind = prop_oneof![Just(TouchKind::Click), Just(TouchKind::Visit), Just(TouchKind::Impression)];
    let code = prop_oneof![6 => Just(Code::Ok), 1 => Just(Code::DuplicateClick), 1 => Just(Code::Crawler)];
    let barred = prop_oneof![6 => Just(None), 1 => Just(Some(Code::OwnClick))];
    let age_us = prop_oneof![-3_i64..3, 0..60 * SECOND_US, 0..40 * 86_400 * SECOND_US];
    let program_id = prop_oneof![6 => Just(PROGRAM), 1 => Just(OTHER_PROGRAM)];
    (kind, code, barred, age_us, program_id, 1_u8..4, any::<bool>()).prop_map(
        |(kind, code, barred, age_us, program_id, publisher, reject_too_fast)| Candidate {
            kind,
            code,
            barred,
            program_id,
            received_at: CONVERTED_AT.plus_micros(-age_us),
            windows: Windows { reject_too_fast, ..WINDOWS },
            ..click(0, publisher, 0)
        },
    )
}
