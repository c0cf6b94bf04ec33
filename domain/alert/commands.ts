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
