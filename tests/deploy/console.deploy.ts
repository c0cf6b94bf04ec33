import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Dimension, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ROOT } from '../support/events.ts';
import { environmentIn, PREFIX, REGION, STAGE } from './deployment.ts';
import { openInbox } from './inbox.ts';
import { cloudWatch, command, countIn, failedTraining, put, queueOfStage, sqs, trainingArn, until } from './stage.ts';

let served: ChildProcess;
let base: string;
let cookie: string;

beforeAll(async () => {
  const child = spawn(process.execPath, ['commands/console.ts', '--stage', STAGE], {
    cwd: ROOT,
    env: environmentIn(inject('deployment')),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  served = child;
  let text = '';
  while (!text.includes('Ctrl-C')) text += (await once(child.stdout, 'data')).join('');
  const [address = ''] = /http:\S+/.exec(text) ?? [];
  base = new URL(address).origin;
  const entered = await fetch(address, { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
});

afterAll(async () => {
  await sqs.send(new PurgeQueueCommand({ QueueUrl: await queueOfStage('quarantine') }));
  served.kill('SIGINT');
  const [status] = await once(served, 'exit');
  expect(status).toBe(0);
});

/** The words of a page, without its tags. */
async function read(path: string): Promise<string> {
  const answer = await fetch(`${base}${path}`, { headers: { cookie } });
  expect(answer.status).toBe(200);
  return (await answer.text()).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

describe('npm run console', () => {
  it('shows an alert of the deployed stage, and finds its resource by the beginning of its name', async () => {
    const inbox = await openInbox();
    await put(failedTraining('seen-in-console'));
    expect((await inbox.next()).resource.name).toBe('seen-in-console');
    await until(async () => (await read('/?severity=error&text=seen-in')).includes('seen-in-console'));
    expect(await read('/?severity=info&text=seen-in')).toContain('fits.');
    expect(await read('/resources?name=seen-')).toContain('seen-in-console Training job Failed');
    expect(await read('/resources?name=unseen-')).toContain('Nothing begins with');
    const key = `training-job|${trainingArn('seen-in-console')}`;
    const page = await read(`/resource?key=${encodeURIComponent(key)}`);
    expect(page).toContain('Status Failed');
    expect(page).toMatch(/FAILED: training job seen-in-console.* told people/);
  });

  it('shows what waits in a queue, and lists it as redrive does', async () => {
    const quarantine = await queueOfStage('quarantine');
    await put({ ...failedTraining('unreadable'), detail: { TrainingJobName: ['unreadable'] } });
    await until(async () => (await countIn(quarantine)) === 1);
    expect(await read('/queues')).toContain('About 1 wait: no schema can read them.');
    const html = await (await fetch(`${base}/queues`, { headers: { cookie } })).text();
    const [, form = ''] = /name="form" value="([^"]+)"/.exec(html) ?? [];
    const ask = (more: object) =>
      fetch(`${base}/queues`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, origin: base },
        body: new URLSearchParams({ form, queue: 'quarantine', ...more }),
      });
    expect((await ask({ do: 'list' })).status).toBe(303);
    await until(async () => (await read('/queues')).includes('It is done.'));
    expect(await read('/queues')).toContain('why: detail.TrainingJobName');
    expect(await countIn(quarantine)).toBe(1);
    expect((await ask({ do: 'redrive' })).status).toBe(303);
    await until(async () => (await read('/queues')).includes('It ended with exit code 1.'));
    expect(await read('/queues')).toContain('still unreadable for trainingJob');
  });

  it('shows what the stage itself costs, by what AWS counted in the last 30 days', async () => {
    const count = (Namespace: string, MetricName: string, Dimensions: Dimension[], Value: number, daysAgo: number) =>
      cloudWatch.send(
        new PutMetricDataCommand({
          Namespace,
          MetricData: [{ MetricName, Dimensions, Value, Timestamp: new Date(Date.now() - daysAgo * 86_400_000) }],
        }),
      );
    const ofFunction = [{ Name: 'FunctionName', Value: `${PREFIX}trainingJob` }];
    const ofTable = [{ Name: 'TableName', Value: `${PREFIX}state` }];
    // The emulator forgets what is older than two weeks.
    await count('AWS/Lambda', 'Invocations', ofFunction, 4_000_000, 0);
    await count('AWS/Lambda', 'Invocations', ofFunction, 6_000_000, 10);
    // 512 MB for 3,000,000 seconds are 1,500,000 GB-seconds: 20 USD.
    await count('AWS/Lambda', 'Duration', ofFunction, 3e9, 1);
    await count('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', ofTable, 1_000_000, 2);
    const index = { Name: 'GlobalSecondaryIndexName', Value: 'byRunning' };
    await count('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', [...ofTable, index], 600_000, 2);
    const health = await read('/health');
    expect(health).toMatch(/Lambda 10,\d{3},\d{3} runs, 1,500,\d{3} GB-seconds \$22\.\d\d/);
    expect(health).toMatch(/DynamoDB \d+ units read, 1,6\d\d,\d{3} written, .* stored \$1\.\d\d/);
    expect(health).toMatch(/KMS 1 key \$1\.00/);
    expect(health).toMatch(/Alarms on \d\d metrics \$\d\.\d0/);
  });

  it('shows the alarms of the stage, and how reconciliation does', async () => {
    const health = await read('/health');
    expect(health).toContain(`${PREFIX}quarantine`);
    expect(health).toContain('No resource is due for a check.');
  });

  it.each(['/budgets', '/labeling', '/who'])('reads %s without a problem', async (path) => {
    const html = await (await fetch(`${base}${path}`, { headers: { cookie } })).text();
    expect(html).not.toContain('class="problem"');
  });

  it('refuses a stage that is not deployed', () => {
    const { status, output } = command('console', [], 'nowhere');
    expect(status).toBe(2);
    expect(output).toContain(`there is no table ground-control-nowhere-state in ${REGION}`);
  });
});
