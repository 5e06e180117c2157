//! A site of which single files are made when they are asked for. It lives in a thread of its own, because files are made
//! from what the renderer borrows from the site.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use tokio::sync::oneshot;

use crate::diagnostic::Diagnostic;
use crate::pipeline::Prepared;
use crate::render::{KeptIndex, Recipe};

/// A handbook in order. Its thread ends with it.
pub struct Edition {
    paths: HashSet<String>,
    orders: Sender<Order>,
}

struct Order {
    path: String,
    reply: oneshot::Sender<Made>,
}

/// The bytes of a file, or why a template could not make it.
type Made = Result<Vec<u8>, Diagnostic>;

/// Files that were made together.
type Batch = Result<Vec<Vec<u8>>, Diagnostic>;

/// Recipe of each path, and the place of the path in it.
type Places<'a> = HashMap<&'a str, (usize, usize)>;

impl Edition {
    /// Gets a handbook ready; its search goes on from what the edition before has kept. The error says why there can be no site.
    pub fn open(prepared: Prepared, kept_index: Arc<KeptIndex>) -> Result<Edition, Vec<Diagnostic>> {
        let (orders, taken) = mpsc::channel();
        let (ready, answer) = mpsc::channel();
        thread::spawn(move || work(&prepared, kept_index, &ready, &taken));
        let paths = answer.recv().unwrap_or_else(|_| Err(Vec::new()))?;
        Ok(Edition { paths, orders })
    }

    /// Whether there is a file of that path.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// Makes a file; none where there is no such path.
    pub async fn file(&self, path: &str) -> Option<Made> {
        let (reply, made) = oneshot::channel();
        self.orders.send(Order { path: path.to_owned(), reply }).ok()?;
        made.await.ok()
    }
}

/// Renders what is ordered until nobody can order any more.
fn work(
    prepared: &Prepared,
    kept_index: Arc<KeptIndex>,
    ready: &Sender<Result<HashSet<String>, Vec<Diagnostic>>>,
    orders: &Receiver<Order>,
) {
    // Whoever asked for the edition waits for the answer; it can only be gone together with the program.
    let answer = |answer| drop(ready.send(answer));
    let renderer = match prepared.renderer() {
        Some(Ok(renderer)) if prepared.is_sound() => renderer.preview(kept_index),
        Some(Err(diagnostic)) => return answer(Err(vec![diagnostic])),
        Some(Ok(_)) | None => return answer(Err(prepared.diagnostics.clone())),
    };
    let recipes = renderer.recipes();
    let paths = recipes.iter().enumerate().flat_map(|(number, recipe)| {
        recipe.paths.iter().enumerate().map(move |(place, path)| (path.as_str(), (number, place)))
    });
    let places: Places<'_> = paths.collect();
    answer(Ok(places.keys().map(|path| (*path).to_owned()).collect()));
    let (several, batches) = mpsc::channel();
    thread::scope(|scope| {
        let (recipes, places) = (&recipes, &places);
        scope.spawn(move || make_batches(recipes, places, &batches));
        rayon::in_place_scope(|pool| {
            for order in orders {
                let Some((number, _)) = places.get(order.path.as_str()) else { continue };
                let recipe = &recipes[*number];
                if recipe.paths.len() > 1 {
                    // Its thread lives as long as this loop.
                    drop(several.send(order));
                } else {
                    pool.spawn(move |_| reply(order, 0, &recipe.make()));
                }
            }
        });
        drop(several);
    });
}

/// Makes files that come in batches, such as the search index, once each and one after the other.
fn make_batches(recipes: &[Recipe<'_>], places: &Places<'_>, orders: &Receiver<Order>) {
    let mut made: HashMap<usize, Batch> = HashMap::new();
    for order in orders {
        let Some((number, place)) = places.get(order.path.as_str()) else { continue };
        let batch = made.entry(*number).or_insert_with(|| recipes[*number].make());
        reply(order, *place, batch);
    }
}

fn reply(order: Order, place: usize, batch: &Batch) {
    let file = match batch {
        Ok(files) => Ok(files.get(place).cloned().unwrap_or_default()),
        Err(diagnostic) => Err(diagnostic.clone()),
    };
    // A browser that went away needs no answer.
    drop(order.reply.send(file));
}
