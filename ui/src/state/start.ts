import { desktop, listen, type Event } from '../api';
import { connection } from './connection.svelte';
import { takeDropped } from './intake';
import { jobs } from './jobs.svelte';
import { throttled } from './latest';
import { libraries } from './libraries.svelte';
import { notices } from './notices.svelte';
import { overlay } from './overlay.svelte';
import { photoDetails } from './photoDetails.svelte';
import { results } from './results.svelte';
import { tags } from './tags.svelte';

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
    results.ask(),
  ]);
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed) notices.fail(failed.reason);
}

const quietly = (act: () => Promise<void>) => throttled(() => act().catch(() => undefined), 500);
const refreshLibraries = quietly(() => libraries.refresh());
const refreshTags = quietly(() => tags.refresh());

function hear(event: Event): void {
  if (event.event === 'job') {
    jobs.hear(event.job);
    return;
  }
  const kinds = new Set(event.kinds);
  const photos = kinds.has('photos') || kinds.has('libraries');
  if (photos || kinds.has('faults')) refreshLibraries();
  if (photos || kinds.has('tags')) {
    refreshTags();
    photoDetails.changed();
    results.refresh();
  }
  if (kinds.has('models')) results.refresh();
}
