//! Parts of conversions.

use serde::Serialize;
use utoipa::ToSchema;

/// One line of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct Item {
    /// Stock keeping unit.
    #[schema(required = false)]
    pub sku: String,
    /// Category.
    pub category: Option<String>,
    /// Pieces, above zero.
    #[schema(required = false, default = 1)]
    pub quantity: u32,
    /// Price of one piece, in the conversion's currency, as decimal text.
    #[schema(example = "45.00")]
    pub price: String,
}

/// Pieces of one item of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemPart {
    /// Stock keeping unit, as reported.
    pub sku: String,
    /// How many pieces; above zero.
    #[schema(minimum = 1)]
    pub quantity: u32,
}

/// A receipt with the signature over it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedReceipt {
    /// What is signed: the conversion, the report, the journey with why each touch was kept or dropped, the contract versions,
    /// the commission lines, the caps, every decision and every transfer, less what is not yours to read.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
    /// The signature.
    pub signature: Signature,
}

/// A signature over the canonical text of a document: members sorted by name, no blanks (`jq -cjS`).
#[derive(Debug, Serialize, ToSchema)]
pub struct Signature {
    /// `Ed25519`.
    pub algorithm: String,
    /// The installation's public key, 32 bytes in base64.
    pub public_key: String,
    /// The signature, 64 bytes in base64.
    pub value: String,
}
