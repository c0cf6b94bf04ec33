import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readAgreement } from '../../commands/workers/agreement/read-agreement.ts';
import { periodOf } from '../../domain/teams/period.ts';
import { TeamWork } from '../../domain/teams/team-work.ts';
import { Unreadable } from '../../domain/teams/unreadable.ts';
import { BARE } from '../support/bare-environment.ts';
import { ROOT } from '../support/events.ts';
import { fingerprintOf } from '../support/team-report.ts';
import { entryOf, FIRST_DAY, FROM, LAST_DAY, subOf, tasksOf } from '../support/team-world.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const { folder, fileWith } = useTemporaryFolder();
const range = (count: number) => Array.from({ length: count }, (_, nth) => nth);
const WORKERS = range(5);
const TRUTH = range(20).map((nth) => (nth % 2 === 0 ? 'hush-dog' : 'hush-cat'));
/** Worker 4 is wrong about every fourth object. */
const answer = (worker: number, object: number) => (worker === 4 && object % 4 === 0 ? 'hush-other' : TRUTH[object]);

/** A name for each test: folders of other tests stay. */
let job = '';
let nth = 0;
beforeEach(() => {
  job = `cats${++nth}`;
});

const responseOf = (object: number, workers: readonly number[]) =>
  JSON.stringify({
    answers: workers.map((worker) => ({
      answerContent: { 'crowd-image-classifier': { label: answer(worker, object) } },
      workerId: `private.${worker}`,
      submissionTime: new Date(FROM + object * 60_000).toISOString(),
      timeSpentInSeconds: 3,
      workerMetadata: { identityData: { sub: subOf(worker) } },
    })),
  });
const manifest = (own = job) =>
  TRUTH.map((name) =>
    JSON.stringify({
      'source-ref': 's3://amzn-s3-demo-bucket/private.jpg',
      species: name === 'hush-dog' ? 0 : 1,
      'species-metadata': {
        'class-name': name,
        type: 'groundtruth/image-classification',
        'job-name': `labeling-job/${own}`,
        'human-annotated': 'yes',
      },
    }),
  ).join('\n');

/** Writes the output of the job, and returns its folder. The answers of each object are in two files. */
function output({ lines = manifest(), objects = range(TRUTH.length) }: { lines?: string; objects?: number[] } = {}) {
  for (const object of objects) {
    const place = `${job}/annotations/worker-response/iteration-1/${object}`;
    fileWith(`${place}/2026-11-10_10-00-00.json`, responseOf(object, [0, 1, 2]));
    fileWith(`${place}/2026-11-10_10-05-00.json`, responseOf(object, [3, 4]));
  }
  fileWith(`${job}/manifests/output/output.manifest`, lines);
  return join(folder, job);
}

async function read(...given: string[]) {
  const unreadable = new Unreadable();
  const work = new TeamWork(periodOf(FIRST_DAY, LAST_DAY, 'UTC'), fingerprintOf);
  const result = await readAgreement(given, work, unreadable);
  return { ...result, unreadable: unreadable.total };
}

describe('workers with --responses and an output manifest', () => {
  it('shows the agreement of team, job and workers in every form, and never a label', () => {
    const entries = WORKERS.flatMap((worker) => tasksOf(worker, 4, [10], { job })).map((task) => entryOf(task));
    const logs = fileWith('logs.ndjson', entries.map((entry) => JSON.stringify(entry)).join('\n'));
    const html = join(folder, 'out.html');
    const run = (...args: string[]) => {
      const own = ['--from', FIRST_DAY, '--to', LAST_DAY, '--file', logs, '--responses', output(), ...args];
      const { status, stdout, stderr } = spawnSync(process.execPath, ['commands/workers.ts', ...own], {
        cwd: ROOT,
        encoding: 'utf8',
        env: BARE,
      });
      expect(status).toBe(0);
      return stdout + stderr;
    };
    const [json, plain] = [run('--json'), run()];
    run('--html', html);
    const page = readFileSync(html, 'utf8');
    const records = json
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    // 5 of the 100 answers are not the label.
    expect(records.slice(0, 2).map(({ kind, agreement, agreementTasks }) => [kind, agreement, agreementTasks])).toEqual(
      [
        ['team', 0.95, 100],
        ['job', 0.95, 100],
      ],
    );
    expect(
      records
        .slice(2)
        .map(({ agreement }) => agreement)
        .sort(),
    ).toEqual([0.75, 1, 1, 1, 1]);
    expect(plain).toContain('  agreement     95 % of 100 answers equal the consolidated label\n');
    expect(plain.replaceAll(/\s+/g, ' ')).toContain(
      'The label follows the majority, which may be wrong: this is not correctness.',
    );
    expect(page).toContain('<th scope="col">Agreement</th>');
    expect(page).toContain('<td>75 %</td>');
    expect(json + plain + page).not.toMatch(/hush|private\.jpg/);
  });

  it('leaves out a job without a manifest', async () => {
    fileWith(`${job}/annotations/worker-response/iteration-1/0/a.json`, responseOf(0, [0, 1]));
    expect(await read(join(folder, job))).toEqual({ compared: 0, others: [], unreadable: 0 });
  });

  it('finds the manifest from any folder of the job, once', async () => {
    const whole = output();
    const result = await read(join(whole, 'annotations/worker-response/iteration-1/3'), whole, `${job}=${whole}`);
    expect(result).toEqual({ compared: 1, others: [], unreadable: 0 });
  });

  it.each<[string, () => void, string]>([
    [
      'a second iteration',
      () => fileWith(`${job}/annotations/worker-response/iteration-2/0/a.json`, '{}'),
      'several iterations',
    ],
    ['frames', () => fileWith(`${job}/annotations/worker-response/iteration-1/0/frames/a.json`, '{}'), 'several parts'],
    [
      'a broken answer',
      () => fileWith(`${job}/annotations/worker-response/iteration-1/0/b.json`, '{"answers":'),
      'cannot be read',
    ],
    [
      'a manifest of another job',
      () => output({ lines: manifest('dogs') }),
      'no labels of a classification by this job',
    ],
    ['a manifest of brackets', () => output({ lines: '['.repeat(1_000_000) }), 'no labels of a classification'],
    [
      'a manifest in another order',
      () => output({ lines: manifest().split('\n').slice(1).join('\n') }),
      'not in its manifest',
    ],
  ])('says why a job with %s is not comparable', async (_, change, why) => {
    const whole = output();
    change();
    expect(await read(whole)).toEqual({
      compared: 0,
      others: [{ job, why: expect.stringContaining(why) }],
      unreadable: 0,
    });
  });

  it('says that a manifest cannot be read', async () => {
    for (const object of range(2))
      fileWith(`${job}/annotations/worker-response/iteration-1/${object}/a.json`, responseOf(object, [0, 1]));
    mkdirSync(join(folder, job, 'manifests/output/output.manifest'), { recursive: true });
    const { others, unreadable } = await read(join(folder, job));
    expect([others, unreadable]).toEqual([[{ job, why: 'its manifest cannot be read' }], 1]);
  });
});
