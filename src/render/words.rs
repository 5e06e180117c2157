//! Dates, numbers and enumerations in the words of the theme.

use crate::model::{
    Answer, Date, EffortLevel, Evidence, Form, ItemKind, LegalScope, OrganisationRole, Pages, SaidBy, Settlement,
    Stage, StatusState,
};
use crate::site::{self, form_id, legal_scope_id, settlement_id, status_id};
use crate::theme::Labels;
use search_index::Facet;

/// Kinds of items in the order in which pages show them.
pub const KINDS: [ItemKind; 7] = [
    ItemKind::Requirement,
    ItemKind::Obstacle,
    ItemKind::Question,
    ItemKind::SuccessFactor,
    ItemKind::Effort,
    ItemKind::Variant,
    ItemKind::Deadline,
];

/// Everyone who can say something, in the order in which pages show them.
pub const SPEAKERS: [SaidBy; 4] = [SaidBy::Implementer, SaidBy::Participants, SaidBy::ThirdParty, SaidBy::Unattributed];

/// Name of a kind in the words of the theme.
pub fn kind_id(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Requirement => "requirement",
        ItemKind::Obstacle => "obstacle",
        ItemKind::Question => "question",
        ItemKind::SuccessFactor => "success-factor",
        ItemKind::Effort => "effort",
        ItemKind::Variant => "variant",
        ItemKind::Deadline => "deadline",
    }
}

/// Name of a speaker in the words of the theme.
pub fn said_by_id(said_by: SaidBy) -> &'static str {
    match said_by {
        SaidBy::Implementer => "implementer",
        SaidBy::Participants => "participants",
        SaidBy::ThirdParty => "third-party",
        SaidBy::Unattributed => "unattributed",
    }
}

/// Name of a level of effort in the words of the theme.
pub fn effort_id(level: EffortLevel) -> &'static str {
    match level {
        EffortLevel::Low => "low",
        EffortLevel::Manageable => "manageable",
        EffortLevel::Considerable => "considerable",
        EffortLevel::Staged => "staged",
        EffortLevel::NotStated => "not-stated",
    }
}

fn evidence_id(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Experience => "experience",
        Evidence::Feedback => "feedback",
        Evidence::Figures => "figures",
        Evidence::Evaluation => "evaluation",
    }
}

fn stage_id(stage: Stage) -> &'static str {
    match stage {
        Stage::Preparation => "preparation",
        Stage::Delivery => "delivery",
        Stage::FollowUp => "follow-up",
    }
}

fn role_id(role: OrganisationRole) -> &'static str {
    match role {
        OrganisationRole::Lead => "lead",
        OrganisationRole::Partner => "partner",
    }
}

/// Speaks with the words of a theme.
#[derive(Clone, Copy)]
pub struct Words<'a>(pub &'a Labels);

impl Words<'_> {
    /// `22. November 2026`, `September 2025`, `2025`.
    pub fn date(self, date: Date) -> String {
        let year = date.year().to_string();
        let Some(month) = date.month() else { return year };
        let month = self.0.text(&format!("month.{month}")).to_owned();
        match date.day_of_month() {
            Some(day) => self.0.fill("date.day", &[("day", &day.to_string()), ("month", &month), ("year", &year)]),
            None => self.0.fill("date.month", &[("month", &month), ("year", &year)]),
        }
    }

    /// `1.200`, `46,3`.
    pub fn number(self, value: f64) -> String {
        let text = value.abs().to_string();
        let (whole, fraction) =
            text.split_once('.').map_or((text.as_str(), None), |(whole, fraction)| (whole, Some(fraction)));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            // Numbers of four digits are grouped as well, so that columns of figures line up.
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push_str(self.0.text("number.group"));
            }
            grouped.push(digit);
        }
        let sign = if value < 0.0 { "−" } else { "" };
        let fraction =
            fraction.map(|fraction| format!("{}{fraction}", self.0.text("number.decimal"))).unwrap_or_default();
        format!("{sign}{grouped}{fraction}")
    }

    /// `S. 18`.
    pub fn pages(self, pages: &Pages) -> String {
        self.0.fill("page.one", &[("pages", &pages.0)])
    }

    /// `3 Punkte`, `noch nicht erhoben`.
    pub fn items(self, count: Option<usize>) -> String {
        match count {
            None => self.0.text("count.not_recorded").to_owned(),
            Some(1) => self.0.text("count.items_one").to_owned(),
            Some(count) => self.0.fill("count.items_many", &[("n", &count.to_string())]),
        }
    }

    /// `2 Voraussetzungen`, `1 Stolperstein`.
    pub fn kind_count(self, kind: ItemKind, count: usize) -> String {
        let form = if count == 1 { "one" } else { "many" };
        format!("{count} {}", self.0.text(&format!("kind.{}.{form}", kind_id(kind))))
    }

    /// `Voraussetzung`.
    pub fn kind(self, kind: ItemKind) -> String {
        self.0.text(&format!("kind.{}.one", kind_id(kind))).to_owned()
    }

    /// `vorhanden`.
    pub fn answer(self, answer: Answer) -> String {
        self.0.text(&format!("answer.{}", answer.code())).to_owned()
    }

    /// `sagt das umsetzende Haus`.
    pub fn said_by(self, said_by: SaidBy) -> String {
        self.0.text(&format!("said_by.{}", said_by_id(said_by))).to_owned()
    }

    /// `Vorbereitung`.
    pub fn stage(self, stage: Stage) -> String {
        self.0.text(&format!("stage.{}", stage_id(stage))).to_owned()
    }

    /// `federführend`.
    pub fn role(self, role: OrganisationRole) -> String {
        self.0.text(&format!("role.{}", role_id(role))).to_owned()
    }

    /// `überschaubar`.
    pub fn effort(self, level: EffortLevel) -> String {
        self.0.text(&format!("effort.{}", effort_id(level))).to_owned()
    }

    /// `Zahlen genannt`.
    pub fn evidence(self, evidence: Evidence) -> String {
        self.0.text(&format!("evidence.{}", evidence_id(evidence))).to_owned()
    }

    /// `gE`.
    pub fn form(self, form: Form) -> String {
        self.0.text(&format!("form.{}.short", form_id(form))).to_owned()
    }

    /// `SGB II`.
    pub fn legal_scope(self, scope: LegalScope) -> String {
        self.0.text(&format!("legal_scope.{}.short", legal_scope_id(scope))).to_owned()
    }

    /// `ländlicher Kreis mit Verdichtungsansätzen`.
    pub fn settlement(self, settlement: Settlement) -> String {
        self.0.text(&format!("settlement.{}.short", settlement_id(settlement))).to_owned()
    }

    /// `beendet`.
    pub fn status(self, state: StatusState) -> String {
        self.0.text(&format!("status.{}.short", status_id(state))).to_owned()
    }
}

/// Every word that the program asks for, so that a theme that lacks one is found before a page is.
pub fn needed() -> Vec<String> {
    let plain = [
        "fact.effort",
        "fact.evidence",
        "fact.status",
        "fact.checklist",
        "count.items_one",
        "count.items_many",
        "count.not_recorded",
        "place.nationwide",
        "place.more",
        "reason.topic",
        "reason.target-group",
        "reason.format",
        "reason.form",
        "reason.settlement",
        "reason.directorate",
        "reason.neighbour",
        "reason.near",
        "reason.partner",
        "status_detail.since",
        "status_detail.until",
        "status_detail.continued_as",
        "date.day",
        "date.month",
        "number.decimal",
        "number.group",
        "page.one",
        "citation.in",
        "citation.editors",
        "description.state",
        "feed.title",
        "feed.new",
        "feed.changed",
        "citation.accessed",
        "citation.undated",
        "citation.et_al",
        "role.lead",
        "footnote_back",
        "role.partner",
        "table",
    ];
    let pages = [
        "cases",
        "compare",
        "transfer",
        "glossary",
        "literature",
        "print",
        "offline",
        "not-found",
        "selection",
        "hub",
        "gaps",
        "news",
    ];
    let rows = [
        "organisations",
        "place",
        "topics",
        "target_groups",
        "formats",
        "partners",
        "phases",
        "legal_scopes",
        "status",
        "effort",
        "evidence",
        "figures",
        "mechanism",
        "setbacks",
        "checklist",
        "legal_state",
        "sources",
    ];
    let mut needed: Vec<String> = plain.iter().map(|name| (*name).to_owned()).collect();
    needed.extend(pages.iter().flat_map(|page| [format!("title.{page}"), format!("description.{page}")]));
    needed.extend(["title.page-number", "title.dimension", "description.dimension"].map(str::to_owned));
    needed.extend(rows.iter().map(|row| format!("compare.{row}")));
    needed.extend((1..=12).map(|month| format!("month.{month}")));
    needed.extend(Facet::ALL.iter().flat_map(|facet| {
        ["facet", "facet_plural", "facet_description"].map(|group| format!("{group}.{}", facet.key()))
    }));
    needed.extend(KINDS.iter().flat_map(|kind| ["one", "many"].map(|form| format!("kind.{}.{form}", kind_id(*kind)))));
    needed.extend(["low", "manageable", "considerable", "staged", "not-stated"].map(|level| format!("effort.{level}")));
    needed.extend(["experience", "feedback", "figures", "evaluation"].map(|evidence| format!("evidence.{evidence}")));
    needed.extend(["preparation", "delivery", "follow-up"].map(|stage| format!("stage.{stage}")));
    let values = [
        ("form", site::FORMS.map(site::form_id).to_vec()),
        ("legal_scope", site::LEGAL_SCOPES.map(site::legal_scope_id).to_vec()),
        ("settlement", site::SETTLEMENTS.map(site::settlement_id).to_vec()),
        ("status", site::STATES.map(site::status_id).to_vec()),
    ];
    for (group, ids) in values {
        needed.extend(ids.iter().flat_map(|id| ["short", "description"].map(|form| format!("{group}.{id}.{form}"))));
    }
    needed.extend(Answer::ALL.iter().map(|answer| format!("answer.{}", answer.code())));
    needed.extend(SPEAKERS.iter().map(|said_by| format!("said_by.{}", said_by_id(*said_by))));
    needed
}
