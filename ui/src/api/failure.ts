import type { ErrorBody, ErrorCode } from './bindings';

/** Why a command could not be done; `unreachable` is when nobody answered at all. */
export class CommandFailed extends Error {
  constructor(
    readonly code: ErrorCode | 'unreachable',
    message: string,
    readonly details: unknown = null,
  ) {
    super(message);
    this.name = 'CommandFailed';
  }
}

/** Makes one kind of failure of whatever a transport rejected with. */
export function toFailure(reason: unknown): CommandFailed {
  if (reason instanceof CommandFailed) return reason;
  if (isErrorBody(reason)) return new CommandFailed(reason.code, reason.message, reason.details);
  if (reason instanceof TypeError) {
    return new CommandFailed('unreachable', 'Latent does not answer. Is it still running?');
  }
  return new CommandFailed('internal', reason instanceof Error ? reason.message : String(reason));
}

function isErrorBody(reason: unknown): reason is ErrorBody {
  return typeof reason === 'object' && reason !== null && 'code' in reason && 'message' in reason;
}

/** Where in the typed query a filter went wrong, as characters (code points) from 0. */
export function placeOf(failure: CommandFailed): [number, number] | null {
  const details = failure.details as { place?: unknown } | null;
  const place = details?.place;
  if (typeof place !== 'object' || place === null) return null;
  const [start, end] = Array.isArray(place)
    ? (place as unknown[])
    : [(place as { start?: unknown }).start, (place as { end?: unknown }).end];
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : null;
}

/** Splits what was typed into before, wrong and after; `place` counts characters, not code units. */
export function splitAt(typed: string, [start, end]: [number, number]): [string, string, string] {
  const letters = [...typed];
  return [
    letters.slice(0, start).join(''),
    letters.slice(start, end).join(''),
    letters.slice(end).join(''),
  ];
}
