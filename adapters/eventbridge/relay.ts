/** Publishes to the bus of relays. */
import type { Grant } from '../grant.ts';

export const RELAY_CHANGES: Grant = {
  name: 'relay',
  statements: [{ actions: ['events:PutEvents'], on: [{ 'Fn::GetAtt': ['RelayBus', 'Arn'] }] }],
};
