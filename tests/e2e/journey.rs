//! The main job, from a folder of photos to found, tagged and found again.

use anyhow::{Result, ensure};

use crate::door::Door;
use crate::drop_file::drop_picture;
use crate::page::Page;
use crate::photos::{self, PHOTOS, UPPER_RIGHT};
use crate::place::Place;
use crate::stage::play;

const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';
const TAG: &str = "holiday/lisbon";

#[test]
fn the_window_leads_from_a_folder_to_a_tagged_photo() {
    play("journey through the window", Door::Window, journey);
}

#[test]
fn the_browser_leads_from_a_folder_to_a_tagged_photo() {
    play("journey through the browser", Door::Browser, journey);
}

async fn journey(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    page.tiles_when("every photo with its thumbnail", |tiles| {
        tiles.len() == PHOTOS.len() && tiles.iter().all(|tile| tile.shown)
    })
    .await?;
    search_by_words(page).await?;
    let found = search_by_part_of_a_dropped_picture(page).await?;
    open_and_tag(page, &found).await?;
    filter_by_tag(page, &found).await
}

/// Adds the place's folder on the first screen, and waits until it is indexed.
pub async fn add_folder(page: &Page, place: &Place) -> Result<()> {
    page.part("first-start").await?;
    let folder = place.photos().display().to_string();
    page.type_into("folder-path", &folder).await?;
    page.click("[data-testid='add-path']").await?;
    page.gone("first-start").await?;
    page.seen("[data-testid='job'][data-state='done']").await?;
    Ok(())
}

async fn search_by_words(page: &Page) -> Result<()> {
    page.type_into("search", "circle").await?;
    page.tiles_when("the photo whose name has the word", |tiles| {
        tiles.len() == 1 && tiles[0].label.starts_with("red-circle.jpg")
    })
    .await?;
    page.clear_search().await?;
    page.tiles_when("all photos again", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    Ok(())
}

/// Answers with the id of the photo that was found.
async fn search_by_part_of_a_dropped_picture(page: &Page) -> Result<String> {
    drop_picture(page, "mosaic.png", &photos::mosaic_png()?).await?;
    page.part("query-picture").await?;
    let tiles = page
        .tiles_when("photos by how much alike they are", |tiles| {
            tiles
                .first()
                .is_some_and(|tile| tile.label.ends_with("alike"))
        })
        .await?;
    let first = &tiles[0].label;
    ensure!(
        !first.starts_with(UPPER_RIGHT),
        "The whole picture finds {first:?}, so that the box would show nothing"
    );
    page.click("[data-testid='query-picture'] button").await?;
    page.drag("box-editor", (0.505, 0.01), (0.995, 0.49))
        .await?;
    page.seen("[data-testid='box-editor'] [data-handle='se']")
        .await?;
    page.says("box-accept", "Search with this part").await?;
    page.click("[data-testid='box-accept']").await?;
    page.gone("box-editor").await?;
    let tiles = page
        .tiles_when("the photo inside the box first", |tiles| {
            tiles
                .first()
                .is_some_and(|tile| tile.label.starts_with(UPPER_RIGHT))
        })
        .await?;
    Ok(tiles[0].photo_id.clone())
}

async fn open_and_tag(page: &Page, photo_id: &str) -> Result<()> {
    page.click(&format!("[data-testid='tile'][data-photo-id='{photo_id}']"))
        .await?;
    page.press(ENTER).await?;
    page.seen(&format!(
        "[data-testid='loupe'][data-photo-id='{photo_id}']"
    ))
    .await?;
    page.press('i').await?;
    page.says("photo-info", UPPER_RIGHT).await?;
    page.press('t').await?;
    page.type_into("tag-field", TAG).await?;
    page.press(ENTER).await?;
    page.gone("tag-field").await?;
    page.says("photo-tag", TAG).await?;
    page.press(ESCAPE).await?;
    page.gone("loupe").await
}

async fn filter_by_tag(page: &Page, photo_id: &str) -> Result<()> {
    page.clear_search().await?;
    page.tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    page.click(&format!("[data-testid='tag'][data-tag='{TAG}']"))
        .await?;
    let typed = page.part("search").await?.prop("value").await?;
    ensure!(
        typed.as_deref() == Some("tag:holiday/lisbon"),
        "The search box has {typed:?}"
    );
    page.tiles_when("the tagged photo alone", |tiles| {
        tiles.len() == 1 && tiles[0].photo_id == photo_id
    })
    .await?;
    page.says("found", "1 photo").await
}
