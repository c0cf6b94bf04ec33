/** Commands that people can paste. Each has its own line and names the region. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { kindOf } from '../kinds.ts';
import type { Command } from './causes/cause.ts';

/** Text that needs no quotes in any shell, has no meaning in the command's own syntax, and is not taken for an option. */
const PLAIN = /^(?!-)[\w:./@+-]+$/;
/** `text` as one word of a POSIX shell. Other people choose names, ARNs and tags. */
const word = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
const json = (value: unknown): string => word(JSON.stringify(value));
/** The value of the option before it. A value that begins with a hyphen would be taken for another option. */
const given = (value: string): string => (value.startsWith('-') ? `=${word(value)}` : ` ${word(value)}`);

const inRegion = ({ region }: StateChange) => (region === undefined ? '' : ` --region${given(region)}`);
/** SageMaker finds tags only under the ARN, where names are in lower case. */
const tagsOf = (change: StateChange, command: string, name: string | undefined) => {
  const own = change.resource.arn ?? 'ARN';
  const arn = name === undefined ? own : own.slice(0, own.lastIndexOf('/') + 1) + name.toLowerCase();
  return `aws sagemaker ${command} --resource-arn${given(arn)}${inRegion(change)}`;
};

/** Stops the resource of `change`, or the one of the same kind that is called `name`. */
export const toStop = (change: StateChange, does = 'To stop the job', name = change.resource.name): Command => ({
  does,
  command: `aws sagemaker ${kindOf(change.resource.type).stopCommand ?? 'stop'}${given(name)}${inRegion(change)}`,
});

/** Sets a tag on the resource of `change`, or on the one of the same kind that is called `name`. */
export const toTag = (change: StateChange, does: string, key: string, value: string, name?: string): Command => ({
  does,
  command: `${tagsOf(change, 'add-tags', name)} --tags ${PLAIN.test(`${key}${value}`) ? `Key=${key},Value=${value}` : json([{ Key: key, Value: value }])}`,
});

/** Removes a tag from the resource of `change`. */
export const toUntag = (change: StateChange, does: string, key: string): Command => ({
  does,
  command: `${tagsOf(change, 'delete-tags', undefined)} --tag-keys ${PLAIN.test(key) ? key : json([key])}`,
});

/** Shows the state of an endpoint, and what it serves. */
export const toDescribeEndpoint = (change: StateChange): Command => ({
  does: 'To see the endpoint as it is now',
  command: `aws sagemaker describe-endpoint --endpoint-name${given(change.resource.name)}${inRegion(change)}`,
});

/** Replaces an unhealthy node of the HyperPod cluster of `change`. */
export const toReplaceNode = (change: StateChange, node: string): Command => ({
  does: 'To replace the node',
  command:
    `aws sagemaker batch-replace-cluster-nodes --cluster-name${given(change.resource.name)}` +
    ` --node-ids${given(node)}${inRegion(change)}`,
});

/** Approves the model package of `change`. */
export const toApprove = (change: StateChange, arn: string): Command => ({
  does: 'To approve it',
  command:
    `aws sagemaker update-model-package --model-package-arn${given(arn)}` +
    ` --model-approval-status Approved${inRegion(change)}`,
});

/** Calls that end a resource come at most so long before the end: a job may save its results for an hour. */
const CALLED_BEFORE = 2 * 3_600_000;
/** Clocks differ a little. */
const CALLED_AFTER = 5 * 60_000;

/**
 * Finds who made the API call `call` that ended the resource of `change`. CloudTrail's records of SageMaker's calls list
 * no resources (developer guide, "Understand SageMaker AI log file entries"), so the command searches by the name of the
 * call, and for the name of the resource within the records. One attribute is allowed (LookupEvents).
 */
export function toFindCaller(change: StateChange, call: string): Command {
  const end = (change.endedAt ?? change.event.at ?? change.modifiedAt)?.getTime();
  const start = end === undefined ? undefined : Math.max(end - CALLED_BEFORE, change.createdAt?.getTime() ?? 0);
  const at = (option: string, time: number) => ` --${option} ${new Date(time).toISOString().slice(0, 19)}Z`;
  const times =
    start === undefined || end === undefined ? '' : at('start-time', start) + at('end-time', end + CALLED_AFTER);
  const { name, arn } = change.resource;
  // The request of a pipeline's execution has its ARN, not the name of the pipeline.
  const searched = change.family === 'pipeline' ? arn?.split('/').at(-1) : name;
  const source = "EventSource=='sagemaker.amazonaws.com'";
  const filter = PLAIN.test(searched ?? '') ? `${source} && contains(CloudTrailEvent,'${searched}')` : source;
  return {
    does: 'To see who called it (CloudTrail shows calls after some minutes)',
    command:
      `aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=${call}${times}` +
      ` --query "Events[?${filter}].[EventTime,Username]"${inRegion(change)}`,
  };
}
