/** EventBridge's own matcher says which function gets which event of the default bus. */
import { describe, expect, it } from 'vitest';
import {
  DOCUMENTED,
  eventOf,
  functionFor,
  functionOf,
  INVENTED,
  OF_CLOUDTRAIL,
  SAMPLES,
  UNDOCUMENTED,
} from './events.ts';
import { type DeployedRule, routesOf } from './rules.ts';
import { useMatcher } from './setting.ts';

const { matcher, rules } = useMatcher();
const ofFunctions = rules.filter(({ from }) => from === 'default bus');
const REST = functionOf('resource');
const SENT = [...DOCUMENTED, ...UNDOCUMENTED];

/** A row for each detail-type: the functions that get its event. */
async function table(detailTypes: readonly string[], over: object = {}, among: readonly DeployedRule[] = ofFunctions) {
  const events = detailTypes.map((detailType) => eventOf(detailType, over));
  const routes = await routesOf(matcher, among, events);
  return detailTypes.map((detailType, at) => [detailType, routes[at]] as const);
}
const expected = (detailTypes: readonly string[]) => detailTypes.map((name) => [name, [functionFor(name)]]);
const toNobody = (detailTypes: readonly string[]) => detailTypes.map((name) => [name, []]);

describe('the rules of functions', () => {
  it('are one for each family that has sample events, and one for reconciliation', () => {
    const families = new Set(SAMPLES.map(({ family }) => family));
    expect(families.size).toBeGreaterThan(8);
    expect(ofFunctions.map(({ id }) => id).toSorted()).toEqual(
      [...families, 'reconciliation'].map(functionOf).toSorted(),
    );
  });

  it('send each documented event to exactly one function, the one of its family', async () => {
    expect(SENT).toHaveLength(60);
    expect(await table(SENT)).toEqual(expected(SENT));
  });

  it('send each sample event to the function of its family', async () => {
    const routes = await routesOf(
      matcher,
      ofFunctions,
      SAMPLES.map(({ event }) => event),
    );
    expect(SAMPLES.map(({ file }, at) => [file, routes[at]])).toEqual(
      SAMPLES.map(({ file, family }) => [file, [functionOf(family)]]),
    );
  });

  it('send events that are not documented to the function that takes the rest, and to no other', async () => {
    expect(await table(INVENTED)).toEqual(INVENTED.map((name) => [name, [REST]]));
  });

  it('send no event of CloudTrail to any function', async () => {
    expect(OF_CLOUDTRAIL).toHaveLength(7);
    const detail = { eventSource: 'sagemaker.amazonaws.com', eventName: 'CreateTrainingJob' };
    expect(await table(OF_CLOUDTRAIL, { detail })).toEqual(toNobody(OF_CLOUDTRAIL));
  });

  it.each(['aws.s3', 'aws.sagemaker.edge', 'AWS.SageMaker', 'ground-control', ''])(
    'send no event with the source "%s" to any function',
    async (source) => {
      const names = [...SENT, ...INVENTED, ...OF_CLOUDTRAIL];
      expect(await table(names, { source })).toEqual(toNobody(names));
    },
  );

  it('send an event whose source is a list to the same function', async () => {
    expect(await table(SENT, { source: ['aws.sagemaker'] })).toEqual(expected(SENT));
    expect(await table(SENT, { source: ['aws.sagemaker', 'custom'] })).toEqual(expected(SENT));
  });

  it('send an event with two fields called source, as AWS prints the one of model packages, to one function', async () => {
    const name = 'SageMaker Model Package State Change';
    const { source, ...rest } = eventOf(name);
    const doubled = `{"source":${JSON.stringify(source)},"source":["aws.sagemaker"],${JSON.stringify(rest).slice(1)}`;
    expect(await routesOf(matcher, ofFunctions, [doubled])).toEqual([[REST]]);
  });

  it.each([
    [
      'has no other field',
      { version: undefined, id: undefined, account: undefined, time: undefined, region: undefined },
    ],
    ['has no resources and an empty detail', { resources: [], detail: {} }],
    ['has a number as its time and null as its detail', { time: 1583831889050, detail: null }],
    ['names a source in its detail', { detail: { source: 'aws.s3', 'detail-type': 'AWS API Call via CloudTrail' } }],
  ])('send an event to the same function when it %s', async (_, over) => {
    expect(await table(SENT, over)).toEqual(expected(SENT));
  });

  it('send an event without a detail-type, or with null, to no function or to the one that quarantines it', async () => {
    const { 'detail-type': _, ...nameless } = eventOf('');
    const nulled = { ...nameless, 'detail-type': null };
    // An exclusion matches null, but not a field that is not there.
    expect(await routesOf(matcher, ofFunctions, [nameless, nulled])).toEqual([[], [REST]]);
  });

  it('send only the event of a continuation to reconciliation', async () => {
    const source = 'ground-control-prod-reconciliation';
    expect(await table(['Reconciliation Continues', 'Other'], { source })).toEqual([
      ['Reconciliation Continues', [functionOf('reconciliation')]],
      ['Other', []],
    ]);
  });
});

describe('the archive', () => {
  const archive = rules.filter(({ from }) => from === 'archive');

  it('keeps every event of SageMaker, and none of CloudTrail or of others', async () => {
    const id = 'SageMakerEventArchive';
    expect(await table(SENT, {}, archive)).toEqual(SENT.map((name) => [name, [id]]));
    expect(await table(OF_CLOUDTRAIL, {}, archive)).toEqual(toNobody(OF_CLOUDTRAIL));
    expect(await table(SENT, { source: 'aws.s3' }, archive)).toEqual(toNobody(SENT));
  });
});

describe('a wrong rule is noticed', () => {
  /** The rules, of which that of `id` has the text `from` of its pattern replaced. */
  const withChange = (id: string, from: string, to: string) =>
    ofFunctions.map((rule) => {
      if (rule.id !== id) return rule;
      const pattern = rule.pattern.replace(from, to);
      expect(pattern).not.toBe(rule.pattern);
      return { ...rule, pattern };
    });
  const wrongRows = async (changed: readonly DeployedRule[], detailTypes: readonly string[]) =>
    (await table(detailTypes, {}, changed)).filter(([name, to]) => to?.join() !== functionFor(name));

  it('when the rule for the rest no longer leaves out a type that another function takes', async () => {
    const changed = withChange(REST, '"SageMaker Endpoint State Change",', '');
    expect(await wrongRows(changed, SENT)).toEqual([
      ['SageMaker Endpoint State Change', ['EndpointLambdaFunction', REST]],
    ]);
  });

  it('when it leaves out a type that no other function takes', async () => {
    const changed = withChange(REST, '"SageMaker Endpoint State Change",', '"SageMaker Image State Change",$&');
    expect(await wrongRows(changed, SENT)).toEqual([['SageMaker Image State Change', []]]);
  });

  it('when it takes an event of CloudTrail', async () => {
    const changed = withChange(REST, '"AWS API Call via CloudTrail",', '');
    expect(await table(['AWS API Call via CloudTrail'], {}, changed)).toEqual([
      ['AWS API Call via CloudTrail', [REST]],
    ]);
  });

  it('when another rule takes the same type', async () => {
    const second = {
      id: 'Second',
      from: 'default bus',
      pattern: '{"detail-type":[{"prefix":"SageMaker Pro"}]}',
    } as const;
    expect(await wrongRows([...ofFunctions, second], SENT)).toEqual([
      ['SageMaker Processing Job State Change', ['ProcessingJobLambdaFunction', 'Second']],
    ]);
  });

  it('when EventBridge would refuse it', async () => {
    const refused = { id: 'Refused', from: 'default bus', pattern: '{"a":[{"wildcard":"**"}]}' } as const;
    await expect(routesOf(matcher, [refused], [{}])).rejects.toThrow('Refused: EventBridge refuses its pattern');
  });
});
