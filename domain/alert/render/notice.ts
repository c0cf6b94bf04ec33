/** One SNS publication that carries every form of an alert. */

import type { FunctionConfiguration } from '../../../schemas/configuration/compiled.ts';
import type { AlertMessage } from '../../../schemas/message/alert.ts';
import { attributeText } from '../../../schemas/text/tag-text.ts';
import type { Alert } from '../alert.ts';
import { type ChatNotification, renderChat } from './chat.ts';
import { renderEmail } from './email.ts';
import { renderMessage } from './message.ts';
import { renderSms } from './sms.ts';
import { renderSubject } from './subject.ts';

/** The attributes that filter policies compare. A value is never empty: `unknown` replaces it. */
export interface Attributes {
  readonly severity: string;
  readonly family: string;
  readonly status: string;
  readonly team: string;
  readonly owner: string;
  readonly project: string;
}

export interface Notice {
  readonly id: string;
  readonly subject: string;
  readonly email: string;
  readonly sms: string;
  /** Absent while chat is off. */
  readonly chat: ChatNotification | undefined;
  readonly message: AlertMessage;
  readonly attributes: Attributes;
}

/** Every form of `alert`. */
export function renderNotice(
  alert: Alert,
  { chat, timeZone }: Pick<FunctionConfiguration, 'chat' | 'timeZone'>,
): Notice {
  const { severity, change, status, owner } = alert;
  return {
    id: alert.id,
    subject: renderSubject(alert),
    email: renderEmail(alert, timeZone),
    sms: renderSms(alert),
    chat: chat ? renderChat(alert) : undefined,
    message: renderMessage(alert),
    attributes: {
      severity,
      family: change.family,
      status: attributeText(status),
      team: attributeText(owner.team),
      owner: attributeText(owner.owner),
      project: attributeText(owner.project),
    },
  };
}
