/** Where to look: console pages and log streams, for the region and partition of the resource. */

import type { StateChange } from '../../schemas/event/state-change.ts';
import { lookUp } from '../../schemas/look-up.ts';
import { type JobName, jobIn } from '../diagnosis/diagnosis.ts';
import { kindOf, type Logs } from '../kinds.ts';

export interface Links {
  readonly console: string | undefined;
  readonly logs: string | undefined;
  /** Where Studio shows the resource; then `console` opens Studio. */
  readonly inStudio?: string | undefined;
}

/** What a link is made from. */
export type Linked = Pick<StateChange, 'partition' | 'region' | 'resource' | 'within' | 'jobArn'>;

const CONSOLE_HOST: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The page that opens SageMaker Studio, for resources that only Studio shows. */
const STUDIO = 'sagemaker/home?#/studio-landing';
/** For types that nobody knows a page of. */
const HOME = 'sagemaker/home?#/landing';

/**
 * Links for the resource of `change`, or for the job of its step. The log is the one of `failed`, when that job is why
 * the resource failed. Absent if the region or the name is not known.
 */
export function linksFor({ partition, region, resource: own, within, jobArn }: Linked, failed?: JobName): Links {
  const resource = jobIn(jobArn) ?? own;
  const host = lookUp(CONSOLE_HOST, partition);
  if (host === undefined || region === undefined || !/^[a-z0-9-]+$/.test(region) || resource.name === 'unknown') {
    return { console: undefined, logs: undefined };
  }
  const kind = kindOf(resource.type);
  const page =
    kind.consolePage?.(encodeURIComponent(resource.name), within && encodeURIComponent(within)) ??
    (kind.inStudio === undefined ? HOME : STUDIO);
  const withLog = failed ?? resource;
  const logs = kindOf(withLog.type).logs?.(withLog.name);
  const base = `https://${region}.${host}`;
  return {
    console: `${base}/${page.replace('?#', `?region=${region}#`)}`,
    logs: logs && `${base}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${logsFragment(logs)}`,
    inStudio: kind.inStudio,
  };
}

/** Where an object is in S3. */
export interface ObjectPlace {
  readonly partition: string;
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
}

/** The console page of an object in S3; absent in a partition whose console nobody knows. */
export function objectLink({ partition, region, bucket, key }: ObjectPlace): string | undefined {
  const host = lookUp(CONSOLE_HOST, partition);
  if (host === undefined) return undefined;
  return `https://${region}.${host}/s3/object/${bucket}?region=${region}&prefix=${key.split('/').map(encodeURIComponent).join('/')}`;
}

function logsFragment({ group, streamPrefix }: Logs): string {
  if (streamPrefix === undefined) return dollarEncode(group);
  return `${dollarEncode(group)}${dollarEncodeOnce(`?logStreamNameFilter=`)}${dollarEncode(streamPrefix)}`;
}

/** The CloudWatch console expects its fragment to be percent-encoded twice, with `$` instead of the second `%`. */
const dollarEncode = (text: string) => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
const dollarEncodeOnce = (text: string) => encodeURIComponent(text).replaceAll('%', '$');
