//! `/llms.txt`: what a language model needs to work with an installation.

use std::fmt::Write;

use serde_json::Value;

use crate::openapi::operations;

/// The text for a document.
pub fn text(document: &Value) -> String {
    let mut text = String::from(
        "# Merit\n\n\
         > An open, self-hosted performance-marketing platform: advertisers pay publishers for clicks, leads and orders that \
         completed; every decision has a receipt and every amount is in a ledger.\n\n",
    );
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{}\n", document["info"]["description"].as_str().unwrap_or_default());
    text.push_str(
        "- [OpenAPI 3.1 document](/api/openapi.json)\n- [The same for people, with every error code](/api/docs)\n\n\
         Words: a *program* is an advertiser's invitation to bring results; a *contract* says what it pays; a *link* \
         (`/c/{slug}`) belongs to a publisher; a *touch* is a click or impression; a *conversion* is a result, reported to \
         `/postback`; a *verdict code* says why something counts or not; a *receipt* explains one decision.\n\n## Operations\n\n",
    );
    for operation in operations(document) {
        let summary = operation.value["summary"].as_str().unwrap_or_default();
        let _ = writeln!(text, "- `{} {}`: {summary}", operation.method, operation.path);
    }
    text
}
