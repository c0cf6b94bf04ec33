/**
 * Keeps hyperparameters, environment values, arguments and credentials out of alerts.
 *
 * The failure reason of a script ends with the command line that ran it (`Command "python train.py --api_key …"`). That
 * command line contains every hyperparameter. Exception texts quote URLs, tokens and passwords.
 */
import { secretsInOptions, withoutCommands } from './secrets/commands.ts';
import { valuesIn } from './secrets/event-values.ts';
import { spansOfValues } from './secrets/find-values.ts';
import { namedSecrets } from './secrets/grammar.ts';
import { type Span, withoutSpans } from './secrets/spans.ts';
import { tokensIn } from './secrets/tokens.ts';
import { secretsInUrls } from './secrets/urls.ts';

/** Values to hide, in the form in which a reason would contain them: plain text, ASCII letters in lower case. */
export type Secrets = ReadonlySet<string>;

/** The values in `detail` to hide: of hyperparameters, environment variables, arguments and entry points. */
export const secretsIn = (detail: unknown): Secrets => valuesIn(detail);

/** SageMaker cuts reasons at 1,024 characters. A reason of this length may end in the middle of a secret. */
const CUT_AT = 1000;

/** `reason` (plain text) without command lines; credentials and the values in `secrets` are replaced by `[hidden]`. */
export function hideSecrets(reason: string, secrets: Secrets = new Set()): string {
  const text = withoutCommands(reason);
  return withoutSpans(text, [...spansOfValues(text, secrets, reason.length >= CUT_AT), ...credentialsIn(text)]);
}

/** Like `hideSecrets`, for the lines of a log. It also hides what is broken over lines, and returns as many lines. */
export function hideSecretsInLines(lines: readonly string[], secrets: Secrets = new Set()): string[] {
  const kept = lines.map((line) => withoutCommands(line));
  const text = kept.join('\n');
  const overLines = [...spansOfValues(text, secrets, false), ...tokensIn(text)];
  let end = -1;
  return kept.map((line, at) => {
    const from = end + 1;
    end = from + line.length;
    const inLine = overLines.map(
      ([first, last]): Span => [Math.max(first - from, 0), Math.min(last - from, line.length)],
    );
    return withoutSpans(line, [...inLine, ...credentialsIn(line), ...namedBefore(kept[at - 1] ?? '', line)]);
  });
}

/** Where `line` has the quoted value of a name at the end of the line `before`, as in JSON. */
function namedBefore(before: string, line: string): Span[] {
  if (!/[:=[]\s*$/.test(before) || !/^\s*["']/.test(line)) return [];
  const start = before.length + 1;
  return credentialsIn(`${before} ${line}`).flatMap(([from, to]): Span[] =>
    to > start ? [[Math.max(from - start, 0), to - start]] : [],
  );
}

const credentialsIn = (text: string): Span[] => [
  ...namedSecrets(text),
  ...(MAY_HAVE.url.test(text) ? secretsInUrls(text) : []),
  ...(MAY_HAVE.option.test(text) ? secretsInOptions(text) : []),
  ...(MAY_HAVE.token.test(text) ? tokensIn(text) : []),
];

/** What a text needs to have any: most texts spare the compilation of many patterns. */
const MAY_HAVE = {
  url: /[@?]|%40|&[a-z]|\.(?:com|org)\/|\/t\//i,
  option: /-|login|echo|identified/i,
  token: /[\w.~+/=$-]{10}|bearer\s/i,
};
