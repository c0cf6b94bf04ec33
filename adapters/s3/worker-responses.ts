/**
 * Worker-response files in S3: one for each labeled object, with the times and ids of its answers.
 *
 * Source: developer guide, "Labeling job output data" (sms-data-output): they are below
 * `<S3OutputPath>/<job>/annotations/worker-response/`, and their names have colons.
 */
import { type ListObjectsV2CommandOutput, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Grant, Statement, Target } from '../grant.ts';
import { decryptWith } from './decrypt.ts';
import { readObject } from './read-object.ts';
import { isLasting } from './refusals.ts';

const FOLDER = 'annotations/worker-response/';

/** Lists below the prefixes `outputs`, reads worker responses there and nothing else, and decrypts them with `keys`. */
export const readResponses = (outputs: readonly string[], keys: readonly string[]): Grant[] => {
  const places = outputs.map(placeOf);
  const objects = places.map(({ bucket, folder }): Target => ({ 'Fn::Sub': `${arnOf(bucket)}/${folder}*${FOLDER}*` }));
  const [object, ...others] = objects;
  if (object === undefined) return [];
  const statements: Statement[] = [
    { actions: ['s3:GetObject'], on: [object, ...others] },
    ...places.map(
      ({ bucket, folder }): Statement => ({
        actions: ['s3:ListBucket'],
        on: [{ 'Fn::Sub': arnOf(bucket) }],
        condition: { StringLike: { 's3:prefix': `${folder}*` } },
      }),
    ),
    ...decryptWith(keys),
  ];
  return [{ name: 'worker-responses', statements }];
};

const arnOf = (bucket: string) => `arn:\${AWS::Partition}:s3:::${bucket}`;

/** `s3://bucket/folder/`, or `s3://bucket/`. */
function placeOf(uri: string): { readonly bucket: string; readonly folder: string } {
  const [, bucket, folder] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  if (bucket === undefined || folder === undefined)
    throw new Error(`teams.outputs: ${uri} is not like s3://bucket/folder/`);
  return { bucket, folder };
}

/** A worker-response file. */
export interface ResponseObject {
  readonly bucket: string;
  readonly key: string;
  /** The name of its labeling job. */
  readonly jobName: string;
  /** Its place below the folder of all responses of the job: `iteration-1/0/2026-11-09_10:00:00.json`. */
  readonly place: string;
  readonly bytes: number;
}

/** Which responses are looked for. */
export interface Wanted {
  /** Names of labeling jobs, in lower case. */
  readonly jobs: ReadonlySet<string>;
  /** Epoch milliseconds. Objects that were written earlier are left out. */
  readonly since: number;
  /** Called before each call, and may throw. */
  readonly beforeCall: () => void;
}

/** How many folders below a prefix the folder of a job may be. */
const DEEPEST = 4;

/**
 * The responses of the wanted jobs below the prefix `uri`, page by page. It looks for folders that are named as these
 * jobs, and lists no others. Throws every error of S3.
 */
export async function* workerResponses(
  client: S3Client,
  uri: string,
  wanted: Wanted,
): AsyncGenerator<readonly ResponseObject[]> {
  const { bucket, folder } = placeOf(uri);
  if (wanted.jobs.size === 0) return;
  for await (const job of jobFolders(client, bucket, folder, wanted, DEEPEST)) {
    const jobName = nameOf(job);
    for await (const { Contents = [], decode } of pages(
      client,
      { Bucket: bucket, Prefix: `${job}${FOLDER}` },
      wanted,
    )) {
      yield Contents.flatMap(({ Key = '', Size: bytes = 0, LastModified }) => {
        const key = decode(Key);
        const isOld = LastModified !== undefined && LastModified.getTime() < wanted.since;
        if (isOld || !key.endsWith('.json')) return [];
        return [{ bucket, key, jobName, place: key.slice(job.length + FOLDER.length), bytes }];
      });
    }
  }
}

/**
 * The folders of wanted jobs at most `depth` folders below `folder`. A folder is the output of a job if it has worker
 * responses, and holds no other jobs then. Its name or other folders in it do not say so: a prefix may be called as a
 * job, and input manifests may be in `manifests` beside the outputs.
 */
async function* jobFolders(
  client: S3Client,
  bucket: string,
  folder: string,
  wanted: Wanted,
  depth: number,
): AsyncGenerator<string> {
  const isWanted = wanted.jobs.has(nameOf(folder).toLowerCase());
  if (isWanted && (await hasResponses(client, bucket, folder, wanted))) {
    yield folder;
    return;
  }
  if (depth === 0) return;
  const inside: string[] = [];
  const found = { Bucket: bucket, Prefix: folder, Delimiter: '/' };
  for await (const { CommonPrefixes = [], decode } of pages(client, found, wanted))
    inside.push(...CommonPrefixes.flatMap(({ Prefix }) => (Prefix === undefined ? [] : [decode(Prefix)])));
  const mayBeOther = !isWanted && inside.includes(`${folder}${FOLDER.slice(0, FOLDER.indexOf('/') + 1)}`);
  if (mayBeOther && (await hasResponses(client, bucket, folder, wanted))) return;
  for (const one of inside) yield* jobFolders(client, bucket, one, wanted, depth - 1);
}

async function hasResponses(client: S3Client, bucket: string, folder: string, wanted: Wanted): Promise<boolean> {
  const found = { Bucket: bucket, Prefix: `${folder}${FOLDER}`, MaxKeys: 1 };
  for await (const { Contents = [] } of pages(client, found, wanted)) return Contents.length > 0;
  return false;
}

/** The last folder of a path that ends with `/`. */
const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf('/', folder.length - 2) + 1, -1);

type Page = ListObjectsV2CommandOutput & { readonly decode: (key: string) => string };

/** Keys may have characters that XML cannot carry, so S3 is asked to encode them. */
async function* pages(
  client: S3Client,
  listed: { readonly Bucket: string; readonly Prefix: string; readonly Delimiter?: string; readonly MaxKeys?: number },
  { beforeCall }: Wanted,
): AsyncGenerator<Page> {
  // The SDK hands over each call before it sends it.
  const withCommand = () => {
    beforeCall();
    return undefined;
  };
  // A service that repeats a token would be called forever.
  const settings = { client, stopOnSameToken: true, withCommand };
  for await (const page of paginateListObjectsV2(settings, { ...listed, EncodingType: 'url' })) {
    const isEncoded = page.EncodingType === 'url';
    yield { ...page, decode: (key) => (isEncoded ? decodeURIComponent(key.replaceAll('+', ' ')) : key) };
  }
}

/** The text of an object, or why a retry would not help to get it: `refused` is the error code of S3 or KMS. */
export type ReadResponse =
  | { readonly text: string; readonly unreadable?: undefined; readonly refused?: undefined }
  | { readonly text?: undefined; readonly unreadable: string; readonly refused?: string };

/** Bytes. A file has one object's answers of at most nine workers. */
const LARGEST = 20 * 1024 * 1024;

/** Reads a response. It never holds more than 20 MiB of it. Throws errors that a retry may fix. */
export async function readResponse(client: S3Client, { bucket, key, bytes }: ResponseObject): Promise<ReadResponse> {
  if (bytes > LARGEST) return TOO_LARGE;
  try {
    const { bytes: content } = await readObject(client, { Bucket: bucket, Key: key }, LARGEST);
    return content === undefined ? TOO_LARGE : { text: content.toString('utf8') };
  } catch (error) {
    if (isLasting(error)) return { unreadable: `cannot be read (${error.name})`, refused: error.name };
    throw error;
  }
}

const TOO_LARGE: ReadResponse = { unreadable: 'is larger than 20 MiB' };
