/**
 * Chooses the lines of a log that explain a failure: the traceback of the error that came first, or else the last lines.
 *
 * When one worker of a distributed job fails, the others fail minutes later because it is gone. So the earliest error
 * counts, not the last one.
 */
import { plainText, withoutEscapes } from '../../schemas/text/plain-text.ts';
import { hideSecretsInLines, type Secrets } from '../../schemas/text/secrets.ts';
import type { LogEnd } from './diagnosis.ts';
import { earliest } from './earliest.ts';

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

/** A line, and the time of its event. */
interface Line {
  readonly at: number;
  /** The process that wrote it, in logs that several processes share. */
  readonly speaker: string;
  readonly text: string;
}

/** A line with its position in the stream. */
interface Placed extends Line {
  readonly place: number;
}

/** One error: the lines of its traceback, and of the tracebacks of the errors that it followed from. */
interface Block {
  /** One list of lines for each exception, the first exception first. */
  readonly parts: readonly (readonly Placed[])[];
}

interface ReadStream {
  readonly name: string;
  readonly lines: readonly Placed[];
}

/** What explains the failure in `streams`; absent when they hold no text. Values in `secrets` are hidden. */
export function logEndOf(streams: readonly LogStream[], secrets: Secrets): LogEnd | undefined {
  const read = streams.map(({ name, events }) => ({ name, lines: events.flatMap(linesOf).map(placed) }));
  const last = Math.max(...read.map(({ lines }) => lines.at(-1)?.at ?? 0));
  const recent = read.map(({ name, lines }) => ({ name, lines: lines.filter(({ at }) => last - at <= RECENT) }));
  const tracebacks = recent.flatMap((stream) => tracebacksIn(stream.lines).map((block) => ({ stream, block })));
  const first = earliest(tracebacks, ({ block }) => block.parts[0]?.[0]?.at);
  return first === undefined ? lastLines(recent, secrets) : traceback(first.stream, first.block, secrets);
}

const placed = (line: Line, place: number): Placed => ({ ...line, place });

/** The end of a log with a traceback. An error that the same process wrote later is another one. */
function traceback(stream: ReadStream, block: Block, secrets: Secrets): LogEnd {
  const all = block.parts.flat();
  const last = all.at(-1);
  const isLast = !stream.lines.some(
    ({ place, speaker, text }) =>
      last !== undefined && place > last.place && speaker === last.speaker && ERROR.test(text) && !REPORTED.test(text),
  );
  const clean = cleaned(stream, all, secrets);
  return {
    stream: stream.name,
    lines: shorten(block).map((line) => (typeof line === 'string' ? line : (clean.get(line.place) ?? ''))),
    evidence: isLast ? block.parts.map((part) => part.map(({ place }) => clean.get(place) ?? '')) : [],
    isTraceback: true,
  };
}

/** The end of a log without a traceback: of the stream with the earliest error, or else of the one written last. */
function lastLines(streams: readonly ReadStream[], secrets: Secrets): LogEnd | undefined {
  const errorIn = ({ lines }: ReadStream) => lines.find(({ text }) => ERROR.test(text));
  const withError = streams.filter((stream) => errorIn(stream) !== undefined);
  const latest = earliest(streams, ({ lines }) => -(lines.at(-1)?.at ?? 0));
  const chosen = earliest(withError, (stream) => errorIn(stream)?.at) ?? latest;
  if (chosen === undefined || chosen.lines.length === 0) return undefined;
  const lines = chosen.lines.slice(-MOST_LINES);
  const clean = cleaned(chosen, lines, secrets);
  const error = lines.findLast(({ text }) => ERROR.test(text));
  return {
    stream: chosen.name,
    lines: lines.map(({ place }) => clean.get(place) ?? ''),
    evidence: error === undefined ? [] : [[clean.get(error.place) ?? '']],
    isTraceback: false,
  };
}

/** MPI and torchrun write the rank before each line: `[1,mpirank:0,algo-1]<stderr>:`, `[rank3]: `. */
const SPEAKER = /^\[\d+,(?:mpirank:\d+,[\w-]+|\d+)\]<std(?:out|err)>:|^\[(?:rank|default)\d+\]: ?/;

function linesOf({ at, message }: LogEvent): Line[] {
  return message.split('\n').flatMap((raw) => {
    // A progress bar overwrites its line: what follows the last carriage return is what a terminal shows.
    const plain = withoutEscapes(raw).replace(/\r+$/, '');
    const shown = plain.slice(plain.lastIndexOf('\r') + 1);
    const [speaker = ''] = SPEAKER.exec(shown) ?? [];
    const text = shown.slice(speaker.length).trimEnd();
    return text === '' || isBinary(text) ? [] : [{ at, speaker: speaker.trimEnd(), text }];
  });
}

/** Whether a sixth of `text` are characters that no text has: somebody printed a file or a compressed message. */
const isBinary = (text: string): boolean => 6 * (text.match(NO_TEXT)?.length ?? 0) > text.length;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it looks for
const NO_TEXT = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\ufffd]/g;

/** The last traceback of each process, except those that only report the failure of another process. */
function tracebacksIn(lines: readonly Placed[]): Block[] {
  const speakers = new Set(lines.map(({ speaker }) => speaker));
  return [...speakers].flatMap((speaker) => {
    const blocks = blocksIn(lines.filter((line) => line.speaker === speaker));
    return blocks.findLast(({ parts }) => !REPORT.test(conclusionOf(parts.at(-1) ?? []))) ?? [];
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

/** Between two tracebacks, Python says that the second error followed from the first. */
const FOLLOWED = /^(?:During handling of the above exception|The above exception was the direct cause)/;

/** The tracebacks in the lines of one process. */
function blocksIn(lines: readonly Placed[]): Block[] {
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const end = PYTHON.test(lines[at]?.text ?? '') ? endOfPython(lines, at) : endOfJava(lines, at);
    if (end === at) continue;
    const part = lines.slice(at, end);
    const before = FOLLOWED.test(lines[at - 1]?.text ?? '') ? blocks.pop() : undefined;
    blocks.push({ parts: [...(before?.parts ?? []), part] });
    at = end - 1;
  }
  return blocks;
}

/** The position after a Python traceback: its frames are indented, its exception is not. */
function endOfPython(lines: readonly Placed[], start: number): number {
  const indent = indentOf(lines[start]?.text);
  let end = start + 1;
  while (end < lines.length && indentOf(lines[end]?.text) > indent) end++;
  const most = Math.min(lines.length, end + 1 + MOST_MESSAGE);
  for (end = Math.min(lines.length, end + 1); end < most; end++) {
    const text = lines[end]?.text ?? '';
    if (LOGGED.test(text) || PYTHON.test(text) || FOLLOWED.test(text)) break;
  }
  return end;
}

/** The position after a Java stack trace that begins at `start`; `start` itself when none does. */
function endOfJava(lines: readonly Placed[], start: number): number {
  if (!JAVA.test(lines[start]?.text ?? '') || !JAVA_FRAME.test(lines[start + 1]?.text ?? '')) return start;
  let end = start + 1;
  while (end < lines.length && (JAVA_FRAME.test(lines[end]?.text ?? '') || JAVA.test(lines[end]?.text ?? ''))) end++;
  return end;
}

const indentOf = (text = ''): number => text.length - text.trimStart().length;

/** The line of a traceback that names the exception. */
function conclusionOf(part: readonly Line[]): string {
  const [first] = part;
  return part.slice(1).find(({ text }) => indentOf(text) <= indentOf(first?.text))?.text ?? first?.text ?? '';
}

/** A line that reports an error, for logs without a traceback. */
const ERROR =
  /\b(?:[A-Z]\w*(?:Error|Exception)\b|FATAL\b|[Ff]atal error|ERROR\b|[Ee]rror:|panic:|Killed\b|[Ss]egmentation fault|[Bb]us error|core dumped|[Oo]ut of memory|No space left on device)/;

/** Lines with which launchers and the SageMaker toolkits repeat an error. */
const REPORTED =
  /Reporting training FAILURE|ExecuteUserScriptError|ExitCode|ErrorMessage|exit_?code|ChildFailedError|sagemaker-training|torch\.distributed|Traceback|^\s/;

/**
 * At most `MOST_LINES` lines of an error. Of the exceptions before the last, and of Java's deep frames, the lines that
 * name them are enough. A text stands for lines that are left out.
 */
function shorten({ parts }: Block): readonly (Placed | string)[] {
  const all = parts.flat();
  if (all.length <= MOST_LINES) return all;
  const withoutFrames = parts.flatMap((part, at) =>
    at === parts.length - 1 ? part : part.filter(({ text }) => indentOf(text) <= indentOf(part[0]?.text)),
  );
  const few = withoutFrames.filter((_, at) => at < 2 || !withoutFrames.slice(at - 2, at + 1).every(isFrame));
  if (few.length <= MOST_LINES) return few;
  const kept = MOST_LINES - 2;
  return [...few.slice(0, 1), `  … ${few.length - 1 - kept} lines are left out`, ...few.slice(-kept)];
}

const isFrame = ({ text }: Line): boolean => JAVA_FRAME.test(text);

/** Lines before those that are shown: a secret may begin there, such as a private key. */
const LINES_BEFORE = 60;
/** UTF-16 units of a line that are searched for secrets. */
const LONGEST_READ = 1000;

/** The text of `shown` by place: printable, and without secrets, also those that begin on one line and end on another. */
function cleaned({ lines }: ReadStream, shown: readonly Placed[], secrets: Secrets): ReadonlyMap<number, string> {
  const [from, to] = [shown[0]?.place ?? 0, shown.at(-1)?.place ?? 0];
  const around = lines.filter(({ place }) => place >= from - LINES_BEFORE && place <= to);
  const plain = around.map(({ text }) => plainText(text, LONGEST_READ));
  const quiet = hideSecretsInLines(plain, secrets);
  return new Map(
    around.map(({ place, text }, at) => {
      // Tracebacks need their indentation.
      const indent = ' '.repeat(Math.min(8, indentOf(text.replaceAll('\t', '  '))));
      return [place, indent + plainText(quiet[at] ?? '', LONGEST_LINE)];
    }),
  );
}
