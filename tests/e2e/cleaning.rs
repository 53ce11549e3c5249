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

#[cfg(unix)]
#[test]
fn copies_become_hard_links_in_the_window() {
    play("hard links in the window", Door::Window, hard_link);
}

#[test]
fn copies_are_moved_to_a_folder_in_the_browser() {
    play("a folder in the browser", Door::Browser, move_away);
}

#[test]
fn shared_copies_are_made_or_refused_in_the_browser() {
    play("shared copies in the browser", Door::Browser, share);
}

#[test]
fn one_file_of_a_cleanup_is_brought_back_in_the_browser() {
    play("one file in the browser", Door::Browser, bring_one_back);
}

#[test]
fn same_files_have_no_difference_in_the_browser() {
    play("a difference in the browser", Door::Browser, compare);
}

async fn clean(page: &Page, place: &Place) -> Result<()> {
    let before = reviewed(page, place).await?;
    clean_up(page, place).await?;
    take_back(page).await?;
    all_back(place, &before).await
}

/// Takes one file of a cleanup back by its box, and then the others.
async fn bring_one_back(page: &Page, place: &Place) -> Result<()> {
    let before = reviewed(page, place).await?;
    clean_up(page, place).await?;
    page.click("[data-testid='cleanup-show']").await?;
    page.click("[data-testid='cleanup-session'] .name").await?;
    page.click("[data-testid='cleanup-files'] [data-state='removed'] input")
        .await?;
    page.click("[data-testid='cleanup-undo-files']:not([disabled])")
        .await?;
    until("one file to be back", async || {
        let back = files(&place.photos())?;
        ensure!(back.iter().all(|(path, bytes)| before[path] == *bytes));
        Ok((back.len() == PHOTOS.len() + 1).then_some(()))
    })
    .await?;
    page.seen("[data-testid='cleanup-files'] [data-state='restored']")
        .await?;
    page.click("[data-testid='cleanup-undo']:not([disabled])")
        .await?;
    all_back(place, &before).await
}

/// Looks at the difference of two files that are the same: it is black to the last pixel.
async fn compare(page: &Page, place: &Place) -> Result<()> {
    reviewed(page, place).await?;
    page.press('d').await?;
    page.seen("[data-testid='difference'][data-ready='true'][data-aligned='true']")
        .await?;
    let brightest = page
        .run(
            "const canvas = document.querySelector(\"[data-testid='difference']\");
             const { width, height } = canvas;
             const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
             const shades = data.filter((_, index) => index % 4 < 3);
             return [shades.length, shades.reduce((most, one) => Math.max(most, one), 0)];",
            Vec::new(),
        )
        .await?;
    ensure!(brightest[0].as_u64() > Some(10_000), "{brightest}");
    ensure!(brightest[1] == 0, "{brightest}");
    Ok(())
}

/// Replaces the copies by other names of the files that stay.
#[cfg(unix)]
async fn hard_link(page: &Page, place: &Place) -> Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let before = reviewed(page, place).await?;
    let inodes = || -> Result<Vec<bool>> {
        let pairs = TWICE.map(|name| {
            let inode = |path: PathBuf| -> Result<u64> { Ok(fs::metadata(path)?.ino()) };
            let copy = inode(place.photos().join("import").join(name))?;
            Ok(inode(place.photos().join(name))? == copy)
        });
        pairs.into_iter().collect()
    };
    ensure!(inodes()? == [false; 3]);
    apply_as(page, "hardlink").await?;
    page.part("cleanup-report").await?;
    ensure!(inodes()? == [true; 3], "{:?}", inodes()?);
    ensure!(
        files(&place.photos())? == before,
        "their bytes are the same"
    );
    take_back(page).await?;
    until("the copies to be files of their own", async || {
        Ok((inodes()? == [false; 3]).then_some(()))
    })
    .await?;
    all_back(place, &before).await
}

/// Moves the copies to a folder that is typed.
async fn move_away(page: &Page, place: &Place) -> Result<()> {
    let before = reviewed(page, place).await?;
    let away = place.photos().with_file_name("put away");
    choose(page, "folder").await?;
    page.type_into("cleanup-folder", &away.to_string_lossy())
        .await?;
    page.click("form:has([data-testid='cleanup-folder']) button[type='submit']")
        .await?;
    page.click("[data-testid='cleanup-apply']:not([disabled])")
        .await?;
    page.part("cleanup-report").await?;
    ensure!(
        files(&away)?.len() == TWICE.len(),
        "{:?}",
        files(&away)?.keys()
    );
    ensure!(files(&place.photos())?.len() == before.len() - TWICE.len());
    take_back(page).await?;
    all_back(place, &before).await?;
    ensure!(files(&away)?.is_empty(), "{:?}", files(&away)?.keys());
    Ok(())
}

/// Where the file system shares blocks the copies are replaced, else they stay and are told of; in both
/// cases every file is there with its bytes.
async fn share(page: &Page, place: &Place) -> Result<()> {
    let before = reviewed(page, place).await?;
    apply_as(page, "reflink").await?;
    page.part("cleanup-report").await?;
    ensure!(files(&place.photos())? == before);
    Ok(())
}

/// A library with copies, each marked to be kept or removed; answers its files.
async fn reviewed(page: &Page, place: &Place) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
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
    Ok(before)
}

async fn all_back(place: &Place, before: &BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    until("every file to be back", async || {
        Ok((files(&place.photos())? == *before).then_some(()))
    })
    .await
}

/// Opens the cleanup and says what shall happen to the files.
async fn choose(page: &Page, action: &str) -> Result<()> {
    page.click("[data-testid='clean-up']").await?;
    let choice = format!("[data-testid='cleanup-action'] label:has(input[value='{action}'])");
    page.click(&choice).await
}

async fn apply_as(page: &Page, action: &str) -> Result<()> {
    choose(page, action).await?;
    page.click("[data-testid='cleanup-apply']:not([disabled])")
        .await
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
