//! Creatives: what publishers show of programs.

pub mod code;
pub mod create;
pub mod get;
pub mod list;
pub mod update;

use app::{configuration::creatives, errors::Refusal};
use data_encoding::BASE64;
use model::{
    CreativeId, LinkId, NetworkId, ProgramId, Timestamp,
    creative::{Creative, CreativeKind, Picture, PictureFormat},
    parties::Status,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{page::IdCursor, query::Limit},
    shape,
};

/// What of a creative can be written.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreativeDraft {
    /// The program that it is for; fixed once it is set.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// What it is; fixed once it is set.
    #[schema(value_type = shape::CreativeKind)]
    pub kind: CreativeKind,
    /// Its name, for finding it.
    #[schema(example = "Spring, 300 × 250")]
    pub name: String,
    /// The words of the link; of a banner what stands for the picture where none is shown.
    #[schema(example = "Lamps for long evenings")]
    pub text: String,
    /// The picture of a banner in base64: PNG, JPEG, WebP, or SVG without scripts and addresses; at most 700,000 bytes. Without it a change leaves the
    /// one that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Where a video is.
    #[serde(default)]
    pub video_url: Option<String>,
    /// The page that it leads to, on a verified host of the program; without it the link's own.
    #[serde(default)]
    #[schema(example = "https://shop.example/lamps")]
    pub landing_url: Option<String>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// First moment at which it is shown; none from the beginning.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    /// First moment at which it is shown no more.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// Whether it is shown at all.
    #[serde(default)]
    #[schema(value_type = shape::Status)]
    pub status: Status,
}

impl CreativeDraft {
    /// What of a creative can be changed.
    pub fn of(creative: &Creative) -> Self {
        let Creative {
            program_id,
            kind,
            name,
            text,
            video_url,
            landing_url,
            tags,
            starts_at,
            ends_at,
            status,
            ..
        } = creative.clone();
        Self {
            program_id,
            kind,
            name,
            text,
            picture: None,
            video_url,
            landing_url,
            tags,
            starts_at,
            ends_at,
            status,
        }
    }

    /// The creative with what cannot be written; `picture` is what is known of the present one.
    ///
    /// # Errors
    /// `field_invalid`: the picture is no base64.
    pub fn onto(
        self,
        id: CreativeId,
        network_id: NetworkId,
        picture: Option<Picture>,
        created_at: Timestamp,
    ) -> Result<creatives::Written, Refusal> {
        let decode = |text: String| {
            let bytes = BASE64.decode(text.as_bytes());
            bytes.map_err(|error| Refusal::field("picture", format!("this is no base64: {error}")))
        };
        let bytes = self.picture.map(decode).transpose()?;
        let creative = Creative {
            id,
            network_id,
            program_id: self.program_id,
            kind: self.kind,
            name: self.name,
            text: self.text,
            picture,
            video_url: self.video_url,
            landing_url: self.landing_url,
            tags: self.tags,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            status: self.status,
            created_at,
        };
        Ok(creatives::Written { creative, picture: bytes })
    }
}

/// A picture that is stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureView {
    /// Where the tracker shows it.
    #[schema(example = "/m/crv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub url: String,
    /// Its format, read from its bytes.
    #[schema(value_type = shape::PictureFormat)]
    pub format: PictureFormat,
    /// Pixels from left to right.
    #[schema(example = 300)]
    pub width: u32,
    /// Pixels from top to bottom.
    #[schema(example = 250)]
    pub height: u32,
    /// How many bytes it has.
    pub bytes: u32,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// A creative.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreativeView {
    /// Id.
    #[schema(value_type = String, example = "crv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: CreativeId,
    /// The program that it is for.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// What it is.
    #[schema(value_type = shape::CreativeKind)]
    pub kind: CreativeKind,
    /// Its name.
    pub name: String,
    /// The words of the link; of a banner what stands for the picture where none is shown.
    pub text: String,
    /// The picture of a banner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureView>,
    /// Where a video is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    /// The page that it leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landing_url: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// First moment at which it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    /// First moment at which it is shown no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// Whether it is shown at all.
    #[schema(value_type = shape::Status)]
    pub status: Status,
    /// Whether it is shown now, by its status and times.
    pub runs: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl CreativeView {
    /// The creative as it is at `now`.
    pub fn at(creative: Creative, now: Timestamp) -> Self {
        let runs = creative.runs(now);
        let url = format!("/m/{}", creative.id);
        let picture = creative.picture.map(|picture| PictureView {
            url,
            format: picture.format,
            width: picture.width,
            height: picture.height,
            bytes: picture.bytes,
            sha256: picture.sha256,
        });
        Self {
            id: creative.id,
            program_id: creative.program_id,
            kind: creative.kind,
            name: creative.name,
            text: creative.text,
            picture,
            video_url: creative.video_url,
            landing_url: creative.landing_url,
            tags: creative.tags,
            starts_at: creative.starts_at,
            ends_at: creative.ends_at,
            status: creative.status,
            runs,
            created_at: creative.created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CreativeQuery {
    /// Only of this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Only such.
    #[param(value_type = Option<shape::CreativeKind>)]
    pub kind: Option<CreativeKind>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}

/// With which link, and for which address of the tracker.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CodeQuery {
    /// The link that is paid; of the creative's program.
    #[param(value_type = String)]
    pub link_id: LinkId,
    /// How visitors reach the tracker.
    #[param(example = "https://track.example")]
    pub origin: String,
}
