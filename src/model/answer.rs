//! What can be answered to an item of a checklist. Saved plans hold these codes for years, so none is ever renamed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ItemKind;

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// It is there.
    #[schemars(description = "vorhanden")]
    Present,
    /// A part of it is there, or of the risk is dealt with.
    #[schemars(description = "teilweise")]
    Partial,
    /// It is not there.
    #[schemars(description = "fehlt")]
    Missing,
    /// It does not matter here.
    #[schemars(description = "trifft nicht zu")]
    NotApplicable,
    /// Somebody has to find out.
    #[schemars(description = "weiß ich noch nicht")]
    Unknown,
    /// The risk is dealt with.
    #[schemars(description = "gelöst")]
    Solved,
    /// Nothing was done or decided yet.
    #[schemars(description = "offen")]
    Open,
    /// It was decided.
    #[schemars(description = "geklärt")]
    Settled,
    /// An option to consider.
    #[schemars(description = "kommt infrage")]
    Relevant,
    /// No option here.
    #[schemars(description = "kommt nicht infrage")]
    NotRelevant,
}

impl Answer {
    /// Every answer.
    pub const ALL: [Answer; 10] = [
        Answer::Present,
        Answer::Partial,
        Answer::Missing,
        Answer::NotApplicable,
        Answer::Unknown,
        Answer::Solved,
        Answer::Open,
        Answer::Settled,
        Answer::Relevant,
        Answer::NotRelevant,
    ];

    /// Answers to an item that a team adds itself.
    pub const OWN: &'static [Answer] = &[Answer::Open, Answer::Settled];

    /// Answers that fit a kind of item, in the order in which pages show them. Empty where a note or a date is the answer.
    pub fn of(kind: ItemKind) -> &'static [Answer] {
        match kind {
            ItemKind::Requirement | ItemKind::SuccessFactor => {
                &[Answer::Present, Answer::Partial, Answer::Missing, Answer::NotApplicable, Answer::Unknown]
            }
            ItemKind::Obstacle => &[Answer::Solved, Answer::Partial, Answer::Open],
            ItemKind::Question => &[Answer::Settled, Answer::Open],
            ItemKind::Variant => &[Answer::Relevant, Answer::NotRelevant],
            ItemKind::Effort | ItemKind::Deadline => &[],
        }
    }

    /// Code in saved plans, in scripts and in the words of the theme.
    pub fn code(self) -> &'static str {
        match self {
            Answer::Present => "present",
            Answer::Partial => "partial",
            Answer::Missing => "missing",
            Answer::NotApplicable => "not-applicable",
            Answer::Unknown => "unknown",
            Answer::Solved => "solved",
            Answer::Open => "open",
            Answer::Settled => "settled",
            Answer::Relevant => "relevant",
            Answer::NotRelevant => "not-relevant",
        }
    }

    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        match self {
            Answer::Partial | Answer::Missing | Answer::Unknown | Answer::Open => true,
            Answer::Present
            | Answer::NotApplicable
            | Answer::Solved
            | Answer::Settled
            | Answer::Relevant
            | Answer::NotRelevant => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_file() {
        for answer in Answer::ALL {
            assert_eq!(serde_json::to_value(answer).unwrap(), answer.code());
        }
    }
}
