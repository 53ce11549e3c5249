//! Stacks of photos that are one shot, and bursts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

wire! {
    /// Lists stacks or bursts, of one library or all.
    #[derive(Default)]
    pub struct ListStacks {
        #[serde(default)] #[ts(type = "number | null")] pub library_id: Option<i64>,
        /// 1 … 1000, 100 when not given.
        #[serde(default)] pub limit: Option<u32>,
        #[serde(default)] pub offset: u32,
    }

    /// Stacks.
    pub struct StackList {
        pub stacks: Vec<Stack>,
        /// How many there are in all.
        #[ts(type = "number")] pub total: u64,
    }

    /// Photos that are one shot, the one that stands for it first; none where a photo is in no stack.
    pub struct Stack {
        pub photos: Vec<StackPhoto>,
        /// A person made it.
        pub by_hand: bool,
    }

    /// A photo of a stack or a burst.
    pub struct StackPhoto {
        #[ts(type = "number")] pub photo_id: i64,
        pub path: String,
        pub format: String,
        /// Width over height of the upright picture, in thousandths.
        pub aspect: u32,
    }

    /// Asks for the stack that a photo is in.
    pub struct GetStack { #[ts(type = "number")] pub photo_id: i64 }

    /// Makes one stack of photos, the first on top.
    pub struct MakeStack { #[ts(type = "number[]")] pub photo_ids: Vec<i64> }

    /// Takes the stacks apart that photos are in.
    pub struct BreakStacks { #[ts(type = "number[]")] pub photo_ids: Vec<i64> }

    /// The photos of each stack that was taken apart, the top first: what makes it again.
    pub struct StacksBroken { #[ts(type = "number[][]")] pub stacks: Vec<Vec<i64>> }

    /// Forgets what was said of photos, and of all they were stacked with by hand.
    pub struct ForgetStacks { #[ts(type = "number[]")] pub photo_ids: Vec<i64> }

    /// How many of the photos something had been said of.
    pub struct StacksForgotten { #[ts(type = "number")] pub photos: u64 }

    /// Bursts, the latest first.
    pub struct BurstList {
        pub bursts: Vec<Burst>,
        /// How many there are in all.
        #[ts(type = "number")] pub total: u64,
    }

    /// Shots that follow each other, in the order they were taken.
    pub struct Burst { pub photos: Vec<StackPhoto> }
}

words! {
    /// Which photos of a stack are found.
    pub enum StackShow {
        /// One: the topmost that matches.
        Top,
        /// Each that matches.
        Each,
    }
}
