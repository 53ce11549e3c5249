import type { Pan, Size } from '../photo/pan';
import { matrixOf, turned, type Turn } from './turns';

export interface DifferenceView {
  /** Pixels of the first picture, whose frame both fill. */
  frame: Size;
  /** Makes the second lie as the first. */
  turn: Turn;
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
  { frame, turn, pan, ratio, doublings }: DifferenceView,
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
  context.imageSmoothingQuality = 'high';
  context.drawImage(first, 0, 0, frame.width, frame.height);
  context.globalCompositeOperation = 'difference';
  // Its own size does not matter: once turned it fills the frame.
  const own = { width: second.naturalWidth, height: second.naturalHeight };
  const lies = turned(own, turn);
  context.scale(frame.width / lies.width, frame.height / lies.height);
  context.transform(...matrixOf(turn, own));
  context.drawImage(second, 0, 0, own.width, own.height);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'lighter';
  for (let time = 0; time < doublings; time += 1) context.drawImage(canvas, 0, 0);
}
