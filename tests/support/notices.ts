/** The notice that an event leads to. */
import { alertFor } from '../../domain/alert/alert.ts';
import { type Notice, renderNotice } from '../../domain/alert/render/notice.ts';
import { judge } from '../../domain/change/outcome.ts';
import { ownerOf } from '../../domain/change/owner.ts';
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { SCHEMAS } from './events.ts';

export function noticeOfEvent(
  event: unknown,
  configuration: FunctionConfiguration,
  family: keyof typeof SCHEMAS = 'training-job',
): Notice {
  const change = SCHEMAS[family].parse(event);
  const owner = ownerOf(change.tags, configuration.tags);
  return renderNotice(alertFor('id', change, judge(change), owner, undefined, configuration), configuration);
}
