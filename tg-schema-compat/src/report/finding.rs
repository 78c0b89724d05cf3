//! What a finding says of the versions that it was found against.

use super::{Effect, Finding, Format};
use crate::loss::Direction;

impl Finding {
    /// The formats that it concerns, each once.
    pub fn formats(&self) -> Vec<Format> {
        let mut formats: Vec<Format> = self.effects.iter().map(|e| e.format).collect();
        formats.sort();
        formats.dedup();
        formats
    }

    /// The directions that it concerns, as one word: `backward`, `forward`, `both` or `none`.
    pub fn direction(&self) -> &'static str {
        let has = |direction| self.effects.iter().any(|e| e.direction == Some(direction));
        match (has(Direction::Backward), has(Direction::Forward)) {
            (true, true) => "both",
            (true, false) => "backward",
            (false, true) => "forward",
            (false, false) => "none",
        }
    }

    /// What was found against one of the versions.
    pub fn effects_against(&self, version: usize) -> &[Effect] {
        let fewer = self.fewer.iter().find(|(known, _)| *known == version);
        fewer.map_or(&self.effects, |(_, effects)| effects)
    }

    /// Takes in what was found against one more version.
    pub(crate) fn join(&mut self, effects: Vec<Effect>, version: usize) {
        let known = self.against.contains(&version);
        let mut own = match known {
            true => self.effects_against(version).to_vec(),
            false => Vec::new(),
        };
        let mut all = self.effects.clone();
        for effect in effects {
            for effects in [&mut own, &mut all] {
                if !effects.contains(&effect) {
                    effects.push(effect.clone());
                }
            }
        }
        all.sort();
        if all.len() > self.effects.len() {
            for other in self.against.clone() {
                if self.fewer.iter().all(|(known, _)| *known != other) {
                    self.fewer.push((other, self.effects.clone()));
                }
            }
        }
        self.fewer.retain(|(known, _)| *known != version);
        if own.len() < all.len() {
            self.fewer.push((version, own));
        }
        if !known {
            self.against.push(version);
        }
        self.effects = all;
    }
}
