import { plural } from '../../shared/format';
import type { Rest } from '../../state/question';

/** What a search that was made elsewhere asks beside what has controls, in words. */
export function restWords(name: keyof Rest, value: unknown): string {
  const list = Array.isArray(value) ? value : [];
  const words: Record<keyof Rest, string> = {
    text: `the words “${String(value)}”`,
    without: `not ${String(value)}`,
    filter: typeof value === 'string' ? value : JSON.stringify(value),
    space: `compared by ${String(value)}`,
    maxDistance: `distance up to ${String(value)}`,
    photoIds: `only ${plural(list.length, 'given photo')}`,
    tagWeight: `tags count ${String(value)}`,
    tags: `tags ${list.join(', ')}`,
    stacks: 'each photo of a stack',
  };
  return words[name];
}
