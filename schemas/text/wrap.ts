/** Breaks lines for terminals and pages. */

/** Further lines are indented by two columns more than the first one. */
const HANGING = 2;

/** `line` in lines of at most `width` columns, broken between words; a longer word has a line of its own. */
export function wrap(line: string, width: number): string[] {
  const [, margin = '', text = ''] = /^(\s*(?:- )?)(.*)$/.exec(line) ?? [];
  if (line.length <= width) return [line];
  const hanging = ' '.repeat(margin.length + (margin.endsWith('- ') ? 0 : HANGING));
  return wrapWith(text, width, margin, hanging);
}

/** `text` in lines of at most `width` columns, as above. The first line begins with `first`, further ones with `rest`. */
export function wrapWith(text: string, width: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let current = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = rest + word;
    } else current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current];
}
