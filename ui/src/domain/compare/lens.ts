import { fitted, placed, scaledAt, type Pan, type Size } from '../photo/pan';

/**
 * What is looked at, for pictures of any size at once: how many times larger than when it fits, and
 * the point of the picture in the middle of its stage, as fractions of its sides.
 */
export interface Lens {
  zoom: number;
  x: number;
  y: number;
}

export const WHOLE: Lens = { zoom: 1, x: 0.5, y: 0.5 };

/** A picture is enlarged to fit its stage, however small: copies are compared at one size. */
const fit = (picture: Size, stage: Size) => fitted(picture, stage, Infinity);

/** How a picture lies on its stage. */
export function panOf(lens: Lens, picture: Size, stage: Size): Pan {
  const scale = fit(picture, stage).scale * lens.zoom;
  return placed(picture, stage, {
    scale,
    x: stage.width / 2 - lens.x * picture.width * scale,
    y: stage.height / 2 - lens.y * picture.height * scale,
  });
}

/** What is looked at when a picture lies so. */
export function lensOf(pan: Pan, picture: Size, stage: Size): Lens {
  return {
    zoom: pan.scale / fit(picture, stage).scale,
    x: (stage.width / 2 - pan.x) / (picture.width * pan.scale),
    y: (stage.height / 2 - pan.y) / (picture.height * pan.scale),
  };
}

/** Another zoom with a point of the stage kept where it is. */
export function zoomed(
  lens: Lens,
  zoom: number,
  at: { x: number; y: number },
  picture: Size,
  stage: Size,
): Lens {
  if (zoom <= 1) return WHOLE;
  const scale = fit(picture, stage).scale * zoom;
  const pan = scaledAt(panOf(lens, picture, stage), scale, at, picture, stage);
  return lensOf(pan, picture, stage);
}

/** Moves the picture by pixels of the stage. */
export function dragged(lens: Lens, dx: number, dy: number, picture: Size, stage: Size): Lens {
  const pan = panOf(lens, picture, stage);
  const moved = placed(picture, stage, { ...pan, x: pan.x + dx, y: pan.y + dy });
  return lensOf(moved, picture, stage);
}

/** The zoom at which a pixel of the picture is one of the screen. */
export const nativeZoom = (picture: Size, stage: Size, pixelRatio: number) =>
  Math.max(1, 1 / (pixelRatio * fit(picture, stage).scale));
