/** Failure reasons as alerts may quote them. */
import { plainText } from './plain-text.ts';
import { hideSecrets, type Secrets } from './secrets.ts';

/** Characters. SageMaker's API allows as many in a FailureReason (API reference, DescribeTrainingJob). */
const LONGEST_REASON = 1024;
/** Characters that are searched for secrets. */
const LONGEST_READ = 4096;

/** `raw` as one printable line without secrets, of at most 1,024 characters; absent when nothing is left. */
export const quotable = (raw: string, secrets?: Secrets): string | undefined =>
  plainText(hideSecrets(plainText(raw, LONGEST_READ), secrets), LONGEST_REASON) || undefined;
