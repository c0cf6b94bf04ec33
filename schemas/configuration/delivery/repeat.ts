/** `delivery.repeat` in `ground-control.yml`. */
import * as z from 'zod';

const MOST_HOURS = 168;
const EXPECTED = 'expected whole hours from 1h to 168h, like 4h, or off';

/** The hours in a text like `4h`; undefined for `off` and for anything else. */
export function hoursIn(text: string): number | undefined {
  const [, hours] = /^(\d{1,3})h$/.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours);
}

export const repeat = z.union(
  [
    z.literal(false).transform(() => 'off'),
    z.string().refine((text) => {
      const hours = hoursIn(text);
      return text === 'off' || (hours !== undefined && hours >= 1 && hours <= MOST_HOURS);
    }, EXPECTED),
  ],
  { error: EXPECTED },
);
