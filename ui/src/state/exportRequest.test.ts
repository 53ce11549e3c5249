import { describe, expect, it } from 'vitest';
import { exportRequest, readExport, USUAL } from './exportRequest';

const these = { photoIds: [3, 1] };

describe('exportRequest', () => {
  it('names a folder for files and a file for lists', () => {
    const request = exportRequest({ ...USUAL, folder: '/out' }, these);
    expect(request).toMatchObject({ output: '/out', pattern: '{name}', photoIds: [3, 1] });
    const list = { ...USUAL, form: 'csv' as const, folder: '/out/', file: ' rome ' };
    expect(exportRequest(list, these)).toMatchObject({ output: '/out/rome.csv', pattern: null });
    const sheet = { ...USUAL, form: 'sheet' as const, folder: 'C:\\out' };
    expect(exportRequest(sheet, these).output).toBe('C:\\out\\photos.pdf');
  });

  it('sends only what its form takes', () => {
    const all = { ...USUAL, folder: '/out', sidecars: true, longSidePx: 2048 };
    expect(exportRequest(all, these)).toMatchObject({ sidecars: false, quality: 90, sheet: null });
    const originals = exportRequest({ ...all, form: 'originals' }, these);
    expect(originals).toMatchObject({ sidecars: true, quality: null, longSidePx: null });
    expect(exportRequest({ ...all, form: 'png' }, these).longSidePx).toBe(2048);
    const placeless = { ...all, metadata: 'withoutPlace' as const };
    expect(exportRequest(placeless, these).metadata).toBe('withoutPlace');
    expect(exportRequest({ ...placeless, form: 'csv' }, these).metadata).toBeNull();
  });

  it('asks for a part of a photo', () => {
    const part = { photoId: 3, box: { x: 0.1, y: 0.2, width: 0.3, height: 0.4 } };
    const request = exportRequest({ ...USUAL, form: 'png', folder: '/out' }, { part });
    expect(request).toMatchObject({ parts: [part], photoIds: null, search: null, box: null });
    expect(exportRequest(USUAL, these).parts).toBeNull();
  });

  it('asks for all that a search finds, not for its page', () => {
    const search = { query: 'boat', limit: 50, cursor: 'x' } as never;
    const request = exportRequest(USUAL, { search });
    expect(request.photoIds).toBeNull();
    expect(request.search).toMatchObject({ query: 'boat', limit: null, cursor: null });
  });
});

describe('readExport', () => {
  it('takes what is kept and leaves out what makes no sense', () => {
    const kept = { ...USUAL, form: 'png', quality: 'high', longSidePx: 1600, title: 'Rome', x: 1 };
    expect(readExport(JSON.stringify(kept))).toEqual({ ...USUAL, form: 'png', longSidePx: 1600 });
    for (const text of ['', 'null', '[]', '{"quality":null}']) {
      expect(readExport(text)).toEqual(USUAL);
    }
  });
});
