/** Reads objects of a bounded size from S3. */
import { addAbortSignal, Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** An object, by its bucket and its key. */
export interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/** The bytes of an object, or `tooLarge`. */
export type BoundedObject =
  | { readonly bytes: Buffer; readonly tooLarge?: undefined }
  | { readonly bytes?: undefined; readonly tooLarge: true };

/**
 * Reads an object of at most `most` bytes, and holds no more of it than that, whatever S3 says about its length. Throws
 * the errors of S3, and an `AbortError` when `signal` aborts, also while the body is read.
 */
export async function readObject(
  client: S3Client,
  { Bucket, Key }: ObjectPlace,
  most: number,
  signal?: AbortSignal,
): Promise<BoundedObject> {
  const { Body, ContentLength = 0 } = await client.send(
    new GetObjectCommand({ Bucket, Key }),
    signal && { abortSignal: signal },
  );
  if (!(Body instanceof Readable))
    throw new Error(`S3 answered the request for s3://${Bucket}/${Key} without a stream`);
  if (ContentLength > most) {
    Body.destroy();
    return { tooLarge: true };
  }
  return await bytesOf(signal ? addAbortSignal(signal, Body) : Body, most);
}

async function bytesOf(body: Readable, most: number): Promise<BoundedObject> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop closes the stream.
    if (size > most) return { tooLarge: true };
    chunks.push(chunk);
  }
  return { bytes: Buffer.concat(chunks) };
}
