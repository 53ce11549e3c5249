import type { Job } from '../../api';
import { bytes, count, duration, plural } from '../../shared/format';

/** What a job is doing, or how it ended, in one line. */
export function jobWords(job: Job): string {
  const { phase, phases, phaseName } = job.progress;
  switch (job.state) {
    case 'queued':
      return 'Waiting for its turn';
    case 'running':
      return `${phase}/${phases} ${phaseName}`;
    case 'paused':
      return `Paused at ${phaseName.toLowerCase()}`;
    case 'cancelled':
      return 'Cancelled. What was done is kept.';
    case 'failed':
      return job.error ?? 'Failed';
    case 'done':
      return job.report ? reportWords(job.report) : 'Done';
  }
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
  const offline = report.offline.length > 0 ? [`${report.offline.join(', ')} not connected`] : [];
  return [
    plural(report.photos, 'photo'),
    ...(changes.length > 0 ? changes : ['nothing changed']),
    ...offline,
    duration(report.seconds),
  ].join(' · ');
}

/** `120 of 700 · 85/s · 7 s left`, `1.2 GB of 1.5 GB · 12.0 MB/s · 25 s left`. */
export function progressWords({ progress }: Job): string {
  const inBytes = progress.unit === 'bytes';
  const size = inBytes ? bytes : count;
  const parts = [
    progress.total == null
      ? size(progress.done)
      : `${size(progress.done)} of ${size(progress.total)}`,
  ];
  const rate = inBytes ? progress.rate : Math.round(progress.rate * 10) / 10;
  if (progress.rate > 0) parts.push(`${size(rate)}/s`);
  if (progress.secondsLeft != null) parts.push(`${duration(progress.secondsLeft)} left`);
  return parts.join(' · ');
}
