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
 * A search of the history.
 */
export type AskedSearch = {
  search: SearchPhotos,
  /**
   * Seconds since 1970 UTC.
   */
  askedAt: number,
};

/**
 * One value that really changed, and what was there before.
 */
export type AttributeChange = {
  name: string,
  photoId: number,
  before?: unknown,
  /**
   * Whether there was a value before.
   */
  had: boolean,
};

/**
 * An attribute and how many photos have it.
 */
export type AttributeCount = {
  name: string,
  photos: number,
  /**
   * Kinds of values it has.
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
 * Which values changed, so that it can be taken back exactly.
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
 * Asks what can follow in a typed line.
 */
export type CompleteFilter = {
  typed: string,
  /**
   * Characters before the cursor.
   */
  cursor: number,
  libraryId?: number | null,
};

/**
 * One thing that can be put there.
 */
export type Completion = {
  /**
   * What to put there.
   */
  text: string,
  label: string,
  kind: CompletionKind,
  /**
   * Photos that have the value.
   */
  photos?: number | null,
  hint?: string | null,
};

/**
 * What a completion is.
 */
export type CompletionKind = "field" | "operator" | "value";

/**
 * What can stand at the cursor.
 */
export type Completions = {
  /**
   * First character that is replaced.
   */
  start: number,
  /**
   * Character after the last one that is replaced.
   */
  end: number,
  items: Array<Completion>,
};

/**
 * Counts the values of fields in what a search finds.
 */
export type CountFacets = {
  search: SearchPhotos,
  /**
   * All when empty.
   */
  fields: Array<string>,
  /**
   * Values of each field, 12 when not given.
   */
  limit?: number | null,
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
   * Any of `photos`, `tags`, `libraries`, `faults`, `models`, `attributes`, `savedSearches`,
   * `searchHistory`.
   */
  kinds: Array<string>,
};

/**
 * Asks why a search finds a photo.
 */
export type ExplainPhoto = {
  search: SearchPhotos,
  photoId: number,
};

/**
 * Why a search finds a photo.
 */
export type Explanation = {
  similarity?: number | null,
  distance?: number | null,
  parts: Array<WhyPart>,
  /**
   * The filters that held, as a person types them.
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
 * A crop that was written.
 */
export type ExportedCrop = {
  path: string,
  width: number,
  height: number,
};

/**
 * The values of one field.
 */
export type Facet = {
  /**
   * `tags`, `camera`, …, or the name of an attribute.
   */
  field: string,
  values: Array<FacetValue>,
  /**
   * Values that are not listed.
   */
  more: number,
  /**
   * Photos that lack it.
   */
  without: number,
};

/**
 * One value and the photos that have it.
 */
export type FacetValue = {
  label: string,
  photos: number,
  /**
   * As a person types it: `camera="X-T5"`.
   */
  filter: string,
};

/**
 * Counts of what a search finds.
 */
export type Facets = {
  /**
   * Photos found.
   */
  total: number,
  ms: number,
  facets: Array<Facet>,
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
   * `listing`, `words`, `code scan`, `exact scan` or `graph`; `words + ` before it where words were
   * blended in.
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
   * Originals that were looked at.
   */
  rescored?: number | null,
  /**
   * The cosine distance that was found to be the limit.
   */
  cutoff?: number | null,
  /**
   * What the asker should know: "No model is in use, so words were looked up in names…".
   */
  note?: string | null,
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
  /**
   * Its value of what was grouped by.
   */
  group?: string | null,
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
   * `index`, `pull` or `verify`.
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
 * Lists attributes.
 */
export type ListAttributes = {
  libraryId?: number | null,
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
   * Typed, or JSON in the structured syntax or the MongoDB form.
   */
  filter?: string | object | null,
  sort?: Sort | null,
  /**
   * Which of the random orders; 0 when not given.
   */
  seed?: number | null,
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
  /**
   * Any JSON values, by name.
   */
  attributes: Record<string, unknown>,
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
 * Asks the source what downloading a model takes; fetches nothing.
 */
export type PlanPull = {
  id: string,
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
 * A typed line, taken apart.
 */
export type QueryParts = {
  words: string,
  without: string,
  /**
   * The top-level filters.
   */
  filters: Array<TypedFilter>,
  /**
   * The whole filter in the structured syntax.
   */
  structured?: unknown,
  /**
   * The whole filter in the MongoDB form.
   */
  mongo?: unknown,
};

/**
 * Takes a typed line apart.
 */
export type ReadQuery = {
  typed: string,
};

/**
 * Puts a search into the history.
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
 * Names a saved search to be removed.
 */
export type RemoveSavedSearch = {
  id: number,
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
 * Saves a search under a name.
 */
export type SaveSearch = {
  /**
   * Replaces this one.
   */
  id?: number | null,
  name: string,
  search: SearchPhotos,
};

/**
 * A saved search.
 */
export type SavedSearch = {
  id: number,
  name: string,
  search: SearchPhotos,
  /**
   * Photos it finds now; none when it cannot be asked.
   */
  photos?: number | null,
  /**
   * Why it cannot be asked.
   */
  problem?: string | null,
  /**
   * Seconds since 1970 UTC.
   */
  createdAt: number,
};

/**
 * The saved searches, by name.
 */
export type SavedSearches = {
  searches: Array<SavedSearch>,
};

/**
 * The last searches, newest first.
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
  images: Array<QueryImage>,
  /**
   * `semantic`, `visual` or `color`; chosen by what is there when not given.
   */
  space?: string | null,
  /**
   * Typed, or JSON in the structured syntax or the MongoDB form.
   */
  filter?: string | object | null,
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
  /**
   * Of the words beside pictures; 1 when not given.
   */
  textWeight?: number | null,
  /**
   * Ranks these photos instead of searching.
   */
  photoIds?: number[] | null,
  /**
   * At most one hit for each value of this field or attribute.
   */
  groupBy?: string | null,
  /**
   * `auto` leaves out what is too far to be meant.
   */
  cutoff?: Cutoff | null,
  /**
   * How much shared tags count beside looks, 0 … 1.
   */
  tagWeight?: number | null,
  /**
   * Tags of the query; those of its photos when not given.
   */
  tags: Array<string>,
  /**
   * Of the random order; 0 when not given.
   */
  seed?: number | null,
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
 * Gives photos attributes.
 */
export type SetAttributes = {
  photoIds: number[],
  /**
   * Any JSON values, by name.
   */
  attributes: Record<string, unknown>,
};

/**
 * The order of an answer. Ties are broken by photo id.
 */
export type Sort = "relevance" | "takenAt" | "takenAtOldest" | "name" | "rating" | "addedAt" | "random";

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
 * A filter in a typed line.
 */
export type TypedFilter = {
  typed: string,
  /**
   * First character.
   */
  start: number,
  /**
   * Character after the last.
   */
  end: number,
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
 * A kind of JSON value.
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
 * What a part of a query is.
 */
export type WhyKind = "picture" | "meaning" | "words" | "without" | "tags";

/**
 * What one part of a query made of a photo.
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
   * 0 … 1.
   */
  similarity?: number | null,
  /**
   * How much of the whole it made, 0 … 1; sums to 1 over the positive parts.
   */
  share: number,
  /**
   * Where words were found: `boat in file name`; which tags are shared.
   */
  found: Array<string>,
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
  /** Tells what can follow in a typed line */
  complete_filter: { request: CompleteFilter; response: Completions };
  /** Takes a typed line apart into words and filters */
  read_query: { request: ReadQuery; response: QueryParts };
  /** Counts the values of fields in what a search finds */
  count_facets: { request: CountFacets; response: Facets };
  /** Tells why a search finds a photo */
  explain_photo: { request: ExplainPhoto; response: Explanation };
  /** Gives photos attributes */
  set_attributes: { request: SetAttributes; response: AttributesChanged };
  /** Takes attributes off photos */
  remove_attributes: { request: RemoveAttributes; response: AttributesChanged };
  /** Lists attributes with the number of photos that have each */
  list_attributes: { request: ListAttributes; response: Attributes };
  /** Saves a search under a name */
  save_search: { request: SaveSearch; response: SavedSearch };
  /** Lists the saved searches with the number of photos each finds */
  list_saved_searches: { request: Nothing; response: SavedSearches };
  /** Removes a saved search */
  remove_saved_search: { request: RemoveSavedSearch; response: Nothing };
  /** Puts a search into the history */
  remember_search: { request: RememberSearch; response: Nothing };
  /** Lists the last searches, newest first */
  list_search_history: { request: Nothing; response: SearchHistory };
  /** Forgets the searches of the history */
  clear_search_history: { request: Nothing; response: Nothing };
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
  list_models: "Lists the models that are offered, downloaded or in use",
  plan_pull: "Asks the source what downloading a model takes; fetches nothing",
  pull_model: "Downloads an offered model from its source",
  use_model: "Uses a model, by id or folder, for the semantic space",
  get_model: "Tells what a model is",
  verify_model: "Compares the files of a model with their checksums",
  remove_model: "Removes a model: its vectors, and its files where they were downloaded",
  complete_filter: "Tells what can follow in a typed line",
  read_query: "Takes a typed line apart into words and filters",
  count_facets: "Counts the values of fields in what a search finds",
  explain_photo: "Tells why a search finds a photo",
  set_attributes: "Gives photos attributes",
  remove_attributes: "Takes attributes off photos",
  list_attributes: "Lists attributes with the number of photos that have each",
  save_search: "Saves a search under a name",
  list_saved_searches: "Lists the saved searches with the number of photos each finds",
  remove_saved_search: "Removes a saved search",
  remember_search: "Puts a search into the history",
  list_search_history: "Lists the last searches, newest first",
  clear_search_history: "Forgets the searches of the history",
  diagnose: "Looks whether everything is in order",
};
