/**
 * Errors of AWS's APIs, in botocore's words: `An error occurred (AccessDenied) when calling the GetObject operation`.
 * Source: botocore.exceptions.ClientError.
 */
import type { Key } from '../advice/advice.ts';
import { deniedIn } from './access.ts';
import { quotaIn } from './quota.ts';
import { firstOf, type Rule } from './rule.ts';
import { statementOf } from './service.ts';
import { NOT_OFFERED } from './statements.ts';

/** Where people quote it, the beginning may be cut off. */
const WORDS =
  /(?:An error occurred \(|^)([\w.]{1,60})\) when calling the (\w{1,60}) operation(?: \(reached max retries: \d{1,3}\))?(?:: ?|$)/;

export interface ApiError {
  /** AWS's name of the error, or an HTTP status. */
  readonly error: string;
  /** Absent if the text does not name the call. */
  readonly operation?: string;
  readonly message: string;
}

/** The error of an API in `text`; absent if the text has none. */
export function apiErrorIn(text: string): ApiError | undefined {
  const match = WORDS.exec(text);
  const [words, error, operation] = match ?? [];
  if (match === null || words === undefined || error === undefined || operation === undefined) return undefined;
  return { error, operation, message: text.slice(match.index + words.length) };
}

/**
 * Whether `text` begins with the error of an API: nobody else's words come before it. botocore raises it as a
 * `ClientError`, or as a class that has the name of the error.
 */
export const beginsWithApiError = (text: string): boolean =>
  /^(?:(?:[\w.]{1,80}\.)?(?:ClientError|errorfactory\.\w{1,60}): )?An error occurred \(/.test(text) ||
  /^\w{1,60}\) when calling the \w{1,60} operation/.test(text) ||
  /^(?:[\w.]{1,80}\.)?(\w{1,60}): An error occurred \(\1\)/.test(text);

const QUOTA = /^(?:Resource|Account|Vcpu|Instance)?LimitExceeded|^ServiceQuotaExceeded|^MaxSpotInstanceCountExceeded/;
const S3 =
  /^(?:Get|Put|Head|Copy|Delete|Restore)Objects?$|^ListObjects(?:V2)?$|^ListBuckets$|^HeadBucket$|^GetBucket|MultipartUpload$|^UploadPart/;
const ECR = /^(?:BatchGetImage|GetAuthorizationToken|GetDownloadUrlForLayer|DescribeImages|DescribeRepositories)$/;
const KMS = /^(?:Decrypt|Encrypt|ReEncrypt|GenerateDataKey\w{0,30}|DescribeKey|CreateGrant)$/;
const A2I = /HumanLoop|FlowDefinition/;

const BY_ERROR: readonly Rule[] = [
  [/^SlowDown$/, 'throttling/s3'],
  [/^Throttl|^TooManyRequests|^RequestLimitExceeded$|^ProvisionedThroughputExceeded|^429$/, 'throttling'],
  [/^KMS|^DisabledException$|^KeyUnavailableException$/i, 'kms'],
  [/^(?:Repository|Image)NotFound/, 'image-pull'],
  [/^NoSuchBucket$/, 'no-input-data/no-bucket'],
  [/^PermanentRedirect$|^AuthorizationHeaderMalformed$|^301$/, 'no-input-data/region'],
  [/^(?:EC2)?Insufficient\w{0,30}Capacity|^ReservationCapacityExceeded$/, 'capacity'],
  [/^NoSuchKey$/, 'no-input-data'],
  [/^ExpiredToken|^InvalidClientTokenId$|^UnrecognizedClient|^InvalidAccessKeyId$/, 'execution-role/credentials'],
  [/^Internal|^ServiceUnavailable|^50[03]$/, 'internal-service-error/call'],
  [/^ModelError$/, 'unknown/model-error'],
  [/^ResourceInUse/, 'unknown/name-taken'],
];

const TOO_FAST = /\bSlow ?Down\b|reduce your request rate/i;

/** What the error of an API means. */
export function explainApiError({ error, operation = '', message }: ApiError): Key {
  if (QUOTA.test(error)) return NOT_OFFERED.test(message) ? 'quota/not-in-region' : quotaIn(message);
  if (/^AccessDenied|^Unauthorized|^Forbidden$|^40[13]$/.test(error)) return deniedIn(message) ?? deniedCall(operation);
  if (error === '404') return S3.test(operation) ? 'no-input-data' : 'unknown/refused';
  if (S3.test(operation) && TOO_FAST.test(message)) return 'throttling/s3';
  const known = firstOf(BY_ERROR, error);
  if (known !== undefined) return known;
  const denied = deniedIn(message);
  if (denied !== undefined) return denied;
  if (A2I.test(operation) || /^(?:The )?Human ?Loop\b/i.test(message)) return 'a2i';
  if (operation === 'CreateLabelingJob') return 'labeling-configuration';
  return statementOf(message) ?? (isOfRequest(message) ? 'entry-point-or-arguments' : 'unknown/refused');
}

/** Whether a refusal is about the request alone, not about something else that it names. */
const isOfRequest = (message: string) =>
  /\b(?:invalid|unsupported|(?:not|only) (?:supported|permitted|allowed|valid)|do(?:es)?(?: not|n't) support|must|should be|needs? to be|(?:cannot|may not|can not) (?:be|have|contain)|unable to parse|should not)\b/i.test(
    message,
  ) &&
  !/\b(?:roles?|permissions?|access|trust|image|repository|s3|bucket|kms|key|subnet|security group|vpc|limit|quota|exists?|found|capacity|manifest|work ?team)\b/i.test(
    message.replaceAll('s3://…', ''),
  );

function deniedCall(operation: string): Key {
  if (S3.test(operation)) return 's3-permission';
  if (ECR.test(operation)) return 'image-pull';
  return KMS.test(operation) ? 'kms' : 'execution-role';
}
