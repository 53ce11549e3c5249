import type { TagCount } from '../../api';

/** Tags that fit what was typed: those that begin so first, then by how many photos carry them. */
export function complete(typed: string, tags: readonly TagCount[], most = 8): TagCount[] {
  const wanted = typed.trim().toLowerCase();
  const rank = (tag: string) => {
    const low = tag.toLowerCase();
    if (low.startsWith(wanted)) return 0;
    if (low.includes(`/${wanted}`)) return 1;
    return low.includes(wanted) ? 2 : 3;
  };
  return tags
    .filter(({ tag }) => rank(tag) < 3)
    .toSorted((a, b) => rank(a.tag) - rank(b.tag) || b.photos - a.photos)
    .slice(0, most);
}

/** `rome, places / italy` → `rome` and `places/italy`. */
export function splitTags(typed: string): string[] {
  const tags = typed.split(',').map((tag) =>
    tag
      .split('/')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .join('/'),
  );
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
