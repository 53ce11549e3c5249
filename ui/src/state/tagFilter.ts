/** The filter that asks for a tag; quoted where its letters would mean something to the parser. */
export const tagFilter = (tag: string) => `tag:${written(tag)}`;

/** The filters that choose a tag of the list: with what is inside it, or it alone. */
export const tagFilters = (tag: string) => [tagFilter(tag), `tag=${written(tag)}`];

const written = (tag: string) =>
  /^[\p{L}\p{N}_/-]+$/u.test(tag) ? tag : `"${tag.replaceAll('"', '""')}"`;
