/** Names of time zones. */

/**
 * The name of a time zone of the IANA database as it is to be passed on: EventBridge Scheduler takes `Europe/Berlin`, and
 * not `europe/berlin`. A second name of a zone, such as `Asia/Kolkata`, stays what it is. Undefined for what is no such
 * name, offsets such as `+02:00` included, which `Intl` takes.
 */
export function timeZoneNamed(name: string): string | undefined {
  if (!/^[a-z]/i.test(name)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    const isSame = timeZone.toLowerCase() === name.toLowerCase();
    return isSame || !/^(?:[A-Z][a-z]|[^a-z/]+$|[A-Z]+\/[A-Z][a-z])/.test(name) ? timeZone : name;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
