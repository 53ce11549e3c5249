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

export const facetTitle = (field: string) => TITLES[field] ?? field;
