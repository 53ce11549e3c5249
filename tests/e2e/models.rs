//! From words that no model could answer to a model of the user's own that answers them.

use anyhow::Result;
use latent_engine::embed::model::testing::{Shape, write_random_checkpoint};

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::stage::play;

const ESCAPE: char = '\u{E00C}';

#[test]
fn a_model_in_a_folder_is_taken_into_use_in_the_window() {
    play("a model in the window", Door::Window, own_model);
}

#[test]
fn a_model_in_a_folder_is_taken_into_use_in_the_browser() {
    play("a model in the browser", Door::Browser, own_model);
}

async fn own_model(page: &Page, place: &Place) -> Result<()> {
    photos::write_all(&place.photos())?;
    let folder = place.data().join("my-model");
    write_random_checkpoint(&folder, 1, &Shape::tiny())?;
    add_folder(page, place).await?;

    // The offer stands beside the photos, and goes for good when it is declined.
    page.says("model-step", "Download recommended").await?;
    page.click("[data-testid='step-later']").await?;
    page.gone("model-step").await?;
    page.type_into("search", "something blue").await?;
    page.says("found", "0 photos").await?;
    page.click("[data-testid='get-model']").await?;

    // A folder without a model is told apart, and nothing changes.
    page.part("settings-page").await?;
    page.click("[data-testid='model-folder']").await?;
    page.type_into("model-path", &place.photos().display().to_string())
        .await?;
    page.click("[data-testid='use-begin']").await?;
    page.seen("dialog [data-testid='model-failure']").await?;
    page.retype("model-path", &folder.display().to_string())
        .await?;
    page.click("[data-testid='use-begin']").await?;
    page.seen("[data-testid='model'][data-state='inUse']")
        .await?;
    page.says("model-computes", "In bytes").await?;
    page.press(ESCAPE).await?;
    page.gone("settings-page").await?;

    // The words that were only looked up before are asked again, of the model.
    let all = format!("{} photos", PHOTOS.len());
    page.says("found", &all).await?;
    page.gone("get-model").await
}
