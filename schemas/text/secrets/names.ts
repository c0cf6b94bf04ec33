/**
 * Which names say that their value is a secret: `password`, `DB_PW`, `clientSecret`, `X-Api-Key`, `API key`.
 *
 * The last word of a name decides: `token_count` counts, `SECRET_ARN` locates. Words are found in any spelling.
 */

/**
 * How surely the value of a name is a secret. `strong`: always. `weak`: in code, but not in a sentence ("unknown token:
 * comma"). `hint`: only if the value looks like a secret, too. `rare`: only in code, and if the value is random.
 */
export type Strength = 'strong' | 'weak' | 'hint' | 'rare';

/** Last words of strong names; also when other letters are before them (`PGPASSWORD`, `dbpwd`). */
const STRONG =
  /(?:passwords?|passwd|passphrase|passcode|passwort|kennwort|contraseña|senha|пароль|密码|pwd|secrets?|credentials?|creds|(?:api|access|secret|private|account)keys?|motdepasse|(?:api|auth|access|refresh|session|bearer)tokens?|(?:db|pg|my|user|root|admin|store|key|trust|ssh|smtp|mail|ftp)(?:pass|pw))$/;
/** Last words that are strong only as whole words. */
const STRONG_WORD = /^(?:pw|passe|cred|otp|authorization|connstr)$/;
/** Words that make the `key` or `token` after them a strong name. */
const OF_SECRET_KEY =
  /^(?:api|app|access|secret|private|account|auth|encryption|signing|hmac|shared|license|subscription|storage|client|service|ssh|gpg|pgp|webhook|deploy|master|admin|host|function|aws|azure|gcp|openai|anthropic|hf|wandb|comet|neptune|kaggle|datadog|stripe|slack|github|gitlab)$/;
const OF_SECRET_TOKEN =
  /^(?:api|app|auth|access|refresh|session|security|bearer|bot|deploy|personal|private|secret|oauth|jwt|csrf|xsrf|vault|service|account|admin|user|login|registry|upload|hf|hub|github|gitlab|gh|wandb|slack|npm|pypi)$/;
/** Words before `key`, `token` and `pass` in names of ordinary things: `primary_key`, `pad_token`, `forward_pass`. */
const OF_ORDINARY =
  /^(?:primary|foreign|partition|sort|object|s3|kms|cache|dict|row|hash|join|label|public|input|output|index|group|data|pad|eos|bos|unk|sep|cls|mask|special|stop|max|min|num|number|new|next|image|audio|video|start|end|total|prompt|completion|unexpected|unknown|added|extra|decoder|forced|first|second|last|prev|previous|current|batch|per|single|multi|forward|backward)$/;
const WEAK = /^(?:secret|pat|pin|.*tokens?|pass)$/;
const HINT = /^(?:auth|(?:j|php)?sess(?:ion)?(?:id)?|signature|sig|cookie|jwt|bearer|dsn|sid)$/;
/** Words after the word that decides: `TOKEN_PROD`, `SecretString`. */
const NEUTRAL =
  /^(?:prod|production|dev|test|staging|stage|old|new|value|string|str|binary|text|plain|plaintext|code|base|b|hex|default|main|live|raw|primary|secondary)$/;

/** The words of a name in lower case, without digits: `db`, `password` for `DB_PASSWORD2` and `dbPassword`. */
function wordsOf(name: string): string[] {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[\s\d_.-]+/)
    .filter((word) => word !== '');
  while (words.length > 1 && NEUTRAL.test(words.at(-1) ?? '')) words.pop();
  return words;
}

/** Every name that counts contains one of these. Most words of a text do not, and need no closer look. */
const MAY_COUNT =
  /pass|pw|secret|token|key|cred|auth|sess|sig|cook|jwt|bear|dsn|sid|pin|otp|str|pat|kennw|motde|contrase|senha|парол|密码/i;

/** Strong names that words do not show: `PGPW`, `connection string`, Hadoop's `fs.azure.account.key.x.net`. */
const SPELLED = /[A-Z]PW$|[Cc]onn(?:ection)?[ _-]?[Ss]tr(?:ing)?$|CONN(?:ECTION)?_STR(?:ING)?$|account\.key\./;

/** How surely the value of `name` is a secret; absent for names of ordinary things. `before` is the word before it. */
export function strengthOf(name: string, before = ''): Strength | undefined {
  if (!MAY_COUNT.test(before + name)) return undefined;
  if (SPELLED.test(`${before} ${name}`)) return 'strong';
  const words = wordsOf(`${before} ${name}`);
  const [of = '', last = ''] = [words.at(-2), words.at(-1)];
  if (/^(?:key|token|pass)s?$/.test(last) && OF_ORDINARY.test(of)) return undefined;
  if (/^keys?$/.test(last)) {
    if (OF_SECRET_KEY.test(of)) return 'strong';
    if (/^[A-Z\d]+_(?:[A-Z\d]+_)*KEY/.test(name)) return 'weak';
    return words.length === 1 ? 'rare' : undefined;
  }
  if (/^tokens?$/.test(last) && OF_SECRET_TOKEN.test(of)) return 'strong';
  if (last === 'phrase' && of === 'pass') return 'strong';
  // `secret` alone is an English word, `client_secret` is a name.
  if (last === 'secret' && words.length === 1) return 'weak';
  if (STRONG.test(last) || STRONG_WORD.test(last)) return 'strong';
  if (WEAK.test(last)) return 'weak';
  return HINT.test(last) ? 'hint' : undefined;
}

/** Whether `name` looks like code rather than like a word of a sentence: `db_password`, `apiKey`, `PASSWORD`. */
export const isCode = (name: string): boolean =>
  /[\p{L}\d][_.-][\p{L}\d]|[a-z\d][A-Z]|^[A-Z\d_]{2,}$|^[_$-]/u.test(name);

/** Keys of an event whose values are secret even when they are short or common words. More names than in a text. */
const SECRET_KEY = /pass|pwd|secret|token|key|cred|auth|dsn|conn(?:ection)?[_-]?str|(?:^|[_-])pins?(?:$|[_-])/i;
/** What `SECRET_KEY` finds in names of ordinary things. */
const ORDINARY_KEY =
  /tokeni[sz]|(?:max|min|num|n)_?keys?|(?:max|min|num|new|pad|eos|bos|unk|sep|cls|mask|special|stop|n)_?tokens?|tokens?_(?:per|count|limit|len)|author(?!i[sz])|authority|keyword|keypoint|keyframe|keyboard|monkey|bypass|passthrough|compass|num_?pass|passes|(?:primary|foreign|sort|partition|label|group|public)_?key/i;

/** Whether the value of `key` in an event is secret, whatever it looks like. */
export const isSecretKey = (key: string): boolean =>
  strengthOf(key) === 'strong' || (SECRET_KEY.test(key) && !ORDINARY_KEY.test(key));

/** Whether a number with this key is a secret. Many keys like `key_dim` have numbers that reasons need. */
export const isSecretNumber = (key: string): boolean =>
  isSecretKey(key) && /^(?:strong|weak)$/.test(strengthOf(key) ?? '') && !/tokens$/i.test(key);
