//! Reviews that are over due. What nobody looks after becomes wrong without anybody noticing.

use super::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Date, Located};

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let cases = site.cases().map(|case| (&case.file, Some(&case.data.next_review)));
    let topics = site.topics.iter().map(|topic| (&topic.file, Some(&topic.data.next_review)));
    let pages = site.pages.iter().map(|page| (&page.file, page.data.next_review.as_ref()));
    let all = cases.chain(topics).chain(pages);
    let is_overdue = |date: &Located<Date>| date.last_day() < site.today;
    all.filter_map(|(file, date)| date.filter(|date| is_overdue(date)).map(|date| message(file, date))).collect()
}

fn message(file: &str, date: &Located<Date>) -> Diagnostic {
    let written = date.value;
    Diagnostic::new(
        Code::ReviewOverdue,
        file,
        date.at,
        text!("die nächste Prüfung war bis {written} fällig", "the next review was due by {written}"),
    )
    .hint(text!(
        "gegen die Quelle prüfen, dann „reviewed:“ auf heute und „next_review:“ auf später setzen",
        "check against the source, then set \"reviewed:\" to today and \"next_review:\" to a later date"
    ))
}
