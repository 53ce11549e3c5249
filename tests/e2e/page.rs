//! What a person sees on the page and does to it, through WebDriver.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::Element;
use fantoccini::{Client, Locator};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use crate::stage::until;

/// A photo in the grid.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Tile {
    pub photo_id: String,
    /// The file's name where it was searched for, and how much alike it is.
    pub label: String,
    /// Whether its thumbnail has come.
    pub shown: bool,
}

/// Whether the first element that fits has a place on the page and is not hidden.
const SHOWN: &str = "
    const element = document.querySelector(arguments[0]);
    const { width = 0, height = 0 } = element?.getBoundingClientRect() ?? {};
    return width > 0 && height > 0 && getComputedStyle(element).visibility === 'visible';";

/// A page of Latent's user interface.
pub struct Page {
    client: Client,
}

impl Page {
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    pub async fn go_to(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// The address that the page shows.
    pub async fn address(&self) -> Result<String> {
        Ok(self.client.current_url().await?.into())
    }

    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// Waits for a part of the page that can be seen, by its test id.
    pub async fn part(&self, id: &str) -> Result<Element> {
        self.seen(&format!("[data-testid='{id}']")).await
    }

    /// Waits for a part of the page that can be seen, by a CSS selector.
    pub async fn seen(&self, css: &str) -> Result<Element> {
        until(&format!("{css} to be seen"), async || {
            // WebKit's own answer is no for an empty layer over a picture.
            let shown = self.run(SHOWN, vec![css.into()]).await?;
            if shown != true {
                return Ok(None);
            }
            Ok(Some(self.client.find(Locator::Css(css)).await?))
        })
        .await
    }

    /// Waits until a part of the page has these words.
    pub async fn says(&self, id: &str, words: &str) -> Result<()> {
        until(&format!("{id} to say {words:?}"), async || {
            self.part(id).await?;
            let text = self.text(&format!("[data-testid='{id}']")).await?;
            Ok(text.contains(words).then_some(()))
        })
        .await
    }

    /// The words of the first element that fits; none where there is none.
    pub async fn text(&self, css: &str) -> Result<String> {
        // WebKit's own answer leaves out what would be cut off if it were longer.
        const TEXT: &str = "return document.querySelector(arguments[0])?.innerText ?? '';";
        let text = self.run(TEXT, vec![css.into()]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a part of the page is gone.
    pub async fn gone(&self, id: &str) -> Result<()> {
        let css = format!("[data-testid='{id}']");
        until(&format!("{css} to go"), async || {
            let there = self.client.find_all(Locator::Css(&css)).await?;
            Ok(there.is_empty().then_some(()))
        })
        .await
    }

    /// Clicks on what a CSS selector names, once it can be clicked on.
    pub async fn click(&self, css: &str) -> Result<()> {
        until(&format!("a click on {css}"), async || {
            self.client.find(Locator::Css(css)).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Types into a field that is empty.
    pub async fn type_into(&self, id: &str, text: &str) -> Result<()> {
        let field = self.part(id).await?;
        field.click().await?;
        field.send_keys(text).await?;
        let typed = field.prop("value").await?;
        ensure!(
            typed.as_deref() == Some(text),
            "Typed {text:?} into {id}, which has {typed:?}"
        );
        Ok(())
    }

    /// Types into a field in place of what it holds.
    pub async fn retype(&self, id: &str, text: &str) -> Result<()> {
        self.part(id).await?.clear().await?;
        self.type_into(id, text).await
    }

    /// Presses a key wherever the focus is.
    pub async fn press(&self, key: char) -> Result<()> {
        let press = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        Ok(self.client.perform_actions(press).await?)
    }

    /// Takes everything out of the search box.
    pub async fn clear_search(&self) -> Result<()> {
        self.click("[role='search'] button[aria-label='Clear the search']")
            .await
    }

    /// Drags over a part of the page, between two points in fractions of its size.
    pub async fn drag(&self, id: &str, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        const PACE: Option<Duration> = Some(Duration::from_millis(50));
        let (left, top, width, height) = self.part(id).await?.rectangle().await?;
        let go = |(x, y): (f64, f64)| PointerAction::MoveTo {
            duration: PACE,
            x: (left + x * width).round(),
            y: (top + y * height).round(),
        };
        let halfway = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let drag = MouseActions::new("mouse".to_owned())
            .then(go(from))
            .then(PointerAction::Down {
                button: MOUSE_BUTTON_LEFT,
            })
            .then(go(halfway))
            .then(go(to))
            .then(PointerAction::Up {
                button: MOUSE_BUTTON_LEFT,
            });
        Ok(self.client.perform_actions(drag).await?)
    }

    /// The photos that the grid draws, in their order.
    pub async fn tiles(&self) -> Result<Vec<Tile>> {
        const LOOK: &str = "
            const tiles = [...document.querySelectorAll(\"[data-testid='tile']\")];
            tiles.sort((a, b) => a.dataset.index - b.dataset.index);
            return tiles.map((tile) => ({
                photoId: tile.dataset.photoId,
                label: tile.getAttribute('aria-label'),
                shown: (tile.querySelector('img')?.naturalWidth ?? 0) > 0,
            }));";
        let tiles = self.run(LOOK, Vec::new()).await?;
        serde_json::from_value(tiles).context("The grid's tiles are not as expected")
    }

    /// Waits until the grid's photos are as wanted, and answers with them.
    pub async fn tiles_when(
        &self,
        what: &str,
        mut wanted: impl FnMut(&[Tile]) -> bool,
    ) -> Result<Vec<Tile>> {
        let mut last = Vec::new();
        let outcome = until(&format!("the grid to show {what}"), async || {
            last = self.tiles().await?;
            Ok(wanted(&last).then_some(()))
        })
        .await;
        outcome.with_context(|| format!("The grid shows {last:?}"))?;
        Ok(last)
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Runs a script that ends by calling its last argument.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// Saves the page and a picture of it; answers with where they lie.
    pub async fn evidence(&self, name: &str) -> String {
        const LIMIT: Duration = Duration::from_secs(10);
        let stem = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name.replace(' ', "-"));
        let (picture, source) = (stem.with_extension("png"), stem.with_extension("html"));
        let mut kept = Vec::new();
        if let Ok(Ok(bytes)) = timeout(LIMIT, self.client.screenshot()).await
            && std::fs::write(&picture, bytes).is_ok()
        {
            kept.push(picture.display().to_string());
        }
        if let Ok(Ok(text)) = timeout(LIMIT, self.client.source()).await
            && std::fs::write(&source, text).is_ok()
        {
            kept.push(source.display().to_string());
        }
        if kept.is_empty() {
            return "nothing, the page does not answer".to_owned();
        }
        kept.join(" and ")
    }
}
