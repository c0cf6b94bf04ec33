/** Outputs of human loops in S3. */
import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ReviewPolicy } from '../../schemas/configuration/review.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant, Target } from '../grant.ts';
import { decryptWith } from './decrypt.ts';
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
export type ReadObject =
  | { readonly bytes: Uint8Array; readonly tooLarge?: undefined; readonly refused?: undefined }
  | { readonly bytes?: undefined; readonly tooLarge: true; readonly refused?: undefined }
  | { readonly bytes?: undefined; readonly tooLarge?: undefined; readonly refused: string };

/** Reads an object of at most `most` bytes. Throws errors that have nothing to do with the object. */
export type ReviewOutputs = (uri: string, most: number) => Promise<ReadObject>;

/** Milliseconds for one read, with its retries and its body. */
const LONGEST_READ = 15_000;

/** Objects in the function's own region, in which A2I requires them. */
export function reviewOutputsIn(client = new S3Client(CLIENT_SETTINGS), most = LONGEST_READ): ReviewOutputs {
  return async (uri, mostBytes) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (Bucket === undefined || Key === undefined) return { refused: 'its URI is not an S3 URI' };
    const time = AbortSignal.timeout(most);
    try {
      const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket, Key }), {
        abortSignal: time,
      });
      if (!(Body instanceof Readable)) throw new Error(`S3 answered the request for ${uri} without a stream`);
      return ContentLength > mostBytes ? leave(Body) : await bytesOf(addAbortSignal(time, Body), mostBytes);
    } catch (error) {
      if (time.aborted) return { refused: `no answer within ${most / 1000} s` };
      if (isLasting(error)) return { refused: error.name };
      throw error;
    }
  };
}

/** Reads no further than `most` bytes, whatever S3 said about the length. */
async function bytesOf(body: Readable, most: number): Promise<ReadObject> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) return leave(body);
  }
  return { bytes: Buffer.concat(chunks) };
}

function leave(body: Readable): ReadObject {
  body.destroy();
  return { tooLarge: true };
}
