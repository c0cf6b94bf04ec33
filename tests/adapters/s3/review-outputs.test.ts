import { createServer, type Server } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { readOutputs, reviewOutputsIn } from '../../../adapters/s3/review-outputs.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Reads an object of a server that answers with `answer`, for at most `milliseconds`. */
async function readFrom(answer: Parameters<typeof createServer>[1], milliseconds = 15_000, most = 100) {
  const started = createServer({}, answer ?? (() => undefined));
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return reviewOutputsIn(client, milliseconds)('s3://reviews/out/loop/output.json', most);
}

describe('the output of a human loop', () => {
  it('is read whole', async () => {
    const read = await readFrom((_, response) => response.end('{"a":1}'));
    expect(Buffer.from(read.bytes ?? []).toString()).toBe('{"a":1}');
  });

  it.each([
    ['says', { 'content-length': '101' }],
    ['does not say', { 'transfer-encoding': 'chunked' }],
  ])('is not read further than allowed when S3 %s its length', async (_, headers) => {
    const read = await readFrom((_request, response) => response.writeHead(200, headers).end('x'.repeat(101)));
    expect(read).toEqual({ tooLarge: true });
  });

  it('does not keep the function waiting when its body stalls', async () => {
    const read = await readFrom((_, response) => {
      response.writeHead(200, { 'content-length': '50' });
      response.write('{"a":');
    }, 100);
    expect(read).toEqual({ refused: 'no answer within 0.1 s' });
  });

  it('may be read only below the configured prefixes', () => {
    const flow = { fields: [], set: false, approved: [] };
    const flows = { a: { ...flow, output: 's3://reviews/a/' }, b: { ...flow, output: 's3://reviews/a/' }, c: flow };
    const key = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(readOutputs({ flows, keys: [key], windowDays: 7 })).toMatchObject([
      {
        statements: [
          { actions: ['s3:GetObject'], on: [{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::reviews/a/*' }] },
          { actions: ['kms:Decrypt'], on: [key] },
        ],
      },
    ]);
    expect(readOutputs({ flows: { c: flow }, keys: [key], windowDays: 7 })).toEqual([]);
  });
});
