//! Views of what git knows: when cases were published, and what changed.

use serde::Serialize;

use super::{LinkView, PageView};

/// When a case was published and changed.
#[derive(Clone, Debug, Serialize)]
pub struct HistoryView {
    /// `22. November 2026`.
    pub first: String,
    /// The same for the last change.
    pub last: String,
    /// What was changed, newest first.
    pub changes: Vec<ChangeView>,
    /// Number of older changes that are left out.
    pub left_out: usize,
}

/// What happened to a case on one day.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    /// `22. November 2026`.
    pub date: String,
    /// `2026-11-22`.
    pub day: String,
    /// It was published on that day.
    pub is_new: bool,
    /// What was said about it, newest first; may be empty.
    pub lines: Vec<String>,
}

/// `neu.html`: new and changed cases. Template `news.html`.
#[derive(Clone, Debug, Serialize)]
pub struct NewsView {
    /// What every page has.
    pub page: PageView,
    /// Whether anything is known; without git, nothing is.
    pub known: bool,
    /// Months with news, newest first.
    pub months: Vec<NewsMonthView>,
}

/// What happened in a month.
#[derive(Clone, Debug, Serialize)]
pub struct NewsMonthView {
    /// Anchor: `monat-2026-11`.
    pub id: String,
    /// `November 2026`.
    pub name: String,
    /// Cases by day, newest first.
    pub entries: Vec<NewsEntryView>,
}

/// What happened to a case on one day.
#[derive(Clone, Debug, Serialize)]
pub struct NewsEntryView {
    /// The case.
    pub case: LinkView,
    /// `Vogtlandkreis, Sachsen`, or `bundesweit`.
    pub place: String,
    /// Summary of the case.
    pub summary: String,
    /// What happened.
    pub change: ChangeView,
}
