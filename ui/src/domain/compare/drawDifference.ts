import type { Pan, Size } from '../photo/pan';
import { matrixOf, turned, type Turn } from './turns';

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

/**
 * Draws |first − second| of each colour and doubles it some times. Nothing is read back from the
 * canvas, so pictures from the address of the window's media may be drawn, too.
 */
export function drawDifference(
  canvas: HTMLCanvasElement,
  [first, second]: readonly [CanvasImageSource, HTMLImageElement],
  { frame, turn, place, pan, ratio, doublings }: DifferenceView,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = '#000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  const scale = pan.scale * ratio;
  const onFrame = () => {
    context.setTransform(scale, 0, 0, scale, pan.x * ratio, pan.y * ratio);
  };
  onFrame();
  // What only one of them shows is no difference between them.
  const shared = sharedPart(frame, place);
  context.save();
  context.beginPath();
  context.rect(shared.x, shared.y, shared.width, shared.height);
  context.clip();
  context.imageSmoothingQuality = 'high';
  context.drawImage(first, 0, 0, frame.width, frame.height);
  context.globalCompositeOperation = 'difference';
  // Its own size does not matter: once turned it fills its place.
  const own = { width: second.naturalWidth, height: second.naturalHeight };
  const lies = turned(own, turn);
  context.translate(place.left * frame.width, place.top * frame.height);
  const width = (place.right - place.left) * frame.width;
  const height = (place.bottom - place.top) * frame.height;
  context.scale(width / lies.width, height / lies.height);
  context.transform(...matrixOf(turn, own));
  context.drawImage(second, 0, 0, own.width, own.height);
  context.restore();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'lighter';
  for (let time = 0; time < doublings; time += 1) context.drawImage(canvas, 0, 0);
}

/** The part of the first picture that both show, in its pixels. */
export function sharedPart(frame: Size, place: Sides) {
  const left = Math.max(place.left, 0);
  const top = Math.max(place.top, 0);
  return {
    x: left * frame.width,
    y: top * frame.height,
    width: (Math.min(place.right, 1) - left) * frame.width,
    height: (Math.min(place.bottom, 1) - top) * frame.height,
  };
}
