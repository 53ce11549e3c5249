/** The fields of facets as a photographer calls them; an attribute has its own name. */
const TITLES: Record<string, string> = {
  tags: 'Tags',
  camera: 'Camera',
  lens: 'Lens',
  year: 'Year',
  folder: 'Folder',
  rating: 'Rating',
  format: 'File format',
  label: 'Label',
  orientation: 'Shape',
  library: 'Library',
  iso: 'ISO',
};

/** The values of a field as they are shown: folders without the path that all of them share. */
export function facetLabels(field: string, labels: readonly string[]): string[] {
  if (field !== 'folder' || labels.length === 0) return [...labels];
  const paths = labels.map((label) => label.split(/[/\\]/));
  const least = Math.min(...paths.map((path) => path.length)) - 1;
  let shared = 0;
  while (shared < least && paths.every((path) => path[shared] === paths[0]?.[shared])) shared += 1;
  return paths.map((path) => path.slice(shared).join('/'));
}

export const facetTitle = (field: string) => TITLES[field] ?? field;
