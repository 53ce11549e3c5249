import type {
  ExportForm,
  ExportPhotos,
  KeptMetadata,
  PageSize,
  PhotoPart,
  SearchPhotos,
  SheetCaption,
} from '../api';

/** What the dialog of an export asks for. */
export interface ExportControls {
  form: ExportForm;
  folder: string;
  /** The name of a list or contact sheet, without ending. */
  file: string;
  pattern: string;
  sidecars: boolean;
  /** `null` keeps every pixel. */
  longSidePx: number | null;
  quality: number;
  /** What new pictures say of their photos. */
  metadata: KeptMetadata;
  page: PageSize;
  landscape: boolean;
  columns: number;
  captions: SheetCaption[];
  title: string;
}

/** The photos: these, all that a search finds, or a part of one. */
export type ExportedPhotos =
  { photoIds: number[] } | { search: SearchPhotos } | { part: PhotoPart };

/** A part of a photo becomes a picture, never an original or a line of a list. */
export const isPicture = (form: ExportForm) => form === 'jpeg' || form === 'png';

export const USUAL: ExportControls = {
  form: 'jpeg',
  folder: '',
  file: 'photos',
  pattern: '{name}',
  sidecars: false,
  longSidePx: null,
  quality: 90,
  metadata: 'all',
  page: 'a4',
  landscape: false,
  columns: 4,
  captions: ['name'],
  title: '',
};

export const isWhole = (form: ExportForm) => form === 'csv' || form === 'json' || form === 'sheet';

/** The request of an export. */
export function exportRequest(controls: ExportControls, photos: ExportedPhotos): ExportPhotos {
  const { form, folder, pattern, sidecars, longSidePx, quality, metadata } = controls;
  const { page, landscape, columns, captions, title } = controls;
  const pictures = isPicture(form);
  return {
    photoIds: 'photoIds' in photos ? photos.photoIds : null,
    parts: 'part' in photos ? [photos.part] : null,
    search: 'search' in photos ? { ...photos.search, limit: null, cursor: null } : null,
    most: null,
    form,
    output: isWhole(form) ? joined(folder, `${controls.file.trim()}.${endingOf(form)}`) : folder,
    pattern: isWhole(form) || pattern.trim() === '' ? null : pattern,
    sidecars: form === 'originals' && sidecars,
    longSidePx: pictures ? longSidePx : null,
    quality: form === 'jpeg' ? quality : null,
    metadata: pictures ? metadata : null,
    box: null,
    sheet: form === 'sheet' ? { page, landscape, columns, captions, title } : null,
  };
}

const endingOf = (form: ExportForm) => (form === 'sheet' ? 'pdf' : form);

/** A file in a folder, by the separator that the folder's path has. */
function joined(folder: string, file: string): string {
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  return folder.endsWith(separator) ? folder + file : folder + separator + file;
}

/** What was asked for last, as it is remembered; what makes no sense is left out. */
export function readExport(text: string): ExportControls {
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== 'object' || kept === null) return USUAL;
    const fits = Object.entries(kept).filter(([name, value]) => {
      const usual = USUAL[name as keyof ExportControls];
      if (name === 'longSidePx') return value === null || typeof value === 'number';
      return usual !== undefined && typeof usual === typeof value && value !== null;
    });
    // A title belongs to one sheet.
    return { ...USUAL, ...Object.fromEntries(fits), title: '' };
  } catch {
    return USUAL;
  }
}
