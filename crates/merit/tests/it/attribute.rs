//! `merit attribute` on files of paths.

use serde_json::Value;

use crate::place::Place;

fn written(place: &Place, name: &str, text: &str) -> String {
    let file = place.file(name);
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn models_of_a_file_stand_side_by_side() {
    let place = Place::empty();
    let file = written(
        &place,
        "paths.csv",
        "path;conversions;value;nulls\nmail > search;3;30;1\nsearch;2;10;4\n\"جست‌وجو; تازه > mail\";1;5;0\n",
    );
    let said = place.run(&["attribute", &file, "--models", "last,first,shapley", "--format", "json"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.err.contains("6 conversions worth 45 and 5 journeys without, on 3 paths of 3 channels"),
        "{said:?}"
    );
    let rows: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let of = |model: &str, what: &str| row["models"][model][what].as_f64().unwrap();
            (
                row["channel"].as_str().unwrap(),
                of("last", "conversions"),
                of("first", "moved"),
                of("shapley", "conversions"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("mail", 1.0, 25.0, 2.0), ("search", 5.0, -30.0, 3.5), ("جست‌وجو; تازه", 0.0, 5.0, 0.5)]
    );
    let table = place.run(&["attribute", &file]);
    assert!(table.code == 0 && table.out.lines().count() == 4 && table.out.contains("markov_3"), "{table:?}");
}

#[test]
fn broken_rows_are_named_and_passed_over_on_request() {
    let place = Place::empty();
    let lines = "path;conversions;value;nulls\na > b;1;10;0\na >  > b;1;1;0\na;-1;1;0\na;1;ten;0\na;1;-2;0\na;0;2;0\n;1;1;0\nb;1\nb;2;4;0\n";
    let file = written(&place, "paths.csv", lines);
    let said = place.run(&["attribute", &file]);
    assert!(said.code == 1 && said.out.is_empty(), "{said:?}");
    for wanted in [
        "line 3: a channel of the path has no name",
        "line 4: `conversions` is `-1`; a whole number from zero up is needed",
        "line 5: `value` is `ten`; a number such as 12.50 is needed",
        "line 6: the value is below zero or no number",
        "line 7: there is a value, but no conversion",
        "line 8: the path has no channel",
        "line 9: `nulls` is missing",
        "7 of 9 rows cannot be read; give --skip-bad-rows to go on without them",
    ] {
        assert!(said.err.contains(wanted), "{wanted} in {}", said.err);
    }
    let rest = place.run(&["attribute", &file, "--skip-bad-rows", "--models", "last", "--format", "csv"]);
    assert_eq!(rest.out, "channel,last_conversions,last_value,last_moved\na,0,0,0\nb,3,14,0\n");
    assert_eq!(rest.code, 1);
    for (arguments, wanted) in [
        (
            &["attribute", file.as_str(), "--models", "magic"][..],
            "`magic` is no model; there are last, first",
        ),
        (&["attribute", &written(&place, "odd.csv", "way;conversions\na;1\n")], "column 1 is `way`"),
        (&["attribute", &file, "--separator", " "], "more than spaces"),
    ] {
        let said = place.run(arguments);
        assert!(said.code == 2 && said.err.contains(wanted), "{said:?}");
    }
}
