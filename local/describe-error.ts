/** Errors in words. */

/** What to do about an error, by its code or name. */
const HINTS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Is the region in this name right, and is this machine online?',
  EAI_AGAIN: 'Is this machine online?',
  ECONNREFUSED: 'AWS cannot be reached: is this machine online?',
  ECONNRESET: 'The connection to AWS broke: run the command again',
  CredentialsProviderError: 'Log in to AWS, or set AWS_PROFILE',
  ExpiredTokenException: 'Log in to AWS again',
  OperationAbortedException: 'Another change is under way: run the command again',
  ThrottlingException: 'AWS gets too many calls: run the command again later',
};

/** The error in words, and what to do about it if that is known. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = HINTS['code' in error ? String(error.code) : error.name] ?? HINTS[error.name];
  return `${error.name}: ${error.message}${hint === undefined ? '' : `. ${hint}`}`;
}
