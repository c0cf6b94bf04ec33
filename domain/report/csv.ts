/** Fields of CSV that spreadsheets do not run. */

/**
 * A field as RFC 4180 says, with line feeds; `null` is empty, and a list is one field with spaces. Spreadsheets run a
 * text that begins like a formula, and other people write names, so such a text gets an apostrophe.
 */
export function csvField(value: string | number | boolean | null | readonly (string | number)[]): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.join(' ');
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
