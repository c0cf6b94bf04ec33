/** Parts of a text to hide. Forms look for them in the same text, so that no form disturbs another one. */

/** Positions in a text: of the first character, and of the one after the last. */
export type Span = readonly [from: number, to: number];

/** The spans of the group `text` of `pattern`, as far as `isSecret` says so. */
export function spansOf(
  text: string,
  pattern: RegExp,
  isSecret: (value: string, groups: Readonly<Record<string, string>>) => boolean = () => true,
): Span[] {
  return [...text.matchAll(pattern)].flatMap(({ groups = {}, indices }) => {
    const span = indices?.groups?.['text'];
    return span !== undefined && isSecret(groups['text'] ?? '', groups) ? [span] : [];
  });
}

/** `text` with `[hidden]` in place of each span. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  let shown = '';
  let end = 0;
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    // What was hidden before stays as it is.
    if (to <= end || to <= from || /^\[?hidden\]?$/.test(text.slice(from, to))) continue;
    // Spans that touch each other are one.
    if (from > end || shown === '') shown += `${text.slice(end, from)}[hidden]`;
    end = to;
  }
  return shown + text.slice(end);
}
