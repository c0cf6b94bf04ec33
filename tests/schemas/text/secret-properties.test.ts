import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideSecrets, hideSecretsInLines, secretsIn } from '../../../schemas/text/secrets.ts';
import { fixture, leakIn } from '../../support/secret-forms.ts';

const characters = (all: string) => fc.constantFrom(...all);
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** A value that no text has by chance: letters and digits, and marks inside. */
const secretOf = (marks: string) =>
  fc
    .tuple(
      fc.string({ unit: characters(`${LETTERS}0123456789`), minLength: 6, maxLength: 20 }),
      fc.string({ unit: characters(`${LETTERS}0123456789${marks}`), maxLength: 20 }),
    )
    .map(([begin, rest]) => `${begin}7q${rest}Z`);

const NAMES = ['password', 'db password', 'pg pw', 'api key', 'client secret', 'access token', 'smtp pwd', 'ftp creds'];
const STYLES: readonly ((words: string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.join('-'),
  (words) => words.join('.'),
  (words) => words.join('_').toUpperCase(),
  ([first = '', ...rest]) => first + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
];
const name = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom(...STYLES))
  .map(([words, style]) => style(words.split(' ')));

const QUOTED: readonly ((key: string, value: string) => string)[] = [
  (key, value) => `${key}="${value}"`,
  (key, value) => `${key} = '${value}'`,
  (key, value) => `{"${key}": "${value}", "n": 1}`,
  (key, value) => `{'${key}': '${value}'}`,
  (key, value) => `'${key}' => '${value}',`,
  (key, value) => `{\\"${key}\\": \\"${value}\\"}`,
  (key, value) => `Config(${key}='${value}', n=1)`,
  (key, value) => `[('${key}', '${value}')]`,
  (key, value) => `<a ${key}="${value}"/>`,
  (key, value) => `<${key}>${value}</${key}>`,
  (key, value) => `{"name": "${key}", "value": "${value}"}`,
];
const UNQUOTED: readonly ((key: string, value: string) => string)[] = [
  (key, value) => `${key}=${value} and more`,
  (key, value) => `Server=db;${key}=${value};n=1`,
  (key, value) => `https://h/p?a=1&${key}=${value}&b=2`,
  (key, value) => `https://h/p?a=1\\u0026${key}=${value}\\u0026b=2`,
  (key, value) => `--${key} ${value} --n 1`,
  (key, value) => `(${key}=${value})`,
  (_, value) => `https://bob:${value}@host:443/p`,
  (_, value) => `Authorization: Bearer ${value}`,
  (_, value) => `curl -u bob:${value} https://h`,
];

describe('a random secret', () => {
  it.each([
    ['in quotes', QUOTED, ' !#$%()*+,./:;=?@[]^_{|}~-'],
    ['without quotes', UNQUOTED, '!#*+./=?^_~-'],
  ] as const)('never remains in a form of the grammar: %s', (_, forms, marks) => {
    fc.assert(
      fc.property(name, secretOf(marks), fc.constantFrom(...forms), (key, value, write) => {
        expect(leakIn(hideSecrets(`failed: ${write(key, value)}`), value)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it('of the event never remains, encoded or broken', () => {
    const encoded: readonly ((value: string) => string)[] = [
      encodeURIComponent,
      (value) => encodeURIComponent(encodeURIComponent(value)),
      (value) => JSON.stringify(value),
      (value) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
      (value) => value.replace(/.{5}/g, '$& '),
    ];
    fc.assert(
      fc.property(secretOf('!"#$&+/<=?@\\'), fc.constantFrom(...encoded), (value, encode) => {
        const written = encode(value);
        const shown = hideSecrets(`°° ${written} °°`, secretsIn({ Environment: { DB_PW: value } }));
        expect(leakIn(shown, written)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});

describe('ordinary text', () => {
  const sentences = fixture<string[]>('ordinary');

  it('stays as it is, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...sentences), { maxLength: 5 }), (lines) => {
        expect(hideSecretsInLines(lines)).toEqual(lines);
        expect(hideSecrets(lines.join(' | '))).toBe(lines.join(' | '));
      }),
    );
  });

  it('of any kind keeps its lines', () => {
    fc.assert(
      fc.property(fc.array(fc.string().map((line) => line.replaceAll('\n', ' '))), (lines) => {
        expect(hideSecretsInLines(lines, new Set(['abc def'])).length).toBe(lines.length);
      }),
    );
  });
});

describe('a hostile text of 20,000 characters', () => {
  const PARTS = [
    ...[
      'a',
      'a.',
      'a-',
      ' ',
      '"',
      '\\',
      '=',
      ':',
      '<',
      '<a ',
      '<a>',
      '%3D',
      '\\u0026',
      '&amp;',
      '@',
      '://',
      '](',
      '{{',
    ],
    ...[
      'password',
      'password=',
      'password="',
      'password: ',
      "('password', '",
      '<password>',
      'password is ',
      'api key ',
    ],
    ...[
      'a://b:c@',
      'a:b@',
      'https://a',
      'curl -u ',
      'mysql -p',
      '--a ',
      'Cookie: a=b;',
      'bearer ',
      '$6$',
      'eyJa',
      'AKIA',
    ],
    ...[
      `${'-'.repeat(5)}BEGIN PRIVATE KEY${'-'.repeat(5)}`,
      'echo ',
      'wandb login ',
      'x -pass ',
      'token value=',
      'cmd"',
    ],
  ];

  it.each(PARTS)('takes little time: %j', (part) => {
    const text = part.repeat(20_000).slice(0, 20_000);
    const before = process.cpuUsage();
    hideSecrets(text, new Set(['abcdef']));
    const { user, system } = process.cpuUsage(before);
    // A slow expression takes minutes, so that a busy machine makes no difference.
    expect((user + system) / 1000).toBeLessThan(3000);
  });
});
