//! `latent stacks`: the files of one shot, and bursts.

use latent_commands::wire::{
    self, BreakStacks, BurstList, ForgetStacks, MakeStack, Stack, StackList, StackPhoto,
    StacksBroken, StacksForgotten,
};
use latent_engine::Engine;

use super::show::photo_id;
use crate::args::{ListStacks, StackPhotos, Stacks};
use crate::call::{call, library_id};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::plain::count;

pub(super) fn run(engine: &Engine, args: &Stacks, output: &mut Output) -> Result<Exit, Failure> {
    match args {
        Stacks::List(args) => list(engine, args, output),
        Stacks::Bursts(args) => bursts(engine, args, output),
        Stacks::Make(args) => make(engine, args, output),
        Stacks::Break(args) => take_apart(engine, args, output),
        Stacks::Forget(args) => forget(engine, args, output),
    }?;
    Ok(Exit::Done)
}

fn list(engine: &Engine, args: &ListStacks, output: &mut Output) -> Result<(), Failure> {
    let list: StackList = call(engine, "list_stacks", &request(engine, args)?)?;
    output.answer(&list, |output, list| {
        for stack in &list.stacks {
            in_lines(output, &stack.photos)?;
        }
        output.flush()?;
        output.remark(&format!(
            "{} of {}",
            list.stacks.len(),
            count(list.total, "stack")
        ));
        Ok(())
    })
}

fn bursts(engine: &Engine, args: &ListStacks, output: &mut Output) -> Result<(), Failure> {
    let list: BurstList = call(engine, "list_bursts", &request(engine, args)?)?;
    output.answer(&list, |output, list| {
        for burst in &list.bursts {
            in_lines(output, &burst.photos)?;
        }
        output.flush()?;
        output.remark(&format!(
            "{} of {}",
            list.bursts.len(),
            count(list.total, "burst")
        ));
        Ok(())
    })
}

fn make(engine: &Engine, args: &StackPhotos, output: &mut Output) -> Result<(), Failure> {
    let photo_ids = numbers(engine, args)?;
    let stack: Stack = call(engine, "make_stack", &MakeStack { photo_ids })?;
    output.answer(&stack, |output, stack| in_lines(output, &stack.photos))
}

fn take_apart(engine: &Engine, args: &StackPhotos, output: &mut Output) -> Result<(), Failure> {
    let photo_ids = numbers(engine, args)?;
    let broken: StacksBroken = call(engine, "break_stacks", &BreakStacks { photo_ids })?;
    output.answer(&broken, |output, broken| {
        let stacks = count(broken.stacks.len() as u64, "stack");
        output.line(&format!("{stacks} taken apart"))
    })
}

fn forget(engine: &Engine, args: &StackPhotos, output: &mut Output) -> Result<(), Failure> {
    let photo_ids = numbers(engine, args)?;
    let forgotten: StacksForgotten = call(engine, "forget_stacks", &ForgetStacks { photo_ids })?;
    output.answer(&forgotten, |output, forgotten| {
        let photos = count(forgotten.photos, "photo");
        output.line(&format!("Forgotten what was said of {photos}"))
    })
}

fn request(engine: &Engine, args: &ListStacks) -> Result<wire::ListStacks, Failure> {
    Ok(wire::ListStacks {
        library_id: library_id(engine, args.library.as_deref())?,
        limit: args.limit,
        offset: args.offset,
    })
}

fn numbers(engine: &Engine, args: &StackPhotos) -> Result<Vec<i64>, Failure> {
    let photos = args.photos.iter();
    photos.map(|typed| photo_id(engine, typed)).collect()
}

/// Prints the photos, the first by its number and path, what is behind it below.
fn in_lines(output: &mut Output, photos: &[StackPhoto]) -> Result<(), Failure> {
    for (place, photo) in photos.iter().enumerate() {
        let indent = if place == 0 { "" } else { "  " };
        output.line(&format!("{indent}{} {}", photo.photo_id, photo.path))?;
    }
    Ok(())
}
