//! Places and the keys that stand for them. A wrong digit puts a case into another Land, where nobody looks for it; so keys
//! of places are looked up, and the number of a Jobcenter must belong to the same part of the country.

use std::collections::BTreeSet;

use super::Context;
use crate::diagnostic::{Code, Diagnostic, Text};
use crate::model::{Case, Located, Organisation};
use crate::site::Site;

const REGIONS: &str = "content/vocabulary/regions.yaml";

pub(super) fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.has_vocabulary("regions") {
        return Vec::new();
    }
    let site = context.site;
    let mut found: Vec<Diagnostic> = site
        .vocabularies
        .regions
        .districts
        .iter()
        .filter_map(|district| {
            let key = &district.ars;
            (is_key(key) && site.state_of_key(key).is_none()).then(|| {
                let (name, digits) = (&district.name, key.get(..2).unwrap_or_default());
                Diagnostic::new(
                    Code::PlaceMismatch,
                    REGIONS,
                    key.at,
                    text!(
                        "„{name}“ liegt in keinem Land: kein Land hat den Schlüssel {digits}",
                        "\"{name}\" lies in no Land: no Land has the key {digits}"
                    ),
                )
                .hint(text!("die ersten beiden Ziffern prüfen", "check the first two digits"))
            })
        })
        .collect();
    for case in site.cases() {
        found.extend(
            case.data.places.iter().filter(|key| site.place(key).is_none()).map(|key| unknown(site, case, key)),
        );
        found.extend(land_and_district(site, case));
        found.extend(case.data.organisations.iter().filter_map(|organisation| directorate(site, case, organisation)));
    }
    found
}

fn is_key(key: &str) -> bool {
    key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit())
}

fn unknown(site: &Site, case: &Case, key: &Located<String>) -> Diagnostic {
    let written = &key.value;
    let hint = match (meant(site, written), is_key(written)) {
        (Some((meant, name)), _) => text!("meinten Sie „{meant}“ ({name})?", "did you mean \"{meant}\" ({name})?"),
        (None, false) => text!(
            "der Schlüssel hat zwölf Ziffern und steht in Anführungszeichen, zum Beispiel \"145230000000\"",
            "the key has twelve digits and stands in quotation marks, for example \"145230000000\""
        ),
        (None, true) => match site.state_of_key(written) {
            Some(state) => {
                let name = &state.name;
                text!(
                    "den Kreis ({name}) in vocabulary/regions.yaml unter „districts:“ eintragen",
                    "add the district ({name}) to vocabulary/regions.yaml under \"districts:\""
                )
            }
            None => text!(
                "die ersten beiden Ziffern nennen das Land, siehe vocabulary/regions.yaml",
                "the first two digits name the Land, see vocabulary/regions.yaml"
            ),
        },
    };
    Diagnostic::new(
        Code::UnknownPlace,
        &case.file,
        key.at,
        text!("der Ort „{written}“ ist nicht bekannt", "the place \"{written}\" is not known"),
    )
    .hint(hint)
}

/// The place that was meant: a shorter key filled up, or one with up to two wrong digits.
fn meant(site: &Site, written: &str) -> Option<(String, String)> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let filled = match digits.len() {
        2 => format!("{digits}0000000000"),
        5 => format!("{digits}0000000"),
        // Key of a municipality: the district is in the first five digits.
        8 => format!("{}0000000", digits.get(..5)?),
        11 => format!("0{digits}"),
        _ => digits.clone(),
    };
    if let Some(place) = site.place(&filled).filter(|_| filled != written) {
        let name = place.district.map_or(&place.state.name, |district| &district.name);
        return Some((filled, name.clone()));
    }
    let regions = &site.vocabularies.regions;
    let districts = regions.districts.iter().map(|district| (district.ars.value.clone(), &district.name));
    let states = regions.states.iter().map(|state| (format!("{}0000000000", state.ars.value), &state.name));
    let distance = |key: &str| strsim::osa_distance(key, &digits);
    // Keys of a Land are mostly zeros, so they are near to many others.
    let near = districts.map(|place| (2, place)).chain(states.map(|place| (1, place)));
    near.map(|(most, place)| (distance(&place.0), most, place))
        .filter(|(distance, most, _)| distance <= most)
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, (key, name))| (key, name.clone()))
}

/// A Land that is listed beside one of its own districts.
fn land_and_district(site: &Site, case: &Case) -> Option<Diagnostic> {
    let whole = case.data.places.iter().find_map(|key| {
        let state = site.place(key).filter(|place| place.district.is_none())?.state;
        let inside = site.places(case).find(|place| place.district.is_some() && place.state.ars == state.ars)?;
        Some((key, &state.name, &inside.district?.name))
    });
    whole.map(|(key, state, district)| {
        Diagnostic::new(
            Code::PlaceMismatch,
            &case.file,
            key.at,
            text!("„{district}“ liegt schon in „{state}“", "\"{district}\" lies in \"{state}\" already"),
        )
        .hint(text!(
            "nur das Land nennen, wenn das Beispiel im ganzen Land gilt, sonst nur die Kreise",
            "name only the Land if the case holds in all of it, otherwise only the districts"
        ))
    })
}

/// A Jobcenter whose number belongs to another part of the country than the places of the case.
fn directorate(site: &Site, case: &Case, organisation: &Organisation) -> Option<Diagnostic> {
    let key = organisation.key.as_deref()?;
    let owner = owner_of(site, key)?;
    let places: BTreeSet<&str> = site.places(case).map(|place| place.state.directorate.as_str()).collect();
    if places.is_empty() || places.contains(owner.0) {
        return None;
    }
    let (name, owner) = (&organisation.name.value, owner.1);
    let message: Text = text!(
        "die Nummer {key} von „{name}“ gehört zur {owner}, in der kein Ort des Beispiels liegt",
        "the number {key} of \"{name}\" belongs to {owner}, where no place of the case lies"
    );
    Some(Diagnostic::new(Code::PlaceMismatch, &case.file, organisation.name.at, message).hint(text!(
        "„key:“ der Einrichtung und „places:“ des Beispiels vergleichen und den Zahlendreher beheben",
        "compare \"key:\" of the institution with \"places:\" of the case and correct the digits"
    )))
}

/// The directorate with the longest beginning that fits: id and name.
fn owner_of<'a>(site: &'a Site, key: &str) -> Option<(&'a str, &'a str)> {
    let directorates = site.vocabularies.regions.directorates.iter();
    let prefixes = directorates
        .flat_map(|directorate| directorate.key_prefixes.iter().map(move |prefix| (prefix.len(), directorate, prefix)));
    prefixes
        .filter(|(_, _, prefix)| !prefix.is_empty() && key.starts_with(prefix.as_str()))
        .max_by_key(|(length, _, _)| *length)
        .map(|(_, directorate, _)| (directorate.id.as_str(), directorate.name.as_str()))
}
