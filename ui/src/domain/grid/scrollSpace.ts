/**
 * Maps a scroll bar to heights beyond what a browser can scroll.
 *
 * Elements end near 17 to 33 million pixels, less than half a million large tiles need. Beyond
 * `limit` the scroll bar is shorter than the content: small steps still move pixel by pixel, long
 * jumps (a dragged scroll bar) go to the place in proportion, and `settle` brings the bar back in
 * line once the movement rests.
 */
export class ScrollSpace {
  /** What is at the top of the view, in pixels of the content. */
  y = 0;
  private scrollTop = 0;
  private total = 0;
  private view = 0;

  constructor(private readonly limit = 12_000_000) {}

  /** Height that the scrolled element is given. */
  get height(): number {
    return Math.min(this.total, this.limit);
  }

  /** Add it to a height in the content to get the height in the scrolled element. */
  get offset(): number {
    return this.scrollTop - this.y;
  }

  /** Takes new sizes and answers the scroll position that shows `y` now. */
  resize(total: number, view: number, y: number): number {
    this.total = total;
    this.view = view;
    return this.goTo(y);
  }

  /** Shows `y` at the top of the view and answers the scroll position for it. */
  goTo(y: number): number {
    this.y = Math.min(Math.max(0, y), this.farthest);
    this.scrollTop = this.inProportion();
    return this.scrollTop;
  }

  /** Follows the scroll bar. */
  scrolled(scrollTop: number): void {
    const step = scrollTop - this.scrollTop;
    this.scrollTop = scrollTop;
    if (!this.shortened) this.y = scrollTop;
    else if (Math.abs(step) < this.view * 2) this.y += step;
    else this.y = (scrollTop / this.reach) * this.farthest;
    this.y = Math.min(Math.max(0, this.y), this.farthest);
  }

  /** Whether small steps have led the bar so near to an end that it must be moved at once. */
  get atWrongEnd(): boolean {
    if (!this.shortened) return false;
    const top = this.scrollTop < this.view && this.y > this.view * 2;
    const rest = this.reach - this.scrollTop;
    return top || (rest < this.view && this.farthest - this.y > this.view * 2);
  }

  /** Brings the bar in line with `y` and answers the scroll position. */
  settle(): number {
    return this.goTo(this.y);
  }

  private get shortened(): boolean {
    return this.total > this.limit;
  }
  private get farthest(): number {
    return Math.max(0, this.total - this.view);
  }
  private get reach(): number {
    return Math.max(1, this.height - this.view);
  }
  private inProportion(): number {
    if (!this.shortened) return this.y;
    return Math.round((this.y / Math.max(1, this.farthest)) * this.reach);
  }
}
