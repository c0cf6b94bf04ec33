/** Repeats: people hear again of what stays broken. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { formatDuration } from '../../schemas/text/duration.ts';
import type { NotifyAction } from '../action.ts';
import type { Alert } from '../alert/alert.ts';
import { renderNotice } from '../alert/render/notice.ts';
import { formatTime } from '../alert/render/time.ts';
import { labelOf } from '../alert/wording.ts';
import { resourceKey } from '../change/identity.ts';

const HOUR = 3_600_000;

/** Which repeat is due after `milliseconds`: 0 for none, then 1, 2, … Without `repeatHours` none ever is. */
export const repeatAfter = (milliseconds: number, repeatHours: number | undefined): number =>
  repeatHours === undefined ? 0 : Math.max(0, Math.floor(milliseconds / (repeatHours * HOUR)));

/**
 * The repeat of `alert` that is due at `now`, about an endpoint that has been critical `since` (epoch milliseconds; 0 when
 * nobody knows). None is due about anything else. Each repeat is sent once.
 */
export function repeatsOf(
  alert: Alert,
  since: number,
  now: Date,
  configuration: Pick<FunctionConfiguration, 'chat' | 'timeZone' | 'delivery'>,
): NotifyAction[] {
  if (alert.change.resource.type !== 'endpoint' || alert.severity !== 'critical' || since === 0) return [];
  const length = now.getTime() - since;
  const number = repeatAfter(length, configuration.delivery.repeatHours);
  if (number === 0) return [];
  const id = `${alert.id}|repeat-${number}`;
  const period = `since ${formatTime(new Date(since), configuration.timeZone)}, for ${formatDuration(length / 1000)}`;
  const repeated = {
    ...alert,
    id,
    label: `STILL ${labelOf(alert)}`,
    headline: `${alert.headline} It has been like this ${period}.`,
  };
  const notice = renderNotice(repeated, configuration);
  return [{ kind: 'notify', key: `notify|${id}`, resource: resourceKey(alert.change), isShared: true, notice }];
}
