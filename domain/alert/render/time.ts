/** Times for people, in the configured time zone. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-20 15:02:09 UTC`, `2026-11-20 16:02:09 Europe/Berlin`. */
export function formatTime(instant: Date, timeZone: string): string {
  // Without Intl, because its first use costs 20 ms.
  if (timeZone === 'UTC') return `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const format = formats.get(timeZone) ?? formatFor(timeZone);
  formats.set(timeZone, format);
  return `${format.format(instant)} ${timeZone}`;
}

/** The Swedish locale writes dates as in ISO 8601. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
}
