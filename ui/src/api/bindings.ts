// Written by `cargo xtask bindings` from src-tauri/crates/commands. Do not edit.

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
 * A box on a picture: fractions of the upright picture.
 */
export type BoxFractions = {
  x: number,
  y: number,
  width: number,
  height: number,
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
export type ErrorCode = "unknownCommand" | "invalidRequest" | "invalidFilter" | "invalidBox" | "invalidCursor" | "notFound" | "unreadablePicture" | "spaceNotReady" | "unsupportedModel" | "modeNotSupported" | "alreadyExists" | "busy" | "io" | "diskFull" | "dataFolderLocked" | "internal";

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
   * Any of `photos`, `tags`, `libraries`, `faults`, `models`.
   */
  kinds: Array<string>,
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
 * A crop that was written.
 */
export type ExportedCrop = {
  path: string,
  width: number,
  height: number,
};

/**
 * A file that could not be read, and why.
 */
export type Fault = {
  path: string,
  /**
   * `scan`, `fingerprint`, `decode` or `embed`.
   */
  stage: string,
  reason: string,
};

/**
 * Files that could not be read.
 */
export type Faults = {
  faults: Array<Fault>,
  total: number,
};

/**
 * How an answer was found.
 */
export type Found = {
  /**
   * `exact scan`, `words`, `words + exact scan` or `listing`.
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
 * Names a model by its folder; the one in use when not given.
 */
export type GetModel = {
  folder?: string | null,
};

/**
 * Asks for one photo.
 */
export type GetPhoto = {
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
   * Cosine distance `1 − cos`, 0 … 2; `None` where nothing was compared.
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
};

/**
 * Holds an outside picture for queries: exactly one of `path` and `base64`.
 */
export type HoldPicture = {
  path?: string | null,
  base64?: string | null,
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
   * `index`.
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
  faults: number,
  exclude: Array<string>,
};

/**
 * Lists files that could not be read.
 */
export type ListFaults = {
  libraryId?: number | null,
  limit?: number | null,
  offset: number,
};

/**
 * Lists photos without a query, for the grid: ids and shapes only.
 */
export type ListPhotos = {
  libraryId?: number | null,
  /**
   * As a person types it: `rating>=4 -tag:draft`.
   */
  filter?: string | null,
  sort?: Sort | null,
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
 * A model for the `semantic` space.
 */
export type Model = {
  folder: string,
  /**
   * `clip`.
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
};

/**
 * The models known on this machine.
 */
export type Models = {
  models: Array<Model>,
};

/**
 * A request or answer without fields.
 */
export type Nothing = Record<symbol, never>;

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
  label?: string | null,
  caption?: string | null,
  tags: Array<string>,
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
  found: Found,
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
   * Items a second, lately.
   */
  rate: number,
  secondsLeft?: number | null,
  /**
   * The file being read.
   */
  current?: string | null,
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
 * Forgets a library; its files stay untouched.
 */
export type RemoveLibrary = {
  libraryId: number,
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
  images: Array<QueryImage>,
  /**
   * `semantic`, `visual` or `color`; chosen by what is there when not given.
   */
  space?: string | null,
  /**
   * Typed filters only.
   */
  filter?: string | null,
  libraryId?: number | null,
  sort?: Sort | null,
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
 * The order of an answer. Ties are broken by photo id.
 */
export type Sort = "relevance" | "takenAt" | "takenAtOldest" | "name" | "rating" | "addedAt";

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
 * Uses the model in a folder for the `semantic` space.
 */
export type UseModel = {
  folder: string,
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

/** Every command: what it takes and what it answers. */
export interface Commands {
  /** Lists the libraries with their folders and counts */
  list_libraries: { request: Nothing; response: Libraries };
  /** Adds folders as a library; no file is touched */
  add_library: { request: AddLibrary; response: Library };
  /** Forgets a library; no file is touched */
  remove_library: { request: RemoveLibrary; response: Nothing };
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
  /** Lists photos in order, as ids and shapes for a grid */
  list_photos: { request: ListPhotos; response: PhotoList };
  /** Tells what is known of a photo */
  get_photo: { request: GetPhoto; response: Photo };
  /** Finds photos by words, pictures, boxes and filters */
  search_photos: { request: SearchPhotos; response: SearchResult };
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
  /** Writes a part of a picture to a new file */
  export_crop: { request: ExportCrop; response: ExportedCrop };
  /** Uses the model in a folder for the semantic space */
  use_model: { request: UseModel; response: Model };
  /** Lists the models in use */
  list_models: { request: Nothing; response: Models };
  /** Tells what a model is */
  get_model: { request: GetModel; response: Model };
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
  start_index: "Starts comparing folders with the catalog and reading what is new",
  list_jobs: "Lists the jobs of this run, newest first",
  wait_job: "Waits until a job has ended, or for so long",
  pause_job: "Makes a job wait",
  resume_job: "Lets a paused job go on",
  cancel_job: "Ends a job; what it has done stays",
  list_faults: "Lists files that could not be read, and why",
  list_photos: "Lists photos in order, as ids and shapes for a grid",
  get_photo: "Tells what is known of a photo",
  search_photos: "Finds photos by words, pictures, boxes and filters",
  hold_picture: "Holds an outside picture for queries",
  embed: "Answers the vector of a picture or a text",
  list_spaces: "Lists the ways photos can be compared",
  add_tags: "Puts tags on photos",
  remove_tags: "Takes tags off photos",
  list_tags: "Lists tags with the number of photos that carry each",
  export_crop: "Writes a part of a picture to a new file",
  use_model: "Uses the model in a folder for the semantic space",
  list_models: "Lists the models in use",
  get_model: "Tells what a model is",
  diagnose: "Looks whether everything is in order",
};
