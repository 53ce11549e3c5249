//! What the page says where there is nothing to show, or where a filter is not understood.

use anyhow::{Result, ensure};

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::play;

#[test]
fn a_library_without_photos_says_so_in_the_window() {
    play("no photos in the window", Door::Window, no_photos);
}

#[test]
fn a_library_without_photos_says_so_in_the_browser() {
    play("no photos in the browser", Door::Browser, no_photos);
}

#[test]
fn a_malformed_filter_is_explained_in_the_window() {
    play(
        "malformed filter in the window",
        Door::Window,
        malformed_filter,
    );
}

#[test]
fn a_malformed_filter_is_explained_in_the_browser() {
    play(
        "malformed filter in the browser",
        Door::Browser,
        malformed_filter,
    );
}

async fn no_photos(page: &Page, place: &Place) -> Result<()> {
    add_folder(page, place).await?;
    page.says("empty-library", "No photos here").await?;
    page.click("[data-testid='library'] button").await?;
    let folder = place.photos().display().to_string();
    page.says("empty-library", &folder).await?;
    page.says("found", "0 photos").await
}

async fn malformed_filter(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    let before = page
        .tiles_when("every photo with its thumbnail", |tiles| {
            tiles.len() == PHOTOS.len() && tiles.iter().all(|tile| tile.shown)
        })
        .await?;
    page.type_into("search", "rating>=lovely").await?;
    page.says("search-failure", "\"lovely\" is no number")
        .await?;
    let after = page.tiles().await?;
    ensure!(
        after == before,
        "The grid showed {before:?}, then {after:?}"
    );
    page.clear_search().await?;
    page.gone("search-failure").await
}
