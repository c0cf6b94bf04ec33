/** What a subscriber gets, and whether it is everything, once, and not too fast. */
import * as z from 'zod';
import { GROUPS } from '../../domain/alert/filter-policy.ts';
import type { Publication } from '../../local/embedded-aws/sns.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';
import { DigestMessage } from '../../schemas/message/digest.ts';
import { counted } from '../../schemas/text/count.ts';

/** Messages that SNS sends an e-mail address within a second (service quotas). */
export const MOST_A_SECOND = 10;
const SECOND = 1000;

/** A message that SNS sends to some of the subscribers. */
export interface Mail {
  /** Simulated, epoch milliseconds. */
  readonly at: number;
  /** The keys of the subscribers (`infrastructure/subscriber-key.ts`). */
  readonly to: readonly string[];
  /** How many alerts it tells of. */
  readonly alerts: number;
  /** The job of an alert that is told at once, or the id of the window. */
  readonly about: { readonly job: string } | { readonly window: string };
}

const Message = z.discriminatedUnion('schema', [AlertMessage, DigestMessage]);
const Keys = z.array(z.string());

/** The message of a publication that SNS took `at` an instant. */
export function mailOf({ bodies, attributes }: Publication, at: number): Mail {
  const message = Message.parse(JSON.parse(bodies.get('default') ?? ''));
  const to = Keys.parse(JSON.parse(attributes.get(GROUPS) ?? '[]'));
  return message.schema === 'ground-control/alert'
    ? { at, to, alerts: 1, about: { job: message.resource.name } }
    : { at, to, alerts: message.counts.total, about: { window: message.id } };
}

/** What a subscriber got of a storm. */
export interface Account {
  readonly messages: number;
  /** The most messages within any one second. */
  readonly mostInSecond: number;
  /** When the first message came, epoch milliseconds; absent when none came. */
  readonly first: number | undefined;
  /** Alerts that were messages of their own. */
  readonly atOnce: number;
  /** Alerts in messages about windows, by the counts in these messages. */
  readonly inWindows: number;
  /** Jobs that no message is about. */
  readonly lost: number;
  /** How often a job was told once more. */
  readonly again: number;
}

/**
 * What the subscriber with `key` got of the failures of `jobs`. `waited` are the jobs that waited in each window, by its
 * id.
 */
export function accountOf(
  key: string,
  mails: readonly Mail[],
  jobs: readonly string[],
  waited: ReadonlyMap<string, readonly string[]>,
): Account {
  const mine = mails.filter(({ to }) => to.includes(key));
  const told = mine.flatMap(({ about }) => ('job' in about ? [about.job] : (waited.get(about.window) ?? [])));
  const once = new Set(told);
  const sum = (some: readonly Mail[]) => some.reduce((total, { alerts }) => total + alerts, 0);
  return {
    messages: mine.length,
    mostInSecond: mostWithin(
      SECOND,
      mine.map(({ at }) => at),
    ),
    first: mine.length === 0 ? undefined : Math.min(...mine.map(({ at }) => at)),
    atOnce: sum(mine.filter(({ about }) => 'job' in about)),
    inWindows: sum(mine.filter(({ about }) => 'window' in about)),
    lost: jobs.filter((job) => !once.has(job)).length,
    again: told.length - once.size,
  };
}

/** The most instants within any time of `milliseconds`. */
function mostWithin(milliseconds: number, instants: readonly number[]): number {
  const sorted = instants.toSorted((one, other) => one - other);
  let from = 0;
  let most = 0;
  for (const [at, instant] of sorted.entries()) {
    while ((sorted[from] ?? instant) <= instant - milliseconds) from++;
    most = Math.max(most, at - from + 1);
  }
  return most;
}

/** What is wrong with `account` of `failures` jobs, in words. The rate counts when the breaker is on. */
export function wrongsOf(account: Account, failures: number, hasBreaker: boolean): string[] {
  const { lost, again, atOnce, inWindows, mostInSecond } = account;
  return [
    ...(lost > 0 ? [`${counted(lost, 'alert')} lost`] : []),
    ...(again > 0 ? [`${counted(again, 'alert')} told twice`] : []),
    ...(atOnce + inWindows !== failures ? [`${atOnce + inWindows} of ${counted(failures, 'alert')} told`] : []),
    ...(hasBreaker && mostInSecond > MOST_A_SECOND ? [`${counted(mostInSecond, 'message')} within a second`] : []),
  ];
}
