import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toApprove, toDescribeEndpoint, toFindCaller, toStop, toTag, toUntag } from '../../../domain/alert/commands.ts';
import { renderChat } from '../../../domain/alert/render/chat.ts';
import { budgetAlert } from '../../../domain/budget/alert.ts';
import { judge } from '../../../domain/change/outcome.ts';
import type { Cost } from '../../../domain/cost/meter.ts';
import type { StateChange } from '../../../schemas/event/state-change.ts';
import { readTraining, trainingEvent } from '../../support/events.ts';

/** The words that a POSIX shell makes of each command, without the name of the program. */
function wordsIn(commands: readonly string[]): string[][] {
  const separator = 'end of this command';
  const script = commands.map((command) => `${command}\nprintf '%s\\0' '${separator}'`).join('\n');
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-eu'], {
    input: `aws() { printf '%s\\0' "$@"; }\n${script}`,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { HOME: '/home', LC_ALL: 'C.UTF-8', PATH: '/nowhere' },
  });
  expect([stderr, status]).toEqual(['', 0]);
  const all: string[][] = [[]];
  for (const word of stdout.split('\0').slice(0, -1)) {
    if (word === separator) all.push([]);
    else all.at(-1)?.push(word);
  }
  return all.slice(0, -1);
}

const changeOf = (name: string, arn: string, tags: object = {}) =>
  readTraining(trainingEvent({ TrainingJobName: name, TrainingJobArn: arn, Tags: tags }, { region: name }));

/** Text that a shell would expand, split or run. */
const text = fc.oneof(
  fc.string({
    unit: fc.constantFrom(...'\'"`$(){}[];&|<>*?!#~=%^\\ -@:/.,ab0é😀'),
    minLength: 1,
    maxLength: 12,
  }),
  fc.constantFrom('$(id)', '`id`', "'; id; '", '$HOME', '~', '-x', '--debug', "$&$'", '!!', 'a b', '*', 'x # y', '\\'),
);
const SAMPLES = fc.sample(fc.tuple(text, text, text), { numRuns: 300, seed: 1 });

/** The context of a budget alert about `change`. */
const contextOf = (change: StateChange, capTag: string) =>
  ({
    change,
    verdict: judge(change),
    owner: { owner: 'a', team: 'b', project: 'c' },
    mode: 'enforce',
    protected: false,
    capTag,
    mostStopsPerHour: 0,
    timeZone: 'UTC',
  }) as const;

describe('a command to paste', () => {
  const changes = SAMPLES.map(([name, arn, key]) => ({ change: changeOf(name, `arn:aws:x/${arn}`), key }));
  const region = (change: { region: string | undefined }) => ({ split: ['--region', change.region ?? ''] });
  /** `--option=value` as two words, as the AWS CLI reads it. */
  const split = (words: readonly string[]) =>
    words.flatMap((one) => {
      const [, option, value] = /^(--[a-z-]+)=(-.*)$/s.exec(one) ?? [];
      return option === undefined || value === undefined ? [one] : [option, value];
    });

  it('that stops a job has exactly its name, whatever the name contains', () => {
    const words = wordsIn(changes.map(({ change }) => toStop(change).command)).map(split);
    expect(words).toEqual(
      changes.map(({ change }) => [
        ...['sagemaker', 'stop-training-job', '--training-job-name', change.resource.name],
        ...region(change).split,
      ]),
    );
  });

  it('that sets or removes a tag has exactly the ARN and the tag, whatever they contain', () => {
    const commands = changes.flatMap(({ change, key }) => [
      toTag(change, '', key, key).command,
      toUntag(change, '', key).command,
      toTag(change, '', 'k', 'v', change.resource.name).command,
    ]);
    const isPlain = (key: string) => /^(?!-)[\w:./@+-]+$/.test(key);
    const expected = changes.flatMap(({ change, key }) => {
      const on = (arn: string) => ['--resource-arn', arn, ...region(change).split];
      const { arn = '', name } = change.resource;
      const other = `${arn.slice(0, arn.lastIndexOf('/') + 1)}${name.toLowerCase()}`;
      const tag = isPlain(key) ? `Key=${key},Value=${key}` : JSON.stringify([{ Key: key, Value: key }]);
      return [
        ['sagemaker', 'add-tags', ...on(arn), '--tags', tag],
        ['sagemaker', 'delete-tags', ...on(arn), '--tag-keys', isPlain(key) ? key : JSON.stringify([key])],
        ['sagemaker', 'add-tags', ...on(other), '--tags', 'Key=k,Value=v'],
      ];
    });
    expect(wordsIn(commands).map(split)).toEqual(expected);
  });

  it('that shows an endpoint or approves a model has exactly its name or ARN, whatever they contain', () => {
    const commands = changes.flatMap(({ change }) => [
      toDescribeEndpoint(change).command,
      toApprove(change, change.resource.arn ?? '').command,
    ]);
    const expected = changes.flatMap(({ change }) => [
      ['sagemaker', 'describe-endpoint', '--endpoint-name', change.resource.name, ...region(change).split],
      [
        ...['sagemaker', 'update-model-package', '--model-package-arn', change.resource.arn],
        ...['--model-approval-status', 'Approved', ...region(change).split],
      ],
    ]);
    expect(wordsIn(commands).map(split)).toEqual(expected);
  });

  it('that searches CloudTrail has one query, which names only what cannot end its quotes', () => {
    const words = wordsIn(changes.map(({ change }) => toFindCaller(change, 'StopTrainingJob').command)).map(split);
    const expected = changes.map(({ change }) => {
      const { name } = change.resource;
      const named = /^(?!-)[\w:./@+-]+$/.test(name) ? ` && contains(CloudTrailEvent,'${name}')` : '';
      return [
        ...['cloudtrail', 'lookup-events', '--lookup-attributes'],
        'AttributeKey=EventName,AttributeValue=StopTrainingJob',
        ...['--start-time', '2026-11-20T01:12:44Z', '--end-time', '2026-11-20T03:17:44Z', '--query'],
        `Events[?EventSource=='sagemaker.amazonaws.com'${named}].[EventTime,Username]`,
        ...region(change).split,
      ];
    });
    expect(words).toEqual(expected);
  });

  it.each<[string, Partial<StateChange>, string]>([
    [
      'not before the job existed',
      { createdAt: new Date('2026-11-20T02:00:00Z'), endedAt: new Date('2026-11-20T03:00:00Z') },
      ' --start-time 2026-11-20T02:00:00Z --end-time 2026-11-20T03:05:00Z',
    ],
    [
      'at the time of a modification, when nothing else is known',
      { event: { id: 'e', detailType: 'x', at: undefined }, modifiedAt: new Date('2026-11-20T03:00:00Z') },
      ' --start-time 2026-11-20T01:00:00Z --end-time 2026-11-20T03:05:00Z',
    ],
    ['at any time, when no time is known', { event: { id: 'e', detailType: 'x', at: undefined } }, ''],
  ])('searches CloudTrail %s', (_, over, times) => {
    const { command } = toFindCaller({ ...readTraining(trainingEvent()), ...over }, 'StopTrainingJob');
    expect(command).toContain(`AttributeValue=StopTrainingJob${times} --query`);
  });

  it('searches CloudTrail for the execution of a pipeline, whose stop names no pipeline', () => {
    const arn = 'arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn/execution/abc123';
    const resource = { type: 'pipeline-execution', name: 'churn', arn };
    const change = { ...readTraining(trainingEvent()), family: 'pipeline', resource } as const;
    expect(toFindCaller(change, 'StopPipelineExecution').command).toContain("contains(CloudTrailEvent,'abc123')");
  });

  it('runs nothing else and has no other words when it is copied from chat', () => {
    const steps = changes.flatMap(({ change, key }) => {
      const context = contextOf(change, key);
      const flaw = { text: '', explanation: key, key, example: '25', others: [key] };
      const cap = { amount: 1, from: key };
      const priced = { source: 'configured', asOf: '' } as const;
      const cost: Cost = {
        kind: 'estimate',
        amount: 1,
        perHour: 1n,
        isPaused: false,
        formula: '',
        saved: undefined,
        priced,
      };
      return [
        { kind: 'flaw', flaws: [flaw] } as const,
        { kind: 'held-back', cost, cap, most: 10, againAt: new Date() } as const,
      ].flatMap((news) => renderChat(budgetAlert('id', news, context)).content.nextSteps);
    });
    const commands = steps
      .flatMap((step) => /: (aws sagemaker .*)$/s.exec(step)?.[1] ?? [])
      .map((shown) => shown.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));
    expect(commands).toHaveLength(4 * changes.length);
    for (const words of wordsIn(commands)) {
      expect(words[0]).toBe('sagemaker');
      expect(split(words)).toHaveLength(words[1] === 'stop-training-job' ? 6 : 8);
    }
  });

  it('is as short as possible when nothing needs quotes', () => {
    const change = readTraining(trainingEvent());
    expect(toStop(change).command).toBe('aws sagemaker stop-training-job --training-job-name churn --region eu-west-1');
    expect(toStop({ ...change, region: undefined }, '', "it's").command).toBe(
      "aws sagemaker stop-training-job --training-job-name 'it'\\''s'",
    );
    expect(toStop({ ...change, region: undefined }, '', '-x').command).toBe(
      "aws sagemaker stop-training-job --training-job-name='-x'",
    );
  });
});

it('the cause and the next step in chat mention nobody, and have no links', () => {
  const change = changeOf('churn', 'arn:aws:x/churn');
  const reason = 'no price is known for <!channel> [a](b) *x* @here';
  const news = { kind: 'not-priced', reason, cap: undefined, monthly: [] } as const;
  const context = contextOf(change, 'k');
  const { description } = renderChat(budgetAlert('id', news, context)).content;
  expect(description).toContain('No price is known for &lt;!channel&gt; [a] (b) ∗x∗ ＠here.');
});
