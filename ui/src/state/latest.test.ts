import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { debounced, Latest, throttled } from './latest';

/** An answer that comes when it is told to. */
function pending<T>() {
  let answer!: (value: T) => void;
  let fail!: (reason: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => ([answer, fail] = [resolve, reject]));
  return { promise, answer, fail };
}

describe('Latest', () => {
  it('drops an older answer that comes after a newer one', async () => {
    const latest = new Latest();
    const [old, young] = [pending<string>(), pending<string>()];
    const first = latest.ask(() => old.promise);
    const second = latest.ask(() => young.promise);
    young.answer('young');
    expect(await second).toEqual({ answer: 'young' });
    old.answer('old');
    expect(await first).toBeUndefined();
  });

  it('drops an older answer that comes before the newer one', async () => {
    const latest = new Latest();
    const [old, young] = [pending<string>(), pending<string>()];
    const first = latest.ask(() => old.promise);
    const second = latest.ask(() => young.promise);
    old.answer('old');
    expect(await first).toBeUndefined();
    young.answer('young');
    expect(await second).toEqual({ answer: 'young' });
  });

  it('drops an older failure and tells the newest', async () => {
    const latest = new Latest();
    const [old, young] = [pending<string>(), pending<string>()];
    const first = latest.ask(() => old.promise);
    const second = latest.ask(() => young.promise);
    old.fail(new Error('old'));
    expect(await first).toBeUndefined();
    young.fail(new Error('young'));
    await expect(second).rejects.toThrow('young');
  });
});

describe('debounced and throttled', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('waits for quiet, and asks once', () => {
    const act = vi.fn();
    const typing = debounced(act, 120);
    typing.later();
    vi.advanceTimersByTime(100);
    typing.later();
    vi.advanceTimersByTime(119);
    expect(act).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(act).toHaveBeenCalledTimes(1);
  });

  it('does not wait when told not to', () => {
    const act = vi.fn();
    const typing = debounced(act, 120);
    typing.later();
    typing.now();
    vi.advanceTimersByTime(500);
    expect(act).toHaveBeenCalledTimes(1);
  });

  it('does the first wish at once and all that follow in one', async () => {
    const act = vi.fn(async () => {});
    const wish = throttled(act, 700);
    for (let i = 0; i < 50; i += 1) wish();
    expect(act).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(690);
    expect(act).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(act).toHaveBeenCalledTimes(2);
  });
});
