//! `latent serve`: the user interface and the commands on loopback, until Ctrl-C.

use std::sync::Arc;

use latent_commands::wire::{
    AddLibrary, Job, JobRef, JobStarted, Jobs, Library, Nothing, StartIndex, WaitJob,
};
use latent_engine::Engine;
use latent_http::{Address, ServeOptions};
use serde::Serialize;

use crate::args::Serve;
use crate::call::call;
use crate::failure::{Exit, Failure};
use crate::job;
use crate::output::Output;
use crate::picture::absolute;

/// How long a job may take to end once the server stops, milliseconds.
const GRACE_MS: u64 = 5000;

/// The first line on stdout.
#[derive(Serialize)]
struct Ready {
    /// `http://127.0.0.1:PORT`.
    address: String,
    token: String,
    /// Opens the user interface and lets the browser in.
    url: String,
}

pub(super) fn run(engine: &Engine, args: &Serve, output: &mut Output) -> Result<Exit, Failure> {
    for folder in &args.folders {
        let roots = vec![absolute(folder)?];
        let request = AddLibrary {
            roots,
            name: None,
            exclude: Vec::new(),
        };
        call::<_, Library>(engine, "add_library", &request)?;
    }
    let options = ServeOptions {
        port: args.port,
        token: args.token.clone(),
        ui_dir: args.ui.clone().map(std::path::absolute).transpose()?,
    };
    latent_engine::watching::start(engine).map_err(latent_commands::CommandError::from)?;
    latent_engine::search::read_ahead(engine).map_err(latent_commands::CommandError::from)?;
    // Read what is new while people look; what was read before is there at once.
    let all = StartIndex {
        library_id: None,
        retry_faults: false,
    };
    call::<_, JobStarted>(engine, "start_index", &all)?;
    let mut told = Ok(());
    latent_http::serve(Arc::new(engine.clone()), options, |address| {
        told = tell(address, output);
    })?;
    end_jobs(engine)?;
    told.map(|()| Exit::Done)
}

fn tell(address: &Address, output: &mut Output) -> Result<(), Failure> {
    output.json_line(&Ready {
        address: format!("http://127.0.0.1:{}", address.port),
        token: address.token.clone(),
        url: address.url.clone(),
    })?;
    if output.is_watched() {
        output.remark(&format!("Latent is at {} until Ctrl-C", address.url));
    }
    Ok(())
}

/// Cancels what runs; what it has done stays.
fn end_jobs(engine: &Engine) -> Result<(), Failure> {
    let Jobs { jobs } = call(engine, "list_jobs", &Nothing {})?;
    for job in jobs.iter().filter(|job| !job::ended(&job.state)) {
        call::<_, Job>(engine, "cancel_job", &JobRef { job_id: job.id })?;
        let wait = WaitJob {
            job_id: job.id,
            timeout_ms: Some(GRACE_MS),
        };
        call::<_, Job>(engine, "wait_job", &wait)?;
    }
    Ok(())
}
