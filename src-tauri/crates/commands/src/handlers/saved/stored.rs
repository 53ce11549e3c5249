//! A search as it is stored: JSON that can be asked again after a restart and by a later Latent.
//!
//! Equal searches are equal texts: only what was given is written, without place and size of a page.

use latent_engine::Engine;
use latent_engine::crop_box::CropBox;
use serde_json::Value;

use super::Answer;
use crate::convert;
use crate::error::CommandError;
use crate::wire::{BoxFractions, QueryImage, SearchPhotos};

/// The parts that find photos; the others only order or narrow what is found.
const ASKING: [&str; 6] = ["query", "text", "without", "images", "filter", "photoIds"];

/// A search with nothing in it that passes: pictures that are held or came as bytes become small
/// JPEGs in it, and no page is named.
///
/// # Errors
/// Those of pictures that cannot be read and boxes that are malformed.
pub(super) fn lasting(
    engine: &Engine,
    search: SearchPhotos,
    long_side_px: u32,
) -> Answer<SearchPhotos> {
    let images = search
        .images
        .into_iter()
        .map(|image| lasting_image(engine, image, long_side_px))
        .collect::<Answer<_>>()?;
    Ok(SearchPhotos {
        images,
        limit: None,
        cursor: None,
        ..search
    })
}

fn lasting_image(engine: &Engine, image: QueryImage, long_side_px: u32) -> Answer<QueryImage> {
    let known = convert::query_image(image.clone())?;
    if image.held_id.is_none() && image.base64.is_none() {
        return Ok(image);
    }
    // A box in pixels would not fit the smaller picture.
    let crop = known
        .crop
        .map(|crop| crop.resolve(engine, &known.source))
        .transpose()?;
    let jpeg = engine.kept_jpeg(&known.source, long_side_px)?;
    Ok(QueryImage {
        held_id: None,
        base64: Some(convert::to_base64(&jpeg)),
        crop: crop.map(fractions),
        box_px: None,
        ..image
    })
}

fn fractions(crop: CropBox) -> BoxFractions {
    BoxFractions {
        x: crop.x(),
        y: crop.y(),
        width: crop.width(),
        height: crop.height(),
    }
}

/// The search as JSON.
///
/// # Errors
/// None but a fault of Latent's own.
pub(super) fn write(search: &SearchPhotos) -> Answer<String> {
    // By way of text: a number of 32 bits would get digits nobody typed.
    let text = serde_json::to_string(search).map_err(|e| CommandError::internal(e.to_string()))?;
    let mut value =
        serde_json::from_str(&text).map_err(|e| CommandError::internal(e.to_string()))?;
    drop_empty(&mut value);
    Ok(value.to_string())
}

/// Reads a search again.
///
/// # Errors
/// [`CommandError`] where a later Latent wrote it.
pub(super) fn read(text: &str) -> Answer<SearchPhotos> {
    serde_json::from_str(text).map_err(|_| {
        CommandError::internal("A newer Latent saved this search: update Latent to ask it")
    })
}

/// Whether there is anything in a search that could be asked again.
pub(super) fn asks_for_something(search: &SearchPhotos) -> bool {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(search) else {
        return false;
    };
    ASKING
        .into_iter()
        .filter_map(|name| fields.remove(name))
        .any(|value| !is_empty(&value))
}

/// Takes out of the search and its pictures what was not given. A filter is left as it is: what is
/// in it is the user's.
fn drop_empty(search: &mut Value) {
    let Value::Object(fields) = search else {
        return;
    };
    fields.retain(|_, value| !is_empty(value));
    if let Some(Value::Array(images)) = fields.get_mut("images") {
        images.iter_mut().for_each(drop_empty);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn search(value: Value) -> SearchPhotos {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn equal_searches_are_equal_texts() {
        let one = search(json!({"query": "boat", "text": null, "images": [], "without": " "}));
        assert_eq!(write(&one).unwrap(), r#"{"query":"boat"}"#);
        assert_eq!(
            write(&search(json!({"query": "boat"}))).unwrap(),
            write(&one).unwrap()
        );
    }

    #[test]
    fn numbers_are_written_as_they_were_given() {
        let one = search(json!({"maxDistance": 0.3, "images": [{"photoId": 7, "weight": -0.1}]}));
        let text = write(&one).unwrap();
        assert_eq!(
            text,
            r#"{"images":[{"photoId":7,"weight":-0.1}],"maxDistance":0.3}"#
        );
        assert_eq!(read(&text).unwrap(), one);
    }

    #[test]
    fn a_search_of_a_later_latent_is_told_apart() {
        let error = read(r#"{"smell":"sea"}"#).unwrap_err();
        assert!(error.to_string().contains("newer Latent"), "{error}");
    }

    #[test]
    fn order_and_library_alone_ask_for_nothing() {
        for (asks, value) in [
            (false, json!({"sort": "name", "libraryId": 1, "query": " "})),
            (true, json!({"query": "boat"})),
            (true, json!({"images": [{"photoId": 1}]})),
        ] {
            assert_eq!(asks_for_something(&search(value.clone())), asks, "{value}");
        }
    }
}
