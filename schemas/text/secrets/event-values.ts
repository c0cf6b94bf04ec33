/** The values of an event that must not appear in a text: hyperparameters, environment variables, arguments. */
import { plainText } from '../plain-text.ts';
import { isSecretKey, isSecretNumber } from './names.ts';
import { LOCATION, ORDINARY } from './value.ts';

/**
 * Keys, at any depth of `detail` and in any spelling, whose values are hidden. Must not match
 * `HyperParameterTuningJobName`.
 */
const SECRET_CONTAINER =
  /(?:hyper-?_?param(?:eter)?s|hparams?|parameter-?_?ranges|parameters)$|environ|^env(?:-?_?var(?:iable)?)?s?$|args?$|arguments?$|entry-?_?point|^cmd$|commands?$/i;
/** Hyperparameters that SageMaker itself adds and that people need to read. */
const SET_BY_SAGEMAKER =
  /^(?:sagemaker_(?:program|submit_directory|region|job_name|container_log_level)|_tuning_objective_metric)$/;
const SEPARATORS = /[\s,;="'[\]{}()\\:/&@?|+#]+/;
const SHORTEST = 6;
/** Of a whole value with a secret key, and of a part of one. Shorter values would hide half of every sentence. */
const SHORTEST_SECRET = 3;
const SHORTEST_PART = 4;
const NUMBER = /^\d*\.?\d+$/;
const MOST_VALUES = 10_000;
const MOST_ENTRIES = 20_000;
/** Characters. No reason is longer, so a longer value cannot occur in one. */
const LONGEST_VALUE = 4096;

interface Entry {
  readonly key: string;
  readonly value: string;
}

/** The values in `detail` to hide, as plain text with ASCII letters in lower case. */
export function valuesIn(detail: unknown): Set<string> {
  const found = entriesIn(detail);
  const values = new Set<string>();
  const add = (key: string, form: string, shortest = SHORTEST_PART) => {
    const word = lower(plainText(form, LONGEST_VALUE).replace(/…$/, ''));
    const isSecret = NUMBER.test(word) ? isSecretNumber(key) : isSecretKey(key);
    const isLong = word.length >= (isSecret ? shortest : SHORTEST);
    if (isLong && (isSecret || !ORDINARY.test(word)) && values.size < MOST_VALUES) values.add(word);
  };
  // Whole values first, then parts of values of secret keys: beyond MOST_VALUES, only other parts are left out.
  for (const { key, value } of found) add(key, value, SHORTEST_SECRET);
  const parts = found.flatMap(({ key, value }) => formsOf(key, value));
  for (const isSecret of [true, false]) {
    for (const { key, value } of parts) if (isSecretKey(key) === isSecret) add(key, value);
  }
  return values;
}

/** Text at any depth below a `SECRET_CONTAINER` key, and numbers with a secret key, each with its own key. */
function entriesIn(detail: unknown): Entry[] {
  const found: Entry[] = [];
  const waiting: { value: unknown; key: string; isInside: boolean }[] = [{ value: detail, key: '', isInside: false }];
  for (let seen = 0; seen < MOST_ENTRIES; seen++) {
    const next = waiting.pop();
    if (next === undefined) break;
    const { value, key, isInside } = next;
    if (isInside && !SET_BY_SAGEMAKER.test(key)) found.push(...entry(key, value));
    if (typeof value !== 'object' || value === null) continue;
    const named = nameIn(value);
    for (const [name, child] of Object.entries(value)) {
      waiting.push({
        value: child,
        key: Array.isArray(value) ? key : /^value$/i.test(name) ? (named ?? name) : name,
        isInside: isInside || SECRET_CONTAINER.test(name),
      });
    }
  }
  return found;
}

const entry = (key: string, value: unknown): Entry[] => {
  if (typeof value === 'string') return [{ key, value }];
  return typeof value === 'number' && isSecretNumber(key) ? [{ key, value: String(value) }] : [];
};

/** `DB_PASSWORD` for `{ Name: 'DB_PASSWORD', Value: '…' }`. */
function nameIn(pair: object): string | undefined {
  const [, name] = Object.entries(pair).find(([key]) => /^(?:name|key)$/i.test(key)) ?? [];
  return typeof name === 'string' ? name : undefined;
}

/** The forms in which a text may repeat a value: decoded from JSON, split into parts, in base64. */
function formsOf(key: string, value: string): Entry[] {
  const leaves = jsonLeaves(key, value);
  const parts = [{ key, value }, ...leaves].flatMap((whole) =>
    LOCATION.test(whole.value) ? [] : whole.value.split(SEPARATORS).map((part) => ({ key: whole.key, value: part })),
  );
  return [...leaves, ...parts, ...(isSecretKey(key) ? [{ key, value: inBase64(value) }] : [])];
}

/** In base64, up to the last full group of four characters: what follows the value in a longer text changes the rest. */
function inBase64(value: string): string {
  const bytes = Buffer.from(value.slice(0, LONGEST_VALUE));
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
}

/** The strings, and the numbers of secret keys, inside a value that is itself JSON; none when it is not. */
function jsonLeaves(key: string, value: string): Entry[] {
  if (!/^\s*["[{]/.test(value)) return [];
  try {
    const leaves: Entry[] = [];
    JSON.parse(value, (name, leaf: unknown) => {
      // Entries of lists have numbers for names. A value that is one string has no name.
      leaves.push(...entry(isSecretKey(key) || /^\d*$/.test(name) ? key : name, leaf));
      return leaf;
    });
    return leaves;
  } catch (error) {
    // JSON nested thousands of levels deep overflows the stack (RangeError). The caller still splits the value as text.
    if (error instanceof SyntaxError || error instanceof RangeError) return [];
    throw error;
  }
}

/** Lower-cases ASCII letters only: other letters may change their length, and positions in a text must not move. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
