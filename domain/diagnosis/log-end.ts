/**
 * Chooses the lines of a log that explain a failure: the traceback of the error that came first, or else the last lines.
 *
 * When one worker of a distributed job fails, the others fail minutes later because it is gone. So the earliest error
 * counts, not the last one.
 */
import { plainText } from '../../schemas/text/plain-text.ts';
import { hideSecretsInLines, type Secrets } from '../../schemas/text/secrets.ts';
import type { LogEnd } from './diagnosis.ts';

/** One log event. `at` is in milliseconds since 1970. */
export interface LogEvent {
  readonly at: number;
  readonly message: string;
}

/** The end of a log stream, the oldest event first. */
export interface LogStream {
  readonly name: string;
  readonly events: readonly LogEvent[];
}

/** Lines that an alert shows. */
export const MOST_LINES = 20;
/** UTF-16 units of a line that an alert shows. */
export const LONGEST_LINE = 300;
/** Milliseconds before the last event: an error that is older did not end the job. NCCL waits up to half an hour. */
const RECENT = 3_600_000;

/** A line, and the time of its event. `speaker` is the process that wrote it, in logs that several processes share. */
interface Line {
  readonly at: number;
  readonly speaker: string;
  readonly text: string;
}

/** The lines of one error. `at` is the time of the first. */
interface Block {
  readonly at: number;
  readonly lines: readonly string[];
}

/** What explains the failure in `streams`; absent when they hold no text. Values in `secrets` are hidden. */
export function logEndOf(streams: readonly LogStream[], secrets: Secrets): LogEnd | undefined {
  const read = streams.map(({ name, events }) => ({ name, lines: events.flatMap(linesOf) }));
  const last = Math.max(...read.map(({ lines }) => lines.at(-1)?.at ?? 0));
  const recent = read.map(({ name, lines }) => ({ name, lines: lines.filter(({ at }) => last - at <= RECENT) }));
  const tracebacks = recent.flatMap(({ name, lines }) => tracebacksIn(lines).map((block) => ({ name, ...block })));
  const traceback = earliest(tracebacks);
  if (traceback !== undefined) return { stream: traceback.name, lines: cleanLines(shorten(traceback.lines), secrets) };
  const errors = recent.flatMap(({ name, lines }) => {
    const first = lines.find(({ text }) => ERROR.test(text));
    return first === undefined ? [] : [{ name, at: first.at }];
  });
  const name = earliest(errors)?.name ?? latest(recent)?.name;
  const chosen = recent.find((one) => one.name === name);
  if (chosen === undefined || chosen.lines.length === 0) return undefined;
  const last20 = chosen.lines.slice(-MOST_LINES).map(({ text }) => text);
  return { stream: chosen.name, lines: cleanLines(last20, secrets) };
}

/** MPI and torchrun write the rank before each line: `[1,mpirank:0,algo-1]<stderr>:`, `[rank3]: `. */
const SPEAKER = /^\[\d+,(?:mpirank:\d+,[\w-]+|\d+)\]<std(?:out|err)>:|^\[(?:rank|default)\d+\]: ?/;

function linesOf({ at, message }: LogEvent): Line[] {
  return message.split(/\r?\n/).flatMap((raw) => {
    // A progress bar overwrites its line: what follows the last carriage return is what a terminal shows.
    const shown = raw.slice(raw.lastIndexOf('\r') + 1);
    const [speaker = ''] = SPEAKER.exec(shown) ?? [];
    const text = shown.slice(speaker.length).trimEnd();
    return text === '' ? [] : [{ at, speaker: speaker.trimEnd(), text }];
  });
}

/** The last traceback of each process, except those that only report the failure of another process. */
function tracebacksIn(lines: readonly Line[]): Block[] {
  const speakers = new Set(lines.map(({ speaker }) => speaker));
  return [...speakers].flatMap((speaker) => {
    const blocks = blocksIn(lines.filter((line) => line.speaker === speaker));
    return blocks.findLast((block) => !REPORT.test(conclusionOf(block))) ?? [];
  });
}

/** Exceptions that only say that another process failed. */
const REPORT =
  /^(?:[\w.]*\.)?(?:ChildFailedError|ProcessExitedException|ProcessRaisedException|ExecuteUserScriptError|CalledProcessError|SystemExit|KeyboardInterrupt)\b/;
const PYTHON = /^\s*Traceback \(most recent call last\):/;
const JAVA = /^(?:Exception in thread |Caused by: |(?:[\w$]+\.)+[\w$]*(?:Exception|Error)\b)/;
const JAVA_FRAME = /^\s+(?:at |\.\.\. \d+ more)/;
/** A line that a logger wrote: it is no longer part of an exception's message. */
const LOGGED = /^(?:\[?\d{4}[-/]\d\d[-/]\d\d|\d\d:\d\d:\d\d|\[?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL)\b)/;
/** Lines of an exception's message after its first. */
const MOST_MESSAGE = 3;

/** The tracebacks in the lines of one process. */
function blocksIn(lines: readonly Line[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const end = PYTHON.test(lines[at]?.text ?? '') ? endOfPython(lines, at) : endOfJava(lines, at);
    const first = lines[at];
    if (first === undefined || end === at) continue;
    blocks.push({ at: first.at, lines: lines.slice(at, end).map(({ text }) => text) });
    at = end - 1;
  }
  return blocks;
}

/** The position after a Python traceback: its frames are indented, its exception is not. */
function endOfPython(lines: readonly Line[], start: number): number {
  const indent = indentOf(lines[start]?.text);
  let end = start + 1;
  while (end < lines.length && indentOf(lines[end]?.text) > indent) end++;
  const most = Math.min(lines.length, end + 1 + MOST_MESSAGE);
  for (end = Math.min(lines.length, end + 1); end < most; end++) {
    const text = lines[end]?.text ?? '';
    if (LOGGED.test(text) || PYTHON.test(text) || /^(?:During handling|The above exception)/.test(text)) break;
  }
  return end;
}

/** The position after a Java stack trace that begins at `start`; `start` itself when none does. */
function endOfJava(lines: readonly Line[], start: number): number {
  if (!JAVA.test(lines[start]?.text ?? '') || !JAVA_FRAME.test(lines[start + 1]?.text ?? '')) return start;
  let end = start + 1;
  while (end < lines.length && (JAVA_FRAME.test(lines[end]?.text ?? '') || JAVA.test(lines[end]?.text ?? ''))) end++;
  return end;
}

const indentOf = (text = ''): number => text.length - text.trimStart().length;

/** The line of a traceback that names the exception. */
const conclusionOf = ({ lines }: Block): string =>
  lines.slice(1).find((line) => indentOf(line) <= indentOf(lines[0])) ?? lines[0] ?? '';

/** A line that reports an error, for logs without a traceback. */
const ERROR =
  /\b(?:[A-Z]\w*(?:Error|Exception)\b|FATAL\b|[Ff]atal error|ERROR\b|[Ee]rror:|panic:|Killed\b|[Ss]egmentation fault|[Bb]us error|core dumped|[Oo]ut of memory|No space left on device)/;

const earliest = <T extends { readonly at: number }>(all: readonly T[]): T | undefined =>
  all.reduce<T | undefined>((first, one) => (first === undefined || one.at < first.at ? one : first), undefined);

const latest = <T extends { readonly lines: readonly Line[] }>(all: readonly T[]): T | undefined => {
  const endOf = ({ lines }: T) => lines.at(-1)?.at ?? 0;
  return all.reduce<T | undefined>(
    (last, one) => (last === undefined || endOf(one) > endOf(last) ? one : last),
    undefined,
  );
};

/** At most `MOST_LINES` lines of a traceback. Of Java's frames the first two after each exception are enough. */
function shorten(lines: readonly string[]): readonly string[] {
  const few =
    lines.length <= MOST_LINES
      ? lines
      : lines.filter((_, at) => !lines.slice(Math.max(0, at - 2), at + 1).every(isFrame) || at < 2);
  if (few.length <= MOST_LINES) return few;
  const kept = MOST_LINES - 2;
  return [few[0] ?? '', `  … ${few.length - 1 - kept} lines are left out`, ...few.slice(-kept)];
}

const isFrame = (line: string): boolean => JAVA_FRAME.test(line);

/** Printable lines without secrets, also without those that begin on one line and end on the next. */
function cleanLines(lines: readonly string[], secrets: Secrets): string[] {
  const plain = lines.map((line) => plainText(line, LONGEST_READ));
  return hideSecretsInLines(plain, secrets).map((line, at) => {
    // Tracebacks need their indentation.
    const indent = ' '.repeat(Math.min(8, indentOf(lines[at]?.replaceAll('\t', '  '))));
    return indent + plainText(line, LONGEST_LINE);
  });
}

/** UTF-16 units of a line that are searched for secrets. */
const LONGEST_READ = 4096;
