//! A second start on a data folder that is open already.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::door::{app_command, open_screen, open_window};
use crate::photos::{self, PHOTOS};
use crate::place::Place;
use crate::programs;
use crate::stage::{act, until, with_evidence};
use crate::started::Started;

#[test]
fn a_second_window_on_the_same_data_folder_says_why_it_cannot_start() {
    act("second window", async |place| {
        let (_screen, display) = open_screen(place).await?;
        let mut app = app_command(place, &display)?;
        let mut first = Started::start("first", &mut app, place)?;
        sees(place, &display, "^Latent$").await?;

        let mut second = Started::start("second", &mut app, place)?;
        second
            .complains("Another Latent has the data folder")
            .await?;
        const MESSAGE: &str = "^Latent cannot start$";
        sees(place, &display, MESSAGE).await?;
        let read = ["windowfocus", "--sync", "key", "--window", "0", "Return"];
        xdotool(place, &display, &["search", "--name", MESSAGE])?
            .args(read)
            .status()?;
        let status = second.ends().await?;
        ensure!(status.code() == Some(1), "The second ended with {status}");
        ensure!(first.ended()?.is_none(), "The first ended as well");
        Ok(())
    });
}

#[test]
fn a_second_start_hands_its_folder_to_the_open_window() {
    const NAME: &str = "handed over folder";
    act(NAME, async |place| {
        photos::write_all(&place.photos())?;
        let (_bus, address) = open_bus(place).await?;
        let (_screen, display) = open_screen(place).await?;
        let opened = open_window(place, &display, Some(&address)).await?;
        let page = &opened.page;
        with_evidence(NAME, page, async || {
            page.part("first-start").await?;
            let mut app = app_command(place, &display)?;
            app.env("DBUS_SESSION_BUS_ADDRESS", &address);
            // A folder is seen from where the second is started.
            app.current_dir(place.photos()).arg(".");
            let mut second = Started::start("second", &mut app, place)?;
            let status = second.ends().await?;
            ensure!(status.success(), "The second ended with {status}");
            page.tiles_when("the photos of the folder", |tiles| {
                tiles.len() == PHOTOS.len()
            })
            .await?;
            Ok(())
        })
        .await?;
        opened.close().await
    });
}

/// Starts a session bus; answers with its address.
async fn open_bus(place: &Place) -> Result<(Started, String)> {
    let mut command = Command::new(programs::installed("dbus-daemon", "dbus")?);
    command.args(["--session", "--nofork", "--print-address=1"]);
    place.settle(&mut command);
    let mut bus = Started::start("dbus-daemon", &mut command, place)?;
    let address = bus.first_line().await?;
    Ok((bus, address))
}

/// Waits until a window whose title fits is seen on the screen.
async fn sees(place: &Place, display: &str, title: &str) -> Result<()> {
    until(&format!("a window with the title {title}"), async || {
        let search = ["search", "--onlyvisible", "--name", title];
        let found = xdotool(place, display, &search)?.output()?;
        Ok(found.status.success().then_some(()))
    })
    .await
}

fn xdotool(place: &Place, display: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(programs::installed("xdotool", "xdotool")?);
    place.settle(&mut command);
    command.env("DISPLAY", display).args(arguments);
    Ok(command)
}
