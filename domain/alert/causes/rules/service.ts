/**
 * What SageMaker itself says, as statements that begin with known words.
 *
 * A statement counts only where SageMaker begins to speak. The same words inside an error of the code in the container
 * mean nothing: "insufficient capacity" may be about a buffer.
 */
import type { Key } from '../advice/advice.ts';
import { deniedIn } from './access.ts';
import { ALGORITHM, NEO } from './algorithms.ts';
import { quotaIn } from './quota.ts';
import { firstOf, type Rule } from './rule.ts';
import { AWS_SIDE, REFUSED_ACCESS, REFUSED_INPUT } from './statements.ts';

const QUOTA =
  /^The account-level service limit|^.{0,200}\bThe account-level service limit '.{1,120}' is \d{1,9} \w{1,20}, with current utilization|^ResourceLimitExceeded|^VcpuLimitExceeded|^You(?:'ve| have) (?:reached|exceeded|requested more) .{0,80}\b(?:limit|quota|maximum number)\b/i;

/** What SageMaker means by `text`; absent if the statement is not known. */
export function statementOf(text: string): Key | undefined {
  if (QUOTA.test(text)) return quotaIn(text);
  const [moved] = MOVED.exec(text) ?? [];
  if (moved !== undefined) return transferOf(text, /upload/i.test(moved));
  const model = /^InputConfiguration: ?/.exec(text);
  if (model !== null) return firstOf(NEO, text.slice(model[0].length)) ?? 'unknown/refused';
  return (
    firstOf(AWS_SIDE, text) ?? firstOf(REFUSED_ACCESS, text) ?? firstOf(REFUSED_INPUT, text) ?? deniedAtStart(text)
  );
}

/** What an algorithm of SageMaker means by `text`; absent if it may mean several things. */
export function algorithmErrorIn(text: string): Key | undefined {
  const key = firstOf(ALGORITHM, text);
  return key === 'unknown/script' ? undefined : key;
}

/** `User: arn:… is not authorized to perform: …` */
const deniedAtStart = (text: string) =>
  /^User: |^AccessDenied|^arn:aws|^no [a-z]{1,20}-based policy|^.{0,200}\bIAM identity\b/.test(text)
    ? (deniedIn(text) ?? (/ is not authorized to /.test(text) ? 'execution-role' : undefined))
    : undefined;

const MOVED = /^(?:(?:Data |Artifact |Output |Model )?(?:download|upload) failed|Failed to (?:download|upload) data)/i;

/** Why a download or an upload failed. SageMaker quotes S3, KMS and its own agent here. */
const TRANSFER: readonly Rule[] = [
  [/route to an S3 VPC endpoint|Unable to execute request to S3|connect(?:ion)? timed out/i, 'network-or-vpc/vpc-s3'],
  [/\bmount\b.{0,200}Incorrect mount path/i, 'entry-point-or-arguments'],
  [/(?:Unable|Failed) to mount\b|\bmount.{0,40} timed out/i, 'network-or-vpc'],
  [/\bPermanentRedirect\b|\bAuthorizationHeaderMalformed\b|\bbucket is in .{0,40}region\b/i, 'no-input-data/region'],
  [
    /^(?!.{0,900}\b(?:Access ?Denied|Forbidden|403)\b).{0,400}\bmanifest\b.{0,160}\b(?:format|pars\w{1,5}|JSON|invalid|malformed)\b/i,
    'data-format-or-shape',
  ],
  // The container did not start, whatever SageMaker was about to do.
  [
    /OCI runtime create failed.{0,300}(?:executable file not found|no such file|permission denied|exec format)/,
    'entry-point-or-arguments/not-started',
  ],
  [/FastFile mode, partial S3 prefix/i, 'no-input-data/fastfile-prefix'],
  [/illegal char|invalid (?:S3 )?key name/i, 'entry-point-or-arguments'],
  [/Insufficient disk space|No space left on device/i, 'disk-full'],
  [/Out of Memory|instance type with more memory/i, 'host-memory'],
  [/\bKMS[ .](?:key\b|\w{0,40}Exception\b)|\bKMS\w{0,40}Exception\b/, 'kms'],
  [/\bSlowDown\b|reduce your request rate/i, 'throttling/s3'],
];
const DENIED = /\bAccess ?Denied\b|\bForbidden\b|\b403\b|\brole has ["']?s3:|\bnot authorized\b/i;
const ABSENT: readonly Rule[] = [
  [/\bNoSuchBucket\b|\bbucket .{0,80}does not exist/i, 'no-input-data/no-bucket'],
  [
    /\bNoSuchKey\b|\b404\b|\bNot Found\b|\bdoes(?: not|n't) exist\b|\bNo S3 objects\b|\bno (?:objects|data|files)\b/i,
    'no-input-data',
  ],
];

function transferOf(text: string, isUpload: boolean): Key {
  const known = deniedIn(text) ?? firstOf(TRANSFER, text);
  if (known === 's3-permission' || (known === undefined && DENIED.test(text)))
    return isUpload ? 's3-permission/upload' : 's3-permission';
  if (known !== undefined) return known;
  if (/\bKMS\b/.test(text)) return 'kms';
  return isUpload ? 'unknown/upload' : (firstOf(ABSENT, text) ?? 'unknown/download');
}
