//! `latent saved`: keeps searches by name, asks them again, forgets them.

use latent_commands::wire::{
    self, Nothing, RemoveSavedSearch, SavedSearch, SavedSearches, SearchPhotos, SearchResult,
};
use latent_engine::Engine;

use super::search;
use crate::args::{RunSaved, SaveSearch, Saved};
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Saved, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Saved::List => list(engine, output),
        Saved::Save(args) => save(engine, args, output),
        Saved::Run(args) => ask(engine, args, output),
        Saved::Remove { name } => remove(engine, name, output),
    }
}

fn all(engine: &Engine) -> Result<SavedSearches, Failure> {
    call(engine, "list_saved_searches", &Nothing {})
}

fn list(engine: &Engine, output: &mut Output) -> Result<Exit, Failure> {
    output.answer(&all(engine)?, |output, saved| {
        if saved.searches.is_empty() {
            output.remark("There are no saved searches yet: keep one with latent saved save");
        }
        let rows: Vec<[String; 2]> = saved.searches.iter().map(row).collect();
        output.table(&rows)?;
        output.flush()?;
        for one in &saved.searches {
            if let Some(problem) = &one.problem {
                output.remark(&format!("{} cannot be asked: {problem}", one.name));
            }
        }
        Ok(())
    })?;
    Ok(Exit::Done)
}

/// How many photos it finds, where it does not rank them all, and its name.
fn row(saved: &SavedSearch) -> [String; 2] {
    let photos = saved.photos.map(|photos| photos.to_string());
    [photos.unwrap_or_else(|| "-".to_owned()), saved.name.clone()]
}

fn save(engine: &Engine, args: &SaveSearch, output: &mut Output) -> Result<Exit, Failure> {
    let id = if args.replace {
        let searches = all(engine)?.searches;
        place_of(&searches, &args.name).and_then(|place| Some(searches.get(place)?.id))
    } else {
        None
    };
    let search = search::request(engine, &args.search)?;
    let request = wire::SaveSearch {
        id,
        name: args.name.clone(),
        search: search.clone(),
    };
    let saved: SavedSearch = call(engine, "save_search", &request)
        .map_err(|failure| search::with_place(failure, &search))?;
    output.answer(&saved, |output, saved| {
        let finds = saved.photos.map_or(String::new(), |photos| {
            format!("; it finds {} now", count(photos, "photo"))
        });
        output.line(&format!("{} is saved{finds}", saved.name))
    })?;
    Ok(Exit::Done)
}

fn ask(engine: &Engine, args: &RunSaved, output: &mut Output) -> Result<Exit, Failure> {
    let request = SearchPhotos {
        limit: args.limit,
        cursor: args.cursor.clone(),
        ..by_name(engine, &args.name)?.search
    };
    let result: SearchResult = call(engine, "search_photos", &request)
        .map_err(|failure| search::with_place(failure, &request))?;
    output.answer(&result, search::people)?;
    Ok(Exit::Done)
}

fn remove(engine: &Engine, name: &str, output: &mut Output) -> Result<Exit, Failure> {
    let saved = by_name(engine, name)?;
    let request = RemoveSavedSearch { id: saved.id };
    let nothing: Nothing = call(engine, "remove_saved_search", &request)?;
    output.answer(&nothing, |output, _| {
        output.line(&format!("{} is forgotten", saved.name))
    })?;
    Ok(Exit::Done)
}

/// The saved search of a name, whatever the case.
fn by_name(engine: &Engine, name: &str) -> Result<SavedSearch, Failure> {
    let mut searches = all(engine)?.searches;
    if let Some(place) = place_of(&searches, name) {
        return Ok(searches.swap_remove(place));
    }
    let names: Vec<&str> = searches.iter().map(|one| one.name.as_str()).collect();
    let known = match names.as_slice() {
        [] => "keep one with latent saved save".to_owned(),
        names => format!("there is {}", names.join(", ")),
    };
    Err(Failure::not_found(format!(
        "There is no saved search {name}: {known}"
    )))
}

fn place_of(searches: &[SavedSearch], name: &str) -> Option<usize> {
    let wanted = name.trim().to_lowercase();
    searches
        .iter()
        .position(|one| one.name.to_lowercase() == wanted)
}
