/** How the window looks and what was answered in it; remembered on this machine. */

export type Theme = 'dark' | 'light';

/** Row heights of the grid in pixels, smallest first. */
export const ZOOM_LEVELS = [72, 104, 148, 200, 264, 360, 520];

/** Below this width in pixels the sidebar would leave too little beside it. */
const NARROW = 640;

class Settings {
  theme = $state<Theme>(recall('theme', 'dark') === 'light' ? 'light' : 'dark');
  zoom = $state(clampZoom(Number(recall('zoom', '3'))));
  sidebar = $state(recall('sidebar', globalThis.innerWidth < NARROW ? 'no' : 'yes') === 'yes');
  /** Each photo of a stack is shown, instead of one for all. */
  eachOfStacks = $state(recall('stacks', 'top') === 'each');
  info = $state(recall('info', 'no') === 'yes');
  facets = $state(recall('facets', 'no') === 'yes');
  /** Fields whose values are folded away in the facets. */
  folded = $state.raw<readonly string[]>(recall('folded', 'iso,label,orientation').split(','));

  /** The step that offers a model was answered, and is not shown again. */
  modelStepDone = $state(recall('modelStep', 'open') === 'done');
  /** The model to be used once its download has ended; empty for none. */
  wantedModel = $state(recall('wantedModel', ''));

  /** What the review of duplicates looked for last, as it keeps it. */
  readonly reviewControls = recall('review', '');
  /** What the last export asked for, as it keeps it. */
  readonly exportControls = recall('export', '');

  get rowHeight(): number {
    return ZOOM_LEVELS[this.zoom] ?? 200;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
    remember('theme', theme);
  }

  setZoom(zoom: number): void {
    this.zoom = clampZoom(zoom);
    remember('zoom', String(this.zoom));
  }

  toggleSidebar(): void {
    this.sidebar = !this.sidebar;
    remember('sidebar', this.sidebar ? 'yes' : 'no');
  }

  setEachOfStacks(each: boolean): void {
    this.eachOfStacks = each;
    remember('stacks', each ? 'each' : 'top');
  }

  toggleInfo(): void {
    this.info = !this.info;
    remember('info', this.info ? 'yes' : 'no');
  }

  toggleFacets(): void {
    this.facets = !this.facets;
    remember('facets', this.facets ? 'yes' : 'no');
  }

  toggleFolded(field: string): void {
    this.folded = this.folded.includes(field)
      ? this.folded.filter((other) => other !== field)
      : [...this.folded, field];
    remember('folded', this.folded.join(','));
  }

  endModelStep(): void {
    this.modelStepDone = true;
    remember('modelStep', 'done');
  }

  keepReviewControls(kept: string): void {
    remember('review', kept);
  }

  keepExport(kept: string): void {
    remember('export', kept);
  }

  setWantedModel(id: string): void {
    this.wantedModel = id;
    remember('wantedModel', id);
  }
}

function clampZoom(zoom: number): number {
  return Number.isInteger(zoom) ? Math.min(ZOOM_LEVELS.length - 1, Math.max(0, zoom)) : 3;
}

function recall(key: string, otherwise: string): string {
  try {
    return localStorage.getItem(`latent.${key}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`latent.${key}`, value);
  } catch {
    // A browser that stores nothing still shows everything.
  }
}

export const settings = new Settings();
