//! Films beside photos: found by their format, marked in the grid, played in the loupe, or said why not.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::door::Door;
use crate::journey::add_folder;
use crate::page::Page;
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::programs;
use crate::stage::{play, until};

const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';

#[test]
fn a_film_that_cannot_be_played_is_found_and_says_so_in_the_window() {
    play("no film in the window", Door::Window, no_player);
}

#[test]
fn a_film_that_cannot_be_played_is_found_and_says_so_in_the_browser() {
    play("no film in the browser", Door::Browser, no_player);
}

#[test]
fn a_film_plays_in_the_loupe_in_the_browser() {
    if !can_make_a_film() {
        println!("skipped: no ffmpeg to make a film with");
        return;
    }
    play("film in the browser", Door::Browser, film);
}

#[test]
fn a_film_plays_in_the_loupe_in_the_window() {
    if !can_make_a_film() {
        println!("skipped: no ffmpeg to make a film with");
        return;
    }
    play("film in the window", Door::Window, film);
}

fn can_make_a_film() -> bool {
    programs::installed("ffmpeg", "ffmpeg").is_ok()
}

/// Opens the one film of a library of photos in the loupe.
async fn open_film(page: &Page, place: &Place, format: &str) -> Result<()> {
    photos::write_all(&place.photos())?;
    add_folder(page, place).await?;
    page.tiles_when("photos and film", |tiles| tiles.len() == PHOTOS.len() + 1)
        .await?;
    page.part("tile-film").await?;
    page.type_into("search", &format!("format:{format}"))
        .await?;
    page.tiles_when("the film alone", |tiles| {
        tiles.len() == 1 && tiles[0].label.contains("a video")
    })
    .await?;
    page.click("[data-testid='tile']").await?;
    page.press(ENTER).await?;
    page.part("loupe").await?;
    Ok(())
}

async fn no_player(page: &Page, place: &Place) -> Result<()> {
    // Half a box that no player takes for a film.
    let head = b"\0\0\0\x10ftypisom\0\0\x02\0and nothing more";
    std::fs::write(place.photos().join("clip.mp4"), head)?;
    open_film(page, place, "mp4").await?;
    page.says("video-unplayed", "cannot be played here").await?;
    page.press(ESCAPE).await?;
    page.gone("loupe").await
}

async fn film(page: &Page, place: &Place) -> Result<()> {
    make_film(&place.photos().join("clip.webm"))?;
    open_film(page, place, "webm").await?;
    page.part("video").await?;
    const LENGTH: &str = "return document.querySelector(\"[data-testid='video']\").duration;";
    until("the length of the film", async || {
        let length = page.run(LENGTH, Vec::new()).await?.as_f64();
        Ok(length.filter(|seconds| (2.5..3.5).contains(seconds)))
    })
    .await?;
    const NEAR_END: &str = "
        const video = document.querySelector(\"[data-testid='video']\");
        video.muted = true;
        video.currentTime = 2;";
    page.run(NEAR_END, Vec::new()).await?;
    page.press(' ').await?;
    const PLAYED: &str = "
        const video = document.querySelector(\"[data-testid='video']\");
        return video.currentTime > 2.2 && video.videoWidth === 320;";
    until("the film to play from its second second", async || {
        let played = page.run(PLAYED, Vec::new()).await?;
        Ok((played == true).then_some(()))
    })
    .await?;
    const PLAY_ON: &str = "
        const video = document.querySelector(\"[data-testid='video']\");
        video.loop = true;
        if (video.paused) void video.play();
        return video.paused;";
    page.run(PLAY_ON, Vec::new()).await?;
    page.press(' ').await?;
    const WAITS: &str = "return document.querySelector(\"[data-testid='video']\").paused;";
    until("the film to wait", async || {
        let waits = page.run(WAITS, Vec::new()).await?;
        Ok((waits == true).then_some(()))
    })
    .await?;
    page.press(ESCAPE).await?;
    page.gone("loupe").await
}

fn make_film(path: &Path) -> Result<()> {
    let mut command = Command::new(programs::installed("ffmpeg", "ffmpeg")?);
    command.args(["-loglevel", "error", "-f", "lavfi", "-i"]);
    command.args(["testsrc2=size=320x240:rate=15", "-t", "3"]);
    command.args(["-c:v", "libvpx", "-b:v", "2M"]).arg(path);
    ensure!(command.status()?.success(), "ffmpeg made no film");
    Ok(())
}
