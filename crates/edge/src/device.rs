//! What kind of device, operating system and browser a user agent names.
//!
//! The reading of the text is `woothee`'s: a maintained set of rules that is compiled in (no data file, no download), takes
//! microseconds and was written for access logs. The alternatives were weighed: the `uap` family of crates needs a 200 kB YAML
//! file beside the binary or downloads it while building, and holds tens of megabytes of compiled expressions. What
//! woothee leaves open is decided here by marks in the text: tablets (Android without `Mobile`, iPads), televisions, game
//! consoles, newer systems, browsers that hide behind Chrome's name, and the apps of social networks.
//!
//! Words are lower case and stable (`android`, `chrome`), since targeting rules and reports name them. Within an app's
//! own browser the browser's word is the app's (`facebook`, `zalo`). What is not known is `None`, never a guess.

use woothee::parser::{Parser, WootheeResult};

/// The class of a device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DeviceClass {
    /// A computer with a keyboard.
    Desktop,
    /// A phone.
    Mobile,
    /// A tablet.
    Tablet,
    /// A television or a box or stick at one.
    Tv,
    /// A game console.
    Console,
    /// A program.
    Bot,
}

impl DeviceClass {
    /// The word in targeting rules and reports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Mobile => "mobile",
            Self::Tablet => "tablet",
            Self::Tv => "tv",
            Self::Console => "console",
            Self::Bot => "bot",
        }
    }
}

/// What a user agent says. `None` is unknown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Device {
    /// The class.
    pub class: Option<DeviceClass>,
    /// The operating system, such as `android`.
    pub os: Option<&'static str>,
    /// Its version, such as `17.2`.
    pub os_version: Option<Box<str>>,
    /// The browser, or the app whose own browser it is.
    pub browser: Option<&'static str>,
    /// Whether the page opens inside an app.
    pub in_app: bool,
}

/// Apps that open links in a browser of their own: marks in the user agent, and the browser's word. The first hit counts.
const APPS: &[(&str, &str)] = &[
    // Instagram, Threads and Messenger carry Facebook's marks beside their own.
    ("Instagram ", "instagram"),
    ("Barcelona ", "threads"),
    ("FBAN/Messenger", "messenger"),
    ("FB_IAB/MESSENGER", "messenger"),
    ("FB_IAB/Orca", "messenger"),
    ("FBAN/", "facebook"),
    ("FBAV/", "facebook"),
    ("FB_IAB/", "facebook"),
    ("musical_ly", "tiktok"),
    ("BytedanceWebview", "tiktok"),
    ("ByteLocale", "tiktok"),
    ("trill_", "tiktok"),
    ("TikTok ", "tiktok"),
    ("ttwebview", "tiktok"),
    ("Zalo android", "zalo"),
    ("Zalo iOS", "zalo"),
    ("ZaloTheme", "zalo"),
    ("ZaloPC", "zalo"),
    ("[LinkedInApp]", "linkedin"),
    ("LinkedInApp", "linkedin"),
    ("[Pinterest/", "pinterest"),
    ("Twitter for ", "twitter"),
    ("TwitterAndroid", "twitter"),
    ("MicroMessenger/", "wechat"),
    ("Telegram-Android", "telegram"),
    ("Telegram-iOS", "telegram"),
    ("Snapchat/", "snapchat"),
    (" Line/", "line"),
    ("KAKAOTALK", "kakaotalk"),
    ("VKAndroidApp", "vk"),
    ("VKClient", "vk"),
    ("Viber/", "viber"),
    ("WhatsApp/", "whatsapp"),
    ("GSA/", "google_app"),
];

/// Browsers that woothee takes for Chrome or Safari: marks and words.
const BROWSERS: &[(&str, &str)] = &[
    ("coc_coc_browser/", "coc_coc"),
    ("CocCoc", "coc_coc"),
    ("UCBrowser/", "uc"),
    ("UCWEB", "uc"),
    ("MiuiBrowser/", "miui"),
    ("HuaweiBrowser/", "huawei"),
    ("Silk/", "silk"),
    ("DuckDuckGo/", "duckduckgo"),
    ("QQBrowser/", "qq"),
    ("Whale/", "whale"),
    ("Opera Mini/", "opera_mini"),
    ("OPT/", "opera"),
    ("OPR/", "opera"),
    ("OPX/", "opera"),
    ("Brave/", "brave"),
    ("FxiOS/", "firefox"),
    ("Focus/", "firefox"),
    ("SznProhlizec/", "seznam"),
];

/// Marks of televisions, boxes and sticks.
const TELEVISIONS: &[&str] = &[
    "SMART-TV",
    "SmartTV",
    "Smart TV",
    "Android TV",
    "GoogleTV",
    "Google TV",
    "AppleTV",
    "Apple TV",
    "HbbTV",
    "Web0S",
    "NetCast",
    "NETTV",
    "BRAVIA",
    "CrKey",
    "Roku",
    "; AFT",
    "VIERA",
    "AQUOS",
    "TV Safari",
    "Opera TV",
    "POV_TV",
];

/// Marks of consoles, and their system's word.
const CONSOLES: &[(&str, &str)] = &[
    ("PlayStation", "playstation"),
    ("PLAYSTATION", "playstation"),
    ("Xbox", "xbox"),
    ("Nintendo", "nintendo"),
];

impl Device {
    /// Reads a user agent of at most a few hundred bytes.
    pub fn read(user_agent: &str) -> Self {
        let masked = mask_device_makers(user_agent);
        let agent = masked.as_deref().unwrap_or(user_agent);
        let parsed = Parser::new().parse(agent).unwrap_or_default();
        let app = app_of(agent);
        let (os, os_version) = system(agent, &parsed);
        Self {
            class: class(agent, os, &parsed),
            os,
            os_version,
            browser: app.or_else(|| browser(agent, &parsed)),
            in_app: app.is_some() || is_bare_web_view(agent),
        }
    }
}

/// The word of the app in whose own browser a page opens.
pub fn app_of(user_agent: &str) -> Option<&'static str> {
    find(APPS, user_agent)
}

/// CUBOT makes phones, but ends like a crawler.
pub(crate) fn mask_device_makers(user_agent: &str) -> Option<String> {
    let place = user_agent.as_bytes().windows(5).position(|window| window.eq_ignore_ascii_case(b"cubot"))?;
    let mut masked = user_agent.to_owned();
    masked.replace_range(place..place + 5, "CUB0T");
    Some(masked)
}

fn find(table: &[(&str, &'static str)], agent: &str) -> Option<&'static str> {
    table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, word)| *word)
}

fn class(agent: &str, os: Option<&str>, parsed: &WootheeResult<'_>) -> Option<DeviceClass> {
    if parsed.category == "crawler" {
        return Some(DeviceClass::Bot);
    }
    if find(CONSOLES, agent).is_some() {
        return Some(DeviceClass::Console);
    }
    if TELEVISIONS.iter().any(|mark| agent.contains(mark)) {
        return Some(DeviceClass::Tv);
    }
    let tablet_words = ["iPad", "Tablet", "tablet", "Kindle", "PlayBook"];
    match os {
        Some("ios" | "android") if tablet_words.iter().any(|word| agent.contains(word)) => {
            Some(DeviceClass::Tablet)
        }
        // Google's own rule: a phone says `Mobile`, a tablet does not. Old Opera and UC leave it out on phones.
        Some("android")
            if !agent.contains("Mobile") && !agent.contains("Mini") && !agent.contains("UCBrowser") =>
        {
            Some(DeviceClass::Tablet)
        }
        Some("ios" | "android" | "windows_phone" | "kaios" | "blackberry" | "harmonyos") => {
            Some(DeviceClass::Mobile)
        }
        Some("windows" | "macos" | "linux" | "chromeos" | "bsd") => Some(DeviceClass::Desktop),
        _ => match parsed.category {
            "pc" => Some(DeviceClass::Desktop),
            "smartphone" | "mobilephone" => Some(DeviceClass::Mobile),
            _ if agent.contains("J2ME") || agent.contains("MIDP") => Some(DeviceClass::Mobile),
            _ => None,
        },
    }
}

/// Systems that woothee does not know or takes for another: marks, word, and the text before the version.
const SYSTEMS: &[(&str, &str, &str)] = &[
    ("KAIOS/", "kaios", "KAIOS/"),
    ("HarmonyOS", "harmonyos", "HarmonyOS "),
    ("OpenHarmony", "harmonyos", "OpenHarmony "),
    ("Tizen", "tizen", "Tizen "),
    ("Web0S", "webos", "Web0S/"),
    ("PlayStation 5", "playstation", "PlayStation 5/"),
    ("AppleTV", "tvos", "tvOS "),
    ("Roku", "roku", "Roku/DVP-"),
];

fn system(agent: &str, parsed: &WootheeResult<'_>) -> (Option<&'static str>, Option<Box<str>>) {
    if let Some((_, word, before)) = SYSTEMS.iter().find(|(mark, _, _)| agent.contains(mark)) {
        return (Some(word), version_after(agent, before));
    }
    if let Some(word) = find(CONSOLES, agent) {
        return (Some(word), version(&parsed.os_version));
    }
    let word = match parsed.os {
        "Android" => "android",
        "iPhone" | "iPad" | "iPod" | "iOS" => "ios",
        "Mac OSX" | "Mac OS Classic" => {
            return (
                Some("macos"),
                version(&parsed.os_version).or_else(|| version_after(agent, "Mac OS X ")),
            );
        }
        "ChromeOS" => return (Some("chromeos"), parsed.os_version.rsplit(' ').next().and_then(version)),
        "Linux" => "linux",
        "BSD" => "bsd",
        "Windows Phone OS" => "windows_phone",
        "BlackBerry" | "BlackBerry 10" => "blackberry",
        name if name.starts_with("Windows") => {
            return (Some("windows"), windows_version(name, &parsed.os_version));
        }
        _ => return (None, None),
    };
    (Some(word), version(&parsed.os_version))
}

/// The number that people know: `NT 6.1` is 7. Windows 11 calls itself 10 here.
fn windows_version(name: &str, os_version: &str) -> Option<Box<str>> {
    match os_version.trim_start_matches("NT ") {
        "10.0" => Some("10".into()),
        "6.3" => Some("8.1".into()),
        "6.2" => Some("8".into()),
        "6.1" => Some("7".into()),
        "6.0" => Some("6".into()),
        "5.1" | "5.2" => Some("5.1".into()),
        _ => name.strip_prefix("Windows ").and_then(version),
    }
}

/// Digits and dots at the beginning, underscores taken for dots, at most 16 characters.
fn version(text: impl AsRef<str>) -> Option<Box<str>> {
    let digits: String = text
        .as_ref()
        .chars()
        .map(|character| if character == '_' { '.' } else { character })
        .take_while(|character| character.is_ascii_digit() || *character == '.')
        .take(16)
        .collect();
    let trimmed = digits.trim_matches('.');
    (!trimmed.is_empty()).then(|| trimmed.into())
}

fn version_after(agent: &str, mark: &str) -> Option<Box<str>> {
    agent.split_once(mark).and_then(|(_, rest)| version(rest))
}

fn browser(agent: &str, parsed: &WootheeResult<'_>) -> Option<&'static str> {
    if let Some(word) = find(BROWSERS, agent) {
        return Some(word);
    }
    Some(match parsed.name {
        "Chrome" => "chrome",
        "Safari" => "safari",
        "Firefox" => "firefox",
        "Edge" => "edge",
        "Internet Explorer" => "internet_explorer",
        "Opera" => "opera",
        "SamsungBrowser" => "samsung",
        "Vivaldi" => "vivaldi",
        "Yandex Browser" => "yandex",
        "Sleipnir" => "sleipnir",
        "Webview" => "webview",
        // Edge of the Xbox.
        "Xbox One" if agent.contains("Edge/") || agent.contains("Edg/") => "edge",
        _ => return None,
    })
}

/// An app that does not say which: Android's `; wv`, or WebKit on an iPhone without Safari's own mark.
fn is_bare_web_view(agent: &str) -> bool {
    agent.contains("; wv)")
        || ((agent.contains("iPhone;") || agent.contains("iPad;"))
            && agent.contains("AppleWebKit/")
            && !agent.contains("Safari/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn show(device: &Device) -> String {
        let class = device.class.map_or("-", DeviceClass::word);
        let version = device.os_version.as_deref().unwrap_or("-");
        let in_app = if device.in_app { "app" } else { "-" };
        [class, device.os.unwrap_or("-"), version, device.browser.unwrap_or("-"), in_app].join(" ")
    }

    /// Class, system, version, browser, in an app; then the user agent as seen in the wild.
    const AGENTS: &str = include_str!("device/user_agents.txt");

    #[test]
    fn real_user_agents_are_read_right() {
        let mut rows = 0;
        for row in AGENTS.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let (wanted, agent) = row.split_once(" | ").unwrap();
            let wanted = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(show(&Device::read(agent)), wanted, "{agent}");
            rows += 1;
        }
        assert!(rows > 50, "the table was read");
    }

    #[test]
    fn nothing_says_nothing() {
        for agent in ["", "-", " ", "x", "Mozilla/5.0"] {
            assert_eq!(show(&Device::read(agent)), "- - - - -", "{agent}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(agent: String) {
            Device::read(&agent);
        }

        #[test]
        fn any_mixture_of_marks_is_answered(words in proptest::collection::vec(prop_oneof![
            Just("Mozilla/5.0 ("), Just("Windows NT "), Just("Android "), Just("iPhone; CPU OS "), Just("17_2_"), Just("CrOS "), Just("; "), Just(")"),
            Just("Chrome/"), Just("KAIOS/"), Just("Mac OS X "), Just("PlayStation 5/"), Just("Cubot"), Just("é"), Just("Opera "), Just("MSIE "),
            Just("Trident/"), Just("DoCoMo/"), Just("\u{1f600}"),
        ], 0..12)) {
            let device = Device::read(&words.concat());
            if let Some(version) = device.os_version {
                prop_assert!(version.len() <= 16 && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            }
        }
    }
}
