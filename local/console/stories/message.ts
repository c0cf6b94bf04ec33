/** What people get of one publication, in every form. */
import { TOPIC_DISPLAY_NAME } from '../../../domain/alert/render/sms.ts';
import type { Configuration } from '../../../schemas/configuration/file.ts';
import type { Severity } from '../../../schemas/vocabulary.ts';
import type { Publication } from '../../embedded-aws/sns.ts';
import { receiversOf } from '../../play/shown/receivers.ts';
import { severityOf } from '../../play/shown/severity.ts';

export interface Message {
  readonly subject: string;
  readonly severity: Severity;
  /** The addresses that get it now. */
  readonly emails: readonly string[];
  readonly phones: readonly string[];
  readonly email: string;
  /** With what SNS writes before it. */
  readonly sms: string;
  readonly smsParts: number;
  /** The chat message; absent when several alerts are one message. */
  readonly chat: unknown;
  readonly json: unknown;
}

/** The message of `publication` for the subscribers of `configuration`. */
export function messageOf(publication: Publication, { subscribers }: Pick<Configuration, 'subscribers'>): Message {
  const { subject = '', bodies } = publication;
  const text = (protocol: string) => bodies.get(protocol) ?? '';
  const json = JSON.parse(text('default'));
  const receivers = receiversOf(publication, subscribers);
  const sms = `${TOPIC_DISPLAY_NAME}> ${text('sms')}`;
  const chat = text('https') === '' || text('https') === text('default') ? undefined : JSON.parse(text('https'));
  return {
    subject,
    severity: severityOf(publication),
    emails: receivers.flatMap(({ email }) => email ?? []),
    phones: receivers.flatMap(({ phone }) => phone ?? []),
    email: text('email'),
    ...{ sms, smsParts: partsOf(sms), chat, json },
  };
}

/** One part holds 160 characters of GSM-7; each of several holds 153 (SNS developer guide, sms_publish-to-phone). */
const partsOf = (sms: string): number => (sms.length <= 160 ? 1 : Math.ceil(sms.length / 153));
