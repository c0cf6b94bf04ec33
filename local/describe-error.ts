/** Errors in words. */

/** What to do about an error, by its code or name. */
const HINTS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Is the region in this name right, and is this machine online?',
  EAI_AGAIN: 'Is this machine online?',
  ECONNREFUSED: 'AWS cannot be reached: is this machine online?',
  ECONNRESET: 'The connection to AWS broke: run the command again',
  CredentialsProviderError: 'Log in to AWS, or set AWS_PROFILE to a profile that exists',
  ExpiredTokenException: 'Log in to AWS again',
  OperationAbortedException: 'Another change is under way: run the command again',
  ThrottlingException: 'AWS gets too many calls: run the command again later',
};

/** The error in words, and what to do about it if that is known. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = HINTS['code' in error ? String(error.code) : error.name] ?? HINTS[error.name];
  // A name of a class tells people nothing, and the code of an answer of AWS does.
  const name = ['Error', 'CredentialsProviderError'].includes(error.name) ? '' : `${error.name}: `;
  return `${name}${error.message}${hint === undefined ? '' : `. ${hint}`}${unnamedAnswer(error)}`;
}

/** AWS names its errors. Another server may have answered. */
function unnamedAnswer(error: Error): string {
  if (error.name !== 'Unknown' || !('$metadata' in error)) return '';
  const { httpStatusCode } = Object(error.$metadata);
  return `. The answer was HTTP ${httpStatusCode} without a reason: is AWS behind this address, and AWS_ENDPOINT_URL right?`;
}
