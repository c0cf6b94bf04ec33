/** The part of `npm run bench` about calls, request units and money. */

import { readTable } from '../../local/embedded-aws/dynamodb/table.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { PRICE } from '../../local/stage/list-prices.ts';
import { median } from '../statistics.ts';
import { type Measured, measureEvents } from './events.ts';
import { type IdleMonth, idleMonth } from './idle.ts';
import { startMeteredDynamoDb } from './metered-dynamodb.ts';
import { type Bill, billOf, type Setting, total } from './usage.ts';

export interface CostReport {
  readonly events: readonly (Measured & { readonly usdPerMillion: number; readonly bill: Bill })[];
  readonly idle: IdleMonth;
}

/** E-mails per alert: the price counts one subscriber who gets every alert. */
const EMAILS = 1;

/**
 * Measures what each kind of event uses and costs, and what an idle month costs. `cpuOfAlert` is the milliseconds of CPU
 * time of a warm alert about a training job. Sets the environment so that DynamoDB is called through a meter.
 */
export async function measureCost(
  aws: LocalAws,
  template: string,
  cpuOfAlert: number,
  keepDays: number,
): Promise<CostReport> {
  const tableName = process.env['STATE_TABLE'] ?? '';
  const dynamoDb = await startMeteredDynamoDb(aws.endpoint, readTable(tableName));
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamoDb.endpoint;
  try {
    const measured = await measureEvents(aws, dynamoDb);
    const alert = measured.find(({ family, kind }) => family === 'training-job' && kind === 'alert');
    const calls = Object.values(alert?.usage.calls ?? {}).reduce((sum, times) => sum + times, 0);
    const setting: Setting = { speed: { cpuPerCall: cpuOfAlert / calls }, emails: EMAILS, keepDays };
    const events = measured.map((one) => {
      const bill = billOf(one.usage, one.eventBytes, setting);
      return { ...one, bill, usdPerMillion: 1e6 * total(bill) };
    });
    return { events, idle: await idleMonth(template, aws, dynamoDb, setting) };
  } finally {
    delete process.env['AWS_ENDPOINT_URL_DYNAMODB'];
    await dynamoDb.close();
  }
}

const usd = (value: number) => `$${value.toFixed(2)}`;
const callsOf = (calls: Readonly<Record<string, number>>) =>
  Object.entries(calls)
    .map(([name, times]) => (times === 1 ? name : `${times} ${name}`))
    .join(', ');
const billLine = (bill: Bill, factor = 1) =>
  Object.entries(bill)
    .filter(([, value]) => value * factor >= 0.005)
    .sort(([, a], [, b]) => b - a)
    .map(([name, value]) => `${name} ${usd(value * factor)}`)
    .join(', ');

/** The report as lines of text. */
export function showCost({ events, idle }: CostReport): string[] {
  const { region, asOf } = PRICE;
  const ofKind = (kind: Measured['kind']) => events.filter((one) => one.kind === kind);
  return [
    `Per event: calls, DynamoDB request units, and USD per million at the list prices of ${region}, ${asOf}`,
    ...events.flatMap(({ family, sample, kind, usage, usdPerMillion }) => [
      `  ${`${family}: ${kind} (${sample})`.padEnd(62)}${String(usage.read).padStart(5)} read${String(usage.write).padStart(4)} written ${usd(usdPerMillion).padStart(8)}`,
      `    ${callsOf(usage.calls)}; ${usage.invocations === 1 ? '1 invocation' : `${usage.invocations} invocations`}, ${usage.logBytes} bytes of logs`,
    ]),
    ...(['alert', 'tells nothing', 'copy of an alert'] as const).map((kind) => {
      const prices = ofKind(kind).map(({ usdPerMillion }) => usdPerMillion);
      const [first] = ofKind(kind).filter(({ family }) => family === 'training-job');
      return `a million: ${kind.padEnd(17)} ${usd(median(prices))} median of families (${usd(Math.min(...prices))} to ${usd(Math.max(...prices))}); training job: ${billLine(first?.bill ?? {}, 1e6)}`;
    }),
    `an idle month                ${usd(total(idle.bill))}: ${billLine(idle.bill)}`,
    `  a reconciliation run       ${callsOf(idle.run.calls)}; ${idle.run.read} read, ${idle.run.write} written`,
  ];
}
