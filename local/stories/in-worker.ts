/**
 * Plays stories, each in a worker thread of its own: a story has its own clock and its own AWS, and the functions of a
 * process know one AWS.
 */
import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../schemas/configuration/file.ts';
import type { Moment } from './moment.ts';
import { workerEnvironment } from './worker-environment.ts';

/** What the worker is told. */
export interface StoryTask {
  readonly story: string;
  readonly configuration: Configuration;
}

/** Plays the story, and calls `show` after each step. Rejects when it fails, or when `signal` ends it. */
export function playStory(task: StoryTask, show: (moment: Moment) => void, signal?: AbortSignal): Promise<void> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task, env: workerEnvironment() });
  const end = () => worker.postMessage('end');
  signal?.addEventListener('abort', end);
  return new Promise<void>((resolve, reject) => {
    worker.on('message', show);
    worker.once('error', reject);
    worker.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`the story ${task.story} was ended`))));
  }).finally(() => signal?.removeEventListener('abort', end));
}
