import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideByDescription, decideByOutput, endOf, priceOf } from '../../../domain/labeling/chain.ts';
import { linkOf, nameOfLink } from '../../../domain/labeling/link.ts';
import { doneAt, newsOf, observe } from '../../../domain/labeling/pace.ts';
import { type Progress, ProgressCounter } from '../../../domain/labeling/progress.ts';
import { chainRequest } from '../../../domain/labeling/request.ts';
import { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import type { LabelingPolicy } from '../../../schemas/configuration/labeling.ts';
import { ROOT } from '../../support/events.ts';

const EXPIRED = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/labeling/describe.expired.json'), 'utf8'));
const CHAINED = JSON.parse(readFileSync(join(ROOT, 'tests/fixtures/labeling/create.chain.json'), 'utf8'));
const MANIFEST = readFileSync(join(ROOT, 'tests/fixtures/labeling/output.manifest'), 'utf8');

/** The expired job of the fixture, otherwise. */
const jobOf = (over: object = {}) => LabelingDescription.parse({ ...EXPIRED, ...over });
const counters = (TotalLabeled: number, Unlabeled: number, FailedNonRetryableError = 0) => ({
  LabelCounters: { TotalLabeled, HumanLabeled: TotalLabeled, MachineLabeled: 0, Unlabeled, FailedNonRetryableError },
});
const taskOf = (over: object) => ({ HumanTaskConfig: { ...EXPIRED.HumanTaskConfig, ...over } });
const policyOf = (over: Partial<LabelingPolicy> = {}): LabelingPolicy => ({
  mode: 'enforce',
  chain: ['expired'],
  mostLinks: 5,
  mostUsd: 0,
  warnDays: 3,
  stalledHours: 72,
  tags: { optOut: ['ground-control:no-chain'] },
  ...over,
});
const progressOf = (over: Partial<Progress> = {}): Progress => ({
  labeled: 5853,
  labeledByThisJob: 5853,
  untouched: 399,
  failed: 0,
  broken: 0,
  reasons: new Map(),
  ...over,
});

describe('the end of a labeling job', () => {
  const later = (days: number) => ({
    LastModifiedTime: new Date(Date.parse(EXPIRED.CreationTime) + days * 86_400_000),
  });
  it.each([
    ['expired', {}],
    ['expired', later(29.5)],
    ['early', later(29.4)],
    ['early', { ...later(0.01), ...counters(0, 6252) }],
    ['finished', { LabelingJobStatus: 'Completed', ...counters(6252, 0) }],
    ['unfinished', { LabelingJobStatus: 'Completed', ...counters(5853, 0, 399) }],
    ['unfinished', { LabelingJobStatus: 'Completed', ...counters(5853, 399) }],
    ['limited', { LabelingJobStatus: 'Completed', StoppingConditions: { MaxHumanLabeledObjectCount: 5853 } }],
    ['unclear', { ...later(10), ...counters(5853, 0, 399) }],
    ['early', { ...later(9.9), ...counters(5853, 0, 399) }],
    ['stopped', { LabelingJobStatus: 'Stopped' }],
    ['limited', { LabelingJobStatus: 'Stopped', StoppingConditions: { MaxHumanLabeledObjectCount: 5853 } }],
    ['stopped', { LabelingJobStatus: 'Stopped', StoppingConditions: { MaxHumanLabeledObjectCount: 5854 } }],
    ['limited', { LabelingJobStatus: 'Stopped', StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 93 } }],
    ['stopped', { LabelingJobStatus: 'Stopped', StoppingConditions: { MaxPercentageOfInputDatasetLabeled: 94 } }],
    [undefined, { LabelingJobStatus: 'InProgress' }],
    [undefined, { LabelingJobStatus: 'Stopping' }],
    [undefined, { LabelingJobStatus: 'Expired' }],
  ])('is called %s: %j', (end, over) => {
    expect(endOf(jobOf(over))).toBe(end);
  });
});

describe('a labeling job that has ended', () => {
  const decide = (over: object, policy: Partial<LabelingPolicy> = {}, isOptedOut = false) => {
    const job = jobOf(over);
    const end = endOf(job);
    if (end === undefined) throw new Error('it runs');
    const verdict = decideByDescription(job, end, policyOf(policy), isOptedOut, job.LastModifiedTime);
    return verdict === undefined ? 'read' : 'why' in verdict ? `${verdict.kind}: ${verdict.why}` : verdict.kind;
  };
  const pre = (name: string) =>
    taskOf({ PreHumanTaskLambdaArn: `arn:aws:lambda:us-east-1:432418664414:function:${name}` });
  const chosen: Partial<LabelingPolicy> = { chain: ['expired', 'unfinished', 'stopped'] };

  it.each<[string, object, Partial<LabelingPolicy>, string]>([
    ['expired', {}, {}, 'read'],
    ['expired, with only failed objects left', counters(5853, 0, 399), {}, 'read'],
    ['finished', { LabelingJobStatus: 'Completed', ...counters(9, 0) }, chosen, 'leave: finished'],
    ['completed with objects left', { LabelingJobStatus: 'Completed' }, {}, 'leave: not-chosen'],
    ['completed with objects left, where that is chosen', { LabelingJobStatus: 'Completed' }, chosen, 'read'],
    ['stopped by people', { LabelingJobStatus: 'Stopped' }, {}, 'leave: not-chosen'],
    ['stopped by people, where that is chosen', { LabelingJobStatus: 'Stopped' }, chosen, 'read'],
    [
      'stopped by its conditions',
      { LabelingJobStatus: 'Stopped', StoppingConditions: { MaxHumanLabeledObjectCount: 1 } },
      chosen,
      'leave: limited',
    ],
    ['failed early', { LastModifiedTime: EXPIRED.CreationTime }, chosen, 'leave: early'],
    ['expired with nothing left', counters(6252, 0), {}, 'leave: nothing-left'],
    ['streaming', { InputConfig: { DataSource: { SnsDataSource: { SnsTopicArn: 'arn' } } } }, {}, 'ask: streaming'],
    ['an adjustment', pre('PRE-AdjustmentBoundingBox'), {}, 'ask: derived'],
    ['a verification', pre('PRE-VerificationSemanticSegmentation'), {}, 'ask: derived'],
    [
      'an adjustment by what consolidates it',
      taskOf({
        PreHumanTaskLambdaArn: undefined,
        AnnotationConsolidationConfig: {
          AnnotationConsolidationLambdaArn: 'arn:aws:lambda:us-east-1:432418664414:function:ACS-AdjustmentBoundingBox',
        },
      }),
      {},
      'ask: derived',
    ],
    ['expired, and counts nothing', counters(0, 0), {}, 'read'],
    ['the fourth link', { Tags: [{ Key: 'ground-control:chain-link', Value: '4' }] }, {}, 'read'],
    ['called as if it were one', { LabelingJobName: 'supply-chain-2024' }, {}, 'read'],
    ['the fifth link', { Tags: [{ Key: 'ground-control:chain-link', Value: '5' }] }, {}, 'ask: most-links'],
    ['without an output', { LabelingJobOutput: undefined }, {}, 'ask: no-manifest'],
    ['with an output that has no place', { LabelingJobOutput: { OutputDatasetS3Uri: '' } }, {}, 'ask: no-manifest'],
  ])('is decided on when it is %s', (_, over, policy, expected) => {
    expect(decide(over, policy)).toBe(expected);
  });

  it('is left alone where its tag says so', () => {
    expect(decide({}, {}, true)).toBe('leave: opted-out');
  });

  const team = (kind: string, price?: object) =>
    taskOf({
      WorkteamArn: `arn:aws:sagemaker:us-east-1:1:workteam/${kind}-crowd/x`,
      NumberOfHumanWorkersPerDataObject: 3,
      ...(price && { PublicWorkforceTaskPrice: { AmountInUsd: price } }),
    });
  it.each<[string, object, Partial<Progress>, Partial<LabelingPolicy>, unknown]>([
    ['goes on', {}, {}, {}, { kind: 'chain', end: 'expired', link: 1, price: 0 }],
    [
      'goes on with the next link',
      { Tags: [{ Key: 'ground-control:chain-link', Value: '2' }] },
      {},
      {},
      { kind: 'chain', end: 'expired', link: 3, price: 0 },
    ],
    [
      'asks where nothing was labeled in it',
      {},
      { labeledByThisJob: 0 },
      {},
      { kind: 'ask', end: 'expired', why: 'no-progress' },
    ],
    [
      'asks where all lines have labels, and the job counts some that have none',
      {},
      { labeled: 6252, untouched: 0 },
      {},
      { kind: 'ask', end: 'expired', why: 'no-manifest' },
    ],
    [
      'asks where its output has fewer objects than the job',
      {},
      { labeled: 3, untouched: 2 },
      {},
      { kind: 'ask', end: 'expired', why: 'no-manifest' },
    ],
    [
      'asks where its output has fewer labels than the job',
      {},
      { labeled: 5852, untouched: 400 },
      {},
      { kind: 'ask', end: 'expired', why: 'no-manifest' },
    ],
    [
      'is left where a link has labeled as many as it may',
      {
        Tags: [{ Key: 'ground-control:labeled-before', Value: '5849' }],
        StoppingConditions: { MaxHumanLabeledObjectCount: 4 },
      },
      {},
      {},
      { kind: 'leave', end: 'expired', why: 'limited' },
    ],
    [
      'pays for as many as may be labeled',
      { ...team('public', { Cents: 1 }), StoppingConditions: { MaxHumanLabeledObjectCount: 5863 } },
      {},
      { mostUsd: 0.3 },
      { kind: 'chain', end: 'expired', link: 1, price: 300_000 },
    ],
    [
      'pays for what cannot be read, too',
      team('public', { Cents: 1 }),
      { untouched: 2, broken: 397 },
      { mostUsd: 10 },
      { kind: 'ask', end: 'expired', why: 'costly', price: 11_970_000 },
    ],
    [
      'asks where nobody is paid',
      team('public', {}),
      {},
      { mostUsd: 10 },
      { kind: 'ask', end: 'expired', why: 'price-unknown' },
    ],
    [
      'asks where the price is less than nothing',
      team('public', { Cents: -1 }),
      {},
      { mostUsd: 10 },
      { kind: 'ask', end: 'expired', why: 'price-unknown' },
    ],
    [
      'asks of a team of no known kind',
      taskOf({ WorkteamArn: 'arn:aws:sagemaker:us-east-1:1:workteam/other/x' }),
      {},
      { mostUsd: 10 },
      { kind: 'ask', end: 'expired', why: 'price-unknown' },
    ],
    [
      'asks where public workers cost more than may be spent',
      team('public', { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 }),
      { untouched: 399, failed: 1 },
      { mostUsd: 14.39 },
      { kind: 'ask', end: 'expired', why: 'costly', price: 14_400_000 },
    ],
    [
      'goes on where they do not',
      team('public', { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 }),
      { untouched: 399, failed: 1 },
      { mostUsd: 14.4 },
      { kind: 'chain', end: 'expired', link: 1, price: 14_400_000 },
    ],
    [
      'asks where the price of public workers is not there',
      team('public'),
      {},
      { mostUsd: 1000 },
      { kind: 'ask', end: 'expired', why: 'price-unknown' },
    ],
    [
      'asks where nobody says what a vendor takes',
      team('vendor'),
      {},
      { mostUsd: 1000 },
      { kind: 'ask', end: 'expired', why: 'price-unknown' },
    ],
    [
      'knows what a vendor takes from the configuration',
      team('vendor'),
      {},
      { mostUsd: 1000, vendorUsd: 0.1 },
      { kind: 'chain', end: 'expired', link: 1, price: 119_700_000 },
    ],
  ])('%s', (_, over, progress, policy, expected) => {
    const job = jobOf(over);
    expect(decideByOutput(job, endOf(job) ?? 'early', policyOf(policy), progressOf(progress))).toEqual(expected);
  });

  it('costs nothing more of a private team', () => {
    expect(priceOf(jobOf(), 1000, policyOf())).toBe(0);
  });
});

describe('the name of a link', () => {
  const PREDECESSOR = { Key: 'ground-control:chained-from', Value: 'x' };
  /** A job that people created; one that we did. */
  const theirs = (LabelingJobName: string) => ({ LabelingJobName, Tags: [] });
  const ours = (LabelingJobName: string) => ({ LabelingJobName, Tags: [PREDECESSOR] });
  it.each([
    [theirs('species'), 1, 'species-chain-1'],
    [ours('species-chain-1'), 2, 'species-chain-2'],
    [ours('species-chain-9'), 10, 'species-chain-10'],
    // That people called it so makes it no link.
    [theirs('supply-chain-2024'), 1, 'supply-chain-2024-chain-1'],
    [theirs('a'.repeat(55)), 1, `${'a'.repeat(55)}-chain-1`],
  ])('of %o as link %i is %s', (job, link, expected) => {
    expect(nameOfLink(job, link)).toBe(expected);
  });

  it.each([
    [[], 0],
    [[{ Key: 'ground-control:chain-link', Value: '3' }], 3],
    [[{ Key: 'Ground-Control:Chain-Link', Value: '3' }], 3],
    [[{ Key: 'ground-control:chain-link', Value: '-3' }], 0],
    [[{ Key: 'ground-control:chain-link', Value: 'x' }], 0],
  ])('with the tags %j stands for link %i', (Tags, link) => {
    expect(linkOf({ Tags })).toBe(link);
  });

  const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
  const names = fc
    .stringMatching(/^[a-zA-Z0-9](-{0,2}[a-zA-Z0-9]){0,20}$/)
    .chain((one) =>
      fc.constantFrom(
        one,
        `${one}${'x'.repeat(63)}`.slice(0, 63),
        `${one}${'-x'.repeat(31)}`.slice(0, 63).replace(/-+$/, ''),
      ),
    );

  it('is valid, and stays the same chain', () => {
    fc.assert(
      fc.property(
        names.filter((name) => NAME.test(name)),
        fc.integer({ min: 1, max: 99 }),
        (name, link) => {
          const first = nameOfLink(theirs(name), link);
          expect(first).toMatch(NAME);
          expect(first.length).toBeLessThanOrEqual(63);
          expect(first.endsWith(`-chain-${link}`)).toBe(true);
          expect(nameOfLink(ours(first), link)).toBe(first);
          expect(nameOfLink(ours(first), link + 1).toLowerCase()).not.toBe(first.toLowerCase());
        },
      ),
    );
  });

  it('differs for jobs whose names begin alike', () => {
    const long = 'x'.repeat(60);
    expect(nameOfLink(theirs(`${long}a`), 1)).not.toBe(nameOfLink(theirs(`${long}b`), 1));
    expect(nameOfLink(theirs(`${long}a`), 1)).toHaveLength(63);
  });
});

const OUTPUT = { labeled: 5853, untouched: 399, failed: 0 };

describe('the request that carries a job on', () => {
  const uri = EXPIRED.LabelingJobOutput.OutputDatasetS3Uri;

  it('is the one that SageMaker would be given by hand', () => {
    const { Tags, ...request } = chainRequest(jobOf(), 1, uri, OUTPUT);
    const { Tags: _, ...expected } = CHAINED;
    expect(request).toEqual(expected);
    expect(Tags).toEqual([
      { Key: 'team', Value: 'vision' },
      { Key: 'ground-control:chain-link', Value: '1' },
      { Key: 'ground-control:chained-from', Value: 'identify-species' },
      { Key: 'ground-control:labeled-before', Value: '5853' },
    ]);
  });

  const prefixes = ['PRE', 'ACS'] as const;
  const tasks = [
    'BoundingBox',
    'ImageMultiClass',
    'ImageMultiClassMultiLabel',
    'SemanticSegmentation',
    'TextMultiClass',
    'TextMultiClassMultiLabel',
    'NamedEntityRecognition',
    'VideoMultiClass',
    'VideoObjectDetection',
    'VideoObjectTracking',
    '3DPointCloudObjectDetection',
    '3DPointCloudObjectTracking',
    '3DPointCloudSemanticSegmentation',
    'my-own-function',
  ];
  it.each(tasks)('keeps all that says how %s is done', (task) => {
    const [pre, post] = prefixes.map((prefix) => `arn:aws:lambda:us-east-1:432418664414:function:${prefix}-${task}`);
    const HumanTaskConfig = {
      ...EXPIRED.HumanTaskConfig,
      PreHumanTaskLambdaArn: pre,
      AnnotationConsolidationConfig: { AnnotationConsolidationLambdaArn: post },
      UiConfig: {
        HumanTaskUiArn: 'arn:aws:sagemaker:us-east-1:394669845002:human-task-ui/PointCloudObjectDetection',
        UiTemplateS3Uri: '',
      },
      PublicWorkforceTaskPrice: { AmountInUsd: { Dollars: 0, Cents: 1, TenthFractionsOfACent: 2 } },
    };
    const { UiConfig, ...kept } = HumanTaskConfig;
    expect(chainRequest(jobOf({ HumanTaskConfig }), 1, uri, OUTPUT).HumanTaskConfig).toEqual({
      ...kept,
      UiConfig: { HumanTaskUiArn: UiConfig.HumanTaskUiArn },
    });
  });

  it.each<[string, object, object]>([
    [
      'keeps keys and topics of its output',
      { OutputConfig: { S3OutputPath: 's3://b/', KmsKeyId: 'key', SnsTopicArn: 'topic' } },
      { OutputConfig: { S3OutputPath: 's3://b/', KmsKeyId: 'key', SnsTopicArn: 'topic' } },
    ],
    [
      'calls the attribute after the job where nobody said',
      { LabelAttributeName: undefined },
      { LabelAttributeName: 'identify-species' },
    ],
    [
      'takes off what was labeled by hand',
      { StoppingConditions: { MaxHumanLabeledObjectCount: 6000 } },
      { StoppingConditions: { MaxHumanLabeledObjectCount: 147 } },
    ],
    [
      'goes on with the model that the job trained',
      {
        LabelingJobAlgorithmsConfig: {
          LabelingJobAlgorithmSpecificationArn: 'algorithm',
          InitialActiveLearningModelArn: 'old',
        },
        LabelingJobOutput: { OutputDatasetS3Uri: uri, FinalActiveLearningModelArn: 'new' },
      },
      {
        LabelingJobAlgorithmsConfig: {
          LabelingJobAlgorithmSpecificationArn: 'algorithm',
          InitialActiveLearningModelArn: 'new',
        },
      },
    ],
    [
      'or with the one it began with',
      {
        LabelingJobAlgorithmsConfig: {
          LabelingJobAlgorithmSpecificationArn: 'algorithm',
          InitialActiveLearningModelArn: 'old',
        },
      },
      {
        LabelingJobAlgorithmsConfig: {
          LabelingJobAlgorithmSpecificationArn: 'algorithm',
          InitialActiveLearningModelArn: 'old',
        },
      },
    ],
  ])('%s', (_, over, expected) => {
    expect(chainRequest(jobOf(over), 1, uri, OUTPUT)).toMatchObject(expected);
  });

  it.each<[string, object, number]>([
    ['a percentage, as what is missing from it', { MaxPercentageOfInputDatasetLabeled: 95 }, 5940 - 5853],
    ['the less of both', { MaxPercentageOfInputDatasetLabeled: 95, MaxHumanLabeledObjectCount: 5900 }, 47],
  ])('keeps what may be labeled: %s', (_, StoppingConditions, expected) => {
    expect(chainRequest(jobOf({ StoppingConditions }), 1, uri, OUTPUT).StoppingConditions).toEqual({
      MaxHumanLabeledObjectCount: expected,
    });
  });

  it('takes off what a link labeled itself, though its counters may begin with what was labeled before', () => {
    const Tags = [{ Key: 'ground-control:labeled-before', Value: '5850' }];
    const job = jobOf({ Tags, StoppingConditions: { MaxHumanLabeledObjectCount: 10 } });
    expect(endOf({ ...job, LabelingJobStatus: 'Stopped' })).toBe('stopped');
    expect(chainRequest(job, 2, uri, OUTPUT).StoppingConditions).toEqual({ MaxHumanLabeledObjectCount: 7 });
  });

  it('has no limits where people set none', () => {
    expect(chainRequest(jobOf(), 1, uri, OUTPUT)).not.toHaveProperty('StoppingConditions');
  });

  it('copies no tags of AWS’s own, and no more than SageMaker takes', () => {
    const Tags = [
      { Key: 'aws:cloudformation:stack', Value: 'x' },
      { Key: 'AWS:x', Value: 'x' },
      { Key: 'ground-control:chain-link', Value: '1' },
      ...Array.from({ length: 50 }, (_, at) => ({ Key: `key-${at}`, Value: '' })),
    ];
    const request = chainRequest(jobOf({ Tags }), 2, uri, OUTPUT);
    expect(request.Tags).toHaveLength(50);
    expect(request.Tags.filter(({ Key }) => /^aws:/i.test(Key))).toEqual([]);
    expect(request.Tags.filter(({ Key }) => Key === 'ground-control:chain-link')).toEqual([
      { Key: 'ground-control:chain-link', Value: '2' },
    ]);
  });

  it('invents no field, and has nothing empty in it', () => {
    const text = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z]{1,8}$/));
    const extra = fc.dictionary(
      fc.stringMatching(/^[A-Z][a-z]{2,6}$/),
      fc.oneof(text, fc.integer(), fc.record({ Inner: text })),
      { maxKeys: 4 },
    );
    const known = new Set(Object.keys(CHAINED).concat('StoppingConditions', 'LabelingJobAlgorithmsConfig'));
    fc.assert(
      fc.property(extra, extra, extra, (task, output, whole) => {
        const job = jobOf({ ...whole, ...taskOf(task), OutputConfig: { ...output, S3OutputPath: 's3://b/o' } });
        const request = chainRequest(job, 1, uri, OUTPUT);
        expect(Object.keys(request).filter((key) => !known.has(key))).toEqual([]);
        expect(JSON.stringify(request.HumanTaskConfig)).not.toContain('""');
        for (const [key, value] of Object.entries(task)) {
          if (typeof value === 'number') expect(request.HumanTaskConfig[key]).toBe(value);
        }
      }),
    );
  });
});

describe('an output manifest', () => {
  const count = (lines: readonly unknown[], attribute = 'species', job = 'identify-species') => {
    const counter = new ProgressCounter(attribute, job);
    for (const line of lines) counter.line(typeof line === 'string' ? line : JSON.stringify(line));
    return counter.result();
  };

  it('is counted by what its lines have', () => {
    expect(count(MANIFEST.split('\n'))).toEqual({
      labeled: 2,
      labeledByThisJob: 2,
      untouched: 1,
      failed: 1,
      broken: 0,
      reasons: new Map([['(free text: wording not documented)', 1]]),
    });
  });

  it.each<[string, unknown, Partial<Progress>]>([
    ['0 is a label', { source: 'x', species: 0 }, { labeled: 1, untouched: 0 }],
    ['an empty list is a label', { source: 'x', species: [] }, { labeled: 1 }],
    ['null is a label', { source: 'x', species: null }, { labeled: 1 }],
    [
      'a label of an earlier job is none of this one’s',
      { species: 1, 'species-metadata': { 'job-name': 'labeling-job/other' } },
      { labeled: 1, labeledByThisJob: 0 },
    ],
    [
      'case of names does not count',
      { species: 1, 'species-metadata': { 'job-name': 'labeling-job/Identify-Species' } },
      { labeledByThisJob: 1 },
    ],
    ['another attribute is no label', { source: 'x', colour: 1 }, { untouched: 1 }],
    ['metadata without a reason is no failure', { 'species-metadata': {} }, { untouched: 1, failed: 0 }],
    ['an attribute that every object has is not there', { source: 'x' }, { untouched: 1 }],
    ['a broken line is counted and skipped', '{"source": ', { broken: 1, untouched: 0 }],
    ['a line that is no object is broken', '[1]', { broken: 1 }],
    ['an empty line is none', '  ', { broken: 0, untouched: 0 }],
  ])('%s', (_, line, expected) => {
    expect(count([line])).toMatchObject(expected);
  });

  it('is not fooled by names that every object has', () => {
    expect(count([{ source: 'x' }], 'constructor').untouched).toBe(1);
  });

  it('keeps the most frequent reasons first, and not without end', () => {
    const lines = Array.from({ length: 1000 }, (_, at) => ({
      'species-metadata': { 'failure-reason': at < 700 ? 'declined' : `x${at}` },
    }));
    const { failed, reasons } = count(lines);
    expect([failed, reasons.size, [...reasons][0]]).toEqual([1000, 100, ['declined', 700]]);
  });
});

describe('the pace of a labeling job', () => {
  const created = Date.parse(EXPIRED.CreationTime);
  const DAY = 86_400_000;
  const HOUR = DAY / 24;
  const at = (days: number) => new Date(created + days * DAY);
  const running = (labeled: number, left: number, failed = 0) =>
    jobOf({ LabelingJobStatus: 'InProgress', ...counters(labeled, left, failed) });
  /** What is known after the job was seen with so many done, of 1,000, on these days. */
  const seen = (...looks: [days: number, done: number][]) =>
    looks.reduce<ReturnType<typeof observe> | undefined>(
      (standing, [days, done]) => observe(running(done, 1000 - done), standing, at(days)),
      undefined,
    ) ?? { changedAt: 0, samples: [] };

  it.each<[string, [number, number][], number | undefined]>([
    ['as fast as since its beginning, when it is first seen', [[10, 500]], 20],
    [
      'as fast as in the last days, and not before',
      [
        [1, 0],
        [13, 0],
        [20, 0],
        [20.5, 50],
        [21, 100],
      ],
      21 + 72,
    ],
    [
      'never, when nothing was done of late',
      [
        [1, 500],
        [10, 500],
        [20, 500],
      ],
      undefined,
    ],
    ['never, when nothing was ever done', [[10, 0]], undefined],
  ])('%s', (_, looks, expected) => {
    const [days = 0, done = 0] = looks.at(-1) ?? [];
    const end = doneAt(running(done, 1000 - done), seen(...looks), at(days));
    const inDays = end === undefined ? undefined : Math.round((end.getTime() - created) / DAY);
    expect(inDays).toBe(expected);
  });

  it('is not taken from what was labeled before it was created', () => {
    const Tags = [{ Key: 'ground-control:labeled-before', Value: '900' }];
    const job = jobOf({ LabelingJobStatus: 'InProgress', Tags, ...counters(900, 100) });
    expect(observe(job, undefined, at(5))).toMatchObject({ changedAt: created });
  });

  it('is remembered in few samples, however often it is looked at, and none is lost of when it last changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ hours: fc.double({ min: 0.1, max: 30, noNaN: true }), more: fc.nat(3) })),
        (looks) => {
          let [hours, done, changed] = [1, 0, 0];
          let standing = observe(running(0, 1000), undefined, new Date(created + HOUR));
          for (const look of looks) {
            hours += look.hours;
            done += look.more;
            if (look.more > 0) changed = hours;
            standing = observe(running(done, 1000 - done), standing, new Date(created + hours * HOUR));
          }
          expect(standing.samples.length).toBeLessThanOrEqual(32);
          expect(Math.abs(standing.changedAt - (created + changed * HOUR))).toBeLessThan(1000);
          expect(standing.samples.at(-1)?.done).toBe(done);
          const times = standing.samples.map((sample) => sample.at);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        },
      ),
    );
  });

  const policy = { warnDays: 3, stalledHours: 72 };
  it.each<[string, [number, number][], object, (string | undefined)[]]>([
    ['nothing is told long before it expires', [[20, 100]], {}, []],
    ['three days before it is', [[27, 500]], {}, ['late']],
    ['not where it will be done in time', [[27, 990]], {}, []],
    ['not where nobody wants to hear it', [[29, 500]], { warnDays: 0 }, []],
    ['earlier, where people want to', [[16, 100]], { warnDays: 14 }, ['late']],
    [
      'it stands still for three days',
      [
        [10, 500],
        [12.9, 500],
      ],
      {},
      [],
    ],
    [
      'and a little',
      [
        [10, 500],
        [13, 500],
      ],
      {},
      ['stalled'],
    ],
    [
      'and then goes on',
      [
        [10, 500],
        [13, 501],
      ],
      {},
      [],
    ],
    [
      'it stands still, and nobody wants to hear it',
      [
        [10, 500],
        [20, 500],
      ],
      { stalledHours: undefined },
      [],
    ],
    [
      'it stands still and will expire',
      [
        [10, 500],
        [28, 500],
      ],
      {},
      ['late', 'stalled'],
    ],
    ['it is about to end: nothing is left to do', [[28, 1000]], {}, []],
  ])('%s', (_, looks, over, expected) => {
    const [days = 0, done = 0] = looks.at(-1) ?? [];
    const news = newsOf(running(done, 1000 - done), seen(...looks), { ...policy, ...over }, at(days));
    expect(news.map(({ kind }) => kind)).toEqual(expected);
  });

  it('is that of its whole life when it is first seen near its end, at night', () => {
    const [first, second] = [at(27.1), at(27.1 + 1 / 24)];
    const job = running(1000, 10);
    const standing = observe(job, observe(job, undefined, first), second);
    expect(newsOf(job, standing, policy, second)).toEqual([]);
  });

  it('is that of the days in which it was looked at, once there is one', () => {
    // Its team was fast, and has stopped.
    const looks = Array.from({ length: 30 }, (_, hours): [number, number] => [26 + hours / 24, 900]);
    const standing = seen(...looks);
    expect(doneAt(running(900, 100), standing, at(27.3))).toBeUndefined();
    expect(newsOf(running(900, 100), standing, policy, at(27.3)).map(({ kind }) => kind)).toEqual(['late']);
  });

  it('of one that is being stopped is of no interest', () => {
    const stopping = jobOf({ LabelingJobStatus: 'Stopping', ...counters(1, 999) });
    expect(newsOf(stopping, seen([10, 1]), policy, at(29))).toEqual([]);
  });
});
