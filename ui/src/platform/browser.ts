import { onDomDrop } from './domDrop';
import type { Platform, Reach } from './platform';

/** Speaks with `latent serve` over HTTP on the address the page came from. */
export function browserPlatform(): Platform {
  forgetToken();
  return {
    kind: 'browser',
    call: post,
    listen,
    mediaUrl: (path) => `/media/${path}`,
    pickFolders: null,
    pickFolder: null,
    reveal: null,
    onDrop: onDomDrop,
  };
}

async function post(name: string, request: unknown): Promise<unknown> {
  const answer = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body;
  throw body ?? new Error(`Latent answered ${answer.status} ${answer.statusText}`);
}

function listen(hear: (event: unknown) => void, reach: (reach: Reach) => void): void {
  let retry_ms = 500;
  const open = () => {
    const source = new EventSource('/api/events');
    source.onopen = () => {
      retry_ms = 500;
      reach('here');
    };
    source.onmessage = (message) => hear(JSON.parse(message.data as string));
    source.onerror = () => {
      // The source's own retry gives up for good on an HTTP error, so each try is a new one.
      source.close();
      void whyNot().then(reach);
      setTimeout(open, retry_ms);
      retry_ms = Math.min(retry_ms * 2, 8000);
    };
  };
  open();
}

/** A source does not tell why it failed, so that is asked in another way. */
async function whyNot(): Promise<Reach> {
  const answer = await fetch('/api/list_jobs', { method: 'POST' }).catch(() => null);
  return answer?.status === 401 ? 'locked' : 'gone';
}

/** The server has made a cookie of the token; it need not stay where it can be seen or copied. */
function forgetToken(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has('token')) return;
  url.searchParams.delete('token');
  history.replaceState(null, '', url);
}
