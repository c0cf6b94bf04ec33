/** S3 as we use it: objects are read. */
import { AwsError, type Protocol } from './protocol.ts';

/** Objects of text, by their place: `s3://bucket/key`. */
export class SimulatedS3 {
  readonly objects = new Map<string, string>();

  /** Answers one operation. Throws an `AwsError` for what the service would refuse. */
  perform(operation: string, { Bucket, Key }: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (operation !== 'GetObject')
      throw new AwsError('NotImplemented', `The embedded AWS does not know s3:${operation}.`, 501);
    const Body = this.objects.get(`s3://${Bucket}/${Key}`);
    // Who may not list is not told what is there.
    if (Body === undefined) throw new AwsError('AccessDenied', 'Access Denied', 403);
    return { Body };
  }
}

/** The URL's path is bucket and key, behind the endpoint's own: what has fewer than three characters is no bucket. */
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
