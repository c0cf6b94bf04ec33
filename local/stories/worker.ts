/** The worker thread in which a story is played. It posts each step, and ends when it gets a message. */
import { parentPort, workerData } from 'node:worker_threads';
import { STORIES } from './all.ts';
import type { StoryTask } from './in-worker.ts';

const { story, configuration }: StoryTask = workerData;
parentPort?.once('message', () => process.exit(1));
parentPort?.unref();
// People see what the functions decide; their logs and metrics would only repeat it.
Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
await STORIES.find(({ id }) => id === story)?.tell(configuration, (moment) => parentPort?.postMessage(moment));
