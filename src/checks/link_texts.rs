//! Texts of links. Screen readers list the links of a page without what stands around them: „hier“ and a bare address
//! say nothing there.

use super::Text;
use crate::diagnostic::{Code, Diagnostic};
use crate::markdown::Target;
use crate::site::Site;

/// Texts that fit any link.
const VAGUE: [&str; 24] = [
    "hier",
    "hier klicken",
    "klicken sie hier",
    "dort",
    "link",
    "zum link",
    "mehr",
    "mehr dazu",
    "mehr erfahren",
    "mehr informationen",
    "mehr lesen",
    "weiter",
    "weiterlesen",
    "weitere informationen",
    "weitere infos",
    "diese seite",
    "diese webseite",
    "download",
    "siehe",
    "here",
    "click here",
    "more",
    "read more",
    "learn more",
];

pub(super) fn check(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    let links = text.outline.links.iter().filter(|link| !matches!(Target::parse(&link.target), Target::Language(_)));
    links
        .filter_map(|link| {
            let message = problem(&link.text)?;
            let at = text.at(link.at);
            Some(Diagnostic::new(Code::LinkText, text.owner.file(), at, message).hint(text!(
                "sagen, was dort zu finden ist: [Merkblatt der Kammer](https://…)",
                "say what is found there: [leaflet of the chamber](https://…)"
            )))
        })
        .collect()
}

fn problem(written: &str) -> Option<crate::diagnostic::Text> {
    let words = written.trim_matches(|character: char| !character.is_alphanumeric()).to_lowercase();
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_address = ["https://", "http://", "www."].iter().any(|start| words.starts_with(start));
    if words.is_empty() {
        Some(text!("der Link hat keinen Text", "the link has no text"))
    } else if is_address {
        Some(text!("der Text des Links ist nur eine Adresse", "the text of the link is a mere address"))
    } else if VAGUE.contains(&words.as_str()) {
        Some(text!("„{words}“ sagt nicht, wohin der Link führt", "\"{words}\" does not say where the link leads"))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(text: &str, expected: bool) {
        assert_eq!(problem(text).is_some(), expected, "{text}");
    }

    #[test]
    fn finds_texts_that_say_nothing() {
        for text in ["hier", "Hier", "» Mehr …", "mehr\nerfahren", "", "→", "https://a.de/x", "www.a.de", "Read more"]
        {
            check_text(text, true);
        }
        for text in ["Merkblatt", "mehr zum Ansatz", "S. 12", "postfach@stelle.de", "hier in Halle", "a.de"] {
            check_text(text, false);
        }
    }
}
