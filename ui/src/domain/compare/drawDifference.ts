import type { Pan, Size } from '../photo/pan';
import { matrixOf, turned, type Turn } from './turns';

/** A part of a pixel that no eye sees. */
const ROUNDING = 1e-3;

export interface Sides {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const WHOLE: Sides = { left: 0, top: 0, right: 1, bottom: 1 };

export interface DifferenceView {
  /** Pixels of the first picture, whose frame both fill. */
  frame: Size;
  /** Makes the second lie as the first. */
  turn: Turn;
  /** Where the second lies on the first, in fractions of its sides. */
  place: Sides;
  pan: Pan;
  /** Pixels of the screen in one of CSS. */
  ratio: number;
  doublings: number;
}

/** Canvases that the two pictures are laid out on; kept, for a view is drawn many times. */
export type Layers = readonly [HTMLCanvasElement, HTMLCanvasElement];

/**
 * Draws |first − second| of each colour and doubles it some times. Nothing is read back from the
 * canvas, so pictures from the address of the window's media may be drawn, too.
 *
 * Both are scaled in the same way onto layers, which are then compared pixel by pixel: drawn at a
 * scale with the operation itself, a picture differs from the same one along every edge.
 */
export function drawDifference(
  canvas: HTMLCanvasElement,
  layers: Layers,
  [first, second]: readonly [CanvasImageSource, HTMLImageElement],
  { frame, turn, place, pan, ratio, doublings }: DifferenceView,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = pan.scale * ratio;
  const onFrame = [scale, 0, 0, scale, pan.x * ratio, pan.y * ratio] as const;
  layOut(layers[0], canvas, onFrame, (layer) => {
    layer.drawImage(first, 0, 0, frame.width, frame.height);
  });
  layOut(layers[1], canvas, onFrame, (layer) => {
    // Its own size does not matter: once turned it fills its place.
    const own = { width: second.naturalWidth, height: second.naturalHeight };
    const lies = turned(own, turn);
    layer.translate(place.left * frame.width, place.top * frame.height);
    const width = (place.right - place.left) * frame.width;
    const height = (place.bottom - place.top) * frame.height;
    layer.scale(width / lies.width, height / lies.height);
    layer.transform(...matrixOf(turn, own));
    layer.drawImage(second, 0, 0, own.width, own.height);
  });
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  // What only one of them shows is no difference between them.
  const { x, y, width, height } = wholePixels(sharedPart(frame, place), scale, {
    x: pan.x * ratio,
    y: pan.y * ratio,
  });
  if (width <= 0 || height <= 0) return;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.drawImage(layers[0], 0, 0);
  context.globalCompositeOperation = 'difference';
  context.drawImage(layers[1], 0, 0);
  context.restore();
  context.globalCompositeOperation = 'lighter';
  for (let time = 0; time < doublings; time += 1) context.drawImage(canvas, 0, 0);
}

/** Clears a layer of the size of a canvas and draws on it in the pixels of the first picture. */
function layOut(
  layer: HTMLCanvasElement,
  { width, height }: Size,
  onFrame: readonly [number, number, number, number, number, number],
  draw: (context: CanvasRenderingContext2D) => void,
): void {
  layer.width = width;
  layer.height = height;
  const context = layer.getContext('2d');
  if (!context) return;
  context.setTransform(...onFrame);
  context.imageSmoothingQuality = 'high';
  draw(context);
}

interface Rect extends Size {
  x: number;
  y: number;
}

/** The pixels of the canvas that lie wholly in a part of the frame. */
export function wholePixels(part: Rect, scale: number, at: { x: number; y: number }): Rect {
  const x = Math.ceil(part.x * scale + at.x - ROUNDING);
  const y = Math.ceil(part.y * scale + at.y - ROUNDING);
  const right = Math.floor((part.x + part.width) * scale + at.x + ROUNDING);
  const bottom = Math.floor((part.y + part.height) * scale + at.y + ROUNDING);
  return { x, y, width: right - x, height: bottom - y };
}

/** The part of the first picture that both show, in its pixels. */
export function sharedPart(frame: Size, place: Sides): Rect {
  const left = Math.max(place.left, 0);
  const top = Math.max(place.top, 0);
  return {
    x: left * frame.width,
    y: top * frame.height,
    width: (Math.min(place.right, 1) - left) * frame.width,
    height: (Math.min(place.bottom, 1) - top) * frame.height,
  };
}
