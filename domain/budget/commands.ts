/** Commands that people can paste: each on a line of its own, with the region it is for. */
import type { StateChange } from '../../schemas/state-change.ts';
import type { Command } from '../failure-catalogue.ts';

const STOP: Readonly<Record<string, string>> = {
  'training-job': 'stop-training-job --training-job-name',
  'tuning-job': 'stop-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name',
  'processing-job': 'stop-processing-job --processing-job-name',
  'transform-job': 'stop-transform-job --transform-job-name',
};

const inRegion = ({ region }: StateChange) => (region === undefined ? '' : ` --region ${region}`);
const tagsOf = (change: StateChange, command: string) =>
  `aws sagemaker ${command} --resource-arn ${change.resource.arn ?? 'ARN'}${inRegion(change)}`;

export const toStop = (change: StateChange, does = 'To stop it'): Command => ({
  does,
  command: `aws sagemaker ${STOP[change.resource.type] ?? 'stop'} ${change.resource.name}${inRegion(change)}`,
});

export const toTag = (change: StateChange, does: string, key: string, value: string): Command => ({
  does,
  command: `${tagsOf(change, 'add-tags')} --tags Key=${key},Value=${value}`,
});

export const toUntag = (change: StateChange, does: string, key: string): Command => ({
  does,
  command: `${tagsOf(change, 'delete-tags')} --tag-keys ${key}`,
});
