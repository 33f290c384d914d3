//! Examples that a person can check with a pencil.

use billing::{
    Batch, Corrected, Credited, Label, Movement, Origin, Part, Standing, Target, allot, credit_totals,
    invoice_totals, number_text, thousandths,
};
use model::{
    Currency, InvoiceId, Money,
    billing::{LineKind, TaxRate},
};

fn invoice(number: u8) -> InvoiceId {
    InvoiceId::from_bytes([number; 16])
}

/// Movements of one line and part: `+10 -4`, numbered from 0.
fn movements(text: &str) -> Vec<Movement> {
    let one = |(sequence, text): (i64, &str)| Movement {
        sequence,
        line: 0,
        part: Part::Commission,
        units: text.parse().unwrap(),
    };
    (0..).zip(text.split_whitespace()).map(one).collect()
}

/// What stands on earlier invoices: `1:6 2:4`.
fn standing(text: &str) -> Vec<Standing> {
    let one = |text: &str| {
        let (number, units) = text.split_once(':').unwrap();
        let invoice = invoice(number.parse().unwrap());
        Standing { invoice, line: 0, part: Part::Commission, units: units.parse().unwrap() }
    };
    text.split_whitespace().map(one).collect()
}

#[test]
fn everything_stands_where_its_charge_stands() {
    // stands on invoices | moves           | goes to: the new invoice (new), a credit note for an invoice
    let table = "
                          | +10             | +10 new
                          | +10 -4          | +10 new, -4 new
        1:10              | -10             | -10 cn1
        1:10              | -4 -6           | -4 cn1, -6 cn1
        1:6               | +4 -10          | +4 new, -4 new, -6 cn1
        1:6 2:4           | -5              | -4 cn2, -1 cn1
        1:6 2:4           | +1 -11          | +1 new, -1 new, -4 cn2, -6 cn1
                          | -1              | waits
        1:5               | -6              | waits
        1:0               | +3 -3           | +3 new, -3 new
    ";
    for row in table.lines().filter(|row| row.contains('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let origin = Origin { movements: movements(cells[1]), standing: standing(cells[0]) };
        let shown = allot(&origin).map_or_else(
            || "waits".to_owned(),
            |portions| {
                let words: Vec<String> = portions
                    .iter()
                    .map(|portion| match portion.target {
                        Target::Invoice => format!("{:+} new", portion.units),
                        Target::Correction(id) => format!("{:+} cn{}", portion.units, id.bytes()[0]),
                    })
                    .collect();
                words.join(", ")
            },
        );
        assert_eq!(shown, cells[2], "{row}");
    }
}

fn money(text: &str, currency: Currency) -> Money {
    Money::parse(text, currency).unwrap()
}

fn rates(text: &str) -> Vec<TaxRate> {
    let rate = |percent: &str| TaxRate { name: "VAT".to_owned(), percent: percent.to_owned() };
    text.split_whitespace().map(rate).collect()
}

#[test]
fn coins_and_taxes() {
    // currency, exact net, carried before | taxes     | in coins, carried after, taxes, gross
    let table = "
        USD 100.00     0        | 10        | 100.00 0.00 [10.00] 110.00
        USD 100.005    0        | 10        | 100.00 0.005 [10.00] 110.00
        USD 100.005    0.005    | 10        | 100.01 0.00 [10.00] 110.01
        USD 0.009999   0.000001 | 20        | 0.01 0.00 [0.00] 0.01
        USD 99.95      0        | 10        | 99.95 0.00 [10.00] 109.95
        USD 99.94      0        | 10        | 99.94 0.00 [9.99] 109.93
        USD 100.00     0        | 5 9.975   | 100.00 0.00 [5.00 9.98] 114.98
        VND 1234567    0        | 8         | 1234567 0 [98765] 1333332
        VND 1234567.5  0.5      | 8         | 1234568 0 [98765] 1333333
        EUR 50.00      0        |           | 50.00 0.00 [] 50.00
    ";
    for row in table.lines().filter(|row| row.contains('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let head: Vec<&str> = cells[0].split_whitespace().collect();
        let currency: Currency = head[0].parse().unwrap();
        let carried = money(head[2], currency).units();
        let totals = invoice_totals(money(head[1], currency), carried, &rates(cells[1])).unwrap();
        let taxes: Vec<String> = totals.taxes.iter().map(|tax| tax.amount.amount_text()).collect();
        let shown = format!(
            "{} {} [{}] {}",
            totals.billed.amount_text(),
            totals.carried.amount_text(),
            taxes.join(" "),
            totals.gross.amount_text()
        );
        assert_eq!(shown, cells[2], "{row}");
        assert_eq!(totals.net.add(totals.rounding), Ok(totals.billed));
    }
}

#[test]
fn credit_notes_of_one_invoice_are_taxed_as_one_would_be() {
    let vat = rates("10");
    // 33.33 three times: 3.33 of tax, then 3.34, then 3.33; one credit note of 99.99 has 10.00.
    let units = |text: &str| money(text, Currency::USD).units();
    let none = Credited { taxes: vec![0], ..Credited::default() };
    let mut invoice = Corrected { net: units("99.99"), billed: units("99.99"), credited: none.clone() };
    let mut shown = Vec::new();
    for _ in 0..3 {
        let totals = credit_totals(money("33.33", Currency::USD), 0, &vat, &invoice).unwrap();
        shown.push(totals.taxes[0].amount.amount_text());
        invoice.credited.net += totals.net.units();
        invoice.credited.billed += totals.billed.units();
        invoice.credited.taxes[0] += totals.taxes[0].amount.units();
    }
    assert_eq!(shown, ["3.33", "3.34", "3.33"]);
    let fresh = Corrected { credited: none.clone(), ..invoice.clone() };
    let once = credit_totals(money("99.99", Currency::USD), 0, &vat, &fresh).unwrap();
    assert_eq!(once.taxes[0].amount.units(), invoice.credited.taxes[0]);
    // Of half a cent that was carried a credit note of half a cent takes nothing, one of a little more a cent.
    let half = credit_totals(money("0.005", Currency::USD), 5_000, &vat, &fresh).unwrap();
    assert_eq!((half.billed.units(), half.carried.units()), (0, 0));
    let more = credit_totals(money("0.006", Currency::USD), 5_000, &vat, &fresh).unwrap();
    assert_eq!((more.billed.units(), more.carried.units()), (10_000, 9_000));
    // The whole of an invoice of 1.009 that was billed as 1.00 takes back 1.00.
    let invoice = Corrected { net: units("1.009"), billed: units("1"), credited: none };
    let whole = credit_totals(money("1.009", Currency::USD), 2_000, &vat, &invoice).unwrap();
    assert_eq!((whole.billed.units(), whole.carried.units()), (units("1"), -7_000));
}

#[test]
fn percents_and_numbers() {
    for (text, thousandths_of) in [
        ("10", Some(10_000)),
        ("8.5", Some(8_500)),
        ("0", Some(0)),
        ("9.975", Some(9_975)),
        ("100", Some(100_000)),
        ("100.001", None),
        ("1.2345", None),
        ("", None),
        ("-1", None),
        ("1e1", None),
        (".5", None),
        ("5.", None),
        ("٣", None),
    ] {
        assert_eq!(thousandths(text), thousandths_of, "{text}");
    }
    assert_eq!(number_text("INV-", Some(2026), 7), "INV-2026-0007");
    assert_eq!(number_text("HD", None, 12_345), "HD012345");
}

#[test]
fn an_invoice_of_less_than_a_coin_waits_with_all_its_sources() {
    let label = Label { program: None, kind: LineKind::Clicks, action: None };
    let mut batch = Batch::default();
    batch.add(1_u8, &label, &Origin { movements: movements("+4000"), standing: Vec::new() });
    // This source also takes back from an earlier invoice; it waits as a whole.
    batch.add(2, &label, &Origin { movements: movements("+1 -3"), standing: standing("1:2") });
    batch.add(3, &label, &Origin { movements: movements("-5"), standing: standing("1:5") });
    let closed = batch.clone().close(0, 10_000).unwrap();
    assert!(closed.invoice.is_none());
    assert_eq!(closed.entries.iter().map(|entry| entry.source).collect::<Vec<_>>(), [3]);
    assert_eq!(closed.corrections[&invoice(1)].net(), Ok(-5));
    // With enough carried from before there is a coin.
    let closed = batch.close(6_000, 10_000).unwrap();
    let sheet = closed.invoice.unwrap();
    assert_eq!((sheet.net(), sheet.lines[&label].count), (Ok(4_000), 1));
    assert_eq!(closed.corrections[&invoice(1)].net(), Ok(-7));
}
