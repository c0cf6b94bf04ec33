/** What functions publish of what Ground Control did by itself. */
import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../domain/decide.ts';
import { schemas } from '../../functions/reconciliation.ts';
import { reconciliationHandler } from '../../handlers/reconciliation/handler.ts';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';
import { localContext } from '../../local/play/context.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { RelayedAction, RelayedChange } from '../../schemas/message/relay.ts';
import { useBudgetFunction } from '../support/budget-function.ts';
import { ARN, cappedJob, JOB, minutesIn } from '../support/capped-job.ts';
import { useLabelingFunction } from '../support/labeling-function.ts';
import { useLocalAws } from '../support/local-aws.ts';
import { IMPATIENT } from '../support/simulated-clock.ts';

let fault: NonNullable<EmbeddedResources['fault']> = () => undefined;
const to = { all: { queue: 'arn:aws:sqs:us-east-1:123456789012:events' } };
const aws = useLocalAws(Configuration.parse({ relays: { to } }), (call, path) => fault(call, path));
const refuse = () => {
  fault = ({ service }) => (service === 'events' ? { kind: 'error' } : undefined);
};
beforeEach(() => {
  fault = () => undefined;
});
const published = () =>
  aws().eventBridge.events.map(({ detailType, detail }) =>
    detailType === 'ground-control.action.v1' ? RelayedAction.parse(detail) : RelayedChange.parse(detail),
  );
const deeds = () => published().flatMap((one) => ('action' in one ? [one] : []));

describe('a job that is stopped at its budget', () => {
  const budget = useBudgetFunction(aws);
  const check = () => budget.check(JOB, minutesIn(60));

  it('is published as stopped, once', async () => {
    aws().sageMaker.put(cappedJob());
    await check();
    await check();
    expect(deeds()).toMatchObject([
      {
        action: 'stopped',
        family: 'training-job',
        resource: { type: 'training-job', arn: ARN },
        outcome: 'budget',
        cause: { code: 'budget-stopped' },
        region: 'us-east-1',
      },
    ]);
  });

  it('is published after the bus took nothing, and stopped and told once', async () => {
    aws().sageMaker.put(cappedJob());
    refuse();
    await check().catch(() => undefined);
    expect(deeds()).toEqual([]);
    fault = () => undefined;
    await check();
    expect([deeds().length, aws().sageMaker.stopped.length, aws().publications.length]).toEqual([1, 1, 1]);
  });
});

describe('an action that waits for the bus', () => {
  const budget = useBudgetFunction(aws);

  it('is published by reconciliation, with its first content, when no retry comes', async () => {
    aws().sageMaker.put(cappedJob());
    refuse();
    await budget.check(JOB, minutesIn(60)).catch(() => undefined);
    fault = () => undefined;
    const later = { ...IMPATIENT, now: () => Date.now() + 10 * 60_000 };
    const run = reconciliationHandler(schemas, decide, later);
    for (let at = 0; at < 2; at++) await run({}, localContext('reconciliation', 300));
    expect(deeds().map(({ action, status }) => [action, status])).toEqual([['stopped', 'InProgress']]);
  });

  it('is published even if SNS refused the alert about it and nobody repeats it, because the job stops all the same', async () => {
    aws().sageMaker.put(cappedJob());
    fault = ({ service }) => (service === 'sns' ? { kind: 'throttle' } : undefined);
    await budget.check(JOB, minutesIn(60)).catch(() => undefined);
    expect([aws().sageMaker.stopped.length, deeds()]).toEqual([1, []]);
    fault = () => undefined;
    const later = { ...IMPATIENT, now: () => Date.now() + 10 * 60_000 };
    const run = reconciliationHandler(schemas, decide, later);
    for (let at = 0; at < 2; at++) await run({}, localContext('reconciliation', 300));
    expect(deeds().map(({ action }) => action)).toEqual(['stopped']);
  });
});

describe('a labeling job that is continued', () => {
  const labeling = useLabelingFunction(aws);

  it('is published as ended, and as chained', async () => {
    await labeling.receive();
    expect(published()).toMatchObject([
      { action: 'chained', cause: { code: 'labeling-chained' } },
      { status: 'Failed' },
    ]);
  });

  it('is published after the bus took nothing, and continued and told once', async () => {
    refuse();
    await labeling.receive().catch(() => undefined);
    expect([published().length, aws().publications.length]).toEqual([0, 1]);
    fault = () => undefined;
    await labeling.receive({}, { id: 'e2' });
    expect(deeds().map(({ action }) => action)).toEqual(['chained']);
    expect(published()).toHaveLength(2);
    expect([aws().sageMaker.created.length, aws().publications.length]).toEqual([1, 1]);
  });

  it('is published as a question when people have to decide', async () => {
    await labeling.receive({ mode: 'observe' });
    expect(deeds()).toMatchObject([{ action: 'asked', cause: { code: 'labeling-observed' } }]);
  });
});
