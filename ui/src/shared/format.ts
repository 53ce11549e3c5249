/** Numbers and times in words, by the locale of the system. */

const whole = new Intl.NumberFormat();

export const count = (value: number) => whole.format(value);

/** `3 photos`, `1 photo`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < units.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${units[unit]}`;
}

/** `40 s`, `3 min`, `1 h 20 min`: as exact as a person waiting needs it. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under 1 s';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** `0.8 ms`, `12 ms`, `1.4 s`. */
export function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** `1/250 s`, `0.6 s`, `2 s`. */
export function shutter(seconds: number): string {
  if (seconds <= 0) return '';
  if (seconds < 0.35) return `1/${Math.round(1 / seconds)} s`;
  return `${+seconds.toFixed(1)} s`;
}

/** The length of a film: `0:05`, `12:40`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [whole / 3600, (whole / 60) % 60, whole % 60].map(Math.floor);
  const two = (number = 0) => String(number).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The camera's wall clock: seconds that are read as if they were UTC. */
export function wallClock(seconds: number): string {
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(seconds * 1000);
}

/** `48.85837° N, 2.29448° E`. */
export function place(lat: number, lon: number): string {
  const ns = lat < 0 ? 'S' : 'N';
  const ew = lon < 0 ? 'W' : 'E';
  return `${Math.abs(lat).toFixed(5)}° ${ns}, ${Math.abs(lon).toFixed(5)}° ${ew}`;
}

/** `97 %`: how alike two pictures are. */
export const percent = (share: number) => `${Math.round(share * 100)} %`;

/** The last part of a path, of either kind of separator. */
export function baseName(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  return parts[parts.length - 1] ?? path;
}

/** The last two parts of a path, which tell more folders apart than one. */
export function pathEnd(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  return parts.slice(-2).join('/') || path;
}

/** A text of so many characters at most; what is left out is in its middle, for both ends tell. */
export function shortened(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.floor((most - 1) / 3);
  return `${letters.slice(0, head).join('')}…${letters.slice(head + 1 - most).join('')}`;
}
