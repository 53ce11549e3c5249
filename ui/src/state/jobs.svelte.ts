import { call, type Job } from '../api';
import { isEnded, JobList } from './jobList';
import { notices } from './notices.svelte';

/** The work of this run: what is going on, and how the last of it ended. */
class JobsState {
  all = $state.raw<Job[]>([]);
  private list = new JobList();
  private dismissed = $state.raw<ReadonlySet<number>>(new Set());

  get active(): Job[] {
    return this.all.filter((job) => !isEnded(job));
  }

  /** What the strip shows: active work, else how the newest job ended until that is dismissed. */
  get shown(): Job[] {
    if (this.active.length > 0) return this.active;
    const newest = this.all[0];
    return newest && !this.dismissed.has(newest.id) ? [newest] : [];
  }

  named(id: number): Job | undefined {
    return this.all.find((job) => job.id === id);
  }

  async refresh(): Promise<void> {
    const asked = this.list.asking;
    const { jobs } = await call('list_jobs', {});
    this.all = this.list.answerAll(jobs, asked);
  }

  /** Takes in a job as an event tells it. */
  hear(job: Job): void {
    this.all = this.list.hear(job);
  }

  async steer(job: Job, how: 'pause_job' | 'resume_job' | 'cancel_job'): Promise<void> {
    const asked = this.list.asking;
    try {
      this.all = this.list.answer(await call(how, { jobId: job.id }), asked);
    } catch (reason) {
      notices.fail(reason);
    }
  }

  isDismissed(job: Job | undefined): boolean {
    return job !== undefined && this.dismissed.has(job.id);
  }

  dismiss(job: Job): void {
    this.dismissed = new Set([...this.dismissed, job.id]);
  }
}

export const jobs = new JobsState();
