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

/** Names that no public resolver knows (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of `internal`). */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa|test|invalid|example|onion)$/;
/** Services whose URLs contain the key to them. */
const URL_IS_SECRET = /(?:^|\.)(?:hooks\.slack\.com|webhook\.office\.com|logic\.azure\.com|discord\.com)$/;
const SECRET_IN_QUERY = /key|token|secret|sig|pass|pwd|code|auth|credential/i;

/** Why EventBridge cannot, or should not, send to `text`; absent if it may. */
function urlMistake(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') return 'expected a URL that begins with https://';
  if (url.username !== '' || url.password !== '') return 'expected no user and password in the URL';
  if (url.port !== '') return 'expected no port: EventBridge documents only 443';
  // The URL standard writes every form of an IPv4 address, such as 0x7f.1, as four numbers.
  if (/^\[|^[\d.]+$/.test(url.hostname)) return 'expected a public host name, not an IP address';
  if (!url.hostname.includes('.') || url.hostname.endsWith('.') || PRIVATE_NAME.test(url.hostname))
    return 'expected a public host name';
  if (url.hash !== '') return 'expected no "#" in the URL';
  if (URL_IS_SECRET.test(url.hostname))
    return 'expected a URL that is no secret: whoever reads this one may send to it';
  if ([...url.searchParams.keys()].some((name) => SECRET_IN_QUERY.test(name)))
    return 'expected no secret in the URL: it is shown to everyone who may look at EventBridge';
  // EventBridge takes `*` for a parameter in the path, and Ground Control sends none.
  return /^[\w\-.~!'();/?:@&=+$,%]*$/.test(text) ? undefined : 'expected a URL without *, blanks and other signs';
}

/** A URL to which EventBridge may send: `https`, a public name, no port, no credentials. */
export const publicUrl = z
  .string()
  .max(LONGEST_URL, { abort: true })
  .superRefine((text, context) => {
    const message = urlMistake(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
