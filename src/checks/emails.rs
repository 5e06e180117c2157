//! E-mail addresses. Texts name roles and functional mailboxes, never the address of a person: people change their posts,
//! and nobody asked them. What is a functional mailbox only the operator knows, so `handbook.yaml` lists them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::{MOST, Raw};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Sources;

/// Addresses that may stand in texts, in small letters.
#[derive(Debug, Default)]
pub(super) struct Mailboxes(BTreeSet<String>);

/// The part of `handbook.yaml` that matters here.
#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    feedback_email: Option<String>,
    #[serde(default)]
    mailboxes: Vec<String>,
}

impl Mailboxes {
    /// Reads the list; `None` where `handbook.yaml` cannot be read, which is reported elsewhere.
    pub(super) fn of(sources: &Sources) -> Option<Self> {
        let listed: Listed = serde_yaml::from_str(sources.texts.get("content/handbook.yaml")?).ok()?;
        let addresses = listed.mailboxes.into_iter().chain(listed.feedback_email);
        Some(Mailboxes(addresses.map(|address| address.to_lowercase()).collect()))
    }
}

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"[\p{L}\d._%+-]+(?:@| ?[(\[](?:at|ät)[)\]] ?)[\p{L}\d.-]*[\p{L}\d](?:\.| ?[(\[](?:dot|punkt)[)\]] ?)\p{L}{2,}",
    )
    .ok()
});

/// `bild@2x.png` is no address.
const FILE_ENDINGS: [&str; 7] = [".png", ".jpg", ".jpeg", ".svg", ".webp", ".gif", ".pdf"];

pub(super) fn check(raw: &Raw<'_>) -> Vec<Diagnostic> {
    let Some(mailboxes) = raw.mailboxes else { return Vec::new() };
    if !["@", "(at)", "[at]", "(ät)", "[ät]"].iter().any(|sign| raw.text.contains(sign)) {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    ADDRESS
        .iter()
        .flat_map(|address| address.find_iter(raw.text))
        .filter(|found| {
            let address = found.as_str().to_lowercase();
            !mailboxes.0.contains(&address) && !FILE_ENDINGS.iter().any(|ending| address.ends_with(ending))
        })
        .map(|found| (found.as_str(), raw.at(found.range())))
        // A link to an address mostly shows it as well.
        .filter(|(address, at)| seen.insert((*address, at.line)))
        .map(|(address, at)| {
            Diagnostic::new(
                Code::PersonalEmail,
                raw.file,
                at,
                text!(
                    "„{address}“ ist nicht als Funktionspostfach eingetragen",
                    "\"{address}\" is not listed as a functional mailbox"
                ),
            )
            .hint(text!(
                "ein Funktionspostfach nennen; ist die Adresse eines, sie in content/handbook.yaml unter „mailboxes:“ eintragen",
                "name a functional mailbox; if the address is one, list it in content/handbook.yaml under \"mailboxes:\""
            ))
        })
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: &[&str]) {
        let mailboxes = Mailboxes(BTreeSet::from(["info@jobcenter.de".to_owned()]));
        let found = check(&Raw::new("a.md", text, Some(&mailboxes)));
        let found: Vec<_> = found.iter().filter_map(|found| found.message.en.split('"').nth(1)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn finds_addresses_that_are_not_listed() {
        check_text("Frau M., m.muster@jobcenter-halle.de.", &["m.muster@jobcenter-halle.de"]);
        check_text("[Post](mailto:jörg@müller.de)", &["jörg@müller.de"]);
        check_text("anna (at) stadt.de", &["anna (at) stadt.de"]);
    }

    #[test]
    fn leaves_functional_mailboxes_alone() {
        check_text("email: Info@Jobcenter.de, bild@2x.png, https://social.example/@name, @media print", &[]);
    }

    #[test]
    fn says_nothing_without_a_list() {
        assert_eq!(check(&Raw::new("a.md", "a@b.de", None)), []);
    }

    #[test]
    fn reads_the_list_whatever_else_the_file_holds() {
        let mut sources = Sources::default();
        sources.texts.insert(
            "content/handbook.yaml".into(),
            "title: [wrong]\nfeedback_email: A@b.de\nmailboxes: [c@d.de]\n".to_owned().into(),
        );
        let listed = Mailboxes::of(&sources).map(|mailboxes| mailboxes.0);
        assert_eq!(listed, Some(BTreeSet::from(["a@b.de".to_owned(), "c@d.de".to_owned()])));
    }
}
