/** Commands that people can paste. Each has its own line and names the region. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { kindOf } from '../kinds.ts';
import type { Command } from './failure-causes.ts';

/** Characters that need no quotes in any shell and have no meaning in the command's own syntax. */
const PLAIN = /^[\w:./@+-]*$/;
const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", `'\\''`)}'`;

const inRegion = ({ region }: StateChange) => (region === undefined ? '' : ` --region ${region}`);
/** SageMaker finds tags only under the ARN, where names are in lower case. */
const tagsOf = (change: StateChange, command: string, name: string | undefined) => {
  const arn = change.resource.arn ?? 'ARN';
  return `aws sagemaker ${command} --resource-arn ${name === undefined ? arn : arn.replace(/[^/]*$/, name.toLowerCase())}${inRegion(change)}`;
};

/** Stops the resource of `change`, or the one of the same kind that is called `name`. */
export const toStop = (change: StateChange, does = 'To stop the job', name = change.resource.name): Command => ({
  does,
  command: `aws sagemaker ${kindOf(change.resource.type).stopCommand ?? 'stop'} ${name}${inRegion(change)}`,
});

/** Sets a tag on the resource of `change`, or on the one of the same kind that is called `name`. */
export const toTag = (change: StateChange, does: string, key: string, value: string, name?: string): Command => ({
  does,
  command: `${tagsOf(change, 'add-tags', name)} --tags ${PLAIN.test(key + value) ? `Key=${key},Value=${value}` : quoted([{ Key: key, Value: value }])}`,
});

/** Removes a tag from the resource of `change`. */
export const toUntag = (change: StateChange, does: string, key: string): Command => ({
  does,
  command: `${tagsOf(change, 'delete-tags', undefined)} --tag-keys ${PLAIN.test(key) ? key : quoted([key])}`,
});
