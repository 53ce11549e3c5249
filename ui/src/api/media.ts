import { platform } from '../platform';
import type { BoxFractions } from './bindings';

/** A small picture of a photo whose longer side has at most so many pixels. */
export const thumb = (photoId: number, px: 256 | 1024) =>
  platform.mediaUrl(`thumb/${photoId}/${px}`);

/** The whole photo, upright, in a format every webview shows. */
export const full = (photoId: number) => platform.mediaUrl(`full/${photoId}`);

/** A video, to be played. */
export const film = (photoId: number) => platform.mediaUrl(`film/${photoId}`);

/**
 * A whole video in memory, for players that cannot read the address of an application: GStreamer's
 * in the window on Linux. Whoever asked gives it back by `URL.revokeObjectURL`.
 */
export async function wholeFilm(photoId: number): Promise<string> {
  const answer = await fetch(film(photoId));
  if (!answer.ok) throw new Error(answer.statusText);
  return URL.createObjectURL(await answer.blob());
}

/** The part of a photo inside a box. */
export const crop = (photoId: number, box: BoxFractions, px: number) =>
  platform.mediaUrl(
    `crop/${photoId}?box=${[box.x, box.y, box.width, box.height].map((v) => +v.toFixed(5)).join(',')}&px=${px}`,
  );

/** A picture from outside that the engine holds for queries. */
export const held = (heldId: number) => platform.mediaUrl(`held/${heldId}`);

/** A picture that came with a search as the bytes of a JPEG. */
export const kept = (base64: string) =>
  base64.startsWith('data:') ? base64 : `data:image/jpeg;base64,${base64}`;
