import { toFailure } from '../api';

/** A sentence shown for a while, with at most one thing to do about it. */
export interface Notice {
  id: number;
  text: string;
  tone: 'plain' | 'wrong';
  action?: { label: string; act: () => void };
}

const SHOWN_MS = 7000;

class Notices {
  all = $state.raw<Notice[]>([]);
  private next = 1;

  say(text: string, action?: Notice['action']): number {
    return this.add({ id: this.next++, text, tone: 'plain', action });
  }

  /** Tells a failure in the engine's own words, which say what to do. */
  fail(reason: unknown): void {
    this.add({ id: this.next++, text: toFailure(reason).message, tone: 'wrong' });
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }

  private add(notice: Notice): number {
    this.all = [...this.all.slice(-2), notice];
    setTimeout(() => this.dismiss(notice.id), notice.tone === 'wrong' ? SHOWN_MS * 2 : SHOWN_MS);
    return notice.id;
  }
}

export const notices = new Notices();
