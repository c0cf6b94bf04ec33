/** Runs of the command `redrive` for people who ask for them in the console: one at a time for each queue. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Run {
  /** The command for a terminal. */
  readonly command: string;
  readonly output: string;
  readonly beganAt: Date;
  /** Its exit code; undefined while it runs, and null when it was ended. */
  readonly status: number | null | undefined;
}

export interface Runs {
  /** The last run for a queue. */
  readonly of: (queue: string) => Run | undefined;
  /** Lists the messages of a queue, or handles them again; false while a run for this queue goes on. */
  readonly begin: (queue: string, isDryRun: boolean) => boolean;
  /** Ends what runs, as Ctrl-C does. Resolves when all have ended. */
  readonly stop: () => Promise<void>;
}

/** Characters that are kept. */
const MOST_OUTPUT = 200_000;
const REDRIVE = join(import.meta.dirname, '..', '..', '..', 'commands', 'redrive.ts');

/** Runs on a stage. Calls `changed` when one says something or ends. */
export function runsOn(stage: string, region: string, changed: () => void): Runs {
  const runs = new Map<string, Run>();
  const going = new Map<string, { readonly kill: () => void; readonly ended: Promise<unknown> }>();
  return {
    of: (queue) => runs.get(queue),

    begin(queue, isDryRun) {
      if (going.has(queue)) return false;
      const options = [...['--stage', stage, '--region', region, '--queue', queue], ...(isDryRun ? ['--dry-run'] : [])];
      const beganAt = new Date();
      const note = (more: Partial<Run>) => {
        const { output = '', ...run } = { ...runs.get(queue), ...more };
        const command = `npm run redrive -- ${options.join(' ')}`;
        runs.set(queue, { command, beganAt, status: run.status, output: output.slice(-MOST_OUTPUT) });
        changed();
      };
      runs.delete(queue);
      note({});
      const child = spawn(process.execPath, [REDRIVE, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
      const say = (words: string) => note({ output: (runs.get(queue)?.output ?? '') + words });
      child.stdout.setEncoding('utf8').on('data', say);
      child.stderr.setEncoding('utf8').on('data', say);
      const ended = new Promise<void>((resolve) => {
        const end = (status: number | null) => {
          going.delete(queue);
          note({ status });
          resolve();
        };
        child.once('close', end);
        child.once('error', (error) => {
          say(`${error.message}\n`);
          end(1);
        });
      });
      going.set(queue, { kill: () => child.kill('SIGINT'), ended });
      return true;
    },

    async stop() {
      const all = [...going.values()];
      for (const { kill } of all) kill();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
