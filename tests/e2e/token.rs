//! A page that does not know the token gets nothing, and says what to do.

use anyhow::ensure;

use crate::door::{open_browser, serve};
use crate::stage::{act, with_evidence};

/// Asks for the libraries as the page does; answers with the status.
const ASK: &str = "
    const done = arguments[arguments.length - 1];
    fetch('/api/list_libraries', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
    }).then((answer) => done(answer.status), (reason) => done(String(reason)));";

#[test]
fn a_browser_without_the_token_is_told_which_address_to_open() {
    const NAME: &str = "browser without the token";
    act(NAME, async |place| {
        let (_server, served) = serve(place).await?;
        let opened = open_browser(place).await?;
        let page = &opened.page;
        with_evidence(NAME, page, async || {
            page.go_to(&served.address).await?;
            let status = page.run_async(ASK, Vec::new()).await?;
            ensure!(status == 401, "The server answers {status}");
            page.says("gone", "Open the whole address").await?;

            page.go_to(&served.url).await?;
            page.part("first-start").await?;
            let status = page.run_async(ASK, Vec::new()).await?;
            ensure!(status == 200, "With the token the server answers {status}");
            let address = page.address().await?;
            ensure!(!address.contains(&served.token), "The address is {address}");
            Ok(())
        })
        .await?;
        opened.close().await
    });
}
