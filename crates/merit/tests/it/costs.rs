//! Costs of campaigns from files, as somebody imports what he downloaded.

use std::fs;

use serde_json::{Value, json};

use crate::place::{Place, demo_place, on_both};

/// Writes a file and imports it.
fn import(place: &Place, name: &str, bytes: &[u8], more: &[&str]) -> crate::place::Said {
    let file = place.file(name);
    fs::write(&file, bytes).unwrap();
    place.run(&[&["import", "costs", &file], more].concat())
}

/// Spend and cost of the year by channel and campaign, as the shell tells them.
fn spends(place: &Place, more: &[&str]) -> Vec<Value> {
    let report = [
        "report",
        "--metrics",
        "spend,cost,impressions,clicks",
        "--by",
        "channel,campaign",
        "--from",
        "2020-06-01",
    ];
    let rest = ["--to", "2020-06-30", "--format", "json"];
    let said = place.run(&[&report[..], &rest[..], more].concat());
    assert_eq!(said.code, 0, "{said:?}");
    said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn exports_of_two_ad_systems_stand_in_one_table() {
    on_both(|place, _| {
        let google = "Campaign report\n\"June 1, 2020 - June 2, 2020\"\nDay,Campaign,Currency code,Cost,Impr.,Clicks\n\
                      2020-06-01,Brand,USD,\"1,200.50\",\"10,000\",300\n2020-06-02,Brand,USD,99.50,900,25\n\
                      Total: Account, --,USD,\"1,300.00\",\"10,900\",325\n";
        let sixteen: Vec<u8> = google.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let done =
            import(place, "google.csv", &[&b"\xFF\xFE"[..], &sixteen].concat(), &["--channel", "search"])
                .done();
        assert_eq!((&done["booked"]["added"], &done["campaigns_made"]), (&json!(2), &json!(1)), "{done}");
        let meta = "Campaign name,Amount spent (USD),Impressions,Link clicks,Reporting starts,Reporting ends\n\
                    ,30.00,5500,90,2020-06-01,2020-06-03\nHerbst,30.00,5500,90,2020-06-01,2020-06-03\n";
        let asked = import(place, "meta.csv", meta.as_bytes(), &["--channel", "social"]);
        assert_eq!(asked.code, 2, "{asked:?}");
        assert!(
            asked.err.contains("line 3, column `Reporting starts`") && asked.err.contains("`spread`"),
            "{asked:?}"
        );
        import(place, "meta.csv", meta.as_bytes(), &["--channel", "social", "--spread", "even"]).done();
        let rows = spends(place, &[]);
        for (channel, spend, impressions, clicks) in
            [("search", "1300.00", 10_900, 325), ("social", "30.00", 5_500, 90)]
        {
            let row = rows.iter().find(|row| row["channel"] == channel);
            let row = row.unwrap_or_else(|| panic!("no {channel} in {rows:?}"));
            assert!(row["campaign"].as_str().is_some_and(|id| id.starts_with("cmp_")), "{row}");
            assert!(
                row["spend"].to_string().contains(spend) && row["cost"].to_string().contains(spend),
                "{row}"
            );
            assert_eq!((&row["impressions"], &row["clicks"]), (&json!(impressions), &json!(clicks)), "{row}");
        }
        // Again nothing; with a bad row the good ones.
        let again = import(place, "google.csv", google.as_bytes(), &["--channel", "search"]).done();
        assert_eq!(
            again["booked"],
            json!({"added": 0, "changed": 0, "removed": 0, "unchanged": 2, "waiting": 0})
        );
        let broken = "Day,Campaign,Cost (USD)\n2020-06-01,Brand,1200.50\n2020-06-03,Brand,much\n";
        let said = import(place, "broken.csv", broken.as_bytes(), &["--channel", "search"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.err.contains("line 3, column `Cost (USD)`: `much` is no number"), "{said:?}");
        place.expect_verified();
    });
}

#[test]
fn what_cannot_be_imported_says_why_and_stores_nothing() {
    let (place, _) = demo_place();
    let good = "Day,Campaign,Cost (USD)\n2020-06-01,Brand,1\n";
    for (bytes, more, part) in [
        (&b"PK\x03\x04"[..], vec!["--channel", "search"], "Excel workbook"),
        (b"nothing\n", vec!["--channel", "search"], "names a column of cost"),
        (good.as_bytes(), vec!["--channel", "moon"], "`moon` is no channel"),
        (good.as_bytes(), vec!["--channel", "affiliate"], "no campaigns run on this channel"),
        (good.as_bytes(), vec!["--channel", "search", "--known-campaigns"], "there is no such campaign"),
        (good.as_bytes(), vec!["--channel", "search", "--column", "spend=Kost"], "there is no column `Kost`"),
        (good.as_bytes(), vec!["--channel", "search", "--column", "price=Cost"], "`price` is no column"),
        (good.as_bytes(), vec!["--channel", "search", "--dates", "sideways"], "day-first"),
    ] {
        let said = import(&place, "costs.csv", bytes, &more);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(part), "{part} in {said:?}");
    }
    let shown = import(&place, "costs.csv", good.as_bytes(), &["--channel", "search", "--dry-run"]).done();
    assert_eq!((&shown["dry_run"], &shown["booked"]["added"]), (&json!(true), &json!(1)));
    assert_eq!(spends(&place, &["--filter", "channel=search"]).len(), 0);
}
