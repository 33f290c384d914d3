//! Creatives: what a publisher shows of a program, and that a link of his leads on from.

use serde::{Deserialize, Serialize};

use crate::{ids::*, parties::Status, time::Timestamp};

/// What a creative is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreativeKind {
    /// A picture.
    Banner,
    /// Words that are a link.
    Text,
    /// A video somewhere else, with words that are a link.
    Video,
}

impl CreativeKind {
    /// The word on the wire and in storage.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Text => "text",
            Self::Video => "video",
        }
    }
}

/// In which format a picture is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
    /// SVG without anything that acts or loads.
    Svg,
}

impl PictureFormat {
    /// What a browser is told.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }
}

/// What is known of a stored picture.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Picture {
    /// Its format, read from its bytes.
    pub format: PictureFormat,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
    /// How many bytes it has.
    pub bytes: u32,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// Something that a publisher can show.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Creative {
    /// Id.
    pub id: CreativeId,
    /// Its network.
    pub network_id: NetworkId,
    /// The program that it is for.
    pub program_id: ProgramId,
    /// What it is.
    pub kind: CreativeKind,
    /// Its name, for finding it.
    pub name: String,
    /// The words of the link; of a banner what stands for the picture where none is shown.
    pub text: String,
    /// The picture of a banner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// Where a video is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_url: Option<String>,
    /// The page that it leads to, on a host of the program; none leads where the link does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing_url: Option<String>,
    /// Words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// First moment at which it is shown; none from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Timestamp>,
    /// First moment at which it is shown no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Whether it is shown at all.
    #[serde(default)]
    pub status: Status,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Creative {
    /// Whether it is shown at this moment.
    pub fn runs(&self, at: Timestamp) -> bool {
        self.status == Status::Active
            && self.starts_at.is_none_or(|starts| starts <= at)
            && self.ends_at.is_none_or(|ends| at < ends)
    }
}
