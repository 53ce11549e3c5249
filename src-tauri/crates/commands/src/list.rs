//! The one list of commands. A new command is a line here, its shapes in `wire` and its handler.

use std::panic::{AssertUnwindSafe, catch_unwind};

use latent_engine::Engine;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::CommandError;
use crate::handlers::{
    attributes, checking, cleanup, diagnostics, duplicates, export, faults, filters, jobs,
    libraries, metadata, models, photos, saved, search, stacks, tags,
};
use crate::wire;

/// A command's name and its help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// As it is called: `search_photos`.
    pub name: &'static str,
    /// One line.
    pub help: &'static str,
}

/// Makes the list, the dispatch and the TypeScript of it.
macro_rules! commands {
    ($($name:ident: $request:ident => $response:ident, $handler:path, $help:literal;)*) => {
        /// Every command.
        pub const COMMANDS: &[CommandInfo] =
            &[$(CommandInfo { name: stringify!($name), help: $help }),*];

        fn answer(engine: &Engine, name: &str, request: Value) -> Result<Value, CommandError> {
            match name {
                $(stringify!($name) => {
                    let handler: fn(&Engine, wire::$request) -> Result<wire::$response, CommandError> =
                        $handler;
                    run(engine, request, handler)
                })*
                _ => Err(CommandError::unknown_command(name, COMMANDS)),
            }
        }

        /// The TypeScript twin of every command, type and event.
        #[must_use]
        pub fn typescript() -> String {
            crate::bindings::typescript(|file| {
                $(file.command::<wire::$request, wire::$response>(stringify!($name), $help);)*
                file.declare::<wire::Event>();
                file.declare::<wire::ErrorBody>();
            })
        }
    };
}

commands! {
    list_libraries: Nothing => Libraries, libraries::list, "Lists the libraries with their folders and counts";
    add_library: AddLibrary => Library, libraries::add, "Adds folders as a library; no file is touched";
    remove_library: RemoveLibrary => Nothing, libraries::remove, "Forgets a library; no file is touched";
    locate_folder: LocateFolder => Library, libraries::locate, "Says where a folder is now whose disk came back elsewhere; checks that it is the same";
    get_watching: Nothing => Watching, libraries::watching, "Tells how folders are watched for changes";
    start_index: StartIndex => JobStarted, jobs::start_index, "Starts comparing folders with the catalog and reading what is new";
    list_jobs: Nothing => Jobs, jobs::list, "Lists the jobs of this run, newest first";
    wait_job: WaitJob => Job, jobs::wait, "Waits until a job has ended, or for so long";
    pause_job: JobRef => Job, jobs::pause, "Makes a job wait";
    resume_job: JobRef => Job, jobs::resume, "Lets a paused job go on";
    cancel_job: JobRef => Job, jobs::cancel, "Ends a job; what it has done stays";
    list_faults: ListFaults => Faults, faults::list, "Lists files that could not be read, and why";
    retry_faults: RetryFaults => JobStarted, faults::retry, "Starts trying files again that could not be read";
    ignore_faults: IgnoreFaults => FaultsIgnored, faults::ignore, "Ignores files that could not be read until they change, or takes that back";
    list_photos: ListPhotos => PhotoList, photos::list, "Lists photos in order, as ids and shapes for a grid";
    get_photo: GetPhoto => Photo, photos::get, "Tells what is known of a photo";
    search_photos: SearchPhotos => SearchResult, search::search, "Finds photos by words, pictures, boxes and filters";
    complete_filter: CompleteFilter => Completions, filters::complete, "Completes what is typed at a cursor: fields, operators, values with counts";
    read_query: ReadQuery => QueryParts, filters::read, "Tells the words and filters of a typed line, and writes the filters in each syntax";
    count_facets: CountFacets => Facets, search::facets, "Counts the photos of a search by tag, camera, year and other fields";
    explain_photo: ExplainPhoto => Explanation, search::explain, "Tells which parts of a search found a photo, and how much each did";
    hold_picture: HoldPicture => HeldPicture, search::hold, "Holds an outside picture for queries";
    embed: Embed => Embedding, search::embed, "Answers the vector of a picture or a text";
    list_spaces: Nothing => Spaces, search::spaces, "Lists the ways photos can be compared";
    add_tags: TagPhotos => TagsChanged, tags::add, "Puts tags on photos";
    remove_tags: TagPhotos => TagsChanged, tags::remove, "Takes tags off photos";
    list_tags: ListTags => Tags, tags::list, "Lists tags with the number of photos that carry each";
    rate_photos: RatePhotos => PhotosRated, photos::rate, "Gives photos a rating, or takes it off";
    set_attributes: SetAttributes => AttributesChanged, attributes::set, "Gives photos attributes: any JSON values by name";
    remove_attributes: RemoveAttributes => AttributesChanged, attributes::remove, "Takes attributes off photos";
    list_attributes: ListAttributes => Attributes, attributes::list, "Lists attributes with the number of photos that carry each";
    save_search: SaveSearch => SavedSearch, saved::save, "Keeps a search by name";
    list_saved_searches: Nothing => SavedSearches, saved::list, "Lists the saved searches with what they find now";
    remove_saved_search: RemoveSavedSearch => Nothing, saved::remove, "Forgets a saved search; no photo is touched";
    remember_search: RememberSearch => Nothing, saved::remember, "Remembers that a search was asked";
    list_search_history: Nothing => SearchHistory, saved::history, "Lists the searches asked lately, newest first";
    clear_search_history: Nothing => Nothing, saved::clear_history, "Forgets the searches asked lately";
    get_metadata: GetMetadata => PhotoMetadata, metadata::get, "Tells what a photo's file and its sidecar say, and where they differ";
    write_metadata: WriteMetadata => JobStarted, metadata::write, "Starts writing what is said of photos to their sidecars; no image file is touched";
    get_metadata_writing: Nothing => MetadataWriting, metadata::writing, "Tells whether changes are written to sidecars";
    set_metadata_writing: MetadataWriting => MetadataWriting, metadata::set_writing, "Turns writing changes to sidecars on or off";
    add_region: AddRegion => PhotoRegion, metadata::add_region, "Draws a region on a photo: a face or a thing with its name";
    remove_region: RemoveRegion => PhotoRegion, metadata::remove_region, "Removes a region; one in the photo's own file stays";
    list_stacks: ListStacks => StackList, stacks::list, "Lists stacks: the files of one shot, shown as one";
    list_bursts: ListStacks => BurstList, stacks::bursts, "Lists bursts: shots that follow each other within a second";
    get_stack: GetStack => Stack, stacks::get, "Tells the stack that a photo is in";
    make_stack: MakeStack => Stack, stacks::make, "Makes one stack of photos; remembered by their contents";
    break_stacks: BreakStacks => StacksBroken, stacks::take_apart, "Takes the stacks of photos apart; remembered by their contents";
    forget_stacks: ForgetStacks => StacksForgotten, stacks::forget, "Forgets what was said of photos: they stack by their names again";
    find_duplicates: FindDuplicates => Duplicates, duplicates::find, "Finds groups of copies, and proposes which one stays";
    check_duplicates: CheckDuplicates => JobStarted, checking::start, "Starts comparing files, before they are taken in, with the photos that are known";
    list_checked_files: ListCheckedFiles => CheckedFiles, checking::list, "Lists which known photos the files of such a job are copies of";
    align_copies: AlignCopies => Alignment, duplicates::align, "Tells how a photo lies over another that shows the same";
    mark_photos: MarkPhotos => PhotosMarked, duplicates::mark, "Marks photos in a review to be kept, removed or decided later";
    accept_proposals: AcceptProposals => ProposalsAccepted, duplicates::accept, "Marks what is proposed in all groups that are alike enough";
    count_proposals: CountProposals => ProposalCounts, duplicates::count_proposals, "Counts what accepting proposals would mark, at several likenesses; changes nothing";
    get_review: GetReview => Review, duplicates::progress, "Tells how far a review of copies has come";
    decide_duplicates: DecideDuplicates => DuplicatesDecided, duplicates::decide, "Remembers that photos are no duplicates, or are both kept";
    plan_cleanup: PlanCleanup => CleanupPlan, cleanup::plan, "Tells what a cleanup would do; changes nothing";
    apply_cleanup: ApplyCleanup => JobStarted, cleanup::apply, "Starts doing what a plan says, after checking every file again";
    undo_cleanup: UndoCleanup => JobStarted, cleanup::undo, "Starts taking a cleanup back, whole or some of its files";
    list_cleanup_sessions: Nothing => CleanupSessions, cleanup::list, "Lists the cleanups there were, newest first";
    get_cleanup: GetCleanup => CleanupFiles, cleanup::get, "Tells where the files of a cleanup are";
    plan_export: ExportPhotos => ExportPlan, export::plan, "Tells what an export would do; writes nothing";
    start_export: ExportPhotos => JobStarted, export::start, "Starts writing copies, pictures, a list or a contact sheet of photos to a folder";
    export_crop: ExportCrop => ExportedCrop, photos::export_crop, "Writes a part of a picture to a new file";
    list_models: Nothing => Models, models::list, "Lists the models that are offered, downloaded or in use";
    plan_pull: PlanPull => PullPlan, models::plan_pull, "Asks the source what downloading a model takes; fetches nothing";
    pull_model: PullModel => JobStarted, models::pull, "Downloads an offered model from its source";
    use_model: UseModel => Model, models::use_model, "Uses a model, by id or folder, for the semantic space";
    get_model: GetModel => Model, models::get, "Tells what a model is";
    verify_model: VerifyModel => JobStarted, models::verify, "Compares the files of a model with their checksums";
    remove_model: RemoveModel => ModelRemoved, models::remove, "Removes a model: its vectors, and its files where they were downloaded";
    diagnose: Nothing => Diagnosis, diagnostics::diagnose, "Looks whether everything is in order";
}

/// Answers a command by its name.
///
/// A panic inside is caught here, once, and answered as an error.
///
/// # Errors
/// [`CommandError`] with the code that tells the kind of failure.
pub fn dispatch(engine: &Engine, name: &str, request: Value) -> Result<Value, CommandError> {
    catch_unwind(AssertUnwindSafe(|| answer(engine, name, request))).unwrap_or_else(|_| {
        tracing::error!(command = name, "A command crashed");
        Err(CommandError::crashed(name))
    })
}

fn run<Q: DeserializeOwned, A: Serialize>(
    engine: &Engine,
    request: Value,
    handler: fn(&Engine, Q) -> Result<A, CommandError>,
) -> Result<Value, CommandError> {
    // A command without fields may be called with nothing at all.
    let request = if request.is_null() {
        Value::Object(serde_json::Map::new())
    } else {
        request
    };
    let request = serde_json::from_value(request).map_err(|e| CommandError::malformed(&e))?;
    let answer = handler(engine, request)?;
    serde_json::to_value(answer).map_err(|error| CommandError::internal(error.to_string()))
}
