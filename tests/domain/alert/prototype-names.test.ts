import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetAlert } from '../../../domain/budget/alert.ts';
import { limitsOf } from '../../../domain/budget/limits.ts';
import { monthlyBudgetsOf } from '../../../domain/budget/month/monthly-budgets.ts';
import { judge } from '../../../domain/change/outcome.ts';
import { ownerOf } from '../../../domain/change/owner.ts';
import { meter } from '../../../domain/cost/meter.ts';
import { pricesIn } from '../../../domain/cost/prices.ts';
import { decide } from '../../../domain/decide.ts';
import { grantsOf } from '../../../handlers/grants.ts';
import { readConfigurationFile } from '../../../infrastructure/configuration-file.ts';
import { Configuration } from '../../../schemas/configuration/file.ts';
import { FAMILY_NAMES } from '../../../schemas/vocabulary.ts';
import { eventFiles, named, readTraining, SCHEMAS, trainingEvent } from '../../support/events.ts';
import { noticeOfEvent } from '../../support/notices.ts';

/** `constructor`, `toString`, `hasOwnProperty`, …: every object has them, although nobody put them into a table. */
const NAMES = Object.getOwnPropertyNames(Object.prototype);
const names = fc.constantFrom(...NAMES);
const PRICES = { 'us-east-1': { Training: { 'ml.m5.large': 1 } } };
const configuration = Configuration.parse({
  chat: 'on',
  alerts: Object.fromEntries(FAMILY_NAMES.map((family) => [family, ['changed', 'completed', 'running', 'unknown']])),
  budgets: { caps: { 'training-job': 5 }, prices: PRICES, monthly: { project: { churn: 5 } } },
});
/** What a function or another part of a prototype looks like as text. */
const LEAK = /function|native code|\[object|=>/;

/** `event` with `name` as each text in its detail that `chosen` selects. */
function renamed(value: unknown, name: string, chosen: (key: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, name, chosen));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === 'string' && chosen(key) ? name : renamed(inner, name, chosen),
    ]),
  );
}

const EVENTS = FAMILY_NAMES.flatMap((family) =>
  named(eventFiles(`events/${family}/*.json`)).map(([file, event]) => [family, file, event] as const),
);

describe('a name that every object has', () => {
  it.each(EVENTS)('is text like any other in each field of an event of %s, %s', (family, _, event) => {
    fc.assert(
      fc.property(names, fc.func(fc.boolean()), (name, isChosen) => {
        const detail = renamed(event.detail, name, (key) => isChosen(key));
        const change = SCHEMAS[family].safeParse({ ...event, detail });
        if (!change.success) return;
        const decision = decide(change.data, undefined, configuration, {});
        const notice = noticeOfEvent({ ...event, detail }, configuration, family);
        expect(JSON.stringify([decision, notice])).not.toMatch(LEAK);
      }),
      { numRuns: 60 },
    );
  });

  it.each(NAMES)('is an unknown status: %s', (status) => {
    const { subject, email, message } = noticeOfEvent(trainingEvent({ TrainingJobStatus: status }), configuration);
    expect(subject).toBe('UNKNOWN STATUS: training job churn');
    expect(message).toMatchObject({ outcome: 'unknown', status });
    expect(email.replace(/\s+/g, ' ')).toContain(`has a status that Ground Control does not know: "${status}".`);
    expect([email, JSON.stringify(message)].join()).not.toMatch(LEAK);
  });

  it.each(NAMES)('is an unknown detail-type and type of resource: %s', (name) => {
    for (const detailType of [`SageMaker ${name} State Change`, `SageMaker ${name}`]) {
      const event = trainingEvent({ Status: name }, { 'detail-type': detailType });
      const notice = noticeOfEvent(event, configuration, 'resource');
      expect(JSON.stringify(notice)).not.toMatch(LEAK);
    }
  });

  it.each(NAMES)('has no price as a region, a type of instance or both: %s', (name) => {
    const listed = () => undefined;
    const prices = (region: string) => pricesIn(region, PRICES, listed);
    expect([
      prices(name).instance('Training', 'ml.m5.large'),
      prices('us-east-1').instance('Training', name),
      prices(name).instance('Training', name),
    ]).toEqual([undefined, undefined, undefined]);
    expect(prices(name).volumeMonth('Training')).toBe(prices('us-east-1').volumeMonth('Training'));
    const ResourceConfig = { InstanceType: name, InstanceCount: 1 };
    const change = readTraining(trainingEvent({ TrainingStartTime: 1_795_000_000_000, ResourceConfig }));
    expect(meter(change, prices('us-east-1'), new Date(1_795_000_000_000))).toEqual({
      notPriced: `no price is known for ${name} (Training)`,
    });
  });

  it.each(NAMES)('has no cap and no budget as a team, a project, an owner or the key of a tag: %s', (name) => {
    const tags = new Map([
      ['team', name],
      ['project', name],
      ['owner', name],
      [name, name],
    ]);
    const owner = ownerOf(tags, configuration.tags);
    const caps = { vision: { 'training-job': 1 } };
    const { budgets } = Configuration.parse({ budgets: { teams: caps, projects: caps } });
    const limits = limitsOf('training-job', tags, owner, budgets);
    expect([limits.cap, limits.flaws]).toEqual([undefined, []]);
    for (const monthly of [{ project: { churn: 5 } }, { 'cost-center': { a: 5 } }])
      expect(monthlyBudgetsOf(tags, owner, { monthly })).toEqual([]);
    expect(ownerOf(new Map([['team', 'vision']]), { owner: [name], team: [name], project: [name] })).toEqual({
      owner: 'unknown',
      team: 'unknown',
      project: 'unknown',
    });
  });

  it.each(NAMES)('is the name of no function, and of no entry of an alert: %s', (name) => {
    expect(grantsOf(name, readConfigurationFile('ground-control.yml'))).toEqual(grantsOf('unheard-of', configuration));
    const change = { ...readTraining(trainingEvent({ SecondaryStatus: name })), status: name };
    const context = {
      change,
      verdict: judge(change),
      owner: { owner: name, team: name, project: name },
      mode: 'observe',
      protected: false,
      capTag: name,
      mostStopsPerHour: 1,
      timeZone: 'UTC',
    } as const;
    const news = { kind: 'not-priced', reason: name, cap: undefined, monthly: [] } as const;
    expect(JSON.stringify(budgetAlert('id', news, context))).not.toMatch(LEAK);
  });
});
