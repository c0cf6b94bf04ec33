import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { tellLabelingStory } from '../../local/stories/labeling.ts';
import type { Moment } from '../../local/stories/moment.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { ROOT } from '../support/events.ts';
import { EXPIRED, useLabelingFunction } from '../support/labeling-function.ts';
import { counters, DAY, ROLE } from '../support/labeling-jobs.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('the story of a labeling job', () => {
  it('expires, is chained, makes progress, expires again, makes no progress, and is not chained a third time', async () => {
    const moments: Moment[] = [];
    Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT' });
    await tellLabelingStory(Configuration.parse({ labeling: { mode: 'off', mostLinks: 3 } }), (moment) => {
      moments.push(moment);
    });
    const told = moments.map(({ publications, calls, at }) => ({
      day: Math.round((at.getTime() - (moments[0]?.at.getTime() ?? 0)) / DAY) + 27,
      causes: publications.map(({ bodies }) => AlertMessage.parse(JSON.parse(bodies.get('default') ?? '')).cause?.code),
      created: calls.flatMap(({ operation, input }) =>
        operation === 'CreateLabelingJob' ? [[input['LabelingJobName'], input['InputConfig']]] : [],
      ),
    }));
    const manifest = (name: string) => ({
      DataSource: {
        S3DataSource: { ManifestS3Uri: `s3://amzn-s3-demo-bucket/labels/${name}/manifests/output/output.manifest` },
      },
    });
    expect(told).toEqual([
      { day: 27, causes: ['labeling-will-expire'], created: [] },
      { day: 30, causes: ['labeling-chained'], created: [['street-signs-chain-1', manifest('street-signs')]] },
      { day: 60, causes: ['labeling-chained'], created: [['street-signs-chain-2', manifest('street-signs-chain-1')]] },
      { day: 90, causes: ['labeling-no-progress'], created: [] },
    ]);
  });
});

describe('chain', () => {
  const { fileWith } = useTemporaryFolder();
  const aws = useLocalAws();
  const labeling = useLabelingFunction(aws);
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, ['commands/chain.ts', ...args], { cwd: ROOT, env: process.env });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { status, stdout, stderr };
  };

  it('prints the request for the next job of a chain, and creates nothing', async () => {
    labeling.put({ LastModifiedTime: new Date().toISOString() });
    const { status, stdout, stderr } = await run('--job', 'identify-species');
    expect([status, ...stderr.split('\n').slice(0, 2)]).toEqual([
      0,
      'chain: region us-east-1 (AWS_REGION)',
      'identify-species expired after 30 days with 2 of 5 objects left.',
    ]);
    expect(stderr).toContain(
      `Ground Control would chain it if labeling.mode were enforce (it is observe), and if labeling.roles had its role ${ROLE}.`,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      LabelingJobName: 'identify-species-chain-1',
      HumanTaskConfig: EXPIRED.HumanTaskConfig,
    });
    expect(aws().calls.filter(({ operation }) => !/^(Describe|List|Get)/.test(operation))).toEqual([]);
  });

  it('says which role to list when Ground Control may not pass the role of the job, and prints the request', async () => {
    labeling.put({ LastModifiedTime: new Date().toISOString() });
    const enforcing = (role: string) =>
      fileWith('ground-control.yml', `labeling: { mode: enforce, mostUsd: 1, roles: ["${role}"] }\n`);
    const config = enforcing('arn:aws:iam::111122223333:role/other');
    const unlisted = await run('--job', 'identify-species', '--config', config);
    expect([unlisted.status, JSON.parse(unlisted.stdout).RoleArn]).toEqual([0, ROLE]);
    expect(unlisted.stderr).toContain(`Ground Control would not chain it. Its role is ${ROLE}, and labeling.roles`);
    enforcing(ROLE);
    expect((await run('--job', 'identify-species', '--config', config)).stderr).toContain(
      'Ground Control would chain it.\n',
    );
  });

  it('prints the request even when Ground Control would not chain the job, and says why not', async () => {
    const { status, stdout, stderr } = await run('--job', 'identify-species');
    expect([status, JSON.parse(stdout).LabelAttributeName]).toEqual([0, 'species']);
    expect(stderr).toContain('would not chain it. It ended more than a week ago');
  });

  it('prints the request for a job that failed early, so that its labels are kept after the repair', async () => {
    labeling.put({ CreationTime: '2026-10-01T00:00:00Z', LastModifiedTime: '2026-10-02T00:00:00Z' });
    const { status, stdout, stderr } = await run('--job', 'identify-species');
    expect([status, JSON.parse(stdout).LabelAttributeName]).toEqual([0, 'species']);
    expect(stderr).toContain('would not chain it. It failed before it could expire.');
    expect(stderr).toContain('The request labels up to 2 objects: at most $0.16 to SageMaker (2 x $0.08).');
  });

  it('prints no request for a job that failed before its first label', async () => {
    labeling.put({ LastModifiedTime: EXPIRED.CreationTime, ...counters(0, 5) });
    const { status, stdout, stderr } = await run('--job', 'identify-species');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('no object has a label yet, so a job from the first input is as good');
  });

  it.each([
    [['--job', 'unheard-of'], 2, 'SageMaker has no labeling job unheard-of in us-east-1'],
    [[], 2, '--job: is missing'],
    [['--job', '../x'], 2, '--job: expected the name of a labeling job'],
    [['--job', 'identify-species', '--config', 'nowhere.yml'], 2, 'nowhere.yml'],
  ])('refuses %j', async (args, status, message) => {
    const done = await run(...args);
    expect([done.status, done.stdout]).toEqual([status, '']);
    const [last, ...before] = done.stderr.trim().split('\n').reverse();
    expect(last).toContain(message);
    expect(['', 'chain: region us-east-1 (AWS_REGION)']).toContain(before.join('\n'));
  });

  it('prints no request when another job continues this one already', async () => {
    const ManifestS3Uri = EXPIRED.LabelingJobOutput.OutputDatasetS3Uri;
    labeling.put(
      {
        LabelingJobName: 'species-again',
        LabelingJobArn: EXPIRED.LabelingJobArn.replace('identify-species', 'species-again'),
        LabelingJobStatus: 'InProgress',
        InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri } } },
      },
      { createdAt: new Date(EXPIRED.LastModifiedTime) },
    );
    const { status, stdout, stderr } = await run('--job', 'identify-species');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('species-again already continues it.');
  });

  it.each([
    [
      'streams',
      { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn:x' } } }, LabelingJobStatus: 'Stopped' },
    ],
    ['has an output with fewer labels than it counts', { ...counters(4, 1), LabelingJobStatus: 'Stopped' }],
    ['has labeled as many as it may', { StoppingConditions: { MaxHumanLabeledObjectCount: 3 } }],
  ])('prints no request when the job %s', async (_, over) => {
    labeling.put(over);
    const { status, stdout, stderr } = await run('--job', 'identify-species');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('No request is printed');
  });

  it('says so when another job has the name already', async () => {
    labeling.put({
      LabelingJobName: 'identify-species-chain-1',
      LabelingJobArn: `${EXPIRED.LabelingJobArn}-chain-1`,
      LabelingJobStatus: 'Stopped',
    });
    const { status, stderr } = await run('--job', 'identify-species');
    expect(status).toBe(0);
    expect(stderr).toContain('A job with the name identify-species-chain-1 exists: give the new job another name.');
  });

  it('prints no request when there is no output', async () => {
    labeling.output(undefined);
    expect(await run('--job', 'identify-species')).toMatchObject({ status: 1, stdout: '' });
  });
});
