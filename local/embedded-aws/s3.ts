/** Simulates the part of S3 that we use: `GetObject`. */
import { AwsError, type Protocol } from './protocol.ts';

export class SimulatedS3 {
  /** Text of each object, by its URI: `s3://bucket/key`. */
  readonly objects = new Map<string, string>();

  /** Answers one operation. Throws an `AwsError` for a call that S3 would refuse. */
  perform(operation: string, { Bucket, Key }: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (operation !== 'GetObject')
      throw new AwsError('NotImplemented', `The embedded AWS does not know s3:${operation}.`, 501);
    const Body = this.objects.get(`s3://${Bucket}/${Key}`);
    // S3 answers AccessDenied for a missing object when the caller may not list the bucket.
    if (Body === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403);
    return { Body };
  }
}

/**
 * The path is bucket and key. Before them may be the path of the endpoint, such as `/w1`: bucket names are longer than
 * that.
 */
export const s3Protocol: Protocol = {
  read(request) {
    const path = (request.url ?? '').split('?')[0]?.replace(/^\/[^/]{1,2}(?=\/)/, '') ?? '';
    const [, Bucket = '', Key = ''] = /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(path)) ?? [];
    return {
      service: 's3',
      operation: request.method === 'GET' ? 'GetObject' : `${request.method}`,
      input: { Bucket, Key },
    };
  },
  answer: (_call, { Body }) => ({
    status: 200,
    headers: { 'content-type': 'binary/octet-stream' },
    body: String(Body),
  }),
  refuse: ({ code, message, status }) => ({
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  }),
};
