import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListRulesCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetSubscriptionAttributesCommand, ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { readConfigurationFile } from '../../infrastructure/configuration-file.ts';
import { isDeployed } from '../../infrastructure/optional.ts';
import { matches } from '../../local/play/event-pattern.ts';
import { readRules } from '../../local/play/rules.ts';
import { eventFiles, ROOT, readEvent } from '../support/events.ts';
import { CONFIGURATION, PREFIX, STAGE, TOPIC } from './deployment.ts';
import { events, lambda, sns } from './stage.ts';

const SERVICE = join(ROOT, 'serverless.yml');

/** Patterns of the deployed rules, by the name of the function. */
async function deployedPatterns(): Promise<Record<string, Record<string, unknown>>> {
  const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: PREFIX }));
  return Object.fromEntries(
    Rules.flatMap(({ Name = '', EventPattern }) =>
      EventPattern === undefined ? [] : [[Name.slice(PREFIX.length).replace(/-rule-1$/, ''), JSON.parse(EventPattern)]],
    ),
  );
}

describe('serverless deploy', () => {
  it('ends by saying what to do: the topic, a first alert, the console', () => {
    const { said = '' } = inject('deployment');
    const [, words = ''] = said.split('What to do now:');
    expect(words).toContain(`${PREFIX}alerts`);
    expect(words).toContain(`npx serverless invoke --stage ${STAGE} --region us-east-1 -f trainingJob`);
    expect(words).toContain(`npm run console -- --stage ${STAGE} --region us-east-1`);
  });

  it('creates each function of serverless.yml, with a role of its own', async () => {
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand());
    const deployed = Functions.filter(({ FunctionName }) => FunctionName?.startsWith(PREFIX));
    const service = parse(readFileSync(SERVICE, 'utf8'), { merge: true, logLevel: 'silent' });
    const configuration = readConfigurationFile(CONFIGURATION);
    const wanted = Object.keys(service.functions).filter((name) => isDeployed(name, configuration));
    expect(deployed.map(({ FunctionName }) => FunctionName?.slice(PREFIX.length)).sort()).toEqual(wanted.sort());
    expect(new Set(deployed.map(({ Role }) => Role)).size).toBe(wanted.length);
  });

  it('subscribes the subscribers of ground-control.yml, each to what names its key', async () => {
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    const policies = await Promise.all(
      Subscriptions.map(async ({ Endpoint, SubscriptionArn }) => {
        const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
        return [Endpoint, JSON.parse(Attributes?.['FilterPolicy'] || 'null')];
      }),
    );
    expect(Object.fromEntries(policies)).toEqual({
      'team@ground-control.test': { groups: ['41a196f8b1b0'] },
      '+15555550100': { groups: ['0cbf01947924'] },
    });
  });

  it('creates a rule for each function that handles events, with the pattern that our own matcher uses', async () => {
    const patterns = readRules(SERVICE).map(({ functionName, pattern }) => [functionName, pattern]);
    expect(await deployedPatterns()).toEqual({
      ...Object.fromEntries(patterns),
      'reconciliation-continues': {
        source: [`${PREFIX}reconciliation`],
        'detail-type': ['Reconciliation Continues'],
      },
    });
  });

  it('creates patterns that select the same events in EventBridge as in our own matcher', async () => {
    const types = eventFiles('events/**/*.json').map((file) => readEvent(file)['detail-type']);
    for (const pattern of Object.values(await deployedPatterns())) {
      for (const detailType of new Set(types.filter(Boolean))) {
        const event = {
          id: '1',
          source: 'aws.sagemaker',
          account: '1',
          time: '2026-11-20T00:00:00Z',
          region: 'us-east-1',
          resources: [],
          'detail-type': detailType,
          detail: {},
        };
        const { Result } = await events.send(
          new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }),
        );
        expect([detailType, Result]).toEqual([detailType, matches(pattern, event)]);
      }
    }
  });
});
