/** The early warning: several parts of a pipeline execution or a tuning job failed with one cause, so others may too. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { Part } from '../../schemas/stored/part.ts';
import type { NotifyAction } from '../action.ts';
import { linksFor } from '../alert/links.ts';
import { listed } from '../alert/render/listed.ts';
import { renderNotice } from '../alert/render/notice.ts';
import { changeAbout } from '../change/about.ts';
import { nameOfParent } from '../delivery/window.ts';
import { causeOf, type EndedAlike, failedAlike } from './ended.ts';

/** At least so many parts failed with one cause. */
const LEAST = 3;

/** The failures to warn of: at least three, and half of all parts that have ended; undefined when there are none. */
export function failuresToWarnOf(parts: readonly Part[]): EndedAlike | undefined {
  const failed = parts.filter((part) => part.outcome === 'failed' && part.isWanted && causeOf(part) !== undefined);
  // A training job and a step that failed with the same cause are two kinds of parts for people, and one fault.
  const sameType = failed.map((part) => ({ ...part, type: '' }));
  const [most] = failedAlike(sameType);
  const first = failed.find(({ id }) => id === most?.first.id);
  if (most === undefined || first === undefined) return undefined;
  return most.names.length >= LEAST && most.names.length * 2 >= parts.length ? { ...most, first } : undefined;
}

/** The warning about `failures` among `ended` parts. It has the owner of the first one. */
export function earlyWarning(
  { first, names }: EndedAlike,
  ended: number,
  configuration: Pick<FunctionConfiguration, 'chat' | 'timeZone'>,
  now: Date,
): NotifyAction {
  const { parent, account, region, partition, owner } = first;
  const change = changeAbout({
    event: { id: undefined, detailType: 'early warning', at: now },
    family: parent.type === 'tuning-job' ? 'tuning-job' : 'pipeline',
    ...{ account, region, partition },
    resource: { type: parent.type, name: parent.name, arn: parent.arn },
    details: [{ label: 'Failed', value: listed(names, MOST_NAMES) }],
  });
  const cause = causeOf(first);
  const count = `${names.length} of ${ended}`;
  const key = `early-warning|${parent.id}`;
  const alert = {
    change,
    id: key,
    outcome: 'degraded',
    severity: 'error',
    status: undefined,
    label: 'EARLY WARNING',
    summary: `${count} failed`,
    headline: `${count} parts of ${nameOfParent(parent)} that have ended failed with the same cause.`,
    cause: cause && { ...cause, nextStep: `${cause.nextStep} If the others will fail too, stop it.` },
    reason: undefined,
    owner,
    durationSeconds: undefined,
    cost: undefined,
    links: linksFor(change, undefined),
  } as const;
  return {
    kind: 'notify',
    key,
    resource: `${parent.type}|${parent.arn?.toLowerCase() ?? `${parent.type}/${parent.name}`}`,
    notice: renderNotice(alert, configuration),
    numbers: { failed: String(names.length), ended: String(ended) },
  };
}

const MOST_NAMES = 10;
