/** Mistakes in relays that a schema cannot see: they depend on several fields, or on the region of the deployment. */

import type { Kind } from '../../schemas/configuration/relay-targets.ts';
import { kindsOf, type Relay, type Relays } from '../../schemas/configuration/relays-section.ts';
import { LONGEST_IN_EVENTBRIDGE } from '../limits/names.ts';
import { idOf } from './names.ts';
import { patternOf } from './pattern.ts';

/** A mistake: its path in `ground-control.yml`, and what is expected there. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly why: string;
}

/** Characters that an event pattern may have (EventBridge quotas). */
const LONGEST_PATTERN = 2048;

/** Where the stack is deployed. */
export interface Deployment {
  readonly region: string;
  /** The name of the bus to which its functions publish. */
  readonly bus: string;
}

/** The mistakes in `relays`. Without a `deployment`, it does not check where ARNs are. */
export function relayMistakes({ to }: Relays, deployment?: Deployment): readonly Mistake[] {
  const ids = new Map<string, string>();
  return Object.entries(to).flatMap(([name, relay]) => {
    const path = ['relays', 'to', name];
    const same = ids.get(idOf(name));
    ids.set(idOf(name), same ?? name);
    const length = JSON.stringify(patternOf(name, relay)).length;
    return [
      ...(same === undefined ? [] : [{ path, why: `expected another name: without "-", it is that of ${same}` }]),
      ...(length <= LONGEST_PATTERN
        ? []
        : [
            {
              path,
              why: `expected fewer or shorter values in its filters: they make an event pattern of ${length} characters, and EventBridge allows ${LONGEST_PATTERN}`,
            },
          ]),
      ...references(relay, path),
      ...(deployment === undefined ? [] : tooLong(name, path, deployment)),
      ...(deployment === undefined ? [] : misplaced(relay, path, deployment)),
    ];
  });
}

/**
 * Texts with a dynamic reference. CloudFormation replaces it by a value, also that of a secret, which then stands in a rule
 * or a URL for everyone who may look at it.
 */
function references(value: unknown, path: readonly (string | number)[]): readonly Mistake[] {
  if (typeof value === 'string')
    return value.includes('{{resolve:')
      ? [{ path, why: 'expected text without {{resolve:…}}: CloudFormation would replace it' }]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [...references(key, path), ...references(inner, at)];
  });
}

/**
 * The name of the relay, if AWS would refuse what is named after it. Names of queues may have 80 characters, which a name
 * of 64 with `relay-` never has.
 */
function tooLong(name: string, path: readonly string[], { bus }: Deployment): readonly Mistake[] {
  const length = `${bus}-${name}`.length;
  if (length <= LONGEST_IN_EVENTBRIDGE) return [];
  return [
    {
      path,
      why: `expected a shorter name, or a shorter stage: ${bus}-${name} has ${length} characters, and EventBridge allows ${LONGEST_IN_EVENTBRIDGE}`,
    },
  ];
}

/** ARNs of another partition or region, and the bus itself. Only a bus may be in another region. */
function misplaced(relay: Relay, path: readonly string[], { region, bus }: Deployment): readonly Mistake[] {
  return arnsOf(relay).flatMap(({ at, arn, elsewhere }) => {
    const [, partition, , where, , resource] = arn.split(':');
    const expected = partitionOf(region);
    const why =
      partition !== expected
        ? `expected an ARN that begins with arn:${expected}: as the deployment is in ${region}`
        : where !== region && elsewhere !== true
          ? `expected an ARN in ${region}, the region of the deployment`
          : where === region && resource === `event-bus/${bus}`
            ? 'expected a bus with another name: the bus of this deployment has this one, and packaging does not know the account. On its own bus, an event would be relayed again; give a bus of another account another name'
            : undefined;
    return why === undefined ? [] : [{ path: [...path, ...at], why }];
  });
}

interface Arn {
  readonly at: readonly string[];
  readonly arn: string;
  /** Whether it may be in another region. */
  readonly elsewhere?: boolean;
}

const WITH_ARN = ['lambda', 'kinesis', 'queue', 'topic', 'stateMachine'] as const satisfies readonly Kind[];

/** The ARNs of `relay`. Secrets may have names instead. */
function arnsOf(relay: Relay): readonly Arn[] {
  const { bus, key, webhook, pagerDuty } = relay;
  const found: readonly { readonly at: readonly string[]; readonly arn: string | undefined }[] = [
    ...WITH_ARN.filter((kind) => kindsOf(relay).includes(kind)).map((kind) => ({ at: [kind], arn: relay[kind] })),
    { at: ['key'], arn: key },
    { at: ['webhook', 'apiKey', 'secret'], arn: webhook?.apiKey?.secret },
    { at: ['webhook', 'basic', 'secret'], arn: webhook?.basic?.secret },
    { at: ['webhook', 'oauth', 'secret'], arn: webhook?.oauth?.secret },
    { at: ['pagerDuty', 'secret'], arn: pagerDuty?.secret },
  ];
  const here = found.flatMap(({ at, arn }) => (arn?.startsWith('arn:') === true ? [{ at, arn }] : []));
  return bus === undefined ? here : [...here, { at: ['bus'], arn: bus, elsewhere: true }];
}

/** The partitions with regions of their own (AWS Fault Isolation Boundaries, partitions). All others are in `aws`. */
const PARTITIONS = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-isob-', 'aws-iso-b'],
  ['us-iso-', 'aws-iso'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['eusc-', 'aws-eusc'],
] as const;

const partitionOf = (region: string): string =>
  PARTITIONS.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws';
