//! Documents to a site: who refers to whom, which case belongs to which list, where everything is found.
//! Never reads files, never renders. References that lead nowhere are left out here and reported by `checks`.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use jiff::civil;
use rayon::prelude::*;
use search_index::Facet;

use crate::hashed::Hashed;
use crate::history::History;
use crate::model::{
    Case, Dimension, District, Form, Handbook, LegalScope, Page, Phase, Settlement, Slug, State, StatusState, Term,
    Topic, VocabularyEntry, Work,
};
use crate::parse::{Documents, Vocabularies};

/// What the author asked for.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Drafts are part of the site.
    pub drafts: bool,
    /// The day for which reviews and deadlines are judged. Comes in from outside, so that equal input gives equal bytes.
    pub today: civil::Date,
}

/// A handbook with everything resolved.
#[derive(Debug)]
pub struct Site {
    /// What holds for every page.
    pub handbook: Handbook,
    /// Cases by slug.
    pub cases: Vec<Hashed<Case>>,
    /// Topics in their order.
    pub topics: Vec<Topic>,
    /// Pages in their order.
    pub pages: Vec<Page>,
    /// Lists of choices.
    pub vocabularies: Vocabularies,
    /// Files of cases: `content/cases/<slug>/<name>`.
    pub attachments: BTreeMap<String, Hashed<[u8]>>,
    /// Files that could not be read; references to them are not reported a second time.
    pub broken: BTreeSet<String>,
    /// The day for which reviews and deadlines are judged.
    pub today: civil::Date,
    /// When cases were published and changed.
    pub history: Hashed<History>,
    /// Tells this handbook from others that differ in more than single cases.
    pub frame: blake3::Hash,
    index: Index,
}

/// Positions by name, so that looking up is quick in a handbook of any size.
#[derive(Debug, Default)]
struct Index {
    cases: BTreeMap<String, usize>,
    topics: BTreeMap<String, usize>,
    pages: BTreeMap<String, usize>,
    works: BTreeMap<String, usize>,
    terms: BTreeMap<String, usize>,
    /// Words of the terms of the glossary.
    explained: HashSet<String>,
    states: BTreeMap<String, usize>,
    districts: BTreeMap<String, usize>,
    target_groups: BTreeMap<String, usize>,
    formats: BTreeMap<String, usize>,
    partners: BTreeMap<String, usize>,
    dimensions: BTreeMap<String, usize>,
    /// Cases by facet and value.
    values: BTreeMap<Facet, BTreeMap<String, Vec<usize>>>,
    /// What sharing a value weighs, for every case: nothing if it does not have the value. A byte for each, because to
    /// compare ten thousand cases with all others is a matter of adding up long rows of them.
    shares: BTreeMap<(Facet, String), Vec<u8>>,
}

/// A place of a case.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// None for a whole Land.
    pub district: Option<&'a District>,
    /// The Land.
    pub state: &'a State,
}

/// A case that resembles another, with what they share.
#[derive(Clone, Debug)]
pub struct Related<'a> {
    /// The case.
    pub case: &'a Case,
    /// What they share: facet and value.
    pub shared: Vec<(Facet, String)>,
}

/// A case near to a Land, with the reason.
#[derive(Clone, Debug)]
pub struct Nearest<'a> {
    /// The case.
    pub case: &'a Case,
    /// Why it is near.
    pub reason: Nearness<'a>,
}

/// Why a Land counts as near.
#[derive(Clone, Copy, Debug)]
pub enum Nearness<'a> {
    /// Same regional directorate.
    Directorate(&'a str),
    /// Common border with this Land.
    Neighbour(&'a State),
    /// Same settlement type.
    Settlement(Settlement),
    /// This Land lies further away, beyond neighbours.
    Near(&'a State),
}

/// Puts the documents together; `None` where `handbook.yaml` could not be read.
pub fn assemble(documents: Documents, history: Hashed<History>, options: Options, frame: blake3::Hash) -> Option<Site> {
    let Documents { handbook, mut cases, mut topics, mut pages, vocabularies, attachments, broken } = documents;
    cases.retain(|case| options.drafts || !case.data.draft);
    cases.sort_by(|left, right| left.slug.cmp(&right.slug));
    topics.sort_by(|left, right| (left.data.order, &left.slug).cmp(&(right.data.order, &right.slug)));
    pages.sort_by(|left, right| (left.data.order, &left.slug).cmp(&(right.data.order, &right.slug)));
    let mut site = Site {
        handbook: handbook?,
        cases,
        topics,
        pages,
        vocabularies,
        attachments,
        broken,
        today: options.today,
        history,
        frame,
        index: Index::default(),
    };
    site.index = Index::of(&site);
    site.index.values = site.collect_values();
    site.index.shares = site.collect_shares();
    Some(site)
}

/// Positions by name; the first of equal names wins, the second is reported by `checks`.
fn positions<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut positions = BTreeMap::new();
    for (position, name) in names.enumerate() {
        positions.entry(name.to_owned()).or_insert(position);
    }
    positions
}

/// Words of a term, its long form and its other spellings.
fn words_of(term: &Term) -> impl Iterator<Item = &str> {
    let spellings = [&term.term].into_iter().chain(&term.long).chain(&term.also);
    spellings.flat_map(|spelling| spelling.split(|character: char| !character.is_alphanumeric()))
}

impl Index {
    fn of(site: &Site) -> Index {
        let vocabularies = &site.vocabularies;
        let ids = |entries: &[VocabularyEntry]| positions(entries.iter().map(|entry| entry.id.as_str()));
        Index {
            cases: positions(site.cases.iter().map(|case| case.slug.as_str())),
            topics: positions(site.topics.iter().map(|topic| topic.slug.as_str())),
            pages: positions(site.pages.iter().map(|page| page.slug.as_str())),
            works: positions(vocabularies.literature.entries.iter().map(|work| work.id.as_str())),
            terms: positions(vocabularies.glossary.entries.iter().map(|term| term.id.as_str())),
            explained: vocabularies.glossary.entries.iter().flat_map(words_of).map(str::to_owned).collect(),
            states: positions(vocabularies.regions.states.iter().map(|state| state.ars.as_str())),
            districts: positions(vocabularies.regions.districts.iter().map(|district| district.ars.as_str())),
            target_groups: ids(&vocabularies.target_groups.entries),
            formats: ids(&vocabularies.formats.entries),
            partners: ids(&vocabularies.partners.entries),
            dimensions: positions(vocabularies.dimensions.entries.iter().map(|dimension| dimension.id.as_str())),
            values: BTreeMap::new(),
            shares: BTreeMap::new(),
        }
    }
}

impl Site {
    /// What tells this handbook from others: a slug of its short title. Saved plans and what browsers keep hang on it.
    pub fn key(&self) -> String {
        let key = Slug::suggest(&self.handbook.short_title);
        if key.is_empty() { "handbuch".to_owned() } else { key }
    }

    /// All cases, by slug.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().map(|case| &**case)
    }

    /// The case of that name.
    pub fn case(&self, slug: &str) -> Option<&Case> {
        self.index.cases.get(slug).map(|position| &*self.cases[*position])
    }

    /// The topic of that name.
    pub fn topic(&self, slug: &str) -> Option<&Topic> {
        self.index.topics.get(slug).map(|position| &self.topics[*position])
    }

    /// The page of that name.
    pub fn page(&self, slug: &str) -> Option<&Page> {
        self.index.pages.get(slug).map(|position| &self.pages[*position])
    }

    /// The work of that id.
    pub fn work(&self, id: &str) -> Option<&Work> {
        self.index.works.get(id).map(|position| &self.vocabularies.literature.entries[*position])
    }

    /// The term of that id.
    pub fn term(&self, id: &str) -> Option<&Term> {
        self.index.terms.get(id).map(|position| &self.vocabularies.glossary.entries[*position])
    }

    /// The target group of that id.
    pub fn target_group(&self, id: &str) -> Option<&VocabularyEntry> {
        self.index.target_groups.get(id).map(|position| &self.vocabularies.target_groups.entries[*position])
    }

    /// The format of that id.
    pub fn format(&self, id: &str) -> Option<&VocabularyEntry> {
        self.index.formats.get(id).map(|position| &self.vocabularies.formats.entries[*position])
    }

    /// The partner of that id.
    pub fn partner(&self, id: &str) -> Option<&VocabularyEntry> {
        self.index.partners.get(id).map(|position| &self.vocabularies.partners.entries[*position])
    }

    /// The dimension of that id.
    pub fn dimension(&self, id: &str) -> Option<&Dimension> {
        self.index.dimensions.get(id).map(|position| &self.vocabularies.dimensions.entries[*position])
    }

    /// Whether the glossary has the word or a term made of it: „TOP 8“ explains „TOP“.
    pub fn is_explained(&self, word: &str) -> bool {
        self.index.explained.contains(word)
    }

    /// The phase of that number.
    pub fn phase(&self, number: u8) -> Option<&Phase> {
        self.handbook.phases.iter().find(|phase| *phase.number == number)
    }

    /// The Land of that slug.
    pub fn state(&self, slug: &str) -> Option<&State> {
        self.vocabularies.regions.states.iter().find(|state| *state.slug == slug)
    }

    /// The Land whose keys start with the same two digits.
    pub fn state_of_key(&self, ars: &str) -> Option<&State> {
        self.index.states.get(ars.get(..2)?).map(|position| &self.vocabularies.regions.states[*position])
    }

    /// The official name of a directorate.
    pub fn directorate(&self, id: &str) -> Option<&str> {
        self.vocabularies
            .regions
            .directorates
            .iter()
            .find(|directorate| *directorate.id == id)
            .map(|directorate| directorate.name.as_str())
    }

    /// The place of a twelve-digit key: a district, or a Land.
    pub fn place(&self, ars: &str) -> Option<Place<'_>> {
        let state = self.state_of_key(ars)?;
        match self.index.districts.get(ars) {
            Some(position) => Some(Place { district: Some(&self.vocabularies.regions.districts[*position]), state }),
            None => ars.get(2..).filter(|rest| *rest == "0000000000").map(|_| Place { district: None, state }),
        }
    }

    /// The places of a case, as far as they are known.
    pub fn places<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = Place<'a>> {
        case.data.places.iter().filter_map(|ars| self.place(ars))
    }

    /// Values of a case in a facet, without repetition, only those that exist.
    pub fn values_of(&self, case: &Case, facet: Facet) -> Vec<String> {
        let data = &case.data;
        let known = |ids: &[crate::model::Located<String>], exists: &dyn Fn(&str) -> bool| -> Vec<String> {
            ids.iter().filter(|id| exists(id)).map(|id| id.value.clone()).collect()
        };
        let values = match facet {
            Facet::Topic => known(&data.topics, &|id| self.topic(id).is_some()),
            Facet::State => self.places(case).map(|place| place.state.slug.value.clone()).collect(),
            Facet::Form => {
                data.organisations.iter().map(|organisation| form_id(organisation.form).to_owned()).collect()
            }
            Facet::TargetGroup => known(&data.target_groups, &|id| self.target_group(id).is_some()),
            Facet::Format => known(&data.formats, &|id| self.format(id).is_some()),
            Facet::Partner => known(&data.partners, &|id| self.partner(id).is_some()),
            Facet::Phase => data
                .phases
                .iter()
                .filter(|number| self.phase(***number).is_some())
                .map(|number| phase_id(**number))
                .collect(),
            Facet::LegalScope => data.legal_scopes.iter().map(|scope| legal_scope_id(*scope).to_owned()).collect(),
            Facet::Settlement => self
                .places(case)
                .filter_map(|place| place.district?.settlement)
                .map(|settlement| settlement_id(settlement).to_owned())
                .collect(),
            Facet::Status => vec![status_id(data.status.state).to_owned()],
        };
        // A handful: to compare them is quicker than to keep a set.
        let mut distinct = Vec::with_capacity(values.len());
        for value in values {
            if !distinct.contains(&value) {
                distinct.push(value);
            }
        }
        distinct
    }

    /// Every value of a facet, in the order in which pages show them.
    pub fn values(&self, facet: Facet) -> Vec<String> {
        let ids = |entries: &[VocabularyEntry]| entries.iter().map(|entry| entry.id.value.clone()).collect();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match facet {
            Facet::Topic => self.topics.iter().map(|topic| topic.slug.to_string()).collect(),
            Facet::State => {
                let mut states: Vec<&State> = self.vocabularies.regions.states.iter().collect();
                states.sort_by(|left, right| left.name.cmp(&right.name));
                states.into_iter().map(|state| state.slug.value.clone()).collect()
            }
            Facet::Form => names(&FORMS.map(form_id)),
            Facet::TargetGroup => ids(&self.vocabularies.target_groups.entries),
            Facet::Format => ids(&self.vocabularies.formats.entries),
            Facet::Partner => ids(&self.vocabularies.partners.entries),
            Facet::Phase => self.handbook.phases.iter().map(|phase| phase_id(*phase.number)).collect(),
            Facet::LegalScope => names(&LEGAL_SCOPES.map(legal_scope_id)),
            Facet::Settlement => names(&SETTLEMENTS.map(settlement_id)),
            Facet::Status => names(&STATES.map(status_id)),
        }
    }

    /// Cases with a value, by slug.
    pub fn cases_with(&self, facet: Facet, value: &str) -> impl Iterator<Item = &Case> {
        let positions = self.index.values.get(&facet).and_then(|values| values.get(value));
        positions.into_iter().flatten().map(|position| &*self.cases[*position])
    }

    /// Number of cases with a value.
    pub fn count(&self, facet: Facet, value: &str) -> usize {
        self.index.values.get(&facet).and_then(|values| values.get(value)).map_or(0, Vec::len)
    }

    /// Cases that are valid nationwide.
    pub fn nationwide(&self) -> impl Iterator<Item = &Case> {
        self.cases().filter(|case| case.data.places.is_empty())
    }

    fn collect_values(&self) -> BTreeMap<Facet, BTreeMap<String, Vec<usize>>> {
        let by_facet = |facet| {
            let mut values: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (position, case) in self.cases.iter().enumerate() {
                for value in self.values_of(case, facet) {
                    values.entry(value).or_default().push(position);
                }
            }
            (facet, values)
        };
        Facet::ALL.into_par_iter().map(by_facet).collect::<Vec<_>>().into_iter().collect()
    }

    fn collect_shares(&self) -> BTreeMap<(Facet, String), Vec<u8>> {
        let mut shares = BTreeMap::new();
        for (facet, weight) in WEIGHTS {
            for (value, positions) in self.index.values.get(&facet).into_iter().flatten() {
                let mut row = vec![0; self.cases.len()];
                positions.iter().for_each(|position| row[*position] = weight);
                shares.insert((facet, value.clone()), row);
            }
        }
        shares
    }

    /// Cases near to a Land, the nearest first: same directorate, common border, same settlement type, then by the number
    /// of borders between. At most `limit`.
    pub fn nearest<'a>(&'a self, state: &'a State, limit: usize) -> Vec<Nearest<'a>> {
        let settlements: BTreeSet<Settlement> = self
            .vocabularies
            .regions
            .districts
            .iter()
            .filter(|district| district.ars.get(..2) == Some(&*state.ars.value))
            .filter_map(|district| district.settlement)
            .collect();
        let borders = self.borders_from(state);
        let nearness = |place: Place<'a>| {
            let other = place.state;
            let distance = borders.get(other.slug.as_str()).copied().unwrap_or(usize::MAX);
            let alike = place.district.and_then(|district| district.settlement).filter(|own| settlements.contains(own));
            match alike {
                _ if other.directorate.value == state.directorate.value => {
                    ((0, 0), Nearness::Directorate(self.directorate(&state.directorate).unwrap_or_default()))
                }
                _ if distance == 1 => ((1, 0), Nearness::Neighbour(other)),
                Some(settlement) => ((2, distance), Nearness::Settlement(settlement)),
                None => ((3, distance), Nearness::Near(other)),
            }
        };
        let elsewhere = |case: &&'a Case| self.places(case).all(|place| place.state.ars != state.ars);
        let nearest_place = |case: &'a Case| {
            self.places(case)
                .map(nearness)
                .min_by_key(|(rank, _)| *rank)
                .map(|(rank, reason)| (rank, Nearest { case, reason }))
        };
        let mut found: Vec<((u8, usize), Nearest<'a>)> =
            self.cases().filter(elsewhere).filter_map(nearest_place).collect();
        // The sort is stable, so equally near cases stay in the order of their names.
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().take(limit).map(|(_, nearest)| nearest).collect()
    }

    /// Number of borders to cross on the way to every other Land.
    fn borders_from<'a>(&'a self, state: &'a State) -> BTreeMap<&'a str, usize> {
        let mut distances = BTreeMap::from([(state.slug.as_str(), 0)]);
        let mut queue = VecDeque::from([state]);
        while let Some(present) = queue.pop_front() {
            let distance = distances[present.slug.as_str()] + 1;
            for neighbour in present.neighbours.iter().filter_map(|slug| self.state(slug)) {
                if !distances.contains_key(neighbour.slug.as_str()) {
                    distances.insert(&neighbour.slug, distance);
                    queue.push_back(neighbour);
                }
            }
        }
        distances
    }
}

/// Weights of what two cases can share. A common topic or format says most about whether a reader of one can use the
/// other; form and settlement type say only that the circumstances are alike.
const WEIGHTS: [(Facet, u8); 5] =
    [(Facet::Topic, 3), (Facet::Format, 3), (Facet::TargetGroup, 2), (Facet::Form, 1), (Facet::Settlement, 1)];

/// Least sum of weights at which a case is worth showing.
const LEAST_WEIGHT: u8 = 3;

/// Cases that are passed over together when none of them is better than what was found already.
const CHUNK: usize = 64;

/// Number of related cases on a page.
const RELATED: usize = 4;

impl Site {
    /// Cases that resemble a case, the best first, with what they share: those that editors chose, else the most alike.
    pub fn related(&self, case: &Case) -> Vec<Related<'_>> {
        let chosen = &case.data.related;
        let others: Vec<&Case> = if chosen.is_empty() {
            self.most_alike(case)
        } else {
            chosen.iter().filter_map(|slug| self.case(slug)).collect()
        };
        others.into_iter().map(|other| Related { case: other, shared: self.shared(case, other) }).collect()
    }

    /// The cases with the largest sum of weights of what they share with a case; of equal ones, the first by slug.
    fn most_alike(&self, case: &Case) -> Vec<&Case> {
        let weights = self.weights(case);
        let mut best: Vec<(u8, usize)> = Vec::with_capacity(RELATED + 1);
        for (start, chunk) in (0..).step_by(CHUNK).zip(weights.chunks(CHUNK)) {
            let least = best.get(RELATED - 1).map_or(LEAST_WEIGHT, |(weight, _)| weight.saturating_add(1));
            if chunk.iter().fold(0, |most, weight| most.max(*weight)) < least {
                continue;
            }
            for (other, weight) in (start..).zip(chunk.iter().copied()) {
                if weight >= least && self.cases[other].slug != case.slug {
                    let place = best.partition_point(|(better, _)| *better >= weight);
                    best.insert(place, (weight, other));
                    best.truncate(RELATED);
                }
            }
        }
        best.into_iter().map(|(_, position)| &*self.cases[position]).collect()
    }

    /// What every case shares with a case, as the sum of weights, in the order of the cases.
    fn weights(&self, case: &Case) -> Vec<u8> {
        let mut weights = vec![0_u8; self.cases.len()];
        for (facet, _) in WEIGHTS {
            for value in self.values_of(case, facet) {
                let shares = self.index.shares.get(&(facet, value)).map_or(&[][..], Vec::as_slice);
                weights.iter_mut().zip(shares).for_each(|(weight, share)| *weight = weight.saturating_add(*share));
            }
        }
        weights
    }

    /// What two cases share, the weightier first.
    fn shared(&self, case: &Case, other: &Case) -> Vec<(Facet, String)> {
        let common = |facet| {
            let others = self.values_of(other, facet);
            let own = self.values_of(case, facet).into_iter();
            own.filter(move |value| others.contains(value)).map(move |value| (facet, value))
        };
        WEIGHTS.iter().flat_map(|(facet, _)| common(*facet)).collect()
    }
}

/// Path of a case from the root of the site.
pub fn case_path(slug: &str) -> String {
    format!("praxis/{slug}.html")
}

/// Path of the list of all cases; pages count from 1.
pub fn cases_path(page: usize) -> String {
    if page == 1 { "praxis/index.html".to_owned() } else { format!("praxis/seite-{page}.html") }
}

/// Path of the overview of a facet.
pub fn facet_path(facet: Facet) -> String {
    format!("{}/index.html", facet.key())
}

/// Path of a value of a facet; pages count from 1.
pub fn value_path(facet: Facet, value: &str, page: usize) -> String {
    let key = facet.key();
    if page == 1 { format!("{key}/{value}.html") } else { format!("{key}/{value}-seite-{page}.html") }
}

/// Path of the page of a dimension.
pub fn dimension_path(id: &str) -> String {
    format!("transfer/{id}.html")
}

/// Path of a page of text.
pub fn page_path(slug: &str) -> String {
    format!("{slug}.html")
}

/// Path of a work.
pub fn work_path(id: &str) -> String {
    format!("literatur.html#werk-{id}")
}

/// Path of a term.
pub fn term_path(id: &str) -> String {
    format!("glossar.html#term-{id}")
}

/// Path of a file of a case.
pub fn attachment_path(slug: &str, name: &str) -> String {
    format!("praxis/{slug}/{name}")
}

/// Legal forms in the order in which pages show them.
pub const FORMS: [Form; 11] = [
    Form::Ge,
    Form::Zkt,
    Form::Agentur,
    Form::Regionaldirektion,
    Form::Kommune,
    Form::Land,
    Form::Bund,
    Form::Iq,
    Form::Verein,
    Form::Traeger,
    Form::Other,
];
/// Codes of law in the order in which pages show them.
pub const LEGAL_SCOPES: [LegalScope; 4] = [LegalScope::Sgb2, LegalScope::Sgb3, LegalScope::Sgb8, LegalScope::Asylblg];
/// Settlement types in the order in which pages show them.
pub const SETTLEMENTS: [Settlement; 4] =
    [Settlement::Grossstadt, Settlement::Staedtisch, Settlement::LaendlichVerdichtet, Settlement::LaendlichDuenn];
/// States of a case in the order in which pages show them.
pub const STATES: [StatusState; 5] =
    [StatusState::Running, StatusState::Trial, StatusState::ContinuedAs, StatusState::Ended, StatusState::Unknown];

/// Value of a form in URLs.
pub fn form_id(form: Form) -> &'static str {
    match form {
        Form::Ge => "ge",
        Form::Zkt => "zkt",
        Form::Agentur => "agentur",
        Form::Regionaldirektion => "regionaldirektion",
        Form::Kommune => "kommune",
        Form::Land => "land",
        Form::Bund => "bund",
        Form::Iq => "iq",
        Form::Verein => "verein",
        Form::Traeger => "traeger",
        Form::Other => "other",
    }
}

/// Value of a code of law in URLs.
pub fn legal_scope_id(scope: LegalScope) -> &'static str {
    match scope {
        LegalScope::Sgb2 => "sgb2",
        LegalScope::Sgb3 => "sgb3",
        LegalScope::Sgb8 => "sgb8",
        LegalScope::Asylblg => "asylblg",
    }
}

/// Value of a settlement type in URLs.
pub fn settlement_id(settlement: Settlement) -> &'static str {
    match settlement {
        Settlement::Grossstadt => "grossstadt",
        Settlement::Staedtisch => "staedtisch",
        Settlement::LaendlichVerdichtet => "laendlich-verdichtet",
        Settlement::LaendlichDuenn => "laendlich-duenn",
    }
}

/// Value of a status in URLs.
pub fn status_id(state: StatusState) -> &'static str {
    match state {
        StatusState::Running => "running",
        StatusState::Trial => "trial",
        StatusState::Ended => "ended",
        StatusState::ContinuedAs => "continued-as",
        StatusState::Unknown => "unknown",
    }
}

/// Value of a phase in URLs.
pub fn phase_id(number: u8) -> String {
    format!("phase-{number}")
}
