/** Numbers questions: only the answer to the newest one counts, whatever order answers come in. */
export class Latest {
  private asked = 0;

  /** Asks; answers `undefined` when a later question was asked meanwhile. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<{ answer: Answer } | undefined> {
    const number = (this.asked += 1);
    try {
      const answer = await question();
      return number === this.asked ? { answer } : undefined;
    } catch (reason) {
      if (number === this.asked) throw reason;
      return undefined;
    }
  }

  /** Makes every answer that is still on its way too late. */
  forget(): void {
    this.asked += 1;
  }
}

/** Calls `act` once nothing has been asked for `quiet_ms`; `now` does not wait. */
export function debounced(act: () => void, quiet_ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    later() {
      clearTimeout(timer);
      timer = setTimeout(act, quiet_ms);
    },
    now() {
      clearTimeout(timer);
      act();
    },
    cancel: () => clearTimeout(timer),
  };
}

/** Runs `act` at most every `pause_ms` and never twice at once; the last wish is always heard. */
export function throttled(act: () => Promise<void>, pause_ms: number): () => void {
  let running = false;
  let wished = false;
  const run = async () => {
    running = true;
    do {
      wished = false;
      const began = performance.now();
      await act();
      // A slow answer (a large library) earns a longer pause.
      await sleep(Math.max(pause_ms, (performance.now() - began) * 4));
    } while (wished);
    running = false;
  };
  return () => {
    wished = true;
    if (!running) void run();
  };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
