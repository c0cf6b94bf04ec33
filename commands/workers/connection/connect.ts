/** Connects the log of worker activity with the function of a stage that writes metrics, and disconnects it. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import {
  createLogGroup,
  FiltersTaken,
  NotCallable,
  type Subscription,
  subscribe,
  subscriptionsTo,
  unsubscribe,
} from '../../../adapters/logs/subscription.ts';
import { WORKER_ACTIVITY } from '../../../adapters/logs/worker-activity.ts';
import { plainText } from '../../../schemas/text/plain-text.ts';
import { Refused } from '../../shared/cli.ts';
import { findPlace } from '../../shared/place.ts';
import type { ConnectionArguments } from './arguments.ts';

/** Says one sentence to the user, when its content has happened. */
type Say = (sentence: string) => void;

/** Creates what is missing or deletes the filter, and says what it found and did. Returns the exit code. */
export async function changeConnection({ isConnect, stage, region }: ConnectionArguments, say: Say): Promise<number> {
  const place = await findPlace('workers', { stage, region });
  const logs = new CloudWatchLogsClient(place);
  if (isConnect) await connect(logs, stage, await functionArn(new LambdaClient(place), stage, place.region), say);
  else await disconnect(logs, stage, say);
  return 0;
}

/** The name stays the same, so that connecting again replaces the filter and never adds one. */
const filterOf = (stage: string) => `ground-control-${stage}`;
/** Whether a filter sends to the function of `stage`, or to a version or an alias of it. The function may be gone. */
const isFor = ({ destination }: Subscription, stage: string) => destination.split(':')[6] === functionOf(stage);
const functionOf = (stage: string) => `ground-control-${stage}-workerActivity`;

async function functionArn(lambda: LambdaClient, stage: string, region: string): Promise<string> {
  const FunctionName = functionOf(stage);
  try {
    const { FunctionArn } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    if (FunctionArn !== undefined) return FunctionArn;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  throw new Refused(
    `there is no function ${FunctionName} in ${region}: set "teams.live: on" in ground-control.yml and deploy stage ` +
      `"${stage}", or give the --region where it is deployed`,
  );
}

async function connect(logs: CloudWatchLogsClient, stage: string, destination: string, say: Say): Promise<void> {
  const before = await subscriptionsTo(logs);
  if (before === undefined) {
    await createLogGroup(logs);
    say(`The log group ${WORKER_ACTIVITY} was missing, and is created. SageMaker writes there what workers do.`);
    say('It keeps entries, which are personal data, for ever: set a retention in CloudWatch Logs.');
  } else say(`The log group ${WORKER_ACTIVITY} was there. Its retention is not changed.`);
  const filters = before ?? [];
  say(`Its filters were: ${filters.map(described).join(', ') || 'none'}.`);
  const name = filterOf(stage);
  const same = filters.find((one) => one.destination === destination && one.pattern === '');
  if (same !== undefined)
    say(`The filter ${shown(same.name)} sends every entry to ${functionOf(stage)}: nothing to do.`);
  else {
    await put(logs, name, destination, filters);
    const verb = filters.some((one) => one.name === name) ? 'is changed' : 'is created';
    say(`The filter ${name} ${verb}: it sends every entry to the function ${functionOf(stage)}.`);
  }
  const others = filters.filter((one) => isFor(one, stage) && one.name !== (same?.name ?? name));
  if (others.length > 0)
    say(
      `Warning: ${others.map(({ name: other }) => shown(other)).join(', ')} also ${others.length === 1 ? 'sends' : 'send'} entries to ` +
        `this function, so metrics count them several times. Delete all but one of these filters.`,
    );
  say('Within a minute of an entry, CloudWatch has metrics by team in the namespace GroundControl.');
  say('They are not anonymous: while one person of a team works, they are those of this person (docs/teams.md).');
}

async function put(
  logs: CloudWatchLogsClient,
  name: string,
  destination: string,
  filters: readonly Subscription[],
): Promise<void> {
  try {
    await subscribe(logs, name, destination);
  } catch (error) {
    if (error instanceof FiltersTaken)
      throw new Refused(
        `the log group ${WORKER_ACTIVITY} allows no more subscription filters. Others have taken them: ` +
          `${filters.map(described).join(', ')}. Remove one of them first, or go without live metrics: reports need no filter`,
        { cause: error },
      );
    if (error instanceof NotCallable)
      throw new Refused(
        `CloudWatch Logs may not call ${destination}: deploy the stage again with "teams.live: on", which restores the permission`,
        { cause: error },
      );
    throw error;
  }
}

async function disconnect(logs: CloudWatchLogsClient, stage: string, say: Say): Promise<void> {
  const name = filterOf(stage);
  const wasThere = await unsubscribe(logs, name);
  const others = ((await subscriptionsTo(logs)) ?? []).filter((one) => isFor(one, stage));
  const left = others.map((one) => shown(one.name)).join(', ');
  const none = left === '' ? `: no entries go to the function ${functionOf(stage)} any more` : '';
  say(wasThere ? `The filter ${name} is deleted${none}.` : `There was no filter ${name}: nothing to do.`);
  if (left !== '')
    say(
      `Entries still go to the function ${functionOf(stage)} by filters that others made: ${left}. Delete them with ` +
        `"aws logs delete-subscription-filter --log-group-name ${WORKER_ACTIVITY} --filter-name <name>".`,
    );
  say(`The log group ${WORKER_ACTIVITY}, if there is one, and other filters are not changed.`);
}

const shown = (name: string) => plainText(name, 512);
const described = ({ name, destination }: Subscription) => `${shown(name)} (to ${shown(destination)})`;
