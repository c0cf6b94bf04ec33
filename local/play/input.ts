/** Reads the events that commands replay, from files, folders or standard input. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { type Beside, besideOf } from './beside.ts';
import { textIn, UnreadableText } from './text-file.ts';
import { unpack } from './unpack.ts';

/** One event. */
export interface Source {
  /** The path as the user wrote it, with `#2` for the second of several events; `-` is standard input. */
  readonly file: string;
  readonly event: unknown;
  /** What lies beside a file that holds one event. */
  readonly beside?: Beside;
}

/** What the paths of a command hold. */
export interface Input {
  readonly sources: readonly Source[];
  /** A line for each file, or line of a file, that holds no JSON: its name, and why. */
  readonly unreadable: readonly string[];
}

/** A path that cannot be read; the message is one line. */
export class UnreadablePath extends Error {
  override readonly name = 'UnreadablePath';
}

/** Names of files that are read in folders; each may be compressed (`.json.gz`). */
const EVENT_FILE = /\.(?:json|jsonl|ndjson|gz)$/;

/**
 * The events in `paths`. A path is a file, a folder or `-` for standard input. In a folder, every `.json`, `.jsonl`,
 * `.ndjson` and `.gz` file is read, at any depth, in alphabetical order. A file holds one event, a list, one event
 * per line, or messages from a queue, which are unpacked. Throws an `UnreadablePath`.
 */
export function readEvents(paths: readonly string[]): Input {
  const inputs = paths.flatMap((path) =>
    path === '-'
      ? [
          eventsIn(
            '-',
            attempt(() => readFileSync(0), 'standard input'),
          ),
        ]
      : filesAt(path).map((file) =>
          eventsIn(
            file,
            attempt(() => readFileSync(file), file),
          ),
        ),
  );
  return {
    sources: inputs.flatMap(({ sources }) => sources),
    unreadable: inputs.flatMap(({ unreadable }) => unreadable),
  };
}

/** `path` relative to the folder in which the user called npm: npm itself runs scripts in the service's folder. */
export function fromUser(path: string): string {
  const folder = process.env['INIT_CWD'];
  return path === '-' || folder === undefined || isAbsolute(path) || folder === process.cwd()
    ? path
    : join(folder, path);
}

function filesAt(path: string): string[] {
  if (!attempt(() => statSync(path), path).isDirectory()) return [path];
  const files = attempt(() => readdirSync(path, { recursive: true, encoding: 'utf8' }), path)
    .filter((name) => EVENT_FILE.test(name) && basename(name) !== 'package.json')
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new UnreadablePath(`${path}: holds no .json, .jsonl, .ndjson or .gz files`);
  return files;
}

function eventsIn(file: string, bytes: Buffer): Input {
  const name = file === '-' ? 'standard input' : file;
  try {
    const { values, unreadable } = parseEvents(textIn(bytes).replace(/^\ufeff/, ''));
    const events = values.flatMap(unpack);
    return {
      sources: events.map((event, at) =>
        events.length === 1 ? { file, event, beside: besideOf(file) } : { file: `${file}#${at + 1}`, event },
      ),
      unreadable: unreadable.map(({ line, why }) => `${name}${line === undefined ? '' : `:${line}`}: ${why}`),
    };
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    return { sources: [], unreadable: [`${name}: ${error.message}`] };
  }
}

interface Parsed {
  readonly values: readonly unknown[];
  /** Lines that are not JSON; without a line where the whole text is not. */
  readonly unreadable: readonly { readonly line: number | undefined; readonly why: string }[];
}

/** The JSON in `text`: one value, or one per line. A text counts as lines where the first line is whole JSON. */
function parseEvents(text: string): Parsed {
  const whole = parseJson(text);
  if (whole.ok) return { values: [whole.value], unreadable: [] };
  const lines = text
    .split('\n')
    .map((line, at) => ({ number: at + 1, line }))
    .filter(({ line }) => line.trim() !== '');
  const parsed = lines.map(({ number, line }) => ({ number, ...parseJson(line) }));
  const readable = parsed.flatMap((one) => (one.ok ? [one.value] : []));
  // Brackets and quoted words are JSON too, and stand alone on the lines of a broken document.
  const isLines = lines.length > 1 && readable.filter((value) => typeof value === 'object').length >= lines.length / 2;
  if (!isLines) return { values: [], unreadable: [{ line: undefined, why: whole.why }] };
  return {
    values: readable,
    unreadable: parsed.flatMap((one) => (one.ok ? [] : [{ line: one.number, why: one.why }])),
  };
}

type Json = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

function parseJson(text: string): Json {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const isCut = /end of JSON input|Unterminated/i.test(error.message);
    return { ok: false, why: isCut ? 'is JSON that ends too early' : 'is not JSON' };
  }
}

function attempt<T>(read: () => T, path: string): T {
  try {
    return read();
  } catch (error) {
    const why =
      error instanceof Error && 'code' in error ? (REASONS[String(error.code)] ?? String(error.code)) : String(error);
    throw new UnreadablePath(`${path}: ${why}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'may not be read (permission denied)',
  EISDIR: 'is a folder',
  EAGAIN: 'has no data',
};
