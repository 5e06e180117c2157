//! Waits until somebody changes a handbook. Folders are watched, not files: editors replace files, and `git checkout`
//! whole folders. Events say where something happened, which is a hint and no more: what happened, the next reading finds
//! out, and some time later all files are looked at, whatever the events said.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, MetadataKind, ModifyKind};
use notify::{ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::source;

/// Silence that ends a burst of events: one save is several of them.
const QUIET: Duration = Duration::from_millis(15);

/// The same where a file was closed or moved into its place: whoever did that is done with it.
const DONE: Duration = Duration::from_millis(4);

/// Longest burst: whoever copies thousands of files wants to see something in between.
const LONGEST: Duration = Duration::from_secs(1);

/// When to look again where something may have been missed, or could not be used yet.
const ECHO: Duration = Duration::from_millis(300);

/// Silence after which all files are looked at.
const REST: Duration = Duration::from_secs(1);

/// Most files of a burst that are named one by one.
const MOST: usize = 20;

/// How changes are noticed.
enum System {
    /// The system tells.
    Events(RecommendedWatcher),
    /// By looking at all files again and again.
    Polling { interval: Duration, seen: blake3::Hash },
}

/// Watches the folders of a handbook.
pub struct Watcher {
    root: PathBuf,
    system: System,
    messages: Receiver<Message>,
    sender: Sender<Message>,
    /// Folders that are watched with everything in them.
    watched: BTreeSet<&'static str>,
    /// When to look at all files, whether anything happens or not.
    echo: Option<Duration>,
}

#[derive(Debug)]
enum Message {
    Event(notify::Result<Event>),
    Stop,
}

/// Ends waiting, from anywhere.
#[derive(Clone)]
pub struct Stopper(Sender<Message>);

/// What happened while waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waited {
    /// These files were written, by path from the root; others as well, perhaps.
    Written(BTreeSet<PathBuf>),
    /// Files changed, perhaps.
    Changed,
    /// Somebody asked to stop.
    Stopped,
}

impl Watcher {
    /// Starts watching; with `poll`, files are looked at in that interval, for network drives, which make no events.
    pub fn new(root: &Path, poll: Option<Duration>) -> notify::Result<Watcher> {
        let root = root.canonicalize().map_err(notify::Error::io)?;
        let (sender, messages) = mpsc::channel();
        let events = sender.clone();
        let handler = move |event| drop(events.send(Message::Event(event)));
        let system = match poll {
            None => System::Events(notify::recommended_watcher(handler)?),
            Some(interval) => System::Polling { interval, seen: source::fingerprint(&root) },
        };
        let mut watcher = Watcher { root, system, messages, sender, watched: BTreeSet::new(), echo: None };
        if let System::Events(system) = &mut watcher.system {
            // The root itself, for folders that are removed and come back.
            system.watch(&watcher.root, RecursiveMode::NonRecursive)?;
        }
        watcher.watch_folders(false)?;
        Ok(watcher)
    }

    /// Looks at all files in this interval from now on.
    pub fn poll(&mut self, interval: Duration) {
        self.system = System::Polling { interval, seen: source::fingerprint(&self.root) };
    }

    /// Lets the next [`Watcher::wait`] end soon, also if nothing happens.
    pub fn look_again(&mut self) {
        self.echo = Some(ECHO);
    }

    /// Lets [`Watcher::wait`] end after some silence, for whoever looked only at the files that were named.
    pub fn look_at_all(&mut self) {
        self.echo.get_or_insert(REST);
    }

    /// Whether the system has no more room for watches, so that only polling helps.
    pub fn is_exhausted(error: &notify::Error) -> bool {
        matches!(error.kind, ErrorKind::MaxFilesWatch)
    }

    /// Something that ends [`Watcher::wait`].
    pub fn stopper(&self) -> Stopper {
        Stopper(self.sender.clone())
    }

    /// Waits for a burst of changes and for its end.
    pub fn wait(&mut self) -> notify::Result<Waited> {
        match self.system {
            System::Events(_) => self.wait_for_events(),
            System::Polling { interval, seen } => Ok(self.wait_for_difference(interval, seen)),
        }
    }

    fn wait_for_difference(&mut self, interval: Duration, seen: blake3::Hash) -> Waited {
        loop {
            match self.messages.recv_timeout(interval) {
                Err(RecvTimeoutError::Timeout) => {}
                // Left over from the time before polling.
                Ok(Message::Event(_)) => continue,
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return Waited::Stopped,
            }
            let found = source::fingerprint(&self.root);
            if found != seen || self.echo.is_some() {
                // Network drives keep times in seconds: what changes twice in one of them looks the same.
                self.echo = (found != seen).then_some(ECHO);
                self.system = System::Polling { interval, seen: found };
                return Waited::Changed;
            }
        }
    }

    fn wait_for_events(&mut self) -> notify::Result<Waited> {
        let mut burst = Burst::default();
        let mut begun: Option<Instant> = None;
        // Events that do not count, such as somebody reading, must not put the end off.
        let mut end = self.echo.map(|echo| Instant::now() + echo);
        loop {
            let message = match end {
                Some(end) => self.messages.recv_timeout(end.saturating_duration_since(Instant::now())),
                None => self.messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Event(event)) => {
                    if let Some(silence) = self.takes_in(&mut burst, event) {
                        let latest = *begun.get_or_insert_with(Instant::now) + LONGEST;
                        end = Some(latest.min(Instant::now() + silence));
                    }
                }
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return Ok(Waited::Stopped),
                Err(RecvTimeoutError::Timeout) => break,
            }
        }
        let is_told = begun.is_some() && !burst.is_unclear && burst.files.len() <= MOST;
        self.echo = burst.new_folders.then_some(ECHO);
        self.watch_folders(burst.new_folders)?;
        Ok(if is_told { Waited::Written(burst.files) } else { Waited::Changed })
    }

    /// Notes an event; the silence that has to follow if it is one that counts.
    fn takes_in(&mut self, burst: &mut Burst, event: notify::Result<Event>) -> Option<Duration> {
        let Ok(event) = event else {
            // Too many events to tell them apart, or a folder that went away while it was looked at.
            self.watched.clear();
            burst.is_unclear = true;
            return Some(QUIET);
        };
        if event.need_rescan() {
            burst.new_folders = true;
            burst.is_unclear = true;
            return Some(QUIET);
        }
        if !is_change(event.kind) {
            return None;
        }
        let mut counts = false;
        for path in &event.paths {
            let Ok(name) = path.strip_prefix(&self.root) else { continue };
            let mut parts = name.iter().map(|part| part.to_string_lossy());
            let top = parts.next().unwrap_or_default();
            let Some(folder) = source::FOLDERS.into_iter().find(|folder| *folder == top) else { continue };
            if name.iter().count() == 1 && !matches!(event.kind, EventKind::Modify(ModifyKind::Metadata(_))) {
                // The folder itself came, went or was replaced: what was watched is no longer there.
                self.watched.remove(folder);
            }
            if parts.any(|part| source::is_clutter(&part)) || source::is_generated(name) {
                continue;
            }
            counts = true;
            let is_folder = path.is_dir();
            burst.new_folders |= is_arrival(event.kind) && is_folder;
            burst.is_unclear |= is_folder;
            if burst.files.len() <= MOST {
                burst.files.insert(name.to_owned());
            }
        }
        counts.then_some(if is_done(event.kind) { DONE } else { QUIET })
    }

    /// Watches what is not watched yet; with `again` everything. On Linux folders are watched one by one, and those that come
    /// while others go are missed now and then. Whoever watches again before reading sees them all.
    fn watch_folders(&mut self, again: bool) -> notify::Result<()> {
        let System::Events(system) = &mut self.system else { return Ok(()) };
        let again = again && cfg!(target_os = "linux");
        for folder in source::FOLDERS {
            let path = self.root.join(folder);
            let is_watched = self.watched.contains(folder);
            if is_watched && !again {
                continue;
            }
            if !is_watched {
                // Fails where nothing was watched.
                let _ = system.unwatch(&path);
            }
            if !path.is_dir() {
                continue;
            }
            match system.watch(&path, RecursiveMode::Recursive) {
                Ok(()) => drop(self.watched.insert(folder)),
                Err(error) if Watcher::is_exhausted(&error) => return Err(error),
                // Something in it went away meanwhile, or may not be read, which the next reading reports.
                Err(error) => {
                    self.watched.remove(folder);
                    if is_gone(&error) {
                        self.echo = Some(ECHO);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Stopper {
    /// Ends waiting, now or the next time.
    pub fn stop(&self) {
        // There is nobody to stop once the watcher is gone.
        let _ = self.0.send(Message::Stop);
    }
}

#[derive(Default)]
struct Burst {
    /// Where something was written, by path from the root of the handbook.
    files: BTreeSet<PathBuf>,
    new_folders: bool,
    /// More happened than the files tell.
    is_unclear: bool,
}

/// Whether something came to its place, newly made or from elsewhere.
fn is_arrival(kind: EventKind) -> bool {
    matches!(kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)))
}

/// Whether nobody goes on writing there.
fn is_done(kind: EventKind) -> bool {
    matches!(kind, EventKind::Access(AccessKind::Close(AccessMode::Write)) | EventKind::Modify(ModifyKind::Name(_)))
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(cause) => cause.kind() == io::ErrorKind::NotFound,
        ErrorKind::Generic(_) | ErrorKind::WatchNotFound | ErrorKind::InvalidConfig(_) | ErrorKind::MaxFilesWatch => {
            false
        }
    }
}

/// Reading a file is an event as well, and we read.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime)) => false,
        EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Other => true,
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)]
mod tests {
    use std::fs;

    use super::*;

    fn handbook() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("content/cases/a")).unwrap();
        folder
    }

    fn watch(folder: &Path, poll: Option<Duration>) -> (Receiver<Waited>, Stopper) {
        let mut watcher = Watcher::new(folder, poll).unwrap();
        let stopper = watcher.stopper();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            while let Ok(waited) = watcher.wait() {
                let is_last = waited == Waited::Stopped;
                if sender.send(waited).is_err() || is_last {
                    break;
                }
            }
        });
        (receiver, stopper)
    }

    /// Long enough for a busy machine; a test that passes does not wait.
    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn sees_saves_of_every_kind() {
        let folder = handbook();
        let content = folder.path().join("content");
        let (changes, stopper) = watch(folder.path(), None);
        let expect_change = |what: &str| {
            let waited = changes.recv_timeout(PATIENCE);
            assert!(matches!(waited, Ok(Waited::Changed | Waited::Written(_))), "{what}: {waited:?}");
            // The rest of the same burst, on a slow machine.
            while changes.recv_timeout(Duration::from_millis(600)).is_ok() {}
        };
        fs::write(content.join("cases/a/case.yaml"), "a").unwrap();
        expect_change("a new file");
        fs::write(content.join("cases/a/.case.yaml.swp"), "a").unwrap();
        fs::write(content.join("cases/a/case.new"), "b").unwrap();
        fs::rename(content.join("cases/a/case.new"), content.join("cases/a/case.yaml")).unwrap();
        expect_change("an atomic save");
        fs::create_dir_all(content.join("cases/b/c")).unwrap();
        expect_change("new folders");
        fs::write(content.join("cases/b/c/x.md"), "a").unwrap();
        expect_change("a file in a new folder");
        fs::remove_dir_all(&content).unwrap();
        expect_change("everything gone");
        fs::create_dir_all(content.join("cases/a")).unwrap();
        expect_change("everything back");
        fs::write(content.join("cases/a/case.yaml"), "a").unwrap();
        expect_change("a file in the folder that came back");
        stopper.stop();
        assert_eq!(changes.recv_timeout(PATIENCE), Ok(Waited::Stopped));
    }

    #[test]
    fn ignores_clutter() {
        let folder = handbook();
        fs::create_dir_all(folder.path().join("themes/handbuch/static")).unwrap();
        fs::create_dir_all(folder.path().join("public")).unwrap();
        let (changes, stopper) = watch(folder.path(), None);
        fs::write(folder.path().join("content/cases/a/case.md~"), "a").unwrap();
        fs::write(folder.path().join("public/index.html"), "a").unwrap();
        fs::read_dir(folder.path().join("content")).unwrap();
        assert!(changes.recv_timeout(Duration::from_millis(300)).is_err());
        fs::write(folder.path().join("themes/handbuch/static/own.css"), "a").unwrap();
        let written = BTreeSet::from(["themes/handbuch/static/own.css".into()]);
        assert_eq!(changes.recv_timeout(PATIENCE), Ok(Waited::Written(written)));
        stopper.stop();
    }

    #[test]
    fn is_not_held_up_by_readers() {
        let folder = handbook();
        let mut watcher = Watcher::new(folder.path(), None).unwrap();
        watcher.look_again();
        let (sender, seen) = mpsc::channel();
        std::thread::spawn(move || sender.send(watcher.wait().unwrap()));
        let begun = Instant::now();
        let waited = loop {
            fs::read_dir(folder.path().join("content")).unwrap();
            match seen.recv_timeout(Duration::from_millis(1)) {
                Ok(waited) => break waited,
                Err(_) => assert!(begun.elapsed() < PATIENCE, "never looked again"),
            }
        };
        assert_eq!(waited, Waited::Changed);
    }

    #[test]
    fn polls_where_there_are_no_events() {
        let folder = handbook();
        fs::write(folder.path().join("content/handbook.yaml"), "a").unwrap();
        let (changes, stopper) = watch(folder.path(), Some(Duration::from_millis(50)));
        fs::write(folder.path().join("content/handbook.yaml"), "longer").unwrap();
        assert_eq!(changes.recv_timeout(PATIENCE), Ok(Waited::Changed));
        stopper.stop();
    }
}
