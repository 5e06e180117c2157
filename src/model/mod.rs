//! What editors write, as plain data. Positions in the files are kept wherever a value can be wrong.
//! Nothing here reads files, checks references or renders.

mod answer;
mod case;
mod checklist;
mod date;
mod handbook;
mod literature;
mod located;
mod page;
mod plan;
mod region;
mod slug;
mod source;
mod statement;
mod topic;
mod vocabulary;

pub use answer::Answer;
pub use case::{
    Case, CaseData, Contact, Effort, EffortLevel, Evidence, Figure, Form, Link, Organisation, OrganisationRole, Remark,
    Status, StatusState,
};
pub use case::{LegalScope, Settlement};
pub use checklist::{AppliesTo, Checklist, ChecklistItem, ItemKind, SaidBy, Stage};
pub use date::Date;
pub use handbook::{Handbook, Language, Limits, Phase, Publisher};
pub use literature::{Literature, Person, Work, WorkKind};
pub(crate) use located::Lines;
pub use located::{Located, Position};
pub use page::{Page, PageData, PageKind};
pub use plan::{OwnItem, Plan, PlanAnswer, PlanCase, PlanHandbook, PlanProfile};
pub use region::{Directorate, District, Regions, State};
pub use slug::{Slug, is_device};
pub use source::{CitedWork, Pages, Reference};
pub use statement::{AccessibilityGap, Conformance, Enforcement, Statement, StatementContact};
pub use topic::{Gap, SuccessFactor, Topic, TopicData};
pub use vocabulary::{
    Dimension, Dimensions, Factor, Factors, Glossary, SynonymGroup, Synonyms, Term, Vocabulary, VocabularyEntry,
};
