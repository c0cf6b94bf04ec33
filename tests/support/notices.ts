/** The notice that an event leads to. */
import { alertFor } from '../../domain/alert/alert.ts';
import { type Notice, renderNotice } from '../../domain/alert/render/notice.ts';
import { judgeUpdate } from '../../domain/change/deployment.ts';
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
  const verdict = judgeUpdate(judge(change), change, undefined);
  return renderNotice(alertFor('id', change, verdict, owner, {}, configuration), configuration);
}
