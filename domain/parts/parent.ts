/** Parents: pipeline executions and tuning jobs, which run jobs of their own. Their alerts tell of these. */
import type { StateChange } from '../../schemas/event/state-change.ts';
import type { Parent } from '../../schemas/stored/part.ts';

/**
 * SageMaker names the jobs of a pipeline execution `pipelines-<execution id>-<step>-<random>`, unless the pipeline has
 * prefixes of its own (SageMaker developer guide, events of pipeline steps).
 */
const NAME_IN_PIPELINE = /^pipelines-([a-z0-9]{12})-/;

/** Jobs that a step of a pipeline or a tuning job may run. */
const JOBS: ReadonlySet<string> = new Set(['training-job', 'processing-job', 'transform-job', 'tuning-job']);

/**
 * An id is a part of the name of a schedule, which has at most 64 characters. A tuning job's name has at most 32. Ids are
 * in lower case: jobs name their tuning job by its ARN, which SageMaker may spell so.
 */
const ID = /^[a-z0-9-]{1,39}$/;

/** The parent of `change`, as its event tells it; undefined when it names none. */
export function parentOf({ resource, parentArn, within }: StateChange): Parent | undefined {
  if (parentArn !== undefined) return tuningJob(lastWord(parentArn), parentArn);
  if (resource.type === 'pipeline-step' && resource.arn !== undefined)
    return execution(lastWord(resource.arn), within, resource.arn);
  const [, id] = (JOBS.has(resource.type) ? NAME_IN_PIPELINE.exec(resource.name) : undefined) ?? [];
  return id === undefined ? undefined : execution(id, undefined, undefined);
}

/** The parent that `change` is about; undefined when it is about something else. */
export function parentIn({ resource: { type, name, arn } }: Pick<StateChange, 'resource'>): Parent | undefined {
  if (type === 'tuning-job') return tuningJob(name, arn);
  return type === 'pipeline-execution' && arn !== undefined ? execution(lastWord(arn), name, arn) : undefined;
}

/** Whether `change` may be about the job of a step, although neither its fields nor its name say so. */
export const mayBeOfStep = (change: StateChange): boolean =>
  JOBS.has(change.resource.type) && change.resource.arn !== undefined && parentOf(change) === undefined;

/** The ARN of the job that a step runs, when the name of the job does not tell its execution. */
export function jobToLink({ resource: { type }, jobArn }: StateChange): string | undefined {
  if (type !== 'pipeline-step' || jobArn === undefined) return undefined;
  return NAME_IN_PIPELINE.test(lastWord(jobArn)) ? undefined : jobArn;
}

const tuningJob = (name: string, arn: string | undefined) =>
  known({ id: `tuning-${name.toLowerCase()}`, type: 'tuning-job', name, arn });

const execution = (id: string, name: string | undefined, arn: string | undefined) =>
  known({ id: `execution-${id.toLowerCase()}`, type: 'pipeline-execution', name: name ?? id, arn });

const known = (parent: Parent): Parent | undefined => (ID.test(parent.id) ? parent : undefined);

const lastWord = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
