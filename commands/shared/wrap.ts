/** Breaks lines for terminals. */

/** Further lines are indented by two columns more than the first one. */
const HANGING = 2;

/** `line` in lines of at most `width` columns, broken between words; a longer word has a line of its own. */
export function wrap(line: string, width: number): string[] {
  const [, margin = '', text = ''] = /^(\s*(?:- )?)(.*)$/.exec(line) ?? [];
  if (line.length <= width) return [line];
  const hanging = ' '.repeat(margin.length + (margin.endsWith('- ') ? 0 : HANGING));
  const lines: string[] = [];
  let current = margin;
  for (const word of text.split(' ')) {
    const isFirst = current === margin || current === hanging;
    if (!isFirst && current.length + 1 + word.length > width) {
      lines.push(current);
      current = hanging + word;
    } else current += isFirst ? word : ` ${word}`;
  }
  return [...lines, current];
}
