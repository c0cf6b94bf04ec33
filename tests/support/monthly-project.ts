/**
 * The budget function, and a project with a monthly budget: instances cost 10 USD an hour, and project churn has
 * 100 USD.
 */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { monthsIn } from '../../adapters/dynamodb/months.ts';
import { standingOf } from '../../domain/budget/month/month.ts';
import type { SimulatedResource } from '../../local/embedded-aws/resource.ts';
import type { EmbeddedResources } from '../../local/embedded-aws/server.ts';
import { Configuration } from '../../schemas/configuration/file.ts';
import { useBudgetFunction } from './budget-function.ts';
import { arnOf, TABLE } from './capped-job.ts';
import { useLocalAws } from './local-aws.ts';

const HOUR = 3_600_000;
export const USD = 1_000_000;
const prices = { 'us-east-1': { Training: { 'ml.ten.large': 10 } } };

/** The hours of these tests count from here. */
export const START = new Date('2026-11-10T00:00:00Z');
export const hoursIn = (hours: number) => new Date(START.getTime() + hours * HOUR);
/** The hours from the start to this time. */
export const hoursUntil = (at: string | Date) => (new Date(at).getTime() - START.getTime()) / HOUR;

/** The months in the table. */
export const months = () => monthsIn(TABLE);
/** Project churn in November, and in December. */
export const NOVEMBER = { tag: 'project', value: 'churn', month: '2026-11' };
export const DECEMBER = { ...NOVEMBER, month: '2026-12' };

/** Writes sums of project churn in November that nobody can add to. */
export const spoilMonth = () =>
  new DynamoDBClient({}).send(
    new PutItemCommand({
      TableName: TABLE,
      Item: marshall({ pk: 'month#project|churn|2026-11', sk: 'line', base: 'x' }),
    }),
  );

/** The reference to a training job. */
export const refOf = (name: string) => ({ type: 'training-job', arn: arnOf('training-job', name) }) as const;
/** A tuning job. */
export const TUNING = { type: 'tuning-job', arn: arnOf('hyper-parameter-tuning-job', 'tune') } as const;

interface Planned {
  readonly tags?: Record<string, string>;
  /** Instances. */
  readonly count?: number;
  readonly status?: string;
  /** Hours. */
  readonly endedAt?: number;
  readonly detail?: object;
}

/** Before each test, AWS holds nothing. */
export function useMonthlyProject(fault?: EmbeddedResources['fault']) {
  const aws = useLocalAws(Configuration.parse({ budgets: { prices, monthly: { project: { churn: 100 } } } }), fault);
  const { subjects, armed, use, check: checkJob, deliver } = useBudgetFunction(aws);
  const check = (name: string, hours: number, budgets?: object) => checkJob(refOf(name), hoursIn(hours), budgets);
  const put = (
    name: string,
    began: number,
    { tags, count = 1, status = 'InProgress', endedAt, detail }: Planned = {},
  ): SimulatedResource => {
    const resource = {
      ...refOf(name),
      name,
      status,
      secondaryStatus: 'Training',
      createdAt: hoursIn(began),
      modifiedAt: hoursIn(began),
      tags: { project: 'churn', ...tags },
      detail: {
        TrainingStartTime: hoursIn(began).getTime() / 1000,
        ...(endedAt !== undefined && { TrainingEndTime: hoursIn(endedAt).getTime() / 1000 }),
        ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: count, VolumeSizeInGB: 0 },
        ...detail,
      },
    };
    aws().sageMaker.put(resource);
    return resource;
  };
  return {
    aws,
    subjects,
    armed,
    use,
    /** Checks any kind of job at any time. */
    checkJob,
    /** Checks the training job `name`, so many hours in. */
    check,
    /** Puts a training job of project churn into SageMaker, which began `began` hours in. */
    put,
    /** The same, completed. */
    end: (name: string, began: number, endedAt: number) => put(name, began, { status: 'Completed', endedAt }),
    /** Puts the tuning job into SageMaker, which began `began` hours in. */
    putTuning: (began: number) => {
      const ResourceConfig = { InstanceType: 'ml.ten.large', InstanceCount: 1, VolumeSizeInGB: 0 };
      const detail = { TrainingJobDefinition: { ResourceConfig } };
      aws().sageMaker.put({ ...put('x', began), ...TUNING, name: 'tune', detail });
    },
    deliver,
    /**
     * Lets the hours pass until `until`: schedules fire, and stopping jobs stop two minutes later.
     */
    play: async (until: number, budgets?: object) => {
      for (let at = armed()[0]; at !== undefined && at <= hoursIn(until); at = armed()[0]) {
        for (const { input } of aws().scheduler.take(at)) await deliver(JSON.parse(input), at, budgets);
        for (const job of aws().sageMaker.resources.values()) {
          if (job.status !== 'Stopping') continue;
          Object.assign(job, { status: 'Stopped', detail: { ...job.detail, TrainingEndTime: at.getTime() / 1000 } });
          await check(job.name, hoursUntil(at), budgets);
        }
      }
    },
    /** The texts of the mails that were sent, in one line each. */
    emails: () => aws().publications.map(({ bodies }) => bodies.get('email')?.replace(/\s+/g, ' ') ?? ''),
    /** The names of the jobs that were stopped, in order. */
    stopped: () => aws().sageMaker.stopped.map((arn) => arn.split('/')[1]),
    /** How a month stands, so many hours in: USD, and the number of running jobs. */
    totals: async (hours: number, id = NOVEMBER) => {
      const line = await months().read(id);
      const { spent, perHour, running } = standingOf(id, 100 * USD, line, hoursIn(hours), 'UTC');
      return { spent: spent / USD, perHour: Number(perHour) / 10 ** 10, running };
    },
  };
}
