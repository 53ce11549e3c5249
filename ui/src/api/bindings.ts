// Written by `cargo xtask bindings` from src-tauri/crates/commands. Do not edit.

/**
 * Marks what is proposed, in every group that is alike enough and has a keeper.
 */
export type AcceptProposals = {
  query: DuplicateQuery,
  /**
   * The least likeness of a group, 0 … 1.
   */
  confidence: number,
};

/**
 * What happens to files that are removed.
 */
export type ActionKind = "trash" | "folder" | "hardlink" | "reflink";

/**
 * Adds folders as a library, or to the library of that name.
 */
export type AddLibrary = {
  /**
   * Absolute folders; files are refused.
   */
  roots: Array<string>,
  /**
   * Defaults to the name of the first folder.
   */
  name?: string | null,
  /**
   * Globs to leave out, below each root.
   */
  exclude: Array<string>,
};

/**
 * Draws a region on a photo.
 */
export type AddRegion = {
  photoId: number,
  /**
   * `face`, `pet`, `focus`, `barCode` or `object`, which it is when not given.
   */
  kind?: string | null,
  /**
   * Who or what it is.
   */
  name?: string | null,
  box: BoxFractions,
};

/**
 * Asks how a photo lies over another that shows the same.
 */
export type AlignCopies = {
  photoId: number,
  /**
   * The one that lies over it.
   */
  otherId: number,
};

/**
 * How a photo lies over another.
 */
export type Alignment = {
  /**
   * `None` where they have nothing in common.
   */
  overlay?: Overlay | null,
};

/**
 * Does what a plan says, as a job.
 */
export type ApplyCleanup = {
  plan: CleanupPlan,
};

/**
 * A search that was asked.
 */
export type AskedSearch = {
  search: SearchPhotos,
  /**
   * Seconds since 1970 UTC.
   */
  askedAt: number,
};

/**
 * An attribute of a photo that changed.
 */
export type AttributeChange = {
  name: string,
  photoId: number,
  /**
   * Its value before; `null` also where it had none.
   */
  before?: unknown,
  /**
   * It had a value before.
   */
  had: boolean,
};

/**
 * An attribute and how many photos carry it.
 */
export type AttributeCount = {
  name: string,
  photos: number,
  /**
   * The kinds of its values.
   */
  kinds: Array<ValueKind>,
};

/**
 * Attributes with their counts, by name.
 */
export type Attributes = {
  attributes: Array<AttributeCount>,
};

/**
 * What really changed, so that it can be taken back exactly.
 */
export type AttributesChanged = {
  changed: Array<AttributeChange>,
};

/**
 * A box on a picture: fractions of the upright picture.
 */
export type BoxFractions = {
  x: number,
  y: number,
  width: number,
  height: number,
};

/**
 * Takes the stacks apart that photos are in.
 */
export type BreakStacks = {
  photoIds: number[],
};

/**
 * Shots that follow each other, in the order they were taken.
 */
export type Burst = {
  photos: Array<StackPhoto>,
};

/**
 * Bursts, the latest first.
 */
export type BurstList = {
  bursts: Array<Burst>,
  /**
   * How many there are in all.
   */
  total: number,
};

/**
 * One thing looked at.
 */
export type Check = {
  name: string,
  ok: boolean,
  /**
   * What was seen, and what to do where it is not in order.
   */
  detail: string,
};

/**
 * Starts comparing files, which need not be in a library, with the photos that are known.
 */
export type CheckDuplicates = {
  /**
   * Files, and folders with all that is in them.
   */
  paths: Array<string>,
  /**
   * The least likeness of near copies, 0 … 1; as of groups when not given.
   */
  threshold?: number | null,
};

/**
 * What comparing files with known photos found.
 */
export type CheckReport = {
  files: number,
  /**
   * Files that are copies of known photos.
   */
  copies: number,
  copiedBytes: number,
  /**
   * Files that are photos of a library themselves.
   */
  known: number,
  /**
   * Files and folders that could not be read.
   */
  faults: number,
  seconds: number,
};

/**
 * A file that was compared with known photos.
 */
export type CheckedFile = {
  path: string,
  bytes: number,
  /**
   * The photo of a library that this very file is.
   */
  photoId?: number | null,
  /**
   * The known photos that it is a copy of, the likest first.
   */
  copies: Array<KnownCopy>,
  /**
   * Why it could not be read.
   */
  fault?: string | null,
};

/**
 * A page of files that were compared with known photos.
 */
export type CheckedFiles = {
  files: Array<CheckedFile>,
  total: number,
};

/**
 * What happens to a file that is removed.
 */
export type CleanupAction = {
  kind: ActionKind,
  /**
   * Where files are moved; of `folder`.
   */
  folder?: string | null,
};

/**
 * A file of a cleanup.
 */
export type CleanupFile = {
  path: string,
  /**
   * Where it is now.
   */
  trashedTo?: string | null,
  bytes: number,
  keeperPath: string,
  state: CleanupFileState,
  /**
   * Why it is not where it should be.
   */
  reason?: string | null,
};

/**
 * Where a file of a cleanup is.
 */
export type CleanupFileState = "removed" | "restored" | "lost" | "inPlace";

/**
 * A cleanup with its files.
 */
export type CleanupFiles = {
  session: CleanupSession,
  files: Array<CleanupFile>,
};

/**
 * What a cleanup would do. It may be kept as a file and applied later: every file is checked
 * again then.
 */
export type CleanupPlan = {
  /**
   * 1.
   */
  version: number,
  /**
   * Seconds since 1970 UTC.
   */
  createdAt: number,
  action: CleanupAction,
  rules: Array<string>,
  /**
   * Folders in which nothing is removed.
   */
  reference: Array<string>,
  groups: Array<PlanGroup>,
  /**
   * Groups that the rules leave open; nothing happens to them.
   */
  open: Array<OpenGroup>,
  /**
   * Photos that were to be removed and will not be.
   */
  refused: Array<RefusedPhoto>,
  /**
   * Files that are removed, with those that go along.
   */
  files: number,
  bytes: number,
};

/**
 * What a cleanup did, or taking one back.
 */
export type CleanupReport = {
  sessionId: string,
  /**
   * Files that were moved or brought back.
   */
  files: number,
  bytes: number,
  /**
   * Files that were left as they are.
   */
  skipped: Array<SkippedFile>,
  seconds: number,
};

/**
 * A cleanup.
 */
export type CleanupSession = {
  id: string,
  /**
   * Seconds since 1970 UTC.
   */
  startedAt: number,
  action: ActionKind,
  /**
   * Files it moved.
   */
  files: number,
  bytes: number,
  state: SessionState,
};

/**
 * The cleanups there were, newest first.
 */
export type CleanupSessions = {
  sessions: Array<CleanupSession>,
};

/**
 * Asks what could be typed at a cursor.
 */
export type CompleteFilter = {
  /**
   * The line as it stands.
   */
  typed: string,
  /**
   * The character that the cursor stands before, counted from 0.
   */
  cursor: number,
  /**
   * Counts photos of this library only.
   */
  libraryId?: number | null,
};

/**
 * One completion.
 */
export type Completion = {
  /**
   * What to put in the place.
   */
  text: string,
  /**
   * What to show.
   */
  label: string,
  kind: CompletionKind,
  /**
   * Photos that have the value.
   */
  photos?: number | null,
  /**
   * What it means.
   */
  hint?: string | null,
};

/**
 * What a completion is.
 */
export type CompletionKind = "field" | "operator" | "value";

/**
 * What could be typed, the best first; at most 12.
 */
export type Completions = {
  /**
   * The first character that a completion replaces.
   */
  start: number,
  /**
   * The first character after what is replaced.
   */
  end: number,
  items: Array<Completion>,
};

/**
 * Counts the photos of an answer by the values of fields.
 */
export type CountFacets = {
  search: SearchPhotos,
  /**
   * `tags`, `camera`, `lens`, `year`, `folder`, `rating`, `format`, `label`, `orientation`,
   * `library`, `iso`, or an attribute's name; all but attributes when empty.
   */
  fields: Array<string>,
  /**
   * Values a field; 12 when not given.
   */
  limit?: number | null,
};

/**
 * Counts what accepting would mark; changes nothing.
 */
export type CountProposals = {
  query: DuplicateQuery,
  /**
   * The least likenesses of a group that are asked about, 0 … 1; at most 101.
   */
  confidences: Array<number>,
};

/**
 * A limit that is found.
 */
export type Cutoff = "auto";

/**
 * A file of a model that is not what it must be.
 */
export type DamagedFile = {
  file: string,
  problem: string,
};

/**
 * Decides about every two of some photos, by their content.
 */
export type DecideDuplicates = {
  photoIds: number[],
  /**
   * `None` forgets what was decided.
   */
  decision?: Decision | null,
};

/**
 * What was decided about two photos.
 */
export type Decision = "notDuplicates" | "keepBoth";

/**
 * What the engine found when it looked at itself.
 */
export type Diagnosis = {
  version: string,
  dataDir: string,
  checks: Array<Check>,
  /**
   * Everything is in order.
   */
  ok: boolean,
};

/**
 * Photos of which every two are copies.
 */
export type DuplicateGroup = {
  /**
   * The same as long as it holds these photos.
   */
  id: string,
  kind: DuplicateKind,
  /**
   * The least likeness of two of them, 0 … 1.
   */
  similarity: number,
  photos: Array<DuplicatePhoto>,
  /**
   * The one that stays; `None` where the rules leave several.
   */
  keeper?: number | null,
  /**
   * Why it stays, or why that is open.
   */
  reasons: Array<string>,
  /**
   * Bytes that could be freed.
   */
  reclaimableBytes: number,
};

/**
 * How alike copies are.
 */
export type DuplicateKind = "exact" | "pixels" | "near" | "similar";

/**
 * A photo of a group.
 */
export type DuplicatePhoto = {
  photoId: number,
  path: string,
  folder: string,
  fileName: string,
  bytes: number,
  width: number,
  height: number,
  format: string,
  /**
   * The camera's wall clock, seconds since 1970 as if it were UTC.
   */
  takenAt?: number | null,
  camera?: string | null,
  rating?: number | null,
  tags: Array<string>,
  /**
   * Variance of the Laplacian, grey levels squared.
   */
  sharpness?: number | null,
  /**
   * 0 … 1; `None` until it is measured.
   */
  uniqueness?: number | null,
  /**
   * How it lies when the first of the group is upright: 1 … 8, as in EXIF.
   */
  orientation: number,
  mark?: Mark | null,
  /**
   * It lies in a reference folder.
   */
  protected: boolean,
  /**
   * It is the same file of its disk as another of the group.
   */
  hardLinked: boolean,
  hasSidecar: boolean,
  /**
   * In what no other is better, where they differ: `resolution`, `bytes`, `sharpness`,
   * `rating`, `metadata`, `earliest`.
   */
  best: Array<string>,
};

/**
 * Which copies are meant, and which of them stays.
 */
export type DuplicateQuery = {
  /**
   * `near` when not given; a kind holds the stricter ones.
   */
  kind?: DuplicateKind | null,
  /**
   * The least likeness of every two, 0 … 1; of `near` and `similar`.
   */
  threshold?: number | null,
  /**
   * The most seconds between the capture times of every two; of `similar`.
   */
  withinS?: number | null,
  /**
   * Only photos that pass: as a person types it, or JSON.
   */
  filter?: string | object | null,
  /**
   * Which one stays, in order: `resolution`, `original-format`, `rating`, `sharpness`,
   * `earliest`, `latest`, `largest-file`, `metadata`, `shortest-path`, `first-added`,
   * `folder=DIR`, `preset=card` (`messenger`, `exports`, `bursts`).
   */
  rules?: Array<string> | null,
  /**
   * Folders in which nothing is removed.
   */
  reference: Array<string>,
  /**
   * Also what was decided to be no duplicates, or to be kept.
   */
  includeDecided: boolean,
};

/**
 * Groups of copies.
 */
export type Duplicates = {
  groups: Array<DuplicateGroup>,
  groupCount: number,
  pairs: number,
  photoCount: number,
  reclaimableBytes: number,
  /**
   * Pictures whose copies are still to be found; indexing finds them.
   */
  pending: number,
  /**
   * Asks for the next page; `None` on the last.
   */
  nextCursor?: string | null,
};

/**
 * How many pairs were decided.
 */
export type DuplicatesDecided = {
  pairs: number,
};

/**
 * Asks for the vector of a picture or of words: exactly one of `image` and `text`.
 */
export type Embed = {
  image?: QueryImage | null,
  text?: string | null,
  space?: string | null,
};

/**
 * A descriptor.
 */
export type Embedding = {
  space: string,
  dim: number,
  /**
   * Unit norm.
   */
  vector: Array<number>,
};

/**
 * What went wrong, for clients: match on `code` only.
 */
export type ErrorBody = {
  /**
   * The kind of failure.
   */
  code: ErrorCode,
  /**
   * For people: what happened and what to do.
   */
  message: string,
  /**
   * More, where there is more: the place in a filter.
   */
  details?: unknown,
};

/**
 * The kinds of failure a client can tell apart.
 */
export type ErrorCode = "unknownCommand" | "invalidRequest" | "invalidFilter" | "invalidBox" | "invalidCursor" | "notFound" | "unreadablePicture" | "spaceNotReady" | "unsupportedModel" | "modeNotSupported" | "alreadyExists" | "busy" | "download" | "io" | "diskFull" | "dataFolderLocked" | "internal";

/**
 * What the engine tells everyone who listens.
 */
export type Event = {
  "event": "job",
  /**
   * The job as it stands.
   */
  job: Job,
} | {
  "event": "changed",
  /**
   * Any of `photos`, `tags`, `attributes`, `libraries`, `faults`, `models`, `savedSearches`,
   * `searchHistory`, `duplicates`, `watching`.
   */
  kinds: Array<string>,
} | {
  "event": "keptUp",
  /**
   * What that did.
   */
  report: IndexReport,
};

/**
 * Asks why a photo is found.
 */
export type ExplainPhoto = {
  search: SearchPhotos,
  photoId: number,
};

/**
 * What each part of a query says of a photo.
 */
export type Explanation = {
  /**
   * 0 … 1; `None` where nothing was compared.
   */
  similarity?: number | null,
  /**
   * As in the hit.
   */
  distance?: number | null,
  parts: Array<WhyPart>,
  /**
   * The filters that hold, as they are typed.
   */
  filters: Array<string>,
};

/**
 * Writes a part of a picture to a new file, in the original's pixels.
 */
export type ExportCrop = {
  image: QueryImage,
  /**
   * A `.jpg` or `.png` file that is not there yet.
   */
  output: string,
  /**
   * Replaces `output` where it is there; never a photo of a library.
   */
  overwrite: boolean,
};

/**
 * As what photos are exported.
 */
export type ExportForm = "originals" | "jpeg" | "png" | "csv" | "json" | "sheet";

/**
 * Exports photos: those named, parts of them, or what a search finds. Exactly one of
 * `photoIds`, `parts` and `search` is given. Nothing that is there is written over.
 */
export type ExportPhotos = {
  /**
   * These, in this order.
   */
  photoIds?: number[] | null,
  /**
   * Parts of photos, each a file of its own, in this order.
   */
  parts?: Array<PhotoPart> | null,
  /**
   * What it finds, in its order; its `limit` and `cursor` are not taken.
   */
  search?: SearchPhotos | null,
  /**
   * At most so many of what the search finds.
   */
  most?: number | null,
  form: ExportForm,
  /**
   * The folder of files, made where it is not there; the file of a list or contact sheet.
   */
  output: string,
  /**
   * How files are named, `{name}` when not given: `{year}/{date}-{seq:4}`. Fields are name,
   * seq, date, time, year, month, day, tag, camera, lens, rating, library, folder, width,
   * height, ext and id; the ending comes by itself, a `/` makes a folder.
   */
  pattern?: string | null,
  /**
   * Originals: copies their sidecars, too.
   */
  sidecars: boolean,
  /**
   * JPEG and PNG: the long side in pixels, at most; their own when not given.
   */
  longSidePx?: number | null,
  /**
   * JPEG: 1 … 100, 90 when not given.
   */
  quality?: number | null,
  /**
   * JPEG and PNG: what is written into them of what is known of the photos; all when not
   * given.
   */
  metadata?: KeptMetadata | null,
  /**
   * JPEG, PNG and contact sheet: only this part of each photo.
   */
  box?: BoxFractions | null,
  /**
   * How a contact sheet is laid out.
   */
  sheet?: SheetLayout | null,
};

/**
 * What an export would do.
 */
export type ExportPlan = {
  /**
   * Photos that would be exported; fewer where they are grouped.
   */
  photos: number,
  /**
   * The first names below the folder, were nothing there yet.
   */
  names: Array<string>,
  /**
   * The output lies in a library, which would take the files in.
   */
  inLibrary: boolean,
};

/**
 * What an ended export did.
 */
export type ExportReport = {
  photos: number,
  /**
   * Files that were written, sidecars included.
   */
  files: number,
  bytes: number,
  /**
   * The folder, or the file of a list or contact sheet as it came to be named.
   */
  output: string,
  /**
   * Photos that were not exported, and why.
   */
  failed: Array<SkippedFile>,
  seconds: number,
};

/**
 * A crop that was written.
 */
export type ExportedCrop = {
  path: string,
  width: number,
  height: number,
};

/**
 * The values of a field, the most frequent first; years and stars from the highest.
 */
export type Facet = {
  field: string,
  values: Array<FacetValue>,
  /**
   * Values that are not listed.
   */
  more: number,
  /**
   * Photos that lack the field.
   */
  without: number,
};

/**
 * A value, and how many photos of the answer have it.
 */
export type FacetValue = {
  label: string,
  photos: number,
  /**
   * What is typed to narrow the answer to them.
   */
  filter: string,
};

/**
 * Counts by field.
 */
export type Facets = {
  /**
   * Photos in the answer.
   */
  total: number,
  ms: number,
  facets: Array<Facet>,
};

/**
 * A file that could not be read, and why.
 */
export type Fault = {
  id: number,
  path: string,
  kind: FaultKind,
  /**
   * `scan`, `fingerprint` or `decode`.
   */
  stage: string,
  reason: string,
  /**
   * Size when it was tried; 0 for a folder.
   */
  bytes: number,
  ignored: boolean,
};

/**
 * How many files of a kind could not be read.
 */
export type FaultCount = {
  kind: FaultKind,
  /**
   * Without those that are ignored.
   */
  open: number,
  ignored: number,
};

/**
 * Why files cannot be read.
 */
export type FaultKind = "empty" | "damaged" | "gaveUp" | "tooLarge" | "unsupported" | "notAPicture" | "notAllowed" | "brokenLink" | "unreadable";

/**
 * Files that could not be read, by path.
 */
export type Faults = {
  faults: Array<Fault>,
  /**
   * How many there are like that.
   */
  total: number,
  /**
   * The number of every kind there is, in the library or all.
   */
  kinds: Array<FaultCount>,
};

/**
 * The faults on which it changed, so that it can be taken back exactly.
 */
export type FaultsIgnored = {
  faultIds: number[],
};

/**
 * Finds groups of copies, those that free the most bytes first.
 */
export type FindDuplicates = {
  query: DuplicateQuery,
  /**
   * 1 … 500, 50 when not given.
   */
  limit?: number | null,
  /**
   * `nextCursor` of the page before.
   */
  cursor?: string | null,
  /**
   * Only groups that hold this photo.
   */
  photoId?: number | null,
};

/**
 * Forgets what was said of photos, and of all they were stacked with by hand.
 */
export type ForgetStacks = {
  photoIds: number[],
};

/**
 * How an answer was found.
 */
export type Found = {
  /**
   * `listing`, `words`, `code scan`, `exact scan` or `graph`; the last three with `words + `
   * before it where words were blended in.
   */
  by: string,
  /**
   * The space that was compared in.
   */
  space?: string | null,
  /**
   * Photos that were compared.
   */
  candidates: number,
  /**
   * Of these, those whose vectors were looked at in full; `None` where all were.
   */
  rescored?: number | null,
  /**
   * The cosine distance that `cutoff` found, 0 … 2.
   */
  cutoff?: number | null,
  /**
   * Photos that matched.
   */
  total: number,
  ms: number,
  /**
   * What the asker should know: "No model is in use, so words were looked up in names…".
   */
  note?: string | null,
};

/**
 * Asks for the files of a cleanup.
 */
export type GetCleanup = {
  sessionId: string,
};

/**
 * Asks what the files of a photo say.
 */
export type GetMetadata = {
  photoId: number,
};

/**
 * Names a model by its id or its folder; the one in use when not given.
 */
export type GetModel = {
  model?: string | null,
};

/**
 * Asks for one photo.
 */
export type GetPhoto = {
  photoId: number,
};

/**
 * Asks how far a review has come.
 */
export type GetReview = {
  query: DuplicateQuery,
};

/**
 * Asks for the stack that a photo is in.
 */
export type GetStack = {
  photoId: number,
};

/**
 * A held picture; `/media/held/{heldId}` shows it.
 */
export type HeldPicture = {
  heldId: number,
  /**
   * Upright, pixels of the file.
   */
  width: number,
  height: number,
};

/**
 * One photo found.
 */
export type Hit = {
  photoId: number,
  path: string,
  /**
   * Width over height, in thousandths.
   */
  aspect: number,
  /**
   * Cosine distance `1 − cos`, 0 … 2, with tags where they count; `None` where nothing was
   * compared.
   */
  distance?: number | null,
  /**
   * 0 … 1; `None` where nothing was compared.
   */
  similarity?: number | null,
  /**
   * Where in the photo it matched; `None` for the whole photo.
   */
  region?: BoxFractions | null,
  /**
   * What matched: `words`, `semantic`, `visual`, `color`.
   */
  by: Array<string>,
  /**
   * The value it stands for, where photos are grouped and it has one.
   */
  group?: string | null,
  /**
   * Photos in its stack; `None` where it is in none.
   */
  stack?: number | null,
  /**
   * It is a film, shown by a frame.
   */
  film: boolean,
  /**
   * How long it is, seconds; `None` for pictures, and where nothing tells.
   */
  durationS?: number | null,
};

/**
 * Holds an outside picture for queries: exactly one of `path` and `base64`.
 */
export type HoldPicture = {
  path?: string | null,
  base64?: string | null,
};

/**
 * The ways to keep up with a folder.
 */
export type HowWatched = "events" | "polling" | "offline";

/**
 * Ignores files until they change, or takes that back: those named, or all of a kind, of a
 * library, or all.
 */
export type IgnoreFaults = {
  libraryId?: number | null,
  kind?: FaultKind | null,
  faultIds?: number[] | null,
  ignored: boolean,
};

/**
 * What an index job did.
 */
export type IndexReport = {
  libraryId?: number | null,
  /**
   * Photos in the library now.
   */
  photos: number,
  added: number,
  changed: number,
  moved: number,
  removed: number,
  /**
   * New photos that are copies of known ones, or of each other: then all but one.
   */
  copies: number,
  /**
   * The first 1,000 of these.
   */
  copiedPhotos: number[],
  /**
   * Files that could not be read in this library, old and new.
   */
  faults: number,
  /**
   * Roots that were not there; nothing of theirs was changed.
   */
  offline: Array<string>,
  seconds: number,
};

/**
 * A job and how far it is.
 */
export type Job = {
  id: number,
  /**
   * Nobody asked for it: once it has ended well or was cancelled, it is forgotten.
   */
  quiet: boolean,
  /**
   * `index`, `pull`, `verify`, `cleanup`, `write`, `check`, `export` or `group`.
   */
  kind: string,
  title: string,
  libraryId?: number | null,
  state: JobState,
  progress: Progress,
  /**
   * What an ended index job did.
   */
  report?: IndexReport | null,
  /**
   * What an ended job did to the files of a model.
   */
  model?: ModelReport | null,
  /**
   * What an ended cleanup did, or taking one back.
   */
  cleanup?: CleanupReport | null,
  /**
   * What an ended job wrote to sidecars.
   */
  metadata?: WriteReport | null,
  /**
   * What an ended job found of files that it compared with known photos.
   */
  checked?: CheckReport | null,
  /**
   * What an ended export did.
   */
  export?: ExportReport | null,
  /**
   * Why it failed.
   */
  error?: string | null,
};

/**
 * Names a job.
 */
export type JobRef = {
  jobId: number,
};

/**
 * A job that was started.
 */
export type JobStarted = {
  jobId: number,
};

/**
 * Where a job stands.
 */
export type JobState = "queued" | "running" | "paused" | "done" | "cancelled" | "failed";

/**
 * Jobs of this run, newest first.
 */
export type Jobs = {
  jobs: Array<Job>,
};

/**
 * What a new picture says of its photo: when and with what it was taken, caption, tags, rating.
 */
export type KeptMetadata = "all" | "withoutPlace" | "nothing";

/**
 * A known photo that a file is a copy of.
 */
export type KnownCopy = {
  photoId: number,
  path: string,
  kind: DuplicateKind,
  /**
   * 0 … 1.
   */
  similarity: number,
};

/**
 * All libraries.
 */
export type Libraries = {
  libraries: Array<Library>,
};

/**
 * A library: a name and the folders its photos live in.
 */
export type Library = {
  id: number,
  name: string,
  roots: Array<Root>,
  /**
   * Photos that can be found, without those whose file is gone.
   */
  photos: number,
  /**
   * The same with each stack counted once.
   */
  shots: number,
  faults: number,
  exclude: Array<string>,
};

/**
 * Lists the names of attributes.
 */
export type ListAttributes = {
  libraryId?: number | null,
};

/**
 * Lists what a job found of each file, by path.
 */
export type ListCheckedFiles = {
  jobId: number,
  /**
   * Only copies of known photos.
   */
  onlyCopies: boolean,
  /**
   * 1 … 10,000, 1,000 when not given.
   */
  limit?: number | null,
  offset: number,
};

/**
 * Lists files that could not be read.
 */
export type ListFaults = {
  libraryId?: number | null,
  /**
   * Only those of a kind.
   */
  kind?: FaultKind | null,
  /**
   * Those that are ignored instead of the others.
   */
  ignored: boolean,
  limit?: number | null,
  offset: number,
};

/**
 * Lists photos without a query, for the grid: ids and shapes only.
 */
export type ListPhotos = {
  libraryId?: number | null,
  /**
   * As a person types it, `rating>=4 -tag:draft`, or JSON.
   */
  filter?: string | object | null,
  sort?: Sort | null,
  /**
   * Which of the random orders; 0 when not given.
   */
  seed?: number | null,
  /**
   * `top` when not given: one photo of each stack, the topmost that matches.
   */
  stacks?: StackShow | null,
};

/**
 * Lists stacks or bursts, of one library or all.
 */
export type ListStacks = {
  libraryId?: number | null,
  /**
   * 1 … 1000, 100 when not given.
   */
  limit?: number | null,
  offset: number,
};

/**
 * Lists tags.
 */
export type ListTags = {
  libraryId?: number | null,
  /**
   * Only tags that contain this, any case.
   */
  containing?: string | null,
};

/**
 * Says where a folder of a library is now.
 */
export type LocateFolder = {
  /**
   * The `id` of one of a library's `roots`.
   */
  folderId: number,
  /**
   * Absolute; it must hold the photos that are known of the folder.
   */
  path: string,
};

/**
 * Makes one stack of photos, the first on top.
 */
export type MakeStack = {
  photoIds: number[],
};

/**
 * What shall happen to a photo.
 */
export type Mark = "keep" | "remove" | "skip";

/**
 * Marks photos in a review, or takes their marks off.
 */
export type MarkPhotos = {
  photoIds: number[],
  mark?: Mark | null,
};

/**
 * A property that file and sidecar say differently.
 */
export type MetadataConflict = {
  /**
   * `keywords`, `rating`, `label`, `caption`, `title`, `takenAt` or `place`.
   */
  property: string,
  file: string,
  sidecar: string,
  /**
   * The sidecar's is newer and counts.
   */
  sidecarWins: boolean,
};

/**
 * Whether changes are written to sidecars.
 */
export type MetadataWriting = {
  on: boolean,
};

/**
 * A model for the `semantic` space.
 */
export type Model = {
  /**
   * None for a folder that somebody named.
   */
  id?: string | null,
  /**
   * For people.
   */
  title: string,
  state: ModelState,
  /**
   * Where its files lie; none where it is not here.
   */
  folder?: string | null,
  /**
   * `clip`; empty, as what follows, while the model has not been looked at.
   */
  family: string,
  dim: number,
  imagePx: number,
  /**
   * Tokens a text may have.
   */
  context: number,
  activation: string,
  /**
   * `f32` or `int8`: what its products are computed in.
   */
  precision: string,
  /**
   * How its vectors in bytes compare with those in f32, where that was looked at.
   */
  agreement?: ModelAgreement | null,
  /**
   * BLAKE3 over the weights and configuration, hexadecimal.
   */
  fingerprint: string,
  /**
   * Answers queries now.
   */
  inUse: boolean,
  /**
   * Photos that have its vector.
   */
  photos: number,
  /**
   * What is wrong with it, if anything: the folder is gone.
   */
  problem?: string | null,
  /**
   * What it is when it can be downloaded.
   */
  offer?: ModelOffer | null,
  /**
   * What was downloaded.
   */
  download?: ModelDownload | null,
  /**
   * Bytes that have come of a download that was begun.
   */
  keptBytes: number,
};

/**
 * A published measurement.
 */
export type ModelAccuracy = {
  benchmark: string,
  percent: number,
};

/**
 * How a model's vectors in bytes compare with those in f32, on the same pictures.
 */
export type ModelAgreement = {
  pictures: number,
  /**
   * The least cosine of a picture's two vectors.
   */
  leastCosine: number,
  /**
   * The share of pictures, 0 … 1, with the same nearest other picture.
   */
  sameNeighbour: number,
  /**
   * They were photos of the library's, not drawn.
   */
  photos: boolean,
};

/**
 * What was downloaded of a model.
 */
export type ModelDownload = {
  repo: string,
  /**
   * None where the source did not say it.
   */
  commit?: string | null,
  bytes: number,
};

/**
 * A model that can be downloaded.
 */
export type ModelOffer = {
  /**
   * None where it is meant for nothing special.
   */
  role?: ModelRole | null,
  /**
   * The repository at the source: `owner/name`.
   */
  repo: string,
  /**
   * Of the download, roughly.
   */
  bytes: number,
  /**
   * SPDX.
   */
  licence: string,
  licenceUrl: string,
  /**
   * For people.
   */
  languages: string,
  accuracy: Array<ModelAccuracy>,
  /**
   * Taken while it is loaded, roughly.
   */
  memoryBytes: number,
  speed: ModelSpeed,
};

/**
 * What a model is to compute in.
 */
export type ModelPrecision = "auto" | "f32" | "int8";

/**
 * What was taken away.
 */
export type ModelRemoved = {
  folder: string,
  /**
   * Its files are gone too.
   */
  files: boolean,
  freedBytes: number,
  /**
   * Photos that had its vector.
   */
  photos: number,
};

/**
 * What a job did to the files of a model.
 */
export type ModelReport = {
  /**
   * The model's name for people, or its folder.
   */
  model: string,
  folder: string,
  /**
   * Files that were looked at or fetched.
   */
  files: number,
  bytes: number,
  /**
   * It was there, and whole, before.
   */
  wasThere: boolean,
  /**
   * It has a lock file that its files were compared with.
   */
  locked: boolean,
  /**
   * Files that are not what they must be.
   */
  damaged: Array<DamagedFile>,
  seconds: number,
};

/**
 * What a model is meant for.
 */
export type ModelRole = "default" | "compact";

/**
 * How fast a model is among models of its kind.
 */
export type ModelSpeed = "fast" | "medium" | "slow";

/**
 * Where a model stands.
 */
export type ModelState = "offered" | "pulling" | "partial" | "installed" | "building" | "inUse";

/**
 * The models known on this machine: offered, downloaded, in use.
 */
export type Models = {
  models: Array<Model>,
};

/**
 * A request or answer without fields.
 */
export type Nothing = Record<symbol, never>;

/**
 * A group that the rules leave open.
 */
export type OpenGroup = {
  groupId: string,
  photoIds: number[],
  reason: string,
};

/**
 * Where a photo lies over another, in fractions of the other's sides; beyond 0 … 1 where it
 * shows more.
 */
export type Overlay = {
  /**
   * Turns it the way the other lies: 1 … 8, as in EXIF.
   */
  orientation: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
};

/**
 * The size of a page.
 */
export type PageSize = "a4" | "a3" | "letter";

/**
 * A photo and what is known of it.
 */
export type Photo = {
  id: number,
  libraryId: number,
  path: string,
  folder: string,
  fileName: string,
  bytes: number,
  /**
   * Seconds since 1970 UTC.
   */
  modifiedAt: number,
  format: string,
  /**
   * It is a film, shown by a frame.
   */
  film: boolean,
  /**
   * How long it is, seconds; `None` for pictures, and where nothing tells.
   */
  durationS?: number | null,
  /**
   * Upright, pixels.
   */
  width: number,
  height: number,
  /**
   * Seconds since 1970 of the camera's wall clock, as if it were UTC.
   */
  takenAt?: number | null,
  takenOffsetMin?: number | null,
  camera?: string | null,
  lens?: string | null,
  iso?: number | null,
  aperture?: number | null,
  shutterS?: number | null,
  focalMm?: number | null,
  lat?: number | null,
  lon?: number | null,
  rating?: number | null,
  /**
   * How unlike every other photo it is, 0 … 1; `None` until it is measured.
   */
  uniqueness?: number | null,
  label?: string | null,
  caption?: string | null,
  tags: Array<string>,
  /**
   * Any JSON values by name.
   */
  attributes: Record<string, unknown>,
  /**
   * Plain words for how it looks: colours, "dark", "portrait".
   */
  visualWords: Array<string>,
  /**
   * Its disk is not there at the moment.
   */
  offline: boolean,
  /**
   * BLAKE3 of the file, hexadecimal.
   */
  contentHash: string,
  /**
   * Spaces it has a vector in.
   */
  spaces: Array<string>,
};

/**
 * Photos in order, as columns.
 */
export type PhotoList = {
  photoIds: number[],
  /**
   * Width over height of the upright picture, in thousandths.
   */
  aspects: Array<number>,
  /**
   * Those that are in a stack.
   */
  stacked: number[],
  /**
   * Photos in the stack of each of these.
   */
  stackSizes: Array<number>,
  /**
   * Those that are films, shown by a frame.
   */
  films: number[],
  /**
   * How long each of these is, seconds.
   */
  filmSeconds: Array<number | null>,
  found: Found,
};

/**
 * What is known of a photo, and what its file and its sidecar say of it.
 */
export type PhotoMetadata = {
  path: string,
  title?: string | null,
  /**
   * Thousandths of a second behind the photo's time.
   */
  takenMs?: number | null,
  /**
   * Focal length that sees as much on 24 × 36 mm.
   */
  focal35Mm?: number | null,
  /**
   * Metres above the sea.
   */
  altitudeM?: number | null,
  rating?: number | null,
  label?: string | null,
  caption?: string | null,
  tags: Array<string>,
  regions: Array<PhotoRegion>,
  /**
   * None where its metadata were not read yet.
   */
  file?: SaidOfPhoto | null,
  /**
   * None where there is no sidecar, or it was never understood.
   */
  sidecar?: SaidOfPhoto | null,
  sidecarPath?: string | null,
  /**
   * What file and sidecar say differently.
   */
  conflicts: Array<MetadataConflict>,
  /**
   * Why the sidecar cannot be understood.
   */
  problem?: string | null,
  /**
   * Why the sidecar could not be written.
   */
  writeProblem?: string | null,
};

/**
 * A part of a photo.
 */
export type PhotoPart = {
  photoId: number,
  box: BoxFractions,
};

/**
 * A face or a thing on a photo.
 */
export type PhotoRegion = {
  id: number,
  /**
   * It was drawn here; else the photo's file or sidecar has it.
   */
  isOwn: boolean,
  /**
   * `face`, `pet`, `focus`, `barCode` or `object`.
   */
  kind: string,
  name?: string | null,
  /**
   * Left, top, width and height as fractions of the upright picture.
   */
  x: number,
  y: number,
  width: number,
  height: number,
};

/**
 * How many photos were marked.
 */
export type PhotosMarked = {
  changed: number,
};

/**
 * Which photos had another rating, so that it can be taken back exactly.
 */
export type PhotosRated = {
  changed: Array<RatingChange>,
};

/**
 * Asks what a cleanup would do; changes nothing.
 */
export type PlanCleanup = {
  query: DuplicateQuery,
  /**
   * What is marked for removal in a review, and nothing else; else what is proposed.
   */
  marked: boolean,
  /**
   * `trash` when not given.
   */
  action?: CleanupAction | null,
};

/**
 * A photo's file as it was when the plan was made.
 */
export type PlanFile = {
  photoId: number,
  path: string,
  bytes: number,
  /**
   * Last change, nanoseconds since 1970 UTC, as a decimal.
   */
  mtimeNs: string,
  /**
   * BLAKE3 in hexadecimal.
   */
  hash: string,
  /**
   * Files that go along: sidecars and the like.
   */
  partners: Array<PlanPartner>,
};

/**
 * A group of copies of which one stays.
 */
export type PlanGroup = {
  groupId: string,
  kind: DuplicateKind,
  similarity: number,
  keeper: PlanFile,
  /**
   * Why it stays.
   */
  reasons: Array<string>,
  remove: Array<PlanFile>,
  /**
   * What the keeper gets from those that go.
   */
  merge: PlanMerge,
};

/**
 * What a keeper gets.
 */
export type PlanMerge = {
  /**
   * Tags it does not have.
   */
  tags: Array<string>,
  /**
   * The highest, where it has none.
   */
  rating?: number | null,
  label?: string | null,
  caption?: string | null,
  /**
   * Attributes it does not have.
   */
  attributes?: Record<string, unknown> | null,
  /**
   * Regions it does not have, of copies with the same upright pixels.
   */
  regions: Array<PlanRegion>,
  /**
   * Regions that go with their copies: these show the picture in another frame.
   */
  regionsLeft: number,
};

/**
 * A file that goes along with a photo.
 */
export type PlanPartner = {
  path: string,
  bytes: number,
  mtimeNs: string,
  hash: string,
};

/**
 * Asks the source what downloading a model takes; fetches nothing.
 */
export type PlanPull = {
  id: string,
};

/**
 * A region that a keeper gets, in fractions of the upright picture.
 */
export type PlanRegion = {
  /**
   * `face`, `pet`, `focus`, `barCode` or `object`.
   */
  kind: string,
  name?: string | null,
  x: number,
  y: number,
  width: number,
  height: number,
};

/**
 * How far a job is.
 */
export type Progress = {
  /**
   * `1` of `phases`.
   */
  phase: number,
  phases: number,
  /**
   * The phase in words: "Reading photos".
   */
  phaseName: string,
  done: number,
  /**
   * `None` while it is not known yet.
   */
  total?: number | null,
  /**
   * Items or bytes a second, lately.
   */
  rate: number,
  /**
   * `bytes`, or nothing for items.
   */
  unit?: ProgressUnit | null,
  secondsLeft?: number | null,
  /**
   * The file being read.
   */
  current?: string | null,
};

/**
 * What progress counts.
 */
export type ProgressUnit = "items" | "bytes";

/**
 * What accepting would mark.
 */
export type ProposalCount = {
  groups: number,
  /**
   * Photos for removal.
   */
  photos: number,
  /**
   * Their bytes.
   */
  bytes: number,
};

/**
 * What accepting would mark, at each likeness that was asked about.
 */
export type ProposalCounts = {
  counts: Array<ProposalCount>,
};

/**
 * What accepting marked.
 */
export type ProposalsAccepted = {
  groups: number,
  /**
   * Photos for removal.
   */
  photos: number,
  /**
   * Their bytes.
   */
  bytes: number,
  /**
   * All photos that were marked, to be kept or removed.
   */
  marked: number[],
};

/**
 * A file of a download.
 */
export type PullFile = {
  name: string,
  bytes: number,
};

/**
 * Downloads a model that somebody agreed to.
 */
export type PullModel = {
  id: string,
};

/**
 * What downloading a model takes, to be agreed to.
 */
export type PullPlan = {
  id: string,
  title: string,
  /**
   * The address of the repository.
   */
  source: string,
  /**
   * None where the source does not say it.
   */
  commit?: string | null,
  licence: string,
  licenceUrl: string,
  files: Array<PullFile>,
  bytes: number,
  /**
   * Bytes that have still to come.
   */
  leftBytes: number,
  /**
   * Free on the disk.
   */
  freeBytes: number,
  /**
   * Where it will lie.
   */
  folder: string,
  /**
   * It is there already; pulling it again verifies it.
   */
  installed: boolean,
};

/**
 * A picture in a query: exactly one of `photoId`, `path`, `heldId` and `base64`.
 */
export type QueryImage = {
  photoId?: number | null,
  /**
   * A file on this machine.
   */
  path?: string | null,
  /**
   * From `hold_picture`.
   */
  heldId?: number | null,
  /**
   * The file's bytes; a `data:` prefix is taken too.
   */
  base64?: string | null,
  /**
   * Only this part of it, as fractions.
   */
  box?: BoxFractions | null,
  /**
   * Only this part of it, as pixels of the upright picture: x, y, width, height.
   */
  boxPx?: Array<number> | null,
  /**
   * 1 when not given; negative pushes away.
   */
  weight?: number | null,
};

/**
 * The parts of a typed line.
 */
export type QueryParts = {
  /**
   * Words to look for.
   */
  words: string,
  /**
   * What should not be seen.
   */
  without: string,
  /**
   * The filters that are no part of another, in their order.
   */
  filters: Array<TypedFilter>,
  /**
   * All filters as structured conditions; `None` where there are none.
   */
  structured?: unknown,
  /**
   * All filters in MongoDB's form; `None` where there are none.
   */
  mongo?: unknown,
};

/**
 * Gives photos a rating, or takes it off.
 */
export type RatePhotos = {
  photoIds: number[],
  /**
   * Stars: 0 … 5, −1 for rejected; none takes it off.
   */
  rating?: number | null,
};

/**
 * The photos that had one rating before; none where they had none.
 */
export type RatingChange = {
  rating?: number | null,
  photoIds: number[],
};

/**
 * Asks for the parts of a typed line.
 */
export type ReadQuery = {
  typed: string,
};

/**
 * A photo that stays although it was to go.
 */
export type RefusedPhoto = {
  photoId: number,
  path: string,
  reason: string,
};

/**
 * Remembers that a search was asked; an equal one moves to the front. One that asks for
 * nothing, or that has more than 256 KiB with its pictures, is not remembered.
 */
export type RememberSearch = {
  search: SearchPhotos,
};

/**
 * Takes attributes off photos.
 */
export type RemoveAttributes = {
  photoIds: number[],
  names: Array<string>,
};

/**
 * Forgets a library; its files stay untouched.
 */
export type RemoveLibrary = {
  libraryId: number,
};

/**
 * Takes a model away: its use and its vectors, and its files where Latent downloaded them.
 */
export type RemoveModel = {
  /**
   * An id or a folder.
   */
  model: string,
  /**
   * Also the one that answers; then words and looks go on without a model.
   */
  force: boolean,
};

/**
 * Names a region of a photo.
 */
export type RemoveRegion = {
  regionId: number,
};

/**
 * Forgets a saved search; no photo is touched.
 */
export type RemoveSavedSearch = {
  id: number,
};

/**
 * Tries files again: those named, or all of a kind, of a library, or all that are not ignored.
 */
export type RetryFaults = {
  libraryId?: number | null,
  kind?: FaultKind | null,
  faultIds?: number[] | null,
};

/**
 * How far a review has come.
 */
export type Review = {
  groups: number,
  /**
   * Groups of which every photo is marked to be kept or removed.
   */
  decided: number,
  skipped: number,
  removeFiles: number,
  removeBytes: number,
};

/**
 * A root folder of a library.
 */
export type Root = {
  id: number,
  path: string,
  /**
   * The folder was not there when last looked for: an unplugged disk.
   */
  offline: boolean,
};

/**
 * What one source says of a photo.
 */
export type SaidOfPhoto = {
  keywords?: Array<string> | null,
  rating?: number | null,
  label?: string | null,
  caption?: string | null,
  title?: string | null,
  regions: number,
};

/**
 * Keeps a search by name, without `cursor` and `limit`. Outside pictures are kept with it.
 */
export type SaveSearch = {
  /**
   * Replaces name and search of this one.
   */
  id?: number | null,
  /**
   * Another may not have it, whatever the case.
   */
  name: string,
  search: SearchPhotos,
};

/**
 * A search kept by name.
 */
export type SavedSearch = {
  id: number,
  name: string,
  /**
   * Asks it, and saves it again.
   */
  search: SearchPhotos,
  /**
   * How many photos it finds now; `None` where it ranks all photos or cannot be asked.
   */
  photos?: number | null,
  /**
   * Why it cannot be asked now.
   */
  problem?: string | null,
  /**
   * Seconds since 1970 UTC.
   */
  createdAt: number,
};

/**
 * All saved searches, by name.
 */
export type SavedSearches = {
  searches: Array<SavedSearch>,
};

/**
 * The searches asked lately, newest first.
 */
export type SearchHistory = {
  searches: Array<AskedSearch>,
};

/**
 * Searches by any mix of words, pictures and filters.
 */
export type SearchPhotos = {
  /**
   * As a person types it: words, `-words` and filters such as `tag:italy` mixed.
   */
  query?: string | null,
  /**
   * Words only; nothing in them is taken for a filter.
   */
  text?: string | null,
  /**
   * What the photo should not show.
   */
  without?: string | null,
  /**
   * How much the words count beside pictures; 1 when not given.
   */
  textWeight?: number | null,
  images: Array<QueryImage>,
  /**
   * `semantic`, `visual` or `color`; chosen by what is there when not given.
   */
  space?: string | null,
  /**
   * Filters only: as a person types them, or JSON.
   */
  filter?: string | object | null,
  libraryId?: number | null,
  /**
   * Only these: they are ranked.
   */
  photoIds?: number[] | null,
  sort?: Sort | null,
  /**
   * Which of the random orders; 0 when not given.
   */
  seed?: number | null,
  /**
   * At most one hit for each value of a field (`camera`, `folder`, `year`, `day`, `burst` …) or an
   * attribute; photos without it each count by themselves.
   */
  groupBy?: string | null,
  /**
   * 1 … 1000, 50 when not given.
   */
  limit?: number | null,
  /**
   * `nextCursor` of the page before.
   */
  cursor?: string | null,
  /**
   * Leaves out photos farther than this cosine distance, 0 … 2.
   */
  maxDistance?: number | null,
  /**
   * `auto` leaves out photos that are no nearer than chance would have them.
   */
  cutoff?: Cutoff | null,
  /**
   * Tags the photo should carry; those of the query's photos when not given.
   */
  tags: Array<string>,
  /**
   * 0 … 1: distance = (1 − w) · cosine distance + w · Jaccard distance of the tags. 0.3 where
   * only `tags` are given.
   */
  tagWeight?: number | null,
  /**
   * `top` when not given: one photo of each stack, the topmost that matches. Photos in
   * `photoIds` are each found.
   */
  stacks?: StackShow | null,
};

/**
 * Photos found, best first.
 */
export type SearchResult = {
  hits: Array<Hit>,
  /**
   * Asks for the next page; `None` on the last.
   */
  nextCursor?: string | null,
  found: Found,
};

/**
 * Where a cleanup stands.
 */
export type SessionState = "applied" | "partly" | "undone" | "interrupted";

/**
 * Gives each of the photos all of the values; their other attributes stay.
 */
export type SetAttributes = {
  photoIds: number[],
  /**
   * Any JSON by name: `{"price": 200, "rights": ["web", "print"]}`. An integer stays an integer.
   */
  attributes: Record<string, unknown>,
};

/**
 * A line below a picture of a contact sheet.
 */
export type SheetCaption = "name" | "date" | "exposure" | "rating" | "tags";

/**
 * How a contact sheet is laid out.
 */
export type SheetLayout = {
  /**
   * A4 when not given.
   */
  page?: PageSize | null,
  landscape: boolean,
  /**
   * Pictures in a row, 1 … 12; 4 when not given.
   */
  columns?: number | null,
  /**
   * Lines below each picture; the name when not given.
   */
  captions?: Array<SheetCaption> | null,
  /**
   * On top of every page.
   */
  title?: string | null,
};

/**
 * A file that was left as it is.
 */
export type SkippedFile = {
  path: string,
  reason: string,
};

/**
 * The order of an answer. Ties are broken by photo id.
 */
export type Sort = "relevance" | "takenAt" | "takenAtOldest" | "name" | "rating" | "addedAt" | "uniqueness" | "random";

/**
 * A way of comparing photos.
 */
export type Space = {
  name: string,
  dim: number,
  photos: number,
  answersText: boolean,
};

/**
 * The spaces there are.
 */
export type Spaces = {
  spaces: Array<Space>,
};

/**
 * Photos that are one shot, the one that stands for it first; none where a photo is in no stack.
 */
export type Stack = {
  photos: Array<StackPhoto>,
  /**
   * A person made it.
   */
  byHand: boolean,
};

/**
 * Stacks.
 */
export type StackList = {
  stacks: Array<Stack>,
  /**
   * How many there are in all.
   */
  total: number,
};

/**
 * A photo of a stack or a burst.
 */
export type StackPhoto = {
  photoId: number,
  path: string,
  format: string,
  /**
   * Width over height of the upright picture, in thousandths.
   */
  aspect: number,
};

/**
 * Which photos of a stack are found.
 */
export type StackShow = "top" | "each";

/**
 * The photos of each stack that was taken apart, the top first: what makes it again.
 */
export type StacksBroken = {
  stacks: number[][],
};

/**
 * How many of the photos something had been said of.
 */
export type StacksForgotten = {
  photos: number,
};

/**
 * Starts indexing one library, or all.
 */
export type StartIndex = {
  libraryId?: number | null,
  /**
   * Tries files again that could not be read before.
   */
  retryFaults: boolean,
};

/**
 * The photos on which one tag changed.
 */
export type TagChange = {
  tag: string,
  photoIds: number[],
};

/**
 * A tag and how many photos carry it.
 */
export type TagCount = {
  tag: string,
  photos: number,
};

/**
 * Puts tags on photos, or takes them off.
 */
export type TagPhotos = {
  photoIds: number[],
  /**
   * Paths such as `places/italy/rome`.
   */
  tags: Array<string>,
};

/**
 * Tags with their counts, by path.
 */
export type Tags = {
  tags: Array<TagCount>,
};

/**
 * Which photos a tag change touched, so that it can be taken back exactly.
 */
export type TagsChanged = {
  changed: Array<TagChange>,
};

/**
 * A filter in a typed line.
 */
export type TypedFilter = {
  /**
   * In its usual spelling, so that equal filters are equal texts.
   */
  typed: string,
  /**
   * Its first character in the line.
   */
  start: number,
  /**
   * The first character after it.
   */
  end: number,
};

/**
 * Takes a cleanup back, whole or some of its files, as a job.
 */
export type UndoCleanup = {
  sessionId: string,
  /**
   * Only these, by the paths they had.
   */
  paths?: Array<string> | null,
};

/**
 * Uses a model for the `semantic` space: one that is downloaded, by its id, or one in a folder.
 */
export type UseModel = {
  /**
   * An id or a folder.
   */
  model: string,
  precision: ModelPrecision,
};

/**
 * The kind of a JSON value.
 */
export type ValueKind = "number" | "string" | "boolean" | "array" | "object" | "null";

/**
 * Compares the files of a model with their checksums; of the one in use when not given.
 */
export type VerifyModel = {
  model?: string | null,
};

/**
 * Waits until a job has ended, or for so long.
 */
export type WaitJob = {
  jobId: number,
  /**
   * Milliseconds; the job's state then is answered, ended or not. At most 60,000.
   */
  timeoutMs?: number | null,
};

/**
 * How a folder is watched.
 */
export type WatchedFolder = {
  folderId: number,
  path: string,
  how: HowWatched,
  /**
   * Why it is compared again and again.
   */
  reason?: string | null,
  /**
   * How often, seconds.
   */
  everyS?: number | null,
};

/**
 * How folders are watched for changes.
 */
export type Watching = {
  /**
   * They are: in the window, while serving, and by `latent watch`.
   */
  on: boolean,
  folders: Array<WatchedFolder>,
  /**
   * The command that raises a limit of the system's which is reached.
   */
  raise?: string | null,
};

/**
 * What a part of a query is.
 */
export type WhyKind = "picture" | "meaning" | "words" | "without" | "tags";

/**
 * What one part of a query says of a photo.
 */
export type WhyPart = {
  kind: WhyKind,
  /**
   * The file's name, the words, the tags.
   */
  label: string,
  weight: number,
  cosine?: number | null,
  /**
   * What it says alone, 0 … 1.
   */
  similarity?: number | null,
  /**
   * How much of the whole it made; all of them are 1 together.
   */
  share: number,
  /**
   * `boat in file name`; the tags that are shared.
   */
  found: Array<string>,
};

/**
 * Writes tags, rating, label, caption and regions of photos to their sidecars.
 */
export type WriteMetadata = {
  photoIds: number[],
};

/**
 * What an ended job wrote.
 */
export type WriteReport = {
  written: number,
  /**
   * Photos whose sidecar said all of it already.
   */
  same: number,
  /**
   * Photos whose sidecar could not be written.
   */
  failed: Array<SkippedFile>,
  seconds: number,
};

/** Every command: what it takes and what it answers. */
export interface Commands {
  /** Lists the libraries with their folders and counts */
  list_libraries: { request: Nothing; response: Libraries };
  /** Adds folders as a library; no file is touched */
  add_library: { request: AddLibrary; response: Library };
  /** Forgets a library; no file is touched */
  remove_library: { request: RemoveLibrary; response: Nothing };
  /** Says where a folder is now whose disk came back elsewhere; checks that it is the same */
  locate_folder: { request: LocateFolder; response: Library };
  /** Tells how folders are watched for changes */
  get_watching: { request: Nothing; response: Watching };
  /** Starts comparing folders with the catalog and reading what is new */
  start_index: { request: StartIndex; response: JobStarted };
  /** Lists the jobs of this run, newest first */
  list_jobs: { request: Nothing; response: Jobs };
  /** Waits until a job has ended, or for so long */
  wait_job: { request: WaitJob; response: Job };
  /** Makes a job wait */
  pause_job: { request: JobRef; response: Job };
  /** Lets a paused job go on */
  resume_job: { request: JobRef; response: Job };
  /** Ends a job; what it has done stays */
  cancel_job: { request: JobRef; response: Job };
  /** Lists files that could not be read, and why */
  list_faults: { request: ListFaults; response: Faults };
  /** Starts trying files again that could not be read */
  retry_faults: { request: RetryFaults; response: JobStarted };
  /** Ignores files that could not be read until they change, or takes that back */
  ignore_faults: { request: IgnoreFaults; response: FaultsIgnored };
  /** Lists photos in order, as ids and shapes for a grid */
  list_photos: { request: ListPhotos; response: PhotoList };
  /** Tells what is known of a photo */
  get_photo: { request: GetPhoto; response: Photo };
  /** Finds photos by words, pictures, boxes and filters */
  search_photos: { request: SearchPhotos; response: SearchResult };
  /** Completes what is typed at a cursor: fields, operators, values with counts */
  complete_filter: { request: CompleteFilter; response: Completions };
  /** Tells the words and filters of a typed line, and writes the filters in each syntax */
  read_query: { request: ReadQuery; response: QueryParts };
  /** Counts the photos of a search by tag, camera, year and other fields */
  count_facets: { request: CountFacets; response: Facets };
  /** Tells which parts of a search found a photo, and how much each did */
  explain_photo: { request: ExplainPhoto; response: Explanation };
  /** Holds an outside picture for queries */
  hold_picture: { request: HoldPicture; response: HeldPicture };
  /** Answers the vector of a picture or a text */
  embed: { request: Embed; response: Embedding };
  /** Lists the ways photos can be compared */
  list_spaces: { request: Nothing; response: Spaces };
  /** Puts tags on photos */
  add_tags: { request: TagPhotos; response: TagsChanged };
  /** Takes tags off photos */
  remove_tags: { request: TagPhotos; response: TagsChanged };
  /** Lists tags with the number of photos that carry each */
  list_tags: { request: ListTags; response: Tags };
  /** Gives photos a rating, or takes it off */
  rate_photos: { request: RatePhotos; response: PhotosRated };
  /** Gives photos attributes: any JSON values by name */
  set_attributes: { request: SetAttributes; response: AttributesChanged };
  /** Takes attributes off photos */
  remove_attributes: { request: RemoveAttributes; response: AttributesChanged };
  /** Lists attributes with the number of photos that carry each */
  list_attributes: { request: ListAttributes; response: Attributes };
  /** Keeps a search by name */
  save_search: { request: SaveSearch; response: SavedSearch };
  /** Lists the saved searches with what they find now */
  list_saved_searches: { request: Nothing; response: SavedSearches };
  /** Forgets a saved search; no photo is touched */
  remove_saved_search: { request: RemoveSavedSearch; response: Nothing };
  /** Remembers that a search was asked */
  remember_search: { request: RememberSearch; response: Nothing };
  /** Lists the searches asked lately, newest first */
  list_search_history: { request: Nothing; response: SearchHistory };
  /** Forgets the searches asked lately */
  clear_search_history: { request: Nothing; response: Nothing };
  /** Tells what a photo's file and its sidecar say, and where they differ */
  get_metadata: { request: GetMetadata; response: PhotoMetadata };
  /** Starts writing what is said of photos to their sidecars; no image file is touched */
  write_metadata: { request: WriteMetadata; response: JobStarted };
  /** Tells whether changes are written to sidecars */
  get_metadata_writing: { request: Nothing; response: MetadataWriting };
  /** Turns writing changes to sidecars on or off */
  set_metadata_writing: { request: MetadataWriting; response: MetadataWriting };
  /** Draws a region on a photo: a face or a thing with its name */
  add_region: { request: AddRegion; response: PhotoRegion };
  /** Removes a region; one in the photo's own file stays */
  remove_region: { request: RemoveRegion; response: PhotoRegion };
  /** Lists stacks: the files of one shot, shown as one */
  list_stacks: { request: ListStacks; response: StackList };
  /** Lists bursts: shots that follow each other within a second */
  list_bursts: { request: ListStacks; response: BurstList };
  /** Tells the stack that a photo is in */
  get_stack: { request: GetStack; response: Stack };
  /** Makes one stack of photos; remembered by their contents */
  make_stack: { request: MakeStack; response: Stack };
  /** Takes the stacks of photos apart; remembered by their contents */
  break_stacks: { request: BreakStacks; response: StacksBroken };
  /** Forgets what was said of photos: they stack by their names again */
  forget_stacks: { request: ForgetStacks; response: StacksForgotten };
  /** Finds groups of copies, and proposes which one stays */
  find_duplicates: { request: FindDuplicates; response: Duplicates };
  /** Starts comparing files, before they are taken in, with the photos that are known */
  check_duplicates: { request: CheckDuplicates; response: JobStarted };
  /** Lists which known photos the files of such a job are copies of */
  list_checked_files: { request: ListCheckedFiles; response: CheckedFiles };
  /** Tells how a photo lies over another that shows the same */
  align_copies: { request: AlignCopies; response: Alignment };
  /** Marks photos in a review to be kept, removed or decided later */
  mark_photos: { request: MarkPhotos; response: PhotosMarked };
  /** Marks what is proposed in all groups that are alike enough */
  accept_proposals: { request: AcceptProposals; response: ProposalsAccepted };
  /** Counts what accepting proposals would mark, at several likenesses; changes nothing */
  count_proposals: { request: CountProposals; response: ProposalCounts };
  /** Tells how far a review of copies has come */
  get_review: { request: GetReview; response: Review };
  /** Remembers that photos are no duplicates, or are both kept */
  decide_duplicates: { request: DecideDuplicates; response: DuplicatesDecided };
  /** Tells what a cleanup would do; changes nothing */
  plan_cleanup: { request: PlanCleanup; response: CleanupPlan };
  /** Starts doing what a plan says, after checking every file again */
  apply_cleanup: { request: ApplyCleanup; response: JobStarted };
  /** Starts taking a cleanup back, whole or some of its files */
  undo_cleanup: { request: UndoCleanup; response: JobStarted };
  /** Lists the cleanups there were, newest first */
  list_cleanup_sessions: { request: Nothing; response: CleanupSessions };
  /** Tells where the files of a cleanup are */
  get_cleanup: { request: GetCleanup; response: CleanupFiles };
  /** Tells what an export would do; writes nothing */
  plan_export: { request: ExportPhotos; response: ExportPlan };
  /** Starts writing copies, pictures, a list or a contact sheet of photos to a folder */
  start_export: { request: ExportPhotos; response: JobStarted };
  /** Writes a part of a picture to a new file */
  export_crop: { request: ExportCrop; response: ExportedCrop };
  /** Lists the models that are offered, downloaded or in use */
  list_models: { request: Nothing; response: Models };
  /** Asks the source what downloading a model takes; fetches nothing */
  plan_pull: { request: PlanPull; response: PullPlan };
  /** Downloads an offered model from its source */
  pull_model: { request: PullModel; response: JobStarted };
  /** Uses a model, by id or folder, for the semantic space */
  use_model: { request: UseModel; response: Model };
  /** Tells what a model is */
  get_model: { request: GetModel; response: Model };
  /** Compares the files of a model with their checksums */
  verify_model: { request: VerifyModel; response: JobStarted };
  /** Removes a model: its vectors, and its files where they were downloaded */
  remove_model: { request: RemoveModel; response: ModelRemoved };
  /** Looks whether everything is in order */
  diagnose: { request: Nothing; response: Diagnosis };
}

/** The name of a command. */
export type CommandName = keyof Commands;

/** One line of help for each command. */
export const COMMAND_HELP: Record<CommandName, string> = {
  list_libraries: "Lists the libraries with their folders and counts",
  add_library: "Adds folders as a library; no file is touched",
  remove_library: "Forgets a library; no file is touched",
  locate_folder: "Says where a folder is now whose disk came back elsewhere; checks that it is the same",
  get_watching: "Tells how folders are watched for changes",
  start_index: "Starts comparing folders with the catalog and reading what is new",
  list_jobs: "Lists the jobs of this run, newest first",
  wait_job: "Waits until a job has ended, or for so long",
  pause_job: "Makes a job wait",
  resume_job: "Lets a paused job go on",
  cancel_job: "Ends a job; what it has done stays",
  list_faults: "Lists files that could not be read, and why",
  retry_faults: "Starts trying files again that could not be read",
  ignore_faults: "Ignores files that could not be read until they change, or takes that back",
  list_photos: "Lists photos in order, as ids and shapes for a grid",
  get_photo: "Tells what is known of a photo",
  search_photos: "Finds photos by words, pictures, boxes and filters",
  complete_filter: "Completes what is typed at a cursor: fields, operators, values with counts",
  read_query: "Tells the words and filters of a typed line, and writes the filters in each syntax",
  count_facets: "Counts the photos of a search by tag, camera, year and other fields",
  explain_photo: "Tells which parts of a search found a photo, and how much each did",
  hold_picture: "Holds an outside picture for queries",
  embed: "Answers the vector of a picture or a text",
  list_spaces: "Lists the ways photos can be compared",
  add_tags: "Puts tags on photos",
  remove_tags: "Takes tags off photos",
  list_tags: "Lists tags with the number of photos that carry each",
  rate_photos: "Gives photos a rating, or takes it off",
  set_attributes: "Gives photos attributes: any JSON values by name",
  remove_attributes: "Takes attributes off photos",
  list_attributes: "Lists attributes with the number of photos that carry each",
  save_search: "Keeps a search by name",
  list_saved_searches: "Lists the saved searches with what they find now",
  remove_saved_search: "Forgets a saved search; no photo is touched",
  remember_search: "Remembers that a search was asked",
  list_search_history: "Lists the searches asked lately, newest first",
  clear_search_history: "Forgets the searches asked lately",
  get_metadata: "Tells what a photo's file and its sidecar say, and where they differ",
  write_metadata: "Starts writing what is said of photos to their sidecars; no image file is touched",
  get_metadata_writing: "Tells whether changes are written to sidecars",
  set_metadata_writing: "Turns writing changes to sidecars on or off",
  add_region: "Draws a region on a photo: a face or a thing with its name",
  remove_region: "Removes a region; one in the photo's own file stays",
  list_stacks: "Lists stacks: the files of one shot, shown as one",
  list_bursts: "Lists bursts: shots that follow each other within a second",
  get_stack: "Tells the stack that a photo is in",
  make_stack: "Makes one stack of photos; remembered by their contents",
  break_stacks: "Takes the stacks of photos apart; remembered by their contents",
  forget_stacks: "Forgets what was said of photos: they stack by their names again",
  find_duplicates: "Finds groups of copies, and proposes which one stays",
  check_duplicates: "Starts comparing files, before they are taken in, with the photos that are known",
  list_checked_files: "Lists which known photos the files of such a job are copies of",
  align_copies: "Tells how a photo lies over another that shows the same",
  mark_photos: "Marks photos in a review to be kept, removed or decided later",
  accept_proposals: "Marks what is proposed in all groups that are alike enough",
  count_proposals: "Counts what accepting proposals would mark, at several likenesses; changes nothing",
  get_review: "Tells how far a review of copies has come",
  decide_duplicates: "Remembers that photos are no duplicates, or are both kept",
  plan_cleanup: "Tells what a cleanup would do; changes nothing",
  apply_cleanup: "Starts doing what a plan says, after checking every file again",
  undo_cleanup: "Starts taking a cleanup back, whole or some of its files",
  list_cleanup_sessions: "Lists the cleanups there were, newest first",
  get_cleanup: "Tells where the files of a cleanup are",
  plan_export: "Tells what an export would do; writes nothing",
  start_export: "Starts writing copies, pictures, a list or a contact sheet of photos to a folder",
  export_crop: "Writes a part of a picture to a new file",
  list_models: "Lists the models that are offered, downloaded or in use",
  plan_pull: "Asks the source what downloading a model takes; fetches nothing",
  pull_model: "Downloads an offered model from its source",
  use_model: "Uses a model, by id or folder, for the semantic space",
  get_model: "Tells what a model is",
  verify_model: "Compares the files of a model with their checksums",
  remove_model: "Removes a model: its vectors, and its files where they were downloaded",
  diagnose: "Looks whether everything is in order",
};
