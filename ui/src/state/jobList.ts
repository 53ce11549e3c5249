import type { Job } from '../api';

const ENDED = ['done', 'cancelled', 'failed'];

/** Nothing more will happen in it. */
export const isEnded = (job: Job) => ENDED.includes(job.state);

/** Nobody asked for it, and it ended without trouble. */
const isForgotten = (job: Job) => job.quiet && isEnded(job) && job.state !== 'failed';

/** Jobs, newest first, as events and answers tell of them; an answer may be older than an event. */
export class JobList {
  private all: Job[] = [];
  /** For each job how many events had been heard when it was last told of. */
  private told = new Map<number, number>();
  private events = 0;

  /** Notes when a question is asked, for its answer to be taken in with. */
  get asking(): number {
    return this.events;
  }

  /** Takes in a job as an event tells it. */
  hear(job: Job): Job[] {
    this.told.set(job.id, (this.events += 1));
    if (isForgotten(job)) return (this.all = this.all.filter((other) => other.id !== job.id));
    return (this.all = byAge([job, ...this.all.filter((other) => other.id !== job.id)]));
  }

  /** Takes in the answer about one job, unless an event has told of it since. */
  answer(job: Job, asked: number): Job[] {
    return this.isNews(job, asked) ? this.all : this.hear(job);
  }

  /** Takes in the answer about all jobs, but for those that an event has told of since. */
  answerAll(jobs: Job[], asked: number): Job[] {
    const news = this.all.filter((job) => this.isNews(job, asked));
    const others = jobs.filter((job) => !news.some((other) => other.id === job.id));
    return (this.all = byAge([...news, ...others]));
  }

  private isNews(job: Job, asked: number): boolean {
    return (this.told.get(job.id) ?? 0) > asked;
  }
}

const byAge = (jobs: Job[]) => jobs.toSorted((a, b) => b.id - a.id);
