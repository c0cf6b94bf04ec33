import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { matches } from '../../local/play/event-pattern.ts';
import { readRules } from '../../local/play/rules.ts';
import { ROOT, SCHEMAS } from '../support/events.ts';

const rules = readRules(join(ROOT, 'serverless.yml'));
const linesOf = (file: string) =>
  readFileSync(join(ROOT, 'tests/fixtures', file), 'utf8')
    .trim()
    .split('\n');
const documented = linesOf('detail-types.txt');
/** The last one is a spelling that the developer guide printed in 2020 (awsdocs, automating-sagemaker-with-eventbridge). */
const all = [...documented, 'SageMaker Job State Change', 'SageMakerEndpointStateChange'];

const functionsFor = (detailType: string, source: unknown = 'aws.sagemaker') =>
  rules
    .filter(({ pattern }) => matches(pattern, { source, 'detail-type': detailType, detail: {} }))
    .map(({ functionName }) => functionName);

describe('the rules', () => {
  it('know all documented event types', () => {
    expect(new Set(all).size).toBe(60);
  });

  it.each(all)('send %s to exactly one function', (detailType) => {
    expect(functionsFor(detailType)).toHaveLength(1);
  });

  it('send an endpoint event to the function of endpoints, also in the old spelling', () => {
    expect(functionsFor('SageMakerEndpointStateChange')).toEqual(['endpoint']);
  });

  it.each([
    'SageMaker Training Job State Change V2',
    'SageMaker Teleport Job State Change',
    'SageMaker Labeling Job State Change',
    'SageMaker',
  ])('send %s, which does not exist yet, to the function that takes everything else', (detailType) => {
    expect(functionsFor(detailType)).toEqual(['resource']);
  });

  it.each(linesOf('cloudtrail-detail-types.txt'))('send %s to no function', (detailType) => {
    expect(functionsFor(detailType)).toEqual([]);
  });

  it('send a type of CloudTrail that is new to the function that puts it into the quarantine, with the reason', () => {
    const event = { source: 'aws.sagemaker', 'detail-type': 'AWS New Event via CloudTrail', detail: {} };
    expect(functionsFor(event['detail-type'])).toEqual(['resource']);
    expect(SCHEMAS.resource.safeParse(event).error?.issues).toMatchObject([
      { path: ['detail-type'], message: 'Invalid string: must start with "SageMaker"' },
    ]);
  });

  it('send no events of other services to any function', () => {
    expect(all.flatMap((detailType) => functionsFor(detailType, 'aws.s3'))).toEqual([]);
  });

  it('match the doubled source of the documented model package event', () => {
    expect(functionsFor('SageMaker Model Package State Change', ['aws.sagemaker'])).toEqual(['resource']);
  });

  it('lead to a function whose schema reads the event type', () => {
    for (const detailType of all) {
      const [functionName] = functionsFor(detailType);
      const module = rules.find((rule) => rule.functionName === functionName)?.module ?? '';
      expect(existsSync(join(ROOT, `${module}.ts`))).toBe(true);
      const family = module.replace('functions/', '') as keyof typeof SCHEMAS;
      const read = SCHEMAS[family].safeParse({ source: 'aws.sagemaker', 'detail-type': detailType, detail: {} });
      expect([detailType, read.error?.issues ?? []]).toEqual([detailType, []]);
    }
  });

  it('stay below the 2,048 characters of a pattern', () => {
    for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });
});
