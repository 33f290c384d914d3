//! What the address of a landing page tells of where the visitor came from.

/// Parameters with which ad systems mark a click.
const CLICK_IDS: [&str; 13] = [
    "gclid",
    "gbraid",
    "wbraid",
    "dclid",
    "msclkid",
    "yclid",
    "fbclid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "ScCid",
    "rdt_cid",
    "epik",
];

/// The click ids that are known.
pub fn click_ids() -> impl Iterator<Item = &'static str> {
    CLICK_IDS.into_iter()
}

/// Whether this is the name of a click id.
pub fn is_click_id(name: &str) -> bool {
    CLICK_IDS.contains(&name)
}
