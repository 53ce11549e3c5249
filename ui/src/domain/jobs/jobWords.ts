import type {
  CheckReport,
  CleanupReport,
  ExportReport,
  Job,
  ModelReport,
  WriteReport,
} from '../../api';
import { baseName, bytes, count, duration, plural } from '../../shared/format';

/** What a job is doing, or how it ended, in one line. */
export function jobWords(job: Job): string {
  const { phase, phases, phaseName } = job.progress;
  switch (job.state) {
    case 'queued':
      return 'Waiting for its turn';
    case 'running':
      return phases > 1 ? `${phase}/${phases} ${phaseName}` : phaseName;
    case 'paused':
      return `Paused at ${phaseName.toLowerCase()}`;
    case 'cancelled':
      return job.cleanup
        ? `Cancelled. ${cleanedWords(job.cleanup)}`
        : 'Cancelled. What was done is kept.';
    case 'failed':
      return job.error ?? 'Failed';
    case 'done':
      if (job.cleanup) return cleanedWords(job.cleanup);
      if (job.checked) return checkedWords(job.checked);
      if (job.export) return exportedWords(job.export);
      if (job.metadata) return writtenWords(job.metadata);
      if (job.model) return fileWords(job.kind, job.model);
      return job.report ? reportWords(job.report) : 'Done';
  }
}

/** What a job did to the files of a model, or found in them. */
function fileWords(kind: string, { files, damaged, locked, ...report }: ModelReport): string {
  if (damaged.length > 0) {
    return locked
      ? `${count(damaged.length)} of ${plural(files, 'file')} damaged`
      : `It cannot be used: ${damaged.map(({ problem }) => problem).join(', ')}`;
  }
  if (kind === 'verify' && !locked) return 'It can be read; it has no checksums to compare with';
  if (kind === 'verify' || report.wasThere) return `${plural(files, 'file')} whole`;
  return `Downloaded, ${bytes(report.bytes)} · ${duration(report.seconds)}`;
}

/** What a cleanup moved, or brought back. */
function cleanedWords({ files, bytes: size, skipped, seconds }: CleanupReport): string {
  return [
    `${plural(files, 'file')}, ${bytes(size)}`,
    ...(skipped.length > 0 ? [`${count(skipped.length)} left as they are`] : []),
    duration(seconds),
  ].join(' · ');
}

/** Which sidecars were written, and why the first of the others was not. */
function writtenWords({ written, same, failed, seconds }: WriteReport): string {
  const [first] = failed;
  return [
    `${plural(written, 'sidecar')} written`,
    ...(same > 0 ? [`${count(same)} said it already`] : []),
    ...(first
      ? [`${count(failed.length)} could not be: ${baseName(first.path)}, ${first.reason}`]
      : []),
    duration(seconds),
  ].join(' · ');
}

/** Which of some files are copies of known photos. */
function checkedWords({ files, copies, faults, seconds }: CheckReport): string {
  return [
    plural(files, 'file'),
    copies > 0 ? `${count(copies)} copies of known photos` : 'no copies of known photos',
    ...(faults > 0 ? [`${count(faults)} could not be read`] : []),
    duration(seconds),
  ].join(' · ');
}

/** What an export wrote. */
function exportedWords({ photos, bytes: size, failed, seconds }: ExportReport): string {
  return [
    `${plural(photos, 'photo')}, ${bytes(size)}`,
    ...(failed.length > 0 ? [`${count(failed.length)} could not be exported`] : []),
    duration(seconds),
  ].join(' · ');
}

function reportWords(report: NonNullable<Job['report']>): string {
  const changes = (
    [
      [report.added, 'new'],
      [report.changed, 'changed'],
      [report.moved, 'moved'],
      [report.removed, 'gone'],
    ] as const
  )
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${count(number)} ${what}`);
  const copies =
    report.copies > 0 ? [`${plural(report.copies, 'copy', 'copies')} among the new`] : [];
  const offline = report.offline.length > 0 ? [`${report.offline.join(', ')} not connected`] : [];
  return [
    plural(report.photos, 'photo'),
    ...(changes.length > 0 ? changes : ['nothing changed']),
    ...copies,
    ...offline,
    duration(report.seconds),
  ].join(' · ');
}

/** `120 of 700 · 85/s · 7 s left`, `1.2 GB of 1.5 GB · 12.0 MB/s · 25 s left`. */
export function progressWords({ progress, state }: Job): string {
  const inBytes = progress.unit === 'bytes';
  const size = inBytes ? bytes : count;
  const parts = [
    progress.total == null
      ? size(progress.done)
      : `${size(progress.done)} of ${size(progress.total)}`,
  ];
  // What a paused job did lately says nothing about when it ends.
  if (state === 'paused') return parts.join('');
  const rate = inBytes ? progress.rate : Math.round(progress.rate * 10) / 10;
  if (progress.rate > 0) parts.push(`${size(rate)}/s`);
  if (progress.secondsLeft != null) parts.push(`${duration(progress.secondsLeft)} left`);
  return parts.join(' · ');
}
