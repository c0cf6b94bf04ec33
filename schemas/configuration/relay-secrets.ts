/**
 * Secrets and URLs of relays in `ground-control.yml`. The file never has the value of a secret: CloudFormation reads it
 * from AWS Secrets Manager while it deploys.
 */
import * as z from 'zod';

/** A secret in AWS Secrets Manager (CloudFormation user guide, `secretsmanager` dynamic references). */
export const secretFields = {
  secret: z
    .string()
    .regex(
      /^(?:arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[\w/+=.@-]{1,512}$/,
      'expected the ARN or the name of a secret in AWS Secrets Manager',
    )
    .describe('ARN or name of a secret in AWS Secrets Manager. Its value never stands in this file.'),
  field: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'expected the name of a field of the secret, of letters, digits, "_", "." and "-"')
    .optional()
    .describe('Field of the secret, if its value is a JSON object. Without it, the whole value is used.'),
  version: z
    .string()
    .regex(/^[a-zA-Z0-9-]{32,64}$/, 'expected the version id of the secret, of 32 to 64 characters')
    .optional()
    .describe('Version id of the secret. CloudFormation reads a changed value only when this changes, too.'),
};

/** Longest URL of an API destination (EventBridge API reference, CreateApiDestination). */
const LONGEST_URL = 2048;

/** The form of a URL that EventBridge takes (EventBridge API reference, CreateApiDestination, InvocationEndpoint). */
const ENDPOINT = /^((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+)([).!';/?:,])?$/;

/**
 * Names that no public resolver knows: RFC 6761, RFC 6762, appendix G of RFC 6762, RFC 8375, and ICANN's reservation of
 * `internal`.
 */
const PRIVATE_NAME =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|home\.arpa|lan|test|invalid|example|onion)$/;

/** Two or more labels of letters, digits and inner hyphens (RFC 1123). The last one has a letter. */
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?=.*[a-z])[a-z0-9-]{1,62}[a-z0-9]$/;

/** Services whose URLs contain the key to them, by host name and path. */
const URL_IS_SECRET = [
  /(?:^|\.)(?:hooks\.slack(?:-gov)?\.com|webhook\.office\.com|logic\.azure\.com|hooks\.zapier\.com)\//,
  /(?:^|\.)(?:discord|discordapp)\.com\//,
  /^api\.telegram\.org\//,
  /^events(?:\.eu)?\.pagerduty\.com\/+(?:integration|generic)\//,
];
const SECRET_NAME = /key|token|secret|sig|pass|pwd|code|auth|credential/i;

/** Whether the URL has a parameter whose name says that it is a secret, after `?`, `&` or, in the path, `;`. */
const hasSecret = (url: URL): boolean =>
  [
    ...url.searchParams.keys(),
    ...[...`${url.pathname}${url.search}`.matchAll(/;([^=;/?&]*)=/g)].map(([, name]) => name),
  ].some((name) => name !== undefined && SECRET_NAME.test(name));

/** Why EventBridge cannot, or should not, send to `text`; absent if it may. */
function urlMistake(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // `URL` also takes `https:host` and `https:///host`, and drops an empty user.
  const host = /^https:\/\/([^/?#\\]+)/.exec(text)?.[1];
  if (url?.protocol !== 'https:' || host === undefined)
    return 'expected a URL that begins with https:// and a host name';
  if (host.includes('@')) return 'expected no user and password in the URL';
  if (url.port !== '') return 'expected no port: EventBridge documents only 443';
  // The URL standard writes every form of an IPv4 address, such as 0x7f.1, as four numbers.
  if (/^\[|^[\d.]+$/.test(url.hostname)) return 'expected a public host name, not an IP address';
  if (!HOST_NAME.test(url.hostname) || PRIVATE_NAME.test(url.hostname)) return 'expected a public host name';
  if (url.hash !== '') return 'expected no "#" in the URL';
  if (URL_IS_SECRET.some((form) => form.test(`${url.hostname}${url.pathname}`)))
    return 'expected a URL that is no secret: whoever reads this one may send to it';
  if (hasSecret(url)) return 'expected no secret in the URL: it is shown to everyone who may look at EventBridge';
  // EventBridge takes `*` for a parameter in the path, and Ground Control sends none.
  return ENDPOINT.test(text) && !text.includes('*')
    ? undefined
    : 'expected a URL without *, blanks and other signs, and with two hexadecimal digits after each %';
}

/** A URL to which EventBridge may send: `https`, a public name, no port, no credentials. */
export const publicUrl = z
  .string()
  .max(LONGEST_URL, { abort: true })
  .superRefine((text, context) => {
    const message = urlMistake(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
