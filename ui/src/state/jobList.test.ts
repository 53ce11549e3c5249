import { expect, test } from 'vitest';
import type { Job } from '../api';
import { JobList } from './jobList';

const job = (id: number, state: Job['state']) => ({ id, state }) as Job;
const states = (jobs: Job[]) => jobs.map(({ id, state }) => `${id} ${state}`);

test('a list that was made before a job ended does not wake it', () => {
  const list = new JobList();
  list.hear(job(1, 'running'));
  const asked = list.asking;
  list.hear(job(1, 'done'));
  expect(states(list.answerAll([job(1, 'running')], asked))).toEqual(['1 done']);
});

test('a list that was made before a job began does not lose it', () => {
  const list = new JobList();
  const asked = list.asking;
  list.hear(job(2, 'queued'));
  expect(states(list.answerAll([job(1, 'done')], asked))).toEqual(['2 queued', '1 done']);
});

test('a list asked for later counts, also where another start of Latent gave the ids anew', () => {
  const list = new JobList();
  list.hear(job(1, 'done'));
  list.hear(job(2, 'done'));
  expect(states(list.answerAll([job(1, 'running')], list.asking))).toEqual(['1 running']);
});

test('the answer to a cancel does not undo the end that was heard before it', () => {
  const list = new JobList();
  list.hear(job(1, 'running'));
  const asked = list.asking;
  list.hear(job(1, 'cancelled'));
  expect(states(list.answer(job(1, 'running'), asked))).toEqual(['1 cancelled']);
  expect(states(list.answer(job(1, 'paused'), list.asking))).toEqual(['1 paused']);
});
