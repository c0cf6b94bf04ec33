/**
 * The error of the code in a container: the exception that ended it, else the last words of a well-known program, else
 * the exit code.
 */
import type { Key } from './advice/advice.ts';
import { type Exception, explainException, passesOn } from './rules/exceptions.ts';
import { PROGRAMS } from './rules/programs.ts';
import { firstOf, type Rule } from './rules/rule.ts';

/** Words in which the type of an exception may end, if not in `Error` or `Exception`. */
const OTHERS =
  'SystemExit|BrokenProcessPool|KilledWorker|BadZipFile|DiskFull|ConnectTimeout|ReadTimeout|TimeoutExpired|NoSuchKey|NoSuchBucket|LimitExceeded|ArrowInvalid|' +
  'VersionConflict|DistributionNotFound|HeaderTooLarge|MissingMandatoryValue|InvalidVersion|InvalidRequirement|APIRemovedInV1';
/** Exceptions that are often raised without words. */
const BARE = 'MemoryError|AssertionError|NotImplementedError|KeyboardInterrupt';
/** The type of an exception where it is raised: a colon and a space, or the end of the words, follows. */
const RAISED = new RegExp(
  `(?<![\\w.-])((?:[A-Za-z_]\\w{0,60}\\.){0,8}_?(?:[A-Z]\\w{0,60}(?:Error|Exception)|(?:[A-Z]\\w{0,60})?(?:${OTHERS})))(?:: |:?["']?$)|` +
    `(?<![\\w.-])(${BARE})(?=["\\s,])`,
  'g',
);
/** The name of any other exception, in its module. */
const NAMED =
  /(?<![\w.-])(?!(?:org|com|io|java)\.)(?:[a-z_]\w{0,60}\.){1,8}[A-Z][A-Za-z]{2,60}: \S|\buncaught exception during \w{1,20}: \S/;
/** What Python writes between an exception and the one that it led to. */
const LED_TO = /During handling of the above exception|direct cause of the following exception/;
/** What a broken connection is called by itself. A library quotes it behind its own words. */
const CONNECTION = /^(?:Connection(?:Refused|Reset|Aborted)|BrokenPipe|Timeout)Error$/;
/** SageMaker's own words after the message of the code. */
const AFTER = /["']? ?\bCommand "[^"]{0,4096}|", exit code: -?\d{1,3}/g;
/** SageMaker's toolkit writes a value after each option: an option without one had an empty value. */
const BARE_OPTION = /\bCommand "[^"]{0,4096} --?[\w-]{1,100}(?: --\w| ?")/;
/** A command of SageMaker's toolkit that cannot work, whatever the script is. */
const COMMAND =
  /\bCommand "(?:\S{0,100}\/)?python[\d.]{0,5} (?:-m [\w.-]{1,100}\/\w|(?:-m )?(?:None|null|undefined)\b|s3:|\S{1,100}\.ipynb\b)/;
const LONGEST_MESSAGE = 600;
/** The last frame of a traceback: its path, and the line of code below it. */
const LONGEST_FRAME = 800;
/** Exceptions that are judged, from the last. A text may consist of nothing else. */
const MOST_RAISED = 20;
/** Without an exception, only the last words count: a log has warnings that nobody needs. */
const LONGEST_END = 2048;

/** The cause in the words of the code, which are one line; absent if they cannot tell. */
export function codeErrorIn(words: string, exitCode?: number): Key | undefined {
  const text = words.replace(AFTER, '"');
  const found = exceptionsIn(text);
  const raised = found.slice(-MOST_RAISED).filter((exception) => !passesOn(exception));
  const key = raised.length > 0 ? ofExceptions(raised, text) : ofWords(text.slice(-LONGEST_END));
  if (!isVague(key)) return key;
  // Python looks for a module, not for a path, and for a script that is a file.
  if (COMMAND.test(words) || (exitCode === 2 && BARE_OPTION.test(words))) return 'entry-point-or-arguments';
  const isNamed = found.length > 0 ? raised.length > 0 : NAMED.test(text);
  return ofExit(exitCode, text) ?? key ?? (isNamed ? 'unknown/raised' : undefined);
}

/** A program that catches an exception may print only its message. */
const MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/(?:\bmodule '[\w.]{1,80}'|'\w{1,80}' object) has no attribute '|\bCan't get attribute '/, 'AttributeError'],
  [/\bNo module named '/, 'ModuleNotFoundError'],
  [/\bcannot import name '/, 'ImportError'],
  [/\b[\w.]{1,80}\(\) (?:got an unexpected keyword argument '|missing \d{1,2} required )/, 'TypeError'],
  [/\bname '\w{1,60}' is not defined/, 'NameError'],
];

function ofWords(text: string): Key | undefined {
  const key = firstOf(PROGRAMS, text);
  if (key !== undefined && key !== 'missing-module') return key;
  for (const [words, type] of MESSAGES) {
    const at = text.search(words);
    const said = at < 0 ? undefined : explainException({ type, message: text.slice(at), frame: '' });
    if (said !== undefined) return said;
  }
  return key;
}

function ofExceptions(raised: readonly Exception[], text: string): Key | undefined {
  const causes = raised.map(explainException);
  const last = causes.at(-1);
  // pip quotes the errors of the packages that it builds.
  if (causes.includes('dependency-install-failed')) return 'dependency-install-failed';
  // The other processes of a distributed job fail because the first one did. Its error is the cause.
  if (last === 'distributed-communication') return causes.findLast((key) => key !== undefined && key !== last) ?? last;
  const isLed = LED_TO.test(text) || CONNECTION.test(raised.at(-1)?.type ?? '');
  const earlier = isVague(last) && isLed ? causes.findLast((key) => !isVague(key)) : undefined;
  return earlier ?? last ?? firstOf(BEFORE, text);
}

/** What comes before an exception that says nothing by itself. */
const BEFORE: readonly Rule[] = [
  // CUDA prints this before it fails: a label is outside the classes.
  [/Assertion `t >= 0 && t < n_classes` failed/, 'data-format-or-shape'],
  [/\/sagemaker_algorithm_toolkit\/hyperparameter_validation\.py/, 'hyperparameter-invalid'],
  [
    /\bmodel\w{0,20} ?= ?(?:pickle|joblib|dill|cloudpickle)\.load\(.{0,400}\b(?:EOFError|UnpicklingError)\b/,
    'model-artifact-wrong',
  ],
];

/** Whether the exception alone does not say what to mend. */
const isVague = (key: Key | undefined) => key === undefined || key === 'user-code-error';

/** The exceptions in `text`, in their order. Each message ends where the next traceback begins. */
function exceptionsIn(text: string): Exception[] {
  const found = [...text.matchAll(RAISED)];
  return found.map((match, at) => {
    const from = match.index + match[0].length;
    const message = text.slice(from, Math.min(found[at + 1]?.index ?? text.length, from + LONGEST_MESSAGE));
    const next = message.indexOf('Traceback (most recent call last)');
    const traceback = text.slice(Math.max(found[at - 1]?.index ?? 0, match.index - LONGEST_FRAME), match.index);
    return {
      type: match[1] ?? match[2] ?? '',
      message: next < 0 ? message : message.slice(0, next),
      frame: traceback.includes('File "') ? traceback.slice(traceback.lastIndexOf('File "')) : '',
    };
  });
}

/** What argparse and Click print when they refuse arguments. */
const USAGE = /\busage: [\w./-]{1,120} (?:\[-h\]|\[OPTIONS\])/i;

/** The shell's word for a process that the kernel ended. */
const KILLED = /^Killed$|"Killed"|(?:^|["'.:!)\]] )[Kk]illed["']?$/;

/** What an exit code says by itself: 128 and the number of the signal that ended the process, or the shell's codes. */
function ofExit(exitCode: number | undefined, text: string): Key | undefined {
  if (exitCode === 137 || exitCode === -9 || KILLED.test(text)) return 'host-memory/killed';
  if (exitCode === 2 && USAGE.test(text)) return 'entry-point-or-arguments';
  if (exitCode === 139 || exitCode === -11) return 'unknown/segmentation-fault';
  return exitCode === 126 || exitCode === 127 ? 'entry-point-or-arguments/not-started' : undefined;
}
