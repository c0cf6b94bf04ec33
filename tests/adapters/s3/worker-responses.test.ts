import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type ResponseObject, readResponse, workerResponses } from '../../../adapters/s3/worker-responses.ts';
import { useLocalAws } from '../../support/local-aws.ts';

const local = useLocalAws();
const BUCKET = 's3://amzn-s3-demo-bucket/';
const FOLDER = 'annotations/worker-response/';

/** The responses of `jobs` below `uri` when S3 has `keys`, and how many calls that took. */
async function found(keys: readonly string[], uri = BUCKET, jobs = ['cats']) {
  const aws = local();
  aws.s3.objects.clear();
  for (const key of keys) aws.s3.objects.set(`${BUCKET}${key}`, '{}');
  const client = new S3Client({});
  const all: ResponseObject[] = [];
  let calls = 0;
  const wanted = { jobs: new Set(jobs), since: 0, beforeCall: () => calls++ };
  for await (const page of workerResponses(client, uri, wanted)) all.push(...page);
  return { all, calls, client };
}

describe('worker responses in S3', () => {
  it('are found at any place below the prefix, and in the folder of the job itself', async () => {
    const key = `a/b/Cats/${FOLDER}iteration-1/0/2026-11-09_10:00:00.json`;
    const expected = {
      bucket: 'amzn-s3-demo-bucket',
      key,
      jobName: 'Cats',
      place: 'iteration-1/0/2026-11-09_10:00:00.json',
      bytes: 2,
    };
    for (const uri of [BUCKET, `${BUCKET}a/`, `${BUCKET}a/b/`, `${BUCKET}a/b/Cats/`])
      expect([uri, (await found([key, 'a/b/other.txt'], uri)).all]).toEqual([uri, [expected]]);
    expect((await found([`1/2/3/4/cats/${FOLDER}x.json`])).all).toEqual([]);
  });

  it.each([
    ['input manifests beside the outputs', `labels/cats/${FOLDER}1.json`, ['labels/manifests/input.manifest']],
    ['a prefix that is called as the job', `cats/cats/${FOLDER}1.json`, []],
    ['a folder of images called annotations', `labels/cats/${FOLDER}1.json`, ['labels/annotations/1.jpg']],
    ['a job of the same name without responses', `b/cats/${FOLDER}1.json`, ['a/cats/manifests/output/output.manifest']],
  ])('are found with %s', async (_, key, others) => {
    for (const uri of [BUCKET, `${BUCKET}${key.slice(0, key.indexOf('/') + 1)}`])
      expect((await found([key, ...others], uri)).all.map((one) => [one.key, one.jobName])).toEqual([[key, 'cats']]);
  });

  it('have keys with any characters', async () => {
    const places = [
      'a b.json',
      'a+b.json',
      'a%20b.json',
      'a&b<c>.json',
      'ü:ö.json',
      '__proto__/x.json',
      'new\nline.json',
    ];
    const { all, client } = await found(places.map((place) => `cats/${FOLDER}${place}`));
    expect(all.map(({ place }) => place).sort()).toEqual(places.toSorted());
    for (const one of all) expect(await readResponse(client, one)).toEqual({ text: '{}' });
  });

  it('may be thousands, which come in pages', async () => {
    const { all, calls } = await found(Array.from({ length: 2500 }, (_, nth) => `cats/${FOLDER}${nth}/a.json`));
    expect([new Set(all.map(({ key }) => key)).size, calls]).toEqual([2500, 5]);
  });

  it('of jobs that are not wanted are not listed', async () => {
    const { all, calls } = await found([
      `dogs/${FOLDER}1.json`,
      'dogs/manifests/output/output.manifest',
      'images/1.jpg',
    ]);
    // The prefix, once each of its two folders, and whether one of them has responses.
    expect([all, calls]).toEqual([[], 4]);
    expect(await found([`cats/${FOLDER}1.json`], BUCKET, [])).toMatchObject({ all: [], calls: 0 });
  });

  it('that S3 does not give are not read, with the reason', async () => {
    const { client } = await found([]);
    const missing = { bucket: 'amzn-s3-demo-bucket', key: 'x.json', jobName: 'cats', place: 'x.json', bytes: 2 };
    expect(await readResponse(client, missing)).toEqual({
      unreadable: 'cannot be read (AccessDenied)',
      refused: 'AccessDenied',
    });
    expect(await readResponse(client, { ...missing, bytes: 20 * 1024 * 1024 + 1 })).toEqual({
      unreadable: 'is larger than 20 MiB',
    });
  });
});
