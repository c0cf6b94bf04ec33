/** Outputs of human loops in S3. */
import { S3Client } from '@aws-sdk/client-s3';
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant, Target } from '../grant.ts';
import { decryptWith } from './decrypt.ts';
import { type BoundedObject, readObject } from './read-object.ts';
import { isLasting } from './refusals.ts';

/** Reads what lies below the configured outputs, with the configured keys; nothing while none is configured. */
export function readOutputs({ flows, keys }: ReviewPolicy): Grant[] {
  const prefixes = new Set(Object.values(flows).flatMap(({ output }) => output ?? []));
  const [first, ...others] = [...prefixes].map(
    (prefix): Target => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${prefix.slice('s3://'.length)}*` }),
  );
  if (first === undefined) return [];
  return [
    {
      name: 'outputs-of-loops',
      statements: [{ actions: ['s3:GetObject'], on: [first, ...others] }, ...decryptWith(keys)],
    },
  ];
}

/**
 * The bytes of an object, or why there are none: `tooLarge`, or `refused` with the error code of S3. S3 answers
 * `AccessDenied` also for an object that does not exist, because the function may not list the bucket.
 */
export type OutputBytes =
  | (BoundedObject & { readonly refused?: undefined })
  | { readonly bytes?: undefined; readonly tooLarge?: undefined; readonly refused: string };

/** Reads an object of at most `most` bytes. Throws errors that have nothing to do with the object. */
export type ReviewOutputs = (uri: string, most: number) => Promise<OutputBytes>;

/** Milliseconds for one read, with its retries and its body. */
const LONGEST_READ = 15_000;

/** Objects in the function's own region, in which A2I requires them. */
export function reviewOutputsIn(client = new S3Client(CLIENT_SETTINGS), most = LONGEST_READ): ReviewOutputs {
  return async (uri, mostBytes) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (Bucket === undefined || Key === undefined) return { refused: 'its URI is not an S3 URI' };
    const time = AbortSignal.timeout(most);
    try {
      return await readObject(client, { Bucket, Key }, mostBytes, time);
    } catch (error) {
      if (time.aborted) return { refused: `no answer within ${most / 1000} s` };
      if (isLasting(error)) return { refused: error.name };
      throw error;
    }
  };
}
