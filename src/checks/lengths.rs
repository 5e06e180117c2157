//! Lengths of titles and summaries. They stand in lists, in results and on cards, where what is too long is cut and what
//! is too short says nothing. Counted in characters, spaces included.

use std::ops::RangeInclusive;

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::model::Located;

const CASE_TITLE: RangeInclusive<usize> = 10..=140;
const TITLE: RangeInclusive<usize> = 3..=140;
const CASE_SHORT_TITLE: RangeInclusive<usize> = 3..=45;
const SHORT_TITLE: RangeInclusive<usize> = 3..=30;
const SUMMARY: RangeInclusive<usize> = 80..=300;

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let site = context.site;
    let mut found = Vec::new();
    let mut length = |file: &str, name: &Text, text: &Located<String>, range: &RangeInclusive<usize>| {
        found.extend(message(file, name, text, range));
    };
    let title = text!("der Titel", "the title");
    let short_title = text!("der Kurztitel", "the short title");
    let summary = text!("die Zusammenfassung", "the summary");
    for case in site.cases() {
        length(&case.file, &title, &case.data.title, &CASE_TITLE);
        length(&case.file, &short_title, &case.data.short_title, &CASE_SHORT_TITLE);
        length(&case.file, &summary, &case.data.summary, &SUMMARY);
    }
    for topic in &site.topics {
        length(&topic.file, &title, &topic.data.title, &TITLE);
        length(&topic.file, &short_title, &topic.data.short_title, &SHORT_TITLE);
        length(&topic.file, &summary, &topic.data.summary, &SUMMARY);
    }
    for page in &site.pages {
        length(&page.file, &title, &page.data.title, &TITLE);
        if let Some(text) = &page.data.short_title {
            length(&page.file, &short_title, text, &SHORT_TITLE);
        }
        length(&page.file, &summary, &page.data.summary, &SUMMARY);
    }
    found
}

fn message(file: &str, name: &Text, text: &Located<String>, range: &RangeInclusive<usize>) -> Option<Diagnostic> {
    let count = text.trim().chars().count();
    let (least, most) = (*range.start(), *range.end());
    let hint = if count > most {
        let surplus = count - most;
        text!("um {surplus} Zeichen kürzen", "shorten it by {surplus} characters")
    } else if count < least {
        let missing = least - count;
        text!("um mindestens {missing} Zeichen ergänzen", "add at least {missing} characters")
    } else {
        return None;
    };
    let (german, english) = (&name.de, &name.en);
    let message = text!(
        "{german} hat {count} Zeichen, vorgesehen sind {least} bis {most}",
        "{english} has {count} characters, {least} to {most} are wanted"
    );
    Some(Diagnostic::new(Code::TextLength, file, text.at, message).hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let name = text!("der Titel", "the title");
        let located = Located { value: text.to_owned(), ..Located::default() };
        let found = message("a", &name, &located, &(3..=5)).map(|found| found.hint.map(|hint| hint.en));
        assert_eq!(found.flatten().as_deref(), expected, "{text}");
    }

    #[test]
    fn counts_characters() {
        check("äöü", None);
        check(" fünf5 ", None);
        check("ö", Some("add at least 2 characters"));
        check("sechs6", Some("shorten it by 1 characters"));
    }
}
