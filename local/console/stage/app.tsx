/** The console of a deployed stage: its pages and their addresses. */
import { existsSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Context, Hono } from 'hono';
import { auditIn } from '../../../adapters/dynamodb/audit.ts';
import { resourcesIn } from '../../../adapters/dynamodb/browse/resources.ts';
import { monthsIn } from '../../../adapters/dynamodb/months.ts';
import { reconciliationTableIn } from '../../../adapters/dynamodb/reconciliation-table.ts';
import { KNOWN_TYPES } from '../../../domain/kinds.ts';
import { forSomeTime } from '../../../handlers/lazy.ts';
import { BUDGETED } from '../../../schemas/configuration/budgets.ts';
import { attempt } from '../../stage/attempt.ts';
import { chainOf } from '../../stage/chain.ts';
import { alarmsOf } from '../../stage/health.ts';
import { type Filters, inboxOf } from '../../stage/inbox.ts';
import { runningLabeling } from '../../stage/labeling.ts';
import { recentMonths } from '../../stage/months.ts';
import { ownCost } from '../../stage/own-cost.ts';
import { reviewedFlows, teamReports } from '../../stage/people.ts';
import { isQueue, queuesOf } from '../../stage/queues.ts';
import { runningJobs } from '../../stage/running.ts';
import { spendingOfMonths } from '../../stage/spending.ts';
import { instantOf, type Stage } from '../../stage/stage.ts';
import { whyEnded } from '../../stage/why-ended.ts';
import { guarded, page } from '../base.ts';
import type { Secrets } from '../guard.ts';
import type { Console } from '../serve.ts';
import { topicsOf } from '../topics.ts';
import { runsOn } from './runs.ts';
import { BudgetsPage } from './views/budgets.tsx';
import { HealthPage } from './views/health.tsx';
import { InboxPage } from './views/inbox.tsx';
import { LabelingPage } from './views/labeling.tsx';
import { StagePage } from './views/layout.tsx';
import { PeoplePage } from './views/people.tsx';
import { QueuesPage } from './views/queues.tsx';
import { ResourcePage, ResourcesPage } from './views/resources.tsx';
import { RunningPage } from './views/running.tsx';
import { WhoPage } from './views/who.tsx';

const DAY = 86_400_000;
/** The inbox goes back so many days. */
const DAYS = 90;
/** Stops are looked for in so many days. */
const DAYS_OF_STOPS = 30;
/** Loops of human review are compared over so many days. */
const DAYS_OF_REVIEWS = 30;
/** Jobs of a page: each is described by SageMaker. */
const JOBS = 20;
const FOUND = 50;
/** Earlier months that are shown: the table keeps about three. */
const EARLIER_MONTHS = 2;
/** Milliseconds after which a page about the stage is read again, while somebody looks. */
const RENEWED_AFTER = 30_000;
/** Milliseconds for which the way to what is spent in a month is shown as it was read. */
const SPENDING_KNOWN_FOR = 600_000;
/** Milliseconds for which the stage's own cost is shown as it was read. */
const BILL_KNOWN_FOR = 3_600_000;

/** The console of `stage`. `port` is known when the server listens. */
export function stageConsole(stage: Stage, secrets: Secrets, port: () => number): Console {
  const topics = topicsOf();
  const app = guarded(secrets, port, topics);
  const runs = runsOn(stage.name, stage.region, () => topics.changed('queues'));
  addPages(app, stage);
  addQueues(app, stage, runs, secrets.form);
  app.notFound((context) => sorry(context, stage, 'There is no page at this address.'));
  app.onError((error, context) => sorry(context, stage, `This page could not be shown: ${error.message}`, 500));
  const clock = setInterval(() => topics.changed('time'), RENEWED_AFTER);
  // Editors replace a file, so its folder is watched. Without one, the page says that there is no file.
  const folder = dirname(stage.file);
  const watcher = existsSync(folder)
    ? watch(folder, (_, name) => {
        if (name === null || name === basename(stage.file)) topics.changed('file');
      })
    : undefined;
  return {
    app,
    stop: async () => {
      clearInterval(clock);
      watcher?.close();
      topics.end();
      await runs.stop();
    },
  };
}

function addPages(app: Hono, stage: Stage): void {
  const { table, dynamoDb, cloudWatch } = stage;
  const resources = resourcesIn(table, dynamoDb);
  const reconciliation = reconciliationTableIn(table, dynamoDb);

  app.get('/', async (context) => {
    const { severity, family, team, owner, action, text, from } = given(context);
    const filters: Filters = { severity, family, team, owner, action, text };
    const begin = from ?? daysAgo(0);
    if (/^\d{4}-/.test(begin) && !isDayBetween(daysAgo(DAYS), begin, daysAgo(0)))
      return sorry(context, stage, `“${begin}” is not one of the last ${DAYS} days, such as ${daysAgo(1)} (UTC).`);
    const inbox = await attempt('the audit', () =>
      inboxOf(table, dynamoDb, filters, { from: begin, oldest: daysAgo(DAYS) }),
    );
    return page(context, <InboxPage stage={stage} inbox={inbox} filters={filters} />);
  });

  app.get('/resources', async (context) => {
    const { name = '', type, from } = given(context);
    const isAsked = context.req.query('name') !== undefined;
    const result = isAsked ? await attempt('resources', () => search(name, type, from)) : undefined;
    return page(context, <ResourcesPage stage={stage} wanted={{ name, type }} result={result} />);
  });
  const search = async (name: string, type: string | undefined, from: string | undefined) => {
    if (type !== undefined) return resources.named(type, name, FOUND, from);
    const pages = await Promise.all(KNOWN_TYPES.map((one) => resources.named(one, name, FOUND)));
    const found = pages.flatMap((one) => one.found);
    const isMore = found.length > FOUND || pages.some(({ next }) => next !== undefined);
    return { found: found.slice(0, FOUND), next: isMore ? 'more' : undefined };
  };

  app.get('/resource', async (context) => {
    const { key } = given(context);
    if (key === undefined) return sorry(context, stage, 'The address has no key of a resource.');
    const [found, records] = await Promise.all([
      attempt('this resource', async () => (await resources.read([key]))[0]),
      attempt('the audit', async () => {
        const audit = auditIn(table, 1, dynamoDb);
        return (await Array.fromAsync(audit.ofResource(key.split('|')[1] ?? key))).reverse();
      }),
    ]);
    const state = 'value' in found ? found.value?.state : undefined;
    const chain =
      state?.type === 'labeling-job'
        ? await attempt('its chain', () => chainOf(state.name, stage.sageMaker))
        : undefined;
    const why =
      state === undefined ? undefined : await attempt('why it failed', () => whyEnded(state, stage.sageMaker));
    const shown = { found, records, chain, why };
    return page(context, <ResourcePage stage={stage} of={key} {...shown} />);
  });

  app.get('/running', async (context) => {
    const { type, from } = given(context);
    const now = new Date();
    const types = BUDGETED.filter((one) => type === undefined || type === one).map(async (one) => ({
      type: one,
      jobs: await attempt('running jobs', () => runningJobs(stage, one, { most: JOBS, from, now })),
    }));
    return page(context, <RunningPage stage={stage} types={await Promise.all(types)} now={now} />);
  });

  // It reads each job of a month.
  const spending = forSomeTime(SPENDING_KNOWN_FOR, () => spendingOfMonths(stage, new Date()));
  app.get('/budgets', async (context) => {
    const configuration = stage.configuration();
    const now = new Date();
    const [months, grown, stopped] = await Promise.all([
      attempt('the months', async () =>
        'value' in configuration
          ? recentMonths(configuration.value, monthsIn(table, dynamoDb), EARLIER_MONTHS, now)
          : [],
      ),
      attempt('the months', spending),
      attempt('the audit', () =>
        inboxOf(table, dynamoDb, { action: 'stop-job' }, { from: daysAgo(0), oldest: daysAgo(DAYS_OF_STOPS) }),
      ),
    ]);
    const shown = { configuration, months, spending: 'value' in grown ? grown.value : new Map(), stopped, now };
    return page(context, <BudgetsPage stage={stage} {...shown} />);
  });

  app.get('/labeling', async (context) => {
    const { from } = given(context);
    const now = new Date();
    const configuration = stage.configuration();
    const mode = 'value' in configuration ? configuration.value.labeling.mode : undefined;
    const rows = await attempt('labeling jobs', () => runningLabeling(stage, { most: JOBS, from, now }));
    return page(context, <LabelingPage stage={stage} rows={rows} mode={mode} now={now} />);
  });

  app.get('/people', async (context) => {
    const from = daysAgo(DAYS_OF_REVIEWS);
    const configuration = stage.configuration();
    const [flows, reports] = await Promise.all([
      'value' in configuration
        ? attempt('reviews', () => reviewedFlows(stage, configuration.value, from))
        : configuration,
      attempt('reports on labeling teams', () => teamReports(stage)),
    ]);
    const shown = { flows, reports, from };
    return page(context, <PeoplePage stage={stage} {...shown} />);
  });

  app.get('/who', (context) => page(context, <WhoPage stage={stage} configuration={stage.configuration()} />));

  // AWS asks a tenth of a cent for these sums, and a page is read again and again.
  const bill = forSomeTime(BILL_KNOWN_FOR, () => ownCost(stage, new Date()));
  app.get('/health', async (context) => {
    const now = new Date();
    const [alarms, comparedTo, due, cost] = await Promise.all([
      attempt('alarms', () => alarmsOf(stage.name, cloudWatch)),
      attempt('reconciliation', async () => instantOf((await reconciliation.cursor())?.since)),
      attempt('reconciliation', () => reconciliation.allDue(now.getTime())),
      attempt('what Ground Control costs', bill),
    ]);
    const shown = { alarms, comparedTo, due, cost, now };
    return page(context, <HealthPage stage={stage} {...shown} />);
  });
}

function addQueues(app: Hono, stage: Stage, runs: ReturnType<typeof runsOn>, form: string): void {
  app.get('/queues', async (context) => {
    const { confirm: toConfirm } = given(context);
    const configuration = stage.configuration();
    const relays = 'value' in configuration ? Object.keys(configuration.value.relays.to) : [];
    const queues = await attempt('the queues', () => queuesOf(stage.name, stage.sqs, relays));
    const shown = { configuration, queues, runOf: runs.of, form, toConfirm };
    return page(context, <QueuesPage stage={stage} {...shown} />);
  });
  app.post('/queues', async (context) => {
    const { queue, do: what } = await context.req.parseBody();
    if (typeof queue !== 'string' || !isQueue(queue)) return sorry(context, stage, 'There is no such queue.');
    const isBegun = (what === 'list' || what === 'redrive') && runs.begin(queue, what === 'list');
    if (!isBegun)
      return sorry(context, stage, `Nothing was begun: another run for ${queue} goes on. Wait for its end.`, 409);
    return context.redirect('/queues', 303);
  });
}

/** What the address asks for; empty fields of a form count as absent. */
const given = ({ req }: Context): Partial<Record<string, string>> =>
  Object.fromEntries(Object.entries(req.query()).filter(([, value]) => value !== ''));

/** Whether `day` is a day, from `first` to `last`. */
const isDayBetween = (first: string, day: string, last: string): boolean =>
  new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day && first <= day && day <= last;

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY).toISOString().slice(0, 10);

const TITLES = { 404: 'Not here', 409: 'Not now', 500: 'Something failed' } as const;

/** A page that says what is wrong with a request. */
const sorry = (context: Context, stage: Stage, what: string, status: keyof typeof TITLES = 404) =>
  page(
    context,
    <StagePage stage={stage} title={TITLES[status]} here="">
      <p>{what}</p>
    </StagePage>,
    status,
  );
