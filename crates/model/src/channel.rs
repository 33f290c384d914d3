//! Channels: where visitors come from.

use std::{fmt, str::FromStr};

use crate::text_form::text_form;

macro_rules! channels {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal, [$en:literal, $vi:literal, $fa:literal];)+) => {
        /// Where visitors come from. The list is closed; words are never used again for something else.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Channel { $($(#[doc = $doc])+ $name,)+ }

        impl Channel {
            /// Every channel.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word on the wire and in storage.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }
            /// Its name in English, Vietnamese and Persian.
            pub const fn names(self) -> [&'static str; 3] {
                match self { $(Self::$name => [$en, $vi, $fa]),+ }
            }
        }
    };
}

channels! {
    /// A publisher's link.
    Affiliate = "affiliate", ["Affiliate", "Tiếp thị liên kết", "همکاری در فروش"];
    /// Paid search.
    Search = "search", ["Search", "Tìm kiếm trả phí", "جست‌وجوی پولی"];
    /// Social networks.
    Social = "social", ["Social", "Mạng xã hội", "شبکه‌های اجتماعی"];
    /// Banners.
    Display = "display", ["Display", "Hiển thị", "نمایشی"];
    /// Video.
    Video = "video", ["Video", "Video", "ویدیو"];
    /// E-mail.
    Email = "email", ["E-mail", "E-mail", "ایمیل"];
    /// Articles and other sites that link.
    Content = "content", ["Content", "Nội dung", "محتوا"];
    /// Apps.
    App = "app", ["App", "Ứng dụng", "برنامک"];
    /// Telephone.
    Call = "call", ["Call", "Điện thoại", "تلفن"];
    /// Television.
    Tv = "tv", ["TV", "Truyền hình", "تلویزیون"];
    /// Radio.
    Radio = "radio", ["Radio", "Phát thanh", "رادیو"];
    /// Newspapers, posters, leaflets.
    Print = "print", ["Print", "Báo in", "چاپی"];
    /// Fairs and events.
    Event = "event", ["Event", "Sự kiện", "رویداد"];
    /// Nobody sent them.
    Direct = "direct", ["Direct", "Trực tiếp", "مستقیم"];
    /// Unpaid results of search engines.
    Organic = "organic", ["Organic", "Tự nhiên", "طبیعی"];
}

impl Channel {
    /// Whether an advertiser can have campaigns on it: publishers are paid by contracts, and nobody buys direct visits.
    pub const fn has_campaigns(self) -> bool {
        !matches!(self, Self::Affiliate | Self::Direct)
    }
}

/// A word that is no channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no channel; channels are affiliate, search, social, display, video, email, content, app, call, tv, radio, print, event, direct, organic"
)]
pub struct ChannelError(pub String);

impl FromStr for Channel {
    type Err = ChannelError;
    fn from_str(word: &str) -> Result<Self, ChannelError> {
        let found = Self::ALL.iter().find(|channel| channel.word() == word);
        found.copied().ok_or_else(|| ChannelError(word.chars().take(64).collect()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

text_form!(Channel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_and_the_refusal_names_them_all() {
        let refusal = "x".parse::<Channel>().unwrap_err().to_string();
        for channel in Channel::ALL {
            assert_eq!(channel.word().parse(), Ok(*channel));
            assert!(refusal.contains(channel.word()), "{channel}");
        }
    }
}
