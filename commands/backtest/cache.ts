/**
 * Remembers the jobs that `backtest` has read, so that an interrupted command continues where it ended, and another
 * policy needs no new calls. Only the user may read the files.
 */
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { KeptEvent } from './kept-event.ts';

/** Tags may change, so a job is read again after a day. Milliseconds. */
const KEPT_FOR = 24 * 3_600_000;

const Entry = z.object({ key: z.string(), readAt: z.number(), event: KeptEvent });

export interface JobCache {
  /** The event that was kept under `key` within the last day. */
  readonly recall: (key: string) => KeptEvent | undefined;
  /** Writes the event at once, so that it outlasts the end of the process. */
  readonly keep: (key: string, event: KeptEvent) => void;
}

/** The jobs in `<folder>/<name>.jsonl`. Lines that are broken or older than a day are deleted. */
export function jobCacheIn(folder: string, name: string, now: Date): JobCache {
  const path = join(folder, `${name}.jsonl`);
  const lines = linesOf(path);
  const fresh = lines.flatMap((line) => {
    const entry = entryOf(line);
    return entry !== undefined && now.getTime() - entry.readAt < KEPT_FOR ? [{ line, entry }] : [];
  });
  if (fresh.length < lines.length) {
    const next = `${path}.${process.pid}`;
    writeFileSync(next, fresh.map(({ line }) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(next, path);
  }
  const kept = new Map(fresh.map(({ entry: { key, event } }) => [key, event]));
  return {
    recall: (key) => kept.get(key),
    keep(key, event) {
      if (kept.size === 0) mkdirSync(folder, { recursive: true, mode: 0o700 });
      kept.set(key, event);
      appendFileSync(path, `${JSON.stringify({ key, readAt: now.getTime(), event })}\n`, { mode: 0o600 });
    },
  };
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The entry in `line`; absent when the line is broken, as the last one of a killed process may be. */
function entryOf(line: string): z.output<typeof Entry> | undefined {
  try {
    return Entry.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
