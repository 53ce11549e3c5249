import { desktop, listen, type Event } from '../api';
import { attributes } from './attributes.svelte';
import { cleanup, isCleanup } from './cleanup.svelte';
import { connection } from './connection.svelte';
import { takeDropped } from './intake';
import { faults } from './faults.svelte';
import { jobs } from './jobs.svelte';
import { throttled } from './latest';
import { libraries } from './libraries.svelte';
import { models } from './models.svelte';
import { notices } from './notices.svelte';
import { overlay } from './overlay.svelte';
import { metadata } from './metadata.svelte';
import { photoDetails } from './photoDetails.svelte';
import { results } from './results.svelte';
import { review } from './review.svelte';
import { savedSearches } from './savedSearches.svelte';
import { stacks } from './stacks.svelte';
import { tags } from './tags.svelte';
import { watching } from './watching.svelte';

/** Connects the state to the engine's events and to what is dropped on the window. */
export function start(): void {
  listen(hear, (reach) => {
    const before = connection.state;
    connection.state = reach;
    if (reach === 'here' && before !== 'here') void refreshAll();
  });
  desktop.onDrop({
    over: () => (overlay.dropping = true),
    leave: () => (overlay.dropping = false),
    drop: (dropped) => void takeDropped(dropped),
  });
}

/** Fetches everything that is on show; whatever was missed while nobody was heard is made up for. */
async function refreshAll(): Promise<void> {
  const answers = await Promise.allSettled([
    libraries.refresh(),
    jobs.refresh(),
    tags.refresh(),
    models.refresh(),
    results.ask(),
  ]);
  refreshAttributes();
  refreshSaved();
  refreshReview();
  refreshWatching();
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed) notices.fail(failed.reason);
}

const quietly = (act: () => Promise<void>, pause_ms = 500) =>
  throttled(() => act().catch(() => undefined), pause_ms);
const refreshLibraries = quietly(() => libraries.refresh());
const refreshTags = quietly(() => tags.refresh());
const refreshModels = quietly(() => models.refresh());
const refreshAttributes = quietly(() => attributes.refresh());
const refreshWatching = quietly(() => watching.refresh());
/** Each of them is asked for its number of photos. */
const refreshSaved = quietly(() => savedSearches.refresh(), 2000);

/** What is not on show is asked for when it is opened. */
function refreshReview(): void {
  if (overlay.review === 'closed') return;
  review.refresh();
  cleanup.refreshSoon();
}

function hear(event: Event): void {
  if (event.event === 'job') {
    const before = jobs.named(event.job.id)?.state;
    jobs.hear(event.job);
    // A download that begins or ends changes the list; an index job counts photos on in it.
    const counts = event.job.kind === 'index' && overlay.settings;
    if (counts || event.job.state !== before) refreshModels();
    if (isCleanup(event.job) && event.job.state !== before) refreshReview();
    return;
  }
  // What it did is told of by the kinds of state that changed.
  if (event.event === 'keptUp') return;
  const kinds = new Set(event.kinds);
  if (kinds.has('watching')) refreshWatching();
  const photos = kinds.has('photos') || kinds.has('libraries');
  if (photos || kinds.has('faults')) refreshLibraries();
  if (overlay.faults && (photos || kinds.has('faults'))) faults.refresh();
  const about = photos || kinds.has('tags') || kinds.has('attributes');
  if (photos || kinds.has('tags')) refreshTags();
  if (photos || kinds.has('attributes')) refreshAttributes();
  if (about || kinds.has('savedSearches')) refreshSaved();
  if (about || kinds.has('duplicates')) refreshReview();
  if (about) {
    photoDetails.changed();
    metadata.changed();
    stacks.changed();
    results.refresh();
  }
  if (kinds.has('models')) {
    refreshModels();
    results.refresh();
  }
}
