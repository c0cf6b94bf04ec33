/** Output manifests in S3. */

import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Progress } from '../../domain/labeling/progress.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { countManifest } from './count-manifest.ts';
import { isLasting } from './refusals.ts';

/**
 * Reads the key under which SageMaker writes the output of labeling jobs, in any bucket. The account's keys may encrypt
 * it.
 */
export const READ_MANIFESTS: Grant = {
  name: 'manifests',
  statements: [
    {
      actions: ['s3:GetObject'],
      on: [{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::*/manifests/output/output.manifest' }],
    },
    {
      actions: ['kms:Decrypt'],
      on: [{ 'Fn::Sub': 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*' }],
      condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': 's3.${AWS::Region}.amazonaws.com' } } },
    },
  ],
};

/** The counts of a manifest, or why the manifest cannot be read: the error code of S3, or a sentence. */
export type ReadManifest =
  | { readonly progress: Progress; readonly unreadable?: undefined }
  | { readonly progress?: undefined; readonly unreadable: string };

/**
 * Counts the manifest at `uri` by the label attribute of a job. Returns `unreadable` when `signal` aborts, or when a
 * retry would not help; throws errors that a retry may fix.
 */
export type Manifests = (uri: string, attribute: string, jobName: string, signal: AbortSignal) => Promise<ReadManifest>;

/** Manifests in the function's own region, in which SageMaker requires them. */
export function manifestsIn(client = new S3Client(CLIENT_SETTINGS)): Manifests {
  return async (uri, attribute, jobName, signal) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (Bucket === undefined || Key === undefined) return { unreadable: 'its URI is not an S3 URI' };
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
      if (!(Body instanceof Readable))
        throw new Error(`S3 answered the request for ${uri} without a stream; the event is retried`);
      return { progress: await countManifest(Body, attribute, jobName) };
    } catch (error) {
      if (signal.aborted) return { unreadable: 'it is too large to read within the timeout of the function' };
      if (isLasting(error)) return { unreadable: error.name };
      throw error;
    }
  };
}
