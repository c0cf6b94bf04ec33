/** The real budget function on the embedded AWS, with a clock and a policy that measurements set. */
import { decide } from '../../domain/decide.ts';
import { budgetHandler } from '../../handlers/budget/handler.ts';
import { type BudgetServices, buildBudgetServices } from '../../handlers/budget/services.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { localContext } from '../../local/play/context.ts';
import { BUDGETED_JOBS } from '../../schemas/event/priced-jobs.ts';
import { arnOf } from './fill.ts';

export class BudgetFunction {
  /** The time that the function sees. */
  now = new Date();
  /** The budget of the month, USD by project; absent: that of the configuration. */
  monthly: Readonly<Record<string, number>> | undefined;
  readonly aws: LocalAws;
  readonly #built: BudgetServices;

  constructor(aws: LocalAws) {
    this.aws = aws;
    this.#built = buildBudgetServices(() => this.now);
  }

  /** Delivers one message of the queue. */
  deliver(message: object): Promise<unknown> {
    const handler = budgetHandler(BUDGETED_JOBS, decide, () => this.#present());
    return handler({ Records: [{ body: JSON.stringify(message) }] }, localContext('budget'));
  }

  /** Puts a training job of project `value` into SageMaker; it has ended when `endedAt` is given. */
  put(name: string, value: string, startedAt: Date, endedAt?: Date): void {
    this.aws.sageMaker.put({
      type: 'training-job',
      arn: arnOf(name),
      name,
      status: endedAt === undefined ? 'InProgress' : 'Completed',
      secondaryStatus: endedAt === undefined ? 'Training' : 'Completed',
      createdAt: startedAt,
      modifiedAt: endedAt ?? startedAt,
      tags: { project: value },
      detail: {
        TrainingStartTime: startedAt.getTime() / 1000,
        ...(endedAt !== undefined && { TrainingEndTime: endedAt.getTime() / 1000 }),
        ResourceConfig: { InstanceType: 'ml.ten.large', InstanceCount: 1, VolumeSizeInGB: 0 },
      },
    });
  }

  #present(): BudgetServices {
    const { services } = this.#built;
    const { configuration } = services;
    if (this.monthly === undefined) return this.#built;
    const budgets = { ...configuration.budgets, monthly: { project: this.monthly } };
    return { ...this.#built, services: { ...services, configuration: { ...configuration, budgets } } };
  }
}
