/** Output manifests in S3. */

import { Readable } from 'node:stream';
import { GetObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Progress } from '../../domain/labeling/progress.ts';
import { CLIENT_SETTINGS } from '../client-settings.ts';
import type { Grant } from '../grant.ts';
import { countManifest } from './count-manifest.ts';

/** Where SageMaker writes the outputs of labeling jobs, in any bucket; they may be encrypted with keys of the account. */
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

/** What a manifest says, or why it cannot be read: the service's code. */
export type ReadManifest =
  | { readonly progress: Progress; readonly unreadable?: undefined }
  | { readonly progress?: undefined; readonly unreadable: string };

/** Counts the manifest at `uri` for the label attribute of a job; gives up when `signal` says so. */
export type Manifests = (uri: string, attribute: string, jobName: string, signal: AbortSignal) => Promise<ReadManifest>;

/**
 * Answers that no other try changes: it is not there (which S3 calls forbidden, to who may not list), or not for us, or its key
 * is not. 404 and 403, and what S3 says of a key of KMS's or of an archived object.
 */
const isLasting = (error: unknown): error is S3ServiceException =>
  error instanceof S3ServiceException &&
  [301, 400, 403, 404].includes(error.$metadata.httpStatusCode ?? 0) &&
  error.$retryable === undefined &&
  !/Timeout|Skewed|Expired|Throttl|SlowDown/i.test(error.name);

/** Manifests in the function's own region, where SageMaker wants them. */
export function manifestsIn(client = new S3Client(CLIENT_SETTINGS)): Manifests {
  return async (uri, attribute, jobName, signal) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (Bucket === undefined || Key === undefined) return { unreadable: 'it is no place in S3' };
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal });
      if (!(Body instanceof Readable)) throw new Error(`S3 answered ${uri} without a stream`);
      return { progress: await countManifest(Body, attribute, jobName) };
    } catch (error) {
      if (signal.aborted) return { unreadable: 'it is too long to be read in time' };
      if (isLasting(error)) return { unreadable: error.name };
      throw error;
    }
  };
}
