/** Credentials that their own form gives away: tokens of known providers, private keys, password hashes. */

import { type Span, spansOf } from './spans.ts';
import { TOKEN_PREFIXES } from './token-prefixes.ts';
import { looksRandom, looksSecret } from './value.ts';

/** Prefixes of providers that the rule set does not have. Most of them are in the public rules of gitleaks, too. */
const MORE_PREFIXES = [
  ...['AIza', 'ya29.', 'GOCSPX-', 'sk-', 'xai-', 'r8_', 'pcsk_', 'nvapi-', 'lsv2_', 'pplx-', 'tgp_v1_', 'api_org_'],
  ...['glptt-', 'glrt-', 'gldt-', 'glcbt-', 'glft-', 'gloas-', 'whsec_', 'pypi-', 'rubygems_', 'wandb_v1_', 'xoxe'],
  ...['dop_v1_', 'doo_v1_', 'dor_v1_', '.atlasv1.', 'NRAK-', 'sntrys_', 'sntryu_', 'dp.', 'PMAK-', 'ATATT3', 'ATCTT3'],
  ...['pul-', 'sbp_', 'pscale_', 'key-', 'AGE-SECRET-KEY-', 'xoxs-', 'fo1_', 'fm2_', 'phc_', 'xkeysib-', 'sha256~'],
  ...['ABSK', 'bedrock-api-key-', 'LTAI', 'GR1348941', 'glsoat-', 'glagent-', 'glimt-', 'AKCp', 'HRKU-', 'sq0'],
];

/** A token of Terraform has its mark in the middle. */
function tokenPattern(): RegExp {
  const prefixes = [...TOKEN_PREFIXES, ...MORE_PREFIXES].map((prefix) => prefix.replaceAll('.', '\\.')).join('|');
  const source = String.raw`(?<![A-Za-z\d])(?<text>(?:[\w.]{10,20}(?=\.atlasv1))?(?:${prefixes})[\w.~+/=-]{8,})`;
  return new RegExp(source, 'gd');
}

let compiled: RegExp | undefined;

const OTHERS: readonly RegExp[] = [
  // A private key, up to its last line or the end of the text.
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?<text>.+?)(?=-----END|$)/dgs,
  // A JSON web token: base64 of a JSON object, and more parts after dots.
  /(?<![\w-])(?<text>eyJ[\w-]{10,}(?:\.[\w-]*){0,4}=*)/dg,
  // A secret access key of AWS: 40 characters of base64, with letters of both cases and digits
  /(?<![\w/+.-])(?<text>(?=[a-z\d/+]*[A-Z])(?=[A-Z\d/+]*[a-z])(?=(?:[A-Za-z/+]*\d){3})[A-Za-z\d/+]{40})(?![\w/+=.-])/dg,
  // Twilio: SK or AC and 32 hexadecimal digits.
  /\b(?<text>(?:SK|AC)[\da-f]{32})\b/dg,
  // Bearer hunter2
  /\b(?:[Bb]earer|BEARER)\s+(?<text>(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[\w-]{6,})/dg,
  // Bearer x, Basic x
  /\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s+(?<text>(?=[\w.~+/=-]*\d|[\w.~+/=-]{20})[\w.~+/-]{8,}=*)/dg,
  // Telegram: the number of a bot and its token
  /\b(?<text>\d{8,10}:AA[\w-]{20,})/dg,
  // crypt(5): $6$salt$hash
  /(?<text>\$(?:1|5|6|y|2[abxy]?|apr1|argon2\w{1,2})\$[^\s"']{10,200})/dg,
];

/** The part after a prefix is random: long with digits and letters of both cases, or with a run that is no word. */
const isRandom = (token: string): boolean =>
  (token.length >= LONG && looksRandom(token)) ||
  token.split(/[^A-Za-z\d]+/).some((run) => (run.length >= 8 && looksSecret(run)) || run.length >= 16);

const LONG = 24;

/** Where `text` has tokens, keys and hashes that their own form gives away. */
export function tokensIn(text: string): Span[] {
  compiled ??= tokenPattern();
  return [...spansOf(text, compiled, isRandom), ...OTHERS.flatMap((pattern) => spansOf(text, pattern))];
}
