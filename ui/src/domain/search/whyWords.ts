import type { QueryImage, WhyPart } from '../../api';
import { percent } from '../../shared/format';

/** What a part of the query looks for, and how well a photo fits it, for a photographer. */

/** Pictures from outside have no name in the catalog, the query has it; and of some a part is meant. */
export function withNames(
  parts: readonly WhyPart[],
  images: readonly QueryImage[],
  pictures: readonly { heldId: number | null; name: string }[],
): WhyPart[] {
  // The parts come in the order of what was asked.
  const asked = images.values();
  return parts.map((part) => {
    if (part.kind !== 'picture') return part;
    const image = asked.next().value;
    const heldId = image?.heldId;
    const known = heldId == null ? undefined : pictures.find((one) => one.heldId === heldId);
    const name = known?.name ?? part.label;
    return { ...part, label: image?.box ? `a part of ${name}` : name };
  });
}

export function partTitle({ kind, label, weight, cosine }: WhyPart): string {
  switch (kind) {
    case 'picture':
      return weight < 0 ? `Unlike ${label}` : `Looks like ${label}`;
    case 'meaning':
      return `Shows “${label}”`;
    case 'words':
      return `Has the words “${label}”`;
    case 'without':
      return cosine == null ? `Has none of the words “${label}”` : `Does not show “${label}”`;
    case 'tags':
      return 'Shares tags';
  }
}

/** How much of the match a part made, or that it counts against the photo. */
export function partShare({ kind, weight, share, cosine }: WhyPart): string {
  if (share > 0) return `${percent(share)} of the match`;
  if (kind === 'without' && cosine == null) return 'Photos with one of them are left out';
  return weight < 0 || kind === 'without' ? 'The less, the better' : 'Nothing of the match';
}

/** The figures behind it: `similarity 71 % · cosine 0.412 · weight 2`. */
export function partFigures({ similarity, cosine, weight }: WhyPart): string {
  return [
    similarity == null ? null : `similarity ${percent(similarity)}`,
    cosine == null ? null : `cosine ${cosine.toFixed(3).replace('-', '−')}`,
    Math.abs(weight) === 1 ? null : `weight ${+weight.toFixed(2)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
