//! Drops a picture on the page, as bytes that the page did not have before.

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::page::Page;

/// Makes a file of the bytes and sends the events of dragging it over the page and letting it go.
const DROP: &str = "
    const [name, base64] = arguments;
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name, { type: 'image/png' }));
    const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    for (const type of ['dragenter', 'dragover', 'drop']) {
        const event = new DragEvent(type, { bubbles: true, cancelable: true });
        // WebKit ignores a transfer that is given to the constructor.
        Object.defineProperty(event, 'dataTransfer', { value: transfer });
        target.dispatchEvent(event);
    }";

/// Drops a PNG picture on the middle of the page.
pub async fn drop_picture(page: &Page, name: &str, png: &[u8]) -> Result<()> {
    let arguments = vec![name.into(), STANDARD.encode(png).into()];
    page.run(DROP, arguments).await?;
    Ok(())
}
