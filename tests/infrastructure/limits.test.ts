import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { tooLongNames } from '../../infrastructure/limits/names.ts';
import { tooManyResources } from '../../infrastructure/limits/resources.ts';
import { subscriptionsOf } from '../../infrastructure/subscriptions.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { ROOT } from '../support/events.ts';

/** A stack of this stage with one resource, which has the name `<service>-<stage>-<end>`. */
const refusal = (Type: string, property: string, stage: string, end = '') =>
  tooLongNames(
    { One: { Type, Properties: { [property]: `ground-control-${stage}${end}` } } },
    { service: 'ground-control', stage },
  );

describe('a stage', () => {
  // The limits stand here as AWS's API references have them.
  it.each([
    ['AWS::Lambda::Function', 'FunctionName', '-workerActivity', 64],
    ['AWS::Events::Rule', 'Name', '-reconciliation-continues', 64],
    ['AWS::Events::Archive', 'ArchiveName', '', 48],
    ['AWS::Events::Connection', 'Name', '.oncall', 64],
    ['AWS::Scheduler::ScheduleGroup', 'Name', '-reconciliation', 64],
    ['AWS::SQS::Queue', 'QueueName', '-undelivered', 80],
    ['AWS::SNS::Topic', 'TopicName', '-operators', 256],
    ['AWS::DynamoDB::Table', 'TableName', '-state', 255],
    ['AWS::CloudWatch::Alarm', 'AlarmName', '-worker-activity-unreadable', 255],
  ])('is refused at the first character that makes %s.%s too long', (type, property, end, longest) => {
    const most = longest - `ground-control-${end}`.length;
    expect(refusal(type, property, 'x'.repeat(most), end)).toBeUndefined();
    expect(refusal(type, property, 'x'.repeat(most + 1), end)).toContain(
      `may have ${longest}. Use a stage of at most ${most} `,
    );
  });

  it('that is refused is told the longest one that fits all names', () => {
    const stackOf = (stage: string) => ({
      Rule: { Type: 'AWS::Events::Rule', Properties: { Name: `ground-control-${stage}-reconciliation-continues` } },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: { FunctionName: `ground-control-${stage}-reconciliation` },
      },
      Archive: { Type: 'AWS::Events::Archive', Properties: { ArchiveName: `ground-control-${stage}` } },
      Generated: { Type: 'AWS::IAM::Role', Properties: {} },
      Unnamed: { Type: 'Custom::Something' },
    });
    const of = (stage: string) => tooLongNames(stackOf(stage), { service: 'ground-control', stage });
    expect(of('s'.repeat(40))).toBe(
      `The stage ${'s'.repeat(40)} is too long: ground-control-${'s'.repeat(40)}-reconciliation-continues has 80 characters, ` +
        'and the name of a rule of EventBridge may have 64. Use a stage of at most 24 characters.',
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (length) => {
        const most = Number(/at most (\d+)/.exec(of('s'.repeat(length)) ?? '')?.[1] ?? length);
        expect([of('s'.repeat(most)), length <= 24]).toEqual([undefined, most === length]);
      }),
    );
  });

  it('is compared with the limit of every kind of name that the infrastructure gives', () => {
    const names = globSync('infrastructure/*.yml', { cwd: ROOT }).flatMap((file) =>
      Object.values<{ Type: string; Properties?: object }>(
        parse(readFileSync(join(ROOT, file), 'utf8'), { logLevel: 'silent' })?.Resources ?? {},
      ).flatMap(({ Type: type, Properties = {} }) =>
        Object.entries(Properties).flatMap(([property, value]) =>
          property.endsWith('Name') && String(value).includes('sls:stage') ? [{ type, property }] : [],
        ),
      ),
    );
    expect(names.length).toBeGreaterThan(12);
    for (const { type, property } of names)
      expect([type, refusal(type, property, 's'.repeat(600))]).not.toEqual([type, undefined]);
  });
});

describe('a stack', () => {
  const address = (at: number) => `person-${at}@acme-widgets.com`;
  const stackWith = (subscribers: number, operators: number, relays: number, others: number) => ({
    ...subscriptionsOf(
      Configuration.parse({
        subscribers: Array.from({ length: subscribers }, (_, at) => ({ email: address(at) })),
        operators: Array.from({ length: operators }, (_, at) => address(at)),
      }),
      [],
    ),
    ...Object.fromEntries(Array.from({ length: relays }, (_, at) => [`RelayTo${at}`, { Type: 'AWS::SQS::Queue' }])),
    ...Object.fromEntries(Array.from({ length: others }, (_, at) => [`Other${at}`, { Type: 'AWS::SQS::Queue' }])),
  });

  it('may have 500 resources', () => {
    expect(tooManyResources(stackWith(200, 170, 0, 130))).toBeUndefined();
  });

  it.each([
    [
      [200, 180, 0, 130],
      'The stack would have 510 resources (200 for subscribers, 180 for operators, 130 others), and CloudFormation allows 500. For subscribers with the same filters, write one mailing list.',
    ],
    [
      [10, 361, 0, 130],
      'The stack would have 501 resources (10 for subscribers, 361 for operators, 130 others), and CloudFormation allows 500. For operators, write one mailing list.',
    ],
    [
      [1, 1, 400, 130],
      'The stack would have 532 resources (1 for subscribers, 1 for operators, 400 for relays, 130 others), and CloudFormation allows 500. Instead of many relays, write one to a bus or topic of your own, and distribute its events there.',
    ],
    [
      [0, 0, 0, 501],
      'The stack would have 501 resources (501 others), and CloudFormation allows 500. Switch off what you do not need.',
    ],
  ] as const)(
    'with %j resources is refused, with the number and what to do',
    ([subscribers, operators, relays, others], says) => {
      expect(tooManyResources(stackWith(subscribers, operators, relays, others))).toBe(says);
    },
  );
});
