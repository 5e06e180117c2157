//! What can be typed. The comments are the help text.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::civil;

use crate::model::{Language, Slug};
use crate::report::Format;

/// Compiles structured good-practice cases into a handbook
#[derive(Debug, Parser)]
#[command(
    version = version(),
    about,
    after_help = "Exit codes: 0 clean, 1 problems in the content, 2 wrong use, 3 the machine failed"
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// `0.1.0 (3f2a9c1b7e04)`: with the commit of the program, where it was named when it was compiled.
fn version() -> &'static str {
    static VERSION: LazyLock<String> = LazyLock::new(|| {
        let commit = option_env!("PRAXIS_COMMIT").map(|commit| format!(" ({})", commit.get(..12).unwrap_or(commit)));
        format!("{}{}", env!("CARGO_PKG_VERSION"), commit.unwrap_or_default())
    });
    &VERSION
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the handbook and write the site
    Build(BuildArgs),
    /// Check the handbook and write nothing
    Check(CheckArgs),
    /// Show the handbook in a browser while it is being written
    Serve(ServeArgs),
    /// Check the handbook and put it online: into a folder of releases, or onto a branch for a Pages service
    Publish(Box<PublishArgs>),
    /// Let a repository on a server check what is pushed, and publish it
    Hook(HookArgs),
    /// Check the handbook and pack it into a zip that is read without a network
    Bundle(BundleArgs),
    /// Compare an offline edition, packed or unpacked, with its checksums
    Verify(VerifyArgs),
    /// Create a case, a topic or a handbook
    New(NewArgs),
    /// Write the JSON Schema files that editors' programs use while typing
    Schema(SchemaArgs),
    /// Find cases, as the search of the website does
    Search(Box<SearchArgs>),
    /// Measure how well the search finds what it should
    Eval(EvalArgs),
    /// Print the documents of the search index for a search server, or its configuration
    Export(ExportArgs),
    /// Show what the checklists of all cases say, or check a saved plan
    Transfer(TransferArgs),
    /// List new, changed, renamed and removed cases, for a newsletter
    Changes(ChangesArgs),
    /// Print a script by which a shell completes commands and options
    Completions(CompletionsArgs),
    /// Write the manual pages, one for every command
    #[command(hide = true)]
    Man(ManArgs),
}

/// What `build`, `check`, `bundle` and `publish` have in common.
#[derive(Clone, Debug, Args)]
pub struct HandbookArgs {
    /// Folder that holds content/
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
    /// Language of messages; without it, the language of the handbook
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// Treat drafts like finished cases
    #[arg(long)]
    pub drafts: bool,
    /// Fail on warnings, too
    #[arg(long)]
    pub strict: bool,
    /// Demand everything that a publication needs: no placeholder left, an address given
    #[arg(long)]
    pub release_check: bool,
    /// Address of the site, in place of the one in handbook.yaml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Notation of the report; all but text go to standard output
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Day for which reviews and deadlines are judged, YYYY-MM-DD; without it, today
    #[arg(long, value_name = "DATE", hide_short_help = true)]
    pub today: Option<civil::Date>,
    /// Print errors only
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print notes and times as well
    #[arg(long, short)]
    pub verbose: bool,
}

/// Check the handbook and write the site.
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// What `build`, `check`, `bundle` and `publish` have in common
    #[command(flatten)]
    pub handbook: HandbookArgs,
    /// Folder of the site; without it, public/ in the folder of the handbook
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Go on, and build again after every change
    #[arg(long)]
    pub watch: bool,
    /// How changes are noticed
    #[command(flatten)]
    pub changes: WatchArgs,
    /// Put the offline edition into the site, as a zip that offline.html links
    #[arg(long)]
    pub bundle: bool,
}

/// How changes are noticed.
#[derive(Clone, Debug, Args)]
pub struct WatchArgs {
    /// Look at all files every so many seconds: for network drives, which do not tell about changes
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "1", value_parser = seconds)]
    pub poll: Option<Duration>,
}

/// Show the handbook in a browser while it is being written.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// What `build` and `check` have in common
    #[command(flatten)]
    pub handbook: HandbookArgs,
    /// Port; without it 4400, or the next that is free
    #[arg(long, value_name = "NUMBER")]
    pub port: Option<u16>,
    /// Name or address of this machine; the default is seen by nobody else
    #[arg(long, default_value = "127.0.0.1", value_name = "NAME")]
    pub host: String,
    /// Open the browser
    #[arg(long)]
    pub open: bool,
    /// How changes are noticed
    #[command(flatten)]
    pub watch: WatchArgs,
}

impl ServeArgs {
    /// Port without a wish.
    pub const USUAL_PORT: u16 = 4400;
}

/// Check the handbook and pack it into a zip that is read without a network.
#[derive(Clone, Debug, Args)]
pub struct BundleArgs {
    /// What `build`, `check`, `bundle` and `publish` have in common
    #[command(flatten)]
    pub handbook: HandbookArgs,
    /// Folder for the zip and its checksum; without it, offline/ in the folder of the handbook
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

/// Compare an offline edition, packed or unpacked, with its checksums.
#[derive(Clone, Debug, Args)]
pub struct VerifyArgs {
    /// The zip, or the folder that holds SHA256SUMS
    #[arg(value_name = "BUNDLE")]
    pub bundle: PathBuf,
    /// Language of messages
    #[arg(long, value_enum, default_value = "de")]
    pub lang: Lang,
    /// Print problems only
    #[arg(long, short)]
    pub quiet: bool,
}

/// Check the handbook and write nothing.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What `build`, `check`, `bundle` and `publish` have in common
    #[command(flatten)]
    pub handbook: HandbookArgs,
    /// Look at every page as well, and list the criteria of accessibility with their results
    #[arg(long)]
    pub accessibility: bool,
}

/// Check the handbook and put it online.
#[derive(Clone, Debug, Args)]
pub struct PublishArgs {
    /// What `build`, `check`, `bundle` and `publish` have in common
    #[command(flatten)]
    pub handbook: HandbookArgs,
    /// Folder of the releases; a web server shows current/ in it
    #[arg(long, value_name = "FOLDER", required_unless_present = "branch")]
    pub to: Option<PathBuf>,
    /// How many releases are kept
    #[arg(long, default_value_t = 5, value_name = "NUMBER", value_parser = at_least_one, requires = "to")]
    pub keep: usize,
    /// How long to wait for another run that is publishing, in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS", requires = "to")]
    pub wait: u64,
    /// Publish nothing; list the releases
    #[arg(long, requires = "to", conflicts_with = "rollback")]
    pub list: bool,
    /// Publish nothing; go back to a release, without a name to the one before
    #[arg(long, value_name = "RELEASE", num_args = 0..=1, requires = "to")]
    pub rollback: Option<Option<String>>,
    /// Branch of another repository whose tree becomes the site
    #[arg(long, value_name = "NAME", conflicts_with = "to", requires = "remote")]
    pub branch: Option<String>,
    /// That repository: its address, or its name in the repository of the handbook
    #[arg(long, value_name = "URL", requires = "branch")]
    pub remote: Option<String>,
    /// Put the offline edition into the site, as a zip that offline.html links
    #[arg(long)]
    pub bundle: bool,
    /// Add .nojekyll, by which GitHub Pages leaves the site as it is
    #[arg(long, requires = "branch")]
    pub nojekyll: bool,
}

/// Let a repository on a server check what is pushed, and publish it.
#[derive(Clone, Debug, Args)]
pub struct HookArgs {
    /// What to do
    #[command(subcommand)]
    pub what: HookWhat,
}

/// What to do with the hooks of a repository.
#[derive(Clone, Debug, Subcommand)]
pub enum HookWhat {
    /// Put the hooks into a bare repository
    Install(HookInstallArgs),
    /// Show whether the hooks are there, what is online and what happened last
    Status(RepositoryArgs),
    /// Remove what install has written
    Uninstall(RepositoryArgs),
    /// Publish the head of the branch now
    Publish(RepositoryArgs),
    /// What the hooks call
    #[command(hide = true)]
    Run {
        /// Which hook
        hook: Hook,
    },
    /// What the hook calls to lay out and check a commit
    #[command(hide = true)]
    Check {
        /// The commit
        commit: String,
        /// An empty folder
        #[arg(long)]
        into: PathBuf,
    },
}

/// A hook of git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Hook {
    /// Before a push is taken
    PreReceive,
    /// After it was
    PostReceive,
}

/// Put the hooks into a bare repository.
#[derive(Clone, Debug, Args)]
pub struct HookInstallArgs {
    /// Which repository
    #[command(flatten)]
    pub repository: RepositoryArgs,
    /// Folder of the releases; a web server shows current/ in it
    #[arg(long, value_name = "FOLDER")]
    pub target: PathBuf,
    /// Branch that is checked and published; others pass untouched
    #[arg(long, default_value = "main", value_name = "NAME")]
    pub branch: String,
    /// Use themes/ of the repository; whoever may push can then put scripts into every page
    #[arg(long)]
    pub allow_themes: bool,
    /// Let a push replace commits that are published
    #[arg(long)]
    pub allow_force: bool,
    /// Put the offline edition into the site, as a zip that offline.html links
    #[arg(long)]
    pub bundle: bool,
    /// How many releases are kept
    #[arg(long, default_value_t = 5, value_name = "NUMBER", value_parser = at_least_one)]
    pub keep: usize,
    /// Largest handbook that is taken, in megabytes
    #[arg(long, default_value_t = 200, value_name = "MB")]
    pub max_size: u64,
    /// How long the check of a push may take, in seconds
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub timeout: u64,
}

/// A bare repository.
#[derive(Clone, Debug, Args)]
pub struct RepositoryArgs {
    /// Folder of the bare repository
    #[arg(value_name = "REPOSITORY")]
    pub repository: PathBuf,
    /// Language of messages
    #[arg(long, value_enum, default_value_t = Lang::De)]
    pub lang: Lang,
}

/// Create a case, a topic or a handbook.
#[derive(Clone, Debug, Args)]
pub struct NewArgs {
    /// What to create
    #[command(subcommand)]
    pub what: NewWhat,
}

/// What to create.
#[derive(Clone, Debug, Subcommand)]
pub enum NewWhat {
    /// A case, as a draft with every section
    Case(NewDocumentArgs),
    /// A topic
    Topic(NewDocumentArgs),
    /// A small complete handbook that builds cleanly
    Handbook {
        /// Folder to create
        folder: PathBuf,
    },
    /// The file by which a forge checks every change and publishes the main branch
    Ci(NewCiArgs),
    /// The configuration of a web server for a published handbook
    Server(NewServerArgs),
}

/// The file by which a forge checks every change and publishes the main branch.
#[derive(Clone, Debug, Args)]
pub struct NewCiArgs {
    /// Where the repository of the handbook is
    #[arg(value_enum)]
    pub forge: Forge,
    /// Folder of the repository
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
}

/// A place where repositories are kept.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Forge {
    /// GitLab, with GitLab Pages
    Gitlab,
    /// GitHub, with GitHub Pages
    Github,
    /// Forgejo, with a branch named pages
    Forgejo,
}

/// The configuration of a web server for a published handbook.
#[derive(Clone, Debug, Args)]
pub struct NewServerArgs {
    /// Which server
    #[arg(value_enum)]
    pub server: WebServer,
    /// Name of the host
    #[arg(long, default_value = "handbuch.example.org", value_name = "NAME", value_parser = host_name)]
    pub domain: String,
    /// Folder that the handbook is published to; the server shows current/ in it
    #[arg(long, default_value = "/srv/handbuch", value_name = "FOLDER", value_parser = plain_folder)]
    pub root_dir: String,
    /// TLS ends before this server
    #[arg(long)]
    pub behind_proxy: bool,
    /// File to write; without it, standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A web server.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum WebServer {
    /// nginx, 1.18 and later
    Nginx,
    /// Caddy, 2.6 and later
    Caddy,
}

/// A case or a topic to create.
#[derive(Clone, Debug, Args)]
pub struct NewDocumentArgs {
    /// Name in the address: a–z, 0–9 and hyphens
    pub slug: String,
    /// Title; asked for when it is missing and there is someone to ask
    #[arg(long)]
    pub title: Option<String>,
    /// Folder that holds content/
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
}

/// Write the JSON Schema files that editors' programs use while typing.
#[derive(Clone, Debug, Args)]
pub struct SchemaArgs {
    /// Folder that holds content/
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
    /// Write nothing; fail if the files are not as they should be
    #[arg(long)]
    pub check: bool,
}

/// What the commands have in common that only read a handbook.
#[derive(Clone, Debug, Args)]
pub struct ReadArgs {
    /// Folder that holds content/
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
    /// Language of messages; without it, the language of the handbook
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// Treat drafts like finished cases
    #[arg(long)]
    pub drafts: bool,
}

/// Find cases, as the search of the website does.
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// What to look for; words in quotation marks are a phrase. Without words, every case
    pub words: Vec<String>,
    /// Choices by facet
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Most hits
    #[arg(long, default_value_t = 10, value_name = "NUMBER")]
    pub limit: usize,
    /// Say why each case was found: weight, field, kind, term
    #[arg(long)]
    pub explain: bool,
    /// Print the answer as JSON, with the number of hits by facet
    #[arg(long)]
    pub json: bool,
    /// Which handbook
    #[command(flatten)]
    pub handbook: ReadArgs,
}

/// Choices by facet: each option may be given several times; a case needs one value of each option.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Filters, by id or name; repeated ones are alternatives")]
pub struct FilterArgs {
    /// Topic
    #[arg(long, value_name = "VALUE")]
    pub topic: Vec<String>,
    /// Land: id, name or abbreviation
    #[arg(long, value_name = "VALUE")]
    pub land: Vec<String>,
    /// Legal form of an institution
    #[arg(long, value_name = "VALUE")]
    pub form: Vec<String>,
    /// For whom
    #[arg(long, value_name = "VALUE")]
    pub target_group: Vec<String>,
    /// Kind of activity: a value of formats.yaml
    #[arg(long, value_name = "VALUE")]
    pub activity: Vec<String>,
    /// With whom
    #[arg(long, value_name = "VALUE")]
    pub partner: Vec<String>,
    /// Phase of the Job-Turbo, by its number
    #[arg(long, value_name = "VALUE")]
    pub phase: Vec<String>,
    /// Code of law
    #[arg(long, value_name = "VALUE")]
    pub legal_scope: Vec<String>,
    /// Settlement type
    #[arg(long, value_name = "VALUE")]
    pub settlement: Vec<String>,
    /// Whether it still runs
    #[arg(long, value_name = "VALUE")]
    pub status: Vec<String>,
}

/// Measure how well the search finds what it should.
#[derive(Clone, Debug, Args)]
pub struct EvalArgs {
    /// Lines of query, class and relevant slugs, separated by tabs
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print figures, and the rank of every query, as JSON
    #[arg(long)]
    pub json: bool,
    /// Folder that holds content/
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    pub root: PathBuf,
}

/// Print the documents of the search index for a search server, or its configuration.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// How the documents are bundled
    #[arg(long, value_enum, default_value_t)]
    pub format: Bundle,
    /// Print the index configuration of a server in place of documents
    #[arg(long, value_enum, value_name = "SERVER", conflicts_with = "format")]
    pub mapping: Option<Engine>,
    /// Print the JSON Schema of a document in place of documents
    #[arg(long, conflicts_with_all = ["format", "mapping"])]
    pub schema: bool,
    /// File to write; without it, standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Name of the index on the server
    #[arg(long, default_value = "praxis", value_name = "NAME", value_parser = index_name)]
    pub index: String,
    /// What tells this handbook from others, a–z, 0–9 and hyphens; without it, made of the short title
    #[arg(long, value_name = "ID", value_parser = slug)]
    pub handbook: Option<Slug>,
    /// Address of the site, in place of the one in handbook.yaml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Which handbook
    #[command(flatten)]
    pub from: ReadArgs,
}

/// Show what the checklists of all cases say, or check a saved plan.
#[derive(Clone, Debug, Args)]
pub struct TransferArgs {
    /// What to do
    #[command(subcommand)]
    pub what: TransferWhat,
}

/// What to do with checklists.
#[derive(Clone, Debug, Subcommand)]
pub enum TransferWhat {
    /// Count the items of every case by dimension and kind
    Matrix(MatrixArgs),
    /// Check whether a saved plan can be opened and fits the handbook: unknown, removed and changed items
    Check(PlanArgs),
}

/// Count the items of every case by dimension and kind.
#[derive(Clone, Debug, Args)]
pub struct MatrixArgs {
    /// Print JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Print CSV that a German spreadsheet program opens
    #[arg(long)]
    pub csv: bool,
    /// Which handbook
    #[command(flatten)]
    pub handbook: ReadArgs,
}

/// Check whether a saved plan can be opened and fits the handbook.
#[derive(Clone, Debug, Args)]
pub struct PlanArgs {
    /// The saved plan
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Which handbook
    #[command(flatten)]
    pub handbook: ReadArgs,
}

/// List new, changed, renamed and removed cases.
#[derive(Clone, Debug, Args)]
pub struct ChangesArgs {
    /// What readers know already: a commit, a tag or a branch; or the first day that counts, YYYY-MM-DD
    #[arg(long, value_name = "REV|DATE")]
    pub since: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Address of the site, in place of the one in handbook.yaml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// Which handbook
    #[command(flatten)]
    pub handbook: ReadArgs,
}

/// How documents are bundled.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub enum Bundle {
    /// One document a line: Quickwit, and most other programs
    #[default]
    Ndjson,
    /// An action line before each document: `_bulk` of OpenSearch and Elasticsearch
    Bulk,
}

/// A search server.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Engine {
    /// Quickwit, 0.8 and later
    Quickwit,
    /// OpenSearch or Elasticsearch
    Opensearch,
}

/// Print a script by which a shell completes commands and options.
#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: Shell,
}

/// Write the manual pages, one for every command.
#[derive(Clone, Debug, Args)]
pub struct ManArgs {
    /// A folder that exists
    pub folder: PathBuf,
}

/// Language of messages.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Lang {
    /// German
    De,
    /// English
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::De => Language::De,
            Lang::En => Language::En,
        }
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "a number from 1".to_owned())
}

fn base_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.starts_with('/') && !rest.is_empty() && !rest.contains(['?', '#', ' ', '"', '<']) => {
            Ok(text.to_owned())
        }
        _ => Err("an address such as https://example.org/handbuch/".to_owned()),
    }
}

/// A length of time that a program can wait.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "a number of seconds".to_owned())?;
    let sensible = (0.05..=3600.0).contains(&seconds);
    if sensible { Ok(Duration::from_secs_f64(seconds)) } else { Err("0.05 to 3600 seconds".to_owned()) }
}

fn slug(text: &str) -> Result<Slug, String> {
    Slug::parse(text).ok_or_else(|| "a–z, 0–9 and single hyphens".to_owned())
}

/// A name that means the same in every configuration: nothing in it could end a line.
fn host_name(text: &str) -> Result<String, String> {
    let is_label = |label: &str| {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_allowed)
    };
    if text.len() <= 253 && text.split('.').all(is_label) {
        Ok(text.to_owned())
    } else {
        Err("a name such as handbuch.example.org".to_owned())
    }
}

/// A full path without anything that a configuration could read as its own.
fn plain_folder(text: &str) -> Result<String, String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let path = text.trim_end_matches('/');
    if path.starts_with('/') && path.bytes().all(is_allowed) {
        Ok(path.to_owned())
    } else {
        Err("a full path of a–z, 0–9, /, ., _ and -, such as /srv/handbuch".to_owned())
    }
}

/// What Quickwit, OpenSearch and Elasticsearch all take as the name of an index.
fn index_name(text: &str) -> Result<String, String> {
    const LENGTHS: std::ops::RangeInclusive<usize> = 3..=255;
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let fits = LENGTHS.contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(is_allowed);
    if fits { Ok(text.to_owned()) } else { Err("at least three of a–z, 0–9, - and _, a letter first".to_owned()) }
}
