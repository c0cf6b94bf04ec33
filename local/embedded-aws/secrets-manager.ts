/** Simulates the part of Secrets Manager that we use: `GetSecretValue`. */
import { AwsError } from './protocol.ts';

/** Answers one operation. `secrets`: the value of each secret, by its id. Throws an `AwsError` as AWS would. */
export function secretValue(
  secrets: ReadonlyMap<string, string>,
  operation: string,
  { SecretId }: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (operation !== 'GetSecretValue')
    throw new AwsError('UnknownOperationException', `The embedded AWS does not know secretsmanager:${operation}.`);
  const SecretString = secrets.get(String(SecretId));
  if (SecretString === undefined)
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return { ARN: SecretId, SecretString };
}
