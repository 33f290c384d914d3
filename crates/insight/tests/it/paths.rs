//! What the paths tell by themselves, and models side by side.

use insight::{models, paths, table};

use crate::told::{near, told};

const JOURNEYS: &str = "
    mail > search; 3; 30; 1
    search; 2; 10; 4
    mail; 0; 0; 5
    mail > mail > tv; 1; 100; 0
";

#[test]
fn lengths_parts_and_overlap() {
    let journeys = told(JOURNEYS);
    assert_eq!(journeys.channels(), ["mail", "search", "tv"]);
    let lengths: Vec<_> = paths::lengths(&journeys)
        .into_iter()
        .map(|length| (length.touches, length.conversions, length.nulls))
        .collect();
    assert_eq!(lengths, [(1, 2, 9), (2, 3, 1), (3, 1, 0)]);
    let parts: Vec<_> = paths::parts(&journeys)
        .into_iter()
        .map(|part| (part.took_part, part.assisted, part.closed, part.alone))
        .collect();
    assert_eq!(parts, [(4, 4, 0, 0), (5, 0, 5, 2), (1, 0, 1, 0)]);
    let overlap = paths::overlap(&journeys);
    assert!(near(overlap[0][1], 0.75, 1e-12) && near(overlap[1][0], 0.6, 1e-12) && overlap[1][2] == 0.0);
    let taken: Vec<u64> = paths::most_taken(&journeys, 2).into_iter().map(|path| path.conversions).collect();
    assert_eq!(taken, [3, 2]);
}

#[test]
fn what_a_model_would_move() {
    let journeys = told(JOURNEYS);
    let chosen = ["last", "first"].map(|name| models::by_name(name).unwrap());
    let rows = table::compare(&journeys, &chosen);
    let moved: Vec<_> =
        rows.iter().map(|row| (row.channel, row.cells[1].value, row.cells[1].moved)).collect();
    assert_eq!(moved, [("mail", 130.0, 130.0), ("search", 10.0, -30.0), ("tv", 0.0, -100.0)]);
    assert!(rows.iter().all(|row| row.cells[0].moved == 0.0));
}
