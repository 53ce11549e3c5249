//! A box on a photo gets a name, by which the photo is found until that is taken back.

use anyhow::Result;

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::play;

const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';
const NAME: &str = "Ferdinand";

#[test]
fn a_named_region_finds_its_photo_in_the_window() {
    play("regions in the window", Door::Window, name_a_region);
}

#[test]
fn a_named_region_finds_its_photo_in_the_browser() {
    play("regions in the browser", Door::Browser, name_a_region);
}

async fn name_a_region(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    let tiles = page
        .tiles_when("all photos", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    let photo = &tiles[0].photo_id;
    page.click("[data-testid='tile']").await?;
    page.press(ENTER).await?;
    page.part("loupe").await?;
    page.press('b').await?;
    page.drag("box-editor", (0.25, 0.25), (0.75, 0.75)).await?;
    page.click("[data-testid='box-name']:not([disabled])")
        .await?;
    page.type_into("region-name", NAME).await?;
    page.click("[data-testid='region-accept']").await?;
    page.gone("box-editor").await?;
    page.says("region", NAME).await?;
    page.press(ESCAPE).await?;
    page.gone("loupe").await?;
    page.type_into("search", &NAME.to_lowercase()).await?;
    page.tiles_when("the photo of the region alone", |tiles| {
        tiles.len() == 1 && tiles[0].photo_id == *photo
    })
    .await?;
    page.click("[data-testid='notice'] button:not([aria-label])")
        .await?;
    page.part("no-results").await?;
    Ok(())
}
