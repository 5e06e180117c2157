//! Programs that keep running: what they say, what they answer, what they hold, how they end.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Method, Request};

use crate::support::Handbook;

/// Long enough for a busy machine; a test that passes does not wait.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Looks again and again until there is something to see.
#[track_caller]
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "never happened: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A program that runs until it is stopped, at the latest when the test ends.
pub struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Running {
    /// Starts a command on a handbook.
    pub fn start(handbook: &Handbook, arguments: &[&str]) -> Self {
        Running::listen(handbook.start(arguments))
    }

    /// Takes over a program whose standard error is a pipe.
    pub fn listen(mut child: Child) -> Self {
        let said = Arc::new(Mutex::new(String::new()));
        let (heard, stderr) = (said.clone(), child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                heard.lock().unwrap().push_str(&(line + "\n"));
            }
        });
        Running { child, said }
    }

    /// What it has said so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it has said something.
    #[track_caller]
    pub fn hears(&self, text: &str) {
        eventually(&format!("{text}\n{}", self.said()), || self.said().contains(text).then_some(()));
    }

    /// Whether it is still there.
    pub fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends a signal and waits for the end. Returns the exit code; none if the signal killed it.
    #[track_caller]
    pub fn stop(mut self, signal: &str) -> Option<i32> {
        let kill = format!("kill -s {signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        eventually("the end", || self.child.try_wait().unwrap()).code()
    }

    /// Waits until it has nothing to do. Whoever watches looks again after a third of a second.
    #[track_caller]
    pub fn rests(&self) {
        const LOOKS: usize = 60;
        let (mut last, mut same) = (None, 0);
        eventually("rest", || {
            let now = self.work();
            same = if now.is_some() && now == last { same + 1 } else { 0 };
            last = now;
            (same > LOOKS).then_some(())
        });
    }

    /// Ticks of the processor that its threads have taken; none while one of them works or waits for a disk.
    fn work(&self) -> Option<u64> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap();
        let mut ticks = 0;
        for thread in threads {
            // A thread may end meanwhile.
            let stat = fs::read_to_string(thread.unwrap().path().join("stat")).ok()?;
            let (_, fields) = stat.rsplit_once(") ")?;
            let fields: Vec<&str> = fields.split(' ').collect();
            if fields[0] != "S" {
                return None;
            }
            ticks += fields[11..13].iter().map(|field| field.parse::<u64>().unwrap()).sum::<u64>();
        }
        Some(ticks)
    }

    /// Files, sockets and the like that it holds open.
    pub fn handles(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).unwrap().count()
    }

    /// Folders that the system watches for it.
    pub fn watched_folders(&self) -> usize {
        let handles = fs::read_dir(format!("/proc/{}/fdinfo", self.child.id())).unwrap();
        let about = handles.filter_map(|handle| fs::read_to_string(handle.unwrap().path()).ok());
        about.map(|text| text.lines().filter(|line| line.starts_with("inotify ")).count()).sum()
    }

    /// Memory that it takes up, in kilobytes.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running `praxis serve`.
pub struct Preview {
    pub program: Running,
    /// With a slash at the end.
    pub address: String,
    agent: Agent,
}

/// An answer to a request.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }
}

impl Preview {
    /// Starts a preview and waits until it names its address.
    #[track_caller]
    pub fn start(handbook: &Handbook, arguments: &[&str]) -> Self {
        let arguments: Vec<&str> = ["serve", "--port", "0"].iter().chain(arguments).copied().collect();
        Preview::listen(Running::start(handbook, &arguments))
    }

    /// Waits until a preview names its address.
    #[track_caller]
    pub fn listen(program: Running) -> Self {
        program.hears("Vorschau: ");
        let said = program.said();
        let address = said.split("Vorschau: ").nth(1).unwrap().split(' ').next().unwrap().to_owned();
        let config =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_per_read(Some(PATIENCE));
        Preview { program, address, agent: config.build().into() }
    }

    /// Asks for a path, with a method and further headers.
    #[track_caller]
    pub fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = self.agent.run(request.body(()).unwrap()).unwrap();
        let mut body = Vec::new();
        response.body_mut().as_reader().read_to_end(&mut body).unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// Asks for a path.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[])
    }

    /// Waits until a page says something.
    #[track_caller]
    pub fn shows(&self, path: &str, text: &str) {
        eventually(&format!("{path}: {text}"), || self.get(path).text().contains(text).then_some(()));
    }

    /// Waits until a path is answered with a status.
    #[track_caller]
    pub fn answers(&self, path: &str, status: u16) {
        eventually(&format!("{path}: {status}"), || (self.get(path).status == status).then_some(()));
    }

    /// What an open page hears.
    #[track_caller]
    pub fn events(&self) -> Events {
        let response = self.agent.get(format!("{}_praxis/events", self.address)).call().unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events { lines: BufReader::new(response.into_body().into_reader()) }
    }
}

/// What an open page hears.
pub struct Events {
    lines: BufReader<ureq::BodyReader<'static>>,
}

impl Events {
    /// Waits for a message with something in it.
    #[track_caller]
    pub fn wait(&mut self, what: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let mut line = String::new();
            self.lines.read_line(&mut line).unwrap();
            let message = line.strip_prefix("data: ").map(|data| serde_json::from_str::<Value>(data).unwrap());
            if let Some(message) = message.filter(&is_wanted) {
                return message;
            }
            assert!(begun.elapsed() < PATIENCE, "never heard: {what}");
        }
    }
}
