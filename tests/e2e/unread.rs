//! A file that cannot be read is listed, ignored, shown again, and read once it is whole.

use std::fs;

use anyhow::Result;

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::play;

const BROKEN: &str = "broken.jpg";
const ESCAPE: char = '\u{E00C}';

#[test]
fn a_broken_file_is_listed_and_tried_again_in_the_window() {
    play("unread in the window", Door::Window, unread);
}

#[test]
fn a_broken_file_is_listed_and_tried_again_in_the_browser() {
    play("unread in the browser", Door::Browser, unread);
}

async fn unread(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    let whole = fs::read(place.photos().join(PHOTOS[0].0))?;
    let broken = place.photos().join(BROKEN);
    fs::write(&broken, &whole[..whole.len() / 10])?;
    add_folder(page, place).await?;
    page.tiles_when("all that can be read", |tiles| tiles.len() == PHOTOS.len())
        .await?;
    page.click("[data-testid='unread']").await?;
    page.says("fault", BROKEN).await?;
    page.click("[data-testid='fault-retry']").await?;
    page.seen("[data-testid='faults-page'] [data-testid='job'][data-state='done']")
        .await?;
    page.says("fault", BROKEN).await?;
    page.click("[data-testid='fault-ignore']").await?;
    page.says("no-faults", "1 file ignored").await?;
    page.click("[data-testid='no-faults'] button").await?;
    page.says("fault", BROKEN).await?;
    page.click("[data-testid='fault-ignore']").await?;
    page.gone("fault").await?;
    page.click("[data-testid='fault-tabs'] label:first-child")
        .await?;
    page.says("fault", BROKEN).await?;
    fs::write(&broken, &whole)?;
    // It may have been read by itself already, and the button be gone.
    const RETRY: &str = "document.querySelector(\"[data-testid='fault-retry-all']\")?.click();";
    page.run(RETRY, Vec::new()).await?;
    page.says("no-faults", "Every file could be read").await?;
    page.press(ESCAPE).await?;
    page.gone("faults-page").await?;
    page.tiles_when("the repaired photo, too", |tiles| {
        tiles.len() == PHOTOS.len() + 1
    })
    .await?;
    Ok(())
}
