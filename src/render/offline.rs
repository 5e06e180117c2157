//! The offline edition: the page that offers it, the page that stands in it, and its readme. Packing is `bundle`'s business.

use serde::Serialize;

use super::view::{EditionView, OfferView, OfflineView, ReadmeView, Section};
use super::{Recipe, Renderer, Revision};
use crate::diagnostic::Diagnostic;
use crate::model::Date;
use crate::site::Site;

/// The page about reading without a network.
const PAGE: &str = "offline.html";

/// Name of the readme: the German word that office staff look for.
const README: &str = "LIESMICH.txt";

/// Folder of the packed edition in a site that offers it.
const FOLDER: &str = "offline";

/// An edition to be handed on.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Name of the zip without its ending, and of the folder in it: `gute-praxis-2026-11-22-1a2b3c4`.
    pub name: String,
    /// What the texts come from, where they come from git; the commit abbreviated to seven digits.
    pub revision: Option<Revision>,
}

impl Edition {
    /// Names the edition of a site after handbook, day and commit. Changes that are in no commit show in the name.
    pub fn new(site: &Site, revision: Option<Revision>) -> Edition {
        let commit = revision.as_ref().map_or_else(String::new, |revision| format!("-{}", revision.commit));
        let changed = if revision.as_ref().is_some_and(|revision| revision.changed) { "-geaendert" } else { "" };
        Edition { name: format!("{}-{}{commit}{changed}", site.key(), site.today), revision }
    }
}

/// A packed edition, as a page offers it.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Size of the zip in bytes.
    pub bytes: u64,
    /// SHA-256 of the zip in hexadecimal digits.
    pub sha256: String,
}

/// `offline.html` of a site that offers no edition.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    vec![Recipe::new(PAGE.to_owned(), || renderer.offline_page(None, None))]
}

impl<'a> Renderer<'a> {
    /// Every file of an offline edition: those of the site, with a page that says which edition it is, and the readme.
    pub fn edition_recipes(&'a self, edition: &'a Edition) -> Vec<Recipe<'a>> {
        let readme = Recipe::new(README.to_owned(), || self.readme(edition));
        let page = Recipe::new(PAGE.to_owned(), || self.offline_page(Some(edition), None));
        [readme, page].into_iter().chain(self.recipes_but_offline()).collect()
    }

    /// Every file of a site that offers an offline edition. `pack` makes the zip and the file with its checksum.
    pub fn offering_recipes(
        &'a self,
        edition: &'a Edition,
        pack: impl Fn() -> Result<(Offer, [Vec<u8>; 2]), Diagnostic> + Send + Sync + 'a,
    ) -> Vec<Recipe<'a>> {
        let zip = zip_path(edition);
        // The page names the checksum of the zip, so they come from the same work.
        let offered = Recipe::several([zip.clone(), sums_path(&zip), PAGE.to_owned()], move || {
            let (offer, [zip, sums]) = pack()?;
            Ok([zip, sums, self.offline_page(Some(edition), Some(&offer))?])
        });
        std::iter::once(offered).chain(self.recipes_but_offline()).collect()
    }

    fn recipes_but_offline(&'a self) -> impl Iterator<Item = Recipe<'a>> {
        self.recipes().into_iter().filter(|recipe| recipe.paths != [PAGE])
    }

    fn offline_page(&self, edition: Option<&Edition>, offer: Option<&Offer>) -> Result<Vec<u8>, Diagnostic> {
        let offer = edition.zip(offer).map(|(edition, offer)| self.offer_view(edition, offer));
        let view = OfflineView {
            page: self.themed_page(PAGE, "offline", Section::None),
            edition: if offer.is_some() { None } else { edition.map(|edition| self.edition_view(edition)) },
            offer,
            provenance: self.provenance_view(),
        };
        self.bytes("offline.html", &view)
    }

    /// With a byte order mark and the line ends of Windows, so that its oldest editor shows it as it is meant.
    fn readme(&self, edition: &Edition) -> Result<Vec<u8>, Diagnostic> {
        let view = ReadmeView { edition: self.edition_view(edition) };
        let text = String::from_utf8_lossy(&self.bytes("readme.txt", &view)?).replace('\n', "\r\n");
        Ok(format!("\u{feff}{text}").into_bytes())
    }

    fn bytes<View: Serialize>(&self, template: &str, view: &View) -> Result<Vec<u8>, Diagnostic> {
        self.theme.render(template, view)
    }

    fn edition_view(&self, edition: &Edition) -> EditionView {
        EditionView {
            name: edition.name.clone(),
            day: self.words.date(Date::day(self.site.today)),
            commit: edition.revision.as_ref().map(|revision| revision.commit.clone()),
            changed: edition.revision.as_ref().is_some_and(|revision| revision.changed),
            newest: self.address(PAGE),
        }
    }

    fn offer_view(&self, edition: &Edition, offer: &Offer) -> OfferView {
        let href = zip_path(edition);
        let tenths = (offer.bytes as f64 / 1e5).ceil();
        OfferView {
            sums_href: sums_path(&href),
            href,
            file: format!("{}.zip", edition.name),
            day: self.words.date(Date::day(self.site.today)),
            megabytes: self.words.number(tenths / 10.0),
            sha256: offer.sha256.clone(),
        }
    }
}

fn zip_path(edition: &Edition) -> String {
    format!("{FOLDER}/{}.zip", edition.name)
}

fn sums_path(zip: &str) -> String {
    format!("{zip}.sha256")
}
