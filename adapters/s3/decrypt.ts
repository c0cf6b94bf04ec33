/** The permission to read objects that a customer's keys encrypt. */
import { type Statement, targetsOf } from '../grant.ts';

/** Decrypts with `keys` (ARNs of KMS keys) what S3 asks to be decrypted, and nothing else. Nothing without keys. */
export function decryptWith(keys: readonly string[]): Statement[] {
  const on = targetsOf(keys);
  if (on === undefined) return [];
  return [
    {
      actions: ['kms:Decrypt'],
      on,
      condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': 's3.${AWS::Region}.amazonaws.com' } } },
    },
  ];
}
