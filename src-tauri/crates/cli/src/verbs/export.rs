//! `latent export`: photos taken out of the library, as files, lists or contact sheets.

use latent_commands::wire::{
    BoxFractions, ExportPhotos, ExportReport, JobStarted, SearchPhotos, SheetLayout,
};
use latent_engine::Engine;

use super::show::photo_id;
use crate::args::{Export, ExportForm};
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::{BoxArg, absolute};
use crate::plain::{bytes, count};

pub(super) fn run(engine: &Engine, args: &Export, output: &mut Output) -> Result<Exit, Failure> {
    let started: JobStarted = call(engine, "start_export", &request(engine, args)?)?;
    let job = job::wait(engine, started.job_id, output)?;
    let report: ExportReport = job.export.ok_or_else(|| Failure::Job {
        reason: "The job ended without saying what it did".to_owned(),
    })?;
    output.answer(&report, |output, report| {
        let photos = count(report.photos, "photo");
        let size = bytes(report.bytes);
        output.line(&format!("{photos}, {size}: {}", report.output))?;
        output.flush()?;
        for failed in &report.failed {
            output.remark(&format!("{}: {}", failed.path, failed.reason));
        }
        Ok(())
    })?;
    Ok(if report.failed.is_empty() {
        Exit::Done
    } else {
        Exit::Faults
    })
}

fn request(engine: &Engine, args: &Export) -> Result<ExportPhotos, Failure> {
    let named = args.photo.iter().map(|typed| photo_id(engine, typed));
    let photo_ids = match args.photo.is_empty() {
        true => None,
        false => Some(named.collect::<Result<_, _>>()?),
    };
    let search = photo_ids.is_none().then(|| SearchPhotos {
        query: args.search.clone(),
        filter: args.filter.clone().map(Into::into),
        ..SearchPhotos::default()
    });
    let is_sheet = matches!(args.form, ExportForm::Sheet);
    Ok(ExportPhotos {
        photo_ids,
        parts: None,
        search,
        most: args.limit,
        form: args.form.into(),
        output: absolute(&args.output)?,
        pattern: args.pattern.clone(),
        sidecars: args.sidecars,
        long_side_px: args.long_side,
        quality: args.quality,
        metadata: args.metadata.map(Into::into),
        crop: args.crop.map(fractions).transpose()?,
        sheet: is_sheet.then(|| SheetLayout {
            page: Some(args.page.into()),
            landscape: args.landscape,
            columns: Some(args.columns),
            captions: Some(args.captions.iter().map(|line| (*line).into()).collect()),
            title: args.title.clone(),
        }),
    })
}

fn fractions(crop: BoxArg) -> Result<BoxFractions, Failure> {
    match crop {
        BoxArg::Fractions([x, y, width, height]) => Ok(BoxFractions {
            x,
            y,
            width,
            height,
        }),
        BoxArg::Pixels(_) => Err(Failure::misuse(
            "Photos have different sizes: write the box as fractions such as 0.25,0.1,0.5,0.5",
        )),
    }
}
