/** The JSON that `replay --json` prints for each event. */
import type { Relays } from '../../schemas/configuration/relays-section.ts';
import type { Moment } from '../stories/moment.ts';
import type { Played } from './play.ts';
import { type Delivery, deliveriesOf } from './relays.ts';

/** Fields are `null` when the event has no such value or no alert was published. */
export interface ReplayRecord {
  readonly file: string;
  readonly detailType: string | null;
  readonly outcome: Played['outcome'];
  readonly resource: { readonly type: string; readonly name: string; readonly arn: string | null } | null;
  readonly status: string | null;
  readonly severity: string | null;
  readonly subject: string | null;
  readonly email: string | null;
  readonly sms: string | null;
  readonly chat: unknown;
  readonly message: unknown;
  readonly actions: Played['actions'];
  readonly reason: string | null;
  /** What relays would get, if somebody asked. */
  readonly relays?: readonly Delivery[];
}

/** The record of `played`. Its texts are those that the topic received. With `relays`, it says what they would get. */
export function recordOf(file: string, played: Played, relays?: Pick<Relays, 'to'>): ReplayRecord {
  const [published] = played.publications;
  const body = (protocol: string) => published?.bodies.get(protocol) ?? null;
  const message = body('default');
  const https = body('https');
  return {
    file,
    detailType: played.detailType ?? null,
    outcome: played.outcome,
    resource: played.resource === undefined ? null : { ...played.resource, arn: played.resource.arn ?? null },
    status: played.status ?? null,
    severity: played.severity ?? null,
    subject: published?.subject ?? null,
    email: body('email'),
    sms: body('sms'),
    chat: https === null || https === message ? null : JSON.parse(https),
    message: message === null ? null : JSON.parse(message),
    actions: played.actions,
    reason: played.reason ?? null,
    ...(relays && { relays: played.events.flatMap((event) => deliveriesOf(event, relays)) }),
  };
}

/** The records of one message about several alerts, for each group that gets it. */
export const momentRecords = ({ at, publications }: Moment) =>
  publications.map(({ subject, bodies }) => ({
    at: at.toISOString(),
    subject: subject ?? null,
    email: bodies.get('email') ?? null,
    sms: bodies.get('sms') ?? null,
    message: JSON.parse(bodies.get('default') ?? 'null'),
  }));
