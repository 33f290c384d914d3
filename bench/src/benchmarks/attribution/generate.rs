//! Files of paths, the same at every run.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use anyhow::Result;

const CHANNELS: [&str; 12] = [
    "search",
    "social",
    "display",
    "email",
    "affiliate",
    "direct",
    "organic",
    "video",
    "content",
    "tv",
    "radio",
    "print",
];

/// Numbers that look random: the generator of Steele, Lea and Flood (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }
}

/// Writes so many paths of one to `longest` touches; frequent channels are far more frequent than rare ones, and a quarter converts.
pub fn write(file: &Path, paths: u64, longest: u64) -> Result<()> {
    let mut numbers = Numbers(paths);
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "path;conversions;value;nulls")?;
    for _ in 0..paths {
        let touches = 1 + numbers.below(longest);
        for touch in 0..touches {
            let most = 1 + numbers.below(CHANNELS.len() as u64);
            let channel = usize::try_from(numbers.below(most))?;
            write!(out, "{}{}", if touch > 0 { " > " } else { "" }, CHANNELS[channel])?;
        }
        let conversions = u64::from(numbers.below(4) == 0);
        let value = conversions * (500 + numbers.below(20_000));
        writeln!(out, ";{conversions};{}.{:02};{}", value / 100, value % 100, 1 - conversions)?;
    }
    Ok(out.flush()?)
}
