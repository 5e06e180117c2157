//! Pages of cases, and the cards that stand for them in lists.

use search_index::Facet;
use serde_json::json;

use super::citation::{Citation, Name};
use super::news::last_modified;
use super::view::{
    AnswerView, CardView, CaseView, ChecklistDimensionView, ChecklistItemView, ChecklistView, CitationView,
    ContactView, DueView, EffortView, ExternalLinkView, FactView, LinkView, OrganisationView, PageView, PlaceView,
    RedirectView, RelatedView, RemarkView, Section, StatusView, TraitsView,
};
use super::words::{KINDS, kind_id};
use super::{Recipe, Renderer, is_over, json_for_script, language, link};
use crate::model::{
    Answer, AppliesTo, Case, Checklist, ChecklistItem, Form, Organisation, Remark, StatusState, WorkKind,
};
use crate::site::{self, Related};

/// Pages of all cases, and a redirect for each of their former names.
pub fn recipes<'a>(renderer: &'a Renderer<'a>) -> Vec<Recipe<'a>> {
    let pages = renderer.site.cases().map(|case| {
        let path = site::case_path(case.slug.as_str());
        renderer.page_recipe(path.clone(), "case.html", move |renderer| {
            let page = renderer.case_page(case, &path);
            renderer.case(case, page, "", 0)
        })
    });
    let redirects = renderer.site.cases().flat_map(|case| case.data.aliases.iter().map(move |alias| (case, alias)));
    let redirects = redirects.map(|(case, alias)| {
        let path = site::case_path(alias);
        renderer.page_recipe(path.clone(), "redirect.html", move |renderer| {
            let target = link(&case.data.title, site::case_path(case.slug.as_str()));
            let page = renderer.page(&path, &case.data.title, &case.data.summary, Section::Cases);
            RedirectView { page: PageView { noindex: true, ..page }, target, location: format!("{}.html", case.slug) }
        })
    });
    pages.chain(redirects).collect()
}

impl<'a> Renderer<'a> {
    fn case_page(&self, case: &Case, path: &str) -> PageView {
        let data = &case.data;
        let mut page = self.page(path, &data.title, &data.summary, Section::Cases);
        page.breadcrumbs = vec![link(self.words.0.text("title.cases"), site::cases_path(1))];
        let places: Vec<String> = self.site.places(case).map(|place| self.place_name(place)).collect();
        let organisations: Vec<_> = data
            .organisations
            .iter()
            .map(|organisation| json!({ "@type": "Organization", "name": organisation.name.value }))
            .collect();
        let mut json_ld = json!({
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": data.title.value,
            "abstract": data.summary.value,
            "inLanguage": language(self.site),
            "isPartOf": { "@type": "Book", "name": self.site.handbook.title.value },
            "publisher": { "@type": "Organization", "name": self.site.handbook.publisher.name },
            "about": organisations,
            "spatialCoverage": if places.is_empty() { vec!["Deutschland".to_owned()] } else { places },
        });
        if let Some(history) = self.site.history.case(case.slug.as_str()) {
            json_ld["datePublished"] = history.first.day().to_string().into();
        }
        if let Some(date) = last_modified(self.site, case) {
            json_ld["dateModified"] = date.to_string().into();
        }
        if let Some(address) = &page.canonical {
            json_ld["url"] = address.as_str().into();
        }
        page.json_ld = Some(json_for_script(&json_ld));
        page
    }

    /// The whole view of a case. `prefix` and `shift` let several cases stand on one page.
    pub(super) fn case(&self, case: &Case, page: PageView, prefix: &str, shift: u8) -> CaseView {
        let data = &case.data;
        let slug = case.slug.as_str();
        let (body_html, outline) = self.html(&case.text, &page, Some(slug), prefix, shift);
        CaseView {
            slug: slug.to_owned(),
            short_title: data.short_title.value.clone(),
            summary: data.summary.value.clone(),
            organisations: data
                .organisations
                .iter()
                .map(|organisation| OrganisationView {
                    name: organisation.name.value.clone(),
                    form: self.value_link(Facet::Form, site::form_id(organisation.form)),
                    role: self.words.role(organisation.role),
                })
                .collect(),
            places: self
                .site
                .places(case)
                .map(|place| PlaceView {
                    district: place
                        .district
                        .map(|district| district.name.clone())
                        .filter(|name| *name != place.state.name),
                    state: self.value_link(Facet::State, &place.state.slug),
                    directorate: self.site.directorate(&place.state.directorate).unwrap_or_default().to_owned(),
                })
                .collect(),
            topics: self.value_links(case, Facet::Topic),
            target_groups: self.value_links(case, Facet::TargetGroup),
            formats: self.value_links(case, Facet::Format),
            partners: self.value_links(case, Facet::Partner),
            phases: self.value_links(case, Facet::Phase),
            legal_scopes: self.value_links(case, Facet::LegalScope),
            settlements: self.value_links(case, Facet::Settlement),
            status: self.status(case),
            effort: EffortView {
                level: super::words::effort_id(data.effort.level).to_owned(),
                label: self.words.effort(data.effort.level),
                wording: data.effort.wording.clone(),
                said_by: data.effort.said_by.map(|said_by| self.words.said_by(said_by)),
                source: data.effort.source.as_ref().map(|source| self.reference(source)),
            },
            evidence: data.evidence.iter().map(|evidence| self.words.evidence(*evidence)).collect(),
            figures: data.results.iter().map(|figure| self.figure(figure)).collect(),
            mechanism: data.mechanism.as_ref().map(|remark| self.remark(remark)),
            setbacks: data.setbacks.iter().map(|remark| self.remark(remark)).collect(),
            outline,
            body_html,
            checklist: self.checklist(&data.checklist),
            related: self.site.related(case).iter().map(|related| self.related(related)).collect(),
            sources: self.sources(&data.sources),
            links: data
                .links
                .iter()
                .map(|link| ExternalLinkView {
                    text: link.text.clone(),
                    url: link.url.value.clone(),
                    language: link.language.clone(),
                })
                .collect(),
            citation: self.page_citation(case, &page),
            review: self.review(Some(&data.legal_state), data.reviewed.as_ref(), Some(&data.next_review)),
            history: self.history(case),
            contact: data
                .contact
                .as_ref()
                .map(|contact| ContactView { role: contact.role.clone(), email: contact.email.value.clone() }),
            draft: data.draft,
            traits: TraitsView {
                forms: self.site.values_of(case, Facet::Form),
                states: self.site.values_of(case, Facet::State),
                settlements: self.site.values_of(case, Facet::Settlement),
            },
            page,
        }
    }

    fn remark(&self, remark: &Remark) -> RemarkView {
        RemarkView { text: remark.text.clone(), source: Some(self.reference(&remark.source)) }
    }

    fn status(&self, case: &Case) -> StatusView {
        let status = &case.data.status;
        let dated = |name: &str, date: &Option<crate::model::Located<crate::model::Date>>| {
            date.as_ref().map(|date| self.words.0.fill(name, &[("date", &self.words.date(date.value))]))
        };
        let continued =
            status.continued_as.as_ref().map(|name| self.words.0.fill("status_detail.continued_as", &[("name", name)]));
        let details = [
            dated("status_detail.since", &status.since),
            dated("status_detail.until", &status.until),
            continued,
            status.note.clone(),
        ];
        StatusView {
            state: site::status_id(status.state).to_owned(),
            label: self.words.status(status.state),
            details: details.into_iter().flatten().collect(),
            ended: is_ended(status.state),
        }
    }

    fn checklist(&self, checklist: &Checklist) -> Option<ChecklistView> {
        let items = match checklist {
            Checklist::NotRecorded => return None,
            Checklist::Items(items) => items,
        };
        let dimensions = self.site.vocabularies.dimensions.entries.iter().map(|dimension| {
            let own =
                |kind| items.iter().filter(move |item| item.kind == kind && item.dimension.value == dimension.id.value);
            ChecklistDimensionView {
                id: dimension.id.value.clone(),
                letter: dimension.letter.clone(),
                name: dimension.name.clone(),
                question: dimension.question.clone(),
                items: KINDS.iter().flat_map(|kind| own(*kind)).map(|item| self.item(item)).collect(),
            }
        });
        Some(ChecklistView { total: items.len(), dimensions: dimensions.collect() })
    }

    pub(super) fn item(&self, item: &ChecklistItem) -> ChecklistItemView {
        let AppliesTo { forms, settlement: settlements } = &item.applies_to;
        let form_names = forms.iter().map(|form| self.words.form(*form));
        let settlement_names = settlements.iter().map(|settlement| self.words.settlement(*settlement));
        let answer = |answer: &Answer| AnswerView { code: answer.code().to_owned(), label: self.words.answer(*answer) };
        ChecklistItemView {
            id: item.id.value.clone(),
            kind: kind_id(item.kind).to_owned(),
            kind_label: self.words.kind(item.kind),
            text: item.text.clone(),
            said_by: self.words.said_by(item.said_by),
            stage: self.words.stage(item.stage),
            dimension: item.dimension.value.clone(),
            applies_to: form_names.chain(settlement_names).collect(),
            applies_to_forms: forms.iter().map(|form| site::form_id(*form).to_owned()).collect(),
            applies_to_settlements: settlements.iter().map(|each| site::settlement_id(*each).to_owned()).collect(),
            due: item.due.as_ref().map(|due| DueView {
                text: self.words.date(due.value),
                date: due.to_string(),
                passed: is_over(due.value, self.site.today),
            }),
            answers: Answer::of(item.kind).iter().map(answer).collect(),
            source: self.reference(&item.source),
        }
    }

    /// How to cite the page of a case.
    fn page_citation(&self, case: &Case, page: &PageView) -> CitationView {
        let handbook = &self.site.handbook;
        Citation {
            id: case.slug.as_str(),
            kind: WorkKind::Web,
            authors: Vec::new(),
            editors: vec![Name::Body(handbook.publisher.name.clone())],
            title: &case.data.title,
            container: Some(&handbook.title),
            publisher: None,
            place: None,
            date: Some(case.data.reviewed.as_ref().unwrap_or(&handbook.edition).value),
            pages: None,
            volume: None,
            issue: None,
            url: page.canonical.clone(),
            accessed: None,
            doi: None,
            isbn: None,
        }
        .view(self.words)
    }

    /// A related case with the reasons in words.
    pub(super) fn related(&self, related: &Related<'_>) -> RelatedView {
        let reasons = related.shared.iter().filter_map(|(facet, value)| {
            let reason = match facet {
                Facet::Topic => "topic",
                Facet::TargetGroup => "target-group",
                Facet::Format => "format",
                Facet::Form => "form",
                Facet::Settlement => "settlement",
                Facet::Partner => "partner",
                Facet::State | Facet::Phase | Facet::LegalScope | Facet::Status => return None,
            };
            Some(self.words.0.fill(&format!("reason.{reason}"), &[("name", &self.value_name(*facet, value))]))
        });
        let case = related.case;
        RelatedView {
            slug: case.slug.to_string(),
            href: site::case_path(case.slug.as_str()),
            short_title: case.data.short_title.value.clone(),
            organisations: self.organisations_line(case),
            place: self.place_line(case),
            ended: is_ended(case.data.status.state),
            reasons: reasons.collect(),
        }
    }

    /// A case as it stands in a list.
    pub(super) fn card(&self, case: &Case) -> CardView {
        let data = &case.data;
        let fact = |name: &str, value: String| FactView {
            label: self.words.0.text(&format!("fact.{name}")).to_owned(),
            value,
        };
        let items = match &data.checklist {
            Checklist::NotRecorded => None,
            Checklist::Items(items) => Some(items.len()),
        };
        CardView {
            slug: case.slug.to_string(),
            href: site::case_path(case.slug.as_str()),
            title: data.title.value.clone(),
            short_title: data.short_title.value.clone(),
            summary: data.summary.value.clone(),
            organisations: self.organisations_line(case),
            place: self.place_line(case),
            topics: self.value_links(case, Facet::Topic),
            facts: vec![
                fact("effort", self.words.effort(data.effort.level)),
                fact(
                    "evidence",
                    data.evidence.iter().map(|evidence| self.words.evidence(*evidence)).collect::<Vec<_>>().join(", "),
                ),
                fact("status", self.words.status(data.status.state)),
                fact("checklist", self.words.items(items)),
            ],
            ended: is_ended(data.status.state),
        }
    }

    /// `Jobcenter Vogtland (gE) und 2 weitere`.
    pub(super) fn organisations_line(&self, case: &Case) -> String {
        self.first_of(
            case.data.organisations.iter().map(|organisation| self.organisation_name(organisation)).collect(),
            1,
        )
    }

    /// `Jobcenter Vogtland (gE)`: the form only where the name does not say it.
    pub(super) fn organisation_name(&self, organisation: &Organisation) -> String {
        match organisation.form {
            Form::Ge | Form::Zkt => format!("{} ({})", organisation.name.value, self.words.form(organisation.form)),
            Form::Agentur
            | Form::Regionaldirektion
            | Form::Kommune
            | Form::Land
            | Form::Bund
            | Form::Iq
            | Form::Verein
            | Form::Traeger
            | Form::Other => organisation.name.value.clone(),
        }
    }

    /// `Vogtlandkreis, Sachsen`, or `bundesweit`.
    pub(super) fn place_line(&self, case: &Case) -> String {
        let names: Vec<String> = self.site.places(case).map(|place| self.place_name(place)).collect();
        if names.is_empty() { self.words.0.text("place.nationwide").to_owned() } else { self.first_of(names, 2) }
    }

    /// The first names, and how many more there are.
    fn first_of(&self, names: Vec<String>, shown: usize) -> String {
        match names.len().checked_sub(shown).filter(|more| *more > 0) {
            Some(more) => format!(
                "{} {}",
                names[..shown].join(" · "),
                self.words.0.fill("place.more", &[("n", &more.to_string())])
            ),
            None => names.join(" · "),
        }
    }

    /// `Vogtlandkreis, Sachsen`; `Berlin` where both have the same name.
    pub(super) fn place_name(&self, place: site::Place<'_>) -> String {
        let state = &place.state.name;
        match place.district.filter(|district| district.name != *state) {
            Some(district) => format!("{}, {state}", district.name),
            None => state.clone(),
        }
    }

    /// Links to the pages of a case's values in a facet.
    pub(super) fn value_links(&self, case: &Case, facet: Facet) -> Vec<LinkView> {
        self.site.values_of(case, facet).iter().map(|value| self.value_link(facet, value)).collect()
    }
}

fn is_ended(state: StatusState) -> bool {
    match state {
        StatusState::Ended | StatusState::ContinuedAs => true,
        StatusState::Running | StatusState::Trial | StatusState::Unknown => false,
    }
}
