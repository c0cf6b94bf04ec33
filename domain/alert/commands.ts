/** Commands that people can paste: each on a line of its own, with the region it is for. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { kindOf } from '../kinds.ts';
import type { Command } from './failure-causes.ts';

/** What needs no quotes in any shell, and is no syntax of the command's own. */
const PLAIN = /^[\w:./@+-]*$/;
const quoted = (value: unknown): string => `'${JSON.stringify(value).replaceAll("'", `'\\''`)}'`;

const inRegion = ({ region }: StateChange) => (region === undefined ? '' : ` --region ${region}`);
/** ARNs have names in lower case, and only under them are tags found. */
const tagsOf = (change: StateChange, command: string, name: string | undefined) => {
  const arn = change.resource.arn ?? 'ARN';
  return `aws sagemaker ${command} --resource-arn ${name === undefined ? arn : arn.replace(/[^/]*$/, name.toLowerCase())}${inRegion(change)}`;
};

/** Stops the resource of `change`, or the one of its kind called `name`. */
export const toStop = (change: StateChange, does = 'To stop it', name = change.resource.name): Command => ({
  does,
  command: `aws sagemaker ${kindOf(change.resource.type).stopCommand ?? 'stop'} ${name}${inRegion(change)}`,
});

/** Sets a tag of the resource of `change`, or of the one of its kind called `name`. */
export const toTag = (change: StateChange, does: string, key: string, value: string, name?: string): Command => ({
  does,
  command: `${tagsOf(change, 'add-tags', name)} --tags ${PLAIN.test(key + value) ? `Key=${key},Value=${value}` : quoted([{ Key: key, Value: value }])}`,
});

export const toUntag = (change: StateChange, does: string, key: string): Command => ({
  does,
  command: `${tagsOf(change, 'delete-tags', undefined)} --tag-keys ${PLAIN.test(key) ? key : quoted([key])}`,
});
