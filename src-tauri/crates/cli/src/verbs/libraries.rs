//! `latent libraries`: lists the libraries, says where a folder of one is, or forgets one.

use latent_commands::wire::{self, Library, LocateFolder, Nothing, RemoveLibrary};
use latent_engine::Engine;

use crate::args::{Libraries, LibraryVerb};
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture::absolute;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Libraries, output: &mut Output) -> Result<Exit, Failure> {
    match &args.what {
        None | Some(LibraryVerb::List) => list(engine, output),
        Some(LibraryVerb::Locate { folder, path }) => locate(engine, folder, path, output),
        Some(LibraryVerb::Remove { name }) => remove(engine, name, output),
    }
}

fn list(engine: &Engine, output: &mut Output) -> Result<Exit, Failure> {
    let libraries: wire::Libraries = call(engine, "list_libraries", &Nothing {})?;
    output.answer(&libraries, |output, libraries| {
        if libraries.libraries.is_empty() {
            output.remark("There are no libraries yet: add one with latent index PATH");
        }
        libraries
            .libraries
            .iter()
            .try_for_each(|library| people(output, library))
    })?;
    Ok(Exit::Done)
}

fn people(output: &mut Output, library: &Library) -> Result<(), Failure> {
    let faults = match library.faults {
        0 => String::new(),
        faults => format!(", {} could not be read", count(faults, "file")),
    };
    output.line(&format!(
        "{}: {}{faults}",
        library.name,
        count(library.photos, "photo")
    ))?;
    for root in &library.roots {
        let offline = if root.offline { " (not there)" } else { "" };
        output.line(&format!("  {}{offline}", root.path))?;
    }
    library
        .exclude
        .iter()
        .try_for_each(|glob| output.line(&format!("  without {glob}")))
}

fn locate(engine: &Engine, folder: &str, path: &str, output: &mut Output) -> Result<Exit, Failure> {
    let libraries: wire::Libraries = call(engine, "list_libraries", &Nothing {})?;
    let mut roots = libraries
        .libraries
        .iter()
        .flat_map(|library| &library.roots);
    let root = roots.find(|root| root.path == folder);
    let root = root.ok_or_else(|| {
        Failure::not_found(format!(
            "No library has the folder {folder}: see latent libraries"
        ))
    })?;
    let request = LocateFolder {
        folder_id: root.id,
        path: absolute(path)?,
    };
    let library: Library = call(engine, "locate_folder", &request)?;
    output.answer(&library, people)?;
    Ok(Exit::Done)
}

fn remove(engine: &Engine, name: &str, output: &mut Output) -> Result<Exit, Failure> {
    let known = library_id(engine, Some(name))?;
    let library_id = known.ok_or_else(|| Failure::not_found("There is no such library"))?;
    let nothing: Nothing = call(engine, "remove_library", &RemoveLibrary { library_id })?;
    output.answer(&nothing, |output, _| {
        output.line(&format!(
            "{name} is forgotten; its files are where they were"
        ))
    })?;
    Ok(Exit::Done)
}
