/** The secret with which a stage makes the pseudonyms of workers. */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Grant } from '../grant.ts';

/** Reads the secret of pseudonyms, and no other. The key of Secrets Manager that encrypts it needs no permission. */
export const READ_PSEUDONYM_SECRET: Grant = {
  name: 'pseudonym-secret',
  statements: [{ actions: ['secretsmanager:GetSecretValue'], on: [{ Ref: 'TeamSecret' }] }],
};

/** Characters. Shorter secrets can be guessed. */
const SHORTEST = 16;

/** The present value of the secret `id`. Throws when it is none, or too short, and says what to do. */
export async function pseudonymSecret(client: SecretsManagerClient, id: string): Promise<string> {
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: id }));
  if (SecretString.length < SHORTEST)
    throw new Error(
      `the secret ${id} has fewer than ${SHORTEST} characters of text: put a random value into it, for example with ` +
        '"aws secretsmanager put-secret-value" (docs/teams.md)',
    );
  return SecretString;
}
