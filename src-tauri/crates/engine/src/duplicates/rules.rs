//! Which copy stays: rules in order, each of which leaves those that are best by it. What they leave
//! undecided is a tie, shown and not decided.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use thiserror::Error;

use crate::store::pictures::Member;

/// Of two sharpnesses the lower one must be below this part of the higher one to be blurrier: below
/// that, another thumbnail of the same picture differs as much.
const AS_SHARP: f32 = 0.9;

/// A reason to keep one copy rather than another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// More pixels.
    Resolution,
    /// As a camera writes it, rather than saved by something else.
    OriginalFormat,
    /// More stars.
    Rating,
    /// Sharper by a tenth or more.
    Sharpness,
    /// Taken earlier.
    Earliest,
    /// Taken later.
    Latest,
    /// More bytes.
    LargestFile,
    /// More tags and facts about it.
    Metadata,
    /// A shorter path.
    ShortestPath,
    /// Known longer: brought by an earlier job.
    FirstAdded,
    /// In this folder, or below it.
    Folder(PathBuf),
}

/// The rules without a value, by their words.
const PLAIN: [(&str, Rule); 10] = [
    ("resolution", Rule::Resolution),
    ("original-format", Rule::OriginalFormat),
    ("rating", Rule::Rating),
    ("sharpness", Rule::Sharpness),
    ("earliest", Rule::Earliest),
    ("latest", Rule::Latest),
    ("largest-file", Rule::LargestFile),
    ("metadata", Rule::Metadata),
    ("shortest-path", Rule::ShortestPath),
    ("first-added", Rule::FirstAdded),
];

/// Rules that somebody has asked for by one word.
const PRESETS: [(&str, &[Rule]); 4] = [
    // A camera card imported twice: the copies are the same, the first import stays.
    // Both may have come in one job: then the name that nothing was added to stays.
    (
        "card",
        &[
            Rule::Rating,
            Rule::Metadata,
            Rule::FirstAdded,
            Rule::ShortestPath,
        ],
    ),
    // A messenger makes them smaller and takes their metadata.
    (
        "messenger",
        &[
            Rule::Resolution,
            Rule::Metadata,
            Rule::LargestFile,
            Rule::Earliest,
        ],
    ),
    // Exports beside originals.
    (
        "exports",
        &[
            Rule::OriginalFormat,
            Rule::Resolution,
            Rule::LargestFile,
            Rule::Earliest,
        ],
    ),
    ("bursts", &[Rule::Rating, Rule::Sharpness]),
];

/// The rules where none are named.
#[must_use]
pub fn defaults() -> Vec<Rule> {
    vec![
        Rule::Resolution,
        Rule::OriginalFormat,
        Rule::Rating,
        Rule::Metadata,
        Rule::Earliest,
    ]
}

/// A rule that there is not.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("There is no rule {word:?}: use {}, folder=DIR, or preset=card, messenger, exports or bursts", PLAIN.map(|(word, _)| word).join(", "))]
pub struct UnknownRule {
    /// As it was written.
    pub word: String,
}

/// Reads rules; a preset stands for several.
///
/// # Errors
/// [`UnknownRule`] for the first that there is not.
pub fn parse(words: &[String]) -> Result<Vec<Rule>, UnknownRule> {
    let mut rules = Vec::new();
    for word in words {
        match word.strip_prefix("preset=") {
            Some(name) => {
                let preset = PRESETS.iter().find(|(known, _)| *known == name);
                let (_, own) = preset.ok_or_else(|| UnknownRule { word: word.clone() })?;
                rules.extend(own.iter().cloned());
            }
            None => rules.push(word.parse()?),
        }
    }
    Ok(rules)
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(word: &str) -> Result<Self, UnknownRule> {
        let unknown = || UnknownRule { word: word.into() };
        match word.strip_prefix("folder=") {
            Some("") => Err(unknown()),
            Some(folder) => Ok(Self::Folder(PathBuf::from(folder))),
            None => {
                let known = PLAIN.iter().find(|(known, _)| *known == word);
                known.map(|(_, rule)| rule.clone()).ok_or_else(unknown)
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Folder(folder) = self {
            return write!(f, "folder={}", crate::io::shown(folder));
        }
        let word = PLAIN.iter().find(|(_, rule)| rule == self);
        f.write_str(word.map_or("", |(word, _)| word))
    }
}

impl Rule {
    /// How good a copy is by the rule; the higher the better.
    fn score(&self, member: &Member) -> f64 {
        match self {
            Self::Resolution => member.pixels() as f64,
            Self::OriginalFormat => f64::from(u8::from(is_of_camera(member))),
            Self::Rating => f64::from(member.rating.unwrap_or(0)),
            Self::Sharpness => f64::from(member.sharpness.unwrap_or(0.0)),
            // One without a time is never earlier or later than one with it.
            Self::Earliest => member.taken_at.map_or(f64::NEG_INFINITY, |at| -(at as f64)),
            Self::Latest => member.taken_at.map_or(f64::NEG_INFINITY, |at| at as f64),
            Self::LargestFile => member.bytes as f64,
            Self::Metadata => f64::from(member.metadata),
            Self::ShortestPath => -(member.path().chars().count() as f64),
            Self::FirstAdded => -(member.added_in as f64),
            Self::Folder(folder) => f64::from(u8::from(is_below(&member.folder, folder))),
        }
    }

    fn is_as_good(&self, score: f64, best: f64) -> bool {
        match self {
            Self::Sharpness => score >= best * f64::from(AS_SHARP),
            _ => score >= best,
        }
    }

    /// Why the copies that the rule left are better, for people.
    fn reason(&self, kept: &Member) -> String {
        match self {
            Self::Resolution => format!("Highest resolution: {} × {}", kept.width, kept.height),
            Self::OriginalFormat => "As the camera wrote it".into(),
            Self::Rating => format!("Highest rating: {}", kept.rating.unwrap_or(0)),
            Self::Sharpness => "Sharpest".into(),
            Self::Earliest => "Taken first".into(),
            Self::Latest => "Taken last".into(),
            Self::LargestFile => "Largest file".into(),
            Self::Metadata => "Most tags and metadata".into(),
            Self::ShortestPath => "Shortest path".into(),
            Self::FirstAdded => "Known longest".into(),
            Self::Folder(folder) => format!("In {}", crate::io::shown(folder)),
        }
    }
}

/// Which copy stays, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Place of the copy that stays; none where the rules leave several.
    pub keeper: Option<usize>,
    /// Why it stays, or why it is open, for people.
    pub reasons: Vec<String>,
}

/// Chooses among copies. What is protected stays anyhow, so the choice is among that first.
#[must_use]
pub fn choose(members: &[Member], protected: &[bool], rules: &[Rule]) -> Choice {
    let is_protected = |place: &usize| protected.get(*place).copied().unwrap_or(false);
    let mut left: Vec<usize> = (0..members.len()).collect();
    let mut reasons = Vec::new();
    if left.iter().any(is_protected) && !left.iter().all(is_protected) {
        left.retain(is_protected);
        reasons.push("In a reference folder".to_owned());
    }
    for rule in rules {
        if left.len() < 2 {
            break;
        }
        let scores: Vec<(usize, f64)> = left
            .iter()
            .filter_map(|place| Some((*place, rule.score(members.get(*place)?))))
            .collect();
        let best = scores
            .iter()
            .map(|(_, score)| *score)
            .fold(f64::NEG_INFINITY, f64::max);
        let before = left.len();
        left = scores
            .iter()
            .filter(|(_, score)| rule.is_as_good(*score, best))
            .map(|(place, _)| *place)
            .collect();
        if left.len() < before
            && let Some(kept) = left.first().and_then(|place| members.get(*place))
        {
            reasons.push(rule.reason(kept));
        }
    }
    match left.as_slice() {
        [keeper] => Choice {
            keeper: Some(*keeper),
            reasons,
        },
        several => {
            reasons.push(format!(
                "{} are equal by the rules: choose one",
                several.len()
            ));
            Choice {
                keeper: None,
                reasons,
            }
        }
    }
}

/// Whether a file is one that cameras write, and says which camera did.
fn is_of_camera(member: &Member) -> bool {
    member.camera.is_some() && !matches!(member.format.as_str(), "png" | "gif" | "bmp" | "webp")
}

/// Whether a folder is another one or lies below it, by its parts.
pub(super) fn is_below(folder: &str, top: &Path) -> bool {
    Path::new(folder).starts_with(top)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{PhotoId, PictureId};

    fn member(id: i64) -> Member {
        Member {
            id: PhotoId(id),
            picture: PictureId(id),
            content_hash: [id as u8; 32],
            file_key: None,
            folder: "/photos".into(),
            file_name: format!("{id}.jpg"),
            bytes: 1000,
            width: 400,
            height: 300,
            format: "jpeg".into(),
            taken_at: Some(0),
            camera: None,
            rating: None,
            metadata: 1,
            sharpness: Some(100.0),
            stack: None,
            added_in: 1,
        }
    }

    fn keeper(members: &[Member], rules: &[Rule]) -> Option<i64> {
        let choice = choose(members, &[], rules);
        assert!(!choice.reasons.is_empty());
        choice.keeper.map(|place| members[place].id.0)
    }

    type Improve = fn(&mut Member);

    #[test]
    fn each_rule_keeps_what_is_best_by_it() {
        let cases: [(Rule, Improve); 11] = [
            (Rule::Resolution, |m| m.width = 500),
            (Rule::OriginalFormat, |m| m.camera = Some("Canon".into())),
            (Rule::Rating, |m| m.rating = Some(1)),
            (Rule::Sharpness, |m| m.sharpness = Some(120.0)),
            (Rule::Earliest, |m| m.taken_at = Some(-5)),
            (Rule::Latest, |m| m.taken_at = Some(5)),
            (Rule::LargestFile, |m| m.bytes = 1001),
            (Rule::Metadata, |m| m.metadata = 2),
            (Rule::ShortestPath, |m| m.folder = "/p".into()),
            (Rule::FirstAdded, |m| m.added_in = 0),
            (Rule::Folder("/photos/best".into()), |m| {
                m.folder = "/photos/best/of".into();
            }),
        ];
        for (rule, improve) in cases {
            let mut better = member(2);
            improve(&mut better);
            let id = better.id.0;
            let members = [member(1), better, member(3)];
            assert_eq!(
                keeper(&members, std::slice::from_ref(&rule)),
                Some(id),
                "{rule}"
            );
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
    }

    #[test]
    fn rules_come_in_order_and_what_they_leave_is_open() {
        let mut large = member(1);
        large.width = 800;
        let mut rated = member(2);
        (rated.width, rated.rating) = (800, Some(4));
        let mut small = member(3);
        small.rating = Some(5);
        let members = [large, rated, small];
        assert_eq!(keeper(&members, &[Rule::Resolution, Rule::Rating]), Some(2));
        assert_eq!(keeper(&members, &[Rule::Rating, Rule::Resolution]), Some(3));
        assert_eq!(keeper(&members, &[Rule::Resolution]), None);
        assert_eq!(keeper(&members, &[]), None);
    }

    #[test]
    fn a_copy_without_a_time_is_never_the_earliest() {
        let mut untimed = member(1);
        untimed.taken_at = None;
        let members = [untimed, member(2)];
        assert_eq!(keeper(&members, &[Rule::Earliest]), Some(2));
        assert_eq!(keeper(&members, &[Rule::Latest]), Some(2));
    }

    #[test]
    fn nearly_as_sharp_is_as_sharp() {
        let mut sharper = member(2);
        sharper.sharpness = Some(108.0);
        assert_eq!(keeper(&[member(1), sharper], &[Rule::Sharpness]), None);
    }

    #[test]
    fn what_is_protected_is_kept_before_any_rule() {
        let mut large = member(1);
        large.width = 4000;
        let choice = choose(&[large, member(2)], &[false, true], &[Rule::Resolution]);
        assert_eq!(choice.keeper, Some(1));
        assert_eq!(choice.reasons, ["In a reference folder"]);
    }

    #[test]
    fn words_are_read_and_unknown_ones_refused() {
        let words = ["preset=bursts".to_owned(), "folder=/a b".to_owned()];
        let rules = [Rule::Rating, Rule::Sharpness, Rule::Folder("/a b".into())];
        assert_eq!(parse(&words).unwrap(), rules);
        for wrong in ["", "Resolution", "folder=", "preset=all", "oldest"] {
            let error = parse(&[wrong.to_owned()]).unwrap_err();
            assert_eq!(error.word, wrong);
            assert!(error.to_string().contains("shortest-path"));
        }
    }
}
