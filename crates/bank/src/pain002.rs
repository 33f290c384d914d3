//! ISO 20022 pain.002: a bank's report on an order, for the group, its parts, or single transfers.
//!
//! Elements are told by their names alone, so every version since 3 can be read. A document type declaration is
//! refused: no bank needs one, and entities are how an XML file attacks its reader.

use quick_xml::{Reader, events::Event};

use crate::{
    file::read_id,
    status::{Line, Outcome, Report, ReportError},
};

/// Deeper than any report.
const DEPTH_MAX: usize = 32;

/// One status with its reasons, while it is read.
#[derive(Default)]
struct Status {
    word: String,
    reasons: Vec<String>,
    id: String,
}

/// Reasons of the external code list of ISO 20022 by which a bank refuses a message, a part or a payment as a duplicate.
const DUPLICATE_REASONS: [&str; 6] = ["AM05", "DU01", "DU02", "DU03", "DU04", "DU05"];

impl Status {
    /// What the words of ISO 20022 mean; none without a status.
    fn outcome(&self) -> Option<Outcome> {
        Some(match self.word.as_str() {
            "" => return None,
            "ACSC" | "ACCC" => Outcome::Confirmed,
            // The bank refuses a second copy of what it has: that says nothing about the first one, which it may be paying.
            "RJCT" if self.reasons.iter().any(|reason| DUPLICATE_REASONS.contains(&reason.as_str())) => {
                Outcome::UnderWay { word: format!("RJCT {}", self.reasons.join(" ")) }
            }
            "RJCT" | "CANC" => {
                let given = self.reasons.join(" ");
                Outcome::Failed { reason: if given.is_empty() { self.word.clone() } else { given } }
            }
            word => Outcome::UnderWay { word: word.to_owned() },
        })
    }
}

#[derive(Default)]
struct Reading {
    path: Vec<String>,
    text: String,
    report: Report,
    group: Status,
    part: Status,
    transfer: Status,
    is_report: bool,
}

pub(crate) fn read(text: &str) -> Result<Report, ReportError> {
    let mut reader = Reader::from_str(text);
    let mut reading = Reading::default();
    loop {
        let event = reader.read_event();
        let position = reader.buffer_position();
        let refuse = |message: String| ReportError { line: line_at(text, position), message };
        match event.map_err(|error| refuse(error.to_string()))? {
            Event::Start(element) => {
                if reading.path.len() == DEPTH_MAX {
                    return Err(refuse("the elements are nested too deeply".to_owned()));
                }
                reading.path.push(element.local_name().as_ref().to_owned());
                reading.open();
            }
            Event::End(_) => {
                reading.close();
                reading.path.pop();
            }
            Event::Text(text) => reading.text.push_str(&text.xml10_content()),
            Event::CData(text) => reading.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => reading.text.push(c),
                _ => reading.text.push_str(
                    known_entity(&reference)
                        .ok_or_else(|| refuse("an entity that XML does not know by itself".to_owned()))?,
                ),
            },
            Event::DocType(_) => {
                return Err(refuse("a document type declaration is not accepted".to_owned()));
            }
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if !reading.path.is_empty() || !reading.is_report {
        let line = line_at(text, u64::MAX);
        let message =
            if reading.is_report { "the text ends too early" } else { "this is no pain.002 report" };
        return Err(ReportError { line, message: message.to_owned() });
    }
    Ok(reading.report)
}

/// The line of a place in a text, from 1.
fn line_at(text: &str, position: u64) -> u64 {
    let before = usize::try_from(position).ok().and_then(|place| text.get(..place)).unwrap_or(text);
    1 + u64::try_from(before.matches('\n').count()).unwrap_or(0)
}

fn known_entity(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

impl Reading {
    fn within(&self, element: &str) -> bool {
        self.path.iter().any(|name| name == element)
    }

    /// The status that the present place belongs to.
    fn status(&mut self) -> &mut Status {
        if self.within("TxInfAndSts") {
            &mut self.transfer
        } else if self.within("OrgnlPmtInfAndSts") {
            &mut self.part
        } else {
            &mut self.group
        }
    }

    fn open(&mut self) {
        self.text.clear();
        match self.path.last().map(String::as_str) {
            Some("CstmrPmtStsRpt") => self.is_report = true,
            Some("OrgnlPmtInfAndSts") => self.part = Status::default(),
            Some("TxInfAndSts") => self.transfer = Status::default(),
            _ => {}
        }
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text).trim().to_owned();
        let element = self.path.last().cloned().unwrap_or_default();
        let parent = self.path.iter().rev().nth(1).cloned().unwrap_or_default();
        match (element.as_str(), parent.as_str()) {
            ("OrgnlMsgId", "OrgnlGrpInfAndSts") => self.report.run = Some(read_id(&text)),
            ("GrpSts", _) | ("PmtInfSts", _) | ("TxSts", _) => self.status().word = text,
            ("OrgnlEndToEndId", "TxInfAndSts") => self.transfer.id = text,
            ("Cd" | "Prtry", "Rsn") | ("AddtlInf", "StsRsnInf") if !text.is_empty() => {
                self.status().reasons.push(text);
            }
            ("OrgnlGrpInfAndSts", _) => self.report.of_all = self.group.outcome(),
            ("OrgnlPmtInfAndSts", _) => {
                // A run is one part, so what holds for the part holds for all.
                if let Some(outcome) = self.part.outcome() {
                    self.report.of_all = Some(outcome);
                }
            }
            ("TxInfAndSts", _) => {
                let id = read_id(&self.transfer.id);
                if let Some(outcome) = self.transfer.outcome().filter(|_| !id.is_empty()) {
                    self.report.lines.push(Line { payout: id, outcome });
                }
            }
            _ => {}
        }
    }
}
