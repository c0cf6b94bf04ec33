/**
 * Keeps hyperparameters, environment values, arguments and credentials out of what people read.
 *
 * A failed script's reason ends with the command line that ran it (`Command "python train.py --api_key …"`), and that
 * command line carries every hyperparameter; exception texts quote URLs, tokens and passwords.
 */
const HIDDEN = '[hidden]';

/** Keys, at any depth of `detail` and in any spelling, whose values are never said. */
const CARRIER = /hyper-?_?parameter|environment|^env(?:vars)?$|argument|entry-?_?point|parameter-?_?ranges/i;
/** Keys whose values are secret however short. */
const SECRET_KEY = /key|token|secret|pass|pwd|cred|auth/i;
/** Values that are words of any sentence: hiding them would destroy the reason and hide nothing. */
const ORDINARY = /^(?:[a-z]{1,8}|[\w.-]+\.py|\d{1,5})$/;
const SHORTEST = 6;
const SHORTEST_SECRET = 4;
const MOST_VALUES = 1000;
const MOST_ENTRIES = 20_000;

const CREDENTIALS: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b/g,
  /(?<=:\/\/)[^\s/@:]+:[^\s/@]+(?=@)/g,
  /(?<=[?&](?:X-Amz-(?:Signature|Credential|Security-Token)|sig|signature|token)=)[^&\s"']+/gi,
  /(?<=(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credentials?)["']?\s?[=:]\s?["']?)[^\s"',;)]{4,}/gi,
  /(?<=\bbearer\s)[\w.~+/-]{8,}=*/gi,
  /(?<=\bbasic\s)(?=\S*[\d=])[\w+/]{12,}=*/gi,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:gh[pousr]_|github_pat_|hf_|sk-|xox[abprs]-)[\w-]{16,}/g,
];

/** `text` without what looks like a credential. */
export function hideCredentials(text: string): string {
  return CREDENTIALS.reduce((line, pattern) => line.replace(pattern, HIDDEN), text);
}

/** The values in `detail` that must not be said, as expressions that find them in text; the longest first. */
export function secretsIn(detail: unknown): readonly RegExp[] {
  const values = new Set<string>();
  const waiting: { value: unknown; key: string; carried: boolean }[] = [{ value: detail, key: '', carried: false }];
  for (let seen = 0; waiting.length > 0 && values.size < MOST_VALUES && seen < MOST_ENTRIES; seen++) {
    const { value, key, carried } = waiting.pop() ?? { value: undefined, key: '', carried: false };
    if (typeof value === 'string' && carried) addValue(values, key, value);
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      waiting.push({ value: child, key: Array.isArray(value) ? key : name, carried: carried || CARRIER.test(name) });
    }
  }
  return [...values].sort((a, b) => b.length - a.length).map((value) => new RegExp(flexible(value), 'gi'));
}

/** A value, and the forms it is repeated in: decoded, taken apart, after `=`, URL-encoded. */
function addValue(values: Set<string>, key: string, value: string): void {
  if (/^sagemaker_/.test(key)) return;
  const forms = [
    value,
    ...jsonLeaves(value),
    ...value.split(/[\s,;="'[\]{}()]+/),
    encodeURIComponent(value.slice(0, 500).toWellFormed()),
  ];
  const shortest = SECRET_KEY.test(key) ? SHORTEST_SECRET : SHORTEST;
  for (const form of forms) {
    const word = form.trim();
    if (word.length >= shortest && (SECRET_KEY.test(key) || !ORDINARY.test(word)) && !/^-{1,2}[\w-]+$/.test(word))
      values.add(word);
  }
}

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
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** Finds `value` whatever white space it was written with. */
function flexible(value: string): string {
  return value
    .slice(0, 500)
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replace(/\s+/g, '\\s+');
}

/** Names of what people call a command line, and how one begins. */
const COMMAND =
  /,?\s*\b(?:command(?: ?line)?|cmd)\b\s*[:=]?\s*(?=["'“`«[(]|\S*(?:python|torchrun|deepspeed|mpirun|accelerate|bash|sh)\b)/i;
/** A quoted word is no command line: there has to be an argument. */
const HAS_ARGUMENTS = /^\S+.{0,200}?(?:\s-{1,2}\w|\.py\b|['"],\s*['"])/s;
/** What comes after a command line and is worth keeping. */
const AFTER_COMMAND = /,?\s*exit code:? ?\d+|returned non-zero exit status/i;
/** `--flag value`, `--flag=value`, `'--flag', 'value'`. */
const FLAG = /(--[\w-]+)(["']?\s*[,=]?\s*["']?)(?!--)[^\s"',\])]+/g;

function hideCommands(text: string): string {
  const found = COMMAND.exec(text);
  if (found === null) return text;
  const before = text.slice(0, found.index);
  const rest = text.slice(found.index + found[0].length);
  if (!HAS_ARGUMENTS.test(rest)) return before + found[0] + hideCommands(rest);
  const tail = AFTER_COMMAND.exec(rest);
  return tail === null ? before : `${before}${tail[0].startsWith(',') ? '' : ' '}${rest.slice(tail.index)}`;
}

/** `reason` (clean text) without command lines, credentials, and what `secrets` find. */
export function hideSecrets(reason: string, secrets: readonly RegExp[] = []): string {
  const quiet = hideCommands(reason).replace(FLAG, `$1$2${HIDDEN}`);
  const hidden = secrets.reduce((text, secret) => text.replace(secret, HIDDEN), quiet);
  return hideCredentials(hideCut(hidden, secrets));
}

/** SageMaker cuts reasons at 1,024 characters, perhaps in the middle of a secret. */
const CUT_AT = 1000;

function hideCut(text: string, secrets: readonly RegExp[]): string {
  if (text.length < CUT_AT) return text;
  for (const { source } of secrets) {
    const start = source.slice(0, SHORTEST);
    const at = text.toLowerCase().lastIndexOf(start.toLowerCase());
    if (at > text.length - source.length && source.toLowerCase().startsWith(text.slice(at).toLowerCase()))
      return `${text.slice(0, at)}${HIDDEN}`;
  }
  return text;
}
