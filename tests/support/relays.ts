/** Relays as `ground-control.yml` has them, one of each kind, and the resources that they become. */
import { parseConfiguration } from '../../infrastructure/configuration-file.ts';
import { relayResources } from '../../infrastructure/relays/resources.ts';

export const STACK = { service: 'ground-control', stage: 'prod' };

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const HOOK = 'https://api.acme-widgets.com/v1/changes';

/** Targets by the name of their relay, as YAML. */
export const EACH_KIND = {
  function: '{ lambda: "arn:aws:lambda:us-east-1:111122223333:function:on-change:live" }',
  stream: `{ kinesis: "arn:aws:kinesis:us-east-1:111122223333:stream/changes", key: "${KEY}" }`,
  queue: '{ queue: "arn:aws:sqs:us-east-1:111122223333:changes" }',
  'in-order': `{ queue: "arn:aws:sqs:us-east-1:111122223333:changes.fifo", key: "${KEY}" }`,
  topic: `{ topic: "arn:aws:sns:us-east-1:111122223333:changes", key: "${KEY}" }`,
  machine: '{ stateMachine: "arn:aws:states:us-east-1:111122223333:stateMachine:on-change" }',
  central: '{ bus: "arn:aws:events:eu-west-1:444455556666:event-bus/central" }',
  lines: '{ logs: on }',
  command:
    '{ runCommand: { document: restart-exporter, instances: [i-0123456789abcdef0, mi-0123456789abcdef0], parameters: { Id: id, Name: resource.name, Arn: resource.arn } } }',
  fleet: '{ runCommand: { document: restart, tag: { role: [exporter, backup] }, parameters: { Id: id } } }',
  hook: `{ webhook: { url: "${HOOK}", apiKey: { header: X-Api-Key, secret: acme/webhook, field: key }, perSecond: 10 } }`,
  basic: `{ webhook: { url: "${HOOK}", basic: { user: gc, secret: "arn:aws:secretsmanager:us-east-1:111122223333:secret:acme-AbCdEf" } } }`,
  oauth: `{ webhook: { url: "${HOOK}", oauth: { tokenUrl: "https://auth.acme-widgets.com/token", clientId: abc, scope: write, secret: acme/oauth, version: 12345678-1234-1234-1234-123456789012 } } }`,
  oncall: '{ pagerDuty: { secret: acme/pagerduty, region: eu }, severities: [critical, error] }',
} as const;

/** `ground-control.yml` with these relays. */
export const fileWith = (relays: Readonly<Record<string, string>>): string =>
  `relays:\n  to:\n${Object.entries(relays)
    .map(([name, target]) => `    ${name}: ${target}\n`)
    .join('')}`;

/** A CloudFormation resource, as far as tests read it. */
interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** The resources of `relays` in a stage, by logical id. */
export function resourcesWith(
  relays: Readonly<Record<string, string>>,
  stage = STACK.stage,
): Readonly<Record<string, Resource>> {
  const resources: Readonly<Record<string, { Type: string; Properties: object }>> = relayResources(
    parseConfiguration(fileWith(relays)).relays,
    { ...STACK, stage },
  );
  return Object.fromEntries(
    Object.entries(resources).map(([id, { Type, Properties }]) => [id, { Type, Properties: { ...Properties } }]),
  );
}
