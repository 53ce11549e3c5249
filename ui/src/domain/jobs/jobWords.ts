import type { Job } from '../../api';
import { count, duration, plural } from '../../shared/format';

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

/** `120 of 700 · 85/s · 7 s left`. */
export function progressWords({ progress }: Job): string {
  const parts = [
    progress.total == null
      ? count(progress.done)
      : `${count(progress.done)} of ${count(progress.total)}`,
  ];
  if (progress.rate > 0) parts.push(`${count(Math.round(progress.rate * 10) / 10)}/s`);
  if (progress.secondsLeft != null) parts.push(`${duration(progress.secondsLeft)} left`);
  return parts.join(' · ');
}
