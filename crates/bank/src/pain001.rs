//! ISO 20022 pain.001.001.09: a customer's order to his bank, with addresses in parts.

use model::payout::{PayerDetails, PaymentDetails, PaymentMethod, PostalAddress};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use crate::{
    file::{BankFile, Batch, FileError, Payment, sum, written_id},
    text::latin,
};

/// The longest name.
pub(crate) const NAME: usize = 70;
const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

/// The parts of an address that are written in letters: member, text, length.
pub(crate) fn address_parts(address: &PostalAddress) -> Vec<(&'static str, &str, usize)> {
    let parts = [
        ("street", address.street.as_deref(), 70),
        ("building_number", address.building_number.as_deref(), 16),
        ("post_code", address.post_code.as_deref(), 16),
        ("town", Some(address.town.as_str()), 35),
    ];
    parts.into_iter().filter_map(|(member, text, length)| Some((member, text?, length))).collect()
}

pub(crate) fn write(batch: &Batch) -> Result<BankFile, FileError> {
    let payer = batch.payer.as_ref().ok_or(FileError::PayerMember("iban"))?;
    let mut xml = Xml(Writer::new_with_indent(Vec::new(), b' ', 1));
    xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.event(Event::Start(BytesStart::new("Document").with_attributes([("xmlns", NAMESPACE)])))?;
    xml.nest("CstmrCdtTrfInitn", |xml| {
        xml.nest("GrpHdr", |xml| header(xml, batch, payer))?;
        xml.nest("PmtInf", |xml| instruction(xml, batch, payer))
    })?;
    xml.event(Event::End(BytesEnd::new("Document")))?;
    let mut bytes = xml.0.into_inner();
    bytes.push(b'\n');
    Ok(BankFile { name: format!("{}.xml", batch.id), media_type: "application/xml", bytes })
}

fn header(xml: &mut Xml, batch: &Batch, payer: &PayerDetails) -> Result<(), FileError> {
    xml.leaf("MsgId", &written_id(&batch.id))?;
    xml.leaf("CreDtTm", &format!("{}Z", batch.created))?;
    totals(xml, batch)?;
    xml.nest("InitgPty", |xml| xml.leaf("Nm", &latin(&payer.name, NAME)))
}

fn totals(xml: &mut Xml, batch: &Batch) -> Result<(), FileError> {
    let payments: Vec<&Payment> = batch.payments.iter().collect();
    xml.leaf("NbOfTxs", &payments.len().to_string())?;
    xml.leaf("CtrlSum", &sum(&payments)?.amount_text())
}

fn instruction(xml: &mut Xml, batch: &Batch, payer: &PayerDetails) -> Result<(), FileError> {
    let sepa = batch.method == PaymentMethod::Sepa;
    xml.leaf("PmtInfId", &written_id(&batch.id))?;
    xml.leaf("PmtMtd", "TRF")?;
    totals(xml, batch)?;
    if sepa {
        xml.nest("PmtTpInf", |xml| xml.nest("SvcLvl", |xml| xml.leaf("Cd", "SEPA")))?;
    }
    xml.nest("ReqdExctnDt", |xml| xml.leaf("Dt", &batch.day))?;
    xml.nest("Dbtr", |xml| party(xml, &payer.name, &payer.address))?;
    match (&payer.iban, &payer.account_number) {
        (None, None) => return Err(FileError::PayerMember("iban")),
        (iban, other) => account(xml, "DbtrAcct", iban.as_deref(), other.as_deref())?,
    }
    match &payer.bic {
        Some(bic) => agent(xml, "DbtrAgt", bic)?,
        None if sepa => xml.nest("DbtrAgt", |xml| {
            xml.nest("FinInstnId", |xml| xml.nest("Othr", |xml| xml.leaf("Id", "NOTPROVIDED")))
        })?,
        None => return Err(FileError::PayerMember("bic")),
    }
    xml.leaf("ChrgBr", if sepa { "SLEV" } else { "SHAR" })?;
    batch.payments.iter().try_for_each(|payment| xml.nest("CdtTrfTxInf", |xml| transfer(xml, payment)))
}

fn transfer(xml: &mut Xml, payment: &Payment) -> Result<(), FileError> {
    let PaymentDetails { holder, address, iban, account_number, bic, .. } = &payment.details;
    let lacks = |member| FileError::Member { id: payment.id.clone(), member };
    xml.nest("PmtId", |xml| xml.leaf("EndToEndId", &written_id(&payment.id)))?;
    xml.nest("Amt", |xml| {
        let instructed =
            BytesStart::new("InstdAmt").with_attributes([("Ccy", payment.amount.currency().code())]);
        xml.written(instructed, "InstdAmt", &payment.amount.amount_text())
    })?;
    if let Some(bic) = bic {
        agent(xml, "CdtrAgt", bic)?;
    }
    xml.nest("Cdtr", |xml| party(xml, holder, address))?;
    if iban.is_none() && account_number.is_none() {
        return Err(lacks("iban"));
    }
    account(xml, "CdtrAcct", iban.as_deref(), account_number.as_deref())?;
    xml.nest("RmtInf", |xml| xml.leaf("Ustrd", &format!("Commission {}", written_id(&payment.id))))
}

fn party(xml: &mut Xml, name: &str, address: &PostalAddress) -> Result<(), FileError> {
    xml.leaf("Nm", &latin(name, NAME))?;
    xml.nest("PstlAdr", |xml| {
        let parts = address_parts(address);
        for (member, tag) in
            [("street", "StrtNm"), ("building_number", "BldgNb"), ("post_code", "PstCd"), ("town", "TwnNm")]
        {
            let part = parts.iter().find(|(name, ..)| *name == member);
            let written = part.map(|(_, text, length)| latin(text, *length)).unwrap_or_default();
            if !written.is_empty() {
                xml.leaf(tag, &written)?;
            }
        }
        xml.leaf("Ctry", &address.country)
    })
}

fn account(xml: &mut Xml, tag: &str, iban: Option<&str>, other: Option<&str>) -> Result<(), FileError> {
    xml.nest(tag, |xml| {
        xml.nest("Id", |xml| match iban {
            Some(iban) => xml.leaf("IBAN", iban),
            None => xml.nest("Othr", |xml| xml.leaf("Id", other.unwrap_or_default())),
        })
    })
}

fn agent(xml: &mut Xml, tag: &str, bic: &str) -> Result<(), FileError> {
    xml.nest(tag, |xml| xml.nest("FinInstnId", |xml| xml.leaf("BICFI", bic)))
}

/// A writer that nests by closures, so that every element is closed.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn event(&mut self, event: Event<'_>) -> Result<(), FileError> {
        self.0.write_event(event).map_err(|error| FileError::Writer(error.to_string()))
    }

    fn nest(
        &mut self,
        tag: &str,
        inside: impl FnOnce(&mut Self) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        self.event(Event::Start(BytesStart::new(tag)))?;
        inside(self)?;
        self.event(Event::End(BytesEnd::new(tag)))
    }

    fn leaf(&mut self, tag: &str, text: &str) -> Result<(), FileError> {
        self.written(BytesStart::new(tag), tag, text)
    }

    fn written(&mut self, start: BytesStart<'_>, tag: &str, text: &str) -> Result<(), FileError> {
        self.event(Event::Start(start))?;
        self.event(Event::Text(BytesText::new(text)))?;
        self.event(Event::End(BytesEnd::new(tag)))
    }
}
