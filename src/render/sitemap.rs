//! `sitemap.xml` and `robots.txt`.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::news::last_modified;
use super::{Recipe, Renderer};
use crate::history::State;
use crate::site;
use search_index::Facet;

/// Addresses in one file, at most; a rule of the sitemap protocol.
const LARGEST: usize = 50_000;

/// The sitemap needs complete addresses, so without a base URL there is none.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let robots = Recipe::new("robots.txt".to_owned(), || {
        let sitemap =
            renderer.address("sitemap.xml").map(|address| format!("Sitemap: {address}\n")).unwrap_or_default();
        Ok(format!("User-agent: *\nAllow: /\n{sitemap}").into_bytes())
    });
    let sitemap = Recipe::new("sitemap.xml".to_owned(), || Ok(renderer.sitemap().unwrap_or_default()));
    let wanted = renderer.site.handbook.base_url.is_some();
    std::iter::once(robots).chain(wanted.then_some(sitemap)).collect()
}

impl Renderer<'_> {
    /// Writing to memory cannot fail; an error would leave an empty file.
    fn sitemap(&self) -> Option<Vec<u8>> {
        let site = self.site;
        let case = |case: &crate::model::Case| (site::case_path(case.slug.as_str()), last_modified(site, case));
        let page = |page: &crate::model::Page| {
            (site::page_path(page.slug.as_str()), page.data.reviewed.as_ref().map(|date| date.value))
        };
        let fixed = [
            "index.html",
            "vergleich.html",
            "transfer.html",
            "merkliste.html",
            "luecken.html",
            "glossar.html",
            "literatur.html",
            "offline.html",
            "druck.html",
        ];
        let lists = Facet::ALL.iter().flat_map(|facet| {
            let values = site.values(*facet).into_iter().map(|value| site::value_path(*facet, &value, 1));
            std::iter::once(site::facet_path(*facet)).chain(values)
        });
        let undated = fixed
            .iter()
            .map(|path| (*path).to_owned())
            .chain(site.vocabularies.dimensions.entries.iter().map(|dimension| site::dimension_path(&dimension.id)))
            .chain([site::cases_path(1)])
            .chain(lists)
            .chain((site.history.state == State::Known).then(|| "neu.html".to_owned()))
            .map(|path| (path, None));
        let all = undated.chain(site.pages.iter().map(page)).chain(site.cases().map(case));

        let mut writer = Writer::new(Vec::new());
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None))).ok()?;
        writer
            .create_element("urlset")
            .with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9"))
            .write_inner_content(|writer| {
                for (path, date) in all.take(LARGEST) {
                    writer.create_element("url").write_inner_content(|writer| {
                        let address = self.address(&path).unwrap_or_default();
                        writer.create_element("loc").write_text_content(BytesText::new(&address))?;
                        if let Some(date) = date {
                            writer.create_element("lastmod").write_text_content(BytesText::new(&date.to_string()))?;
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            })
            .ok()?;
        Some(writer.into_inner())
    }
}
