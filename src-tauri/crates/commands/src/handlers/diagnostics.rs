//! Looks whether everything is in order.

use latent_engine::Engine;
use latent_engine::engine::models;
use latent_engine::library::folders;

use super::Answer;
use crate::wire;

pub(crate) fn diagnose(engine: &Engine, _request: wire::Nothing) -> Answer<wire::Diagnosis> {
    let checks = vec![
        catalog(engine)?,
        libraries(engine)?,
        vectors(engine)?,
        model(engine)?,
        decoding(engine),
        videos(),
    ];
    Ok(wire::Diagnosis {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: latent_engine::io::shown(engine.data_dir()),
        ok: checks.iter().all(|check| check.ok),
        checks,
    })
}

fn check(name: &str, ok: bool, detail: String) -> wire::Check {
    wire::Check {
        name: name.to_owned(),
        ok,
        detail,
    }
}

fn catalog(engine: &Engine) -> Answer<wire::Check> {
    let problems = engine.check_catalog()?;
    let detail = if problems.is_empty() {
        "The catalog is sound".to_owned()
    } else {
        format!(
            "The catalog is damaged, restore it from a backup: {}",
            problems.join("; ")
        )
    };
    Ok(check("catalog", problems.is_empty(), detail))
}

fn libraries(engine: &Engine) -> Answer<wire::Check> {
    let libraries = folders::list(engine)?;
    let photos: u64 = libraries.iter().map(|library| library.photos).sum();
    let offline: Vec<String> = libraries
        .iter()
        .flat_map(|library| &library.roots)
        .filter(|root| !root.path.is_dir())
        .map(|root| latent_engine::io::shown(&root.path))
        .collect();
    let detail = if offline.is_empty() {
        format!(
            "{photos} photos in {} libraries, every folder is there",
            libraries.len()
        )
    } else {
        format!(
            "These folders are not there, connect their disks: {}",
            offline.join(", ")
        )
    };
    Ok(check("libraries", offline.is_empty(), detail))
}

fn vectors(engine: &Engine) -> Answer<wire::Check> {
    let photos: u64 = folders::list(engine)?
        .iter()
        .map(|library| library.photos)
        .sum();
    let spaces = engine.list_spaces()?;
    let lacking: Vec<String> = spaces
        .iter()
        .filter(|space| space.photos != photos)
        .map(|space| format!("{} has {} of {photos}", space.name, space.photos))
        .collect();
    let detail = if lacking.is_empty() {
        let names: Vec<&str> = spaces.iter().map(|space| space.name.as_str()).collect();
        format!("Every photo has a vector in {}", names.join(", "))
    } else {
        format!(
            "Index again to complete the vectors: {}",
            lacking.join(", ")
        )
    };
    let rebuilt = spaces.iter().filter_map(|space| {
        let reason = space.rebuilt.as_ref()?;
        Some(format!(
            "; those of {} were prepared anew at the start: {reason}",
            space.name
        ))
    });
    let detail = format!("{detail}{}", rebuilt.collect::<String>());
    Ok(check("vectors", lacking.is_empty(), detail))
}

fn decoding(engine: &Engine) -> wire::Check {
    let (ok, detail) = match engine.decoder().is_apart() {
        Ok(true) => (
            true,
            "Pictures are decoded in processes of their own".to_owned(),
        ),
        Ok(false) => (true, "Pictures are decoded in this process".to_owned()),
        Err(error) => (
            false,
            format!(
                "No decoding process can be started, so a damaged picture may end Latent: {error}"
            ),
        ),
    };
    check("decoding", ok, detail)
}

fn videos() -> wire::Check {
    let detail = latent_engine::video::program().map_or_else(
        || {
            "Videos are shown as plain tiles: install ffmpeg and index again for frames of them"
                .to_owned()
        },
        |program| format!("Frames are made by {}", latent_engine::io::shown(&program)),
    );
    // A library of photos is whole without.
    check("videos", true, detail)
}

fn model(engine: &Engine) -> Answer<wire::Check> {
    let Some(view) = models::list(engine)?.into_iter().find(|view| view.in_use) else {
        let detail = "No model is in use: words are looked up in names, folders, tags and looks";
        return Ok(check("model", true, detail.to_owned()));
    };
    let folder = latent_engine::io::shown(&view.folder);
    Ok(match view.problem {
        Some(problem) => check("model", false, format!("{folder}: {problem}")),
        None => check("model", true, format!("{folder} is in use")),
    })
}
