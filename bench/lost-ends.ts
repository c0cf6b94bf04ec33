/**
 * `npm run bench:lost-ends [-- --ends 10000 --rate 5]`: how long reconciliation needs to tell of the ends of many jobs
 * whose events were lost at once.
 *
 * SageMaker, its request rates and the time are simulated: `rate` calls a second of each operation, and 2 of each list.
 * Prints each run and the totals.
 */
import { parseArgs } from 'node:util';
import { startLocalAws } from '../local/embedded-aws/start.ts';
import { Configuration } from '../schemas/configuration/file.ts';
import { tellLostEnds } from '../tests/support/lost-ends.ts';
import { ratesOf } from '../tests/support/sagemaker-rates.ts';
import { SimulatedClock } from '../tests/support/simulated-clock.ts';

const { values } = parseArgs({
  options: { ends: { type: 'string', default: '10000' }, rate: { type: 'string', default: '5' } },
});
const ends = Number(values.ends);
const rate = Number(values.rate);

Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
const clock = new SimulatedClock();
const quotaOf = (operation: string) =>
  operation.startsWith('List') && operation !== 'ListTags' ? { rate: 2, burst: 4 } : { rate, burst: 2 * rate };
const aws = await startLocalAws(Configuration.parse({}), ratesOf(quotaOf, clock));
const say = (text: string) => process.stdout.write(`${text}\n`);
const round = (value: number) => Math.round(value * 10) / 10;
try {
  // The deployed function's timeout and interval.
  const told = await tellLostEnds({ ends, timeoutSeconds: 840, everyMinutes: 15, mostMinutes: 240 }, aws, clock);
  for (const { begin, end, result } of told.runs)
    say(`minute ${round(begin)} to ${round(end)}: ${typeof result === 'string' ? result : JSON.stringify(result)}`);
  const counts = told.runs.flatMap(({ result }) => (result === 'busy' ? [] : [result]));
  const calls = counts.reduce((sum, one) => sum + one.calls, 0);
  const throttled = counts.reduce((sum, one) => sum + one.throttled, 0);
  say(`${told.ends} of ${ends} ends told with ${told.alerts} alerts, the last in minute ${round(told.minutes ?? NaN)}`);
  say(`${calls} calls to SageMaker, ${round((100 * throttled) / calls)} % of them throttled`);
} finally {
  await aws.stop();
}
