import { describe, expect, it } from 'vitest';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { hideSecrets, hideSecretsInLines, secretsIn } from '../../../schemas/text/secrets.ts';
import { fixture, formsIn, leakIn, tokenForms } from '../../support/secret-forms.ts';

const FILES = ['assignments', 'structured', 'urls', 'headers', 'commands', 'sentences', 'seen', 'event'] as const;
const forms = [...FILES.flatMap(formsIn), ...tokenForms()];

describe('a secret in a text', () => {
  it('has many forms', () => {
    expect(forms.length).toBeGreaterThan(500);
    expect(new Set(forms.map(({ form }) => form)).size).toBe(forms.length);
  });

  it.each(forms.map((form) => [form.form, form] as const))('is hidden: %s', (_, { text, secret, detail }) => {
    const reason = plainText(text, 4096);
    const output = hideSecrets(reason, secretsIn(detail));
    expect([leakIn(reason, secret) !== undefined, leakIn(output, secret)]).toEqual([true, undefined]);
    expect(hideSecrets(output, secretsIn(detail))).toBe(output);
  });

  it.each(fixture<string[]>('ordinary'))('is not in: %s', (text) => {
    expect(hideSecrets(text)).toBe(text);
  });
});

describe('what people need remains around a secret', () => {
  it.each([
    ['login failed with password=hunter22 for bob', 'login failed with password=[hidden] for bob'],
    ['Server=db;Uid=bob;Pwd=abc1;Database=x', 'Server=db;Uid=bob;Pwd=[hidden];Database=x'],
    ['connect(user="bob", password="a b", host="db")', 'connect(user="bob", password="[hidden]", host="db")'],
    ['{"user":"bob","password":"a b","port":1}', '{"user":"bob","password":"[hidden]","port":1}'],
    ['GET https://h/k?Signature=abc%2Fdef1&Expires=7 failed', 'GET https://h/k?Signature=[hidden]&Expires=7 failed'],
    ['https://h/k?a=1\\u0026sig=abc%2Fdef1\\u0026b=2', 'https://h/k?a=1\\u0026sig=[hidden]\\u0026b=2'],
    ['Authorization: Basic Ym9iOmhvcnNl was refused', 'Authorization: Basic [hidden] was refused'],
    ['<user>bob</user><password>a b</password><n>1</n>', '<user>bob</user><password>[hidden]</password><n>1</n>'],
    ['curl -u bob:horse1 https://h failed', 'curl -u [hidden] https://h failed'],
    ['PGPW=horse psql -h db: timeout', 'PGPW=[hidden] psql -h db: timeout'],
    [
      'Incorrect API key provided: abc123def. See the console.',
      'Incorrect API key provided: [hidden]. See the console.',
    ],
    ["('user', 'bob'), ('password', 'horse'), ('n', 1)", "('user', 'bob'), ('password', '[hidden]'), ('n', 1)"],
  ])('%s', (text, expected) => {
    expect(hideSecrets(text)).toBe(expected);
  });
});

describe('secrets in the lines of a log', () => {
  const secrets = secretsIn({ Environment: { API_TOKEN: 'first-half-second-half', N: 'x' } });

  it.each([
    ['a value over two lines', ['got first-half', '-second-half end'], ['got [hidden]', '[hidden] end']],
    ['a value in one line', ['a', 'got first-half-second-half', 'b'], ['a', 'got [hidden]', 'b']],
    ['a name and its value', ['password=hunter22', 'next line'], ['password=[hidden]', 'next line']],
    ['a name at the end of a line', ['enter password:', 'INFO step 1a2b3c'], ['enter password:', 'INFO step 1a2b3c']],
    [
      'a private key',
      [`${'-'.repeat(5)}BEGIN PRIVATE KEY${'-'.repeat(5)}`, 'abc', 'def', `${'-'.repeat(5)}END PRIVATE KEY`, 'after'],
      [
        `${'-'.repeat(5)}BEGIN PRIVATE KEY${'-'.repeat(5)}`,
        '[hidden]',
        '[hidden]',
        `${'-'.repeat(5)}END PRIVATE KEY`,
        'after',
      ],
    ],
    ['a command line', ['cmd: "python a.py --x y"', 'after'], ['', 'after']],
    ['no line', [], []],
    ['empty lines', ['', '', ''], ['', '', '']],
  ])('are hidden, and no line is lost: %s', (_, lines, expected) => {
    expect(hideSecretsInLines(lines, secrets)).toEqual(expected);
  });
});
