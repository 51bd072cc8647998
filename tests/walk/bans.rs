//! Bans, waivers, decisions about places, moves, and what takes two coordinators.

use super::act::Act;
use super::desk::Said;
use super::model::Model;
use super::support::Answer;
use super::when::Night;

impl Model {
    pub fn house(&mut self, act: &Act, _answer: &Answer) -> Said<()> {
        unreachable!("{act:?}")
    }

    pub fn bans_before_the_freeze(&mut self, _date: Night) {}

    pub fn bans_after_the_draw(&mut self, _date: Night) {}
}
