import { call, toFailure, type CommandFailed, type Explanation } from '../api';
import { Latest } from './latest';
import type { Answer } from './results.svelte';

/** Why a photo is in the answer. */
class Explaining {
  shown = $state.raw<(Explanation & { photoId: number; asked: string }) | null>(null);
  failure = $state.raw<CommandFailed | null>(null);
  private questions = new Latest();

  /** Asks about a photo of an answer; an explanation of another photo is not shown for it. */
  async of(answer: Answer, photoId: number): Promise<void> {
    const { search, asked } = answer;
    if (this.shown?.photoId === photoId && this.shown.asked === asked) return;
    if (this.shown?.photoId !== photoId) this.shown = null;
    this.failure = null;
    try {
      const taken = await this.questions.ask(() => call('explain_photo', { search, photoId }));
      if (taken) this.shown = { ...taken.answer, photoId, asked };
    } catch (reason) {
      this.shown = null;
      this.failure = toFailure(reason);
    }
  }
}

export const explaining = new Explaining();
