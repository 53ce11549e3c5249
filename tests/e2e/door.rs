//! The two doors: the window of the desktop app, and a browser beside `latent serve`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use fantoccini::ClientBuilder;
use fantoccini::wd::Capabilities;
use hyper_util::client::legacy::connect::HttpConnector;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::Page;
use crate::place::Place;
use crate::programs;
use crate::started::{Started, free_port};

/// A way into Latent.
#[derive(Clone, Copy)]
pub enum Door {
    /// `latent-desktop` under Xvfb, through `WebKitWebDriver`.
    Window,
    /// Headless Chromium at `latent serve`, through `chromedriver`.
    Browser,
}

/// An opened door: a page, and the programs behind it, which end with it.
pub struct Opened {
    pub page: Page,
    /// Ended in this order.
    programs: Vec<Started>,
}

/// The first line of `latent serve`.
#[derive(Deserialize)]
pub struct Served {
    pub address: String,
    pub token: String,
    pub url: String,
}

impl Door {
    /// Opens the door on a place's catalog.
    pub async fn open(self, place: &Place) -> Result<Opened> {
        match self {
            Self::Window => {
                let (screen, display) = open_screen(place).await?;
                let mut opened = open_window(place, &display, None).await?;
                opened.programs.push(screen);
                Ok(opened)
            }
            Self::Browser => {
                let (server, served) = serve(place).await?;
                let mut opened = open_browser(place).await?;
                opened.programs.push(server);
                opened.page.go_to(&served.url).await?;
                Ok(opened)
            }
        }
    }
}

impl Opened {
    /// Ends the session, so that the driver can end what it started.
    pub async fn close(self) -> Result<()> {
        let Self { page, programs } = self;
        page.close().await?;
        drop(programs);
        Ok(())
    }
}

/// Starts `latent serve` on a free port.
pub async fn serve(place: &Place) -> Result<(Started, Served)> {
    let mut command = Command::new(programs::built("latent")?);
    command.arg("--data-dir").arg(place.data());
    command.args(["serve", "--port", "0", "--ui"]);
    command.arg(programs::user_interface()?);
    place.settle(&mut command);
    let mut server = Started::start("serve", &mut command, place)?;
    let line = server.first_line().await?;
    let served = serde_json::from_str(&line).with_context(|| format!("No address: {line}"))?;
    Ok((server, served))
}

/// Opens an empty page in Chromium.
pub async fn open_browser(place: &Place) -> Result<Opened> {
    let port = free_port()?;
    let mut command = Command::new(programs::installed("chromedriver", "chromium-driver")?);
    command.arg(format!("--port={port}"));
    place.settle(&mut command);
    let mut driver = Started::start("chromedriver", &mut command, place)?;
    driver.answers(port).await?;
    let chromium = programs::chromium()?;
    let page = connect(port, chromium_options(&chromium, &place.browser())).await?;
    Ok(Opened {
        page,
        programs: vec![driver],
    })
}

/// Opens the window on a display, with a session bus where one is named.
pub async fn open_window(place: &Place, display: &str, bus: Option<&str>) -> Result<Opened> {
    let port = free_port()?;
    let mut command = Command::new(programs::installed("WebKitWebDriver", "webkit2gtk-driver")?);
    command.arg(format!("--port={port}"));
    settle_window(place, display, &mut command);
    command.env("TAURI_WEBVIEW_AUTOMATION", "true");
    if let Some(address) = bus {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    }
    let mut driver = Started::start("WebKitWebDriver", &mut command, place)?;
    driver.answers(port).await?;
    let options = json!({ "webkitgtk:browserOptions": {
        "binary": programs::built("latent-desktop")?,
        "args": ["--data-dir", place.data()],
    }});
    let page = connect(port, options).await?;
    Ok(Opened {
        page,
        programs: vec![driver],
    })
}

/// The window's program on a place's catalog, without a driver.
pub fn app_command(place: &Place, display: &str) -> Result<Command> {
    let mut command = Command::new(programs::built("latent-desktop")?);
    command.arg("--data-dir").arg(place.data());
    settle_window(place, display, &mut command);
    Ok(command)
}

fn settle_window(place: &Place, display: &str, command: &mut Command) {
    place.settle(command);
    command.env("DISPLAY", display).env("GDK_BACKEND", "x11");
}

/// Starts an X server; answers with its display, such as `:1`.
pub async fn open_screen(place: &Place) -> Result<(Started, String)> {
    let mut command = Command::new(programs::installed("Xvfb", "xvfb")?);
    // Without -noreset the server starts anew when its only client goes, and takes no new ones then.
    command.args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"]);
    command.args(["-screen", "0", "1400x900x24"]);
    place.settle(&mut command);
    let mut screen = Started::start("Xvfb", &mut command, place)?;
    let display = format!(":{}", screen.first_line().await?);
    Ok((screen, display))
}

fn chromium_options(chromium: &Path, profile: &Path) -> Value {
    json!({ "goog:chromeOptions": {
        "binary": chromium,
        "args": [
            "--headless=new",
            // Tests may run as root and in containers, where its sandbox and /dev/shm are small.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--window-size=1400,900",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-default-apps",
            "--disable-extensions",
            "--disable-sync",
            "--no-proxy-server",
            "--metrics-recording-only",
            format!("--user-data-dir={}", profile.display()),
        ],
    }})
}

async fn connect(port: u16, options: Value) -> Result<Page> {
    let capabilities: Capabilities = serde_json::from_value(options)?;
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .context("The driver opened no page")?;
    Ok(Page::new(client))
}
