import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { reviewsIn } from '../../../adapters/dynamodb/reviews.ts';
import { decide } from '../../../domain/decide.ts';
import { compareOutput } from '../../../domain/review/compare-output.ts';
import { tallyOfDays } from '../../../domain/review/day-sums.ts';
import { linesOf } from '../../../domain/review/summary.ts';
import { ReviewTally } from '../../../domain/review/tally.ts';
import { reviewHandler } from '../../../handlers/review/handler.ts';
import { buildReviewServices } from '../../../handlers/review/services.ts';
import type { Call } from '../../../local/embedded-aws/protocol.ts';
import type { Fault } from '../../../local/embedded-aws/server.ts';
import { localContext } from '../../../local/play/context.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { HumanReviewStateChange } from '../../../schemas/event/human-review.ts';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { A2iOutput } from '../../../schemas/review/a2i-output.ts';
import { type AnyEvent, readEvent } from '../../support/events.ts';
import { useLocalAws } from '../../support/local-aws.ts';
import { type AnyOutput, forms, moderation } from '../../support/review.ts';

const FLOW = 'flow-definition-name';
const configuration = Configuration.parse({
  chat: 'on',
  alerts: { 'human-review': ['completed', 'failed'] },
  review: {
    flows: { [FLOW]: { output: 's3://reviews/out', level: 90 }, 'no-output': { level: 90 } },
    keys: ['arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
  },
});
/** The fault of each call; set by a test. */
let fault: (call: Call) => Fault | undefined = () => undefined;
const aws = useLocalAws(configuration, (call) => fault(call));
const NOW = new Date('2026-10-05T12:00:00Z');
let now = NOW;
let waited: number[] = [];
let whileWaiting: () => void = () => undefined;
const table = () => process.env['STATE_TABLE'] ?? '';
beforeEach(async () => {
  fault = () => undefined;
  now = NOW;
  waited = [];
  whileWaiting = () => undefined;
  await aws().emptyTable();
  aws().s3.objects.clear();
});

const arnOf = (name: string) => `arn:aws:sagemaker:us-west-2:111122223333:human-loop/${name}`;
const uriOf = (name: string) => `s3://reviews/out/2026/10/05/11/58/00/${name}/output.json`;

/** The event of the completed loop `name`. */
function completed(name: string, detail: object = {}): AnyEvent {
  const event = readEvent('events/human-review/completed.json');
  return {
    ...event,
    account: '111122223333',
    region: 'us-west-2',
    resources: [arnOf(name)],
    time: now.toISOString(),
    detail: {
      ...event.detail,
      creationTime: '2026-10-05T11:00:00Z',
      flowDefinitionArn: `arn:aws:sagemaker:us-west-2:111122223333:flow-definition/${FLOW}`,
      humanLoopArn: arnOf(name),
      humanLoopName: name,
      humanLoopOutput: { outputS3Uri: uriOf(name) },
      ...detail,
    },
  };
}
const put = (name: string, output: AnyOutput | string, uri = uriOf(name)) =>
  aws().s3.objects.set(uri, typeof output === 'string' ? output : JSON.stringify({ ...output, humanLoopName: name }));

/** `output`, answered on `day` of October. */
const on = (day: number, output: AnyOutput): AnyOutput => ({
  ...output,
  humanAnswers: output.humanAnswers.map((answer: object) => ({
    ...answer,
    submissionTime: `2026-10-${String(day).padStart(2, '0')}T10:00:00Z`,
  })),
});
const agreeing = () => on(5, moderation({ Violence: 80, Weapons: 70 }, [['Violence', 'Weapons']]));
const rejecting = () => on(5, moderation({ Violence: 80 }, [[]]));

async function receive(event: AnyEvent) {
  const { handler } = await import('../../../functions/human-review.ts');
  return handler(event, localContext('humanReview'));
}

const build = () => ({
  ...buildReviewServices(() => now),
  wait: async (milliseconds: number) => {
    waited.push(milliseconds);
    whileWaiting();
  },
});

/** The function `review` gets its messages. A failed one is tried again later. */
async function deliver(bodies = aws().take('review')): Promise<string[]> {
  const handler = reviewHandler(HumanReviewStateChange, decide, build);
  const failed: string[] = [];
  for (const body of bodies)
    await handler({ Records: [{ body }] }, localContext('review')).catch((error: Error) => failed.push(error.message));
  return failed;
}
async function review(name: string, output?: AnyOutput | string, detail: object = {}): Promise<string[]> {
  if (output !== undefined) put(name, output);
  await receive(completed(name, detail));
  return deliver();
}

const messages = () =>
  aws().publications.map(({ bodies }) => AlertMessage.parse(JSON.parse(bodies.get('lambda') ?? '')));
const mails = () => aws().publications.map(({ bodies }) => bodies.get('email') ?? '');
/** What the last mail says about people and model, without its line breaks. */
const said = () => /Review: +(.*?)\n\n/s.exec(mails().at(-1) ?? '')?.[1]?.replace(/\s+/g, ' ');
const sums = async () => {
  const days = await reviewsIn(table(), 400).days(FLOW, '2026-01-01', '2027-01-01');
  return linesOf(tallyOfDays(FLOW, [...days.values()]), undefined);
};
const notCompared = async () => {
  const days = await reviewsIn(table(), 400).days(FLOW, '2026-01-01', '2027-01-01');
  return [...days.values()].flatMap((day) => [...day.notComparable.values()]).reduce((sum, count) => sum + count, 0);
};
const whole = async () => (await sums()).find(({ kind, reason }) => kind === 'flow' && reason === null);

describe('the alert about a completed human loop', () => {
  it('says in one line how people compare with the model, and what the numbers do not mean', async () => {
    expect(
      await review('loop-1', on(5, moderation({ Violence: 80, Weapons: 70 }, [['Violence'], ['Violence']]))),
    ).toEqual([]);
    expect(messages()).toMatchObject([{ outcome: 'completed', severity: 'info' }]);
    expect(said()).toBe(
      'people agree with the model on 1 of 2; rejected: Weapons; confirmed: Violence; ' +
        '2 people, who all agree with each other; ' +
        "a random sample: estimates the model's accuracy",
    );
    expect(mails()[0]).toContain(`Workflow: ${FLOW}`);
  });

  it('says that the agreement on hard cases is not the accuracy of the model', async () => {
    const condition = {
      ConditionType: 'ModerationLabelConfidenceCheck',
      EvaluationResult: true,
      ConditionParameters: {},
    };
    await review('loop-1', moderation({ Violence: 80 }, [[]], [condition]));
    expect(said()).toMatch(
      /^people agree with the model on 0 of 1; .*hard cases, chosen by confidence: not the model's accuracy$/,
    );
  });

  it('has numbers and no names when the configuration forbids quotes', async () => {
    put('loop-1', agreeing());
    const handler = reviewHandler(HumanReviewStateChange, decide, () => {
      const built = buildReviewServices(() => now);
      return { ...built, services: { ...built.services, configuration: { ...configuration, reasons: 'cause-only' } } };
    });
    await receive(completed('loop-1'));
    for (const body of aws().take('review')) await handler({ Records: [{ body }] }, localContext('review'));
    expect(said()).toMatch(/^people agree with the model on 2 of 2; 2 confirmed; /);
    expect(JSON.stringify(aws().publications)).not.toContain('Violence');
  });

  it.each([
    ['{"flowDefinitionArn": ', 'not comparable: its output cannot be read: it is not JSON, or no output of A2I'],
    ['[]', 'not comparable: its output cannot be read: it is not JSON, or no output of A2I'],
    [`${'['.repeat(20_000_000)}`, 'not comparable: its output cannot be read: it is not JSON, or no output of A2I'],
    [' '.repeat(21 * 1024 * 1024), 'not comparable: its output has more than 20 MB'],
    [
      JSON.stringify({
        ...agreeing(),
        flowDefinitionArn: 'arn:aws:sagemaker:us-west-2:111122223333:flow-definition/other',
      }),
      'not comparable: its output is of another human loop or workflow',
    ],
    [
      JSON.stringify({ ...agreeing(), humanLoopName: 'loop-2' }),
      'not comparable: its output is of another human loop or workflow',
    ],
    [
      JSON.stringify({ ...agreeing(), humanAnswers: Array(51).fill(agreeing().humanAnswers[0]) }),
      'not comparable: it has more than 50 answers',
    ],
    [
      JSON.stringify({ ...agreeing(), humanAnswers: [] }),
      'not comparable: it has no answer of a person: the loop failed, expired or was stopped',
    ],
  ])('says why nothing can be compared (case %#)', async (output, why) => {
    expect(await review('loop-1', output)).toEqual([]);
    expect(said()).toBe(why);
    expect(await notCompared()).toBe(1);
  });

  it('is sent without the comparison when the output cannot be read; a later try counts the loop', async () => {
    await receive(completed('loop-1'));
    const bodies = aws().take('review');
    const [error] = await deliver(bodies);
    expect(error).toBe(`${arnOf('loop-1')}: S3 refuses its output: AccessDenied`);
    expect(waited).toEqual([1000, 2000, 4000, 8000]);
    expect(said()).toMatch(/^its output could not be read \(S3: AccessDenied\)\. Check review\.flows and review\.keys/);
    expect(await deliver(bodies)).toHaveLength(1);
    put('loop-1', agreeing());
    expect(await deliver(bodies)).toEqual([]);
    expect(await whole()).toMatchObject({ n: 2, confirmed: 2 });
    expect(messages()).toHaveLength(1);
  });

  it('uses the output at the exact address in the event, even if the address looks like a secret', async () => {
    const name = 'key-0f8fad5bd9cb469fa165';
    expect(await review(name, agreeing())).toEqual([]);
    expect(said()).toMatch(/^people agree with the model on 2 of 2/);
    expect(mails()[0]).not.toContain(uriOf(name));
  });

  it('is sent although the sums cannot be read, and says that they cannot', async () => {
    put('loop-1', agreeing());
    const day = { pk: 'review#flow-definition-name', sk: 'day#2026-10-05', objects: { invented: 1 } };
    const Item = marshall({ ...day, notComparable: {}, skipped: 0, fields: [], revision: 1 });
    await new DynamoDBClient().send(new PutItemCommand({ TableName: table(), Item }));
    expect(await review('loop-1')).toEqual([expect.stringContaining('has the word "invented"')]);
    expect(said()).toBe('its answers could not be compared yet; Ground Control tries again');
  });

  it('is sent although S3 has an error; the loop is counted later', async () => {
    put('loop-1', agreeing());
    await receive(completed('loop-1'));
    const bodies = aws().take('review');
    fault = ({ service }) => (service === 's3' ? { kind: 'error' } : undefined);
    expect(await deliver(bodies)).toHaveLength(1);
    expect(said()).toBe('its answers could not be compared yet; Ground Control tries again');
    fault = () => undefined;
    expect(await deliver(bodies)).toEqual([]);
    expect([await whole(), messages().length]).toMatchObject([{ n: 2 }, 1]);
  });

  it('is sent once while the queue retries to read the output, and the retry does not wait for the output again', async () => {
    await receive(completed('loop-1'));
    const [body = ''] = aws().take('review');
    const handler = reviewHandler(HumanReviewStateChange, decide, build);
    const deliverAs = (receives: string) =>
      handler(
        { Records: [{ body, messageId: 'm-1', attributes: { ApproximateReceiveCount: receives } }] },
        localContext('review'),
      );
    expect(await deliverAs('1')).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect(waited).toHaveLength(4);
    expect(await deliverAs('2')).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    expect([waited.length, messages().length]).toEqual([4, 1]);
  });

  it('waits for an output that appears a moment later', async () => {
    whileWaiting = () => {
      if (waited.length === 2) put('loop-1', agreeing());
    };
    expect(await review('loop-1')).toEqual([]);
    expect(waited).toEqual([1000, 2000]);
    expect(said()).toMatch(/^people agree with the model on 2 of 2/);
  });
});

describe('a human loop is handed over', () => {
  it.each([
    ['whose output is configured', {}, true],
    [
      'of a workflow without output in the configuration',
      { flowDefinitionArn: 'arn:aws:sagemaker:us-west-2:1:flow-definition/no-output' },
      false,
    ],
    [
      'whose output lies elsewhere, to count it',
      { humanLoopOutput: { outputS3Uri: 's3://reviews/outside/output.json' } },
      true,
    ],
    ['without an output', { humanLoopOutput: null }, false],
    ['that failed', { humanLoopStatus: 'Failed', failureCode: 'InternalError' }, false],
  ])('%s: %j %s', async (_, detail, isHandedOver) => {
    await receive(completed('loop-1', detail));
    expect(aws().take('review')).toHaveLength(isHandedOver ? 1 : 0);
    expect(messages()).toHaveLength(isHandedOver ? 0 : 1);
  });
});

describe('the sums of a workflow', () => {
  it('count each loop once, however often and in whatever order its event comes', async () => {
    const outputs = [agreeing(), rejecting(), on(4, moderation({ Violence: 60 }, [['Violence'], [], ['Violence']]))];
    for (const [at, output] of outputs.entries()) put(`loop-${at}`, output);
    const tally = new ReviewTally();
    for (const output of outputs) {
      const comparison = compareOutput(A2iOutput.parse(output), configuration.review);
      if (comparison !== undefined) tally.add(comparison);
    }
    for (const at of [0, 1, 0, 2, 2, 1]) await receive(completed(`loop-${at}`));
    const bodies = aws().take('review');
    expect(await deliver([...bodies, ...bodies.toReversed()])).toEqual([]);
    expect(await sums()).toEqual(tally.flows().flatMap((flow) => linesOf(flow, undefined)));
    expect(messages()).toHaveLength(3);
  });

  it('are exact when loops end at the same time', async () => {
    const names = Array.from({ length: 6 }, (_, at) => `loop-${at}`);
    for (const name of names) put(name, agreeing());
    for (const name of names) await receive(completed(name));
    const bodies = aws().take('review');
    const results = await Promise.all(bodies.map((body) => deliver([body])));
    const failed = bodies.filter((_, at) => (results[at]?.length ?? 0) > 0);
    expect(await deliver(failed)).toEqual([]);
    expect(await whole()).toMatchObject({ n: 12, confirmed: 12, objects: 6 });
  });

  it('count a loop that was created again under its old name', async () => {
    await review('loop-1', agreeing());
    await review('loop-1', rejecting(), { creationTime: '2026-10-05T11:30:00Z' });
    expect(await whole()).toMatchObject({ objects: 2, n: 3, confirmed: 2, rejected: 1 });
  });

  it.each([
    ['of another loop', { ...agreeing(), humanLoopName: 'other' }, 'other-loop'],
    ['outside of the configured place', agreeing(), 'elsewhere'],
  ])('count an output %s as not comparable', async (_, output, why) => {
    const uri = why === 'elsewhere' ? 's3://reviews/outside/output.json' : uriOf('loop-1');
    aws().s3.objects.set(uri, JSON.stringify(output));
    expect(await review('loop-1', undefined, { humanLoopOutput: { outputS3Uri: uri } })).toEqual([]);
    const days = await reviewsIn(table(), 400).days(FLOW, '2026-01-01', '2027-01-01');
    expect([...days.values()].map(({ notComparable }) => [...notComparable.keys()])).toEqual([[why]]);
    expect(aws().calls.some(({ service }) => service === 's3')).toBe(why !== 'elsewhere');
  });

  it.each(['0001-01-01T00:00:00Z', '2027-10-05T10:00:00Z', '9999-12-31T23:59:59Z'])(
    'count an answer of the impossible time %s on the day of its event',
    async (submissionTime) => {
      const output = agreeing();
      await review('loop-1', { ...output, humanAnswers: [{ ...output.humanAnswers[0], submissionTime }] });
      const days = await reviewsIn(table(), 400).days(FLOW, '0000-01-01', '9999-12-31');
      expect([...days.keys()]).toEqual(['2026-10-05']);
    },
  );

  it('are exact when the answer of the table is lost', async () => {
    let lost = 0;
    fault = ({ operation }) => (operation === 'TransactWriteItems' && lost++ === 0 ? { kind: 'lost' } : undefined);
    await review('loop-1', agreeing());
    await receive(completed('loop-1'));
    await deliver();
    expect(lost).toBeGreaterThan(0);
    expect(await whole()).toMatchObject({ n: 2, objects: 1 });
  });

  it('hold no reviewed content, and neither do alerts', async () => {
    const output = forms({ Total: 'CANARY-total' }, [{ Total: 'CANARY-changed', 'CANARY-key': 'CANARY-more' }]);
    output.humanAnswers[0].workerId = 'CANARY-worker';
    expect(await review('loop-1', output)).toEqual([]);
    expect(said()).toMatch(
      /^people agree with the model on 0 of 2; changed: \(other fields\); added: \(other fields\)/,
    );
    const { Items = [] } = await new DynamoDBClient().send(new ScanCommand({ TableName: table() }));
    expect(JSON.stringify([Items, aws().publications, aws().messages])).not.toContain('CANARY');
  });
});

describe('agreement below the level of a workflow', () => {
  const fill = async (count: number, output: () => AnyOutput, from = 0) => {
    const reviews = reviewsIn(table(), 400);
    for (let at = from; at < from + count; at++) {
      const comparison = compareOutput(A2iOutput.parse(output()), configuration.review);
      if (comparison !== undefined)
        await reviews.count(arnOf(`old-${at}`), comparison.at?.toISOString().slice(0, 10) ?? '', comparison);
    }
  };
  const below = () => messages().filter(({ outcome }) => outcome === 'review');

  it('is announced once a week, when even the upper bound over the window is below the level', async () => {
    await fill(20, rejecting);
    await fill(9, agreeing, 20);
    await review('loop-1', rejecting());
    expect(below()).toMatchObject([
      {
        severity: 'warning',
        resource: { type: 'human-review-workflow', name: FLOW },
        cause: { code: 'agreement-below-level' },
      },
    ]);
    expect(aws().publications.map(({ subject }) => subject)).toContain(`BELOW LEVEL: human review workflow ${FLOW}`);
    const mail = mails()
      .find((text) => text.includes('less than the 90 %'))
      ?.replace(/\s+/g, ' ');
    // 18 of 39 answers about 30 objects; Wilson's interval for 30 by hand: 0.2152 to 0.7288.
    expect(mail).toContain(
      'In the last 7 days, people agreed with the model in 46.2 % of 39 answers about 30 objects. The true share is ' +
        'almost certainly at most 72.9 % (99.9 % interval 21.5-72.9 %, each object counted once). ' +
        "They are a random sample, so this estimates the model's accuracy.",
    );
    expect(mail).toContain('--flow flow-definition-name --from 2026-09-29.');
    expect(mail).toContain('Violence: 30 % of 30 answers agree');
    await review('loop-2', rejecting());
    expect(below()).toHaveLength(1);
    now = new Date('2026-10-12T12:00:00Z');
    await review('loop-3', on(12, rejecting()));
    expect(below()).toHaveLength(1);
    await fill(30, () => on(12, rejecting()), 100);
    await review('loop-4', on(12, rejecting()));
    expect(below()).toHaveLength(2);
  });

  it.each([
    ['29 answers', 28, rejecting, 0],
    ['30 answers', 29, rejecting, 1],
    ['answers before the window', 60, () => on(-1 + 29, rejecting()), 0],
    ['answers that agree', 60, agreeing, 0],
  ])('with %s', async (_, count, output, expected) => {
    if (count === 60 && output !== agreeing) now = new Date('2026-11-05T12:00:00Z');
    await fill(count, output);
    await review('loop-1', now === NOW ? output() : { ...rejecting(), humanAnswers: on(5, rejecting()).humanAnswers });
    expect(below()).toHaveLength(expected);
  });

  it('is not announced for a single document, however many fields it has', async () => {
    const fields = Array.from({ length: 40 }, (_, at) => [`Field ${at}`, 'a'] as const);
    const changed = fields.map(([name]) => [name, 'b'] as const);
    await review('loop-1', on(5, forms(Object.fromEntries(fields), [Object.fromEntries(changed)])));
    expect(await whole()).toMatchObject({ n: 40, agreement: 0 });
    expect(below()).toEqual([]);
  });

  it('is announced by the next try after SNS refused it', async () => {
    await fill(40, rejecting);
    put('loop-1', rejecting());
    await receive(completed('loop-1'));
    const bodies = aws().take('review');
    let calls = 0;
    fault = ({ operation }) => (operation === 'Publish' && ++calls === 2 ? { kind: 'error' } : undefined);
    expect(await deliver(bodies)).toHaveLength(1);
    expect(await deliver(bodies)).toEqual([]);
    expect(below()).toHaveLength(1);
  });
});
