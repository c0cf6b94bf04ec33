/** Alerts that say the same about different resources. */
import type { PendingAlert } from '../../schemas/stored/pending-alert.ts';
import { SEVERITIES } from '../../schemas/vocabulary.ts';

/** At least one alert. */
export interface Alike {
  /** The earliest. What all have in common is read from it. */
  readonly first: PendingAlert;
  /** All, the earliest first. */
  readonly all: readonly PendingAlert[];
  /** First words of their subjects: `FAILED`. */
  readonly label: string;
}

/** `alerts` by what they say, the most severe first, then the most frequent. The order of `alerts` does not matter. */
export function alikeIn(alerts: readonly PendingAlert[]): Alike[] {
  const byWhat = Map.groupBy(alerts.toSorted(byTime), whatItSays);
  return [...byWhat.values()]
    .flatMap((all) => {
      const [first] = all;
      return first === undefined ? [] : [{ first, all, label: labelIn(first.subject) }];
    })
    .sort(
      (one, other) =>
        SEVERITIES.indexOf(one.first.severity) - SEVERITIES.indexOf(other.first.severity) ||
        other.all.length - one.all.length ||
        byTime(one.first, other.first),
    );
}

const byTime = (one: PendingAlert, other: PendingAlert): number =>
  one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

/** For what is done, the instances do not matter. */
const whatItSays = (alert: PendingAlert): string => {
  const { severity, outcome, type, subject, causeCode, causeDetail, instance } = alert;
  const why = causeCode === undefined ? [] : [causeCode, causeDetail, instance];
  // Warnings at 51 % and at 81 % say the same.
  return JSON.stringify([severity, outcome, type, labelIn(subject).replaceAll(/\d+/g, '#'), ...why]);
};

/** What a subject begins with. */
const labelIn = (subject: string): string =>
  subject.slice(0, Math.max(0, subject.indexOf(':'))).replace(' (critical)', '');

/** A value, and how often it occurs. */
export interface Counted {
  readonly value: string;
  readonly count: number;
}

/** How often each value occurs, in the order of their first occurrences. */
const countedIn = (values: readonly string[]): Counted[] =>
  [...Map.groupBy(values, (value) => value)].map(([value, all]) => ({ value, count: all.length }));

/** The names of their resources, the earliest first. */
export const namesOf = (all: readonly PendingAlert[]): Counted[] => countedIn(all.map(({ name }) => name));

/** Whose they are, the most frequent first: the team of each, or else its owner. */
export const ownersOf = (all: readonly PendingAlert[]): Counted[] =>
  countedIn(all.map(({ team, owner }) => (team === 'unknown' ? owner : team)))
    .filter(({ value }) => value !== 'unknown')
    .sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));

/** What they cost in all, USD; undefined when no cost is known. */
export function costOf(all: readonly PendingAlert[]): number | undefined {
  const known = all.flatMap(({ usd }) => usd ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, usd) => sum + usd, 0);
}
