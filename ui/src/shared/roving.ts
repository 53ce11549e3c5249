/** The place in a list that a key leads to from another; none where it leads nowhere. */
export function placeAfter(key: string, place: number, count: number): number | null {
  const last = count - 1;
  const places: Record<string, number> = {
    ArrowDown: Math.min(place + 1, last),
    ArrowUp: Math.max(place - 1, 0),
    Home: 0,
    End: last,
  };
  return count === 0 ? null : (places[key] ?? null);
}
