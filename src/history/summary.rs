//! What a commit tells readers: the words that an editor wrote for them, else its first line. Never an address of a person.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

/// Start of a line that speaks to readers.
const TRAILER: &str = "handbuch:";

/// What such a line says when readers need not know.
const HIDDEN: &str = "-";

/// Longest summary, in characters.
const LONGEST: usize = 200;

/// What is said about a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Words that an editor chose for readers.
    Chosen(String),
    /// The first line; may be empty.
    Subject(String),
    /// Readers need not know.
    Hidden,
}

/// Reads a message. A line `Handbuch: …` counts wherever it stands, not only where git expects a trailer: people add one and
/// then go on writing. A line that is indented goes on with it, and several are put together.
pub fn words(message: &str) -> Words {
    let mut chosen: Vec<String> = Vec::new();
    let mut inside = false;
    for line in message.lines() {
        if let Some(start) = after_trailer(line) {
            chosen.push(start.to_owned());
            inside = true;
        } else if inside && line.starts_with([' ', '\t']) {
            chosen.extend([line.to_owned()]);
        } else {
            inside = false;
        }
    }
    let chosen = chosen.join(" ");
    match chosen.trim() {
        "" => Words::Subject(clean(&subject(message))),
        HIDDEN => Words::Hidden,
        chosen => Words::Chosen(clean(chosen)),
    }
}

fn after_trailer(line: &str) -> Option<&str> {
    let start = line.get(..TRAILER.len())?;
    start.eq_ignore_ascii_case(TRAILER).then(|| &line[TRAILER.len()..])
}

/// The first paragraph, as git has it.
fn subject(message: &str) -> String {
    let lines = message.lines().skip_while(|line| line.trim().is_empty());
    let lines = lines.take_while(|line| !line.trim().is_empty()).filter(|line| after_trailer(line).is_none());
    lines.collect::<Vec<_>>().join(" ")
}

/// Characters that nobody sees; some turn the direction of text.
static INVISIBLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\p{Cf}\p{Co}\p{Cn}]").ok());

/// One line of visible text without addresses, of a length that a list can show.
fn clean(text: &str) -> String {
    let visible = INVISIBLE.as_ref().map(|pattern| pattern.replace_all(text, ""));
    let text: String = visible.as_deref().unwrap_or(text).nfc().collect();
    let words = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty() && !is_address(word)).collect();
    shortened(&words.join(" "))
}

/// Whether a word holds an e-mail address: letters or digits on both sides of the sign.
fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(before, after)| {
        before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
    })
}

fn shortened(text: &str) -> String {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text.to_owned() };
    let kept = &text[..end];
    // Between words where there is one to end with, else anywhere.
    let kept = kept.rsplit_once(' ').map_or(kept, |(before, _)| before);
    format!("{kept} …")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, expected: &str) {
        let expected = match expected.split_once(": ") {
            Some(("chosen", text)) => Words::Chosen(text.to_owned()),
            Some(("subject", text)) => Words::Subject(text.to_owned()),
            _ => Words::Hidden,
        };
        assert_eq!(words(message), expected, "{message:?}");
    }

    #[test]
    fn words_for_readers_go_first() {
        check("Fix typo\n", "subject: Fix typo");
        check("Zwei\nZeilen\n\nKörper\n", "subject: Zwei Zeilen");
        check("Fix\n\nHandbuch: Frist bis Mai verlängert\n", "chosen: Frist bis Mai verlängert");
        check("Fix\n\nhandbuch:Neue Zahlen\n  für 2026\nweiter im Text\n", "chosen: Neue Zahlen für 2026");
        check("Fix\n\nHandbuch: Eins.\nHandbuch: Zwei.\n", "chosen: Eins. Zwei.");
        check("Handbuch: als erste Zeile", "chosen: als erste Zeile");
        check("Fix\n\nHandbuch:\n", "subject: Fix");
        check("Fix\n\nHandbuch: -\n", "hidden");
        check("Das Handbuch: ein Anfang\n", "subject: Das Handbuch: ein Anfang");
        check("", "subject: ");
    }

    #[test]
    fn leaves_out_what_readers_must_not_see() {
        check("Dank an <e.muster@stadt.de> für Zahlen", "subject: Dank an für Zahlen");
        check("Post an jörg@müller.de, eilig", "subject: Post an eilig");
        check("Rechtstext \u{202e}gnaf\u{202c} A\u{ad}B\tC\u{7}D", "subject: Rechtstext gnaf AB C D");
        check("Gru\u{308}\u{df}e @ alle", "subject: Gr\u{fc}\u{df}e @ alle");
    }

    #[test]
    fn cuts_between_words() {
        let long = "Wörter ".repeat(100);
        let Words::Subject(text) = words(&long) else { panic!("{long}") };
        assert!(text.ends_with("Wörter …") && text.chars().count() <= LONGEST + 2, "{text}");
        let Words::Subject(text) = words(&"ü".repeat(1000)) else { panic!("ü") };
        assert_eq!(text.chars().count(), LONGEST + 2);
    }
}
