/** Compares what people were told with what they had to be told. */
import type { Publication } from '../../../local/embedded-aws/sns.ts';
import { nameIn } from '../cloud/about.ts';
import { isExcused, type Sending } from '../cloud/sendings.ts';
import { END, type Reading } from '../truth/reading.ts';
import { isDigest } from './windows.ts';

/** The fields of the alert's JSON that are compared. The harness reads them itself, without the product's schema. */
interface AlertJson {
  readonly id: string;
  readonly severity: string;
  readonly outcome: string;
  readonly family: string;
  readonly resource: { readonly type: string; readonly name: string; readonly arn: string | null };
  readonly status: string | null;
  readonly secondaryStatus: string | null;
  readonly headline: string;
  readonly cause: { readonly code: string } | null;
  readonly reason: string | null;
  readonly owner: { readonly team: string };
  readonly durationSeconds: number | null;
  readonly cost: { readonly usd: number | null } | null;
  readonly event: { readonly at: string | null };
}

/** An alert as people and programs got it, and how it was sent. */
export interface Told {
  readonly alert: AlertJson;
  readonly publication: Publication;
  readonly sending: Sending | undefined;
}

/** Pairs the publications of alerts with their sendings, which are in the same order. */
export function toldBy(publications: readonly Publication[], sendings: readonly Sending[]): Told[] {
  const left = new Map<string, Sending[]>();
  for (const sending of sendings) left.set(sending.id, [...(left.get(sending.id) ?? []), sending]);
  return publications.flatMap((publication) => {
    const alert: AlertJson = JSON.parse(publication.bodies.get('default') ?? '');
    if (isDigest(publication)) return [];
    return [{ alert, publication, sending: left.get(alert.id)?.shift() }];
  });
}

/** Everything that is wrong about the alerts of the life called `name`. */
export function checkTold(name: string, told: readonly Told[], readings: readonly Reading[]): string[] {
  const wrong: string[] = [];
  const found = new Set<Reading>();
  /** All alerts about one piece of news: about a reading, or about the end of a job, which has several. */
  const byNews = new Map<Reading | typeof END, Told[]>();
  for (const one of told) {
    const nearest = nearestOf(one, readings);
    if (nearest === undefined) {
      wrong.push(`${name}: people were told "${one.publication.subject}", and nothing happened that has an alert`);
      continue;
    }
    found.add(nearest);
    const news = nearest.oneOf?.includes(END) === true ? END : nearest;
    byNews.set(news, [...(byNews.get(news) ?? []), one]);
    const differences = compare(one, nearest);
    if (differences.length > 0)
      wrong.push(
        `${name}: what people were told about ${nearest.about} is not what happened: ${differences.join('; ')}`,
      );
  }
  return [
    ...wrong,
    ...[...byNews].flatMap(([news, all]) =>
      checkTimes(news === END ? 'its end' : news.about, all).map((what) => `${name}: ${what}`),
    ),
    ...missing(readings, found).map(({ about }) => `${name}: ${about} was never told`),
  ];
}

/** Of the readings about the same kind of news, the one that most fields of the alert agree with. */
function nearestOf(one: Told, readings: readonly Reading[]): Reading | undefined {
  // Money, and labeling jobs that run, are news of their own: an end is never mistaken for them.
  const newsOf = (outcome: string) => (outcome === 'budget' || outcome === 'labeling' ? outcome : 'change');
  return readings
    .filter(({ outcome }) => newsOf(outcome) === newsOf(one.alert.outcome))
    .map((reading) => ({ reading, differences: compare(one, reading).length }))
    .toSorted((a, b) => a.differences - b.differences)[0]?.reading;
}

/** Milliseconds by which the time of a change may differ: SageMaker's lists and events round differently. */
const SAME_TIME = 1000;

/** Where an alert differs from a reading, in words. */
function compare({ alert, publication, sending }: Told, reading: Reading): string[] {
  const mail = publication.bodies.get('email') ?? '';
  const sms = publication.bodies.get('sms') ?? '';
  const { subject = '', attributes } = publication;
  const { usd, at, says = [], saysOneOf, label, seconds, mode } = reading;
  const cost = alert.cost?.usd ?? null;
  const differ = (what: string, is: unknown, due: unknown) =>
    due === undefined || is === due ? [] : [`${what} is ${is}, not ${due}`];
  return [
    ...differ('the resource', alert.resource.name, reading.resource),
    ...differ('status', alert.status, reading.status),
    ...differ('secondary status', alert.secondaryStatus, reading.secondaryStatus),
    ...differ('outcome', alert.outcome, reading.outcome),
    ...differ('severity', alert.severity, reading.severity),
    ...differ('the severity by which people filter', attributes.get('severity'), reading.severity),
    ...differ('cause', alert.cause?.code ?? null, reading.cause),
    ...differ('team', alert.owner.team, reading.team),
    ...differ('the team by which people filter', attributes.get('team'), reading.team),
    ...differ('reason', alert.reason, reading.reason),
    ...differ('duration in seconds', alert.durationSeconds, seconds),
    ...(usd === undefined ? [] : compareCost(cost, usd, mail)),
    ...differ('the mode of the function', sending?.mode, mode),
    ...(at === undefined || Math.abs(Date.parse(alert.event.at ?? '') - at) <= SAME_TIME
      ? []
      : [`time is ${alert.event.at}, not ${new Date(at).toISOString()}`]),
    ...differ('the type', alert.resource.type, reading.type),
    ...differ('the ARN', alert.resource.arn, reading.arn),
    ...differ('the family', alert.family, reading.family),
    ...differ('the family by which people filter', attributes.get('family'), reading.family),
    ...differ('the status by which people filter', attributes.get('status'), alert.status ?? 'unknown'),
    ...Object.entries({ subject, SMS: sms }).flatMap(([what, text]) =>
      begins(text, label, flat(mail)) && text.includes(alert.resource.name)
        ? []
        : [`the ${what} is "${text}", and has to begin with ${label} and to name ${alert.resource.name}`],
    ),
    ...[alert.resource.name, ...inMail(reading), ...says].flatMap((words) =>
      flat(mail).includes(words) ? [] : [`the mail does not say "${words}"`],
    ),
    ...(saysOneOf === undefined || saysOneOf.some((words) => flat(mail).includes(words))
      ? []
      : [`the mail says none of ${saysOneOf.map((words) => `"${words}"`).join(', ')}`]),
    // Queues, functions and web hooks get the same JSON.
    ...['sqs', 'lambda', 'http', 'https'].flatMap((protocol) =>
      publication.bodies.get(protocol) === publication.bodies.get('default')
        ? []
        : [`what ${protocol} subscribers get differs from the default`],
    ),
    ...(mail.includes(`severity ${reading.severity}`) ? [] : ['the mail names another severity']),
  ];
}

/** A text without line breaks: mails wrap long lines. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

/** What a mail says of a reading, with single spaces. */
const inMail = ({ team, status, reason, arn }: Reading): string[] => [
  ...(team === 'unknown' ? [] : [`Team: ${team}`]),
  ...(typeof status === 'string' ? [`Status: ${status}`] : []),
  ...(typeof reason === 'string' ? [`SageMaker says: "${reason}"`] : []),
  ...(arn === undefined ? [] : [`ARN: ${arn}`]),
];

/** Compares the cost of the alert, and the cost that the mail prints. */
function compareCost(cost: number | null, due: NonNullable<Reading['usd']> | null, mail: string): string[] {
  if (due === null) return cost === null ? [] : [`cost is ${cost} USD, and nobody can know it`];
  if (cost === null) return ['cost is not told'];
  if (cost < due.least || cost > due.most) return [`cost is ${cost} USD, not ${due.least} to ${due.most}`];
  const printed = `$${cost.toFixed(cost < 0.01 && cost > 0 ? 4 : 2)}`;
  return mail.includes(printed) ? [] : [`the mail does not print the cost ${printed}`];
}

/** Ground Control sends an alert at most this often, unless people redrive it; no story needs that for so many. */
const MOST_SENDINGS = 3;

/** One alert is told once. A second sending needs an incident of its own, and so does each further one. */
function checkTimes(about: string, all: readonly Told[]): string[] {
  const ids = new Set(all.map(({ alert }) => alert.id));
  const unexcused = all.slice(0, -1).filter(({ sending }) => sending === undefined || !isExcused(sending));
  return [
    ...(ids.size > 1 ? [`${about} was told under ${ids.size} names: ${[...ids].join(', ')}`] : []),
    ...(unexcused.length > 0
      ? [`${about} was told ${all.length} times, and nothing excuses ${unexcused.length} of them`]
      : []),
    ...(all.length > MOST_SENDINGS ? [`${about} was told ${all.length} times, more often than may ever be`] : []),
  ];
}

/** Readings that had to be told and were not. */
function missing(readings: readonly Reading[], told: ReadonlySet<Reading>): Reading[] {
  return readings.filter((reading) => {
    if (reading.need !== 'must' || told.has(reading)) return false;
    const { oneOf = [] } = reading;
    return !oneOf.some((name) => readings.some((other) => other.oneOf?.includes(name) === true && told.has(other)));
  });
}

/** The name of the life that an alert is about; that of a month is the project's. */
export const subjectOf = ({ alert }: Told): string => nameIn(alert.resource.name) ?? alert.resource.name;

/**
 * Whether `text` begins with `label`. A warning says what percentage is spent, which may be more than its threshold: the
 * same as in the headline of the mail, and the one that the amounts in the mail make.
 */
function begins(text: string, label: string, mail: string): boolean {
  const threshold = /^BUDGET (\d+) %$/.exec(label)?.[1];
  if (threshold === undefined) return text.startsWith(`${label}: `);
  const percent = /^BUDGET (\d+) %: /.exec(text)?.[1];
  const [, spent = '', budget = ''] = /\$([\d.]+) of \$([\d.]+) is spent\./.exec(mail) ?? [];
  const share = (100 * Number(spent)) / Number(budget);
  return (
    Number(percent) >= Number(threshold) &&
    mail.includes(`has used ${percent} % of its budget`) &&
    // The amounts are rounded to cents.
    Math.abs(share - Number(percent) - 0.5) <= 0.5 + 1 / Number(budget)
  );
}
