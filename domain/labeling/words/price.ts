/** The words for what a link of a chain costs. */
import type { LabelingDescription } from '../../../schemas/api/labeling-job.ts';
import { agree } from '../../../schemas/text/count.ts';
import { formatPrice, formatUsd, type MicroUsd } from '../../cost/money.ts';
import { type LinkPrice, type Workforce, whyNotPublished, workforceOf } from '../price.ts';
import { listed, number, objects } from './counts.ts';

/** A price with all its digits: `$0.036`. */
const perUnit = (price: MicroUsd) => formatPrice(BigInt(price) * 10_000n);

/**
 * The most that a link made from `job` costs, with the formula. `labels` begins the sentence: `This link labels`.
 */
export function priceWords(price: LinkPrice, job: LabelingDescription, labels: string): string {
  const { service, pay, workers, total } = price;
  const count = number(price.objects);
  const toSageMaker =
    service === undefined
      ? 'an unknown amount to SageMaker'
      : `at most ${formatUsd(service.amount)} to SageMaker (${count} x ${perUnit(service.each)})`;
  const toWorkers =
    pay === undefined
      ? ' + an unknown amount to workers'
      : pay.each === 0
        ? ''
        : ` + ${formatUsd(pay.amount)} to workers (${number(price.sent)} x ${number(workers)} ` +
          `${agree(workers, 'worker', 'workers')} x ${perUnit(pay.each)})`;
  const sum = total === undefined || toWorkers === '' ? '' : ` = ${formatUsd(total)}`;
  const others = notIncluded(job);
  const rest = others.length === 0 ? '' : ` Not included: ${listed(others)}.`;
  return `${labels} up to ${objects(price.objects)}: ${toSageMaker}${toWorkers}${sum}.${rest}`;
}

/** What the job costs besides, and nobody can say how much. */
function notIncluded(job: LabelingDescription): string[] {
  return [
    ...(workforceOf(job) === 'private' ? ['what you pay your own team'] : []),
    ...(job.LabelingJobAlgorithmsConfig === undefined ? [] : ['the instances of automated labeling']),
  ];
}

const UNKNOWN_PAY = {
  private: 'its team is private',
  vendor: 'ground-control.yml has no labeling.vendorUsd',
  public: 'the job does not say what it pays',
  other: 'its team is of a kind that Ground Control does not know',
} as const satisfies Record<Workforce | 'other', string>;

/** Why the price of a link is not known, one sentence for each part. */
export function unknownWords({ service, pay }: LinkPrice, job: LabelingDescription): string {
  const parts = [
    ...(service === undefined
      ? [
          'Ground Control does not know what SageMaker charges for an object: ' +
            `${whyNotPublished(job) ?? 'the amount is too large'}, and ground-control.yml has no labeling.objectUsd.`,
        ]
      : []),
    ...(pay === undefined
      ? [`Ground Control does not know what its workers would be paid: ${UNKNOWN_PAY[workforceOf(job) ?? 'other']}.`]
      : []),
  ];
  return parts.join(' ');
}
