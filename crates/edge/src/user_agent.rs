//! The user agent of a request, read once per text.
//!
//! A visitor's browser sends the same text with every request, and so do millions of others, so what was read is
//! kept in a bounded cache: a hit costs a hash of the text. The text is cut to 512 bytes before anything reads it, which bounds
//! the work for a hostile header; control characters become U+FFFD, since the text is stored and shown.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderMap;
use quick_cache::sync::Cache;

use crate::crawlers::Crawlers;
use crate::device::{Device, DeviceClass};
use crate::link_parameters::floor_char_boundary;

/// Bytes of a user agent that are read and stored.
pub const USER_AGENT_BYTES_MAX: usize = 512;
/// Texts that are remembered, at most about ten megabytes.
const REMEMBERED_MAX: usize = 16_384;

/// What one user agent says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserAgent {
    /// The text, cut.
    pub text: Box<str>,
    /// Device, system and browser.
    pub device: Device,
    /// Whether a known crawler sends it.
    pub is_crawler: bool,
}

/// Reads user agents and remembers what it read.
#[derive(Debug)]
pub struct UserAgents {
    crawlers: Crawlers,
    remembered: Cache<Box<str>, Arc<UserAgent>>,
}

impl UserAgents {
    /// Tells crawlers by these lists.
    pub fn new(crawlers: Crawlers) -> Self {
        Self { crawlers, remembered: Cache::new(REMEMBERED_MAX) }
    }

    /// What the request's `User-Agent` says; without one, nothing.
    pub fn of(&self, headers: &HeaderMap) -> Arc<UserAgent> {
        let bytes =
            headers.get(http::header::USER_AGENT).map(http::HeaderValue::as_bytes).unwrap_or_default();
        let text = readable(bytes);
        if let Some(known) = self.remembered.get(&*text) {
            return known;
        }
        let read = Arc::new(self.read(&text));
        self.remembered.insert(text.into_owned().into(), Arc::clone(&read));
        read
    }

    fn read(&self, text: &str) -> UserAgent {
        let is_crawler = self.crawlers.contains(text);
        let mut device = Device::read(text);
        if is_crawler {
            device.class = Some(DeviceClass::Bot);
        }
        UserAgent { text: text.into(), device, is_crawler }
    }
}

/// The header as text of at most [`USER_AGENT_BYTES_MAX`] bytes, borrowed when there is nothing to replace.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = &bytes[..bytes.len().min(USER_AGENT_BYTES_MAX)];
    let text = match String::from_utf8_lossy(bytes) {
        text if text.contains(char::is_control) => Cow::Owned(text.replace(char::is_control, "\u{fffd}")),
        text => text,
    };
    // Replacement characters are longer than what they replace.
    match floor_char_boundary(&text, USER_AGENT_BYTES_MAX) {
        end if end == text.len() => text,
        end => Cow::Owned(text[..end].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn request(bytes: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(http::header::USER_AGENT, HeaderValue::from_bytes(bytes).unwrap());
        headers
    }

    #[test]
    fn read_once_and_remembered() {
        let agents = UserAgents::new(Crawlers::default());
        let phone = request(b"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36");
        let first = agents.of(&phone);
        assert_eq!((first.device.class, first.is_crawler), (Some(DeviceClass::Mobile), false));
        assert!(Arc::ptr_eq(&first, &agents.of(&phone)));
        let robot = agents.of(&request(b"Googlebot/2.1 (+http://www.google.com/bot.html)"));
        assert_eq!((robot.device.class, robot.is_crawler), (Some(DeviceClass::Bot), true));
        assert_eq!(*agents.of(&HeaderMap::new()), UserAgent::default());
    }

    #[test]
    fn long_and_binary_texts_are_cut_and_cleaned() {
        let agents = UserAgents::new(Crawlers::default());
        assert_eq!(agents.of(&request(&[b'x'; 8192])).text.len(), USER_AGENT_BYTES_MAX);
        let binary = agents.of(&request(&[0xff; 600]));
        assert!(binary.text.len() <= USER_AGENT_BYTES_MAX && binary.text.chars().all(|c| c == '\u{fffd}'));
        assert_eq!(&*agents.of(&request(b"a\tb")).text, "a\u{fffd}b");
    }

    #[test]
    fn the_memory_is_bounded() {
        let agents = UserAgents { remembered: Cache::new(100), ..UserAgents::new(Crawlers::default()) };
        for number in 0..1000 {
            agents.of(&request(format!("agent {number}").as_bytes()));
        }
        assert!(agents.remembered.len() <= 100);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_bytes_are_answered(bytes in proptest::collection::vec(prop_oneof![Just(9_u8), 0x20..0x7f_u8, 0x80..=0xff_u8], 0..700)) {
            let text = readable(&bytes);
            prop_assert!(text.len() <= USER_AGENT_BYTES_MAX && !text.contains(char::is_control));
        }
    }
}
