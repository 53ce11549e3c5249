//! Photos and a part of one are taken out to folders, and what is wrong with a wish is said.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::play;

const ENTER: char = '\u{E007}';

#[test]
fn photos_are_exported_from_the_window() {
    play("export from the window", Door::Window, export);
}

#[test]
fn photos_are_exported_from_the_browser() {
    play("export from the browser", Door::Browser, export);
}

async fn export(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    page.tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    let out = place.photos().with_file_name("taken out");
    page.click("[data-testid='export']").await?;
    page.part("export-form").await?;
    say_what_is_wrong(page, place).await?;
    export_all(page, &out.join("web")).await?;
    list_all(page, &out).await?;
    export_part(page, &out.join("part")).await
}

/// A pattern that is none, and a folder that cannot be one.
async fn say_what_is_wrong(page: &Page, place: &Place) -> Result<()> {
    page.retype("export-pattern", "{nam}").await?;
    page.says("export-failure", "nam").await?;
    page.seen("[data-testid='export-begin'][disabled]").await?;
    page.retype("export-pattern", "{seq:2} {name}").await?;
    page.says("export-plan", "01 ").await?;
    let below_a_file = place.photos().join(PHOTOS[0].0).join("out");
    page.type_into("export-folder", &below_a_file.to_string_lossy())
        .await?;
    page.click("[data-testid='export-begin']:not([disabled])")
        .await?;
    page.says("export-failure", PHOTOS[0].0).await
}

async fn export_all(page: &Page, folder: &Path) -> Result<()> {
    page.retype("export-folder", &folder.to_string_lossy())
        .await?;
    begin(page).await?;
    let names = names(folder)?;
    ensure!(names.len() == PHOTOS.len(), "{names:?}");
    ensure!(names[0].starts_with("01 "), "{names:?}");
    let picture = image::open(folder.join(&names[0]))?;
    ensure!((picture.width(), picture.height()) == (800, 600));
    done(page).await
}

async fn list_all(page: &Page, folder: &Path) -> Result<()> {
    page.click("[data-testid='export']").await?;
    choose(page, "csv").await?;
    page.retype("export-folder", &folder.to_string_lossy())
        .await?;
    begin(page).await?;
    let list = fs::read_to_string(folder.join("photos.csv"))?;
    ensure!(list.lines().count() == PHOTOS.len() + 1, "{list}");
    done(page).await
}

/// Draws a box in the loupe; what is inside becomes a file.
async fn export_part(page: &Page, folder: &Path) -> Result<()> {
    page.click("[data-testid='tile']").await?;
    page.press(ENTER).await?;
    page.part("loupe").await?;
    page.press('b').await?;
    page.drag("box-editor", (0.25, 0.25), (0.75, 0.5)).await?;
    page.click("[data-testid='box-export']:not([disabled])")
        .await?;
    page.part("export-part").await?;
    choose(page, "png").await?;
    page.retype("export-folder", &folder.to_string_lossy())
        .await?;
    begin(page).await?;
    let names = names(folder)?;
    let [name] = &names[..] else {
        anyhow::bail!("One part makes one file, not {names:?}");
    };
    let part = image::open(folder.join(name))?;
    let near = |found: u32, wanted: u32| found.abs_diff(wanted) <= 8;
    ensure!(
        near(part.width(), 400) && near(part.height(), 150),
        "The part has {} × {} pixels",
        part.width(),
        part.height()
    );
    done(page).await
}

async fn choose(page: &Page, form: &str) -> Result<()> {
    page.click(&format!(
        "[data-testid='export-form'] label:has(input[value='{form}'])"
    ))
    .await
}

async fn begin(page: &Page) -> Result<()> {
    page.click("[data-testid='export-begin']:not([disabled])")
        .await?;
    page.part("export-report").await?;
    Ok(())
}

async fn done(page: &Page) -> Result<()> {
    page.click("dialog[open] footer .main").await?;
    page.gone("export-report").await
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("No {}", folder.display()))?;
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
