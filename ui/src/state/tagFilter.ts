/** The filter that asks for a tag; quoted where its letters would mean something to the parser. */
export function tagFilter(tag: string): string {
  return /^[\p{L}\p{N}_/-]+$/u.test(tag) ? `tag:${tag}` : `tag:"${tag.replaceAll('"', '""')}"`;
}
