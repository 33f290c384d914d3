//! Rows that were changed behind the program's back: `verify` names them.

use crate::place::on_both;

#[test]
fn a_damaged_row_is_named() {
    on_both(|place, _| {
        place.expect_verified();
        let damages = [
            (
                "UPDATE transfers SET amount = amount + 1 WHERE amount = (SELECT MAX(amount) FROM transfers)",
                "I3",
            ),
            ("UPDATE conversions SET commission = commission + 1 WHERE state = 'pending'", "I2"),
        ];
        for (sql, invariant) in damages {
            assert!(place.sql(sql) > 0, "{sql}");
            let said = place.run(&["verify"]);
            assert_eq!(said.code, 1, "{said:?}");
            let summary = said.json();
            assert!(summary["violations_total"].as_u64().unwrap() > 0);
            let violations = summary["violations"].as_array().unwrap();
            assert!(violations.iter().any(|one| one["invariant"] == invariant), "{sql}: {violations:?}");
            assert!(said.err.contains(violations[0]["place"].as_str().unwrap()), "{said:?}");
        }
    });
}
