/** Names of what the stack has for relays. */
import type { Stack } from '../per-function.ts';

/** Logical id of the bus to which functions publish. */
export const BUS = 'RelayBus';

/** How the logical ids of the relay called `name` begin: `RelayDataWarehouse` for `data-warehouse`. */
export const idOf = (name: string): string =>
  `Relay${name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}`;

/** The bus, and the beginning of the names of all rules, queues and connections. */
export const busOf = ({ service, stage }: Stack): string => `${service}-${stage}`;

/** The rule of the relay called `name`. Names of rules are unique on their bus. */
export const ruleOf = (name: string, stack: Stack): string => `${busOf(stack)}-${name}`;

/**
 * The connection and the API destination of the relay called `name`. Their names are unique in an account and region, and
 * may have a dot (EventBridge API reference, CreateConnection and CreateApiDestination). Names of relays have none, so
 * that the stage `prod` with the relay `eu-x` and the stage `prod-eu` with the relay `x` have different names.
 */
export const endpointNameOf = (name: string, stack: Stack): string => `${busOf(stack)}.${name}`;

/** The queue of events that the relay called `name` could not deliver. */
export const deadLetterQueueOf = (name: string, stack: Stack): string => `${busOf(stack)}-relay-${name}`;

/** EventBridge writes to log groups below this one only (EventBridge user guide, CloudWatch Logs permissions). */
export const logGroupOf = (name: string, stack: Stack): string => `/aws/events/${endpointNameOf(name, stack)}`;

/** A CloudFormation value: `rest` after partition, service, region and account of the deployment. */
export const arn = (service: string, rest: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
});

/**
 * The ARN of the relay's rule, written out: queue, role and log group name the rule, and the rule refers to them, so that
 * `Fn::GetAtt` would be circular. The ARN of a rule has the name of its bus, unless that is the default bus (EventBridge
 * user guide, Amazon SQS permissions).
 */
export const ruleArnOf = (name: string, stack: Stack) => arn('events', `rule/${busOf(stack)}/${ruleOf(name, stack)}`);
