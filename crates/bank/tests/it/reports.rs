//! What banks answer.

use bank::status::{Line, Outcome, ReportFormat::*, read};

const RUN: &str = "pyr-06fw3q8z7k2n5c9t1x4v6b8m0p";

/// A pain.002 with a group status and these parts of its payment information.
fn pain002(group: &str, inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>
        <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>
        <GrpHdr><MsgId>bank-1</MsgId><CreDtTm>2026-03-02T08:00:00</CreDtTm></GrpHdr>
        <OrgnlGrpInfAndSts><OrgnlMsgId>{RUN}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>
        <OrgnlPmtInfAndSts><OrgnlPmtInfId>{RUN}</OrgnlPmtInfId>{inside}</OrgnlPmtInfAndSts>
        </CstmrPmtStsRpt></Document>"
    )
}

fn transfer(id: &str, status: &str, reason: &str) -> String {
    format!(
        "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}</TxInfAndSts>"
    )
}

fn failed(reason: &str) -> Outcome {
    Outcome::Failed { reason: reason.to_owned() }
}

#[test]
fn transfers_are_confirmed_refused_or_under_way() {
    let reason =
        "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Account closed &amp; gone</AddtlInf></StsRsnInf>";
    let inside = [
        transfer("pyt-a", "ACSC", ""),
        transfer("PYT-B", "RJCT", reason),
        transfer("pyt-c", "PDNG", ""),
        transfer("pyt-d", "", ""),
    ];
    let report = read(Pain002, &pain002("<GrpSts>PART</GrpSts>", &inside.concat())).expect("a report");
    assert_eq!(report.run.as_deref(), Some("pyr_06fw3q8z7k2n5c9t1x4v6b8m0p"));
    assert_eq!(report.of_all, Some(Outcome::UnderWay { word: "PART".to_owned() }));
    let line = |id: &str, outcome| Line { payout: id.to_owned(), outcome };
    assert_eq!(
        report.lines,
        [
            line("pyt_a", Outcome::Confirmed),
            line("pyt_b", failed("AC04 Account closed & gone")),
            line("pyt_c", Outcome::UnderWay { word: "PDNG".to_owned() }),
        ]
    );
}

#[test]
fn a_status_of_the_group_or_its_part_holds_for_all() {
    let group = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Prtry>X1</Prtry></Rsn></StsRsnInf>";
    assert_eq!(read(Pain002, &pain002(group, "")).expect("a report").of_all, Some(failed("X1")));
    // A second copy of a file is refused, which says nothing about the first.
    for duplicate in ["AM05", "DU01", "DU03"] {
        let group = format!("<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{duplicate}</Cd></Rsn></StsRsnInf>");
        let of_all = read(Pain002, &pain002(&group, "")).expect("a report").of_all;
        assert_eq!(of_all, Some(Outcome::UnderWay { word: format!("RJCT {duplicate}") }));
    }
    let part = pain002("", "<PmtInfSts>ACSC</PmtInfSts>");
    assert_eq!(read(Pain002, &part).expect("a report").of_all, Some(Outcome::Confirmed));
    assert_eq!(read(Pain002, &pain002("", "")).expect("a report").of_all, None);
}

#[test]
fn what_is_no_report_is_refused_with_its_line() {
    let bomb = "<?xml version=\"1.0\"?>\n<!DOCTYPE x [<!ENTITY a \"aaaa\">]>\n<Document/>";
    let deep = "<a>".repeat(100);
    let cut = pain002("", "");
    let cut = &cut[..cut.len() - 30];
    let entity = pain002("", "<PmtInfSts>&secret;</PmtInfSts>");
    for (text, line, word) in [
        ("", 1, "no pain.002"),
        ("<Document><Other/></Document>", 1, "no pain.002"),
        (bomb, 2, "document type"),
        (&deep, 1, "too deeply"),
        (cut, 6, ""),
        (&entity, 5, "entity"),
        ("payout_id,status", 1, ""),
    ] {
        let error = read(Pain002, text).expect_err(text);
        assert!(error.message.contains(word), "{text}: {error}");
        assert_eq!(error.line, line, "{text}: {error}");
    }
}

#[test]
fn a_list_of_outcomes_is_read() {
    let report =
        read(Csv, "reason,payout_id, status\n,pyt_a,confirmed\nclosed,PYT_B,failed\n,pyt_c,failed\n");
    let outcomes: Vec<_> =
        report.expect("a list").lines.into_iter().map(|line| (line.payout, line.outcome)).collect();
    assert_eq!(
        outcomes,
        [
            ("pyt_a".to_owned(), Outcome::Confirmed),
            ("pyt_b".to_owned(), failed("closed")),
            ("pyt_c".to_owned(), failed("failed")),
        ]
    );
    for (text, line) in [
        ("", 1),
        ("payout_id\n", 1),
        ("payout_id,status\npyt_a,confirmed\npyt_b,paid\n", 3),
        ("payout_id,status\n,confirmed\n", 2),
        ("payout_id,status\npyt_a,confirmed,more\n", 2),
    ] {
        assert_eq!(read(Csv, text).expect_err(text).line, line, "{text}");
    }
}
