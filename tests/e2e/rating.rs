//! Photos rated by keys, in the grid and in the loupe, and tags reached by one Tab.

use anyhow::{Result, ensure};

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::{play, until};

const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';
const END: char = '\u{E010}';
const HOME: char = '\u{E011}';
const UP: char = '\u{E013}';
const RIGHT: char = '\u{E014}';
const DOWN: char = '\u{E015}';

/// What the element with the focus is tagged with, and how many elements Tab reaches in the list.
const FOCUSED: &str = "return [document.activeElement?.dataset.tag ?? null,
    document.querySelectorAll(\"[data-testid='tag'][tabindex='0']\").length]";

#[test]
fn photos_are_rated_by_keys_in_the_browser() {
    play("rating in the browser", Door::Browser, rate);
}

#[test]
fn tags_are_one_stop_and_moved_in_by_arrows_in_the_browser() {
    play("tags by keys in the browser", Door::Browser, walk_tags);
}

async fn rate(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    page.tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    // A photo of the grid, then the next one in the loupe.
    page.click("[data-testid='tile'][data-index='0']").await?;
    page.press('4').await?;
    rated(page, "rating:4", 1).await?;
    page.click("[data-testid='tile'][data-index='0']").await?;
    page.press(ENTER).await?;
    page.press('i').await?;
    page.says("photo-info", "★★★★").await?;
    page.press(RIGHT).await?;
    until("another photo", async || {
        let text = page.text("[data-testid='photo-info']").await?;
        Ok((!text.contains('★')).then_some(()))
    })
    .await?;
    page.press('2').await?;
    page.says("photo-info", "★★").await?;
    page.press('0').await?;
    until("no rating", async || {
        let text = page.text("[data-testid='photo-info']").await?;
        Ok((!text.contains('★')).then_some(()))
    })
    .await?;
    page.press('5').await?;
    page.says("photo-info", "★★★★★").await?;
    page.press(ESCAPE).await?;
    page.gone("loupe").await?;
    rated(page, "rating>=4", 2).await
}

/// Waits until so many photos have a rating, and asks for all again.
async fn rated(page: &Page, filter: &str, count: usize) -> Result<()> {
    page.type_into("search", filter).await?;
    page.tiles_when("the rated photos", |tiles| tiles.len() == count)
        .await?;
    page.clear_search().await?;
    page.tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    Ok(())
}

async fn walk_tags(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    page.tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    page.click("[data-testid='tile'][data-index='0']").await?;
    for tag in ["one", "three", "two"] {
        page.press('t').await?;
        page.type_into("tag-field", tag).await?;
        page.press(ENTER).await?;
        page.gone("tag-field").await?;
    }
    page.seen("[data-testid='tag'][data-tag='two']").await?;
    let at = async |wanted: &str| -> Result<()> {
        let found = page.run(FOCUSED, Vec::new()).await?;
        ensure!(
            found == serde_json::json!([wanted, 1]),
            "{found}, not {wanted}"
        );
        Ok(())
    };
    page.run(
        "document.querySelector(\"[data-testid='tag'][tabindex='0']\").focus()",
        Vec::new(),
    )
    .await?;
    at("one").await?;
    for (key, tag) in [
        (DOWN, "three"),
        (DOWN, "two"),
        (DOWN, "two"),
        (UP, "three"),
        (HOME, "one"),
        (END, "two"),
    ] {
        page.press(key).await?;
        at(tag).await?;
    }
    page.press(' ').await?;
    page.seen("[data-tag='two'][aria-selected='true']").await?;
    page.tiles_when("the tagged photo", |tiles| tiles.len() == 1)
        .await?;
    page.press(TAB).await?;
    let left = page.run(FOCUSED, Vec::new()).await?;
    ensure!(left == serde_json::json!([null, 1]), "{left}");
    Ok(())
}
