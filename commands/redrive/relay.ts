/** A relay of a stage, as `redrive` uses it: its rule, and the bus that its events go to. */
import { DescribeRuleCommand, type EventBridgeClient, EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import { putAll, redrivenSource } from '../../adapters/eventbridge/relay.ts';
import { Refused } from '../shared/cli.ts';
import type { RelayedEvent } from './relayed-event.ts';

/** Puts events on the bus of `stage` so that only the relay `name` gets them. */
export function relayOf(client: EventBridgeClient, stage: string, name: string) {
  const bus = `ground-control-${stage}`;
  const rule = `${bus}-${name}`;
  const Source = redrivenSource(name);
  return {
    /**
     * Refuses the command unless the rule exists, is enabled and matches the source of a redrive. `PutEvents` succeeds
     * without the bus (github.com/aws/aws-cli/issues/9186) and without a rule: the event would then be lost.
     */
    async check(): Promise<void> {
      const { State, EventPattern = '' } = await describeRule(client, bus, rule);
      if (State === 'DISABLED') throw new Refused(`the rule ${rule} is disabled: enable it, or deploy again`);
      if (!EventPattern.includes(JSON.stringify(Source)))
        throw new Refused(`the rule ${rule} does not match the source ${Source}: deploy again`);
    },

    /** Puts one event on the bus. Gives the reason if the bus has not confirmed that it took the event. */
    async put({ detailType: DetailType, resources, detail: Detail }: RelayedEvent): Promise<Error | undefined> {
      const [result] = await putAll(client, [
        { EventBusName: bus, Source, DetailType, Resources: [...resources], Detail },
      ]);
      return result instanceof Error ? result : undefined;
    },
  };
}

async function describeRule(client: EventBridgeClient, bus: string, Name: string) {
  try {
    return await client.send(new DescribeRuleCommand({ EventBusName: bus, Name }));
  } catch (error) {
    if (!(error instanceof EventBridgeServiceException) || error.name !== 'ResourceNotFoundException') throw error;
    throw new Refused(`there is no rule ${Name} on the bus ${bus}: is the relay in ground-control.yml, and deployed?`, {
      cause: error,
    });
  }
}
