/** Shows what each relay of `ground-control.yml` would get of an event that was published. */
import * as z from 'zod';
import { patternOf } from '../../infrastructure/relays/pattern.ts';
import { targetOf } from '../../infrastructure/relays/target.ts';
import type { Kind } from '../../schemas/configuration/relay-targets.ts';
import { kindsOf, type Relays } from '../../schemas/configuration/relays-section.ts';
import type { PutEvent } from '../embedded-aws/events.ts';
import { matches } from './event-pattern.ts';

/** What one relay would get of one event. */
export interface Delivery {
  /** The name of the relay in `ground-control.yml`. */
  readonly relay: string;
  readonly kind: Kind;
  /** What its target would get; absent when its filters do not let the event pass. */
  readonly body?: unknown;
  /** Other things that EventBridge tells the target, such as the partition key of a stream. */
  readonly with: Readonly<Record<string, string>>;
}

/** The properties of a rule's target that decide what it gets. */
const Target = z.object({
  InputPath: z.string().optional(),
  InputTransformer: z.object({ InputPathsMap: z.record(z.string(), z.string()), InputTemplate: z.string() }).optional(),
  SqsParameters: z.object({ MessageGroupId: z.string() }).optional(),
  KinesisParameters: z.object({ PartitionKeyPath: z.string() }).optional(),
  HttpParameters: z.object({ HeaderParameters: z.record(z.string(), z.string()) }).optional(),
});

/** What each relay of `relays` would get of `event`, by the rules that packaging makes. */
export function deliveriesOf(event: PutEvent, { to }: Pick<Relays, 'to'>): Delivery[] {
  const whole = wholeOf(event);
  return Object.entries(to).flatMap(([relay, section]) => {
    const [kind] = kindsOf(section);
    if (kind === undefined) return [];
    if (!matches({ ...patternOf(relay, section) }, whole)) return [{ relay, kind, with: {} }];
    const target = Target.parse(targetOf(relay, kind, section, { service: 'ground-control', stage: 'local' }));
    const { SqsParameters: sqs, KinesisParameters: kinesis, HttpParameters: http } = target;
    const paths = {
      ...(sqs && { 'message group': sqs.MessageGroupId }),
      ...(kinesis && { 'partition key': kinesis.PartitionKeyPath }),
      ...http?.HeaderParameters,
    };
    const told = Object.entries(paths).map(([name, path]) => [name, String(valueAt(whole, path))]);
    return [{ relay, kind, body: bodyOf(target, whole), with: Object.fromEntries(told) }];
  });
}

/** The event as EventBridge wraps it. Its own id and time do not exist before it is published. */
const wholeOf = ({ source, detailType, resources, detail }: PutEvent) => ({
  version: '0',
  source,
  'detail-type': detailType,
  resources,
  detail,
});

function bodyOf({ InputPath, InputTransformer }: z.output<typeof Target>, whole: unknown): unknown {
  if (InputTransformer === undefined) return InputPath === undefined ? whole : valueAt(whole, InputPath);
  const { InputPathsMap, InputTemplate } = InputTransformer;
  // EventBridge writes each value as JSON in the place of its name.
  const text = InputTemplate.replace(/<(\w+)>/g, (_, name: string) =>
    JSON.stringify(valueAt(whole, InputPathsMap[name] ?? '') ?? ''),
  );
  return JSON.parse(text);
}

/** The value at a path like `$.detail.resource.id`. */
const valueAt = (whole: unknown, path: string): unknown =>
  path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => z.record(z.string(), z.unknown()).catch({}).parse(value)[key], whole);
