//! `latent search`: words, pictures, boxes and filters become one query.

use latent_commands::wire::{
    self, CountFacets, ErrorCode, ExplainPhoto, Explanation, FacetValue, Facets, Hit, QueryImage,
    SearchPhotos, SearchResult, WhyKind, WhyPart,
};
use latent_engine::Engine;

use crate::args::{Cutoff, Search};
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::picture::query_image;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Search, output: &mut Output) -> Result<Exit, Failure> {
    let request = request(engine, args)?;
    let placed = |failure| with_place(failure, &request);
    let search = request.clone();
    if let Some(fields) = &args.facets {
        let fields = fields
            .iter()
            .filter(|field| !field.is_empty())
            .cloned()
            .collect();
        let asked = CountFacets {
            search,
            fields,
            limit: args.limit,
        };
        let facets: Facets = call(engine, "count_facets", &asked).map_err(placed)?;
        output.answer(&facets, counts)?;
    } else if let Some(photo_id) = args.explain {
        let asked = ExplainPhoto { search, photo_id };
        let why: Explanation = call(engine, "explain_photo", &asked).map_err(placed)?;
        output.answer(&why, reasons)?;
    } else {
        let result: SearchResult = call(engine, "search_photos", &search).map_err(placed)?;
        output.answer(&result, people)?;
    }
    Ok(Exit::Done)
}

pub(super) fn request(engine: &Engine, args: &Search) -> Result<SearchPhotos, Failure> {
    Ok(SearchPhotos {
        query: (!args.words.is_empty()).then(|| args.words.join(" ")),
        text: None,
        without: args.without.clone(),
        text_weight: args.text_weight,
        images: images(args)?,
        space: args.space.clone(),
        filter: args.filter.clone().map(Into::into),
        library_id: library_id(engine, args.library.as_deref())?,
        photo_ids: (!args.rank.is_empty()).then(|| args.rank.clone()),
        sort: args.sort.map(Into::into),
        seed: args.seed,
        group_by: args.group_by.clone(),
        limit: args.limit,
        cursor: args.cursor.clone(),
        max_distance: args.max_distance,
        cutoff: args.cutoff.map(|Cutoff::Auto| wire::Cutoff::Auto),
        tags: args.tag.clone(),
        tag_weight: args.tag_weight,
        stacks: args.unstacked.then_some(wire::StackShow::Each),
    })
}

/// The pictures of a query, each with its box and weight.
fn images(args: &Search) -> Result<Vec<QueryImage>, Failure> {
    for (option, given) in [("--box", args.boxes.len()), ("--weight", args.weight.len())] {
        if given > args.image.len() {
            return Err(Failure::misuse(format!(
                "{option} is given {} but --image {}: each {option} belongs to an --image",
                times(given),
                times(args.image.len())
            )));
        }
    }
    let image = |(place, typed): (usize, &String)| {
        let image = query_image(typed, args.boxes.get(place).copied())?;
        Ok(QueryImage {
            weight: args.weight.get(place).copied(),
            ..image
        })
    };
    args.image.iter().enumerate().map(image).collect()
}

fn times(number: usize) -> String {
    if number == 1 {
        "once".to_owned()
    } else {
        format!("{number} times")
    }
}

/// Shows a malformed filter where it was typed: the words are read before the filter.
pub(super) fn with_place(failure: Failure, request: &SearchPhotos) -> Failure {
    let Failure::Command { error, .. } = &failure else {
        return failure;
    };
    if error.code() != ErrorCode::InvalidFilter {
        return failure;
    }
    let words = request.query.as_deref();
    let in_words = words.filter(|words| latent_engine::filter::parse(words).is_err());
    let filter = request.filter.as_ref().and_then(serde_json::Value::as_str);
    match in_words.or(filter) {
        Some(line) => failure.in_line(line),
        None => failure,
    }
}

pub(super) fn people(output: &mut Output, result: &SearchResult) -> Result<(), Failure> {
    let rows: Vec<[String; 3]> = result.hits.iter().map(row).collect();
    output.table(&rows)?;
    output.flush()?;
    let found = &result.found;
    let space = found
        .space
        .as_ref()
        .map(|space| format!(" in {space}"))
        .unwrap_or_default();
    output.remark(&format!(
        "{} of {} found by {}{space} in {:.1} ms",
        result.hits.len(),
        count(found.total, "photo"),
        found.by,
        found.ms
    ));
    if let Some(note) = &found.note {
        output.remark(note);
    }
    if let Some(cursor) = &result.next_cursor {
        output.remark(&format!("More: the same again with --cursor {cursor}"));
    }
    Ok(())
}

/// How many photos have each value, and the filter for them.
fn counts(output: &mut Output, facets: &Facets) -> Result<(), Failure> {
    let mut rows = Vec::new();
    for facet in &facets.facets {
        let value = |value: &FacetValue| {
            [
                facet.field.clone(),
                value.photos.to_string(),
                value.label.clone(),
                value.filter.clone(),
            ]
        };
        rows.extend(facet.values.iter().map(value));
    }
    output.table(&rows)?;
    output.flush()?;
    output.remark(&format!(
        "{} counted in {:.1} ms",
        count(facets.total, "photo"),
        facets.ms
    ));
    Ok(())
}

/// What each part said, alone and of the whole.
fn reasons(output: &mut Output, why: &Explanation) -> Result<(), Failure> {
    let figure = |value: Option<f32>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"));
    let row = |part: &WhyPart| {
        let kind = match part.kind {
            WhyKind::Picture => "picture",
            WhyKind::Meaning => "meaning",
            WhyKind::Words => "words",
            WhyKind::Without => "without",
            WhyKind::Tags => "tags",
        };
        [
            format!("{:.0} %", part.share * 100.0),
            kind.to_owned(),
            figure(part.similarity),
            part.label.clone(),
            part.found.join(", "),
        ]
    };
    let rows: Vec<[String; 5]> = why.parts.iter().map(row).collect();
    output.table(&rows)?;
    output.flush()?;
    output.remark(&format!(
        "Similarity {}, distance {}",
        figure(why.similarity),
        figure(why.distance)
    ));
    for filter in &why.filters {
        output.remark(&format!("Passes {filter}"));
    }
    Ok(())
}

/// Similarity, number and file.
fn row(hit: &Hit) -> [String; 3] {
    let similarity = hit
        .similarity
        .map_or_else(|| "-".to_owned(), |s| format!("{s:.3}"));
    [similarity, hit.photo_id.to_string(), hit.path.clone()]
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::args::{Cli, Verb};

    fn parsed(line: &[&str]) -> Result<Vec<QueryImage>, Failure> {
        let line = ["latent", "search"].iter().chain(line);
        match Cli::try_parse_from(line).unwrap().verb {
            Verb::Search(args) => images(&args),
            _ => unreachable!("another verb"),
        }
    }

    #[test]
    fn boxes_and_weights_belong_to_images_in_their_order() {
        let images = parsed(&[
            "--image",
            "1",
            "--box",
            "0,0,0.5,0.5",
            "--image",
            "2",
            "--box",
            "px:1,2,3,4",
            "--weight",
            "2",
            "--weight",
            "-0.5",
        ])
        .unwrap();
        assert_eq!(images[0].photo_id, Some(1));
        assert_eq!(images[0].crop.as_ref().map(|b| b.width), Some(0.5));
        assert_eq!(images[1].box_px, Some(vec![1.0, 2.0, 3.0, 4.0]));
        assert_eq!(
            (images[0].weight, images[1].weight),
            (Some(2.0), Some(-0.5))
        );
    }

    #[test]
    fn a_box_without_its_image_is_misuse() {
        let failure = parsed(&["--image", "1", "--box", "0,0,1,1", "--box", "0,0,1,1"]);
        assert!(matches!(failure, Err(Failure::Misuse { .. })));
        assert!(matches!(
            parsed(&["--box", "0,0,1,1"]),
            Err(Failure::Misuse { .. })
        ));
        assert!(matches!(
            parsed(&["--weight", "1"]),
            Err(Failure::Misuse { .. })
        ));
    }
}
