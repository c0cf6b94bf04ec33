/** A relay of a stage, as `redrive` uses it: its rule, and the bus that its events go to. */
import { DescribeRuleCommand, type EventBridgeClient, EventBridgeServiceException } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { putAll, redrivenSource } from '../../adapters/eventbridge/relay.ts';
import { type EventPattern, matches } from '../../local/play/event-pattern.ts';
import { Refused } from '../shared/cli.ts';
import { parsed } from './listing.ts';
import type { RelayedEvent } from './relayed-event.ts';

/** Why the rule would not get an event; undefined if it would. */
export type ObstacleTo = (event: RelayedEvent) => string | undefined;

const Pattern = z.record(z.string(), z.unknown());

/** Puts events on the bus of `stage` so that only the relay `name` gets them. */
export function relayOf(client: EventBridgeClient, stage: string, name: string) {
  const bus = `ground-control-${stage}`;
  const rule = `${bus}-${name}`;
  const Source = redrivenSource(name);
  return {
    /**
     * Refuses the command unless the rule exists, is enabled and matches the source of a redrive. `PutEvents` succeeds
     * without the bus (github.com/aws/aws-cli/issues/9186) and without a rule: the event would then be lost. It would be
     * lost as well if the filters of the rule were narrowed since: the result says so for each event.
     */
    async check(): Promise<ObstacleTo> {
      const { State, EventPattern: text = '' } = await describeRule(client, bus, rule);
      if (State === 'DISABLED') throw new Refused(`the rule ${rule} is disabled: enable it, or deploy again`);
      const { data: pattern } = Pattern.safeParse(parsed(text));
      if (pattern === undefined || !text.includes(JSON.stringify(Source)))
        throw new Refused(`the rule ${rule} does not match the source ${Source}: deploy again`);
      return (event) => obstacleTo(event, pattern, Source);
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

/**
 * `matches` throws for operators that the rules of relays do not use. Somebody may have changed the rule by hand, so then
 * nobody knows whether it matches.
 */
function obstacleTo({ detailType, resources, detail }: RelayedEvent, pattern: EventPattern, source: string) {
  try {
    return matches(pattern, { source, 'detail-type': detailType, resources, detail: parsed(detail) })
      ? undefined
      : 'the filters of the relay no longer let this event pass, so its target would not get it';
  } catch (error) {
    return `nobody knows whether the rule matches this event: ${error instanceof Error ? error.message : String(error)}`;
  }
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
