/** Saves the history of an account as a file of events, which `backtest` and `replay` read. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from '../shared/cli.ts';
import type { KeptEvent } from './kept-event.ts';

/** Makes `folder`, before anything is read. Refuses a path that cannot be a folder. */
export function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(`--save ${folder}: cannot be made (${why})`, { cause: error });
  }
}

/**
 * Writes `<folder>/jobs-<account>-<region>.jsonl`, one event a line, and returns its path. There is at least one event.
 * A file of an earlier command is replaced. Only the user may read the file.
 */
export function saveEvents(folder: string, region: string, events: readonly KeptEvent[]): string {
  const path = join(folder, `jobs-${events[0]?.account ?? 'unknown'}-${region}.jsonl`);
  const next = `${path}.${process.pid}`;
  writeFileSync(next, events.map((event) => `${JSON.stringify(event)}\n`).join(''), { mode: 0o600 });
  renameSync(next, path);
  return path;
}
