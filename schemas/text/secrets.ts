/**
 * Keeps hyperparameters, environment values, arguments and credentials out of alerts.
 *
 * The failure reason of a script ends with the command line that ran it (`Command "python train.py --api_key …"`). That
 * command line contains every hyperparameter. Exception texts quote URLs, tokens and passwords.
 */
import { plainText } from './plain-text.ts';

const HIDDEN = '[hidden]';

/**
 * Keys, at any depth of `detail` and in any spelling, whose values are hidden. Must not match
 * `HyperParameterTuningJobName`.
 */
const SECRET_CONTAINER =
  /(?:hyper-?_?param(?:eter)?s|hparams?|parameter-?_?ranges|parameters)$|environ|^env(?:-?_?var(?:iable)?)?s?$|args?$|arguments?$|entry-?_?point|^cmd$|commands?$/i;
/** Keys whose values are secret even when they are short or common words. */
const SECRET_KEY = /key|token|secret|pass|pwd|cred|auth/i;
/** Hyperparameters that SageMaker itself adds and that people need to read. */
const SET_BY_SAGEMAKER =
  /^(?:sagemaker_(?:program|submit_directory|region|job_name|container_log_level)|_tuning_objective_metric)$/;
/**
 * Common words, numbers, regions and instance types. Hiding them would make the reason unreadable and protect nothing.
 */
const ORDINARY =
  /^(?:[A-Za-z]?[a-z]{1,9}|[\w.-]+\.py|\d{1,5}|\d*\.\d{1,6}|[a-z]{2}(?:-[a-z]+){1,2}-\d|ml\.[\w.]+|-{1,2}[\w-]+)$/;
/** Locations are hidden as a whole only, because their parts are names that people need. */
const LOCATION = /^(?:s3:\/\/|arn:|\/)/i;
const SEPARATORS = /[\s,;="'[\]{}()\\:/&@?|+#]+/;
const SHORTEST = 6;
const SHORTEST_SECRET = 4;
const MOST_VALUES = 10_000;
const MOST_ENTRIES = 20_000;
/** Characters. No reason is longer, so a longer value cannot occur in one. */
const LONGEST_VALUE = 4096;

const KEY =
  'passwd|password|passphrase|pwd|[_-]pass|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?';
const CREDENTIALS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g,
  /(?<=:\/\/)[^\s/@:]*:[^\s/@]+(?=@)/g,
  /(?<=[?&](?:X-Amz-(?:Signature|Credential|Security-Token)|sig|signature|token)=)[^&\s"']+/gi,
  // A quoted value ends at the same quote character, whatever it contains.
  new RegExp(`(?<=(?:${KEY})["'\\\\]{0,4}\\s?[=:]\\s?\\\\{0,2}(["']))(?:(?!\\1|\\\\).){4,500}`, 'gi'),
  new RegExp(`(?<=(?:${KEY})["'\\\\]{0,4}\\s?=\\s?)[^\\s"',;)\\\\]{3,}`, 'gi'),
  // A short word after a colon is part of the sentence: "unknown token: comma".
  new RegExp(`(?<=(?:${KEY})["'\\\\]{0,4}\\s?:\\s?)(?=\\S{8}|\\S{0,8}\\d)[^\\s"',;)\\\\]{4,}`, 'gi'),
  /(?<=\bbearer\s)[\w.~+/-]{8,}=*/gi,
  /(?<=\bbasic\s)(?=\S*[\d=])[\w+/]{12,}=*/gi,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:gh[pousr]_|github_pat_|hf_|sk-|xox[abprs]-)[\w-]{16,}/g,
];

/** `text` with everything hidden that looks like a credential. */
function hideCredentials(text: string): string {
  return CREDENTIALS.reduce((line, pattern) => line.replace(pattern, HIDDEN), text);
}

/** Values to hide, in the form in which a reason would contain them: plain text, ASCII letters in lower case. */
export type Secrets = ReadonlySet<string>;

/** The values in `detail` to hide. */
export function secretsIn(detail: unknown): Secrets {
  const found = secretStringsIn(detail);
  const values = new Set<string>();
  const add = (key: string, form: string) => {
    const isSecret = SECRET_KEY.test(key);
    const word = lower(plainText(form, LONGEST_VALUE).replace(/…$/, ''));
    const isLong = word.length >= (isSecret ? SHORTEST_SECRET : SHORTEST);
    if (isLong && (isSecret || !ORDINARY.test(word)) && values.size < MOST_VALUES) values.add(word);
  };
  // Whole values first, then parts of values of secret keys: beyond MOST_VALUES, only other parts are left out.
  for (const { key, value } of found) add(key, value);
  const parts = found.map(({ key, value }) => ({ key, forms: formsOf(value) }));
  for (const isSecret of [true, false]) {
    for (const { key, forms } of parts) {
      if (SECRET_KEY.test(key) === isSecret) for (const form of forms) add(key, form);
    }
  }
  return values;
}

/** The strings at any depth below a `SECRET_CONTAINER` key, each with its own key. */
function secretStringsIn(detail: unknown): { key: string; value: string }[] {
  const found: { key: string; value: string }[] = [];
  const waiting: { value: unknown; key: string; isInside: boolean }[] = [{ value: detail, key: '', isInside: false }];
  for (let seen = 0; seen < MOST_ENTRIES; seen++) {
    const next = waiting.pop();
    if (next === undefined) break;
    const { value, key, isInside } = next;
    if (typeof value === 'string' && isInside && !SET_BY_SAGEMAKER.test(key)) found.push({ key, value });
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      waiting.push({
        value: child,
        key: Array.isArray(value) ? key : name,
        isInside: isInside || SECRET_CONTAINER.test(name),
      });
    }
  }
  return found;
}

/** The forms in which a reason may repeat a value: decoded from JSON, split into parts, URL-encoded. */
function formsOf(value: string): string[] {
  const leaves = jsonLeaves(value);
  const parts = [value, ...leaves].flatMap((form) => (LOCATION.test(form) ? [] : form.split(SEPARATORS)));
  return [...leaves, ...parts, encodeURIComponent(value.slice(0, LONGEST_VALUE).toWellFormed())];
}

/** The strings inside a value that is itself JSON; none when it is not. */
function jsonLeaves(value: string): string[] {
  if (!/^\s*["[{]/.test(value)) return [];
  try {
    const leaves: string[] = [];
    JSON.parse(value, (_, leaf: unknown) => {
      if (typeof leaf === 'string') leaves.push(leaf);
      return leaf;
    });
    return leaves;
  } catch (error) {
    // JSON nested thousands of levels deep overflows the stack (RangeError). The caller still splits the value as text.
    if (error instanceof SyntaxError || error instanceof RangeError) return [];
    throw error;
  }
}

/** Lower-cases ASCII letters only: other letters may change their length, and positions in the text must not move. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The word that introduces a command line (`Command`, `cmd`), followed by the beginning of one. */
const COMMAND =
  /,?\s?\b(?:command(?: ?line)?|cmd)\b\s?[:=]?\s?(?=["'“`«[(]|\S{0,200}(?:python|torchrun|deepspeed|mpirun|accelerate|bash|sh)\b)/i;
/** A command line has at least one argument: a single quoted word is none. */
const HAS_ARGUMENTS = /^\S{1,200}.{0,200}?(?:\s-{1,2}\w|\.py\b|['"],\s*['"])/s;
/** Text after a command line that people need. */
const AFTER_COMMAND = /,?\s*exit code:? ?\d+|returned non-zero exit status/i;
/** `--flag value`, `--flag=value`, `'--flag', 'value'`. */
const FLAG = /(--[\w-]+)(["']?\s*[,=]?\s*["']?)(?!--)[^\s"',\])]+/g;
const MOST_COMMANDS = 20;

function hideCommands(text: string, attempts = MOST_COMMANDS): string {
  const found = attempts > 0 ? COMMAND.exec(text) : null;
  if (found === null) return text;
  const before = text.slice(0, found.index);
  const rest = text.slice(found.index + found[0].length);
  if (!HAS_ARGUMENTS.test(rest)) return before + found[0] + hideCommands(rest, attempts - 1);
  const tail = AFTER_COMMAND.exec(rest);
  return tail === null ? before : `${before}${tail[0].startsWith(',') ? '' : ' '}${rest.slice(tail.index)}`;
}

/** `reason` (plain text) without command lines; credentials and the values in `secrets` are replaced by `[hidden]`. */
export function hideSecrets(reason: string, secrets: Secrets = new Set()): string {
  const isCut = reason.length >= CUT_AT;
  // Values before patterns: once a pattern has hidden a part of a value, the rest is not found any more.
  const quiet = hideValues(hideCommands(reason), secrets, isCut);
  return hideCredentials(quiet.replace(FLAG, `$1$2${HIDDEN}`));
}

/** SageMaker cuts reasons at 1,024 characters. A reason of this length may end in the middle of a secret. */
const CUT_AT = 1000;

/**
 * Hides every secret that is a word of its own and, when SageMaker cut the text, the beginning of a secret at its end.
 */
function hideValues(text: string, secrets: Secrets, isCut: boolean): string {
  const searched = lower(text);
  const hidden = new Array<boolean>(text.length).fill(false);
  for (const secret of secrets) {
    for (let at = searched.indexOf(secret); at !== -1; at = searched.indexOf(secret, at + 1)) {
      if (isOwnWord(searched, at, secret)) hidden.fill(true, at, at + secret.length);
    }
    if (!isCut) continue;
    const at = searched.lastIndexOf(secret.slice(0, SHORTEST));
    if (at !== -1 && secret.startsWith(searched.slice(at))) hidden.fill(true, at);
  }
  let result = '';
  for (const [at, unit] of text.split('').entries()) {
    if (hidden[at] !== true) result += unit;
    else if (hidden[at - 1] !== true) result += HIDDEN;
  }
  return result;
}

/** A secret of this many characters is no ordinary word: it is hidden inside longer words, too. */
const LONG = 12;

/** Whether the secret at position `at` does not begin or end inside a longer word. */
function isOwnWord(text: string, at: number, secret: string): boolean {
  if (secret.length >= LONG) return true;
  const joins = (a: string | undefined, b: string | undefined) => /^\w\w$/.test(`${a ?? ''}${b ?? ''}`);
  const end = at + secret.length;
  return !joins(text[at - 1], text[at]) && !joins(text[end - 1], text[end]);
}
