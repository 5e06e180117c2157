//! Images of a text: the file lies in the folder of the case, and whoever cannot see the image learns what it shows.

use super::{MOST, Owner, Text};
use crate::diagnostic::{Code, Diagnostic, suggest};
use crate::markdown::Use;
use crate::site::Site;

/// Endings of files that browsers show as an image.
pub(super) const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "svg", "webp"];

pub(super) fn check(_: &Site, text: &Text<'_>) -> Vec<Diagnostic> {
    text.outline
        .images
        .iter()
        .filter_map(|image| check_file(text, image).or_else(|| check_words(text, image)))
        .take(MOST)
        .collect()
}

/// Ending of a file name in small letters.
pub(super) fn ending(name: &str) -> String {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default()
}

fn check_file(text: &Text<'_>, image: &Use) -> Option<Diagnostic> {
    let name = image.target.as_str();
    let is_image = ENDINGS.contains(&ending(name).as_str());
    let is_there = text.owner.attachments().iter().any(|file| file == name);
    if is_image && is_there {
        return None;
    }
    let at = text.at(image.at);
    let report = |message| Diagnostic::new(Code::ImageMissing, text.owner.file(), at, message);
    if is_there {
        let message = text!("„{name}“ ist kein Bild", "\"{name}\" is no image");
        let hint = text!(
            "ohne Ausrufezeichen als Link schreiben: [Text]({name})",
            "write it as a link without the exclamation mark: [text]({name})"
        );
        return Some(report(message).hint(hint));
    }
    let message = text!("das Bild „{name}“ gibt es nicht", "there is no image \"{name}\"");
    let hint = match text.owner {
        Owner::Topic(_) | Owner::Page(_) => Some(text!(
            "Bilder gehören zu Beispielen; hier auf das Beispiel verweisen: [Text](case:name)",
            "images belong to cases; link to the case here: [text](case:name)"
        )),
        Owner::Case(_) if name.contains("://") => Some(text!(
            "das Bild herunterladen, in den Ordner des Beispiels legen und nur den Dateinamen nennen",
            "download the image, put it into the folder of the case and give only the name of the file"
        )),
        Owner::Case(_) => {
            let images = text.owner.attachments().iter().map(String::as_str);
            suggest(name, images.filter(|file| ENDINGS.contains(&ending(file).as_str()))).or_else(|| {
                Some(text!(
                    "die Datei in denselben Ordner wie case.md legen und nur ihren Namen nennen",
                    "put the file into the folder of case.md and give only its name"
                ))
            })
        }
    };
    Some(report(message).maybe_hint(hint))
}

fn check_words(text: &Text<'_>, image: &Use) -> Option<Diagnostic> {
    let (name, words) = (image.target.as_str(), image.text.trim());
    let is_empty = !words.contains(char::is_alphabetic) || words == name || name.split('.').next() == Some(words);
    is_empty.then(|| {
        Diagnostic::new(
            Code::ImageWithoutText,
            text.owner.file(),
            text.at(image.at),
            text!("das Bild „{name}“ hat keine Beschreibung", "the image \"{name}\" has no description"),
        )
        .hint(text!(
            "in die eckigen Klammern schreiben, was zu sehen ist: ![Was zu sehen ist]({name})",
            "write into the square brackets what the image shows: ![What it shows]({name})"
        ))
    })
}
