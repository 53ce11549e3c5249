/** How much a part of the query counts, in words. */

const figure = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** `1×`, `Off`, `Unlike 1.5×`. */
export function weightWords(weight: number): string {
  if (weight === 0) return 'Off';
  const times = `${figure.format(Math.abs(weight))}×`;
  return weight < 0 ? `Unlike ${times}` : times;
}

/** The same weight towards a picture or away from it; one that is off begins with 1. */
export function turned(weight: number, unlike: boolean): number {
  const size = Math.abs(weight) || 1;
  return unlike ? -size : size;
}
