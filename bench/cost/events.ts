/** Plays the sample events of each family on the embedded AWS and measures what each kind of event uses. */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { priceCacheIn } from '../../adapters/dynamodb/prices.ts';
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { playerOf, SERVICE } from '../../local/play/play.ts';
import { COMPONENTS } from '../../schemas/event/billing.ts';
import type { MeteredDynamoDb } from './metered-dynamodb.ts';
import { type Usage, usageOf } from './usage.ts';

/** A kind of event of one family, and the sample that stands for it. */
export interface Measured {
  readonly family: string;
  readonly sample: string;
  readonly kind: 'alert' | 'tells nothing' | 'copy of an alert' | 'quarantined';
  readonly usage: Usage;
  readonly eventBytes: number;
}

/**
 * Measures each family's failure, or its first sample that is an alert, the first that tells nothing, and a copy of the alert. The table
 * holds the prices of instance types, as it does after the first job of a day.
 */
export async function measureEvents(aws: LocalAws, dynamoDb: MeteredDynamoDb): Promise<Measured[]> {
  const play = playerOf(aws, 'history');
  const families = new Map<string, string[]>();
  for (const file of globSync('events/*/*.json', { cwd: SERVICE }).sort()) {
    const family = basename(dirname(file));
    // A failure is the alert that people expect of a family.
    const others = families.get(family) ?? [];
    families.set(family, basename(file) === 'failed.json' ? [file, ...others] : [...others, file]);
  }
  const all: Measured[] = [];
  for (const [family, files] of families) {
    const seen = new Set<string>();
    for (const file of files) {
      const text = readFileSync(join(SERVICE, file), 'utf8');
      const event: unknown = JSON.parse(text);
      const sample = basename(file, '.json');
      await aws.emptyTable();
      aws.sageMaker.resources.clear();
      await keepPrices(text);
      let outcome: string = 'ignored';
      let isRouted = true;
      const usage = await usageOf(aws, dynamoDb, async () => {
        const played = await play(event);
        outcome = played.outcome;
        isRouted = played.functionName !== undefined;
      });
      // An event that no rule matches reaches no function and costs nothing.
      if (!isRouted) continue;
      const isAlert = (usage.calls['sns:Publish'] ?? 0) > 0;
      const kind = isAlert ? 'alert' : outcome === 'quarantined' ? 'quarantined' : 'tells nothing';
      if (seen.has(kind)) continue;
      seen.add(kind);
      const eventBytes = Buffer.byteLength(JSON.stringify(event));
      all.push({ family, sample, kind, usage, eventBytes });
      if (!isAlert) continue;
      const again = await usageOf(aws, dynamoDb, () => play(event));
      if ((again.calls['sns:Publish'] ?? 0) > 0) throw new Error(`${file}: a copy of the event was announced again`);
      all.push({ family, sample, kind: 'copy of an alert', usage: again, eventBytes });
    }
  }
  return all;
}

/** Stores a price of each instance type that the sample `text` names. */
async function keepPrices(text: string): Promise<void> {
  const prices = priceCacheIn(process.env['STATE_TABLE'] ?? '', new DynamoDBClient({}));
  const [, region = ''] = /"region": "([^"]+)"/.exec(text) ?? [];
  for (const [, type = ''] of text.matchAll(/"InstanceType": "([^"]+)"/g)) {
    for (const component of COMPONENTS) await prices.keep(region, component, type, { perHour: '1.5150000000' });
  }
}
