/** How bad a message is. */
import * as z from 'zod';
import { AlertMessage } from '../../../schemas/message/alert.ts';
import { DigestMessage } from '../../../schemas/message/digest.ts';
import type { Severity } from '../../../schemas/vocabulary.ts';
import type { Publication } from '../../embedded-aws/sns.ts';

/** Of an alert its own; of one message about several, the worst. */
export function severityOf({ bodies }: Pick<Publication, 'bodies'>): Severity {
  const message = z.union([AlertMessage, DigestMessage]).parse(JSON.parse(bodies.get('default') ?? ''));
  return 'severity' in message ? message.severity : (message.groups[0]?.severity ?? 'info');
}
