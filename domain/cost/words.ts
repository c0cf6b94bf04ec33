/** The words for the cost of a job. */
import type { Detail } from '../../schemas/event/state-change.ts';
import { exactDuration } from '../../schemas/text/duration.ts';
import { formatTime } from '../alert/render/time.ts';
import { type Cost, type CostKind, isPriced, type Metered, type PriceSource } from './meter.ts';
import { amountOver, formatPrice, formatUsd } from './money.ts';
import type { SpotShare } from './spot.ts';
import type { WarmPool } from './warm-pool.ts';

const KIND = {
  billed: 'billed time',
  estimate: 'estimate',
  'spot-estimate': 'estimate for spot capacity',
  'at-most': 'at most, because spot capacity costs less',
} as const satisfies Record<CostKind, string>;

/** What the prices are. */
const SOURCE = {
  'price-list': ({ asOf }) => `on demand, AWS Price List of ${asOf}`,
  shipped: ({ asOf, region }) => `on demand, table shipped with Ground Control for ${region}, ${asOf}`,
  configured: () => 'ground-control.yml',
  sample: ({ asOf }) => `sample prices, ${asOf}`,
} as const satisfies Record<PriceSource, (priced: Cost['priced']) => string>;

const spotWords = ({ percent, jobs }: SpotShare): string =>
  `${percent} % of the on-demand price: at least 90 % of the last ${jobs} spot jobs on such instances paid no more. ` +
  'When the job has ended, SageMaker says what it paid.';

const warmPoolFact = (pool: WarmPool, timeZone: string): Detail => ({
  label: 'Warm pool',
  value: pool.isOver ? pastWords(pool) : presentWords(pool, timeZone),
});

const presentWords = ({ perHour, until, mostMore }: WarmPool, timeZone: string): string =>
  `it costs ${formatPrice(perHour)} an hour until ${formatTime(until, timeZone)} at the latest: at most ` +
  `${formatUsd(mostMore)} more. To end it now, set KeepAlivePeriodInSeconds to 0 with UpdateTrainingJob.`;

function pastWords({ perHour, retainedSeconds }: WarmPool): string {
  if (retainedSeconds === undefined) return 'it is over. SageMaker has not said yet for how long it is charged.';
  const cost = formatUsd(amountOver(perHour, Math.ceil(retainedSeconds)));
  return `it is over. ${cost} of the cost is for the ${exactDuration(retainedSeconds)} that it was kept.`;
}

/** The cost for people. `wasted`: the job failed. `timeZone` is that of the times in it. */
export function costFacts(metered: Metered, wasted: boolean, timeZone: string): Detail[] {
  if (!isPriced(metered)) return [{ label: 'Cost', value: `not known: ${metered.notPriced}` }];
  const { amount, kind, formula, saved, spot, warmPool, priced } = metered;
  return [
    { label: wasted ? 'Cost, wasted' : 'Cost', value: `${formatUsd(amount)} (${KIND[kind]}): ${formula}` },
    { label: 'Prices', value: SOURCE[priced.source](priced) },
    ...(spot === undefined ? [] : [{ label: 'Spot', value: spotWords(spot) }]),
    ...(saved === undefined ? [] : [{ label: 'Spot saved', value: formatUsd(saved) }]),
    ...(warmPool === undefined ? [] : [warmPoolFact(warmPool, timeZone)]),
  ];
}
