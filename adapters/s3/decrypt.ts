/** The permission to read objects that a customer's keys encrypt. */
import type { Statement, Target } from '../grant.ts';

/** Decrypts with `keys` (ARNs of KMS keys) what S3 asks to be decrypted, and nothing else. Nothing without keys. */
export function decryptWith(keys: readonly string[]): Statement[] {
  const [first, ...others] = keys.map((key): Target => ({ 'Fn::Sub': key }));
  if (first === undefined) return [];
  return [
    {
      actions: ['kms:Decrypt'],
      on: [first, ...others],
      condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': 's3.${AWS::Region}.amazonaws.com' } } },
    },
  ];
}
