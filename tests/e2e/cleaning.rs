//! Cleaning up: copies reviewed by keys, cleaned up into the trash, and taken back whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::{play, until};

/// Photos that were imported twice.
const TWICE: [&str; 3] = ["red-circle.jpg", "teal-dusk.jpg", "black-dots.jpg"];

#[test]
fn copies_are_reviewed_cleaned_up_and_brought_back_in_the_window() {
    play("cleaning in the window", Door::Window, clean);
}

#[test]
fn copies_are_reviewed_cleaned_up_and_brought_back_in_the_browser() {
    play("cleaning in the browser", Door::Browser, clean);
}

async fn clean(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    let import = place.photos().join("import");
    fs::create_dir(&import)?;
    for name in TWICE {
        fs::copy(place.photos().join(name), import.join(name))?;
    }
    let before = files(&place.photos())?;
    add_folder(page, place).await?;
    let all = PHOTOS.len() + TWICE.len();
    page.tiles_when("all photos", |tiles| tiles.len() == all)
        .await?;
    page.click("[data-testid='duplicates']").await?;
    review(page).await?;
    clean_up(page, place).await?;
    take_back(page).await?;
    until("every file to be back", async || {
        Ok((files(&place.photos())? == before).then_some(()))
    })
    .await?;
    Ok(())
}

/// Keeps the first of each group by its key, which marks the others.
async fn review(page: &Page) -> Result<()> {
    for decided in 1..=TWICE.len() {
        page.seen("[data-testid='copy-group'] [data-testid='copy']")
            .await?;
        page.press('k').await?;
        page.says(
            "copy-progress",
            &format!("{decided} of {} groups decided", TWICE.len()),
        )
        .await?;
        page.press('n').await?;
    }
    Ok(())
}

async fn clean_up(page: &Page, place: &Place) -> Result<()> {
    page.click("[data-testid='clean-up']").await?;
    page.click("[data-testid='cleanup-apply']:not([disabled])")
        .await?;
    page.part("cleanup-report").await?;
    let left = files(&place.photos())?;
    ensure!(left.len() == PHOTOS.len(), "{:?}", left.keys());
    for (name, _) in PHOTOS {
        let copies = left.keys().filter(|path| path.ends_with(name)).count();
        ensure!(copies == 1, "{copies} of {name} are left");
    }
    Ok(())
}

async fn take_back(page: &Page) -> Result<()> {
    page.click("[data-testid='cleanup-take-back']").await?;
    page.seen("[data-testid='cleanup-session'][data-state='undone']")
        .await?;
    Ok(())
}

/// Every file below a folder with its bytes; what is hidden is left out.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let is_hidden = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if is_hidden {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path)?;
                all.insert(path, bytes);
            }
        }
    }
    Ok(all)
}
