/** Decides what to do about a labeling job, with what SageMaker says about it. */

import type { LabelingDescription } from '../../schemas/api/labeling-job.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { ChainLabelingJobAction, NotifyAction } from '../action.ts';
import { type Alert, mayQuote } from '../alert/alert.ts';
import { renderNotice } from '../alert/render/notice.ts';
import { incarnationKey, resourceKey } from '../change/identity.ts';
import type { Verdict } from '../change/outcome.ts';
import type { Owner } from '../change/owner.ts';
import { decideWith } from '../decide.ts';
import { repeatAfter } from '../delivery/still-broken.ts';
import { endAlert, newsAlert } from './alerts.ts';
import { decideByDescription } from './chain.ts';
import { leftOf } from './end.ts';
import type { EndedLabeling, LabelingEndFacts, RunningLabeling } from './facts.ts';
import { isOptedOut } from './opt-out.ts';
import { type LabelingNews, newsOf } from './pace.ts';
import { priceOf } from './price.ts';
import { chainRequest } from './request.ts';
import { judgeEnd } from './verdict.ts';
import { numbersOf } from './words/counts.ts';

/** The action for an ended job: an alert, or the creation of the next job. `settles` is the key of the change. */
export function endActions(
  alert: Alert,
  settles: string,
  found: EndedLabeling,
  configuration: FunctionConfiguration,
): (NotifyAction & { readonly settles: string }) | ChainLabelingJobAction {
  const { labeling: policy } = configuration;
  const facts = mayQuote(configuration) ? found : withoutQuotes(found);
  const { verdict, job, progress } = facts;
  const resource = resourceKey(alert.change);
  const manifest = job.LabelingJobOutput?.OutputDatasetS3Uri;
  const numbers = Object.fromEntries(numbersOf(facts, policy).map(({ label, value }) => [label, value]));
  const isThere = facts.successor?.isOurs === true;
  if (verdict.kind === 'chain' && (policy.mode === 'enforce' || isThere) && manifest !== undefined) {
    const request = chainRequest(job, verdict.link, manifest, progress ?? countedBy(job));
    const key = `chain|${incarnationKey(alert.change)}|${verdict.link}`;
    const reason = `${verdict.end}, with objects left`;
    return { kind: 'chain-labeling-job', key, resource, settles, request, isThere, reason, numbers, alert, facts };
  }
  const notice = renderNotice(endAlert(alert, facts, policy), configuration);
  return { kind: 'notify', key: `notify|${settles}`, resource, settles, notice, numbers };
}

/** The facts without the failure reasons of objects. */
const withoutQuotes = (facts: EndedLabeling): EndedLabeling => ({
  ...facts,
  progress: facts.progress && { ...facts.progress, reasons: new Map() },
});

/**
 * The counters of the job, in the form of counts of its output manifest. For when the next job exists already, and
 * nobody read the manifest: the request is not sent.
 */
const countedBy = ({ LabelCounters: { TotalLabeled, Unlabeled, FailedNonRetryableError } }: LabelingDescription) => ({
  labeled: TotalLabeled ?? 0,
  untouched: Unlabeled ?? 0,
  failed: FailedNonRetryableError ?? 0,
});

/** The notice about the end of a job, with the result of creating the next one. */
export function chainedNotice(
  { key, resource, settles, alert, facts, numbers }: ChainLabelingJobAction,
  outcome: Parameters<typeof endAlert>[3],
  configuration: FunctionConfiguration,
): NotifyAction {
  const notice = renderNotice(endAlert(alert, facts, configuration.labeling, outcome), configuration);
  return { kind: 'notify', key: `notify|${key}|${settles}`, resource, settles, notice, numbers };
}

/** What makes a warning about a job that still makes no progress another one: `|repeat-2`. */
function repeatIn(
  { since }: Extract<LabelingNews, { kind: 'stalled' }>,
  { now }: RunningLabeling,
  { labeling: { stalledHours = 0 }, delivery }: FunctionConfiguration,
): string {
  const warnedAt = since.getTime() + stalledHours * 3_600_000;
  const number = repeatAfter(now.getTime() - warnedAt, delivery.repeatHours);
  return number === 0 ? '' : `|repeat-${number}`;
}

/** Warnings about a running job: it will expire before it is done, or nobody labels. */
export function runningActions(
  change: StateChange,
  verdict: Verdict,
  owner: Owner,
  facts: RunningLabeling,
  configuration: FunctionConfiguration,
): NotifyAction[] {
  const { labeling: policy, timeZone } = configuration;
  const { job } = facts;
  const isOut = isOptedOut(change.tags, policy.tags.optOut);
  const left = leftOf(job);
  const price = left === undefined ? undefined : priceOf(job, left, left, policy);
  const mayGoOn = decideByDescription(job, 'expired', policy, isOut, job.LastModifiedTime) === undefined;
  return newsOf(facts.job, facts.standing, policy, facts.now).map((news) => {
    // A job that stalls again at a higher count gets another warning.
    const identity =
      news.kind === 'late' ? news.kind : `${news.kind}|${news.done}${repeatIn(news, facts, configuration)}`;
    const id = `labeling|${incarnationKey(change)}|${identity}`;
    const notice = renderNotice(
      newsAlert(id, news, { change, verdict, owner, facts, policy, price, mayGoOn, timeZone }),
      configuration,
    );
    return { kind: 'notify', key: `notify|${id}`, resource: resourceKey(change), isShared: true, notice };
  });
}

const judge = (facts: LabelingEndFacts, change: StateChange, { labeling }: FunctionConfiguration) =>
  judgeEnd(facts, change.tags, labeling);

/** Decides as `decide` does, and adds the policies about labeling jobs. */
export const decideOnLabeling = decideWith({ judge, ended: endActions, running: runningActions });
