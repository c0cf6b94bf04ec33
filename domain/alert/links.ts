/** Where to look: console pages and log streams, for the region and partition of the resource. */
import type { StateChange } from '../../schemas/event/state-change.ts';

export interface Links {
  readonly console: string | undefined;
  readonly logs: string | undefined;
}

const CONSOLE_HOST: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** Fragments of the SageMaker console; what is shown in Studio only has no link of its own, and gets the service's page. */
const CONSOLE_PAGE: Readonly<Record<string, (name: string) => string>> = {
  'training-job': (name) => `sagemaker/home?#/jobs/${name}`,
  'tuning-job': (name) => `sagemaker/home?#/hyper-tuning-jobs/${name}`,
  'processing-job': (name) => `sagemaker/home?#/processing-jobs/${name}`,
  'transform-job': (name) => `sagemaker/home?#/transform-jobs/${name}`,
  endpoint: (name) => `sagemaker/home?#/endpoints/${name}`,
  'endpoint-config': (name) => `sagemaker/home?#/endpointConfig/${name}`,
  model: (name) => `sagemaker/home?#/models/${name}`,
  algorithm: (name) => `sagemaker/home?#/algorithms/${name}`,
  'notebook-instance': (name) => `sagemaker/home?#/notebook-instances/${name}`,
  'notebook-instance-lifecycle-config': (name) => `sagemaker/home?#/notebook-instance-lifecycle-configs/${name}`,
  image: (name) => `sagemaker/home?#/images/${name}`,
  cluster: (name) => `sagemaker/home?#/cluster-management/${name}`,
  'cluster-node': (name) => `sagemaker/home?#/cluster-management/${name}`,
  'cluster-event': (name) => `sagemaker/home?#/cluster-management/${name}`,
  'labeling-job': (name) => `sagemaker/groundtruth?#/labeling-jobs/details/${name}`,
  'labeling-task': (name) => `sagemaker/groundtruth?#/labeling-jobs/details/${name}`,
  'human-loop': () => 'a2i/home?#/human-review-workflows',
};
const ANY_PAGE = () => 'sagemaker/home?#/landing';

interface Logs {
  readonly group: string;
  readonly streamPrefix?: string;
}

/** Log groups and stream names: SageMaker developer guide, "Log groups and streams". */
const LOGS: Readonly<Record<string, (name: string) => Logs>> = {
  'training-job': (name) => ({ group: '/aws/sagemaker/TrainingJobs', streamPrefix: `${name}/` }),
  // Training jobs of a tuning job are called after it.
  'tuning-job': (name) => ({ group: '/aws/sagemaker/TrainingJobs', streamPrefix: `${name}-` }),
  'processing-job': (name) => ({ group: '/aws/sagemaker/ProcessingJobs', streamPrefix: `${name}/` }),
  'transform-job': (name) => ({ group: '/aws/sagemaker/TransformJobs', streamPrefix: `${name}/` }),
  endpoint: (name) => ({ group: `/aws/sagemaker/Endpoints/${name}` }),
  'labeling-job': (name) => ({ group: '/aws/sagemaker/LabelingJobs', streamPrefix: name }),
  'notebook-instance': (name) => ({ group: '/aws/sagemaker/NotebookInstances', streamPrefix: `${name}/` }),
};

/** Links for `change`, or for the job it runs; absent where its region or name is not known. */
export function linksFor({ partition, region, resource: own, jobArn }: StateChange): Links {
  const resource = jobIn(jobArn) ?? own;
  const host = lookUp(CONSOLE_HOST, partition);
  if (host === undefined || region === undefined || !/^[a-z0-9-]+$/.test(region) || resource.name === 'unknown') {
    return { console: undefined, logs: undefined };
  }
  const page = (lookUp(CONSOLE_PAGE, resource.type) ?? ANY_PAGE)(encodeURIComponent(resource.name));
  const logs = lookUp(LOGS, resource.type)?.(resource.name);
  const base = `https://${region}.${host}`;
  return {
    console: `${base}/${page.replace('?#', `?region=${region}#`)}`,
    logs: logs && `${base}/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${logsFragment(logs)}`,
  };
}

/** `arn:…:training-job/x` of a pipeline's step. */
function jobIn(arn: string | undefined): { type: string; name: string } | undefined {
  const [, type, name] = /:(training-job|processing-job|transform-job)\/([\w-]+)$/.exec(arn ?? '') ?? [];
  return type === undefined || name === undefined ? undefined : { type, name };
}

function logsFragment({ group, streamPrefix }: Logs): string {
  if (streamPrefix === undefined) return dollarEncode(group);
  return `${dollarEncode(group)}${dollarEncodeOnce(`?logStreamNameFilter=`)}${dollarEncode(streamPrefix)}`;
}

/** The CloudWatch console reads its fragment percent-encoded twice, with `$` for the second `%`. */
const dollarEncode = (text: string) => encodeURIComponent(encodeURIComponent(text)).replaceAll('%', '$');
const dollarEncodeOnce = (text: string) => encodeURIComponent(text).replaceAll('%', '$');

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
