/** Fields of CSV (RFC 4180). */

/** `value` as a field. What is unknown is empty. A list becomes one field, with spaces between its elements. */
export function csvField(value: string | number | boolean | null | readonly (string | number)[]): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.join(' ');
  // Spreadsheets run a text that begins like this as a formula, and other people write names and tags.
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
