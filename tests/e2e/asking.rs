//! Asking with everything there is: filters as they are completed, counts that narrow, searches
//! that are kept, and several pictures at once.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::door::Door;
use crate::drop_file::drop_picture;
use crate::journey::add_folder;
use crate::page::{Page, Tile};
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::{play, until};

const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';
const LEFT: char = '\u{E012}';
const DOWN: char = '\u{E015}';

/// A folder of its own for some of the photos.
const FOLDER: &str = "evening";
const IN_FOLDER: [&str; 4] = [
    "teal-dusk.jpg",
    "black-dots.jpg",
    "purple-rings.jpg",
    "silver-rays.jpg",
];
/// Its value among the facets.
const FACET: &str = "[data-testid='facet'][data-field='folder'] [data-filter*='evening']";
const NAME: &str = "Evenings";

#[test]
fn the_window_completes_counts_keeps_and_recalls_what_is_asked() {
    play("asking in the window", Door::Window, filters);
}

#[test]
fn the_browser_completes_counts_keeps_and_recalls_what_is_asked() {
    play("asking in the browser", Door::Browser, filters);
}

#[test]
fn two_pictures_are_weighed_and_explained_in_the_window() {
    play("pictures in the window", Door::Window, pictures);
}

#[test]
fn two_pictures_are_weighed_and_explained_in_the_browser() {
    play("pictures in the browser", Door::Browser, pictures);
}

async fn filters(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    let folder = place.photos().join(FOLDER);
    fs::create_dir(&folder)?;
    for name in IN_FOLDER {
        fs::rename(place.photos().join(name), folder.join(name))?;
    }
    add_folder(page, place).await?;
    let all = all_photos(page).await?;
    complete_and_take_out(page, &all).await?;
    narrow_by_count(page).await?;
    save_and_open_again(page).await?;
    recall(page).await
}

/// Waits until nothing is asked, and answers with the ids in their order.
async fn all_photos(page: &Page) -> Result<Vec<String>> {
    let tiles = page
        .tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    Ok(ids(&tiles))
}

fn ids(tiles: &[Tile]) -> Vec<String> {
    tiles.iter().map(|tile| tile.photo_id.clone()).collect()
}

async fn complete_and_take_out(page: &Page, all: &[String]) -> Result<()> {
    page.type_into("search", "fold").await?;
    page.seen("[data-testid='completion'][data-kind='field']")
        .await?;
    page.press(TAB).await?;
    holds(page, "folder:").await?;
    page.seen("[data-testid='completion'][data-kind='value']")
        .await?;
    until("the folder to be chosen", async || {
        let chosen = page
            .text("[data-testid='completion'][aria-selected='true']")
            .await?;
        if chosen.contains(FOLDER) {
            return Ok(Some(()));
        }
        page.press(DOWN).await?;
        Ok(None)
    })
    .await?;
    page.press(ENTER).await?;
    page.seen("[data-testid='chip'][data-kind='filter'][data-label*='evening']")
        .await?;
    in_folder(page).await?;
    page.click("[data-testid='chip'] button[aria-label^='Take out']")
        .await?;
    page.gone("chip").await?;
    holds(page, "").await?;
    let after = all_photos(page).await?;
    ensure!(after == all, "The grid had {all:?}, then {after:?}");
    Ok(())
}

async fn narrow_by_count(page: &Page) -> Result<()> {
    page.click("[data-testid='facets-toggle']").await?;
    counted(page).await?;
    let told = page.text(FACET).await?;
    let count: usize = told
        .split_whitespace()
        .last()
        .with_context(|| format!("No count in {told:?}"))?
        .parse()?;
    page.click(FACET).await?;
    page.seen(&format!("{FACET}[aria-pressed='true']")).await?;
    page.tiles_when("as many photos as were counted", |tiles| {
        tiles.len() == count
    })
    .await?;
    in_folder(page).await?;
    counted(page).await?;
    page.click(FACET).await?;
    page.seen(&format!("{FACET}[aria-pressed='false']")).await?;
    all_photos(page).await?;
    Ok(())
}

/// Waits for the counts of the photos shown: they come later, and values change places with them.
async fn counted(page: &Page) -> Result<()> {
    page.seen("[data-testid='facets'][aria-busy='false']")
        .await?;
    page.seen(FACET).await?;
    Ok(())
}

async fn save_and_open_again(page: &Page) -> Result<()> {
    counted(page).await?;
    page.click(FACET).await?;
    in_folder(page).await?;
    page.click("[data-testid='save-search']").await?;
    page.retype("search-name", NAME).await?;
    page.press(ENTER).await?;
    page.gone("search-name").await?;
    page.says("saved-active", NAME).await?;
    page.says("saved-search", NAME).await?;
    page.says("saved-search", &IN_FOLDER.len().to_string())
        .await?;
    page.clear_search().await?;
    all_photos(page).await?;
    ask_words(page, "circle", "red-circle.jpg").await?;
    page.gone("saved-active").await?;
    page.click(&format!("[data-testid='saved-search'] [title='{NAME}']"))
        .await?;
    page.says("saved-active", NAME).await?;
    in_folder(page).await
}

async fn recall(page: &Page) -> Result<()> {
    page.clear_search().await?;
    all_photos(page).await?;
    ask_words(page, "triangle", "green-triangle.jpg").await?;
    // Enter keeps the search in the history at once, and gives the focus to the photos.
    page.press(ENTER).await?;
    page.clear_search().await?;
    all_photos(page).await?;
    page.click("[data-testid='history-open']").await?;
    page.says("past-search", "triangle").await?;
    page.press(DOWN).await?;
    page.seen("[data-testid='past-search'][aria-selected='true']")
        .await?;
    page.press(ENTER).await?;
    holds(page, "triangle").await?;
    found_alone(page, "green-triangle.jpg").await
}

async fn ask_words(page: &Page, words: &str, name: &str) -> Result<()> {
    page.type_into("search", words).await?;
    found_alone(page, name).await
}

async fn found_alone(page: &Page, name: &str) -> Result<()> {
    page.tiles_when(&format!("{name} alone"), |tiles| {
        tiles.len() == 1 && tiles[0].label.starts_with(name)
    })
    .await?;
    Ok(())
}

/// Waits for exactly the photos of the folder.
async fn in_folder(page: &Page) -> Result<()> {
    page.tiles_when("the photos of the folder", |tiles| {
        tiles.len() == IN_FOLDER.len()
            && tiles
                .iter()
                .all(|tile| IN_FOLDER.iter().any(|name| tile.label.starts_with(name)))
    })
    .await?;
    page.says("found", &format!("{} photos", IN_FOLDER.len()))
        .await
}

/// Waits until the search box holds just this.
async fn holds(page: &Page, line: &str) -> Result<()> {
    until(&format!("the search box to hold {line:?}"), async || {
        let typed = page.part("search").await?.prop("value").await?;
        Ok((typed.as_deref() == Some(line)).then_some(()))
    })
    .await
}

async fn pictures(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    all_photos(page).await?;
    page.type_into("search", "circle").await?;
    found_alone(page, "red-circle.jpg").await?;
    page.click("[data-testid='tile']").await?;
    page.press('m').await?;
    page.says("query-picture", "red-circle.jpg").await?;
    drop_picture(page, "mosaic.png", &photos::mosaic_png()?).await?;
    page.says("query-pictures", "mosaic.png").await?;
    let both = in_order(page).await?;
    turn_away(page, "mosaic.png").await?;
    let tiles = page
        .tiles_when("another order", |tiles| {
            tiles.len() == PHOTOS.len() && ids(tiles) != both
        })
        .await?;
    explained(page, &tiles[0].photo_id).await
}

/// The ids in the order of an answer to two pictures.
async fn in_order(page: &Page) -> Result<Vec<String>> {
    // Of one picture the photo itself is all alike; of two none is.
    let tiles = page
        .tiles_when("photos by how much both pictures are alike", |tiles| {
            tiles.len() == PHOTOS.len()
                && tiles[0].label.ends_with("alike")
                && !tiles[0].label.contains("100 %")
        })
        .await?;
    Ok(ids(&tiles))
}

/// Slides the weight of a query picture from 1 to −1 by keys.
async fn turn_away(page: &Page, name: &str) -> Result<()> {
    const FOCUS: &str = "
        const names = [...document.querySelectorAll(\"[data-testid='query-picture'] label\")];
        const label = names.find((one) => one.textContent.includes(arguments[0]));
        const slider = label?.querySelector('input');
        slider?.focus();
        return slider?.getAttribute('aria-valuetext') ?? null;";
    until("the weight to be turned round", async || {
        let told = page.run(FOCUS, vec![name.into()]).await?;
        if told == "Unlike 1×" {
            return Ok(Some(()));
        }
        page.press(LEFT).await?;
        Ok(None)
    })
    .await
}

async fn explained(page: &Page, photo_id: &str) -> Result<()> {
    page.click(&format!("[data-testid='tile'][data-photo-id='{photo_id}']"))
        .await?;
    page.press('w').await?;
    page.part("why").await?;
    page.seen("[data-testid='why-part'][data-kind='picture']")
        .await?;
    page.says("why-parts", "Looks like red-circle.jpg").await?;
    page.says("why-parts", "Unlike mosaic.png").await?;
    page.press(ESCAPE).await?;
    page.gone("why").await
}
